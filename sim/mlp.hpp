// SPDX-License-Identifier: Apache-2.0
// A multilayer perceptron: forward, backward and update. The matrix products go through `Products`;
// activation, bias, loss and update are float32 here, on the host. Weights are float32 masters.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/products.hpp"

namespace gradloom {

struct MlpLayer {
  FloatMatrix w;         ///< [M, N]
  std::vector<float> b;  ///< [N]
  bool operator==(const MlpLayer&) const = default;
};

/// Layers from input to output; ReLU after each but the last.
using Mlp = std::vector<MlpLayer>;

/// Weights uniform in +-sqrt(6 / M) (He, for ReLU), biases 0. `widths` input first.
Mlp make_mlp(const std::vector<int>& widths, std::uint64_t seed);

/// The same shapes, all 0: the start of a velocity.
Mlp zeros_like(const Mlp& mlp);

/// The input of every layer [B, M], and last the logits [B, N] of the output layer.
std::vector<FloatMatrix> forward(const Mlp& mlp, const FloatMatrix& x, Products& products);

struct LossResult {
  double loss_sum = 0;  ///< of the cross-entropies, in nats; not divided by the batch
  int correct = 0;      ///< rows whose largest logit (the first, of equals) is that of the label
  FloatMatrix delta;    ///< [B, N], gradient of the mean loss with respect to the logits
};

/// `labels[b]` in 0..N-1 for each row of `logits`.
LossResult softmax_cross_entropy(const FloatMatrix& logits, std::span<const int> labels);

/// Gradients of every layer, in the shape of the network, from what `forward` returned and the
/// delta of the logits. One wgrad for the first layer, one backward for each of the others.
Mlp gradients(const Mlp& mlp, const std::vector<FloatMatrix>& activations, FloatMatrix delta,
              Products& products);

/// velocity = momentum * velocity + gradient; weights -= learning_rate * velocity.
void update(Mlp& mlp, Mlp& velocity, const Mlp& gradient, float learning_rate, float momentum);

}  // namespace gradloom
