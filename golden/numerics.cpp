// SPDX-License-Identifier: Apache-2.0
#include "golden/numerics.hpp"

#include <stdexcept>
#include <string>

namespace gradloom::golden {
namespace {

void require(bool good, const char* what) {
  if (!good) throw std::invalid_argument(std::string("shapes do not agree: ") + what);
}

Matrix start_value(int rows, int cols, const Matrix* start) {
  if (start == nullptr) return Matrix(rows, cols);
  require(start->rows == rows && start->cols == cols, "start value");
  return *start;
}

/// sum(i, j) takes the products left(i, k) * right(k, j) for k = 0..depth-1, one addition each.
/// The k loop is outside the j loop: every sum still sees its terms in ascending order of k.
template <class Left, class Right>
void accumulate(Matrix& sum, int depth, Accumulator acc, Left left, Right right) {
  for (int i = 0; i < sum.rows; ++i) {
    for (int k = 0; k < depth; ++k) {
      const std::int64_t factor = left(i, k);
      for (int j = 0; j < sum.cols; ++j) {
        std::int64_t& word = sum.at(i, j);
        word = add(word, factor * right(k, j), acc.bits, acc.overflow);
      }
    }
  }
}

}  // namespace

Accumulator accumulator(const Config& config) { return {config.accumulator_bits, config.overflow}; }

Matrix fprop(const Matrix& x, const Matrix& w, Accumulator acc, const Matrix* start) {
  require(x.cols == w.rows, "X [B, M] and W [M, N]");
  Matrix y = start_value(x.rows, w.cols, start);
  accumulate(
      y, w.rows, acc, [&](int b, int m) { return x.at(b, m); },
      [&](int m, int n) { return w.at(m, n); });
  return y;
}

Matrix dgrad(const Matrix& delta, const Matrix& w, Accumulator acc, const Matrix* start) {
  require(delta.cols == w.cols, "delta [B, N] and W [M, N]");
  Matrix dx = start_value(delta.rows, w.rows, start);
  accumulate(
      dx, w.cols, acc, [&](int b, int n) { return delta.at(b, n); },
      [&](int n, int m) { return w.at(m, n); });
  return dx;
}

Matrix wgrad(const Matrix& x, const Matrix& delta, Accumulator acc, const Matrix* start) {
  require(x.rows == delta.rows, "X [B, M] and delta [B, N]");
  Matrix sum(x.cols, delta.cols);
  accumulate(
      sum, x.rows, acc, [&](int m, int b) { return x.at(b, m); },
      [&](int b, int n) { return delta.at(b, n); });
  if (start == nullptr) return sum;
  Matrix dw = start_value(sum.rows, sum.cols, start);
  for (int m = 0; m < dw.rows; ++m) {
    for (int n = 0; n < dw.cols; ++n) {
      dw.at(m, n) = add(dw.at(m, n), sum.at(m, n), acc.bits, acc.overflow);
    }
  }
  return dw;
}

Matrix bgrad(const Matrix& delta, Accumulator acc) {
  Matrix db(1, delta.cols);
  for (int b = 0; b < delta.rows; ++b) {
    for (int n = 0; n < delta.cols; ++n) {
      db.at(0, n) = add(db.at(0, n), delta.at(b, n), acc.bits, acc.overflow);
    }
  }
  return db;
}

}  // namespace gradloom::golden
