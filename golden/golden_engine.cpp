// SPDX-License-Identifier: Apache-2.0
#include "golden/golden_engine.hpp"

#include <stdexcept>

#include "golden/split.hpp"

namespace gradloom::golden {
namespace {

void require(bool good) {
  if (!good) throw std::invalid_argument("shapes of X, delta and W do not agree");
}

std::vector<Chunk> checked_split(const Config& config, Op op, int m, int n, int b) {
  require_sum_fits(config, op, m, n, b);
  return split(config, op, Schedule::interleaved, m, n, b);  // no result depends on the schedule
}

}  // namespace

Matrix GoldenEngine::fprop(const Matrix& x, const Matrix& w) {
  require(x.cols == w.rows);
  return split_fprop(config_, checked_split(config_, Op::fprop, w.rows, w.cols, x.rows), x, w);
}

Matrix GoldenEngine::wgrad(const Matrix& x, const Matrix& delta) {
  require(x.rows == delta.rows);
  const auto chunks = checked_split(config_, Op::wgrad, x.cols, delta.cols, x.rows);
  return split_wgrad(config_, chunks, x, delta);
}

BackwardResult GoldenEngine::backward(const Matrix& x, const Matrix& delta, const Matrix& w) {
  require(x.rows == delta.rows && x.cols == w.rows && delta.cols == w.cols);
  const auto chunks = checked_split(config_, Op::backward, w.rows, w.cols, x.rows);
  return {split_dgrad(config_, chunks, delta, w), split_wgrad(config_, chunks, x, delta)};
}

}  // namespace gradloom::golden
