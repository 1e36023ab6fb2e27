// SPDX-License-Identifier: Apache-2.0
// The network file of `gradloom train`: what to train, on which data, and how.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "sim/dataset.hpp"

namespace gradloom {

/// mse: half the squared error, summed over the outputs; both are means over the samples.
enum class Loss : std::uint8_t { softmax_cross_entropy, mse };
const char* name(Loss loss);

/// How to train.
struct TrainPlan {
  int epochs = 8;              ///< 1..10000
  int batch = 32;              ///< samples an update, 1..65536; the last of an epoch may be smaller
  double learning_rate = 0.1;  ///< above 0, at most 1000
  double momentum = 0;         ///< 0 up to but not including 1; 0 is plain SGD
  std::uint64_t seed = 1;      ///< of the split, the initial weights and the data order
  double weight_decay = 0;     ///< 0..1; a step takes learning_rate * weight_decay of a weight
  bool operator==(const TrainPlan&) const = default;
};

/// automatic: stochastic if the design has it.
enum class Rounding : std::uint8_t { automatic, stochastic, nearest };

/// How real numbers become those of the chip (docs/numerics.md, section 9). 0: as the loss demands.
struct OnChip {
  Rounding rounding = Rounding::automatic;
  double weight_room = 2;   ///< range of the weights, in largest ones of the calibration
  double delta_room = 0;    ///< range of the deltas, in large ones of the calibration
  double output_range = 0;  ///< largest output, if the output activation is not itself limited
  int calibration = 1;      ///< epochs in float32 that set the ranges, 1..1000
  bool operator==(const OnChip&) const = default;
};

/// A validated network. Only `load_network` and tests make one.
struct Network {
  std::string name;         ///< letters, digits, '_', '-' and '.'
  std::vector<int> layers;  ///< widths, input first: 2..32 of them, each 1..65536
  /// Of the outputs of each layer, one fewer than widths.
  std::vector<ActivationCode> activations;
  int leak = 3;  ///< slope 2^-leak of leaky_relu, 0..7
  Loss loss = Loss::softmax_cross_entropy;
  /// What an output shall be for another class and for its own (mse).
  double target_off = 0;
  double target_on = 1;
  DataFormat data;            ///< features is the first width, classes the last
  int held_out_percent = 20;  ///< 1..90
  TrainPlan training;
  OnChip on_chip;
  bool operator==(const Network&) const = default;
};

/// Reads and checks a network file. Keys `layers` and `data` (features, classes, feature_max) must
/// be there, the others have the defaults shown above. Throws InputError, one line
/// "file:line: key: found ..., allowed ...", for all that is wrong with the file or its contents.
Network load_network(const std::string& path);

}  // namespace gradloom
