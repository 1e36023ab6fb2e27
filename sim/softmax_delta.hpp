// SPDX-License-Identifier: Apache-2.0
// The loss gradient that the host supplies: softmax and cross-entropy from the integer outputs of
// the chip (docs/numerics.md, section 9). Whoever trains, on the chip or in the golden model, calls
// this, so that both see the same deltas.
#pragma once

#include <cstdint>
#include <span>

#include "golden/training_step.hpp"
#include "sim/net_quantize.hpp"

namespace gradloom {

/// e^x for x in -700..0 by additions, multiplications and one division of doubles in a fixed
/// order, so that it is the same on every machine (without contraction to fused operations).
double fixed_exp(double x);

class SoftmaxDelta {
 public:
  /// `seed` is that of SEED; the generator is one that no lane has.
  SoftmaxDelta(const NetQuantization& net, std::uint32_t seed);
  /// delta [B, N] of the last layer from its outputs and a label for each row.
  golden::Operands operator()(const golden::Operands& logits, std::span<const int> labels);
  /// The mean cross-entropy of the last call, in nats.
  double loss() const { return loss_; }

 private:
  std::int16_t quantize(double value);

  double logit_scale_;
  double delta_scale_;
  int operand_bits_;
  bool stochastic_;
  std::uint32_t state_;
  double loss_ = 0;
};

}  // namespace gradloom
