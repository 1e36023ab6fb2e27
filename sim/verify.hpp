// SPDX-License-Identifier: Apache-2.0
// What `gradloom verify` does with a built model, apart from reading options and printing.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "golden/config.hpp"
#include "golden/ports.hpp"
#include "golden/timing.hpp"
#include "sim/harness.hpp"
#include "sim/layer_program.hpp"

namespace gradloom {

/// How much has been compared. All of it agreed, or an exception was thrown.
struct VerifyCount {
  std::int64_t cases = 0;
  std::int64_t commands = 0;
  std::int64_t cycles = 0;  ///< simulated clock cycles
  std::int64_t checks = 0;  ///< output pins compared in a cycle, and words and counters compared
  VerifyCount& operator+=(const VerifyCount& other);
};

/// One layer: cycle check, results against docs/numerics.md, final state of all buffers, counters
/// and words moved between memory and buffers against the closed form.
struct LayerReport {
  VerifyCount count;
  golden::Cost counters;  ///< as read from the RTL, all commands of the layer together
  LayerResults results;
  golden::BufferWords moved{};  ///< words between memory and buffers
};
LayerReport verify_layer(const Config& config, const std::filesystem::path& library, Op op,
                         Schedule schedule, const LayerOperands& operands,
                         const HarnessOptions& options,
                         golden::LoopOrder order = golden::LoopOrder::fixed);

/// The same on a harness that has run before, without the final state. `count` is of this layer.
LayerReport verify_layer(Harness& harness, Op op, Schedule schedule, const LayerOperands& operands);

/// The sum of the closed-form costs of the commands of a layer.
golden::Cost layer_cost(const Config& config, Op op, Schedule schedule, const LayerShape& shape);

/// All built operations, schedules, data sets and a list of shapes, on one instance; with training
/// also steps of networks (sim/verify_training.hpp); commands as large as the buffers
/// (sim/long_commands.hpp); then random programs with resets on two instances with different
/// initial values. `progress` is told done and total cases.
VerifyCount verify_suite(const Config& config, const std::filesystem::path& library,
                         const HarnessOptions& options,
                         const std::function<void(int, int)>& progress);

/// A layer as a program that does not depend on a harness: counters cleared, the layer, results and
/// counters read.
Program layer_check_program(const Config& config, Op op, Schedule schedule,
                            const LayerOperands& operands,
                            golden::LoopOrder order = golden::LoopOrder::fixed);

/// The layers and training steps of verify_suite, one after the other.
Program suite_program(const Config& config, std::uint64_t seed);

/// One random program (sim/campaign.hpp) of `count` commands, the directed program of the Verilog
/// testbench (sim/testbench_program.hpp), and the final state.
VerifyCount verify_random(const Config& config, const std::filesystem::path& library, int count,
                          const HarnessOptions& options);

/// Counters read through the host port, in the order of enum Counter.
golden::Cost read_counters(Harness& harness);

}  // namespace gradloom
