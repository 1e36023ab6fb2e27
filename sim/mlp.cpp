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

/// Keeps a NaN, to be found later.
float activate(ActivationCode code, float x, float slope) {
  switch (code) {
    case ActivationCode::identity: return x;
    case ActivationCode::relu: return x < 0 ? 0 : x;
    case ActivationCode::leaky_relu: return x < 0 ? slope * x : x;
    case ActivationCode::hard_sigmoid: return std::clamp(x / 4 + 0.5F, 0.0F, 1.0F);
    case ActivationCode::hard_tanh: return std::clamp(x, -1.0F, 1.0F);
    case ActivationCode::sigmoid: return 1.0F / (1.0F + std::exp(-x));
    case ActivationCode::tanh: return std::tanh(x);
  }
  return x;
}

/// The derivative, from the value of the activation; where it has none, that from below.
float derivative(ActivationCode code, float out, float slope) {
  switch (code) {
    case ActivationCode::identity: return 1;
    case ActivationCode::relu: return out > 0 ? 1 : 0;
    case ActivationCode::leaky_relu: return out > 0 ? 1 : slope;
    case ActivationCode::hard_sigmoid: return out > 0 && out < 1 ? 0.25F : 0;
    case ActivationCode::hard_tanh: return out > -1 && out < 1 ? 1 : 0;
    case ActivationCode::sigmoid: return out * (1 - out);
    case ActivationCode::tanh: return 1 - out * out;
  }
  return 1;
}

float slope(const Activations& activations) { return std::ldexp(1.0F, -activations.leak); }

void multiply_derivative(FloatMatrix& delta, const FloatMatrix& values, ActivationCode code,
                         float slope) {
  if (code == ActivationCode::identity) return;
  for (std::size_t i = 0; i < delta.data.size(); ++i) {
    delta.data[i] *= derivative(code, values.data[i], slope);
  }
}

void step(std::vector<float>& weights, std::vector<float>& velocity,
          const std::vector<float>& gradient, float learning_rate, float momentum, float decay) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    velocity[i] = momentum * velocity[i] + gradient[i];
    weights[i] -= learning_rate * (velocity[i] + decay * weights[i]);
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

std::vector<FloatMatrix> forward(const Mlp& mlp, const Activations& activations,
                                 const FloatMatrix& x, Products& products) {
  std::vector<FloatMatrix> values{x};
  for (std::size_t i = 0; i < mlp.size(); ++i) {
    FloatMatrix y = products.fprop(values.back(), mlp[i].w);
    add_bias(y, mlp[i].b);
    for (float& v : y.data) v = activate(activations.codes.at(i), v, slope(activations));
    values.push_back(std::move(y));
  }
  return values;
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

LossResult mean_squared_error(const FloatMatrix& outputs, std::span<const int> labels, float off,
                              float on) {
  LossResult result{0, 0, FloatMatrix(outputs.rows, outputs.cols)};
  for (int b = 0; b < outputs.rows; ++b) {
    const int label = labels[static_cast<std::size_t>(b)];
    int largest = 0;
    for (int n = 0; n < outputs.cols; ++n) {
      const float error = outputs.at(b, n) - (n == label ? on : off);
      result.loss_sum += static_cast<double>(error) * static_cast<double>(error) / 2;
      result.delta.at(b, n) = error / static_cast<float>(outputs.rows);
      if (outputs.at(b, n) > outputs.at(b, largest)) largest = n;
    }
    result.correct += largest == label ? 1 : 0;
  }
  return result;
}

Mlp gradients(const Mlp& mlp, const Activations& activations,
              const std::vector<FloatMatrix>& values, FloatMatrix delta, Products& products,
              std::vector<FloatMatrix>* deltas) {
  Mlp result(mlp.size());
  if (deltas != nullptr) deltas->resize(mlp.size());
  for (std::size_t i = mlp.size(); i-- > 0;) {
    multiply_derivative(delta, values[i + 1], activations.codes.at(i), slope(activations));
    LayerGradients layer =
        i == 0 ? products.wgrad(values[i], delta) : products.backward(values[i], delta, mlp[i].w);
    result[i] = {std::move(layer.dw), std::move(layer.db)};
    if (deltas != nullptr) (*deltas)[i] = std::move(delta);
    delta = std::move(layer.dx);
  }
  return result;
}

void update(Mlp& mlp, Mlp& velocity, const Mlp& gradient, float learning_rate, float momentum,
            float decay) {
  for (std::size_t i = 0; i < mlp.size(); ++i) {
    step(mlp[i].w.data, velocity[i].w.data, gradient[i].w.data, learning_rate, momentum, decay);
    step(mlp[i].b, velocity[i].b, gradient[i].b, learning_rate, momentum, 0);
  }
}

}  // namespace gradloom
