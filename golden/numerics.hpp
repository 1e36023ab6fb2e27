// SPDX-License-Identifier: Apache-2.0
// The numbers of docs/numerics.md, term by term.
#pragma once

#include <cstdint>

#include "golden/config.hpp"
#include "golden/matrix.hpp"

namespace gradloom::golden {

/// The low `bits` bits (1..64) of a value, read as two's complement.
inline std::int64_t wrap(std::int64_t value, int bits) {
  const int shift = 64 - bits;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << shift) >> shift;
}

/// Largest and smallest value of `bits` bits (1..64) in two's complement.
inline std::int64_t max_value(int bits) { return INT64_MAX >> (64 - bits); }
inline std::int64_t min_value(int bits) { return INT64_MIN >> (64 - bits); }

/// One addition in an accumulator of `bits` bits (8..64). Both operands must be in its range.
/// `refuse` adds as `wrap` does.
inline std::int64_t add(std::int64_t acc, std::int64_t term, int bits, Overflow overflow) {
  std::int64_t sum = 0;
  const bool beyond_64 = __builtin_add_overflow(acc, term, &sum);
  if (overflow != Overflow::saturate) return wrap(sum, bits);
  if (beyond_64) return term < 0 ? min_value(bits) : max_value(bits);
  if (sum > max_value(bits)) return max_value(bits);
  return sum < min_value(bits) ? min_value(bits) : sum;
}

/// Size and overflow policy of an accumulator.
struct Accumulator {
  int bits = 32;
  Overflow overflow = Overflow::wrap;
};
Accumulator accumulator(const Config& config);

/// The products of a layer, in the order of docs/numerics.md, section 4. Shapes: x [B, M],
/// w [M, N], delta [B, N]. `start` is the word in the buffer (acc_psum or acc_dw), null for none;
/// it has the shape of the result. Any dimension may be 0. Operands of up to 16 bits. Throw
/// std::invalid_argument if the shapes do not agree.

/// Y [B, N].
Matrix fprop(const Matrix& x, const Matrix& w, Accumulator acc, const Matrix* start = nullptr);
/// dX [B, M].
Matrix dgrad(const Matrix& delta, const Matrix& w, Accumulator acc, const Matrix* start = nullptr);
/// dW [M, N]. The sum is formed from 0 and then added to `start`.
Matrix wgrad(const Matrix& x, const Matrix& delta, Accumulator acc, const Matrix* start = nullptr);
/// db [1, N].
Matrix bgrad(const Matrix& delta, Accumulator acc);

}  // namespace gradloom::golden
