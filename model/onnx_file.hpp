// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/import_options.hpp"
#include "model/onnx_graph.hpp"

namespace gradloom::model {

/// Reads a file of ONNX and infers the shapes of its tensors, both with Debian's libonnx. A first
/// dimension of unknown size of an input, and its symbol wherever it stands, becomes 1. Values of
/// initializers may lie in other files, which are not opened. Bodies of control flow are left out.
/// Throws InputError, with the file in front, for what is no complete ONNX model, and as
/// node_order(). Notes: operators newer than libonnx.
OnnxGraph read_onnx_graph(const std::string& path, const ImportOptions& options);

}  // namespace gradloom::model
