// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace gradloom::golden {

/// What one layer of an integer network is: its shape, and the fields that its commands carry
/// (docs/training.md, section 3; docs/numerics.md, section 8).
struct LayerNumbers {
  int m = 0;      ///< input features
  int n = 0;      ///< output features
  int act = 0;    ///< activation code of its outputs
  int leak = 0;   ///< slope of leaky_relu is 2^-leak
  int scale = 0;  ///< requantize of the forward lane
  int shift = 0;
  int back_scale = 0;  ///< requantize of the backward lane: of dX; unused in the first layer
  int back_shift = 0;
  int rate = 0;  ///< weight update
  int rate_shift = 0;
  int decay = 0;
  int bias_scale = 0;  ///< bias update
  int bias_shift = 0;
  bool operator==(const LayerNumbers&) const = default;
};

/// An integer network as the hardware trains it. `layers[k].n == layers[k + 1].m`.
struct NetNumbers {
  std::vector<LayerNumbers> layers;  ///< input first, 1..31
  int batch = 0;
  bool loss_on_chip = true;  ///< mean squared error in the lanes; otherwise the host supplies delta
  bool sr_post = false;      ///< stochastic rounding of requantization and bias
  bool sr_update = false;    ///< stochastic rounding of the weight update
  bool operator==(const NetNumbers&) const = default;
};

}  // namespace gradloom::golden
