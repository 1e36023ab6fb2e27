// SPDX-License-Identifier: Apache-2.0
#include "sim/products.hpp"

namespace gradloom {
namespace {

std::vector<float> column_sums(const FloatMatrix& delta) {
  std::vector<float> sums(static_cast<std::size_t>(delta.cols));
  for (int b = 0; b < delta.rows; ++b) {
    for (int n = 0; n < delta.cols; ++n) sums[static_cast<std::size_t>(n)] += delta.at(b, n);
  }
  return sums;
}

std::vector<float> column_sums(const Quantized& delta) {
  Matrix sums(1, delta.values.cols);
  for (int b = 0; b < delta.values.rows; ++b) {
    for (int n = 0; n < delta.values.cols; ++n) sums.at(0, n) += delta.values.at(b, n);
  }
  return dequantize(sums, delta.scale).data;
}

}  // namespace

FloatMatrix FloatProducts::fprop(const FloatMatrix& x, const FloatMatrix& w) {
  FloatMatrix y(x.rows, w.cols);
  for (int b = 0; b < x.rows; ++b) {
    for (int m = 0; m < x.cols; ++m) {
      const float value = x.at(b, m);
      for (int n = 0; n < w.cols; ++n) y.at(b, n) += value * w.at(m, n);
    }
  }
  return y;
}

LayerGradients FloatProducts::wgrad(const FloatMatrix& x, const FloatMatrix& delta) {
  LayerGradients gradients{{}, FloatMatrix(x.cols, delta.cols), column_sums(delta)};
  for (int b = 0; b < x.rows; ++b) {
    for (int m = 0; m < x.cols; ++m) {
      const float value = x.at(b, m);
      for (int n = 0; n < delta.cols; ++n) gradients.dw.at(m, n) += value * delta.at(b, n);
    }
  }
  return gradients;
}

LayerGradients FloatProducts::backward(const FloatMatrix& x, const FloatMatrix& delta,
                                       const FloatMatrix& w) {
  LayerGradients gradients = wgrad(x, delta);
  gradients.dx = FloatMatrix(x.rows, x.cols);
  for (int b = 0; b < x.rows; ++b) {
    for (int m = 0; m < x.cols; ++m) {
      float sum = 0;
      for (int n = 0; n < delta.cols; ++n) sum += delta.at(b, n) * w.at(m, n);
      gradients.dx.at(b, m) = sum;
    }
  }
  return gradients;
}

QuantizedProducts::QuantizedProducts(Engine& engine, int operand_bits)
    : engine_(engine), operand_bits_(operand_bits) {}

FloatMatrix QuantizedProducts::fprop(const FloatMatrix& x, const FloatMatrix& w) {
  const Quantized qx = quantize(x, operand_bits_);
  const Quantized qw = quantize(w, operand_bits_);
  return dequantize(engine_.fprop(qx.values, qw.values), qx.scale * qw.scale);
}

LayerGradients QuantizedProducts::wgrad(const FloatMatrix& x, const FloatMatrix& delta) {
  const Quantized qx = quantize(x, operand_bits_);
  const Quantized qd = quantize(delta, operand_bits_);
  const Matrix dw = engine_.wgrad(qx.values, qd.values);
  return {{}, dequantize(dw, qx.scale * qd.scale), column_sums(qd)};
}

LayerGradients QuantizedProducts::backward(const FloatMatrix& x, const FloatMatrix& delta,
                                           const FloatMatrix& w) {
  const Quantized qx = quantize(x, operand_bits_);
  const Quantized qd = quantize(delta, operand_bits_);
  const Quantized qw = quantize(w, operand_bits_);
  const BackwardResult result = engine_.backward(qx.values, qd.values, qw.values);
  return {dequantize(result.dx, qd.scale * qw.scale), dequantize(result.dw, qx.scale * qd.scale),
          column_sums(qd)};
}

}  // namespace gradloom
