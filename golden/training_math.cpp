// SPDX-License-Identifier: Apache-2.0
#include "golden/training_math.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "golden/numerics.hpp"

namespace gradloom::golden {
namespace {

Wide power(int exponent) { return Wide{1} << exponent; }

/// floor(v / 2^s), less 1 if v is a multiple of 2^s that gives an odd number: with 2^(s-1) added
/// beforehand this is rounding to nearest, ties to even (section 8.7).
Wide floor_to_even(Wide v, int s) {
  const Wide floor = v >> s;
  const bool tie = s > 0 && floor * power(s) == v;
  return tie && (floor & 1) != 0 ? floor - 1 : floor;
}

Wide half(int s) { return s > 0 ? power(s - 1) : 0; }

std::uint32_t low_bits(std::uint32_t value, int bits) {
  return static_cast<std::uint32_t>(value & ((std::uint64_t{1} << bits) - 1));
}

Activated table_entry(ActivationCode activation, int p, int i) {
  const int k = table_bits(p);
  const bool sigmoid = activation == ActivationCode::sigmoid;
  const double h = k == p ? 0.0 : 0.5;
  const double x = (i + h) * (sigmoid ? 8.0 : 4.0) * std::ldexp(1.0, 1 - k);
  const double f = sigmoid ? 1.0 / (1.0 + std::exp(-x)) : std::tanh(x);
  const double slope = sigmoid ? f * (1.0 - f) : 1.0 - f * f;
  const double one = std::ldexp(1.0, p - 1);
  const double c = sigmoid ? 4.0 : 1.0;
  return {static_cast<std::int64_t>(std::min(one - 1.0, std::floor(f * one + 0.5))),
          static_cast<std::uint32_t>(std::floor(c * slope * one + 0.5))};
}

}  // namespace

std::int64_t saturated(Wide v, int k) {
  if (v > max_value(k)) return max_value(k);
  return v < min_value(k) ? min_value(k) : static_cast<std::int64_t>(v);
}

std::uint32_t seeded_state(std::uint32_t seed, Generator generator, int lane) {
  const std::uint32_t k =
      4 * static_cast<std::uint32_t>(lane) + static_cast<std::uint32_t>(generator);
  const std::uint32_t constant = k * 0x9E3779B9U;
  const std::uint32_t state = seed ^ constant;
  return state != 0 ? state : constant;
}

std::uint32_t next_draw(std::uint32_t state) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

Wide round_nearest(Wide v, int s) { return floor_to_even(v + half(s), s); }

Wide round_stochastic(Wide v, int s, std::uint32_t draw) {
  const Wide floor = v >> s;
  const Wide rest = v - floor * power(s);
  const Wide fraction = rest * power(16) >> s;
  return fraction + (draw >> 16) >= power(16) ? floor + 1 : floor;
}

Wide round(Wide v, int s, std::optional<std::uint32_t> draw) {
  return draw ? round_stochastic(v, s, *draw) : round_nearest(v, s);
}

std::int64_t requantize(std::int64_t v, std::uint32_t scale, int shift, int p,
                        std::optional<std::uint32_t> draw) {
  return saturated(round(Wide{v} * scale, shift, draw), p);
}

std::vector<Activated> activation_table(ActivationCode activation, int p) {
  if (activation != ActivationCode::sigmoid && activation != ActivationCode::tanh) {
    throw std::invalid_argument("no table for this activation");
  }
  const int entries = 1 << table_bits(p);
  std::vector<Activated> table;
  for (int index = 0; index < entries; ++index) {
    table.push_back(table_entry(activation, p, index < entries / 2 ? index : index - entries));
  }
  return table;
}

ActivationUnit::ActivationUnit(int p)
    : p_(p),
      sigmoid_(activation_table(ActivationCode::sigmoid, p)),
      tanh_(activation_table(ActivationCode::tanh, p)) {}

Activated ActivationUnit::operator()(ActivationCode activation, std::int64_t z, int leak) const {
  const std::int64_t one = std::int64_t{1} << (p_ - 1);  // of the derivative
  const std::int64_t top = one - 1;                      // the largest operand
  const auto slope = [](std::int64_t d) { return static_cast<std::uint32_t>(d); };
  const std::size_t index = static_cast<std::size_t>(z + one) ^ static_cast<std::size_t>(one);
  switch (activation) {
    case ActivationCode::identity: return {z, slope(one)};
    case ActivationCode::relu: return {z > 0 ? z : 0, slope(z > 0 ? one : 0)};
    case ActivationCode::leaky_relu:
      return {z >= 0 ? z : static_cast<std::int64_t>(round_nearest(z, leak)),
              slope(z > 0 ? one : one >> leak)};
    case ActivationCode::hard_sigmoid: {
      const std::int64_t moved = z + one / 2;
      return {std::clamp<std::int64_t>(moved, 0, top), slope(moved > 0 && moved < top ? one : 0)};
    }
    case ActivationCode::hard_tanh:
      return {std::clamp(z, -top, top), slope(z > -top && z < top ? one : 0)};
    case ActivationCode::sigmoid: return sigmoid_.at(index >> (p_ - table_bits(p_)));
    case ActivationCode::tanh: return tanh_.at(index >> (p_ - table_bits(p_)));
  }
  throw std::invalid_argument("no such activation");
}

std::int64_t derive(std::int64_t v, std::uint32_t derivative, int p) {
  return static_cast<std::int64_t>(round_nearest(Wide{v} * derivative, p - 1));
}

std::int64_t loss_gradient(std::int64_t out, std::int64_t target, std::uint32_t derivative, int p) {
  return derive(saturated(Wide{out} - target, p), derivative, p);
}

std::int64_t add_bias(std::int64_t y, std::int64_t bias, int a) {
  return saturated(Wide{y} + bias, a);
}

std::int64_t weight_of(std::int64_t master, int p, int q) { return master >> (q - p); }

std::int64_t updated_weight(const Config& config, std::int64_t master, std::int64_t t,
                            const WeightStep& step, std::optional<UpdateDraws> draws) {
  const int p = config.operand_bits;
  const int q = config.training.master_bits;
  const int f = config.training.step_bits;
  const int shift = step.rate_shift;
  const auto r1 =
      static_cast<std::int64_t>(draws ? Wide{low_bits(draws->gradient, shift)} : half(shift));
  const Wide r2 = draws ? Wide{low_bits(draws->weight, f)} : half(f);
  const std::int64_t t1 = add(t, r1, config.accumulator_bits, config.overflow);
  const std::int64_t g = saturated(draws ? Wide{t1 >> shift} : floor_to_even(t1, shift), p);
  Wide v = Wide{master} * power(f) + r2 - Wide{step.rate} * g;
  if (config.training.weight_decay) v -= Wide{step.decay} * weight_of(master, p, q);
  return saturated(draws ? v >> f : floor_to_even(v, f), q);
}

std::int64_t updated_bias(std::int64_t bias, std::int64_t db, std::uint32_t scale, int shift, int a,
                          std::optional<std::uint32_t> draw) {
  const std::int64_t step = saturated(round(Wide{db} * scale, shift, draw), a);
  return saturated(Wide{bias} - step, a);
}

}  // namespace gradloom::golden
