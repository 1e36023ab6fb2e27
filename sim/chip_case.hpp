// SPDX-License-Identifier: Apache-2.0
// A network with data, to be trained by the chip: at random, or from files.
#pragma once

#include <cstdint>
#include <vector>

#include "golden/config.hpp"
#include "golden/net_numbers.hpp"
#include "golden/training_step.hpp"
#include "sim/network.hpp"

namespace gradloom {

/// All that a run of training steps depends on.
struct ChipCase {
  golden::NetNumbers numbers;
  golden::NetState state;                 ///< before the first step, generators as after SEED
  std::uint32_t seed = 0;                 ///< written to SEED
  std::vector<golden::Operands> inputs;   ///< of each batch: x [B, M]
  std::vector<golden::Operands> targets;  ///< of each batch: targets, or delta of the last layer
  int batches() const { return static_cast<int>(inputs.size()); }
};

/// What random cases may be.
struct ChipCaseLimits {
  int layers = 5;
  int tiles = 3;  ///< of the array, in each direction of a layer
  int batches = 4;
};

/// Up to `limits.layers` layers of any widths and activations that are built; numbers such that
/// most results are neither 0 nor at the end of their range; now and then any numbers. The
/// configuration has the training hardware. Whether it fits the buffers is not looked at.
ChipCase random_chip_case(const Config& config, std::uint64_t seed, const ChipCaseLimits& limits);

/// The shapes, activations, batch and loss of a network file, with numbers, weights and data drawn
/// as above: its training data are not needed.
ChipCase chip_case_of(const Config& config, const Network& network, int batches,
                      std::uint64_t seed);

/// Random weights and data for given numbers.
void randomize(const Config& config, ChipCase& chip_case, int batches, std::uint64_t seed);

}  // namespace gradloom
