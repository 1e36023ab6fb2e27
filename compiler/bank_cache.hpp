// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "compiler/steps.hpp"

namespace gradloom::compiler {

inline constexpr int kNever = 1 << 30;

/// What lies where in the banks of one buffer, from step to step. The future is known: what makes
/// room is what is needed again last. Places that were in use a moment ago are avoided, so that a
/// load can go on beside the computation.
class BankCache {
 public:
  explicit BankCache(int depth) : depth_(depth) {}

  struct Entry {
    Chunk chunk;
    int base = 0;
    int words = 0;
    int last_use = 0;
    int next_use = kNever;
    bool deriv = false;
    int end() const { return base + words; }
  };

  /// Null if the chunk is not in the bank, or no longer needed.
  Entry* find(const Chunk& chunk);
  /// The entry of the chunk if its last use is `step`; null otherwise.
  Entry* used_in(const Chunk& chunk, int step);

  /// A place that will be loaded again for a later step: of the next batch.
  struct Reserved {
    int base = 0;
    int words = 0;
    int step = 0;
  };
  void reserve(const Reserved& place) { reserved_.push_back(place); }

  /// Finds room of `words` words that overlaps nothing that step `step` uses (entries whose last
  /// use is `step`). False if there is none. `load`: the words come from memory.
  bool place(const Chunk& chunk, int words, int step, bool load);
  /// The same at a given place.
  void put(const Chunk& chunk, int words, int step, int base);
  /// Forgets the chunk.
  void drop(const Chunk& chunk);

  int depth() const { return depth_; }

 private:
  struct Cost {
    double words = 0;  ///< to be moved or waited for because of the choice
    int recent = -1;   ///< last use of what was there
    int base = 0;
  };

  /// False if it overlaps something in use.
  bool cost_of(int base, int words, int step, bool load, Cost& cost) const;
  std::vector<int> candidates(int words) const;

  int depth_;
  std::vector<Entry> entries_;  // disjoint
  std::vector<Reserved> reserved_;
};

}  // namespace gradloom::compiler
