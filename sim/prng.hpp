// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every platform. (The distributions of <random> are not; the
// engine std::mt19937_64 is.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace gradloom {

using Prng = std::mt19937_64;

/// Independent streams from one user seed: one `stream` number for each purpose.
inline Prng make_prng(std::uint64_t seed, std::uint64_t stream) {
  return Prng(seed * 0x9E3779B97F4A7C15ULL + stream);
}

/// Uniform in 0..count-1, without bias; `count` at least 1.
inline std::uint64_t below(Prng& prng, std::uint64_t count) {
  const std::uint64_t reject = (0 - count) % count;  // 2^64 mod count
  std::uint64_t value = prng();
  while (value < reject) value = prng();
  return value % count;
}

/// Uniform in [-limit, limit): one of 2^24 evenly spaced values.
inline float uniform(Prng& prng, float limit) {
  constexpr float kStep = 1.0F / static_cast<float>(1 << 23);
  return (static_cast<float>(prng() >> 40) * kStep - 1.0F) * limit;
}

/// Fisher-Yates.
template <typename T>
void shuffle(std::vector<T>& items, Prng& prng) {
  for (std::size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[static_cast<std::size_t>(below(prng, i))]);
  }
}

}  // namespace gradloom
