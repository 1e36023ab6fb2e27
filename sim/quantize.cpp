// SPDX-License-Identifier: Apache-2.0
#include "sim/quantize.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gradloom {
namespace {

double largest_magnitude(const FloatMatrix& matrix) {
  double largest = 0;
  for (const float value : matrix.data) {
    if (!std::isfinite(value)) throw std::domain_error("a tensor holds a value that is not finite");
    largest = std::max(largest, std::fabs(static_cast<double>(value)));
  }
  return largest;
}

}  // namespace

std::int64_t largest_quantized(int operand_bits) {
  if (operand_bits < 2 || operand_bits > 16) {
    throw std::invalid_argument("operand_bits must be in 2..16");
  }
  return (std::int64_t{1} << (operand_bits - 1)) - 1;
}

double round_half_even(double value) {
  const double below = std::floor(value);
  const double rest = value - below;  // exact: below is within 1 of value
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return std::fmod(below, 2) == 0 ? below : below + 1;
}

std::int64_t quantize_value(double value, double scale, int operand_bits) {
  const auto limit = static_cast<double>(largest_quantized(operand_bits));
  return static_cast<std::int64_t>(std::clamp(round_half_even(value / scale), -limit, limit));
}

Quantized quantize(const FloatMatrix& matrix, int operand_bits) {
  const double largest = largest_magnitude(matrix);
  Quantized result{Matrix(matrix.rows, matrix.cols), 1};
  if (largest > 0) result.scale = largest / static_cast<double>(largest_quantized(operand_bits));
  std::transform(matrix.data.begin(), matrix.data.end(), result.values.data.begin(),
                 [&](float value) {
                   return quantize_value(static_cast<double>(value), result.scale, operand_bits);
                 });
  return result;
}

FloatMatrix dequantize(const Matrix& values, double scale) {
  FloatMatrix result(values.rows, values.cols);
  std::transform(values.data.begin(), values.data.end(), result.data.begin(),
                 [scale](std::int64_t value) {
                   return static_cast<float>(static_cast<double>(value) * scale);
                 });
  return result;
}

}  // namespace gradloom
