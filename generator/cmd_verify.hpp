// SPDX-License-Identifier: Apache-2.0
// What the parts of `gradloom verify` share.
#pragma once

#include <cstdint>
#include <string>

#include "golden/config.hpp"
#include "golden/ports.hpp"
#include "sim/harness.hpp"
#include "sim/layer_program.hpp"

namespace gradloom::verify_command {

struct Options {
  std::string config;
  Op op = Op::backward;
  Schedule schedule = Schedule::interleaved;
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
};

inline bool with_icarus(const Options& options) { return options.simulator == "icarus"; }

/// Runs the program in Icarus; returns the number of answers compared. Throws CheckError if one was
/// wrong.
std::int64_t icarus_checks(const Config& config, const Program& program,
                           const HarnessOptions& harness);

/// The failure in full, and the command line that runs it again.
void print_failure(const CheckError& error, const std::string& again);

/// Random configurations, one for each seed from options.seed on. Returns the exit code.
int run_campaign(const Options& options);

}  // namespace gradloom::verify_command
