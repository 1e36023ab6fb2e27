// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "golden/config.hpp"

namespace gradloom::golden {

/// The arithmetic of the PE array: R x C weights and accumulators with their shadows, a slot at a
/// time. Vectors have R or C elements; lanes outside the layer must be 0.
class ArrayMath {
 public:
  ArrayMath() = default;
  ArrayMath(const ArrayMath&) = delete;
  ArrayMath& operator=(const ArrayMath&) = delete;
  virtual ~ArrayMath() = default;

  /// Sets row `row` of the shadow weights to `valid` words and zeros.
  virtual void load_row(int row, const std::int64_t* words, int valid) = 0;
  /// Makes the shadow weights the active ones.
  virtual void swap_weights() = 0;
  /// psum[c] += x[r] * W[r][c], r ascending. psum: C words, sign-extended.
  virtual void fprop(const std::int16_t* x, std::int64_t* psum) = 0;
  /// psum[r] += delta[c] * W[r][c], c ascending. psum: R words, sign-extended.
  virtual void dgrad(const std::int16_t* delta, std::int64_t* psum) = 0;
  virtual void clear_accumulators() = 0;
  /// accumulator[r][c] += x[r] * delta[c].
  virtual void wgrad(const std::int16_t* x, const std::int16_t* delta) = 0;
  /// Copies the accumulators into their shadows.
  virtual void capture() = 0;
  /// Row `row` of the shadow accumulators: C words, sign-extended.
  virtual void drain_row(int row, std::int64_t* words) const = 0;
};

/// 32-bit arithmetic for accumulators up to 32 bits, 64-bit above; one addition at a time, each
/// saturated, for overflow saturate.
std::unique_ptr<ArrayMath> make_array_math(const Config& config);

}  // namespace gradloom::golden
