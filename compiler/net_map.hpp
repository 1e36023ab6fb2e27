// SPDX-License-Identifier: Apache-2.0
// Where the tensors of a network lie in memory, and how (docs/bus.md, section 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "golden/net_numbers.hpp"

namespace gradloom::compiler {

/// A tensor in memory, tile after tile: tile t has `vectors` vectors, of features t*L .. t*L + L-1.
/// Vectors are samples (X, DELTA, Y), inputs of the layer (W), or one (BIAS).
struct TensorArea {
  std::string name;
  Buffer buffer = Buffer::x;
  int features = 0;
  int vectors = 0;
  int batches = 1;  ///< one after the other, `batch_bytes` apart
  std::uint64_t batch_bytes = 0;
  std::uint64_t address = 0;
  bool used = true;  ///< a list touches it, or the host does

  std::uint64_t bytes() const { return batch_bytes * static_cast<std::uint64_t>(batches); }
};

/// Bytes from one tile of the area to the next.
std::uint64_t tile_bytes(const Config& config, const TensorArea& area);
/// Bytes of one tensor.
std::uint64_t tensor_bytes(const Config& config, const TensorArea& area);

/// Calls for the value of vector `row`, feature `col`.
using ReadValue = std::function<std::int64_t(int row, int col)>;
using TakeValue = std::function<void(int row, int col, std::int64_t value)>;

/// Writes a tensor into `image`, whose first byte is at address `base`; the filling stays as it is.
/// The image must hold it. Throws std::out_of_range if the area has no such batch.
void pack(const Config& config, const TensorArea& area, int batch, std::uint64_t base,
          std::vector<std::uint8_t>& image, const ReadValue& value);
/// The other way round.
void unpack(const Config& config, const TensorArea& area, int batch, std::uint64_t base,
            const std::vector<std::uint8_t>& image, const TakeValue& take);

/// Places in NetMap::areas. Those of layer k are `weights + k` and so on.
struct NetMap {
  std::vector<TensorArea> areas;
  std::size_t weights = 0;
  std::size_t biases = 0;
  std::size_t inputs = 0;
  std::size_t targets = 0;  ///< of the loss on chip; otherwise the delta that the host supplies
  std::size_t outputs = 0;
  std::size_t acts = 0;    ///< spilled inputs of layer k; that of layer 0 is never used
  std::size_t derivs = 0;  ///< their derivative codes
  std::size_t deltas = 0;  ///< spilled deltas of layer k
  std::size_t scratch = 0;
  std::uint64_t base = 0;
  std::uint64_t lists = 0;  ///< where the descriptors begin: behind all areas that are used
};

/// All areas, none of them at an address yet. `batches` of inputs, targets and outputs.
NetMap make_map(const Config& config, const golden::NetNumbers& numbers, int batches);

/// Gives addresses from `base` (a multiple of 4096) on to the areas that are used.
void place_areas(NetMap& map, std::uint64_t base);

/// `address` rounded up to a good place for something of `bytes` bytes.
std::uint64_t aligned(std::uint64_t address, std::uint64_t bytes);

}  // namespace gradloom::compiler
