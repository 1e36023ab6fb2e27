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

model::ScaleSimDataflow dataflow(Kind kind, Op op, const Array& array,
                                 const model::ScaleSimProduct& product) {
  if (kind == Kind::scalesim_best) return model::scalesim_best(array.rows, array.cols, product);
  return kind == Kind::scalesim_ws_os && op == Op::wgrad ? model::ScaleSimDataflow::os
                                                         : model::ScaleSimDataflow::ws;
}

bool in_pe(Accounting accounting) {
  return accounting == Accounting::update_in_pe || accounting == Accounting::step_in_pe;
}

bool update_pass(Accounting accounting) {
  return accounting == Accounting::update_pass || accounting == Accounting::step_pass;
}

bool with_fprop(Accounting accounting) {
  return accounting == Accounting::step_outside || accounting == Accounting::step_pass ||
         accounting == Accounting::step_in_pe;
}

/// The products of an accounting. An update takes SCALE-Sim no time.
std::vector<Op> products(const model::Layer& layer, Accounting accounting) {
  std::vector<Op> ops{Op::wgrad};
  if (layer.needs_dx) ops.push_back(Op::dgrad);
  if (with_fprop(accounting)) ops.push_back(Op::fprop);
  return ops;
}

Figures scalesim_figures(const ModelNetwork& network, std::int64_t batch, const Array& array,
                         const Contender& contender, Accounting accounting) {
  Figures figures;
  for (const model::Layer& layer : network.layers) {
    const model::GemmShape shape = model::lower(layer, batch);
    for (const Op op : products(layer, accounting)) {
      const auto product = model::scalesim_product(op, shape);
      const auto cost =
          model::scalesim_products_cost(dataflow(contender.kind, op, array, product), array.rows,
                                        array.cols, product, shape.products);
      figures.cycles += static_cast<double>(cost.cycles);
      figures.accesses +=
          static_cast<double>(cost.accesses() + (contender.psum_reads ? cost.c_read : 0));
    }
  }
  return figures;
}

bool interleaved(const LayerCost& layer, ModelSchedule schedule) {
  return layer.op == ModelOp::backward && schedule == ModelSchedule::interleaved;
}

/// The pass of Accounting::update_pass, and the words of dW that it keeps out of memory.
model::Cost update_pass_cost(const Config& config, const model::GemmShape& shape) {
  constexpr std::int64_t kLastRow = 4;
  const std::int64_t words = shape.m * shape.n;
  const auto at = [](Buffer buffer) { return static_cast<std::size_t>(buffer); };
  model::Cost cost;
  cost.cycles = (shape.n + config.cols - 1) / config.cols * shape.m + kLastRow;
  cost.buffer[at(Buffer::w)] = {words, words};
  cost.buffer[at(Buffer::dw)] = {words, 0};
  cost.dram[at(Buffer::w)] = {0, words};
  cost.dram[at(Buffer::dw)] = {0, -words};
  return cost * shape.products;
}

/// A schedule on a configuration.
struct Design {
  const Config& config;
  const Contender& contender;
  std::int64_t batch;

  std::vector<LayerCost> costs(const ModelNetwork& network, ModelOp op,
                               model::UpdatePlace place) const {
    return model::network_cost(config, network, batch, contender.schedule, op, place,
                               contender.order)
        .layers;
  }
};

std::int64_t memory_words(const std::vector<LayerCost>& costs) {
  std::int64_t words = 0;
  for (const LayerCost& layer : costs) words += model::total_words(layer.cost.dram);
  return words;
}

/// A step with the update in the PEs, in the layers where that is no loss.
std::vector<LayerCost> in_pe_costs(const Design& design, const ModelNetwork& network) {
  std::vector<LayerCost> list;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const ModelNetwork layer = only(network, i);
    const auto inside = design.costs(layer, ModelOp::step, model::UpdatePlace::in_pe);
    const auto outside = design.costs(layer, ModelOp::step, model::UpdatePlace::outside);
    const auto& chosen = memory_words(inside) <= memory_words(outside) ? inside : outside;
    list.insert(list.end(), chosen.begin(), chosen.end());
  }
  return list;
}

std::vector<LayerCost> two_passes(const Design& design, const ModelNetwork& network, bool update) {
  std::vector<LayerCost> list;
  for (const ModelOp op : {ModelOp::fprop, ModelOp::dgrad, ModelOp::wgrad, ModelOp::update}) {
    if (op == ModelOp::update && !update) continue;
    const auto part = design.costs(network, op, model::UpdatePlace::outside);
    list.insert(list.end(), part.begin(), part.end());
  }
  return list;
}

/// Operations of the array, and of an update, layer by layer.
std::vector<LayerCost> costs(const Design& design, const ModelNetwork& network,
                             Accounting accounting) {
  const bool update = accounting != Accounting::gradients;
  if (design.contender.kind == Kind::two_passes) return two_passes(design, network, update);
  if (in_pe(accounting)) return in_pe_costs(design, network);
  return design.costs(network, update ? ModelOp::step : ModelOp::backward,
                      model::UpdatePlace::outside);
}

/// Hold memories of so many words.
template <int Words>
Config with_hold(Config config) {
  config.buffers.delta_hold = Words;
  return config;
}

/// A schedule on an array with hold memories.
template <int Words>
Contender hold(const std::string& name, ModelSchedule schedule) {
  return {fmt::format("{}_hold{}", name, Words),
          Kind::ours,
          schedule,
          false,
          false,
          golden::LoopOrder::fixed,
          with_hold<Words>};
}

/// A schedule with the order of the loops over commands chosen for each layer.
Contender loops(const std::string& name, ModelSchedule schedule) {
  return {name + "_loops", Kind::ours, schedule, false, false, golden::LoopOrder::best};
}

Figures our_figures(const ModelNetwork& network, std::int64_t batch, const Array& array,
                    const Contender& contender, Accounting accounting,
                    const model::EnergyTable& table) {
  Config config = machine(array, in_pe(accounting));
  if (contender.option != nullptr) config = contender.option(config);
  model::Cost total;
  model::EnergySplit energy;
  for (const LayerCost& layer : costs({config, contender, batch}, network, accounting)) {
    if (layer.op == ModelOp::fprop && !with_fprop(accounting)) continue;
    const bool pass = layer.op == ModelOp::update && update_pass(accounting);
    const model::Cost cost = pass ? update_pass_cost(config, layer.shape) : layer.cost;
    total += cost;
    energy += model::energy(config, table, cost, interleaved(layer, contender.schedule));
  }
  return {static_cast<double>(total.cycles), static_cast<double>(model::total_words(total.buffer)),
          static_cast<double>(model::total_words(total.dram)), energy};
}

}  // namespace

const std::vector<Contender>& contenders() {
  static const std::vector<Contender> all{
      {"interleaved", Kind::ours, ModelSchedule::interleaved},
      {"separate", Kind::ours, ModelSchedule::separate},
      {"two_passes", Kind::two_passes, ModelSchedule::separate, false},
      {"serial", Kind::ours, ModelSchedule::serial},
      {"ws_only", Kind::ours, ModelSchedule::ws_only},
      {"os_only", Kind::ours, ModelSchedule::os_only},
      {"best", Kind::ours, ModelSchedule::best},
      {"scalesim_ws_os", Kind::scalesim_ws_os, {}},
      {"scalesim_ws_os_psum", Kind::scalesim_ws_os, {}, false, true},
      {"scalesim_ws", Kind::scalesim_ws, {}},
      {"scalesim_ws_psum", Kind::scalesim_ws, {}, false, true},
      {"scalesim_best", Kind::scalesim_best, {}},
      {"scalesim_best_psum", Kind::scalesim_best, {}, false, true},
      loops("interleaved", ModelSchedule::interleaved),
      loops("separate", ModelSchedule::separate),
      loops("ws_only", ModelSchedule::ws_only),
      hold<256>("interleaved", ModelSchedule::interleaved),
      hold<256>("separate", ModelSchedule::separate),
      hold<256>("ws_only", ModelSchedule::ws_only),
      hold<4096>("interleaved", ModelSchedule::interleaved),
      hold<4096>("separate", ModelSchedule::separate),
      hold<4096>("ws_only", ModelSchedule::ws_only)};
  return all;
}

const Contender& contender(const std::string& name) {
  for (const Contender& c : contenders()) {
    if (c.name == name) return c;
  }
  throw std::logic_error("no contender " + name);
}

const char* name(Accounting accounting) {
  constexpr std::array names{"gradients",    "update_outside", "update_pass", "update_in_pe",
                             "step_outside", "step_pass",      "step_in_pe"};
  static_assert(names.size() == kAccountings.size());
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

double chip_energy_of(const Figures& figures) {
  return figures.energy ? figures.energy->total() - figures.energy->dram : 0;
}

const Figures& Contest::figures(const ModelNetwork& network, std::int64_t batch, const Array& array,
                                const Contender& contender, Accounting accounting) {
  const std::string key = fmt::format("{} {} {} {} {} {} {}", network.name, batch, array.rows,
                                      array.cols, array.words, contender.name, name(accounting));
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  const bool ours = contender.kind == Kind::ours || contender.kind == Kind::two_passes;
  return known_[key] = ours ? our_figures(network, batch, array, contender, accounting, table_)
                            : scalesim_figures(network, batch, array, contender, accounting);
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
