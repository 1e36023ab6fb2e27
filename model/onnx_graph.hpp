// SPDX-License-Identifier: Apache-2.0
// An ONNX model as the importer needs it: nodes, shapes, no values. Free of the headers of libonnx.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace gradloom::model {

/// -1 stands for a size that the file does not tell.
using OnnxShape = std::vector<std::int64_t>;

struct OnnxNode {
  std::string name;  ///< of the node or else of its first output; may be empty
  std::string op;
  std::string domain;               ///< empty: the operators of ONNX itself
  std::vector<std::string> inputs;  ///< an empty name: left out
  std::vector<std::string> outputs;
  std::unordered_map<std::string, std::vector<std::int64_t>> ints;  ///< one integer or several
  std::unordered_map<std::string, std::string> texts;
};

/// Parameters or constants that come with the model. Their values are not looked at.
struct OnnxConstant {
  OnnxShape shape;
  bool real = false;  ///< of a floating-point type
};

struct OnnxGraph {
  std::string name;
  std::vector<OnnxNode> nodes;  ///< each behind those whose outputs it takes
  std::vector<std::string> inputs;
  std::unordered_map<std::string, OnnxConstant> constants;
  std::unordered_map<std::string, OnnxShape> shapes;  ///< of tensors whose rank is known
  std::int64_t batch = 1;  ///< first dimension of the first input; 1 in the place of a symbol
};

/// Product of the sizes. Nothing if one is unknown, negative, or the product above 2^53.
std::optional<std::int64_t> volume(const OnnxShape& shape);

/// An order of the nodes in which each stands behind those whose outputs it takes; the order of
/// the file if that is one. Throws InputError, with `file` in front, if there is a cycle, or a
/// tensor that two nodes make, or one that nobody makes: neither a node, nor in graph.inputs, nor
/// in graph.constants.
std::vector<std::size_t> node_order(const OnnxGraph& graph, const std::string& file);

/// "node "conv1" (Conv)", fit for a message.
std::string describe(const OnnxNode& node);

}  // namespace gradloom::model
