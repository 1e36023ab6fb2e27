// SPDX-License-Identifier: Apache-2.0
// The training step of a network, or what a design builds of it, by layer and by part.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "golden/config.hpp"
#include "model/cost.hpp"
#include "model/layer.hpp"

namespace gradloom::report {

/// What a network figure is about: a network and a batch.
struct Workload {
  model::ModelNetwork network;
  std::int64_t batch = 1;
};

/// One layer of 4R x 4C and a batch of R: for those who name no network.
Workload default_workload(const Config& config);

/// Costs of one layer, all its repeats together. `both` are dgrad and wgrad of an interleaved
/// backward pass; of the other schedules wgrad is what backward takes beyond dgrad alone. The
/// total is that of model::network_cost().
struct LayerParts {
  std::string name;
  model::GemmShape shape;
  model::Cost fprop;
  model::Cost dgrad;
  model::Cost wgrad;
  model::Cost both;
  model::Cost update;
  model::Cost total() const;
};

struct StepParts {
  model::ModelSchedule schedule = model::ModelSchedule::interleaved;
  std::vector<LayerParts> layers;
  LayerParts sum() const;  ///< named "all"; its shape says nothing
};

/// Schedules that the design can run or, for those on one dataflow, could: without those that need
/// an operation that is not built. Operations that are not built are left out of the step.
std::vector<StepParts> step_parts(const Config& config, const Workload& workload);

/// "fprop, dgrad, wgrad and update": what step_parts() is about.
std::string parts_text(const Config& config);

}  // namespace gradloom::report
