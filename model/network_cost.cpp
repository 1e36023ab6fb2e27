// SPDX-License-Identifier: Apache-2.0
#include "model/network_cost.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "golden/error.hpp"

namespace gradloom::model {
namespace {

bool has_weights(const Layer& layer) {
  return layer.kind == LayerKind::conv || !layer.gemm.activations;
}

Op array_op(ModelOp op) {
  switch (op) {
    case ModelOp::fprop: return Op::fprop;
    case ModelOp::dgrad: return Op::dgrad;
    case ModelOp::wgrad: return Op::wgrad;
    default: return Op::backward;
  }
}

ModelOp backward_of(const Layer& layer) {
  return layer.needs_dx ? ModelOp::backward : ModelOp::wgrad;
}

/// dW and W come, W goes.
Cost outside_update(const GemmShape& shape) {
  Cost cost;
  const std::int64_t words = shape.m * shape.n;
  cost.dram[static_cast<std::size_t>(Buffer::dw)].read = words;
  cost.dram[static_cast<std::size_t>(Buffer::w)] = {words, words};
  return cost * shape.products;
}

/// A layer under one schedule.
class LayerModel {
 public:
  LayerModel(const Config& config, const Layer& layer, std::int64_t batch, ModelSchedule schedule,
             golden::LoopOrder order)
      : config_(config),
        layer_(layer),
        shape_(lower(layer, batch)),
        schedule_(schedule),
        order_(order) {}

  const GemmShape& shape() const { return shape_; }

  Cost plain(ModelOp op) const {
    return product_cost(config_, array_op(op), schedule_, shape_, order_);
  }

  /// A backward pass with the update in it, if the PEs can do it.
  std::optional<Cost> with_update(UpdatePlace place) const {
    if (place == UpdatePlace::outside || !has_weights(layer_)) return std::nullopt;
    const auto runs =
        update_runs(config_, array_op(backward_of(layer_)), schedule_, shape_, order_);
    if (!runs) return std::nullopt;
    return runs_cost(config_, *runs, shape_.products);
  }

  void add_step(std::vector<LayerCost>& list, std::size_t i, UpdatePlace place) const {
    const std::optional<Cost> updating = with_update(place);
    list.push_back({i, shape_, ModelOp::fprop, false, plain(ModelOp::fprop)});
    const ModelOp backward = backward_of(layer_);
    list.push_back(
        {i, shape_, backward, updating.has_value(), updating ? *updating : plain(backward)});
    if (updating || !has_weights(layer_)) return;
    list.push_back({i, shape_, ModelOp::update, false, outside_update(shape_)});
  }

  void add_update(std::vector<LayerCost>& list, std::size_t i, UpdatePlace place) const {
    const std::optional<Cost> updating = with_update(place);
    const Cost cost = updating ? *updating - plain(backward_of(layer_)) : outside_update(shape_);
    list.push_back({i, shape_, ModelOp::update, updating.has_value(), cost});
  }

 private:
  const Config& config_;
  const Layer& layer_;
  GemmShape shape_;
  ModelSchedule schedule_;
  golden::LoopOrder order_;
};

}  // namespace

const char* name(ModelOp op) {
  constexpr std::array names{"fprop", "dgrad", "wgrad", "backward", "update", "step"};
  return names[static_cast<std::size_t>(op)];
}

UpdatePlace default_update(const Config& config) {
  return config.training.built ? UpdatePlace::in_pe : UpdatePlace::outside;
}

std::vector<ModelOp> parts(const Layer& layer, ModelOp op) {
  const bool updated = has_weights(layer);
  switch (op) {
    case ModelOp::dgrad: return layer.needs_dx ? std::vector{op} : std::vector<ModelOp>{};
    case ModelOp::backward: return {backward_of(layer)};
    case ModelOp::update: return updated ? std::vector{op} : std::vector<ModelOp>{};
    case ModelOp::step:
      if (!updated) return {ModelOp::fprop, backward_of(layer)};
      return {ModelOp::fprop, backward_of(layer), ModelOp::update};
    default: return {op};
  }
}

NetworkCost network_cost(const Config& config, const ModelNetwork& network, std::int64_t batch,
                         ModelSchedule schedule, ModelOp op, UpdatePlace update,
                         golden::LoopOrder order) {
  NetworkCost result;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const LayerModel model(config, layer, batch, schedule, order);
    if (op == ModelOp::step) {
      model.add_step(result.layers, i, update);
      continue;
    }
    for (const ModelOp part : parts(layer, op)) {
      if (part == ModelOp::update) {
        model.add_update(result.layers, i, update);
      } else {
        result.layers.push_back({i, model.shape(), part, false, model.plain(part)});
      }
    }
  }
  for (const LayerCost& layer : result.layers) result.total += layer.cost;
  return result;
}

NetworkCost network_cost(const Config& config, const ModelNetwork& network, std::int64_t batch,
                         ModelSchedule schedule) {
  return network_cost(config, network, batch, schedule, ModelOp::step, default_update(config));
}

bool sums_fit(const Config& config, const Layer& layer, std::int64_t batch, ModelOp op) {
  if (config.overflow != Overflow::refuse) return true;
  const GemmShape shape = lower(layer, batch);
  const auto fit = [&config](std::int64_t terms) {
    return sum_fits(config.operand_bits, config.accumulator_bits, terms);
  };
  const auto parts_of = parts(layer, op);
  return std::all_of(parts_of.begin(), parts_of.end(), [&](ModelOp part) {
    const bool dgrad = part == ModelOp::dgrad || part == ModelOp::backward;
    const bool wgrad = part == ModelOp::wgrad || part == ModelOp::backward;
    return (part != ModelOp::fprop || fit(shape.m)) && (!dgrad || fit(shape.n)) &&
           (!wgrad || fit(shape.b));
  });
}

bool sums_fit(const Config& config, const ModelNetwork& network, std::int64_t batch, ModelOp op) {
  return std::all_of(network.layers.begin(), network.layers.end(),
                     [&](const Layer& layer) { return sums_fit(config, layer, batch, op); });
}

}  // namespace gradloom::model
