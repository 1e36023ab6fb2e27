// SPDX-License-Identifier: Apache-2.0
#include "golden/array_math.hpp"

#include <cstddef>
#include <vector>

#include "golden/numerics.hpp"

namespace gradloom::golden {
namespace {

/// Sums modulo 2^32 or 2^64; the bits above the accumulator are dropped at the end. For `wrap` and
/// for `refuse`, with operands of up to 16 bits and their exact products of up to 31.
template <class Unsigned, class Signed>
struct Modular {
  using Sum = Unsigned;
  int bits;

  Sum begin(std::int64_t word) const { return static_cast<Sum>(word); }
  std::int64_t end(Sum sum) const { return wrap(static_cast<Signed>(sum), bits); }
  Sum plus(Sum sum, std::int32_t product) const {
    return sum + static_cast<Sum>(static_cast<Signed>(product));
  }
};

/// One addition at a time.
struct Stepwise {
  using Sum = std::int64_t;
  Accumulator acc;

  Sum begin(std::int64_t word) const { return word; }
  std::int64_t end(Sum sum) const { return sum; }
  Sum plus(Sum sum, std::int32_t product) const {
    return add(sum, product, acc.bits, acc.overflow);
  }
};

template <class Policy>
class ArrayMathOf final : public ArrayMath {
 public:
  ArrayMathOf(const Config& config, Policy policy)
      : policy_(policy),
        rows_(static_cast<std::size_t>(config.rows)),
        cols_(static_cast<std::size_t>(config.cols)),
        shadow_weights_(rows_ * cols_),
        by_row_(rows_ * cols_),
        by_col_(rows_ * cols_),
        sums_(rows_ * cols_),
        captured_(rows_ * cols_),
        line_(rows_ > cols_ ? rows_ : cols_) {}

  void load_row(int row, const std::int64_t* words, int valid) override {
    std::int16_t* weights = shadow_weights_.data() + static_cast<std::size_t>(row) * cols_;
    const std::size_t used = static_cast<std::size_t>(valid);
    for (std::size_t c = 0; c < used; ++c) weights[c] = static_cast<std::int16_t>(words[c]);
    for (std::size_t c = used; c < cols_; ++c) weights[c] = 0;
  }

  void swap_weights() override {
    by_row_ = shadow_weights_;
    for (std::size_t r = 0; r < rows_; ++r) {
      for (std::size_t c = 0; c < cols_; ++c) by_col_[c * rows_ + r] = by_row_[r * cols_ + c];
    }
  }

  void fprop(const std::int16_t* x, std::int64_t* psum) override {
    stream(x, rows_, by_row_.data(), psum, cols_);
  }
  void dgrad(const std::int16_t* delta, std::int64_t* psum) override {
    stream(delta, cols_, by_col_.data(), psum, rows_);
  }

  void clear_accumulators() override { sums_.assign(sums_.size(), 0); }
  void wgrad(const std::int16_t* x, const std::int16_t* delta) override {
    for (std::size_t r = 0; r < rows_; ++r) multiply(sums_.data() + r * cols_, x[r], delta, cols_);
  }
  void capture() override { captured_ = sums_; }
  void drain_row(int row, std::int64_t* words) const override {
    const Sum* sums = captured_.data() + static_cast<std::size_t>(row) * cols_;
    for (std::size_t c = 0; c < cols_; ++c) words[c] = policy_.end(sums[c]);
  }

 private:
  using Sum = typename Policy::Sum;

  /// sums[j] += factor * line[j].
  void multiply(Sum* sums, std::int16_t factor, const std::int16_t* line, std::size_t n) const {
    for (std::size_t j = 0; j < n; ++j) {
      const std::int32_t product = std::int32_t{factor} * std::int32_t{line[j]};
      sums[j] = policy_.plus(sums[j], product);
    }
  }

  /// psum[j] += factors[k] * weights[k][j], k ascending.
  void stream(const std::int16_t* factors, std::size_t depth, const std::int16_t* weights,
              std::int64_t* psum, std::size_t n) {
    for (std::size_t j = 0; j < n; ++j) line_[j] = policy_.begin(psum[j]);
    for (std::size_t k = 0; k < depth; ++k) multiply(line_.data(), factors[k], weights + k * n, n);
    for (std::size_t j = 0; j < n; ++j) psum[j] = policy_.end(line_[j]);
  }

  Policy policy_;
  std::size_t rows_;
  std::size_t cols_;
  std::vector<std::int16_t> shadow_weights_;  // [R][C]
  std::vector<std::int16_t> by_row_;          // active weights, [R][C]
  std::vector<std::int16_t> by_col_;          // active weights, [C][R]
  std::vector<Sum> sums_;                     // accumulators, [R][C]
  std::vector<Sum> captured_;
  std::vector<Sum> line_;
};

template <class Policy>
std::unique_ptr<ArrayMath> make(const Config& config, Policy policy) {
  return std::make_unique<ArrayMathOf<Policy>>(config, policy);
}

}  // namespace

std::unique_ptr<ArrayMath> make_array_math(const Config& config) {
  const int bits = config.accumulator_bits;
  if (config.overflow == Overflow::saturate) return make(config, Stepwise{accumulator(config)});
  if (bits <= 32) return make(config, Modular<std::uint32_t, std::int32_t>{bits});
  return make(config, Modular<std::uint64_t, std::int64_t>{bits});
}

}  // namespace gradloom::golden
