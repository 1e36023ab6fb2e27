// SPDX-License-Identifier: Apache-2.0
// From a network in real numbers to one that trains on the chip, and back: the rules of
// docs/numerics.md, section 9.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "golden/net_numbers.hpp"
#include "golden/training_step.hpp"
#include "sim/dataset.hpp"
#include "sim/mlp.hpp"
#include "sim/network.hpp"

namespace gradloom {

/// Large magnitudes of one layer's tensors in a float32 training: of each step the 99.9 % quantile
/// (of the weights the largest), and of these the largest.
struct LayerRanges {
  double weight = 0;
  double out = 0;
  double delta = 0;     ///< of the layer's sums, for the loss of one sample
  double gradient = 0;  ///< of the weights, for the loss summed over a batch
};

/// From a float32 training of `on_chip.calibration` epochs, on whole batches. Throws as
/// train_reference.
std::vector<LayerRanges> calibrate(const Network& network, const Dataset& data, const Split& split);

/// What one step of an integer stands for.
struct LayerScales {
  double weight = 1;  ///< operand; a step of the master stands for 2^(p-q) of it
  double out = 1;
  double delta = 1;          ///< of the loss of a sample
  double learning_rate = 0;  ///< the one that rate and rate_shift stand for
};

/// A network for the chip.
struct NetQuantization {
  int operand_bits = 0;
  int master_bits = 0;
  golden::NetNumbers numbers;
  double input = 1;  ///< what a step of an input stands for
  std::vector<LayerScales> layers;
  std::int16_t target_off = 0;  ///< mse
  std::int16_t target_on = 0;
  std::vector<std::string> notes;  ///< what could not be represented well, a line each
};

/// Chooses scales and all numbers. `ranges`: one for each layer. Throws InputError, one line with
/// the key of the network file, if the chip cannot train this network: momentum, an activation,
/// weight decay or a rounding that is not built, a learning rate or weight decay that its integers
/// cannot represent.
NetQuantization quantize_net(const Config& config, const Network& network,
                             const std::vector<LayerRanges>& ranges);

/// Master weights and biases nearest to those of `mlp`; generators as after SEED = `seed`.
golden::NetState quantize_state(const Config& config, const NetQuantization& net, const Mlp& mlp,
                                std::uint32_t seed);

/// The real weights and biases that a state stands for.
Mlp real_weights(const NetQuantization& net, const golden::NetState& state);

/// Inputs as operands.
golden::Operands quantize_inputs(const NetQuantization& net, const FloatMatrix& x);

/// A row of targets for each label (mse).
golden::Operands make_targets(const NetQuantization& net, std::span<const int> labels);

/// Rows whose largest output (the first, of equals) is that of the label.
int count_correct(const golden::Operands& outputs, std::span<const int> labels);

}  // namespace gradloom
