// SPDX-License-Identifier: Apache-2.0
// A multilayer perceptron: forward, backward and update. The matrix products go through `Products`;
// activation, bias, loss and update are float32 here, on the host. Weights are float32 masters.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "golden/config.hpp"
#include "sim/products.hpp"

namespace gradloom {

struct MlpLayer {
  FloatMatrix w;         ///< [M, N]
  std::vector<float> b;  ///< [N]
  bool operator==(const MlpLayer&) const = default;
};

/// Layers from input to output.
using Mlp = std::vector<MlpLayer>;

/// What stands after the layers: one activation each, and the slope 2^-leak of leaky_relu. As real
/// functions these are x, max(x, 0), max(x, slope * x), x/4 + 1/2 limited to 0..1, x limited to
/// -1..1, 1 / (1 + exp(-x)) and tanh(x).
struct Activations {
  std::vector<ActivationCode> codes;
  int leak = 0;
};

/// Weights uniform in +-sqrt(6 / M) (He, for ReLU), biases 0. `widths` input first.
Mlp make_mlp(const std::vector<int>& widths, std::uint64_t seed);

/// The same shapes, all 0: the start of a velocity.
Mlp zeros_like(const Mlp& mlp);

/// The input of every layer [B, M], and last the outputs [B, N] of the last layer.
std::vector<FloatMatrix> forward(const Mlp& mlp, const Activations& activations,
                                 const FloatMatrix& x, Products& products);

struct LossResult {
  double loss_sum = 0;  ///< cross-entropies in nats, or halved squares; not divided by the batch
  int correct = 0;      ///< rows whose largest output (the first, of equals) is that of the label
  FloatMatrix delta;    ///< [B, N], gradient of the mean loss with respect to the outputs
};

/// `labels[b]` in 0..N-1 for each row of `logits`.
LossResult softmax_cross_entropy(const FloatMatrix& logits, std::span<const int> labels);

/// Half the squared distance to a row that is `on` at its label and `off` elsewhere.
LossResult mean_squared_error(const FloatMatrix& outputs, std::span<const int> labels, float off,
                              float on);

/// Gradients of every layer, in the shape of the network, from what `forward` returned and the
/// delta of the outputs. One wgrad for the first layer, one backward for each of the others.
/// `deltas`, if given, gets the delta of every layer, with respect to its sums.
Mlp gradients(const Mlp& mlp, const Activations& activations,
              const std::vector<FloatMatrix>& values, FloatMatrix delta, Products& products,
              std::vector<FloatMatrix>* deltas = nullptr);

/// velocity = momentum * velocity + gradient; weights -= learning_rate * (velocity + decay *
/// weights); biases do not decay.
void update(Mlp& mlp, Mlp& velocity, const Mlp& gradient, float learning_rate, float momentum,
            float decay = 0);

}  // namespace gradloom
