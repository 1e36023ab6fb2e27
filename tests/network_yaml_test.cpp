// SPDX-License-Identifier: Apache-2.0
// Network files of `gradloom model`: what they mean, and what is refused.
#include "model/network_yaml.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "golden/error.hpp"
#include "model/network_file.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom::model {
namespace {

/// What reading the text says, without the name of the folder.
std::string refusal(const std::string& text) {
  const test::TempDir dir;
  const std::string file = dir.write("net.yaml", text);
  try {
    read_network_yaml(file);
  } catch (const InputError& error) {
    const std::string message = error.what();
    const std::string folder = dir.path() + "/";
    return message.starts_with(folder) ? message.substr(folder.size()) : message;
  }
  return "accepted";
}

ModelNetwork accept(const std::string& text) {
  const test::TempDir dir;
  return read_network_yaml(dir.write("net.yaml", text));
}

std::string with_layer(const std::string& layer) {
  return "name: net\nlayers:\n  - {" + layer + "}\n";
}

}  // namespace

TEST_CASE("the notations of a convolution") {
  const ModelNetwork network = accept(
      "name: net\n"
      "source: a paper\n"
      "layers:\n"
      "  - {name: a, conv: [4, 8], size: 9}\n"
      "  - name: b\n"
      "    conv: [4, 8]\n"
      "    size: [20, 30]\n"
      "    kernel: [3, 5]\n"
      "    stride: [2, 1]\n"
      "    pad: [1, 2]\n"
      "    dilation: [1, 2]\n"
      "    groups: 2\n"
      "    bias: true\n"
      "    needs_dx: false\n"
      "    repeat: 3\n"
      "  - {name: c, conv: [4, 8], size: 9, kernel: 3, pad: [1, 2, 3, 4]}\n"
      "other_parameters: 7\n"
      "published: {macs: 1.5e3, parameters: 12, source: somebody}\n");
  CHECK(network.name == "net");
  CHECK(network.source == "a paper");
  CHECK(network.other_parameters == 7);
  CHECK(network.published == Published{1500, 12, "somebody"});
  REQUIRE(network.layers.size() == 3);
  CHECK(network.layers[0].conv == Conv{4, 9, 9, 8, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1});
  CHECK(network.layers[1].conv == Conv{4, 20, 30, 8, 3, 5, 2, 1, 1, 1, 2, 2, 1, 2, 2});
  CHECK(network.layers[1].bias);
  CHECK_FALSE(network.layers[1].needs_dx);
  CHECK(network.layers[1].repeat == 3);
  CHECK(network.layers[2].conv == Conv{4, 9, 9, 8, 3, 3, 1, 1, 1, 2, 3, 4, 1, 1, 1});
}

TEST_CASE("the notations of a product, and layers that grow") {
  const ModelNetwork network = accept(
      "name: net\n"
      "layers:\n"
      "  - {name: a, gemm: [4, 8]}\n"
      "  - {name: b, gemm: [4, 8], rows: 5, products: 6, activations: true}\n"
      "  - {name: c, conv: [4, 8], size: 9, repeat: 3, grow: 2}\n");
  REQUIRE(network.layers.size() == 5);
  CHECK(network.layers[0].gemm == Gemm{1, 4, 8, 1, false});
  CHECK(network.layers[1].gemm == Gemm{5, 4, 8, 6, true});
  CHECK(network.layers[4].name == "c.3");
  CHECK(network.layers[4].conv.in_channels == 8);
  CHECK(network.layers[4].repeat == 1);
}

TEST_CASE("network files of gradloom train are taken") {
  const ModelNetwork network = load_model_network(std::string(GRADLOOM_TEST_ROOT) +
                                                  "/examples/networks/digits_softmax_on_chip.yaml");
  REQUIRE(network.layers.size() == 2);
  CHECK(network.layers[0].name == "fc1");
  CHECK(network.layers[0].gemm == Gemm{1, 64, 32, 1, false});
  CHECK(network.layers[1].gemm == Gemm{1, 32, 10, 1, false});
  CHECK_FALSE(network.layers[0].needs_dx);
  CHECK(network.layers[1].needs_dx);
  CHECK(parameters(network) == 65 * 32 + 33 * 10);
}

TEST_CASE("each fault of a layer has its line") {
  const std::vector<std::pair<std::string, std::string>> faults{
      {"name: a",
       "net.yaml:3: layers[0].gemm: found nothing, allowed conv or gemm (a required key)"},
      {"name: a, conv: [3, 4]",
       "net.yaml:3: layers[0].size: found nothing, allowed an integer in 1..65536, or [h, w] of "
       "them "
       "(a required key)"},
      {"name: a, conv: [3], size: 8",
       "net.yaml:3: layers[0].conv: found a list, allowed [input channels, output channels]"},
      {"name: a, conv: 3, size: 8",
       "net.yaml:3: layers[0].conv: found 3, allowed [input channels, output channels]"},
      {"name: a, gemm: [3, -1]",
       "net.yaml:3: layers[0].gemm[1]: found -1, allowed an integer in 1..16777216"},
      {"name: a, conv: [3, 4], size: 8, stride: -2",
       "net.yaml:3: layers[0].stride: found -2, allowed an integer in 1..65536"},
      {"name: a, conv: [3, 4], size: 8, stride: [1, 0]",
       "net.yaml:3: layers[0].stride[1]: found 0, allowed an integer in 1..65536"},
      {"name: a, conv: [3, 4], size: 8, kernel: [1, 2, 3]",
       "net.yaml:3: layers[0].kernel: found a list, allowed an integer in 1..65536, or [h, w] of "
       "them"},
      {"name: a, conv: [3, 4], size: 8, kernel: 11, pad: 1",
       "net.yaml:3: layers[0].kernel: found a kernel that spans 11 x 11 pixels, allowed at most "
       "the "
       "padded input, 10 x 10 pixels"},
      {"name: a, conv: [3, 4], size: 8, kernel: 3, dilation: 4",
       "net.yaml:3: layers[0].kernel: found a kernel that spans 9 x 9 pixels, allowed at most the "
       "padded input, 8 x 8 pixels"},
      {"name: a, conv: [3, 4], size: 65536, kernel: 65536, dilation: 65536",
       "net.yaml:3: layers[0].kernel: found a kernel that spans 4294901761 x 4294901761 pixels, "
       "allowed at most the padded input, 65536 x 65536 pixels"},
      {"name: a, conv: [3, 4], size: 8, pad: [1, 2, 3]",
       "net.yaml:3: layers[0].pad: found a list, allowed an integer in 0..65536, or [h, w] or "
       "[top, "
       "bottom, left, right] of them"},
      {"name: a, conv: [4, 6], size: 8, groups: 4",
       "net.yaml:3: layers[0].groups: found 4, allowed a divisor of the channel counts, 4 and 6"},
      {"name: a, conv: [3, 4], gemm: [3, 4], size: 8",
       "net.yaml:3: layers[0].gemm: found an unknown key, allowed name, conv, size, kernel, "
       "stride, "
       "pad, dilation, groups, bias, needs_dx, repeat, grow"},
      {"name: a, gemm: [3, 4], raws: 2",
       "net.yaml:3: layers[0].raws: found an unknown key, allowed name, gemm, rows, products, "
       "activations, bias, needs_dx, repeat; did you mean \"rows\"?"},
      {"name: a, gemm: [3, 4], name: b",
       "net.yaml:3: layers[0].name: found a second time (first on line 3), allowed once"},
      {"gemm: [3, 4]",
       "net.yaml:3: layers[0].name: found nothing, allowed 1 to 64 letters, digits, '_', '-', '.' "
       "or "
       "'/' (a required key)"},
      {"name: a, gemm: [3, 4], bias: 1",
       "net.yaml:3: layers[0].bias: found 1, allowed false, true"},
      {"name: a, gemm: [3, 4], activations: true, bias: true",
       "net.yaml:3: layers[0].bias: found true, allowed false, with activations: true"},
      {"name: a, gemm: [16777216, 16777216], rows: 16777216",
       "net.yaml:3: layers[0].gemm: found 4.72e+21 multiply-accumulates and 2.81e+14 parameters, "
       "allowed at most 9007199254740992 of each"},
      {"name: a, conv: [3, 4], size: 8, grow: 1, repeat: 5000",
       "net.yaml:3: layers[0].repeat: found 5000, allowed at most 4096 layers, with grow"},
      {"name: a, conv: [16777216, 4], size: 1, grow: 16777216, repeat: 2",
       "net.yaml:3: layers[0].conv: found 16777217, allowed an integer in 1..16777216"},
  };
  for (const auto& [layer, message] : faults) CHECK(refusal(with_layer(layer)) == message);
}

TEST_CASE("faults of a file") {
  CHECK(refusal("name: net\nlayers: 3\n") ==
        "net.yaml:2: layers: found 3, allowed a list of layers, or of widths");
  CHECK(
      refusal("name: net\n") ==
      "net.yaml:1: layers: found nothing, allowed a list of layers, or of widths (a required key)");
  CHECK(refusal("name: net\nlayers: []\n") ==
        "net.yaml:2: layers: found a list, allowed a list of layers, or of widths");
  CHECK(refusal("layers: [64]\n") == "net.yaml:1: layers: found 1 widths, allowed 2 to 4096");
  CHECK(refusal("layers: [64, .nan]\n") ==
        "net.yaml:1: layers[1]: found .nan, allowed an integer in 1..16777216");
  CHECK(refusal("name: net\nlayers:\n  - {name: a, gemm: [1, 2]}\n  - 7\n") ==
        "net.yaml:4: layers[1]: found 7, allowed a map with the key conv or gemm");
  CHECK(refusal("name: net\nlayers:\n  - {name: a, gemm: [1, 2]}\n  - {name: a, gemm: [1, 2]}\n") ==
        "net.yaml:4: layers[1].name: found the name a a second time, allowed a name of its own");
  CHECK(refusal("name: net\nlayers: [1, 2]\npublished: {macs: 1}\n")
            .starts_with("net.yaml:3: published: found an unknown key, allowed name, layers, "));
  CHECK(refusal(with_layer("name: a, gemm: [1, 2]") + "published: {macs: .nan}\n") ==
        "net.yaml:4: published.macs: found .nan, allowed a number in 0..9007199254740992");
  CHECK(refusal(with_layer("name: a, gemm: [1, 2]") + "other_parameters: -1\n") ==
        "net.yaml:4: other_parameters: found -1, allowed an integer in 0..9007199254740992");
  CHECK(refusal(with_layer("name: a, gemm: [1, 2]") + "data: {}\n") ==
        "net.yaml:4: data: found an unknown key, allowed name, source, layers, other_parameters, "
        "published");
}

TEST_CASE("counts that overflow only together") {
  std::string text = "name: net\nlayers:\n";
  for (int i = 0; i < 3; ++i) {
    text += fmt::format("  - {{name: a{}, gemm: [16777216, 16777216], rows: 16}}\n", i);
  }
  CHECK(refusal(text) ==
        "net.yaml:3: layers: found 1.35e+16 multiply-accumulates and 8.44e+14 parameters, allowed "
        "at most 9007199254740992 of each");
}

TEST_CASE("files beyond measure") {
  std::string many = "name: net\nlayers:\n";
  for (int i = 0; i < 4097; ++i) many += fmt::format("- {{name: a{}, gemm: [1, 1]}}\n", i);
  CHECK(refusal(many) ==
        "net.yaml:4099: layers: found more than 4096 layers, allowed at most 4096");
  const std::string line = refusal("name: " + std::string(10'000'000, 'x') + "\n");
  CAPTURE(line);
  CHECK(line.size() < 300);
  CHECK(line.starts_with("net.yaml"));
}

TEST_CASE("other endings") {
  CHECK_THROWS_WITH_AS(load_model_network("a/net.txt"),
                       "a/net.txt: found the ending \".txt\", allowed .yaml, .yml, .csv, .onnx",
                       InputError);
}

}  // namespace gradloom::model
