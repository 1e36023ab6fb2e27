// SPDX-License-Identifier: Apache-2.0
#include "model/onnx_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/onnx_shapes.hpp"

namespace gradloom::model {
namespace {

using google::protobuf::RepeatedPtrField;

void require_size(const std::string& path, const std::string& shown) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    throw InputError(shown + ": found a directory, allowed a file");
  }
  constexpr std::uintmax_t most = std::numeric_limits<int>::max();
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > most) {
    throw InputError(
        fmt::format("{}: found {} bytes, allowed up to {}, the limit of protobuf "
                    "(keep the values of the initializers in files of their own)",
                    shown, size, most));
  }
}

onnx::ModelProto parse(const std::string& path, const std::string& shown) {
  require_size(path, shown);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(fmt::format("{}: cannot be read: {}", shown, std::strerror(errno)));
  onnx::ModelProto model;
  if (!model.ParseFromIstream(&file)) {
    throw InputError(shown + ": found broken or truncated data, allowed an ONNX model");
  }
  if (model.ir_version() < 1 || !model.has_graph() || model.graph().node_size() == 0) {
    throw InputError(shown + ": found no graph with nodes, allowed an ONNX model");
  }
  return model;
}

/// The version of ONNX's own operators. Throws if there is none: the sign of a file that was cut.
int opset_of(const onnx::ModelProto& model, const std::string& shown,
             const ImportOptions& options) {
  std::int64_t version = 0;
  for (const auto& opset : model.opset_import()) {
    if (standard_domain(opset.domain())) version = opset.version();
  }
  if (version < 1) {
    throw InputError(shown + ": opset_import: found no version of ai.onnx, allowed 1 and above");
  }
  const int newest = newest_opset();
  if (version > newest && options.notes != nullptr) {
    options.notes->push_back(
        fmt::format("{}: operators of version {}; shapes are inferred by the rules of version {}",
                    shown, version, newest));
  }
  return static_cast<int>(std::min<std::int64_t>(version, newest));
}

OnnxNode plain_node(const onnx::NodeProto& node) {
  OnnxNode plain;
  plain.name = node.name();
  if (plain.name.empty() && node.output_size() > 0) plain.name = node.output(0);
  plain.op = node.op_type();
  plain.domain = standard_domain(node.domain()) ? "" : node.domain();
  plain.inputs.assign(node.input().begin(), node.input().end());
  plain.outputs.assign(node.output().begin(), node.output().end());
  for (const auto& attribute : node.attribute()) {
    if (attribute.has_s()) plain.texts[attribute.name()] = attribute.s();
    if (attribute.has_i()) plain.ints[attribute.name()] = {attribute.i()};
    if (attribute.ints_size() > 0) {
      plain.ints[attribute.name()] = {attribute.ints().begin(), attribute.ints().end()};
    }
  }
  return plain;
}

OnnxConstant plain_constant(const onnx::TensorProto& tensor) {
  const int type = tensor.data_type();
  return {{tensor.dims().begin(), tensor.dims().end()},
          type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::FLOAT16 ||
              type == onnx::TensorProto::BFLOAT16 || type == onnx::TensorProto::DOUBLE};
}

/// Nodes as in the file, constants, and inputs that are no constants.
OnnxGraph plain_graph(const onnx::GraphProto& graph) {
  OnnxGraph plain;
  plain.name = graph.name();
  for (const auto& tensor : graph.initializer()) {
    plain.constants[tensor.name()] = plain_constant(tensor);
  }
  for (const auto& tensor : graph.sparse_initializer()) {
    plain.constants[tensor.values().name()] = {{tensor.dims().begin(), tensor.dims().end()}, true};
  }
  for (const auto& input : graph.input()) {
    if (!plain.constants.contains(input.name())) plain.inputs.push_back(input.name());
  }
  for (const auto& node : graph.node()) plain.nodes.push_back(plain_node(node));
  return plain;
}

void sort_nodes(onnx::GraphProto& graph, OnnxGraph& plain, const std::string& shown) {
  RepeatedPtrField<onnx::NodeProto> nodes;
  std::vector<OnnxNode> plain_nodes;
  for (const std::size_t i : node_order(plain, shown)) {
    *nodes.Add() = std::move(*graph.mutable_node(static_cast<int>(i)));
    plain_nodes.push_back(std::move(plain.nodes[i]));
  }
  graph.mutable_node()->Swap(&nodes);
  plain.nodes = std::move(plain_nodes);
}

void set_one(onnx::TensorShapeProto::Dimension& dim) {
  dim.clear_dim_param();
  dim.set_dim_value(1);
}

void replace_symbol(RepeatedPtrField<onnx::ValueInfoProto>& infos, const std::string& symbol) {
  for (auto& info : infos) {
    if (!info.type().has_tensor_type() || !info.type().tensor_type().has_shape()) continue;
    for (auto& dim : *info.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim()) {
      if (dim.has_dim_param() && dim.dim_param() == symbol) set_one(dim);
    }
  }
}

/// The first dimension of the first input that has one; of unknown size it becomes 1.
std::int64_t fix_batch(onnx::GraphProto& graph, const OnnxGraph& plain, const std::string& shown) {
  std::int64_t batch = 0;
  for (auto& info : *graph.mutable_input()) {
    if (plain.constants.contains(info.name())) continue;
    if (!info.type().has_tensor_type() || info.type().tensor_type().shape().dim_size() == 0)
      continue;
    auto& dim = *info.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0);
    if (!dim.has_dim_value()) {
      const std::string symbol = dim.dim_param();
      set_one(dim);
      if (!symbol.empty()) {
        replace_symbol(*graph.mutable_input(), symbol);
        replace_symbol(*graph.mutable_value_info(), symbol);
        replace_symbol(*graph.mutable_output(), symbol);
      }
    }
    if (dim.dim_value() < 1) {
      throw InputError(fmt::format("{}: input \"{}\": found the batch {}, allowed 1 and above",
                                   shown, printable(info.name()), dim.dim_value()));
    }
    if (batch == 0) batch = dim.dim_value();
  }
  return batch == 0 ? 1 : batch;
}

/// Constants may also be made by nodes.
void take_constant_nodes(const onnx::GraphProto& graph, OnnxGraph& plain) {
  for (const auto& node : graph.node()) {
    if (node.op_type() != "Constant" || !standard_domain(node.domain()) || node.output_size() != 1)
      continue;
    for (const auto& attribute : node.attribute()) {
      if (!attribute.has_t()) continue;
      plain.constants.emplace(node.output(0), plain_constant(attribute.t()));
    }
  }
}

}  // namespace

OnnxGraph read_onnx_graph(const std::string& path, const ImportOptions& options) {
  const google::protobuf::LogSilencer silent;
  const std::string shown = printable(path, 400);
  onnx::ModelProto model = parse(path, shown);
  const int opset = opset_of(model, shown, options);
  OnnxGraph plain = plain_graph(model.graph());
  sort_nodes(*model.mutable_graph(), plain, shown);
  plain.batch = fix_batch(*model.mutable_graph(), plain, shown);
  plain.shapes = infer_onnx_shapes(*model.mutable_graph(), opset);
  take_constant_nodes(model.graph(), plain);
  return plain;
}

}  // namespace gradloom::model
