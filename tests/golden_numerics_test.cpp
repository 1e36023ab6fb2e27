// SPDX-License-Identifier: Apache-2.0
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <stdexcept>

#include "golden/numerics.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;

namespace {

Matrix row(std::vector<std::int64_t> values) {
  Matrix result(1, static_cast<int>(values.size()));
  result.data = std::move(values);
  return result;
}

Matrix column(std::vector<std::int64_t> values) {
  Matrix result(static_cast<int>(values.size()), 1);
  result.data = std::move(values);
  return result;
}

// Independent of add() and wrap(): division instead of shifts, for up to 62 bits.
std::int64_t modulo(std::int64_t exact, int bits) {
  const std::int64_t size = std::int64_t{1} << bits;
  const std::int64_t rest = ((exact % size) + size) % size;
  return rest >= size / 2 ? rest - size : rest;
}

std::int64_t reduce(std::int64_t exact, int bits, Overflow overflow) {
  if (overflow != Overflow::saturate) return modulo(exact, bits);
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  return std::max(-half, std::min(half - 1, exact));
}

}  // namespace

TEST_CASE("wrap reads the low bits as two's complement") {
  CHECK(wrap(127, 8) == 127);
  CHECK(wrap(128, 8) == -128);
  CHECK(wrap(-129, 8) == 127);
  CHECK(wrap(0x1FF, 8) == -1);
  CHECK(wrap(INT64_MIN, 64) == INT64_MIN);
  CHECK(wrap(1, 1) == -1);
}

TEST_CASE("one addition at the ends of the range") {
  CHECK(add(127, 1, 8, Overflow::wrap) == -128);
  CHECK(add(-128, -1, 8, Overflow::wrap) == 127);
  CHECK(add(127, 1, 8, Overflow::refuse) == -128);
  CHECK(add(127, 1, 8, Overflow::saturate) == 127);
  CHECK(add(-128, -1, 8, Overflow::saturate) == -128);
  CHECK(add(126, 1, 8, Overflow::saturate) == 127);
  CHECK(add(-128, -128, 8, Overflow::wrap) == 0);
  CHECK(add(INT64_MAX, 1, 64, Overflow::wrap) == INT64_MIN);
  CHECK(add(INT64_MIN, -1, 64, Overflow::wrap) == INT64_MAX);
  CHECK(add(INT64_MAX, 1, 64, Overflow::saturate) == INT64_MAX);
  CHECK(add(INT64_MIN, INT64_MIN, 64, Overflow::saturate) == INT64_MIN);
  CHECK(add(INT64_MAX - 1, 1, 64, Overflow::saturate) == INT64_MAX);
}

TEST_CASE("one addition equals the exact sum, reduced once") {
  test::Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const int bits = pick(random, 8, 62);
    const auto overflow = static_cast<Overflow>(pick(random, 0, 2));
    const std::int64_t s = test::value(random, bits);
    const std::int64_t t = test::value(random, bits);
    CAPTURE(bits);
    REQUIRE(add(s, t, bits, overflow) == reduce(s + t, bits, overflow));
  }
}

TEST_CASE("all-minimum operands: the one product that needs the top bit") {
  // 4-bit operands, 8-bit accumulator: (-8)^2 = 64; two of them are 128.
  const Matrix x = row({-8, -8});
  const Matrix w = column({-8, -8});
  CHECK(fprop(row({-8}), column({-8}), {8, Overflow::wrap}).at(0, 0) == 64);
  CHECK(fprop(x, w, {8, Overflow::wrap}).at(0, 0) == -128);
  CHECK(fprop(x, w, {8, Overflow::refuse}).at(0, 0) == -128);
  CHECK(fprop(x, w, {8, Overflow::saturate}).at(0, 0) == 127);
  CHECK(fprop(x, w, {9, Overflow::saturate}).at(0, 0) == 128);
  // 16-bit operands, 32-bit accumulator: 2 * 2^30.
  const Matrix big = row({-32768, -32768});
  const Matrix big_t = column({-32768, -32768});
  CHECK(fprop(big, big_t, {32, Overflow::wrap}).at(0, 0) == INT32_MIN);
  CHECK(fprop(big, big_t, {32, Overflow::saturate}).at(0, 0) == INT32_MAX);
}

TEST_CASE("the order of saturating additions shows") {
  const Accumulator acc{8, Overflow::saturate};
  // 100 + 100 -> 127, -100 -> 27; the other way round 100 - 100 + 100 = 100.
  CHECK(fprop(row({10, 10, -10}), column({10, 10, 10}), acc).at(0, 0) == 27);
  CHECK(fprop(row({10, -10, 10}), column({10, 10, 10}), acc).at(0, 0) == 100);
  CHECK(dgrad(row({10, 10, -10}), row({10, 10, 10}), acc).at(0, 0) == 27);
  CHECK(dgrad(row({10, -10, 10}), row({10, 10, 10}), acc).at(0, 0) == 100);
  CHECK(wgrad(column({10, 10, -10}), column({10, 10, 10}), acc).at(0, 0) == 27);
  CHECK(wgrad(column({10, -10, 10}), column({10, 10, 10}), acc).at(0, 0) == 100);
  CHECK(bgrad(column({100, 100, -100}), acc).at(0, 0) == 27);
  CHECK(bgrad(column({100, -100, 100}), acc).at(0, 0) == 100);
}

TEST_CASE("start values: fprop and dgrad continue the sum, wgrad adds a finished one") {
  const Accumulator acc{8, Overflow::saturate};
  const Matrix start = row({100});
  // 100 + 100 -> 127, - 100 -> 27.
  CHECK(fprop(row({10, -10}), column({10, 10}), acc, &start).at(0, 0) == 27);
  CHECK(dgrad(row({10, -10}), row({10, 10}), acc, &start).at(0, 0) == 27);
  // t = 100 - 100 = 0; 100 + 0.
  CHECK(wgrad(column({10, -10}), column({10, 10}), acc, &start).at(0, 0) == 100);
  // t = 127 (of 200); 100 + 127 -> 127; with wrap 100 + 200 - 256 = 44.
  CHECK(wgrad(column({10, 10}), column({10, 10}), acc, &start).at(0, 0) == 127);
  CHECK(wgrad(column({10, 10}), column({10, 10}), {8, Overflow::wrap}, &start).at(0, 0) == 44);
}

TEST_CASE("a layer worked by hand") {
  Matrix x(2, 3);
  x.data = {1, 2, 3, -1, 0, 2};
  Matrix w(3, 2);
  w.data = {1, -1, 2, 0, -3, 4};
  Matrix delta(2, 2);
  delta.data = {5, -2, 1, 3};
  const Accumulator acc{16, Overflow::wrap};
  CHECK(fprop(x, w, acc).data == std::vector<std::int64_t>{-4, 11, -7, 9});
  CHECK(dgrad(delta, w, acc).data == std::vector<std::int64_t>{7, 10, -23, -2, 2, 9});
  CHECK(wgrad(x, delta, acc).data == std::vector<std::int64_t>{4, -5, 10, -4, 17, 0});
  CHECK(bgrad(delta, acc).data == std::vector<std::int64_t>{6, 1});
}

TEST_CASE("products of random layers equal a naive sum, term by term") {
  test::Random random(2);
  for (int i = 0; i < 300; ++i) {
    const int p = pick(random, 2, 16);
    const Accumulator acc{pick(random, std::max(8, 2 * p), 62),
                          static_cast<Overflow>(pick(random, 0, 2))};
    const int M = pick(random, 1, 7);
    const int N = pick(random, 1, 7);
    const int B = pick(random, 1, 7);
    const Matrix x = test::matrix(random, B, M, p);
    const Matrix w = test::matrix(random, M, N, p);
    const Matrix delta = test::matrix(random, B, N, p);
    const Matrix y0 = test::matrix(random, B, N, acc.bits);
    const Matrix dx0 = test::matrix(random, B, M, acc.bits);
    const Matrix dw0 = test::matrix(random, M, N, acc.bits);
    const Matrix y = fprop(x, w, acc, &y0);
    const Matrix dx = dgrad(delta, w, acc, &dx0);
    const Matrix dw = wgrad(x, delta, acc, &dw0);
    const Matrix db = bgrad(delta, acc);
    for (int n = 0; n < N; ++n) {
      std::int64_t bias = 0;
      for (int b = 0; b < B; ++b) bias = reduce(bias + delta.at(b, n), acc.bits, acc.overflow);
      REQUIRE(db.at(0, n) == bias);
      for (int b = 0; b < B; ++b) {
        std::int64_t sum = y0.at(b, n);
        for (int m = 0; m < M; ++m) {
          sum = reduce(sum + x.at(b, m) * w.at(m, n), acc.bits, acc.overflow);
        }
        REQUIRE(y.at(b, n) == sum);
      }
      for (int m = 0; m < M; ++m) {
        std::int64_t sum = 0;
        for (int b = 0; b < B; ++b) {
          sum = reduce(sum + x.at(b, m) * delta.at(b, n), acc.bits, acc.overflow);
        }
        REQUIRE(dw.at(m, n) == reduce(dw0.at(m, n) + sum, acc.bits, acc.overflow));
      }
    }
    for (int b = 0; b < B; ++b) {
      for (int m = 0; m < M; ++m) {
        std::int64_t sum = dx0.at(b, m);
        for (int n = 0; n < N; ++n) {
          sum = reduce(sum + delta.at(b, n) * w.at(m, n), acc.bits, acc.overflow);
        }
        REQUIRE(dx.at(b, m) == sum);
      }
    }
  }
}

TEST_CASE("a sum that is known to fit is exact under every policy") {
  test::Random random(3);
  for (int i = 0; i < 100; ++i) {
    const int p = pick(random, 2, 8);
    const int terms = pick(random, 1, 7);
    const int bits = 2 * p + 3;  // room for 15 products
    if (bits < 8) continue;
    REQUIRE(sum_fits(p, bits, terms));
    const Matrix x = test::matrix(random, 1, terms, p);
    const Matrix w = test::matrix(random, terms, 1, p);
    std::int64_t exact = 0;
    for (int m = 0; m < terms; ++m) exact += x.at(0, m) * w.at(m, 0);
    for (const Overflow overflow : {Overflow::refuse, Overflow::wrap, Overflow::saturate}) {
      REQUIRE(fprop(x, w, {bits, overflow}).at(0, 0) == exact);
    }
  }
}

TEST_CASE("shapes that do not agree are refused") {
  const Accumulator acc{16, Overflow::wrap};
  const Matrix a(2, 3);
  const Matrix b(2, 4);
  CHECK_THROWS_AS(fprop(a, b, acc), std::invalid_argument);
  CHECK_THROWS_AS(dgrad(a, b, acc), std::invalid_argument);
  CHECK_THROWS_AS(wgrad(a, Matrix(3, 3), acc), std::invalid_argument);
  CHECK_THROWS_AS(fprop(a, Matrix(3, 4), acc, &a), std::invalid_argument);
}
