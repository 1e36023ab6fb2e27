// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gradloom::model {

/// What an operator of ONNX is for the array.
enum class OnnxKind : std::uint8_t {
  product,     ///< Conv, Gemm, MatMul
  no_product,  ///< work beside the array: element by element, normalisation, pooling, data movement
  unsupported  ///< holds products that are not imported, or is not known
};

/// Operators of other domains than ONNX's own are unsupported, whatever their name.
OnnxKind onnx_kind(std::string_view domain, std::string_view op);

/// Those that are no product, sorted: what docs/import.md lists.
std::span<const std::string_view> onnx_no_products();

/// The operator has parameters that are learnt, and is no product.
bool onnx_learns(std::string_view op);

/// The floating-point constant at this input is a parameter of the network (not a running mean, a
/// scale of quantization, a size).
bool onnx_parameter(std::string_view op, std::size_t input);

}  // namespace gradloom::model
