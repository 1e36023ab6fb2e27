// SPDX-License-Identifier: Apache-2.0
// Real tensors as the signed integers that the array multiplies.
//
// Symmetric and per tensor: one scale for a whole matrix, no zero point. With p operand bits and
// Q = 2^(p-1) - 1,
//
//   scale = max|v| / Q          (1 if all elements are 0)
//   q     = round(v / scale)    to the nearest, ties to even, then saturated to -Q..Q
//   v     ~ q * scale
//
// The value -2^(p-1) is never produced: the range is the same on both sides of 0. Scale and
// quotient are computed in double, so that no other rounding shows. A product of two quantized
// matrices is exact in integers; its real value is the integer times both scales.
#pragma once

#include <cstdint>
#include <vector>

#include "golden/matrix.hpp"

namespace gradloom {

/// A row-major real matrix, `rows` x `cols`.
struct FloatMatrix {
  int rows = 0;
  int cols = 0;
  std::vector<float> data;

  FloatMatrix() = default;
  FloatMatrix(int row_count, int col_count)
      : rows(row_count),
        cols(col_count),
        data(static_cast<std::size_t>(row_count) * static_cast<std::size_t>(col_count)) {}

  float& at(int row, int col) { return data[index(row, col)]; }
  float at(int row, int col) const { return data[index(row, col)]; }
  bool operator==(const FloatMatrix&) const = default;

 private:
  std::size_t index(int row, int col) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(cols) +
           static_cast<std::size_t>(col);
  }
};

/// An integer matrix that stands for `values * scale`.
struct Quantized {
  Matrix values;
  double scale = 1;
};

/// Q = 2^(operand_bits-1) - 1, the largest quantized value; `operand_bits` in 2..16.
std::int64_t largest_quantized(int operand_bits);

/// The integer nearest to `value`, ties to even, whatever the rounding mode of the processor.
double round_half_even(double value);

/// One element: round(value / scale), saturated to -Q..Q.
std::int64_t quantize_value(double value, double scale, int operand_bits);

/// The whole matrix, with the scale chosen as above. Throws std::domain_error if an element is not
/// finite.
Quantized quantize(const FloatMatrix& matrix, int operand_bits);

/// `values * scale`, rounded to float once.
FloatMatrix dequantize(const Matrix& values, double scale);

}  // namespace gradloom
