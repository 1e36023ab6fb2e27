// SPDX-License-Identifier: Apache-2.0
// The networks of examples/networks against the counts that others publish of them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "model/network_file.hpp"

namespace gradloom::model {
namespace {

ModelNetwork example(const std::string& name) {
  return load_model_network(std::string(GRADLOOM_TEST_ROOT) + "/examples/networks/" + name +
                            ".yaml");
}

/// What a source says, as many digits as it has.
struct Count {
  const char* network;
  const char* parameters;  ///< "" if the source says nothing
  const char* macs;
  const char* source;
};

constexpr Count kCounts[] = {
    {"lenet_300_100", "2.67e5", "", "Han et al., NIPS 2015, table 1: 267K"},
    {"lenet_300_100", "266610", "266200", "by hand: 784*300 + 300*100 + 100*10, and 410 biases"},
    // Connections of all layers with their biases, less those of S2 and S4 and the biases.
    {"lenet5", "60840", "326520",
     "LeCun et al. 1998: 340908 connections, 60000 trainable parameters and 840 fixed ones"},
    {"alexnet", "61100840", "7.14e8", "torchvision, AlexNet_Weights: num_params, _ops 0.714"},
    {"vgg16", "138357544", "1.547e10", "torchvision, VGG16_Weights: num_params, _ops 15.47"},
    {"resnet50", "25557032", "4.089e9", "torchvision, ResNet50_Weights: num_params, _ops 4.089"},
    {"resnet152", "60192808", "1.1514e10",
     "torchvision, ResNet152_Weights: num_params, _ops 11.514"},
    {"inception_v4", "4.27e7", "1.23e10", "timm, model card of inception_v4.tf_in1k"},
    {"inception_v4", "42679816", "", "Keras hub, presets of Inception: params"},
    {"mobilenet_v1", "4.2e6", "5.69e8", "Howard et al. 2017, table 6, 1.0 MobileNet-224"},
    {"bert_base", "109482240", "", "transformers, BertModel of bert-base-uncased"},
    {"bert_base", "1.1e8", "1.1174e10",
     "Devlin et al. 2018: 110M; README of calflops, BERT base at [1, 128]: 11.174 GMACs"},
    {"gpt2_small", "124439808", "145824153600",
     "transformers, gpt2; nanoGPT, transformer_sizing.ipynb: 291648307200 FLOPs"},
};

/// True if `count`, rounded to the digits that `text` has, is the number in it.
bool agrees(std::int64_t count, const std::string& text) {
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return std::to_string(count) == text;
  const std::size_t point = text.find('.');
  const std::size_t digits = point == std::string::npos ? 0 : e - point - 1;
  return std::stod(fmt::format("{:.{}e}", static_cast<double>(count), digits)) == std::stod(text);
}

struct DenseNet {
  int blocks[4];
  std::int64_t parameters;
  const char* macs;
};

/// DenseNet of growth 32 and compression 0.5: layers, and the parameters of the normalisations.
ModelNetwork dense_net(const DenseNet& net) {
  ModelNetwork network;
  const auto conv = [&network](int in, int out, int size, int kernel, int stride) {
    Layer layer;
    layer.name = "layer";
    layer.kind = LayerKind::conv;
    const int pad = kernel / 2;
    layer.conv.in_channels = in;
    layer.conv.out_channels = out;
    layer.conv.in_h = layer.conv.in_w = size;
    layer.conv.kernel_h = layer.conv.kernel_w = kernel;
    layer.conv.stride_h = layer.conv.stride_w = stride;
    layer.conv.pad_top = layer.conv.pad_bottom = layer.conv.pad_left = layer.conv.pad_right = pad;
    network.layers.push_back(layer);
    // All but the first have their normalisation before them.
    network.other_parameters += 2 * (stride == 2 ? out : in);
  };
  conv(3, 64, 224, 7, 2);
  int channels = 64;
  int size = 56;
  for (int block = 0; block < 4; ++block) {
    for (int i = 0; i < net.blocks[block]; ++i) {
      conv(channels, 128, size, 1, 1);
      conv(128, 32, size, 3, 1);
      channels += 32;
    }
    if (block == 3) break;
    conv(channels, channels / 2, size, 1, 1);
    channels /= 2;
    size /= 2;
  }
  Layer fc;
  fc.gemm.m = channels;
  fc.gemm.n = 1000;
  fc.bias = true;
  network.layers.push_back(fc);
  network.other_parameters += 2 * channels;
  return network;
}

}  // namespace

TEST_CASE("parameters and MACs are those that others publish") {
  for (const Count& count : kCounts) {
    CAPTURE(count.network);
    CAPTURE(count.source);
    const ModelNetwork network = example(count.network);
    CHECK_FALSE(network.source.empty());
    CAPTURE(parameters(network));
    CAPTURE(macs(network));
    if (*count.parameters != '\0') CHECK(agrees(parameters(network), count.parameters));
    if (*count.macs != '\0') CHECK(agrees(macs(network), count.macs));
  }
}

TEST_CASE("what a file says is published is so") {
  for (const char* name : {"lenet_300_100", "lenet5", "alexnet", "vgg16", "resnet50", "resnet152",
                           "inception_v4", "mobilenet_v1", "bert_base", "gpt2_small"}) {
    CAPTURE(name);
    const ModelNetwork network = example(name);
    const Published& published = network.published;
    CHECK_FALSE(published.source.empty());
    CHECK(published.parameters > 0);
    // Within half of the last of three digits.
    CHECK(std::abs(published.parameters - static_cast<double>(parameters(network))) <=
          0.008 * published.parameters);
    if (published.macs > 0) {
      CHECK(std::abs(published.macs - static_cast<double>(macs(network))) <=
            0.005 * published.macs);
    }
  }
}

TEST_CASE("LeNet-5, layer by layer") {
  const ModelNetwork network = example("lenet5");
  std::int64_t c3 = 0;
  for (std::size_t i = 1; i <= 3; ++i) c3 += parameters(network.layers[i]);
  CHECK(parameters(network.layers[0]) == 156);
  CHECK(c3 == 1516);
  CHECK(parameters(network.layers[4]) == 48120);
  CHECK(parameters(network.layers[5]) == 10164);
  const std::int64_t connections = 340908 - 5880 - 2000;  // of S2 and S4, which are no products
  const std::int64_t biases = 6 * 28 * 28 + 16 * 10 * 10 + 120 + 84;
  CHECK(macs(network) == connections - biases);
}

// torchvision, DenseNet121_Weights and so on: num_params, _ops.
TEST_CASE("DenseNet-264 follows the rule of those that torchvision has") {
  for (const DenseNet& net : {DenseNet{{6, 12, 24, 16}, 7978856, "2.834e9"},
                              DenseNet{{6, 12, 32, 32}, 14149480, "3.36e9"},
                              DenseNet{{6, 12, 48, 32}, 20013928, "4.291e9"}}) {
    const ModelNetwork network = dense_net(net);
    CHECK(parameters(network) == net.parameters);
    CHECK(agrees(macs(network), net.macs));
  }
  const ModelNetwork rule = dense_net({{6, 12, 64, 48}, 0, ""});
  const ModelNetwork file = example("densenet264");
  CHECK(parameters(file) == parameters(rule));
  CHECK(macs(file) == macs(rule));
  CHECK(file.layers.size() == 5 + 4 + 6 + 12 + 64 + 48);
}

}  // namespace gradloom::model
