// SPDX-License-Identifier: Apache-2.0
#include "model/onnx_shapes.hpp"

#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace gradloom::model {
namespace {

using google::protobuf::RepeatedPtrField;
using onnx::shape_inference::DataPropagationContextImpl;
using onnx::shape_inference::InferenceContextImpl;

/// libonnx's contexts look into these maps.
struct Known {
  std::unordered_map<std::string, onnx::TypeProto> types;
  std::unordered_map<std::string, onnx::TypeProto*> types_by_name;  ///< those of `types`
  std::unordered_map<std::string, const onnx::TensorProto*> data;
  std::unordered_map<std::string, const onnx::SparseTensorProto*> sparse;
  std::unordered_map<std::string, onnx::TensorShapeProto> shape_data;  ///< tensors that are sizes
};

bool typed(const onnx::TypeProto& type) {
  return type.has_tensor_type() && type.tensor_type().elem_type() != 0;
}

void set_type(Known& known, const std::string& name, const onnx::TypeProto& type) {
  if (name.empty() || !typed(type)) return;
  onnx::TypeProto& kept = known.types[name];
  kept = type;
  known.types_by_name[name] = &kept;
  if (!kept.tensor_type().has_shape()) return;
  for (auto& dim : *kept.mutable_tensor_type()->mutable_shape()->mutable_dim()) {
    if (dim.has_dim_value() && dim.dim_value() < 0) dim.clear_dim_value();
  }
}

void set_types(Known& known, const RepeatedPtrField<onnx::ValueInfoProto>& infos) {
  for (const auto& info : infos) set_type(known, info.name(), info.type());
}

void set_constant(Known& known, const std::string& name, const onnx::TensorProto& tensor) {
  onnx::TypeProto type;
  type.mutable_tensor_type()->set_elem_type(tensor.data_type());
  type.mutable_tensor_type()->mutable_shape();
  for (const std::int64_t size : tensor.dims()) {
    type.mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(size);
  }
  set_type(known, name, type);
  known.data[name] = &tensor;
}

/// The schema that the node keeps to, or none.
const onnx::OpSchema* schema_of(const onnx::NodeProto& node, int opset) {
  const onnx::OpSchema* schema = onnx::OpSchemaRegistry::Schema(node.op_type(), opset, "");
  if (schema == nullptr || !schema->has_type_and_shape_inference_function()) return nullptr;
  try {
    schema->Verify(node);
  } catch (const std::exception&) {
    return nullptr;
  }
  return schema;
}

bool can_infer(const onnx::NodeProto& node, const Known& known) {
  const bool body = std::any_of(node.attribute().begin(), node.attribute().end(),
                                [](const auto& a) { return a.has_g() || a.graphs_size() > 0; });
  return standard_domain(node.domain()) && !body &&
         std::all_of(node.input().begin(), node.input().end(), [&](const std::string& input) {
           return input.empty() || known.types_by_name.contains(input);
         });
}

/// The inferred type with the sizes that only the file tells.
onnx::TypeProto merged(onnx::TypeProto inferred, const onnx::TypeProto& given) {
  auto& tensor = *inferred.mutable_tensor_type();
  const auto& file = given.tensor_type();
  if (!file.has_shape()) return inferred;
  if (!tensor.has_shape()) {
    *tensor.mutable_shape() = file.shape();
  } else if (tensor.shape().dim_size() == file.shape().dim_size()) {
    for (int i = 0; i < file.shape().dim_size(); ++i) {
      auto& dim = *tensor.mutable_shape()->mutable_dim(i);
      if (!dim.has_dim_value() && file.shape().dim(i).has_dim_value()) dim = file.shape().dim(i);
    }
  }
  return inferred;
}

void infer(const onnx::OpSchema& schema, onnx::NodeProto& node, Known& known) {
  InferenceContextImpl context(node, known.types_by_name, known.data, known.sparse,
                               &known.shape_data);
  schema.GetTypeAndShapeInferenceFunction()(context);
  for (int i = 0; i < node.output_size(); ++i) {
    const onnx::TypeProto& type = context.allOutputTypes_[static_cast<std::size_t>(i)];
    if (!typed(type)) continue;
    const auto given = known.types.find(node.output(i));
    set_type(known, node.output(i),
             given == known.types.end() ? type : merged(type, given->second));
  }
  if (!schema.has_data_propagation_function()) return;
  DataPropagationContextImpl values(node, known.types_by_name, known.data, known.shape_data);
  schema.GetDataPropagationFunction()(values);
}

void visit(onnx::NodeProto& node, int opset, Known& known) {
  if (!can_infer(node, known)) return;
  const onnx::OpSchema* schema = schema_of(node, opset);
  if (schema == nullptr) return;
  try {
    infer(*schema, node, known);
  } catch (const std::exception&) {
    return;  // what does not fit is found, and named, where a product needs the shape
  }
  if (node.op_type() != "Constant") return;
  for (const auto& attribute : node.attribute()) {
    if (attribute.has_t()) known.data[node.output(0)] = &attribute.t();
  }
}

}  // namespace

bool standard_domain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

int newest_opset() {
  const auto& versions = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map();
  return versions.at(onnx::ONNX_DOMAIN).second;
}

std::unordered_map<std::string, OnnxShape> infer_onnx_shapes(onnx::GraphProto& graph, int opset) {
  Known known;
  set_types(known, graph.output());
  set_types(known, graph.value_info());
  set_types(known, graph.input());
  for (const auto& tensor : graph.initializer()) set_constant(known, tensor.name(), tensor);
  for (auto& node : *graph.mutable_node()) visit(node, opset, known);
  std::unordered_map<std::string, OnnxShape> shapes;
  for (const auto& [name, type] : known.types) {
    if (!type.tensor_type().has_shape()) continue;
    OnnxShape& shape = shapes[name];
    for (const auto& dim : type.tensor_type().shape().dim()) {
      shape.push_back(dim.has_dim_value() ? dim.dim_value() : -1);
    }
  }
  return shapes;
}

}  // namespace gradloom::model
