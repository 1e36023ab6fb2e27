// SPDX-License-Identifier: Apache-2.0
#include "compiler/bank_cache.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace gradloom::compiler {
namespace {

/// A place used in this many steps before still holds up a load.
constexpr int kSlack = 2;

bool overlap(int base, int words, int other_base, int other_words) {
  return base < other_base + other_words && other_base < base + words;
}

}  // namespace

BankCache::Entry* BankCache::find(const Chunk& chunk) {
  const auto same = [&chunk](const Entry& entry) {
    return entry.chunk == chunk && entry.next_use != kNever;
  };
  const auto found = std::find_if(entries_.begin(), entries_.end(), same);
  return found == entries_.end() ? nullptr : &*found;
}

BankCache::Entry* BankCache::used_in(const Chunk& chunk, int step) {
  const auto same = [&](const Entry& entry) {
    return entry.chunk == chunk && entry.last_use == step;
  };
  const auto found = std::find_if(entries_.begin(), entries_.end(), same);
  return found == entries_.end() ? nullptr : &*found;
}

bool BankCache::cost_of(int base, int words, int step, bool load, Cost& cost) const {
  bool held_up = false;
  for (const Entry& entry : entries_) {
    if (!overlap(base, words, entry.base, entry.words)) continue;
    if (entry.last_use == step) return false;
    held_up = held_up || entry.last_use > step - kSlack;
    cost.recent = std::max(cost.recent, entry.last_use);
    if (entry.next_use == kNever) continue;
    cost.words += entry.words * (1.0 + 1.0 / (entry.next_use - step + 1));
  }
  for (const Reserved& place : reserved_) {
    held_up =
        held_up || (overlap(base, words, place.base, place.words) && place.step - step < kSlack);
  }
  if (load && held_up) cost.words += words;
  cost.base = base;
  return true;
}

std::vector<int> BankCache::candidates(int words) const {
  std::vector<int> bases{0, depth_ - words};
  for (const Entry& entry : entries_) {
    bases.push_back(entry.base);
    bases.push_back(entry.end());
    bases.push_back(entry.base - words);
    bases.push_back(entry.end() - words);
  }
  const auto bad = [&](int base) { return base < 0 || base > depth_ - words; };
  bases.erase(std::remove_if(bases.begin(), bases.end(), bad), bases.end());
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  return bases;
}

bool BankCache::place(const Chunk& chunk, int words, int step, bool load) {
  std::optional<Cost> best;
  for (const int base : candidates(words)) {
    Cost cost;
    if (!cost_of(base, words, step, load, cost)) continue;
    const auto rank = [](const Cost& c) { return std::tuple(c.words, c.recent, c.base); };
    if (!best || rank(cost) < rank(*best)) best = cost;
  }
  if (!best) return false;
  put(chunk, words, step, best->base);
  return true;
}

void BankCache::put(const Chunk& chunk, int words, int step, int base) {
  const auto covered = [&](const Entry& entry) {
    return overlap(base, words, entry.base, entry.words);
  };
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), covered), entries_.end());
  entries_.push_back({chunk, base, words, step, kNever, false});
}

void BankCache::drop(const Chunk& chunk) {
  const auto same = [&chunk](const Entry& entry) { return entry.chunk == chunk; };
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), same), entries_.end());
}

}  // namespace gradloom::compiler
