// SPDX-License-Identifier: Apache-2.0
// Random programs and random configurations: what the tests run beside single layers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "sim/program.hpp"

namespace gradloom {

struct ProgramPlan {
  Program program;
  std::vector<golden::Command> commands;  ///< in order, the bad ones too
};

/// About `count` commands of every built operation and every schedule, on random shapes (single
/// elements, single vectors, tiles that are not full, several tiles), random data sets and random
/// bases, with and without accumulation; some queued back to back, some with host reads of all
/// buffers meanwhile; bad commands and accesses that name nothing between them. With `resets` a
/// reset falls into the middle of a command now and then. With training also commands with lanes
/// and updates, alone and as steps of networks where each command takes what the ones before left,
/// and other seeds between them.
ProgramPlan random_program(const Config& config, std::uint64_t seed, int count, bool resets);

/// A small random configuration: rows and cols 1..9, operands of 2..16 bits, any accumulator and
/// overflow policy that is allowed, any operations, odd buffer depths, some with the array
/// checksum. A third of the seeds gives a random_training_config.
Config random_config(std::uint64_t seed);

/// One with training: square, 1..6, any master and step bits, any activations, with and without
/// stochastic rounding and weight decay.
Config random_training_config(std::uint64_t seed);

}  // namespace gradloom
