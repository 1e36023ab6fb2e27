// SPDX-License-Identifier: Apache-2.0
// The network file of `gradloom train`: what to train, on which data, and how.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/dataset.hpp"

namespace gradloom {

/// Of the hidden layers. The last layer gives the logits as they are.
enum class Activation : std::uint8_t { relu };
enum class Loss : std::uint8_t { softmax_cross_entropy };

struct Training {
  int epochs = 8;              ///< 1..10000
  int batch = 32;              ///< samples an update, 1..65536; the last of an epoch may be smaller
  double learning_rate = 0.1;  ///< above 0, at most 1000
  double momentum = 0;         ///< 0 up to but not including 1; 0 is plain SGD
  std::uint64_t seed = 1;      ///< of the split, the initial weights and the data order
  bool operator==(const Training&) const = default;
};

/// A validated network. Only `load_network` and tests make one.
struct Network {
  std::string name;         ///< letters, digits, '_', '-' and '.'
  std::vector<int> layers;  ///< widths, input first: 2..32 of them, each 1..65536
  Activation activation = Activation::relu;
  Loss loss = Loss::softmax_cross_entropy;
  DataFormat data;            ///< features is the first width, classes the last
  int held_out_percent = 20;  ///< 1..90
  Training training;
  bool operator==(const Network&) const = default;
};

/// Reads and checks a network file. Keys `layers` and `data` (features, classes, feature_max) must
/// be there, the others have the defaults shown above. Throws InputError, one line
/// "file:line: key: found ..., allowed ...", for all that is wrong with the file or its contents.
Network load_network(const std::string& path);

}  // namespace gradloom
