// SPDX-License-Identifier: Apache-2.0
#include "sim/softmax_delta.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/quantize.hpp"

namespace gradloom {
namespace {

constexpr int kHostLane = 256;  // no array has as many lanes
constexpr int kTerms = 14;      // of the series; the rest is below 2^-53

}  // namespace

double fixed_exp(double x) {
  constexpr double kLn2 = 0.693147180559945309417;
  const double n = std::floor(x / kLn2 + 0.5);
  const double r = x - n * kLn2;
  double sum = 1;
  for (int i = kTerms; i > 0; --i) sum = 1 + sum * r / i;
  return std::ldexp(sum, static_cast<int>(n));
}

SoftmaxDelta::SoftmaxDelta(const NetQuantization& net, std::uint32_t seed)
    : logit_scale_(net.layers.back().out),
      delta_scale_(net.layers.back().delta),
      operand_bits_(net.operand_bits),
      stochastic_(net.numbers.sr_post),
      state_(golden::seeded_state(seed, golden::Generator{0}, kHostLane)) {}

std::int16_t SoftmaxDelta::quantize(double value) {
  const double scaled = value / delta_scale_;
  if (!stochastic_)
    return static_cast<std::int16_t>(quantize_value(value, delta_scale_, operand_bits_));
  const double below = std::floor(scaled);
  state_ = golden::next_draw(state_);
  const double fraction = std::floor(std::ldexp(scaled - below, 16));
  const double rounded = fraction + static_cast<double>(state_ >> 16) >= 65536 ? below + 1 : below;
  const auto limit = static_cast<double>(largest_quantized(operand_bits_));
  return static_cast<std::int16_t>(std::clamp(rounded, -limit, limit));
}

golden::Operands SoftmaxDelta::operator()(const golden::Operands& logits,
                                          std::span<const int> labels) {
  golden::Operands delta(logits.rows, logits.cols);
  const auto width = static_cast<std::size_t>(logits.cols);
  std::vector<double> powers(width);
  loss_ = 0;
  for (int b = 0; b < logits.rows; ++b) {
    const std::int16_t* const row = logits.row(b);
    const int largest = *std::max_element(row, row + width);
    const int label = labels[static_cast<std::size_t>(b)];
    double sum = 0;
    for (std::size_t n = 0; n < width; ++n) {
      powers[n] = fixed_exp(std::max(-700.0, (row[n] - largest) * logit_scale_));
      sum += powers[n];
    }
    for (int n = 0; n < logits.cols; ++n) {
      const double share = powers[static_cast<std::size_t>(n)] / sum;
      delta.at(b, n) = quantize(n == label ? share - 1 : share);
      if (n == label) loss_ -= std::log(share);
    }
  }
  loss_ /= logits.rows;
  return delta;
}

}  // namespace gradloom
