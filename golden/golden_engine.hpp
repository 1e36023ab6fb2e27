// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "golden/config.hpp"
#include "golden/engine.hpp"
#include "golden/matrix.hpp"

namespace gradloom::golden {

/// The Engine that computes what the array must compute, with the splits of split(). Throws
/// InputError if the operation is not built, or a sum could overflow under `refuse`, and
/// std::invalid_argument if the shapes do not agree.
class GoldenEngine final : public Engine {
 public:
  explicit GoldenEngine(const Config& config) : config_(config) {}
  Matrix fprop(const Matrix& x, const Matrix& w) override;
  Matrix wgrad(const Matrix& x, const Matrix& delta) override;
  BackwardResult backward(const Matrix& x, const Matrix& delta, const Matrix& w) override;

 private:
  Config config_;
};

}  // namespace gradloom::golden
