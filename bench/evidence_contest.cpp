// SPDX-License-Identifier: Apache-2.0
#include "bench/evidence_contest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "model/baseline.hpp"
#include "model/network_cost.hpp"

namespace gradloom::evidence {
namespace {

using model::LayerCost;
using model::ModelNetwork;
using model::ModelOp;
using model::ModelSchedule;

model::ScaleSimCost scalesim(Kind kind, const Array& array, Op op, const model::GemmShape& shape) {
  if (kind == Kind::scalesim_best) {
    return model::scalesim_best_cost(op, array.rows, array.cols, shape);
  }
  return model::scalesim_products_cost(model::ScaleSimDataflow::ws, array.rows, array.cols,
                                       model::scalesim_product(op, shape), shape.products);
}

bool in_pe(Accounting accounting) {
  return accounting == Accounting::update_in_pe || accounting == Accounting::step_in_pe;
}

bool with_fprop(Accounting accounting) {
  return accounting == Accounting::step_outside || accounting == Accounting::step_in_pe;
}

Figures scalesim_figures(const ModelNetwork& network, std::int64_t batch, const Array& array,
                         Kind kind, Accounting accounting) {
  model::ScaleSimCost cost;
  for (const model::Layer& layer : network.layers) {
    const model::GemmShape shape = model::lower(layer, batch);
    if (with_fprop(accounting)) cost += scalesim(kind, array, Op::fprop, shape);
    if (layer.needs_dx) cost += scalesim(kind, array, Op::dgrad, shape);
    cost += scalesim(kind, array, Op::wgrad, shape);
  }
  return {static_cast<double>(cost.cycles), static_cast<double>(cost.accesses()), {}, {}};
}

bool interleaved(const LayerCost& layer, ModelSchedule schedule) {
  return layer.op == ModelOp::backward && schedule == ModelSchedule::interleaved;
}

Figures our_figures(const ModelNetwork& network, std::int64_t batch, const Array& array,
                    const Contender& contender, Accounting accounting,
                    const model::EnergyTable& table) {
  Config config = machine(array, in_pe(accounting));
  if (contender.option != nullptr) config = contender.option(config);
  const auto cost = model::network_cost(
      config, network, batch, contender.schedule,
      accounting == Accounting::gradients ? ModelOp::backward : ModelOp::step,
      in_pe(accounting) ? model::UpdatePlace::in_pe : model::UpdatePlace::outside);
  model::Cost total;
  model::EnergySplit energy;
  for (const LayerCost& layer : cost.layers) {
    if (layer.op == ModelOp::fprop && !with_fprop(accounting)) continue;
    total += layer.cost;
    energy += model::energy(config, table, layer.cost, interleaved(layer, contender.schedule));
  }
  return {static_cast<double>(total.cycles), static_cast<double>(model::total_words(total.buffer)),
          static_cast<double>(model::total_words(total.dram)), energy};
}

}  // namespace

const std::vector<Contender>& contenders() {
  static const std::vector<Contender> all{{"interleaved", Kind::ours, ModelSchedule::interleaved},
                                          {"separate", Kind::ours, ModelSchedule::separate},
                                          {"serial", Kind::ours, ModelSchedule::serial},
                                          {"ws_only", Kind::ours, ModelSchedule::ws_only},
                                          {"os_only", Kind::ours, ModelSchedule::os_only},
                                          {"best", Kind::ours, ModelSchedule::best},
                                          {"scalesim_best", Kind::scalesim_best},
                                          {"scalesim_ws", Kind::scalesim_ws}};
  return all;
}

const Contender& contender(const std::string& name) {
  for (const Contender& c : contenders()) {
    if (c.name == name) return c;
  }
  throw std::logic_error("no contender " + name);
}

const char* name(Accounting accounting) {
  constexpr std::array names{"gradients", "update_outside", "update_in_pe", "step_outside",
                             "step_in_pe"};
  return names[static_cast<std::size_t>(accounting)];
}

Config machine(const Array& array, bool training) {
  Config config;
  config.name = "evidence";
  config.rows = array.rows;
  config.cols = array.cols;
  config.operand_bits = 8;
  config.accumulator_bits = 32;
  config.overflow = Overflow::wrap;
  config.queue_depth = 2;
  config.buffers = {1, 1, 1, 1, 1, 1, 0};
  if (training) {
    config.training.built = true;
    config.training.master_bits = 16;
    config.buffers.bias = 1;
  }
  return model::with_buffers(config, array.words);
}

double energy_of(const Figures& figures) { return figures.energy ? figures.energy->total() : 0; }

const Figures& Contest::figures(const ModelNetwork& network, std::int64_t batch, const Array& array,
                                const Contender& contender, Accounting accounting) {
  const std::string key = fmt::format("{} {} {} {} {} {} {}", network.name, batch, array.rows,
                                      array.cols, array.words, contender.name, name(accounting));
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  return known_[key] = contender.kind == Kind::ours
                           ? our_figures(network, batch, array, contender, accounting, table_)
                           : scalesim_figures(network, batch, array, contender.kind, accounting);
}

Span batch_span(const ModelNetwork& network, std::int64_t batch, int rows) {
  Span span{std::numeric_limits<double>::infinity(), 0};
  for (const model::Layer& layer : network.layers) {
    const double ratio = static_cast<double>(model::lower(layer, batch).b) / rows;
    span = {std::min(span.low, ratio), std::max(span.high, ratio)};
  }
  return span;
}

ModelNetwork fully_connected(const ModelNetwork& network) {
  ModelNetwork result;
  result.name = network.name + ", fully-connected layers";
  for (const model::Layer& layer : network.layers) {
    if (layer.kind != model::LayerKind::gemm || layer.gemm.rows != 1) continue;
    result.layers.push_back(layer);
    result.layers.back().needs_dx = true;
  }
  return result;
}

ModelNetwork only(const ModelNetwork& network, std::size_t layer) {
  ModelNetwork result;
  result.name = network.name + " " + network.layers[layer].name;
  result.layers = {network.layers[layer]};
  return result;
}

}  // namespace gradloom::evidence
