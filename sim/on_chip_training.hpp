// SPDX-License-Identifier: Apache-2.0
// Training on the chip, in the golden model, beside the float32 reference: same network, initial
// weights, data order, loss and epochs.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "golden/training_step.hpp"
#include "sim/batches.hpp"
#include "sim/dataset.hpp"
#include "sim/net_quantize.hpp"
#include "sim/train.hpp"

namespace gradloom {

/// What is fixed before a training begins.
struct OnChipPlan {
  Split split;
  std::vector<LayerRanges> ranges;
  NetQuantization net;
  golden::NetState initial;  ///< generators as after SEED = `seed`
  std::uint32_t seed = 0;    ///< the lower 32 bits of training.seed
};

/// Splits the rows, calibrates, and quantizes the initial weights. Throws InputError as calibrate
/// and quantize_net.
OnChipPlan plan_on_chip(const Config& config, const Network& network, const Dataset& data);

/// The data of an epoch as operands, in the order of training: whole batches, the rest left out.
struct EpochData {
  golden::Operands x;        ///< [rows, features]
  golden::Operands targets;  ///< [rows, classes]
  std::vector<int> labels;
};
EpochData epoch_data(const OnChipPlan& plan, const Network& network, const Dataset& data,
                     std::span<const int> rows);

struct OnChipEpoch {
  EpochResult result;            ///< of the integers; the loss as of the float32 reference
  std::uint64_t state_hash = 0;  ///< golden::hash_of after the epoch
  bool operator==(const OnChipEpoch&) const = default;
};

struct OnChipResult {
  OnChipPlan plan;
  std::vector<OnChipEpoch> epochs;
  golden::NetState final_state;
  TrainRun reference;
};

struct OnChipOptions {
  /// How the layers are cut into commands (compiler::CompiledNet::layer_cuts); empty: not at all.
  std::vector<golden::LayerCut> cuts;
  /// After each epoch: what it was trained on, and what came of it.
  std::function<void(const EpochData& data, const golden::NetState& state)> on_state;
  /// Then, for the held-out rows: inputs, and outputs of the last layer.
  std::function<void(const golden::Operands& x, const golden::Operands& outputs)> on_held_out;
  std::function<void(const OnChipEpoch& chip, const EpochResult& reference)> on_epoch;
};

/// Trains from scratch. The result depends on nothing but the arguments.
OnChipResult run_on_chip(const Config& config, const Network& network, const Dataset& data,
                         const OnChipOptions& options = {});
/// The same with a plan that was made before, of the same arguments.
OnChipResult run_on_chip(const Config& config, const Network& network, const Dataset& data,
                         OnChipPlan plan, const OnChipOptions& options);

}  // namespace gradloom
