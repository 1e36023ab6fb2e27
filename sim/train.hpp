// SPDX-License-Identifier: Apache-2.0
// Training of a network on a data set, through an engine and, beside it, in float32.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "golden/engine.hpp"
#include "sim/dataset.hpp"
#include "sim/mlp.hpp"
#include "sim/network.hpp"

namespace gradloom {

/// Accuracies are shares, 0..1. Loss and train accuracy are means over the samples of the epoch,
/// each taken when the sample was trained on, before the update; the held-out rows are looked at
/// after the epoch.
struct EpochResult {
  int epoch = 0;  ///< from 1
  double loss = 0;
  double train_accuracy = 0;
  double held_out_accuracy = 0;
  bool operator==(const EpochResult&) const = default;
};

struct TrainOptions {
  int operand_bits = 8;        ///< of the engine, 2..16
  std::int64_t max_steps = 0;  ///< stop after so many batches, also within an epoch; 0: no limit
  /// After each epoch of the engine, with the same epoch of the float32 reference.
  std::function<void(const EpochResult& engine, const EpochResult& reference)> on_epoch;
  /// After each batch of the engine: batches done and to do. May throw to stop.
  std::function<void(std::int64_t done, std::int64_t total)> on_step;
};

/// One training run. The last epoch may be a part of one (max_steps).
struct TrainRun {
  std::vector<EpochResult> epochs;
  std::int64_t steps = 0;  ///< batches trained on
  Mlp mlp;                 ///< as trained
  bool operator==(const TrainRun&) const = default;
};

struct TrainResult {
  TrainRun engine;
  TrainRun reference;  ///< same split, initial weights, data order and number of steps, in float32
  int train_rows = 0;
  int held_out_rows = 0;
};

/// A step of the float32 reference, before the update. Gradients and deltas are those of the mean
/// loss.
struct FloatStep {
  const Mlp& mlp;
  const std::vector<FloatMatrix>& values;  ///< input of every layer, and last the outputs
  const std::vector<FloatMatrix>& deltas;  ///< of every layer, with respect to its sums
  const Mlp& gradient;
};

struct ReferenceOptions {
  bool whole_batches = false;  ///< rows of an epoch that do not fill a batch are left out
  std::function<void(const EpochResult&)> on_epoch;
  std::function<void(const FloatStep&)> on_values;
};

/// Trains in float32 alone. Throws as run_train.
TrainRun train_reference(const Network& network, const Dataset& data, const Split& split,
                         const ReferenceOptions& options);

/// Batches that a training of `rows` rows takes, `max_steps` respected.
std::int64_t count_steps(const TrainPlan& training, int rows, std::int64_t max_steps);

/// Trains from scratch, first the reference and then through the engine. `data` must have been read
/// with `network.data`. The result depends on nothing but the arguments. Throws InputError if
/// the training diverges or the data has fewer than 2 rows, and what the engine or a callback
/// throws.
TrainResult run_train(const Network& network, const Dataset& data, Engine& engine,
                      const TrainOptions& options);

}  // namespace gradloom
