// SPDX-License-Identifier: Apache-2.0
// ONNX models made node by node, without values of the initializers.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gradloom::test {

using Dims = std::vector<std::int64_t>;

/// A size below 0 stands for the symbol "N".
inline void set_shape(onnx::ValueInfoProto& info, const std::string& name, const Dims& dims,
                      int type = onnx::TensorProto::FLOAT) {
  info.set_name(name);
  auto& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape();
  for (const std::int64_t size : dims) {
    auto& dim = *tensor.mutable_shape()->add_dim();
    if (size < 0) dim.set_dim_param("N");
    if (size >= 0) dim.set_dim_value(size);
  }
}

class OnnxModel {
 public:
  explicit OnnxModel(const std::string& name, int opset = 13) {
    model.set_ir_version(8);
    auto& version = *model.add_opset_import();
    version.set_domain("");
    version.set_version(opset);
    graph().set_name(name);
  }

  onnx::GraphProto& graph() { return *model.mutable_graph(); }

  OnnxModel& input(const std::string& name, const Dims& dims) {
    set_shape(*graph().add_input(), name, dims);
    return *this;
  }
  OnnxModel& output(const std::string& name) {
    graph().add_output()->set_name(name);
    graph()
        .mutable_output(graph().output_size() - 1)
        ->mutable_type()
        ->mutable_tensor_type()
        ->set_elem_type(onnx::TensorProto::FLOAT);
    return *this;
  }
  /// Real parameters whose values would be in another file.
  OnnxModel& weights(const std::string& name, const Dims& dims) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : dims) tensor.add_dims(size);
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    auto& location = *tensor.add_external_data();
    location.set_key("location");
    location.set_value("weights.bin");
    return *this;
  }
  OnnxModel& integers(const std::string& name, const Dims& values) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values) tensor.add_int64_data(value);
    return *this;
  }
  onnx::NodeProto& node(const std::string& op, const std::string& name,
                        const std::vector<std::string>& inputs, const std::string& output) {
    auto& made = *graph().add_node();
    made.set_op_type(op);
    made.set_name(name);
    for (const std::string& input : inputs) made.add_input(input);
    made.add_output(output);
    return made;
  }

  onnx::ModelProto model;
};

inline void add_ints(onnx::NodeProto& node, const std::string& name, const Dims& values) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

inline void add_int(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

inline void add_text(onnx::NodeProto& node, const std::string& name, const std::string& value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::STRING);
  attribute.set_s(value);
}

/// LeNet-5 (LeCun et al. 1998) with every map of layer 3 connected to all of layer 2.
inline OnnxModel lenet5(std::int64_t batch = -1) {
  OnnxModel m("lenet5");
  m.input("image", {batch, 1, 32, 32}).output("scores");
  const auto pool = [&](const std::string& name, const std::string& from, const std::string& to) {
    auto& made = m.node("AveragePool", name, {from}, to);
    add_ints(made, "kernel_shape", {2, 2});
    add_ints(made, "strides", {2, 2});
  };
  const auto conv = [&](const std::string& name, const std::string& from, const Dims& shape) {
    m.weights(name + ".w", shape).weights(name + ".b", {shape[0]});
    m.node("Conv", name, {from, name + ".w", name + ".b"}, name + ".sum");
    m.node("Tanh", name + ".act", {name + ".sum"}, name + ".out");
  };
  const auto full = [&](const std::string& name, const std::string& from, const Dims& shape) {
    m.weights(name + ".w", shape).weights(name + ".b", {shape[0]});
    add_int(m.node("Gemm", name, {from, name + ".w", name + ".b"}, name + ".sum"), "transB", 1);
  };
  conv("c1", "image", {6, 1, 5, 5});
  pool("s2", "c1.out", "s2.out");
  conv("c3", "s2.out", {16, 6, 5, 5});
  pool("s4", "c3.out", "s4.out");
  conv("c5", "s4.out", {120, 16, 5, 5});
  m.node("Flatten", "flat", {"c5.out"}, "flat.out");
  full("f6", "flat.out", {84, 120});
  m.node("Tanh", "f6.act", {"f6.sum"}, "f6.out");
  full("output", "f6.out", {10, 84});
  m.node("Softmax", "softmax", {"output.sum"}, "scores");
  return m;
}

/// One head of attention as exporters write it: sizes that are computed, weights that are
/// transposed.
inline OnnxModel attention() {
  OnnxModel m("attention", 17);
  m.input("x", {-1, 6, 8});
  m.weights("wq", {8, 8}).weights("bq", {8}).weights("wk", {8, 8}).weights("gamma", {8});
  m.weights("scale", {}).integers("zero", {0}).integers("tail", {6, 2, 4});
  m.node("LayerNormalization", "norm", {"x", "gamma"}, "n");
  m.node("MatMul", "query", {"n", "wq"}, "q0");
  m.node("Add", "query.bias", {"bq", "q0"}, "q1");
  add_ints(m.node("Transpose", "wk.t", {"wk"}, "wkt"), "perm", {1, 0});
  m.node("MatMul", "key", {"n", "wkt"}, "k1");
  m.node("Shape", "shape", {"x"}, "xs");
  m.node("Gather", "batch", {"xs", "zero"}, "batch");
  add_int(m.node("Concat", "heads", {"batch", "tail"}, "heads"), "axis", 0);
  m.node("Reshape", "q.heads", {"q1", "heads"}, "q2");
  m.node("Reshape", "k.heads", {"k1", "heads"}, "k2");
  add_ints(m.node("Transpose", "q.t", {"q2"}, "q"), "perm", {0, 2, 1, 3});
  add_ints(m.node("Transpose", "k.t", {"k2"}, "k"), "perm", {0, 2, 3, 1});
  m.node("MatMul", "scores", {"q", "k"}, "s0");
  m.node("Mul", "scaled", {"s0", "scale"}, "s1");
  m.node("Softmax", "softmax", {"s1"}, "y");
  return m.output("y");
}

inline OnnxModel lenet_300_100() {
  OnnxModel m("lenet_300_100");
  m.input("pixels", {-1, 784}).output("scores");
  std::string from = "pixels";
  const Dims widths{784, 300, 100, 10};
  for (std::size_t i = 1; i < widths.size(); ++i) {
    const std::string name = "fc" + std::to_string(i);
    m.weights(name + ".w", {widths[i - 1], widths[i]}).weights(name + ".b", {widths[i]});
    m.node("MatMul", name, {from, name + ".w"}, name + ".mul");
    m.node("Add", name + ".add", {name + ".mul", name + ".b"}, name + ".sum");
    from = name + ".out";
    m.node("Sigmoid", name + ".act", {name + ".sum"}, from);
  }
  m.node("Softmax", "softmax", {from}, "scores");
  return m;
}

/// ResNet-50 with the stride of a stage in its first 3x3 convolution, as torchvision has it.
inline OnnxModel resnet50() {
  OnnxModel m("resnet50");
  m.input("image", {-1, 3, 224, 224}).output("scores");
  const auto conv = [&](const std::string& name, const std::string& from, std::int64_t in,
                        std::int64_t out, std::int64_t kernel, std::int64_t stride) {
    m.weights(name + ".w", {out, in, kernel, kernel});
    auto& node = m.node("Conv", name, {from, name + ".w"}, name + ".sum");
    add_ints(node, "strides", {stride, stride});
    add_ints(node, "pads", Dims(4, kernel / 2));
    std::vector<std::string> inputs{name + ".sum"};
    for (const char* part : {".scale", ".shift", ".mean", ".variance"}) {
      m.weights(name + part, {out});
      inputs.push_back(name + part);
    }
    m.node("BatchNormalization", name + ".bn", inputs, name + ".bn");
    return name + ".bn";
  };
  const auto relu = [&](const std::string& from) {
    m.node("Relu", from + ".relu", {from}, from + ".relu");
    return from + ".relu";
  };
  std::string x = relu(conv("conv1", "image", 3, 64, 7, 2));
  auto& pool = m.node("MaxPool", "pool1", {x}, "pool1");
  add_ints(pool, "kernel_shape", {3, 3});
  add_ints(pool, "strides", {2, 2});
  add_ints(pool, "pads", {1, 1, 1, 1});
  x = "pool1";
  std::int64_t in = 64;
  const std::vector<std::pair<std::int64_t, int>> stages{{64, 3}, {128, 4}, {256, 6}, {512, 3}};
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    const auto [width, blocks] = stages[stage];
    for (int block = 0; block < blocks; ++block) {
      const std::string name = "conv" + std::to_string(stage + 2) + "_" + std::to_string(block + 1);
      const std::int64_t stride = stage > 0 && block == 0 ? 2 : 1;
      std::string y = relu(conv(name + ".reduce", x, in, width, 1, 1));
      y = relu(conv(name, y, width, width, 3, stride));
      y = conv(name + ".expand", y, width, 4 * width, 1, 1);
      if (block == 0) x = conv(name + ".shortcut", x, in, 4 * width, 1, stride);
      m.node("Add", name + ".add", {x, y}, name + ".add");
      x = relu(name + ".add");
      in = 4 * width;
    }
  }
  m.node("GlobalAveragePool", "pool5", {x}, "pool5");
  m.node("Flatten", "flat", {"pool5"}, "flat");
  m.weights("fc.w", {1000, 2048}).weights("fc.b", {1000});
  add_int(m.node("Gemm", "fc", {"flat", "fc.w", "fc.b"}, "scores"), "transB", 1);
  return m;
}

/// The encoder of BERT-base with its pooler, for sequences of 128 tokens.
inline OnnxModel bert_base() {
  OnnxModel m("bert_base", 17);
  set_shape(*m.graph().add_input(), "ids", {-1, 128}, onnx::TensorProto::INT64);
  m.weights("words", {30522, 768}).weights("positions", {512, 768}).weights("types", {2, 768});
  m.integers("split", {0, 128, 12, 64}).integers("join", {0, 128, 768}).integers("zero", {0});
  m.integers("first", {128}).output("pooled");
  const auto dense = [&](const std::string& name, const std::string& from, std::int64_t in,
                         std::int64_t out) {
    m.weights(name + ".w", {in, out}).weights(name + ".b", {out});
    m.node("MatMul", name, {from, name + ".w"}, name + ".mul");
    m.node("Add", name + ".add", {name + ".b", name + ".mul"}, name + ".sum");
    return name + ".sum";
  };
  const auto norm = [&](const std::string& name, const std::string& a, const std::string& b) {
    m.weights(name + ".gamma", {768}).weights(name + ".beta", {768});
    m.node("Add", name + ".add", {a, b}, name + ".both");
    m.node("LayerNormalization", name, {name + ".both", name + ".gamma", name + ".beta"}, name);
    return name;
  };
  const auto heads = [&](const std::string& from, const Dims& order) {
    m.node("Reshape", from + ".split", {from, "split"}, from + ".split");
    add_ints(m.node("Transpose", from + ".t", {from + ".split"}, from + ".heads"), "perm", order);
    return from + ".heads";
  };
  m.node("Gather", "word", {"words", "ids"}, "word");
  m.node("Gather", "type", {"types", "zero"}, "type");
  m.node("Slice", "position", {"positions", "zero", "first", "zero"}, "position");
  m.node("Add", "embed", {"word", "position"}, "embed");
  std::string x = norm("norm0", "embed", "type");
  for (int i = 0; i < 12; ++i) {
    const std::string name = "layer" + std::to_string(i);
    const std::string q = heads(dense(name + ".q", x, 768, 768), {0, 2, 1, 3});
    const std::string k = heads(dense(name + ".k", x, 768, 768), {0, 2, 3, 1});
    const std::string v = heads(dense(name + ".v", x, 768, 768), {0, 2, 1, 3});
    m.node("MatMul", name + ".scores", {q, k}, name + ".scores");
    m.node("Softmax", name + ".softmax", {name + ".scores"}, name + ".softmax");
    m.node("MatMul", name + ".context", {name + ".softmax", v}, name + ".context");
    add_ints(m.node("Transpose", name + ".t", {name + ".context"}, name + ".c"), "perm",
             {0, 2, 1, 3});
    m.node("Reshape", name + ".join", {name + ".c", "join"}, name + ".joined");
    x = norm(name + ".norm1", dense(name + ".out", name + ".joined", 768, 768), x);
    m.node("Erf", name + ".act", {dense(name + ".ff1", x, 768, 3072)}, name + ".act");
    x = norm(name + ".norm2", dense(name + ".ff2", name + ".act", 3072, 768), x);
  }
  add_int(m.node("Gather", "token", {x, "zero"}, "token"), "axis", 1);
  m.node("Tanh", "pooler.act", {dense("pooler", "token", 768, 768)}, "pooled");
  return m;
}

}  // namespace gradloom::test
