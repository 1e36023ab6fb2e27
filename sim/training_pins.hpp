// SPDX-License-Identifier: Apache-2.0
// The pins of the command port that only a design with training has, as a list: for those who
// drive, record or make up commands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"

namespace gradloom {

struct TrainingPin {
  std::string port;  ///< such as "cmd_rate_shift_i"
  int width = 0;     ///< bits, 1..32
  std::uint32_t (*get)(const golden::TrainingFields&) = nullptr;
  void (*set)(golden::TrainingFields&, std::uint32_t) = nullptr;
};

/// Those that the top module has, in the order of golden::TrainingFields; none without training.
std::vector<TrainingPin> training_pins(const Config& config);

}  // namespace gradloom
