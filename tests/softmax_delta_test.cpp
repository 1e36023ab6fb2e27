// SPDX-License-Identifier: Apache-2.0
#include "sim/softmax_delta.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cmath>

#include "sim/mlp.hpp"
#include "sim/prng.hpp"

using namespace gradloom;

namespace {

NetQuantization net_of(int p, bool stochastic, double logit_scale) {
  NetQuantization net;
  net.operand_bits = p;
  net.numbers.sr_post = stochastic;
  net.layers = {{1, logit_scale, 1.0 / static_cast<double>((1 << (p - 1)) - 1), 0}};
  return net;
}

golden::Operands random_logits(int rows, int cols, int p) {
  Prng prng = make_prng(1, 60);
  golden::Operands logits(rows, cols);
  for (auto& v : logits.data) {
    v = static_cast<std::int16_t>(static_cast<int>(below(prng, 1U << p)) - (1 << (p - 1)));
  }
  return logits;
}

}  // namespace

TEST_CASE("e^x") {
  CHECK(fixed_exp(0) == 1);
  for (double x = -700; x <= 0; x += 0.37) {
    CAPTURE(x);
    CHECK(std::fabs(fixed_exp(x) / std::exp(x) - 1) < 1e-13);
  }
}

TEST_CASE("to the nearest: softmax less the label, in steps of delta") {
  const NetQuantization net = net_of(8, false, 0.125);
  const golden::Operands logits = random_logits(20, 6, 8);
  std::vector<int> labels(20);
  for (std::size_t b = 0; b < labels.size(); ++b) labels[b] = static_cast<int>(b % 6);
  FloatMatrix real(20, 6);
  for (std::size_t i = 0; i < real.data.size(); ++i) {
    real.data[i] = static_cast<float>(logits.data[i]) * 0.125F;
  }
  const LossResult wanted = softmax_cross_entropy(real, labels);
  SoftmaxDelta softmax(net, 1);
  const golden::Operands delta = softmax(logits, labels);
  CHECK(softmax.loss() == doctest::Approx(wanted.loss_sum / 20));
  for (std::size_t i = 0; i < delta.data.size(); ++i) {
    CHECK(std::fabs(delta.data[i] - static_cast<double>(wanted.delta.data[i]) * 20 * 127) < 0.51);
  }
}

TEST_CASE("stochastic: right in the mean, reproducible, different from step to step") {
  const NetQuantization net = net_of(4, true, 0.5);
  golden::Operands logits(1, 3);
  logits.data = {2, 0, -1};
  const std::vector<int> labels{1};
  const double sum = std::exp(1.0) + 1 + std::exp(-0.5);
  const double wanted[3] = {std::exp(1.0) / sum * 7, (1 / sum - 1) * 7, std::exp(-0.5) / sum * 7};
  SoftmaxDelta softmax(net, 3);
  SoftmaxDelta same(net, 3);
  double mean[3] = {0, 0, 0};
  int changes = 0;
  golden::Operands last;
  for (int i = 0; i < 4000; ++i) {
    const golden::Operands delta = softmax(logits, labels);
    CHECK(delta == same(logits, labels));
    changes += delta == last ? 0 : 1;
    last = delta;
    for (std::size_t n = 0; n < 3; ++n) mean[n] += delta.data[n] / 4000.0;
  }
  for (std::size_t n = 0; n < 3; ++n) CHECK(std::fabs(mean[n] - wanted[n]) < 0.05);
  CHECK(changes > 1000);
}

TEST_CASE("logits far apart") {
  const NetQuantization net = net_of(16, false, 1);
  golden::Operands logits(1, 2);
  logits.data = {32767, -32768};
  SoftmaxDelta softmax(net, 1);
  CHECK(softmax(logits, std::vector<int>{0}).data == std::vector<std::int16_t>{0, 0});
  CHECK(softmax(logits, std::vector<int>{1}).data == std::vector<std::int16_t>{32767, -32767});
  CHECK(std::isfinite(softmax.loss()));
}
