// SPDX-License-Identifier: Apache-2.0
// Which words of the buffers a command reads and writes, as docs/architecture.md, section 2, and
// docs/training.md, sections 2 and 3, say.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"

namespace gradloom {

/// The part of a buffer that a matrix of a layer takes: `words` words from `base` on in every lane.
/// A tile takes `stride` words, and lane l of tile t belongs to the matrix if t * lanes + l <
/// extent.
struct Region {
  Buffer buffer = Buffer::x;
  int lanes = 0;
  int depth = 0;
  int base = 0;
  int stride = 0;
  int extent = 0;
  int words = 0;

  bool in_layer(int lane, int addr) const;
  /// In the layer, in the first lane beyond it, or next to its first or last word.
  bool watched(int lane, int addr) const;
  /// Some word is not watched: lane 0 of `free_addr()` is none of the command's business.
  bool leaves_room() const { return words + 2 < depth; }
  int free_addr() const { return base > 1 ? 0 : depth - 1; }
};

/// Of the buffers X to DW, at the base of that buffer.
Region region(const Config& config, const golden::Command& layer, Buffer buffer);

/// A part of a buffer that a command uses.
struct Touch {
  Region region;
  bool read = false;     ///< what is there matters
  bool written = false;  ///< every word of it
};

/// All parts that a good command touches. No two of them share a word.
std::vector<Touch> touches(const Config& config, const golden::Command& command);

/// A base that a command makes use of, and the words that must be there, in every bank of the
/// buffer. What is at a base of X is at the same place of DERIV too, where a command uses that.
struct BaseUse {
  Buffer buffer = Buffer::x;
  int words = 0;
  std::uint32_t* base = nullptr;  ///< the field of the command
};

/// The bases that a good command needs, whatever values they have now. Where a training command
/// reads and writes one buffer at two bases, these are different uses.
std::vector<BaseUse> base_uses(const Config& config, golden::Command& command);

/// Calls visit(lane, addr) for the words of a region.
template <typename Visit>
void for_each_word(const Region& r, Visit visit) {
  for (int lane = 0; lane < r.lanes; ++lane) {
    for (int addr = r.base; addr < r.base + r.words; ++addr) {
      if (r.in_layer(lane, addr)) visit(lane, static_cast<std::uint32_t>(addr));
    }
  }
}

/// Calls visit(lane, addr) for the watched words of a region.
template <typename Visit>
void for_each_watched(const Region& r, Visit visit) {
  const int first = r.base > 0 ? r.base - 1 : 0;
  for (int lane = 0; lane < r.lanes; ++lane) {
    for (int addr = first; addr <= r.base + r.words && addr < r.depth; ++addr) {
      if (r.watched(lane, addr)) visit(lane, static_cast<std::uint32_t>(addr));
    }
  }
}

/// A word of a bank.
struct Word {
  Buffer buffer = Buffer::x;
  int lane = 0;
  std::uint32_t addr = 0;
  auto operator<=>(const Word&) const = default;
};

/// What good commands, one after the other, do to the buffers. All lists are sorted.
struct Footprint {
  std::vector<Word> needed;   ///< read before one of the commands wrote it, if one did
  std::vector<Word> written;  ///< by some command
  std::vector<Word> watched;  ///< not written, but beside what is: must stay as it is
};
Footprint footprint(const Config& config, const std::vector<golden::Command>& commands);

}  // namespace gradloom
