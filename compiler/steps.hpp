// SPDX-License-Identifier: Apache-2.0
// The commands of one batch in the order of docs/numerics.md, section 8.10, and what each of them
// reads and writes. Nothing has a place in a bank yet.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/net_cut.hpp"
#include "compiler/net_map.hpp"
#include "golden/command.hpp"

namespace gradloom::compiler {

enum class Tensor : std::uint8_t { act, delta, weight, bias, sum };

/// A part of a tensor that is in a bank, or in memory, as a whole. `i`: chunk of M for weights,
/// otherwise of the features; `j`: chunk of N for weights.
struct Chunk {
  Tensor tensor = Tensor::act;
  int layer = 0;
  int i = 0;
  int j = 0;
  auto operator<=>(const Chunk&) const = default;
};

/// Which base of a command says where the chunk is.
enum class BaseField : std::uint8_t { x, delta, w, y, bias, next };

inline constexpr int kNoArea = -1;

/// What a command does with a chunk.
struct Use {
  Chunk chunk;
  Buffer buffer = Buffer::x;
  BaseField field = BaseField::x;
  bool reads = false;  ///< what was there before
  bool writes = false;
  bool deriv = false;        ///< the derivative codes at the same place in DERIV too
  int words = 0;             ///< in each bank
  int load_area = kNoArea;   ///< where to read it from if it is not in the bank
  int store_area = kNoArea;  ///< where to write it to afterwards
  // The part of the area:
  int tile = 0;
  int tiles = 0;
  int vector = 0;  ///< first vector of each tile
  int vectors = 0;
};

struct Step {
  golden::Command command;  ///< bases are 0
  std::vector<Use> uses;
};

struct StepList {
  std::vector<Step> steps;
  /// Purpose::host: steps before this one are the forward pass, up to the outputs.
  std::size_t forward_steps = 0;
};

struct StepOptions {
  Purpose purpose = Purpose::train;
  bool keep_outputs = false;  ///< train: store the outputs of the last layer too
};

StepList make_steps(const golden::NetNumbers& numbers, const NetCut& cut, const NetMap& map,
                    const StepOptions& options);

/// The part of the weights that chunk (i, j) of a layer is.
Use weight_use(const NetCut& cut, const NetMap& map, int layer, int i, int j);
/// The part of the biases that chunk j of a layer is.
Use bias_use(const NetCut& cut, const NetMap& map, int layer, int j);

}  // namespace gradloom::compiler
