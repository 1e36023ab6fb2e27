// SPDX-License-Identifier: Apache-2.0
// The only header here that needs those of libonnx.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <unordered_map>

#include "model/onnx_graph.hpp"

namespace gradloom::model {

/// Shapes of all tensors of which the rank can be told, with libonnx' rules for each operator as of
/// version `opset`. `graph` must have its nodes in order. A node that breaks the schema of its
/// operator, of another domain, with a body, or with an input of unknown type gives no shape; then
/// and where sizes remain open, those that the graph itself gives are taken.
std::unordered_map<std::string, OnnxShape> infer_onnx_shapes(onnx::GraphProto& graph, int opset);

/// ONNX's own operators: no domain, or its name.
bool standard_domain(const std::string& domain);

/// The newest version of ONNX's operators that libonnx knows.
int newest_opset();

}  // namespace gradloom::model
