// SPDX-License-Identifier: Apache-2.0
// The matrix products of a layer on real numbers, in float32 or through an array of integers.
#pragma once

#include <vector>

#include "golden/engine.hpp"
#include "sim/quantize.hpp"

namespace gradloom {

/// Gradients of one layer.
struct LayerGradients {
  FloatMatrix dx;         ///< [B, M]; empty if only the weight gradient was asked for
  FloatMatrix dw;         ///< [M, N]
  std::vector<float> db;  ///< [N], the sum of delta over the batch
};

/// X [B, M], W [M, N], delta [B, N].
class Products {
 public:
  Products() = default;
  Products(const Products&) = delete;
  Products& operator=(const Products&) = delete;
  virtual ~Products() = default;
  virtual FloatMatrix fprop(const FloatMatrix& x, const FloatMatrix& w) = 0;
  virtual LayerGradients wgrad(const FloatMatrix& x, const FloatMatrix& delta) = 0;
  virtual LayerGradients backward(const FloatMatrix& x, const FloatMatrix& delta,
                                  const FloatMatrix& w) = 0;
};

/// The float32 reference: products and sums in float, terms in the order of docs/numerics.md.
class FloatProducts : public Products {
 public:
  FloatMatrix fprop(const FloatMatrix& x, const FloatMatrix& w) override;
  LayerGradients wgrad(const FloatMatrix& x, const FloatMatrix& delta) override;
  LayerGradients backward(const FloatMatrix& x, const FloatMatrix& delta,
                          const FloatMatrix& w) override;
};

/// Quantizes every operand to `operand_bits` (sim/quantize.hpp), runs every product on the engine,
/// and scales the integer results back. db is the sum of the quantized delta, in integers, as
/// docs/numerics.md has it. Throws std::domain_error if an operand is not finite, and what the
/// engine throws.
class QuantizedProducts : public Products {
 public:
  /// The engine must outlive this object.
  QuantizedProducts(Engine& engine, int operand_bits);
  FloatMatrix fprop(const FloatMatrix& x, const FloatMatrix& w) override;
  LayerGradients wgrad(const FloatMatrix& x, const FloatMatrix& delta) override;
  LayerGradients backward(const FloatMatrix& x, const FloatMatrix& delta,
                          const FloatMatrix& w) override;

 private:
  Engine& engine_;
  int operand_bits_;
};

}  // namespace gradloom
