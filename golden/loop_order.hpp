// SPDX-License-Identifier: Apache-2.0
// In which order the commands of a layer run, and what moves between memory and the buffers then.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "golden/command.hpp"
#include "golden/ports.hpp"

namespace gradloom::golden {

/// fixed: docs/numerics.md, section 5. best: of all orders of the three loops the one that moves
/// the fewest words, of equals the fixed one. Results, cycles and accesses at the buffers do not
/// depend on it.
enum class LoopOrder : std::uint8_t { fixed, best };
const char* name(LoopOrder order);

/// Chunks of a layer in each direction.
struct ChunkCounts {
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t b = 0;
};

enum class Direction : std::uint8_t { m, n, b };
/// The loops over the chunks, the outermost first.
using LoopNest = std::array<Direction, 3>;
/// "b, n, m"
std::string text(const LoopNest& nest);

/// A layer as seen from memory.
struct MemoryLayer {
  Op op = Op::backward;
  std::int64_t m = 1;
  std::int64_t n = 1;
  std::int64_t b = 1;
  ChunkCounts chunks;
};

/// Words from memory into a buffer, and from a buffer into memory.
struct MemoryWords {
  std::int64_t read = 0;
  std::int64_t written = 0;
  bool operator==(const MemoryWords&) const = default;
};
using BufferWords = std::array<MemoryWords, kBaseCount>;

/// A buffer holds the block of one chunk. It is fetched if the chunk before had another one;
/// sums that are not complete when their buffer is needed go out and come back. A tensor over two
/// directions so moves once, or once for each chunk of the third direction, if a loop over one of
/// its own with more than one chunk is inside that of the third.
BufferWords memory_words(const MemoryLayer& layer, const LoopNest& nest);

LoopNest loop_nest(const MemoryLayer& layer, LoopOrder order);

}  // namespace gradloom::golden
