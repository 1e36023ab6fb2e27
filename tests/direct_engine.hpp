// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "golden/engine.hpp"

namespace gradloom::test {

/// Integer products by the plain triple loop, and what was asked for.
class DirectEngine : public Engine {
 public:
  Matrix fprop(const Matrix& x, const Matrix& w) override {
    ++fprops;
    note({&x, &w});
    Matrix y(x.rows, w.cols);
    for (int b = 0; b < x.rows; ++b) {
      for (int m = 0; m < x.cols; ++m) {
        for (int n = 0; n < w.cols; ++n) y.at(b, n) += x.at(b, m) * w.at(m, n);
      }
    }
    return y;
  }

  Matrix wgrad(const Matrix& x, const Matrix& delta) override {
    ++wgrads;
    note({&x, &delta});
    return weight_gradient(x, delta);
  }

  BackwardResult backward(const Matrix& x, const Matrix& delta, const Matrix& w) override {
    ++backwards;
    note({&x, &delta, &w});
    Matrix dx(x.rows, x.cols);
    for (int b = 0; b < x.rows; ++b) {
      for (int m = 0; m < x.cols; ++m) {
        for (int n = 0; n < w.cols; ++n) dx.at(b, m) += delta.at(b, n) * w.at(m, n);
      }
    }
    return {dx, weight_gradient(x, delta)};
  }

  int fprops = 0;
  int wgrads = 0;
  int backwards = 0;
  std::int64_t largest_operand = 0;  ///< over all operands so far
  std::int64_t smallest_operand = 0;

 private:
  static Matrix weight_gradient(const Matrix& x, const Matrix& delta) {
    Matrix dw(x.cols, delta.cols);
    for (int b = 0; b < x.rows; ++b) {
      for (int m = 0; m < x.cols; ++m) {
        for (int n = 0; n < delta.cols; ++n) dw.at(m, n) += x.at(b, m) * delta.at(b, n);
      }
    }
    return dw;
  }

  void note(std::initializer_list<const Matrix*> operands) {
    for (const Matrix* operand : operands) {
      for (const std::int64_t value : operand->data) {
        largest_operand = std::max(largest_operand, value);
        smallest_operand = std::min(smallest_operand, value);
      }
    }
  }
};

}  // namespace gradloom::test
