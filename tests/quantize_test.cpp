// SPDX-License-Identifier: Apache-2.0
#include "sim/quantize.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

using gradloom::FloatMatrix;
using gradloom::quantize;
using gradloom::Quantized;

namespace {

FloatMatrix row(std::vector<float> values) {
  FloatMatrix matrix(1, static_cast<int>(values.size()));
  matrix.data = std::move(values);
  return matrix;
}

}  // namespace

TEST_CASE("rounding to nearest, ties to even") {
  const auto rounded = gradloom::round_half_even;
  CHECK(rounded(0.5) == 0);
  CHECK(rounded(1.5) == 2);
  CHECK(rounded(2.5) == 2);
  CHECK(rounded(-0.5) == 0);
  CHECK(rounded(-1.5) == -2);
  CHECK(rounded(-2.5) == -2);
  CHECK(rounded(0.49999999999999994) == 0);
  CHECK(rounded(0.5000000000000001) == 1);
  CHECK(rounded(-3.7) == -4);
  CHECK(rounded(1e300) == 1e300);
}

TEST_CASE("rounding is what the processor does, and does not depend on its mode") {
  std::mt19937_64 prng(1);
  for (int i = 0; i < 1000; ++i) {
    const double value = (static_cast<double>(prng() >> 40) - (1 << 23)) / 4;  // many ties
    const double expected = std::nearbyint(value);
    std::fesetround(FE_UPWARD);
    const double rounded = gradloom::round_half_even(value);
    std::fesetround(FE_TONEAREST);
    CHECK(rounded == expected);
  }
}

TEST_CASE("hand-computed int8 and int4") {
  const Quantized q8 = quantize(row({0, 1, -2, 2, 0.5F}), 8);
  CHECK(q8.scale == 2.0 / 127);
  // 1 / scale = 63.5, a tie: 64 is even; 0.5 / scale = 31.75.
  CHECK(q8.values.data == std::vector<std::int64_t>{0, 64, -127, 127, 32});
  const Quantized q4 = quantize(row({7, -7, 0.5F, 1.5F, 2.5F, -0.5F, 3.2F}), 4);
  CHECK(q4.scale == 1);
  CHECK(q4.values.data == std::vector<std::int64_t>{7, -7, 0, 2, 2, 0, 3});
}

TEST_CASE("saturation on both sides") {
  CHECK(gradloom::quantize_value(200, 1, 8) == 127);
  CHECK(gradloom::quantize_value(-200, 1, 8) == -127);
  CHECK(gradloom::quantize_value(1e300, 1e-10, 16) == 32767);
  CHECK(gradloom::quantize_value(-1, 0.25, 2) == -1);
}

TEST_CASE("every format: range used up to both ends, error at most half a step") {
  std::mt19937_64 prng(7);
  for (int bits = 2; bits <= 16; ++bits) {
    CAPTURE(bits);
    const std::int64_t limit = gradloom::largest_quantized(bits);
    CHECK(limit == (1 << (bits - 1)) - 1);
    FloatMatrix matrix(20, 10);
    for (float& value : matrix.data) {
      value = static_cast<float>(static_cast<double>(prng() >> 11) / 9007199254740992.0 - 0.5);
    }
    matrix.at(3, 3) = 0.75F;
    matrix.at(4, 4) = -0.75F;
    const Quantized quantized = quantize(matrix, bits);
    CHECK(quantized.values.rows == 20);
    CHECK(quantized.values.cols == 10);
    CHECK(quantized.values.at(3, 3) == limit);
    CHECK(quantized.values.at(4, 4) == -limit);
    double worst = 0;
    for (std::size_t i = 0; i < matrix.data.size(); ++i) {
      REQUIRE(std::llabs(quantized.values.data[i]) <= limit);
      const double back = static_cast<double>(quantized.values.data[i]) * quantized.scale;
      worst = std::max(worst, std::fabs(back - static_cast<double>(matrix.data[i])));
    }
    CHECK(worst <= quantized.scale / 2 * (1 + 1e-12));
  }
}

TEST_CASE("extremes of float") {
  const float tiny = std::numeric_limits<float>::denorm_min();
  CHECK(quantize(row({tiny, -tiny}), 16).values.data == std::vector<std::int64_t>{32767, -32767});
  const float huge = std::numeric_limits<float>::max();
  CHECK(quantize(row({huge, -huge}), 2).values.data == std::vector<std::int64_t>{1, -1});
  CHECK(quantize(row({huge, tiny}), 8).values.data == std::vector<std::int64_t>{127, 0});
  const Quantized zeros = quantize(row({0, -0.0F}), 8);
  CHECK(zeros.scale == 1);
  CHECK(zeros.values.data == std::vector<std::int64_t>{0, 0});
  CHECK(quantize(FloatMatrix(0, 5), 8).values.data.empty());
}

TEST_CASE("what cannot be quantized") {
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(quantize(row({1, infinity}), 8), std::domain_error);
  CHECK_THROWS_AS(quantize(row({std::nanf("")}), 8), std::domain_error);
  CHECK_THROWS_AS(quantize(row({1}), 1), std::invalid_argument);
  CHECK_THROWS_AS(quantize(row({1}), 17), std::invalid_argument);
}

TEST_CASE("back to real numbers") {
  gradloom::Matrix values(2, 2);
  values.data = {1, -2, 1 << 30, 0};
  const FloatMatrix real = gradloom::dequantize(values, 0.25);
  CHECK(real.rows == 2);
  CHECK(real.data == std::vector<float>{0.25F, -0.5F, 268435456.0F, 0});
}
