// SPDX-License-Identifier: Apache-2.0
// What one training step costs under each schedule, as counted by the RTL.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "golden/timing.hpp"
#include "sim/harness.hpp"
#include "sim/layer_program.hpp"

namespace gradloom {

/// One product of a step under one schedule.
struct StepPart {
  Op op = Op::backward;
  LayerShape shape;
  Schedule schedule = Schedule::interleaved;
  golden::Cost counters;
};

/// The backward products of a step of a network: wgrad alone in the first layer (its dX is not
/// needed), both gradients in the others; under each schedule, on the RTL, checked as always.
/// `layers`: widths, input first.
std::vector<StepPart> measure_step(const Config& config, const std::filesystem::path& library,
                                   const std::vector<int>& layers, int batch,
                                   const HarnessOptions& options);

/// Both gradients of one layer under each schedule.
std::vector<StepPart> measure_backward(const Config& config, const std::filesystem::path& library,
                                       const LayerShape& shape, const HarnessOptions& options);

/// A table, one row a part and schedule; ratios are against `interleaved` of the same part.
std::string step_text(const Config& config, const std::vector<StepPart>& parts);

nlohmann::ordered_json step_json(const Config& config, const std::vector<StepPart>& parts);

/// Words read and written at the array edge, all buffers together.
std::int64_t total_accesses(const golden::Cost& counters);

}  // namespace gradloom
