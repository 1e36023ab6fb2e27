// SPDX-License-Identifier: Apache-2.0
// A network becomes lists of descriptors and a memory map.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/estimate.hpp"
#include "compiler/net_cut.hpp"
#include "compiler/net_map.hpp"
#include "compiler/placement.hpp"
#include "golden/descriptor.hpp"
#include "golden/net_numbers.hpp"
#include "golden/training_step.hpp"

namespace gradloom::compiler {

struct LowerOptions {
  std::uint64_t base = 0;     ///< first address, a multiple of 4096
  int batches = 1;            ///< that memory has room for: 1..65535
  bool keep_outputs = false;  ///< `train` stores the outputs of the last layer too
  /// Tiles a chunk for each width, instead of what the compiler chooses.
  std::vector<int> steps;
};

/// Beats on the data bus.
struct Traffic {
  std::uint64_t load = 0;
  std::uint64_t store = 0;
  std::uint64_t total() const { return load + store; }
  bool operator==(const Traffic&) const = default;
};

struct CompiledList {
  std::string name;
  std::string about;
  std::uint64_t address = 0;
  std::vector<golden::Descriptor> descriptors;
  /// Descriptors that are done for each batch: [first, first + count). All others are done once.
  std::size_t first = 0;
  std::size_t count = 0;
  bool repeats = false;  ///< for as many batches as BATCHES says; otherwise BATCHES must be 1
  Traffic once;          ///< beats outside the batches
  Traffic batch;         ///< beats of one batch
  Traffic necessary;     ///< beats that a batch needs at least, with buffers of this depth
  Estimate cycles;       ///< of min(batches, 4) batches
  std::uint32_t length() const { return static_cast<std::uint32_t>(descriptors.size()); }
};

/// With the loss on chip the lists are `train` and `infer`. With delta from the host they are
/// `load`, `forward`, `backward`, `save` and `infer`: `load` once, then `forward` and `backward`
/// for each batch (nothing else between them), and `save` before the weights are read or `infer` is
/// run; after `infer`, `load` again.
struct CompiledNet {
  golden::NetNumbers numbers;
  Purpose purpose = Purpose::train;
  NetCut cut;
  NetMap map;
  std::vector<CompiledList> lists;
  Pins pins;
  std::uint64_t end = 0;  ///< one behind the last byte

  const CompiledList& list(const std::string& name) const;
  /// For golden::TrainingNet: how the order of draws follows from the cut.
  std::vector<golden::LayerCut> layer_cuts() const;
};

/// Throws InputError if the configuration cannot run the network, with what is missing, or the
/// lists do not fit the memory that `address_bits` reaches, or are longer than 65535 descriptors.
CompiledNet lower(const Config& config, const golden::NetNumbers& numbers,
                  const LowerOptions& options);

/// The lists as they lie in memory from `map.lists` on.
std::vector<std::uint8_t> list_bytes(const CompiledNet& net);
/// Memory from `map.base` to `end`: lists and weights; all else is 0.
std::vector<std::uint8_t> memory_image(const Config& config, const CompiledNet& net,
                                       const std::vector<golden::LayerState>& state);
/// The weights and biases in an image.
std::vector<golden::LayerState> read_state(const Config& config, const CompiledNet& net,
                                           const std::vector<std::uint8_t>& image);
/// Writes a batch of inputs or targets, or reads one of outputs.
void write_batch(const Config& config, const CompiledNet& net, std::size_t area, int batch,
                 const golden::Operands& values, std::vector<std::uint8_t>& image);
golden::Operands read_batch(const Config& config, const CompiledNet& net, std::size_t area,
                            int batch, const std::vector<std::uint8_t>& image);

}  // namespace gradloom::compiler
