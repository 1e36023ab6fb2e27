// SPDX-License-Identifier: Apache-2.0
// What `gradloom verify` does with a configuration that has a bus.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "sim/axi_bench.hpp"
#include "sim/chip_run.hpp"
#include "sim/chip_step.hpp"
#include "sim/harness.hpp"
#include "sim/verify.hpp"

namespace gradloom {

/// A bench for the options of the command line: `stall_percent` on all channels of both buses. With
/// stalls, the seed also draws latencies, the order of answers, and the manners of the handshakes.
AxiBenchOptions bench_options(const Config& config, const HarnessOptions& options);

/// A bench whose memory has every address and keeps its beats, for run_and_compare().
AxiBenchOptions chip_bench_options(const Config& config, const HarnessOptions& options);

/// random_training_config() (sim/campaign.hpp) behind a bus of any width, with buffers in which a
/// small network fits.
Config random_bus_config(std::uint64_t seed);

/// A part of the suite. Throws CheckError.
struct SuitePart {
  std::string name;
  std::function<VerifyCount()> run;
};

/// The parts, none of which depends on another.
std::vector<SuitePart> chip_suite_parts(const Config& config, const std::filesystem::path& library,
                                        const HarnessOptions& options);

/// All of them: registers, errors, time-outs, resets (sim/bus_errors.hpp), wide lists
/// (sim/bus_wide.hpp), random lists and random networks on the RTL and the golden chip. `progress`
/// is told what comes next. Each part writes its waves anew, so that those of the one that fails
/// stay. Throws CheckError.
VerifyCount verify_chip_suite(const Config& config, const std::filesystem::path& library,
                              const HarnessOptions& options,
                              const std::function<void(const std::string&)>& progress);

}  // namespace gradloom
