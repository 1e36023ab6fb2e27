// SPDX-License-Identifier: Apache-2.0
#include "model/onnx_import.hpp"

#include <doctest/doctest.h>
#include <onnx/defs/schema.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/network_file.hpp"
#include "model/onnx_ops.hpp"
#include "tests/onnx_models.hpp"
#include "tests/temp_dir.hpp"

using namespace gradloom;
using namespace gradloom::model;
using test::Dims;
using test::OnnxModel;

namespace {

struct Import {
  ModelNetwork network;
  std::string refusal;  ///< the message behind the path
  std::vector<std::string> notes;
};

Import import_bytes(const std::string& bytes, bool skip = false) {
  static const test::TempDir dir;
  const std::string path = dir.write("net.onnx", bytes);
  Import result;
  try {
    result.network = read_onnx(path, {skip, &result.notes});
  } catch (const InputError& error) {
    const std::string message = error.what();
    REQUIRE(message.starts_with(path));
    REQUIRE(message.find('\n') == std::string::npos);
    result.refusal = message.substr(path.size());
  }
  for (std::string& note : result.notes) {
    REQUIRE(note.starts_with(path));
    note.erase(0, path.size());
  }
  return result;
}

std::string bytes_of(const OnnxModel& m) { return m.model.SerializeAsString(); }
Import import_model(const OnnxModel& m, bool skip = false) {
  return import_bytes(bytes_of(m), skip);
}

ModelNetwork good(const OnnxModel& m) {
  const Import result = import_model(m);
  REQUIRE(result.refusal == "");
  REQUIRE(result.notes.empty());
  return result.network;
}

/// A convolution of images [N, 4, 10, 12] by 8 kernels of 4 / groups x 3 x 2.
OnnxModel one_conv(const std::function<void(onnx::NodeProto&)>& change = {}, int groups = 1) {
  OnnxModel m("conv");
  m.input("x", {-1, 4, 10, 12}).weights("w", {8, 4 / groups, 3, 2}).output("y");
  onnx::NodeProto& node = m.node("Conv", "conv1", {"x", "w"}, "y");
  if (groups != 1) test::add_int(node, "group", groups);
  if (change) change(node);
  return m;
}

Conv conv_of(const OnnxModel& m) {
  const ModelNetwork network = good(m);
  REQUIRE(network.layers.size() == 1);
  REQUIRE(network.layers[0].kind == LayerKind::conv);
  return network.layers[0].conv;
}

/// A MatMul of inputs of these shapes; an operand named w is a parameter.
OnnxModel one_matmul(const Dims& a, const Dims& b, const std::string& right = "w",
                     const std::string& left = "x") {
  OnnxModel m("matmul");
  for (const auto& [name, dims] : {std::pair{left, a}, std::pair{right, b}}) {
    if (name == "w") m.weights(name, dims);
    if (name != "w") m.input(name, dims);
  }
  m.node("MatMul", "mul", {left, right}, "y");
  m.output("y");
  return m;
}

const Layer& only(const ModelNetwork& network) {
  REQUIRE(network.layers.size() == 1);
  return network.layers[0];
}

}  // namespace

TEST_CASE("LeNet-5: layers, counts, which of them need dX") {
  const ModelNetwork network = good(test::lenet5());
  CHECK(network.name == "lenet5");
  std::string names;
  for (const Layer& layer : network.layers) {
    names += layer.name + " ";
    CHECK(layer.bias);
    CHECK(layer.needs_dx == (layer.name != "c1"));
  }
  CHECK(names == "c1 c3 c5 f6 output ");
  CHECK(macs(network) == 28 * 28 * 25 * 6 + 10 * 10 * 150 * 16 + 400 * 120 + 120 * 84 + 84 * 10);
  CHECK(parameters(network) == 156 + 2416 + 48120 + 10164 + 850);
  CHECK(network.other_parameters == 0);
}

TEST_CASE("counts of the networks that are also there in YAML") {
  const auto yaml = [](const std::string& name) {
    return load_model_network(GRADLOOM_TEST_ROOT "/examples/networks/" + name + ".yaml");
  };
  const auto check = [](const ModelNetwork& imported, const ModelNetwork& expected) {
    CHECK(macs(imported) == macs(expected));
    CHECK(parameters(imported) == parameters(expected));
    CHECK(imported.other_parameters == expected.other_parameters);
    std::size_t layers = 0;
    for (const Layer& layer : expected.layers) layers += static_cast<std::size_t>(layer.repeat);
    CHECK(imported.layers.size() == layers);
  };
  check(good(test::lenet_300_100()), yaml("lenet_300_100"));
  const ModelNetwork resnet = good(test::resnet50());
  check(resnet, yaml("resnet50"));
  CHECK_FALSE(resnet.layers[0].needs_dx);
  CHECK(resnet.layers[1].needs_dx);
  // The layers in any order.
  const auto shapes = [](const ModelNetwork& network) {
    std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>> all;
    for (const Layer& layer : network.layers) {
      const GemmShape shape = lower(layer, 1);
      all.insert(all.end(), static_cast<std::size_t>(layer.repeat), {shape.m, shape.n, shape.b});
    }
    std::sort(all.begin(), all.end());
    return all;
  };
  CHECK(shapes(resnet) == shapes(yaml("resnet50")));
  check(good(test::bert_base()), yaml("bert_base"));
}

// examples/networks/lenet5.onnx and the files of fuzz/corpus/onnx that have names are made here.
TEST_CASE("the files in the repository are the models of this test") {
  namespace fs = std::filesystem;
  const fs::path root = GRADLOOM_TEST_ROOT;
  const std::string lenet = bytes_of(test::lenet5());
  const std::vector<std::pair<fs::path, std::string>> files{
      {root / "examples/networks/lenet5.onnx", lenet},
      {root / "fuzz/corpus/onnx/lenet5", lenet},
      {root / "fuzz/corpus/onnx/lenet_300_100", bytes_of(test::lenet_300_100())},
      {root / "fuzz/corpus/onnx/attention", bytes_of(test::attention())},
      {root / "fuzz/corpus/onnx/conv", bytes_of(one_conv({}, 4))},
      {root / "fuzz/corpus/onnx/cut", lenet.substr(0, 700)}};
  for (const auto& file_of : files) {
    const auto& path = file_of.first;
    const auto& bytes = file_of.second;
    CAPTURE(path.string());
    if (std::getenv("UPDATE_CORPUS") != nullptr) {
      fs::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << bytes;
    }
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    CHECK(content == bytes);
  }
}

TEST_CASE("a fixed batch is brought back to one sample") {
  const ModelNetwork symbolic = good(test::lenet5(-1));
  CHECK(good(test::lenet5(1)) == symbolic);
  CHECK(good(test::lenet5(32)) == symbolic);
  OnnxModel nameless = test::lenet5();
  nameless.graph()
      .mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->clear_dim_param();
  CHECK(good(nameless) == symbolic);
}

TEST_CASE("shapes that the file gives are used, unless they contradict") {
  OnnxModel m = test::lenet5();
  test::set_shape(*m.graph().add_value_info(), "c1.out", {-1, 6, 28, 28});
  CHECK(good(m) == good(test::lenet5()));
  test::set_shape(*m.graph().add_value_info(), "s2.out", {7, 6, 15, 14});
  CHECK(good(m) == good(test::lenet5()));
}

TEST_CASE("convolutions, by hand") {
  Conv c = conv_of(one_conv());
  CHECK(c.in_channels == 4);
  CHECK(c.out_channels == 8);
  CHECK(std::vector{c.in_h, c.in_w, c.kernel_h, c.kernel_w} == std::vector{10, 12, 3, 2});
  CHECK(std::vector{out_h(c), out_w(c)} == std::vector{8, 11});
  c = conv_of(one_conv([](auto& node) {
    test::add_ints(node, "strides", {2, 3});
    test::add_ints(node, "dilations", {4, 1});
    test::add_ints(node, "pads", {1, 2, 3, 0});
    test::add_ints(node, "kernel_shape", {3, 2});
  }));
  CHECK(std::vector{c.stride_h, c.stride_w, c.dilation_h, c.dilation_w} == std::vector{2, 3, 4, 1});
  CHECK(std::vector{c.pad_top, c.pad_left, c.pad_bottom, c.pad_right} == std::vector{1, 2, 3, 0});
  CHECK(out_h(c) == (10 + 4 - 9) / 2 + 1);
  CHECK(out_w(c) == (12 + 2 - 2) / 3 + 1);
  CHECK(conv_of(one_conv({}, 2)).groups == 2);
  CHECK(macs(good(one_conv({}, 4))) == 8 * 11 * 8 * 6);
}

TEST_CASE("automatic padding") {
  const auto padded = [](const char* mode, std::int64_t stride) {
    return conv_of(one_conv([&](auto& node) {
      test::add_text(node, "auto_pad", mode);
      test::add_ints(node, "strides", {stride, stride});
    }));
  };
  // 10 rows by 3: 2 rows in all with stride 1; with stride 4, 3 outputs cover 2 * 4 + 3 = 11 rows.
  // 12 columns by 2: 1 column; with stride 4, 3 outputs cover 10.
  Conv c = padded("SAME_UPPER", 1);
  CHECK(std::vector{c.pad_top, c.pad_bottom, c.pad_left, c.pad_right} == std::vector{1, 1, 0, 1});
  CHECK(std::vector{out_h(c), out_w(c)} == std::vector{10, 12});
  c = padded("SAME_LOWER", 1);
  CHECK(std::vector{c.pad_top, c.pad_bottom, c.pad_left, c.pad_right} == std::vector{1, 1, 1, 0});
  c = padded("SAME_UPPER", 4);
  CHECK(std::vector{c.pad_top, c.pad_bottom, c.pad_left, c.pad_right} == std::vector{0, 1, 0, 0});
  CHECK(std::vector{out_h(c), out_w(c)} == std::vector{3, 3});
  c = padded("VALID", 1);
  CHECK(std::vector{out_h(c), out_w(c)} == std::vector{8, 11});
}

TEST_CASE("a convolution over one dimension") {
  OnnxModel m("conv");
  m.input("x", {-1, 4, 100}).weights("w", {8, 4, 5}).weights("b", {8}).output("y");
  test::add_ints(m.node("Conv", "", {"x", "w", "b"}, "y"), "pads", {2, 1});
  const Layer layer = only(good(m));
  CHECK(layer.name == "y");
  CHECK(layer.bias);
  CHECK(out_h(layer.conv) == 1);
  CHECK(out_w(layer.conv) == 99);
  CHECK(macs(layer) == 99 * 8 * 4 * 5);
}

TEST_CASE("Gemm, by hand") {
  const auto gemm = [](const Dims& a, const Dims& b, bool trans_a, bool trans_b, const Dims& bias) {
    OnnxModel m("gemm");
    m.input("x", a).weights("w", b).weights("c", bias).output("y");
    auto& node = m.node("Gemm", "fc", {"x", "w", "c"}, "y");
    test::add_int(node, "transA", trans_a ? 1 : 0);
    test::add_int(node, "transB", trans_b ? 1 : 0);
    return good(m);
  };
  ModelNetwork network = gemm({-1, 20}, {20, 30}, false, false, {30});
  CHECK(only(network).gemm == Gemm{1, 20, 30, 1, false});
  CHECK(only(network).bias);
  CHECK_FALSE(only(network).needs_dx);
  CHECK(parameters(network) == 21 * 30);
  CHECK(only(gemm({-1, 20}, {30, 20}, false, true, {1, 30})).gemm == Gemm{1, 20, 30, 1, false});
  // Batch 20: the rows of x^T.
  CHECK(only(gemm({20, 60}, {20, 30}, true, false, {30})).gemm == Gemm{3, 20, 30, 1, false});
  // What is added is no bias of the outputs, but it is a parameter.
  network = gemm({4, 20}, {20, 30}, false, false, {4, 1});
  CHECK_FALSE(only(network).bias);
  CHECK(network.other_parameters == 4);
}

TEST_CASE("MatMul by parameters, from the right and from the left") {
  CHECK(only(good(one_matmul({-1, 7, 20}, {20, 30}))).gemm == Gemm{7, 20, 30, 1, false});
  CHECK(only(good(one_matmul({8, 7, 20}, {20, 30}))).gemm == Gemm{7, 20, 30, 1, false});
  CHECK(only(good(one_matmul({8, 7, 20}, {1, 20, 30}))).gemm == Gemm{7, 20, 30, 1, false});
  CHECK(only(good(one_matmul({-1, 20}, {20}))).gemm == Gemm{1, 20, 1, 1, false});
  CHECK(only(good(one_matmul({30, 20}, {4, 20, 7}, "x", "w"))).gemm == Gemm{7, 20, 30, 1, false});
  CHECK(parameters(good(one_matmul({-1, 7, 20}, {20, 30}))) == 600);
}

TEST_CASE("MatMul of activations: products side by side, none of them parameters") {
  const ModelNetwork network = good(one_matmul({8, 12, 7, 64}, {8, 12, 64, 9}, "z"));
  CHECK(only(network).gemm == Gemm{7, 64, 9, 12, true});
  CHECK(parameters(network) == 0);
  CHECK(macs(network) == 12 * 7 * 64 * 9);
  CHECK(only(good(one_matmul({8, 12, 7, 64}, {64, 9}, "z"))).gemm == Gemm{7, 64, 9, 12, true});
}

TEST_CASE(
    "attention, as exporters write it: shapes that are computed, weights that are transposed") {
  const ModelNetwork network = good(test::attention());
  REQUIRE(network.layers.size() == 3);
  CHECK(network.layers[0].name == "query");
  CHECK(network.layers[0].gemm == Gemm{6, 8, 8, 1, false});
  CHECK(network.layers[0].bias);
  CHECK(network.layers[0].needs_dx);  // gamma learns
  CHECK(network.layers[1].gemm == Gemm{6, 8, 8, 1, false});
  CHECK_FALSE(network.layers[1].bias);
  CHECK(network.layers[2].gemm == Gemm{6, 4, 6, 2, true});
  CHECK(network.other_parameters == 8);  // gamma: no scalar, no bias, no transposed weights
  CHECK(parameters(network) == 8 * 8 * 2 + 8 + 8);
}

TEST_CASE("other parameters: those of normalisation, without its running means") {
  OnnxModel m = one_conv();
  m.graph().mutable_node(0)->set_output(0, "c");
  for (const char* name : {"scale", "shift", "mean", "variance"}) m.weights(name, {8});
  m.node("BatchNormalization", "bn", {"c", "scale", "shift", "mean", "variance"}, "y");
  const ModelNetwork network = good(m);
  CHECK(network.other_parameters == 16);
  CHECK(parameters(network) == 16 + 8 * 4 * 6);
}

TEST_CASE("constants may come from nodes, and stand among the inputs") {
  OnnxModel m("constants");
  m.input("x", {-1, 20}).output("y");
  onnx::NodeProto& made = m.node("Constant", "made", {}, "w");
  auto& attribute = *made.add_attribute();
  attribute.set_name("value");
  attribute.set_type(onnx::AttributeProto::TENSOR);
  attribute.mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
  attribute.mutable_t()->add_dims(20);
  attribute.mutable_t()->add_dims(30);
  m.node("MatMul", "mul", {"x", "w"}, "y");
  CHECK(only(good(m)).gemm == Gemm{1, 20, 30, 1, false});
  OnnxModel listed = one_matmul({-1, 7, 20}, {20, 30});
  test::set_shape(*listed.graph().add_input(), "w", {20, 30});
  CHECK(good(listed) == good(one_matmul({-1, 7, 20}, {20, 30})));
}

TEST_CASE("nodes in any order") {
  OnnxModel m = test::lenet5();
  std::reverse(m.graph().mutable_node()->begin(), m.graph().mutable_node()->end());
  CHECK(good(m) == good(test::lenet5()));
}

TEST_CASE("what cannot be imported is named, all of it, and left out on request") {
  OnnxModel m = test::lenet5();
  m.weights("up", {1, 4, 2, 2}).weights("kernels", {8, 8, 3, 3});
  m.node("ConvTranspose", "up1", {"image", "up"}, "u1");
  m.node("ConvTranspose", "up2", {"u1", "up"}, "u2");
  m.node("Fancy", "own", {"image"}, "f").set_domain("com.example");
  m.node("Frobnicate", "new", {"image"}, "g");
  m.node("Conv", "dynamic", {"f", "kernels"}, "d");
  const Import refused = import_model(m);
  CHECK(refused.refusal ==
        ": found what cannot be imported: ConvTranspose (up1, up2); com.example.Fancy (own); "
        "Frobnicate (new); Conv of an input of unknown size (dynamic); allowed with "
        "--skip-unsupported, which leaves it out");
  const Import skipped = import_model(m, true);
  CHECK(skipped.refusal == "");
  CHECK(skipped.network == good(test::lenet5()));
  CHECK(skipped.notes == std::vector<std::string>{
                             ": left out: ConvTranspose (up1, up2)",
                             ": left out: com.example.Fancy (own)", ": left out: Frobnicate (new)",
                             ": left out: Conv of an input of unknown size (dynamic)"});
}

TEST_CASE("recurrent layers and control flow are among it") {
  for (const char* op : {"LSTM", "GRU", "RNN", "If", "Loop", "Scan", "Einsum", "ConvInteger",
                         "QLinearConv", "QLinearMatMul", "MatMulInteger", "DeformConv"}) {
    CAPTURE(op);
    OnnxModel m = test::lenet5();
    m.node(op, "bad", {"image"}, "bad.out");
    CHECK(import_model(m).refusal.find(std::string(op) + " (bad)") != std::string::npos);
    CHECK(import_model(m, true).refusal == "");
  }
}

TEST_CASE(
    "every operator that libonnx knows is sorted in, and the documents list those without "
    "products") {
  const std::vector<std::string> left_out{
      "ConvInteger", "ConvTranspose", "DFT",           "Einsum",      "GRU",           "If",
      "LSTM",        "Loop",          "MatMulInteger", "QLinearConv", "QLinearMatMul", "RNN",
      "STFT",        "Scan",          "SequenceMap"};
  std::vector<std::string> unsupported;
  for (const auto& schema : onnx::OpSchemaRegistry::get_all_schemas()) {
    if (!schema.domain().empty() || onnx_kind("", schema.Name()) != OnnxKind::unsupported) continue;
    unsupported.push_back(schema.Name());
  }
  std::sort(unsupported.begin(), unsupported.end());
  CHECK(unsupported == left_out);
  const auto names = onnx_no_products();
  CHECK(std::is_sorted(names.begin(), names.end()));
  std::string list;
  std::string line;
  for (const std::string_view name : names) {
    const std::string next = "`" + std::string(name) + "`" + (name == names.back() ? "" : ",");
    if (line.size() + next.size() > 118) list += std::exchange(line, "") + "\n";
    line += (line.empty() ? "" : " ") + next;
  }
  list += line + "\n";
  const std::string path = GRADLOOM_TEST_ROOT "/docs/import.md";
  std::string text = read_text_file(path);
  const std::string head = "<!-- onnx_import_test: no products -->\n";
  const std::size_t begin = text.find(head) + head.size();
  const std::size_t end = text.find("<!-- onnx_import_test: end -->");
  REQUIRE(begin <= end);
  if (std::getenv("UPDATE_DOCS") != nullptr) {
    write_text_file(path, text.substr(0, begin) + list + text.substr(end));
    text = read_text_file(path);
  }
  CHECK(text.substr(begin, text.find("<!-- onnx_import_test: end -->") - begin) == list);
}

TEST_CASE("products that have no counterpart") {
  const auto why = [](const OnnxModel& m) {
    const std::string text = import_model(m).refusal;
    const std::size_t begin = text.find("imported: ");
    return begin == std::string::npos ? text : text.substr(begin + 10, text.find(';') - begin - 10);
  };
  OnnxModel open("open");
  test::set_shape(*open.graph().add_input(), "x", {-1, 4, 10, 12});
  open.graph()
      .mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(2)
      ->set_dim_param("height");
  open.weights("w", {8, 4, 3, 3}).output("y").node("Conv", "c", {"x", "w"}, "y");
  CHECK(why(open) == "Conv of an input of unknown size (c)");
  OnnxModel deep("deep");
  deep.input("x", {-1, 4, 8, 8, 8}).weights("w", {8, 4, 3, 3, 3}).output("y");
  deep.node("Conv", "c", {"x", "w"}, "y");
  CHECK(why(deep) == "Conv over three dimensions (c)");
  OnnxModel dynamic("dynamic");
  dynamic.input("x", {-1, 4, 8, 8}).input("w", {8, 4, 3, 3}).output("y");
  dynamic.node("Conv", "c", {"x", "w"}, "y");
  CHECK(why(dynamic) == "Conv by weights that are activations (c)");
  OnnxModel folded("folded");
  folded.input("x", {2, 4, 8, 8}).integers("shape", {4, 2, 8, 8}).weights("w", {8, 2, 3, 3});
  folded.output("y").node("Reshape", "r", {"x", "shape"}, "z");
  folded.node("Conv", "c", {"z", "w"}, "y");
  CHECK(why(folded) == "Conv of images that are not those of the batch (c)");
  CHECK(why(one_matmul({8, 7, 20}, {8, 20, 30})) ==
        "MatMul by several matrices of parameters (mul)");
  OnnxModel gemm("gemm");
  gemm.input("x", {-1, 8}).input("w", {8, 4}).output("y").node("Gemm", "g", {"x", "w"}, "y");
  CHECK(why(gemm) == "Gemm without one matrix of parameters (g)");
}

TEST_CASE("sizes that do not fit are refused, skipping or not") {
  const auto refused = [](const OnnxModel& m) {
    const std::string text = import_model(m).refusal;
    CHECK(import_model(m, true).refusal == text);
    return text;
  };
  const auto with_ints = [](const char* name, const Dims& values) {
    return one_conv([&](auto& node) { test::add_ints(node, name, values); });
  };
  const std::string conv = ": node \"conv1\" (Conv): ";
  CHECK(refused(with_ints("strides", {-1, 1})) ==
        conv + "strides: found -1, allowed an integer in 1..65536");
  CHECK(refused(with_ints("strides", {1})) == conv + "strides: found 1 integers, allowed 2");
  CHECK(refused(with_ints("pads", {0, 0, -1, 0})).starts_with(conv + "pads: found -1"));
  CHECK(refused(with_ints("dilations", {5, 1})) ==
        conv +
            "kernel: found a kernel that spans 11 x 2 pixels, allowed at most the padded input, "
            "10 x 12 pixels");
  CHECK(refused(with_ints("kernel_shape", {3, 3})) ==
        conv + "kernel_shape: found [3, 3], allowed [3, 2], as the weights have");
  CHECK(refused(one_conv([](auto& node) { test::add_int(node, "group", 3); })) ==
        conv + "group: found 3 of 4 channels each, allowed as many as the input has, 4");
  OnnxModel uneven("uneven");
  uneven.input("x", {-1, 4, 8, 8}).weights("w", {7, 2, 3, 3}).output("y");
  test::add_int(uneven.node("Conv", "conv1", {"x", "w"}, "y"), "group", 2);
  CHECK(refused(uneven).starts_with(conv + "groups: found 2, allowed a divisor"));
  CHECK(refused(one_conv([](auto& node) { test::add_text(node, "auto_pad", "WIDE"); })) ==
        conv + "auto_pad: found \"WIDE\", allowed NOTSET, SAME_UPPER, SAME_LOWER, VALID");
  CHECK(refused(one_matmul({-1, 7, 20}, {21, 30})) ==
        ": node \"mul\" (MatMul): inputs: found 20 columns times 21 rows, allowed as many of both");
  CHECK(refused(one_matmul({1, 3, 7, 20}, {1, 2, 20, 5}, "z"))
            .starts_with(": node \"mul\" (MatMul): inputs: found shapes [1, 3, 7, 20] and"));
  CHECK(refused(one_matmul({1, 0, 20}, {20, 5})).find("found the shape [1, 0, 20]") !=
        std::string::npos);
  CHECK(refused(one_matmul({0, 7, 20}, {20, 5})) ==
        ": input \"x\": found the batch 0, allowed 1 and above");
  OnnxModel lonely("lonely");
  lonely.input("x", {-1, 4, 8, 8}).output("y").node("Conv", "conv1", {"x"}, "y");
  CHECK(refused(lonely) == conv + "inputs: found 1, allowed 2 and above");
}

TEST_CASE("graphs that are none") {
  OnnxModel cycle("cycle");
  cycle.input("x", {-1, 4}).output("y");
  cycle.node("Relu", "before", {"x"}, "r");
  cycle.node("Add", "first", {"r", "b"}, "a");
  cycle.node("Relu", "second", {"a"}, "b");
  cycle.node("Relu", "behind", {"b"}, "y");
  const std::string text = import_model(cycle).refusal;
  const bool named =
      text.find("\"first\"") != std::string::npos || text.find("\"second\"") != std::string::npos;
  CHECK(named);
  CHECK(text.ends_with("found a cycle through this node, allowed a graph without"));
  OnnxModel loose("loose");
  loose.input("x", {-1, 4}).output("y").node("Add", "add", {"x", "nowhere"}, "y");
  CHECK(import_model(loose).refusal ==
        ": node \"add\" (Add): found the input \"nowhere\", allowed an input of the graph, an "
        "initializer, an output of a node");
  OnnxModel twice("twice");
  twice.input("x", {-1, 4}).output("y");
  twice.node("Relu", "one", {"x"}, "y");
  twice.node("Relu", "two", {"x"}, "y");
  CHECK(import_model(twice).refusal ==
        ": node \"two\" (Relu): found the output \"y\" a second time, allowed once");
  OnnxModel nothing("nothing");
  nothing.input("x", {-1, 4}).output("y").node("Relu", "relu", {"x"}, "y");
  CHECK(import_model(nothing).refusal == ": found no Conv, Gemm or MatMul, allowed one or more");
}

TEST_CASE("files that are none") {
  const std::string whole = bytes_of(test::lenet5());
  CHECK(import_bytes("").refusal == ": found no graph with nodes, allowed an ONNX model");
  CHECK(import_bytes("name: lenet\nlayers: []\n").refusal ==
        ": found broken or truncated data, allowed an ONNX model");
  CHECK(import_bytes(std::string(1'000'000, '\xff')).refusal ==
        ": found broken or truncated data, allowed an ONNX model");
  // Cut anywhere: a message, never a part of the network.
  const int file = memfd_create("net.onnx", MFD_CLOEXEC);
  REQUIRE(write(file, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()));
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  CHECK_NOTHROW(read_onnx(path, {}));
  for (std::size_t size = whole.size(); size-- > 0;) {
    CAPTURE(size);
    REQUIRE(ftruncate(file, static_cast<off_t>(size)) == 0);
    REQUIRE_THROWS_AS(read_onnx(path, {}), InputError);
  }
  close(file);
  const test::TempDir dir;
  CHECK_THROWS_AS(read_onnx(dir.path(), {}), InputError);
  CHECK_THROWS_AS(read_onnx(dir.path("missing.onnx"), {}), InputError);
  const std::string large = dir.write("large.onnx", "");
  std::filesystem::resize_file(large, std::uintmax_t{1} << 31);
  CHECK_THROWS_WITH_AS(read_onnx(large, {}),
                       (large + ": found 2147483648 bytes, allowed up to 2147483647, the limit of "
                                "protobuf (keep the values of the initializers in files of their "
                                "own)")
                           .c_str(),
                       InputError);
}

TEST_CASE("operators newer than libonnx are a note") {
  OnnxModel m = one_conv();
  m.model.mutable_opset_import(0)->set_version(99);
  const Import result = import_model(m);
  CHECK(result.refusal == "");
  REQUIRE(result.notes.size() == 1);
  CHECK(result.notes[0].starts_with(": operators of version 99; shapes are inferred by the rules"));
  m.model.mutable_opset_import(0)->set_version(0);
  CHECK(import_model(m).refusal ==
        ": opset_import: found no version of ai.onnx, allowed 1 and above");
}

TEST_CASE("names from the file cannot break the line") {
  OnnxModel m = test::lenet5();
  m.node("Bad\nop", "bad\x01\xffname", {"image"}, "out");
  CHECK(import_model(m).refusal.find("Bad?op (bad??name)") != std::string::npos);
  OnnxModel same = test::lenet5();
  for (auto& node : *same.graph().mutable_node()) node.set_name("a\tb");
  CHECK(good(same).layers.at(1).name == "a?b#2");
}
