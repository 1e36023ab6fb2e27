// SPDX-License-Identifier: Apache-2.0
// One node of ONNX that is a product, as a layer.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "model/layer.hpp"
#include "model/onnx_graph.hpp"

namespace gradloom::model {

/// What cannot be imported of a model that may be good. `what` is "Conv with ...".
struct OnnxUnsupported {
  std::string what;
};

struct OnnxProduct {
  Layer layer;                          ///< name and needs_dx are not set
  std::vector<std::string> parameters;  ///< tensors that are the weights and the bias
};

/// Tells which tensors hold parameters: constants, and what is made of constants alone.
using OnnxFixed = std::unordered_set<std::string>;

/// Conv, Gemm or MatMul. Throws OnnxUnsupported, and InputError (with `file` in front) if the sizes
/// do not fit together.
OnnxProduct onnx_product(const OnnxGraph& graph, const OnnxFixed& fixed, const OnnxNode& node,
                         const std::string& file);

}  // namespace gradloom::model
