// SPDX-License-Identifier: Apache-2.0
// docs/numerics.md, section 8, worked by hand and compared with definitions in exact arithmetic.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

#include "golden/training_math.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;

namespace {

constexpr std::optional<std::uint32_t> kNearest;

Config training_config(int p, int q, int f, int a, Overflow overflow, bool decay) {
  Config config = test::make_config(2, 2, p, a, overflow);
  config.training = {true, q, f, 0x7F, true, decay};
  return config;
}

std::int64_t narrow(Wide v) { return static_cast<std::int64_t>(v); }

/// Nearest, ties to even, by comparing the rest of a division.
Wide nearest_by_division(Wide v, int s) {
  const Wide unit = Wide{1} << s;
  Wide quotient = v / unit;
  Wide rest = v % unit;
  if (rest < 0) {
    quotient -= 1;
    rest += unit;
  }
  if (2 * rest > unit || (2 * rest == unit && quotient % 2 != 0)) return quotient + 1;
  return quotient;
}

}  // namespace

TEST_CASE("xorshift: the first draws, worked by hand") {
  // 1: 1 ^ 2^13 = 0x2001; >> 17 gives 0; ^ 0x2001 << 5 = 0x40020, in all 0x42021.
  CHECK(next_draw(1) == 0x42021);
  // 0x80000000: << 13 gives 0; >> 17 is 0x4000; 0x80004000 << 5 = 0x80000.
  CHECK(next_draw(0x80000000U) == 0x80084000U);
  CHECK(next_draw(0) == 0);
}

TEST_CASE("seeds: K is a multiple of 0x9E3779B9, and never 0") {
  CHECK(seeded_state(0, Generator::column, 0) == 0x9E3779B9U);
  CHECK(seeded_state(0, Generator::row_backward, 0) == 0x3C6EF372U);
  CHECK(seeded_state(0, Generator::row_update, 0) == 0xDAA66D2BU);
  CHECK(seeded_state(0, Generator::column, 1) == 5U * 0x9E3779B9U);
  CHECK(seeded_state(0xFFFFFFFFU, Generator::column, 0) == ~0x9E3779B9U);
  // v equal to K would give 0: then it is K.
  CHECK(seeded_state(0x9E3779B9U, Generator::column, 0) == 0x9E3779B9U);
  std::set<std::uint32_t> states;
  for (int lane = 0; lane < 256; ++lane) {
    for (const Generator g : {Generator::column, Generator::row_backward, Generator::row_update}) {
      CHECK(seeded_state(0, g, lane) != 0);
      states.insert(seeded_state(0, g, lane));
    }
  }
  CHECK(states.size() == 3 * 256);
}

TEST_CASE("saturation at both ends") {
  CHECK(saturated(127, 8) == 127);
  CHECK(saturated(128, 8) == 127);
  CHECK(saturated(-128, 8) == -128);
  CHECK(saturated(-129, 8) == -128);
  CHECK(saturated(Wide{1} << 90, 64) == INT64_MAX);
  CHECK(saturated(-(Wide{1} << 90), 64) == INT64_MIN);
  CHECK(saturated(1, 1) == 0);
}

TEST_CASE("rounding to nearest: ties go to the even neighbour, also below 0") {
  const std::vector<std::pair<int, int>> quarters{{0, 0},  {1, 0},  {2, 0},   {3, 1},   {4, 1},
                                                  {5, 1},  {6, 2},  {7, 2},   {10, 2},  {14, 4},
                                                  {-1, 0}, {-2, 0}, {-3, -1}, {-6, -2}, {-10, -2}};
  for (const auto& [value, result] : quarters) {
    const int v = value;
    CAPTURE(v);
    CHECK(narrow(round_nearest(v, 2)) == result);
  }
  CHECK(narrow(round_nearest(-12345, 0)) == -12345);
  CHECK(narrow(round_nearest(INT64_MIN, 63)) == -1);
  CHECK(narrow(round_nearest(INT64_MAX, 63)) == 1);
  CHECK(narrow(round_nearest(Wide{1} << 62, 63)) == 0);        // 1/2
  CHECK(narrow(round_nearest(3 * (Wide{1} << 62), 63)) == 2);  // 3/2
  test::Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const int s = pick(random, 0, 63);
    Wide v = Wide{static_cast<std::int64_t>(random())} * pick(random, 0, 65535);
    if (i % 3 == 0 && s > 0) v = ((v >> s) << s) + (Wide{1} << (s - 1));  // a tie
    REQUIRE(round_nearest(v, s) == nearest_by_division(v, s));
  }
}

TEST_CASE("stochastic rounding: up if fraction and draw together reach 1") {
  // 5/4: g = 0x4000, up from u = 0xC000 on.
  CHECK(narrow(round_stochastic(5, 2, 0xBFFFFFFFU)) == 1);
  CHECK(narrow(round_stochastic(5, 2, 0xC0000000U)) == 2);
  CHECK(narrow(round_stochastic(-5, 2, 0x3FFFFFFFU)) == -2);  // g = 0xC000
  CHECK(narrow(round_stochastic(-5, 2, 0x40000000U)) == -1);
  CHECK(narrow(round_stochastic(7, 0, 0xFFFFFFFFU)) == 7);
  CHECK(narrow(round_stochastic(8, 2, 0xFFFFFFFFU)) == 2);
  // A fraction below 2^-16 never goes up.
  CHECK(narrow(round_stochastic(7, 20, 0xFFFFFFFFU)) == 0);
  CHECK(narrow(round_stochastic(16, 20, 0xFFFF0000U)) == 1);
  CHECK(narrow(round_stochastic(-1, 63, 0x00000000U)) == -1);
  CHECK(narrow(round_stochastic(-1, 63, 0x00010000U)) == 0);
  CHECK(narrow(round(5, 2, std::nullopt)) == 1);
  CHECK(narrow(round(5, 2, 0xFFFFFFFFU)) == 2);
}

TEST_CASE("requantize: exact product, then rounding, then saturation") {
  CHECK(requantize(100, 3, 2, 8, kNearest) == 75);
  CHECK(requantize(6, 3, 2, 8, kNearest) == 4);   // 4.5
  CHECK(requantize(10, 3, 2, 8, kNearest) == 8);  // 7.5
  CHECK(requantize(10, 3, 2, 4, kNearest) == 7);
  CHECK(requantize(-10, 3, 2, 4, kNearest) == -8);
  CHECK(requantize(-10, 3, 2, 3, kNearest) == -4);
  CHECK(requantize(1, 65535, 0, 16, kNearest) == 32767);
  CHECK(requantize(INT64_MIN, 65535, 63, 16, kNearest) == -32768);
  CHECK(requantize(INT64_MIN, 65535, 63, 16, 0xFFFFFFFFU) == -32768);
  CHECK(requantize(INT64_MAX, 1, 63, 8, kNearest) == 1);
  CHECK(requantize(INT64_MIN, 1, 63, 8, kNearest) == -1);
  CHECK(requantize(12345, 0, 7, 8, 0xFFFFFFFFU) == 0);
  for (int p = 2; p <= 16; ++p) {
    CHECK(requantize(max_value(40), 2, 0, p, kNearest) == max_value(p));
    CHECK(requantize(min_value(40), 2, 0, p, kNearest) == min_value(p));
  }
}

TEST_CASE("activations of int4, worked by hand") {
  const ActivationUnit unit(4);
  const auto at = [&](ActivationCode code, int z, int leak = 0) { return unit(code, z, leak); };
  using A = ActivationCode;
  CHECK(at(A::identity, -8) == Activated{-8, 8});
  CHECK(at(A::relu, 7) == Activated{7, 8});
  CHECK(at(A::relu, 0) == Activated{0, 0});
  CHECK(at(A::relu, -8) == Activated{0, 0});
  CHECK(at(A::leaky_relu, 5, 2) == Activated{5, 8});
  CHECK(at(A::leaky_relu, 0, 2) == Activated{0, 2});
  CHECK(at(A::leaky_relu, -6, 2) == Activated{-2, 2});  // -1.5
  CHECK(at(A::leaky_relu, -2, 2) == Activated{0, 2});   // -0.5
  CHECK(at(A::leaky_relu, -8, 0) == Activated{-8, 8});
  CHECK(at(A::leaky_relu, -8, 3) == Activated{-1, 1});
  CHECK(at(A::leaky_relu, -8, 4) == Activated{0, 0});  // -0.5; leak > p-1
  CHECK(at(A::leaky_relu, -8, 7) == Activated{0, 0});
  CHECK(at(A::hard_sigmoid, -8) == Activated{0, 0});
  CHECK(at(A::hard_sigmoid, -4) == Activated{0, 0});
  CHECK(at(A::hard_sigmoid, -3) == Activated{1, 8});
  CHECK(at(A::hard_sigmoid, 2) == Activated{6, 8});
  CHECK(at(A::hard_sigmoid, 3) == Activated{7, 0});
  CHECK(at(A::hard_sigmoid, 7) == Activated{7, 0});
  CHECK(at(A::hard_tanh, -8) == Activated{-7, 0});
  CHECK(at(A::hard_tanh, -7) == Activated{-7, 0});
  CHECK(at(A::hard_tanh, -6) == Activated{-6, 8});
  CHECK(at(A::hard_tanh, 6) == Activated{6, 8});
  CHECK(at(A::hard_tanh, 7) == Activated{7, 0});
  // k = p = 4, so x = i for sigmoid and i / 2 for tanh.
  CHECK(at(A::sigmoid, 0) == Activated{4, 8});
  CHECK(at(A::sigmoid, 1) == Activated{6, 6});   // 0.7311 * 8 = 5.85; 4 * 0.1966 * 8 = 6.29
  CHECK(at(A::sigmoid, 7) == Activated{7, 0});   // limited; 4 * 0.00091 * 8 = 0.03
  CHECK(at(A::sigmoid, -1) == Activated{2, 6});  // 0.2689 * 8 = 2.15
  CHECK(at(A::sigmoid, -8) == Activated{0, 0});
  CHECK(at(A::tanh, 0) == Activated{0, 8});
  CHECK(at(A::tanh, 1) == Activated{4, 6});    // 0.4621 * 8 = 3.70; 0.7864 * 8 = 6.29
  CHECK(at(A::tanh, 7) == Activated{7, 0});    // 0.998 * 8 = 7.99, limited
  CHECK(at(A::tanh, -1) == Activated{-4, 6});  // floor(-3.20)
  CHECK(at(A::tanh, -8) == Activated{-8, 0});
}

TEST_CASE("int8 tables: indexed by all bits; int16: by the upper 8, in the middle of the step") {
  const ActivationUnit narrow_unit(8);
  CHECK(narrow_unit(ActivationCode::sigmoid, 0, 0) == Activated{64, 128});
  CHECK(narrow_unit(ActivationCode::tanh, 32, 0) == Activated{97, 54});  // x = 1
  const ActivationUnit wide(16);
  // z = 0..255: x = 0.5 * 8 / 128 = 1/32.
  CHECK(wide(ActivationCode::sigmoid, 0, 0) == wide(ActivationCode::sigmoid, 255, 0));
  CHECK(wide(ActivationCode::sigmoid, 0, 0).out == 16640);   // 0.507812 * 32768
  CHECK(wide(ActivationCode::sigmoid, -1, 0).out == 16128);  // 0.492188 * 32768
  CHECK(wide(ActivationCode::sigmoid, -1, 0) != wide(ActivationCode::sigmoid, 0, 0));
}

TEST_CASE("every activation of every width stays within its ranges") {
  for (int p = 2; p <= 16; ++p) {
    const ActivationUnit unit(p);
    const std::int64_t low = min_value(p);
    const std::int64_t high = max_value(p);
    bool good = true;
    for (int code = 0; code < kActivationCount; ++code) {
      for (std::int64_t z = low; z <= high; ++z) {
        const Activated a = unit(static_cast<ActivationCode>(code), z, p % 8);
        good = good && a.out >= low && a.out <= high && a.derivative <= (1U << (p - 1));
      }
    }
    CAPTURE(p);
    CHECK(good);
    // Both derivatives reach 1 in the middle.
    if (p <= 8) CHECK(unit(ActivationCode::sigmoid, 0, 0).derivative == 1U << (p - 1));
    if (p <= 8) CHECK(unit(ActivationCode::tanh, 0, 0).derivative == 1U << (p - 1));
  }
  CHECK_THROWS_AS(activation_table(ActivationCode::relu, 8), std::invalid_argument);
}

TEST_CASE("no table entry depends on the last digits of exp and tanh") {
  // The distance of every value before floor() from the next integer, in another precision.
  long double least = 1;
  for (int p = 2; p <= 16; ++p) {
    const int k = table_bits(p);
    for (const bool sigmoid : {true, false}) {
      const auto table =
          activation_table(sigmoid ? ActivationCode::sigmoid : ActivationCode::tanh, p);
      REQUIRE(table.size() == std::size_t{1} << k);
      for (int i = -(1 << (k - 1)); i < 1 << (k - 1); ++i) {
        const long double x = (i + (k == p ? 0.0L : 0.5L)) * (sigmoid ? 8 : 4) /
                              static_cast<long double>(1 << (k - 1));
        const long double f = sigmoid ? 1 / (1 + std::exp(-x)) : std::tanh(x);
        const long double d = sigmoid ? 4 * f * (1 - f) : 1 - f * f;
        const long double one = static_cast<long double>(1 << (p - 1));
        const Activated& entry = table[static_cast<std::size_t>(i & ((1 << k) - 1))];
        REQUIRE(entry.out == std::min(one - 1, std::floor(f * one + 0.5L)));
        REQUIRE(entry.derivative == std::floor(d * one + 0.5L));
        for (const long double value : {f * one + 0.5L, d * one + 0.5L}) {
          if (i == 0 && k == p) continue;  // exact
          least = std::min(least, std::abs(value - std::round(value)));
        }
      }
    }
  }
  CHECK(least > 1e-9L);
}

TEST_CASE("derive and the loss gradient") {
  CHECK(derive(-8, 8, 4) == -8);
  CHECK(derive(7, 8, 4) == 7);
  CHECK(derive(5, 4, 4) == 2);  // 2.5
  CHECK(derive(3, 4, 4) == 2);  // 1.5
  CHECK(derive(-3, 4, 4) == -2);
  CHECK(derive(-8, 0, 4) == 0);
  CHECK(loss_gradient(7, -8, 8, 4) == 7);  // 15 saturates
  CHECK(loss_gradient(-8, 7, 8, 4) == -8);
  CHECK(loss_gradient(-8, 7, 4, 4) == -4);
  CHECK(loss_gradient(1, 3, 6, 4) == -2);  // -1.5
  CHECK(add_bias(max_value(64), 1, 64) == max_value(64));
  CHECK(add_bias(min_value(20), -1, 20) == min_value(20));
  CHECK(add_bias(100, -30, 20) == 70);
}

TEST_CASE("weights: the upper bits of a master") {
  CHECK(weight_of(0x7FFF, 8, 16) == 127);
  CHECK(weight_of(-1, 8, 16) == -1);
  CHECK(weight_of(-32768, 8, 16) == -128);
  CHECK(weight_of(0x00FF, 8, 16) == 0);
  CHECK(weight_of(-5, 4, 4) == -5);
}

TEST_CASE("update of a weight, worked by hand") {
  // p = 8, q = 16, f = 6, no decay: M' = M - rate * g / 64.
  const Config config = training_config(8, 16, 6, 32, Overflow::wrap, false);
  const auto updated = [&](std::int64_t m, std::int64_t t, WeightStep step) {
    return updated_weight(config, m, t, step, std::nullopt);
  };
  CHECK(updated(1000, 64, {64, 0, 0}) == 936);
  CHECK(updated(1000, 640, {64, 4, 0}) == 960);       // g = 40
  CHECK(updated(1000, 24, {64, 4, 0}) == 998);        // g = 1.5, to 2
  CHECK(updated(1000, 40, {64, 4, 0}) == 998);        // g = 2.5, to 2
  CHECK(updated(1000, -24, {64, 4, 0}) == 1002);      // g = -1.5, to -2
  CHECK(updated(1000, 100000, {64, 0, 0}) == 873);    // g = 127
  CHECK(updated(1000, -100000, {64, 0, 0}) == 1128);  // g = -128
  CHECK(updated(1000, 1, {32, 0, 0}) == 1000);        // 999.5, to 1000
  CHECK(updated(1001, 1, {32, 0, 0}) == 1000);        // 1000.5, to 1000
  CHECK(updated(1001, -1, {32, 0, 0}) == 1002);       // 1001.5, to 1002
  CHECK(updated(32767, -128, {127, 0, 0}) == 32767);
  CHECK(updated(-32768, 127, {127, 0, 0}) == -32768);
  CHECK(updated(-32768, 0, {127, 15, 0}) == -32768);
  CHECK(updated(5, 12345, {0, 3, 0}) == 5);  // the lowest rate: nothing
}

TEST_CASE("update of a weight with decay takes a part of the upper bits") {
  const Config config = training_config(8, 16, 6, 32, Overflow::wrap, true);
  // W = 3: v = 1000 * 64 + 32 - 64 * 3 - ..., so 997.
  CHECK(updated_weight(config, 1000, 0, {0, 0, 64}, std::nullopt) == 997);
  CHECK(updated_weight(config, -1000, 0, {0, 0, 64}, std::nullopt) == -996);   // W = -4
  CHECK(updated_weight(config, 1000, 64, {64, 0, 127}, std::nullopt) == 930);  // 936 - 5.95
  Config without = config;
  without.training.weight_decay = false;
  CHECK(updated_weight(without, 1000, 0, {0, 0, 64}, std::nullopt) == 1000);
}

TEST_CASE("update of a weight without fractions, and in the narrowest format") {
  const Config plain = training_config(8, 8, 0, 20, Overflow::wrap, false);
  CHECK(updated_weight(plain, 100, 7, {2, 0, 0}, std::nullopt) == 86);
  CHECK(updated_weight(plain, -128, 7, {2, 0, 0}, std::nullopt) == -128);
  const Config narrow_config = training_config(2, 2, 2, 8, Overflow::saturate, true);
  CHECK(updated_weight(narrow_config, -2, -100, {1, 0, 1}, std::nullopt) == -1);  // -2 + 2/4 + 2/4
  CHECK(updated_weight(narrow_config, 1, 100, {1, 3, 0}, std::nullopt) == 1);     // 1 - 1/4
}

TEST_CASE("stochastic update: r1 and r2 are low bits of the draws, and there are no ties") {
  const Config config = training_config(8, 16, 6, 32, Overflow::wrap, false);
  const auto updated = [&](std::int64_t m, std::int64_t t, WeightStep step, std::uint32_t first,
                           std::uint32_t second) {
    return updated_weight(config, m, t, step, UpdateDraws{first, second});
  };
  CHECK(updated(1000, 24, {64, 4, 0}, 0xFFFFFFF7U, 0) == 999);  // 24 + 7 = 31: g = 1
  CHECK(updated(1000, 24, {64, 4, 0}, 0xFFFFFFF8U, 0) == 998);  // 24 + 8 = 32: g = 2
  CHECK(updated(1000, 1, {32, 0, 0}, 0xFFFFFFFFU, 31) == 999);  // 999.5 + 31/64
  CHECK(updated(1000, 1, {32, 0, 0}, 0xFFFFFFFFU, 32) == 1000);
  CHECK(updated(1001, 0, {32, 0, 0}, 0, 0xFFFFFFFFU) == 1001);
}

TEST_CASE("the addend of rounding meets the overflow policy") {
  const Config wraps = training_config(8, 16, 6, 32, Overflow::wrap, false);
  const Config saturates = training_config(8, 16, 6, 32, Overflow::saturate, false);
  const std::int64_t top = max_value(32);
  CHECK(updated_weight(wraps, 0, top, {1, 15, 0}, std::nullopt) == 2);       // g = -128
  CHECK(updated_weight(saturates, 0, top, {1, 15, 0}, std::nullopt) == -2);  // g = 127, 1.98
}

TEST_CASE("updates equal the formula in exact arithmetic, over all widths") {
  test::Random random(2);
  for (int i = 0; i < 20000; ++i) {
    const int p = pick(random, 2, 16);
    const int q = pick(random, p, 32);
    const int f = pick(random, 0, p);
    const bool decay = pick(random, 0, 1) != 0;
    TrainingHardware training{true, q, f, 0x7F, true, decay};
    const int a = pick(random, std::max(8, training_accumulator_bits(p, training)), 64);
    const Config config = training_config(p, q, f, a, Overflow::saturate, decay);
    const std::int64_t m = test::value(random, q);
    const std::int64_t t = test::value(random, a);
    const WeightStep step{static_cast<std::uint32_t>(pick(random, 0, (1 << (p - 1)) - 1)),
                          pick(random, 0, 2 * p - 1),
                          static_cast<std::uint32_t>(pick(random, 0, (1 << (p - 1)) - 1))};
    if (Wide{t} + (Wide{1} << step.rate_shift) > max_value(a)) continue;  // t + r1 saturates
    const Wide g = saturated(nearest_by_division(t, step.rate_shift), p);
    Wide v = (Wide{m} << f) - Wide{step.rate} * g;
    if (decay) v -= Wide{step.decay} * (m >> (q - p));
    const std::int64_t expected = saturated(nearest_by_division(v, f), q);
    REQUIRE(updated_weight(config, m, t, step, std::nullopt) == expected);
  }
}

TEST_CASE("update of the bias") {
  CHECK(updated_bias(1000, 10, 3, 2, 32, kNearest) == 992);  // 7.5, to 8
  CHECK(updated_bias(1000, 6, 3, 2, 32, kNearest) == 996);   // 4.5, to 4
  CHECK(updated_bias(1000, 6, 3, 2, 32, 0x7FFFFFFFU) == 996);
  CHECK(updated_bias(1000, 6, 3, 2, 32, 0x80000000U) == 995);
  CHECK(updated_bias(min_value(20), 5, 1, 0, 20, kNearest) == min_value(20));
  CHECK(updated_bias(0, min_value(20), 65535, 0, 20, kNearest) == max_value(20));
  CHECK(updated_bias(-1, min_value(20), 65535, 0, 20, kNearest) == max_value(20));
  CHECK(updated_bias(-2, min_value(20), 65535, 0, 20, kNearest) == max_value(20) - 1);
  CHECK(updated_bias(0, INT64_MIN, 65535, 0, 64, kNearest) == INT64_MAX);
  CHECK(updated_bias(0, INT64_MIN, 65535, 63, 64, kNearest) == 65535);
}
