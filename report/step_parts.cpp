// SPDX-License-Identifier: Apache-2.0
#include "report/step_parts.hpp"

#include <fmt/format.h>

#include "golden/error.hpp"
#include "golden/ports.hpp"
#include "model/network_cost.hpp"

namespace gradloom::report {
namespace {

using model::Cost;
using model::ModelOp;
using model::ModelSchedule;

// The costs of one operation, by layer.
std::vector<Cost> by_layer(const Config& config, const Workload& workload, ModelSchedule schedule,
                           ModelOp op) {
  std::vector<Cost> costs(workload.network.layers.size());
  const model::NetworkCost found = model::network_cost(config, workload.network, workload.batch,
                                                       schedule, op, model::default_update(config));
  for (const model::LayerCost& layer : found.layers) costs[layer.layer] += layer.cost;
  return costs;
}

void add_backward(const Config& config, const Workload& workload, StepParts& step) {
  const bool both = built(config, Op::backward);
  std::vector<Cost> dgrad(step.layers.size());
  if (config.dgrad) dgrad = by_layer(config, workload, step.schedule, ModelOp::dgrad);
  if (!config.wgrad) {
    for (std::size_t i = 0; i < dgrad.size(); ++i) step.layers[i].dgrad = dgrad[i];
    return;
  }
  const auto backward =
      by_layer(config, workload, step.schedule, both ? ModelOp::backward : ModelOp::wgrad);
  for (std::size_t i = 0; i < backward.size(); ++i) {
    LayerParts& layer = step.layers[i];
    const bool interleaved = step.schedule == ModelSchedule::interleaved;
    if (interleaved && both && workload.network.layers[i].needs_dx) {
      layer.both = backward[i];
    } else {
      layer.dgrad = dgrad[i];
      layer.wgrad = backward[i] - dgrad[i];
    }
  }
}

void add_update(const Config& config, const Workload& workload, StepParts& step) {
  const auto update = by_layer(config, workload, step.schedule, ModelOp::update);
  for (std::size_t i = 0; i < update.size(); ++i) step.layers[i].update = update[i];
}

StepParts parts_of(const Config& config, const Workload& workload, ModelSchedule schedule) {
  StepParts step{schedule, {}};
  for (const model::Layer& layer : workload.network.layers) {
    step.layers.push_back({layer.name, model::lower(layer, workload.batch), {}, {}, {}, {}, {}});
  }
  if (config.fprop) {
    const auto fprop = by_layer(config, workload, schedule, ModelOp::fprop);
    for (std::size_t i = 0; i < fprop.size(); ++i) step.layers[i].fprop = fprop[i];
  }
  if (config.dgrad || config.wgrad) add_backward(config, workload, step);
  if (built(config, Op::backward)) add_update(config, workload, step);
  return step;
}

}  // namespace

Cost LayerParts::total() const {
  Cost sum = fprop;
  for (const Cost& part : {dgrad, wgrad, both, update}) sum += part;
  return sum;
}

LayerParts StepParts::sum() const {
  LayerParts sum{"all", {}, {}, {}, {}, {}, {}};
  for (const LayerParts& layer : layers) {
    sum.fprop += layer.fprop;
    sum.dgrad += layer.dgrad;
    sum.wgrad += layer.wgrad;
    sum.both += layer.both;
    sum.update += layer.update;
  }
  return sum;
}

Workload default_workload(const Config& config) {
  constexpr int kTiles = 4;
  Workload workload;
  model::Layer layer;
  layer.name = "layer";
  layer.gemm.m = kTiles * config.rows;
  layer.gemm.n = kTiles * config.cols;
  workload.network.name = fmt::format("layer_{}x{}", layer.gemm.m, layer.gemm.n);
  workload.network.layers.push_back(layer);
  workload.batch = config.rows;
  return workload;
}

std::vector<StepParts> step_parts(const Config& config, const Workload& workload) {
  std::vector<StepParts> steps;
  for (const ModelSchedule schedule : model::kModelSchedules) {
    const bool dataflow = schedule == ModelSchedule::ws_only ||
                          schedule == ModelSchedule::os_only || schedule == ModelSchedule::best;
    try {
      steps.push_back(parts_of(config, workload, schedule));
    } catch (const InputError&) {  // it needs an operation that is not built
      if (!dataflow) throw;
    }
  }
  return steps;
}

std::string parts_text(const Config& config) {
  std::vector<std::string> names;
  if (config.fprop) names.emplace_back("fprop");
  if (config.dgrad) names.emplace_back("dgrad");
  if (config.wgrad) names.emplace_back("wgrad");
  if (built(config, Op::backward)) names.emplace_back("update");
  if (names.size() == 1) return names.front();
  const std::string last = names.back();
  names.pop_back();
  return fmt::format("{} and {}", fmt::join(names, ", "), last);
}

}  // namespace gradloom::report
