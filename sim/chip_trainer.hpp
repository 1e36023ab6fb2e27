// SPDX-License-Identifier: Apache-2.0
// Training on the Verilated chip: a host that knows the driver (hal/) and the lists of the
// compiler, nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/lowering.hpp"
#include "sim/axi_bench.hpp"
#include "sim/on_chip_training.hpp"
#include "sim/softmax_delta.hpp"

namespace gradloom {

/// Sums over the runs of the training lists. `inference` is not in them.
struct ChipCounters {
  std::int64_t runs = 0;
  std::int64_t batches = 0;
  gradloom_run_counters sum{};
};

class ChipTrainer {
 public:
  /// Fills the memory. Throws CheckError if the chip is not the one of the configuration.
  ChipTrainer(const Config& config, const OnChipPlan& plan, compiler::CompiledNet net,
              const std::filesystem::path& library, const AxiBenchOptions& options);

  /// Trains an epoch and returns the weights and biases that are in memory afterwards. Throws
  /// CheckError if a run ends with an error or its counters do not add up.
  std::vector<golden::LayerState> epoch(const EpochData& data);

  /// Outputs of the last layer for x, by the chip, with the weights in memory.
  golden::Operands infer(const golden::Operands& x);

  const ChipCounters& counters() const { return counters_; }
  const compiler::CompiledNet& net() const { return net_; }
  std::int64_t cycles() const { return bench_.cycles(); }
  std::int64_t checks() const { return bench_.checks(); }

 private:
  void put(std::size_t area, int batch, const golden::Operands& values);
  golden::Operands get(std::size_t area, int batch);
  gradloom_run_counters run(const std::string& list, int batches);
  void train(const std::string& list, int batches);
  void host_loss_epoch(const EpochData& data);

  Config config_;
  compiler::CompiledNet net_;
  int batches_;                      ///< that memory has room for
  std::vector<std::uint8_t> image_;  ///< of the memory; areas are current only where used
  AxiBench bench_;
  SoftmaxDelta softmax_;
  ChipCounters counters_;
};

/// The lists and the memory map for whole epochs of the network. Throws InputError as
/// compiler::lower, or if an epoch has no whole batch.
compiler::CompiledNet compile_for_epochs(const Config& config, const Network& network,
                                         const OnChipPlan& plan);

struct ChipTraining {
  OnChipResult golden;
  compiler::CompiledNet net;
  ChipCounters counters;
  std::int64_t cycles = 0;
  std::int64_t checks = 0;
  std::int64_t words_compared = 0;  ///< weights, biases and outputs, against the golden model
};

struct ChipTrainingOptions {
  AxiBenchOptions bench;
  std::function<void(const OnChipEpoch& chip, const EpochResult& reference)> on_epoch;
};

/// Trains on the chip and in the golden model side by side. After each epoch every weight and bias
/// must be the same in both, and after the last one every output for the held-out rows; otherwise
/// throws CheckError.
ChipTraining train_chip(const Config& config, const Network& network, const Dataset& data,
                        const std::filesystem::path& library, const ChipTrainingOptions& options);

}  // namespace gradloom
