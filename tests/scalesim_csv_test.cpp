// SPDX-License-Identifier: Apache-2.0
#include "model/scalesim_csv.hpp"

#include <doctest/doctest.h>

#include <string>

#include "golden/error.hpp"
#include "model/csv_line.hpp"
#include "model/network_file.hpp"
#include "tests/temp_dir.hpp"

using namespace gradloom;
using namespace gradloom::model;

namespace {

const std::string kConv =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    "Strides,\n";

ModelNetwork read(const std::string& text) {
  const test::TempDir dir;
  return read_scalesim_csv(dir.write("net.csv", text));
}

/// The message behind the path.
std::string refusal(const std::string& text) {
  const test::TempDir dir;
  const std::string path = dir.write("net.csv", text);
  try {
    read_scalesim_csv(path);
  } catch (const InputError& error) {
    const std::string message = error.what();
    REQUIRE(message.starts_with(path));
    REQUIRE(message.find('\n') == std::string::npos);
    return message.substr(path.size());
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a convolution, by hand") {
  const ModelNetwork network = read(kConv + "conv1, 14, 12, 5, 3, 8, 16, 1,\n");
  CHECK(network.name == "net");
  REQUIRE(network.layers.size() == 1);
  const Layer& layer = network.layers[0];
  CHECK(layer.name == "conv1");
  CHECK(layer.kind == LayerKind::conv);
  Conv expected;
  expected.in_h = 14;
  expected.in_w = 12;
  expected.kernel_h = 5;
  expected.kernel_w = 3;
  expected.in_channels = 8;
  expected.out_channels = 16;
  CHECK(layer.conv == expected);
  CHECK_FALSE(layer.needs_dx);
  CHECK_FALSE(layer.bias);
  CHECK(macs(network) == 10 * 10 * 5 * 3 * 8 * 16);
}

TEST_CASE("windows are rounded up, as SCALE-Sim does") {
  // ceil((224 - 7 + 2) / 2) = 110 rows, ceil((223 - 7 + 2) / 2) = 109 columns.
  const Layer layer = read(kConv + "a,224,223,7,7,3,64,2,\n").layers.at(0);
  CHECK(out_h(layer.conv) == 110);
  CHECK(out_w(layer.conv) == 109);
  // A stride larger than the input still has its first window, and one more if any pixel is left.
  const Conv last = read(kConv + "a,3,4,3,3,1,1,10,\n").layers.at(0).conv;
  CHECK(out_h(last) == 1);
  CHECK(out_w(last) == 2);
}

TEST_CASE("a product, by hand") {
  const ModelNetwork network = read("Layer, M, N, K,\nqkv, 128, 2304, 768,\n");
  const Layer& layer = network.layers.at(0);
  CHECK(layer.kind == LayerKind::gemm);
  CHECK(layer.gemm == Gemm{128, 768, 2304, 1, false});
  CHECK(layer.needs_dx);
  CHECK(macs(network) == 128LL * 2304 * 768);
}

TEST_CASE("every spelling of a file gives the same layers") {
  const std::string plain = kConv + "a,8,8,3,3,1,4,1,\nb,6,6,3,3,4,4,1,\n";
  const ModelNetwork expected = read(plain);
  REQUIRE(expected.layers.size() == 2);
  CHECK(expected.layers[1].needs_dx);
  // Without commas at the end; CR LF; blank lines and lines of commas; a byte order mark; no line
  // end at the end; blanks and quotes; the names of the columns in other letters.
  CHECK(read("Layer name,IFMAP Height,IFMAP Width,Filter Height,Filter Width,Channels,Num Filter,"
             "Strides\na,8,8,3,3,1,4,1\nb,6,6,3,3,4,4,1") == expected);
  CHECK(read(kConv + "a,8,8,3,3,1,4,1,\r\n\r\nb,6,6,3,3,4,4,1,\r\n") == expected);
  CHECK(read("\n" + kConv + "\n,,,,,,,,\na,8,8,3,3,1,4,1,\n  \nb,6,6,3,3,4,4,1,\n\n") == expected);
  CHECK(read("\xef\xbb\xbf" + plain) == expected);
  CHECK(read(kConv + "\ta , 8 ,8,\"3\",3,1,4,1,,,\n\"b\",6,6,3,3,4,4,1,#comment\n") == expected);
  CHECK(read("LAYER,ifmap_height,ifmap_width,filter_height,filter_width,channels,num_filters,"
             "stride\na,8,8,3,3,1,4,1\nb,6,6,3,3,4,4,1\n") == expected);
}

TEST_CASE("columns behind: sparsity is left alone, the width of the stride and the batch are not") {
  const std::string sparse =
      "Layer name,IFMAP Height,IFMAP Width,Filter Height,Filter Width,Channels,Num Filter,Strides,"
      "Sparsity,\na,8,8,3,3,1,4,1,1:4,\n";
  CHECK(read(sparse) == read(kConv + "a,8,8,3,3,1,4,1,\n"));
  const std::string wide =
      "Layer name,IFMAP height,IFMAP width,Filter height,Filter width,Channels,Num filter,"
      "Stride height,Stride width,\na,9,9,3,3,1,4,2,3,\n";
  const Conv conv = read(wide).layers.at(0).conv;
  CHECK(conv.stride_h == 2);
  CHECK(conv.stride_w == 3);
  CHECK(read("Layer,M,N,K,Sparsity,\na,1,5,16,1,\n").layers.at(0).gemm == Gemm{1, 16, 5, 1, false});
  CHECK(read("Layer,M,N,K,Sparsity,Batch\na,1,5,16,2:4,12\n").layers.at(0).gemm ==
        Gemm{1, 16, 5, 12, true});
}

TEST_CASE("DP marks a depthwise convolution") {
  const ModelNetwork network = read(kConv + "ConvDP1,114,114,3,3,32,1,1,\nDP2,10,10,3,3,8,2,1,\n");
  CHECK(network.layers[0].conv.groups == 32);
  CHECK(network.layers[0].conv.out_channels == 32);
  CHECK(macs(network.layers[0]) == 32LL * 112 * 112 * 9);
  CHECK(network.layers[1].conv.out_channels == 16);
  CHECK(macs(network.layers[1]) == 8 * 8 * 9 * 8 * 2);
}

TEST_CASE("names become unique") {
  const ModelNetwork network = read("Layer,M,N,K\na,1,1,1\na,1,1,1\na#2,1,1,1\na,1,1,1\nb,1,1,1\n");
  std::string names;
  for (const Layer& layer : network.layers) names += layer.name + " ";
  CHECK(names == "a a#2 a#2#2 a#3 b ");
}

TEST_CASE("what is wrong is named with its line and column") {
  CHECK(refusal("") == ": found an empty file, allowed a header and layers");
  CHECK(refusal("\n,,\n") == ": found an empty file, allowed a header and layers");
  CHECK(refusal("conv1,8,8,3,3,1,4,1\n") ==
        ":1: header: found \"conv1, 8, 8, 3, 3, 1, 4, 1\", allowed \"Layer name, IFMAP Height, "
        "IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides\" or \"Layer, M, "
        "N, K\"");
  CHECK(refusal("Layer,M,K,N\na,1,1,1\n").starts_with(":1: header: found \"Layer, M, K, N\""));
  CHECK(refusal(kConv) == ":1: found no layer behind the header, allowed one or more");
  CHECK(refusal(kConv + "\na,8,8,3,3,1,4\n") ==
        ":3: Strides: found nothing, allowed an integer in 1..65536");
  CHECK(refusal(kConv + "a,8,,3,3,1,4,1\n") ==
        ":2: IFMAP Width: found nothing, allowed an integer in 1..65536");
  CHECK(refusal(kConv + "a,8,8,3,3,1,4,-1\n") ==
        ":2: Strides: found \"-1\", allowed an integer in 1..65536");
  CHECK(refusal(kConv + "a,8,8,3,3,x,4,1\n") ==
        ":2: Channels: found \"x\", allowed an integer in 1..16777216");
  CHECK(refusal(kConv + "a,8,8,3,3,1.5,4,1\n").starts_with(":2: Channels: found \"1.5\""));
  CHECK(refusal(kConv + "a,8,8,3,3,1,99999999999999999999,1\n").starts_with(":2: Num Filter: "));
  CHECK(refusal(kConv + "a,8,8,9,3,1,4,1\n") ==
        ":2: Filter Height: found 9, allowed at most IFMAP Height, 8");
  CHECK(refusal(kConv + "a,8,8,3,9,1,4,1\n") ==
        ":2: Filter Width: found 9, allowed at most IFMAP Width, 8");
  CHECK(refusal(kConv + ",8,8,3,3,1,4,1\n") ==
        ":2: Layer name: found nothing, allowed a name of 1 to 200 bytes");
  CHECK(refusal(kConv + "DP,8,8,3,3,16777216,2,1\n") ==
        ":2: Num Filter: found 33554432, allowed at most 16777216 of all channels");
  CHECK(
      refusal(kConv + "a,65536,65536,1,1,16777216,16777216,1\n").starts_with(":2: layer: found "));
  CHECK(refusal("Layer,M,N,K\na,1,0,1\n") ==
        ":2: N: found \"0\", allowed an integer in 1..16777216");
  CHECK(refusal("Layer,M,N,K,Batch\na,1,1,1\n").starts_with(":2: Batch: found nothing"));
  CHECK(refusal(kConv + "a,8,8,3,3,1,4,\"1\n") ==
        ":2: found a quote inside a field or one that is not closed, allowed quotes around a "
        "field");
  CHECK(refusal(kConv + std::string("a\0b,1", 5)) ==
        ":2: found bytes that are not text, allowed UTF-8");
  CHECK(refusal(kConv + std::string(10'000'000, 'a')) ==
        ":2: found a line of 10000000 characters, allowed 65536");
  CHECK(refusal(std::string((1 << 24) + 1, '\n')).find("more than 16777216 bytes") !=
        std::string::npos);
  std::string many = "Layer,M,N,K\n";
  for (int i = 0; i < 2000; ++i) many += "a,16777216,16777216,16\n";
  CHECK(refusal(many).starts_with(":1: layers: found "));
}

TEST_CASE("the examples have the counts of the same networks in YAML") {
  const std::string dir = GRADLOOM_TEST_ROOT "/examples/networks/";
  const ModelNetwork csv = load_model_network(dir + "mobilenet_v1.csv");
  const ModelNetwork yaml = load_model_network(dir + "mobilenet_v1.yaml");
  CHECK(csv.layers.size() == 28);
  CHECK(macs(csv) == macs(yaml));
  // A topology has neither bias nor normalisation.
  CHECK(parameters(csv) == parameters(yaml) - yaml.other_parameters - 1000);
  const ModelNetwork encoder = load_model_network(dir + "bert_base_encoder.csv");
  const ModelNetwork bert = load_model_network(dir + "bert_base.yaml");
  CHECK(12 * macs(encoder) == macs(bert) - 768 * 768);
}

TEST_CASE("files are told by their ending") {
  const test::TempDir dir;
  CHECK(load_model_network(dir.write("a.csv", "Layer,M,N,K\na,1,2,3\n")).layers.size() == 1);
  CHECK_THROWS_AS(load_model_network(dir.path("missing.csv")), InputError);
  CHECK_THROWS_AS(load_model_network(dir.path()), InputError);
  CHECK_THROWS_AS(read_scalesim_csv(dir.path()), InputError);
}

TEST_CASE("fields of a line") {
  using Fields = std::vector<std::string>;
  CHECK(csv_fields("a, b c ,\t3,") == Fields{"a", "b c", "3", ""});
  CHECK(csv_fields("\"a,b\", \"c\"\"d\" ") == Fields{"a,b", "c\"d"});
  CHECK(csv_fields("") == Fields{});
  CHECK_FALSE(csv_fields("\"a"));
  CHECK_FALSE(csv_fields("\"a\"b"));
}
