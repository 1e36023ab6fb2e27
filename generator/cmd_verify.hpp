// SPDX-License-Identifier: Apache-2.0
// What the parts of `gradloom verify` share.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "golden/config.hpp"
#include "golden/ports.hpp"
#include "sim/harness.hpp"
#include "sim/icarus.hpp"
#include "sim/layer_program.hpp"
#include "sim/model_builder.hpp"
#include "sim/verify.hpp"

namespace gradloom::verify_command {

struct Options {
  std::string config;
  Op op = Op::backward;
  Schedule schedule = Schedule::interleaved;
  golden::LoopOrder loop_order = golden::LoopOrder::fixed;
  LayerShape shape;
  std::string data = "random";
  std::string simulator = "verilator";
  std::string profile = "check";
  std::string waves;
  std::string json;
  std::uint64_t seed = 0;  // 0: as the configuration says
  int stalls = -1;         // -1: as the configuration says
  int campaign = 0;
  bool layer = false;   // a single layer, not the suite
  bool shaped = false;  // M, N and B given on the command line
  bool step = false;    // --op step
  std::string network;  // with --op step; empty: random ones
  int batches = 0;      // likewise; 0: as drawn, or 1
};

inline bool with_icarus(const Options& options) { return options.simulator == "icarus"; }

/// Finds or builds the model, and says so.
BuiltModel build_for(const Options& options, const Config& config);

std::string count_text(const VerifyCount& count);
nlohmann::ordered_json suite_json(const Config& config, const VerifyCount& count);

/// What is checked of a configuration with a bus: its suite, or training steps. Prints what was
/// found to be right; throws CheckError.
nlohmann::ordered_json run_chip_checks(const Options& options, const Config& config,
                                       const HarnessOptions& harness);

/// A random network in Icarus; returns the number of comparisons. Throws CheckError.
std::int64_t icarus_step_checks(const Config& config, const HarnessOptions& harness);

/// Seed, stalls and waves of a run in Icarus, as those of the harness.
IcarusOptions icarus_options(const HarnessOptions& harness);
/// The number of comparisons of a run. Throws CheckError if one failed.
std::int64_t passed_checks(const IcarusResult& result);

/// Runs the program in Icarus; returns the number of answers compared. Throws CheckError if one was
/// wrong.
std::int64_t icarus_checks(const Config& config, const Program& program,
                           const HarnessOptions& harness);

/// The failure in full, and the command line that runs it again.
void print_failure(const CheckError& error, const std::string& again);

/// Random configurations, one for each seed from options.seed on; with --op step those with a bus.
/// Returns the exit code.
int run_campaign(const Options& options);

}  // namespace gradloom::verify_command
