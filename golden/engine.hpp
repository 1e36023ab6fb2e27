// SPDX-License-Identifier: Apache-2.0
// What a training loop needs from an array, whether golden model or RTL.
#pragma once

#include "golden/matrix.hpp"

namespace gradloom {

struct BackwardResult {
  Matrix dx;  ///< [B, M]
  Matrix dw;  ///< [M, N]
};

/// Integer matrix products of one layer: X [B, M], W [M, N], delta [B, N], operands within
/// operand_bits. Results as docs/numerics.md says, layers of any size (split as its section 5
/// says). Throws Error (check_failed) if a checked engine finds a mismatch.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;
  virtual Matrix fprop(const Matrix& x, const Matrix& w) = 0;
  virtual Matrix wgrad(const Matrix& x, const Matrix& delta) = 0;
  virtual BackwardResult backward(const Matrix& x, const Matrix& delta, const Matrix& w) = 0;
};

}  // namespace gradloom
