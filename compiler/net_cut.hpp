// SPDX-License-Identifier: Apache-2.0
// How a network is cut into commands that the buffers can hold.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "golden/net_numbers.hpp"

namespace gradloom::compiler {

/// What a network is compiled for.
enum class Purpose {
  train,  ///< forward, loss, backward and update, on chip
  host,   ///< the same, but the host supplies delta of the last layer
  infer   ///< forward only
};

/// The features of one width of a network: tiles of `lanes`, and chunks of `step` tiles. A chunk is
/// what a command names in that direction, and what is moved at a time.
struct WidthCut {
  int width = 0;
  int lanes = 0;
  int step = 0;

  int tiles() const { return (width + lanes - 1) / lanes; }
  int chunks() const { return (tiles() + step - 1) / step; }
  int first_tile(int i) const { return i * step; }
  int tiles_of(int i) const { return std::min(step, tiles() - first_tile(i)); }
  int first(int i) const { return first_tile(i) * lanes; }
  int features_of(int i) const { return std::min(step * lanes, width - first(i)); }
  bool operator==(const WidthCut&) const = default;
};

/// One for each width: that of the input, then those of the outputs of the layers. Layer k has
/// chunks of M as cut[k] and of N as cut[k + 1], forward and backward.
using NetCut = std::vector<WidthCut>;

/// Chunks of `step` tiles in every direction.
NetCut even_cut(const golden::NetNumbers& numbers, int lanes, int step);

/// Empty if the buffers hold the commands of this cut; otherwise what does not fit, in one line.
std::string misfit(const Config& config, const golden::NetNumbers& numbers, const NetCut& cut,
                   Purpose purpose);

/// Throws InputError if no cut fits, or the network is not one that the configuration can run:
/// shapes, activations, roundings and fields, and sums that `refuse` does not allow.
void require_possible(const Config& config, const golden::NetNumbers& numbers, Purpose purpose);

/// All steps that cut `tiles` tiles into chunks of equal numbers (the last may have fewer),
/// descending.
std::vector<int> steps_of(int tiles);

}  // namespace gradloom::compiler
