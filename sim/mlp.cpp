// SPDX-License-Identifier: Apache-2.0
#include "sim/mlp.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/prng.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kWeightStream = 2;

void add_bias(FloatMatrix& y, const std::vector<float>& bias) {
  for (int b = 0; b < y.rows; ++b) {
    for (int n = 0; n < y.cols; ++n) y.at(b, n) += bias[static_cast<std::size_t>(n)];
  }
}

void relu(FloatMatrix& y) {
  for (float& value : y.data) value = value < 0 ? 0 : value;  // keeps a NaN, to be found later
}

/// Zero where the activation, the result of the ReLU, is zero.
void relu_backward(FloatMatrix& dx, const FloatMatrix& activation) {
  for (std::size_t i = 0; i < dx.data.size(); ++i) {
    if (activation.data[i] <= 0) dx.data[i] = 0;
  }
}

void step(std::vector<float>& weights, std::vector<float>& velocity,
          const std::vector<float>& gradient, float learning_rate, float momentum) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    velocity[i] = momentum * velocity[i] + gradient[i];
    weights[i] -= learning_rate * velocity[i];
  }
}

}  // namespace

Mlp make_mlp(const std::vector<int>& widths, std::uint64_t seed) {
  Prng prng = make_prng(seed, kWeightStream);
  Mlp mlp;
  for (std::size_t i = 1; i < widths.size(); ++i) {
    MlpLayer layer{FloatMatrix(widths[i - 1], widths[i]),
                   std::vector<float>(static_cast<std::size_t>(widths[i]))};
    const float limit = std::sqrt(6.0F / static_cast<float>(widths[i - 1]));
    for (float& weight : layer.w.data) weight = uniform(prng, limit);
    mlp.push_back(std::move(layer));
  }
  return mlp;
}

Mlp zeros_like(const Mlp& mlp) {
  Mlp zeros = mlp;
  for (MlpLayer& layer : zeros) {
    std::fill(layer.w.data.begin(), layer.w.data.end(), 0.0F);
    std::fill(layer.b.begin(), layer.b.end(), 0.0F);
  }
  return zeros;
}

std::vector<FloatMatrix> forward(const Mlp& mlp, const FloatMatrix& x, Products& products) {
  std::vector<FloatMatrix> activations{x};
  for (std::size_t i = 0; i < mlp.size(); ++i) {
    FloatMatrix y = products.fprop(activations.back(), mlp[i].w);
    add_bias(y, mlp[i].b);
    if (i + 1 < mlp.size()) relu(y);
    activations.push_back(std::move(y));
  }
  return activations;
}

LossResult softmax_cross_entropy(const FloatMatrix& logits, std::span<const int> labels) {
  LossResult result{0, 0, FloatMatrix(logits.rows, logits.cols)};
  std::vector<double> shifted(static_cast<std::size_t>(logits.cols));
  for (int b = 0; b < logits.rows; ++b) {
    const float* const row = &logits.data[static_cast<std::size_t>(b) * shifted.size()];
    const float* const largest = std::max_element(row, row + logits.cols);
    const int label = labels[static_cast<std::size_t>(b)];
    double sum = 0;
    for (std::size_t n = 0; n < shifted.size(); ++n) {
      shifted[n] = static_cast<double>(row[n]) - static_cast<double>(*largest);
      sum += std::exp(shifted[n]);
    }
    result.loss_sum += std::log(sum) - shifted[static_cast<std::size_t>(label)];
    result.correct += largest - row == label ? 1 : 0;
    for (int n = 0; n < logits.cols; ++n) {
      const double probability = std::exp(shifted[static_cast<std::size_t>(n)]) / sum;
      result.delta.at(b, n) =
          static_cast<float>((probability - (n == label ? 1 : 0)) / logits.rows);
    }
  }
  return result;
}

Mlp gradients(const Mlp& mlp, const std::vector<FloatMatrix>& activations, FloatMatrix delta,
              Products& products) {
  Mlp result(mlp.size());
  for (std::size_t i = mlp.size(); i-- > 0;) {
    LayerGradients layer = i == 0 ? products.wgrad(activations[i], delta)
                                  : products.backward(activations[i], delta, mlp[i].w);
    result[i] = {std::move(layer.dw), std::move(layer.db)};
    if (i == 0) break;
    relu_backward(layer.dx, activations[i]);
    delta = std::move(layer.dx);
  }
  return result;
}

void update(Mlp& mlp, Mlp& velocity, const Mlp& gradient, float learning_rate, float momentum) {
  for (std::size_t i = 0; i < mlp.size(); ++i) {
    step(mlp[i].w.data, velocity[i].w.data, gradient[i].w.data, learning_rate, momentum);
    step(mlp[i].b, velocity[i].b, gradient[i].b, learning_rate, momentum);
  }
}

}  // namespace gradloom
