// SPDX-License-Identifier: Apache-2.0
#include "sim/network.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <string>

#include "golden/error.hpp"
#include "tests/temp_dir.hpp"

using gradloom::ActivationCode;
using gradloom::InputError;
using gradloom::load_network;
using gradloom::Network;
using gradloom::test::TempDir;

namespace {

const std::string kMinimal = "layers: [3, 4]\ndata: {features: 3, classes: 4, feature_max: 1}\n";

std::string error_of(const std::string& path) {
  try {
    load_network(path);
  } catch (const InputError& error) {
    const std::string message = error.what();
    CHECK(error.code() == gradloom::ExitCode::bad_input);
    CHECK(message.find('\n') == std::string::npos);
    REQUIRE(message.starts_with(path));
    return message.substr(path.rfind('/') + 1);
  }
  return "no error";
}

std::string error_in(const std::string& text) {
  const TempDir dir;
  return error_of(dir.write("n.yaml", text));
}

/// The error of a good file after one replacement.
std::string error_with(const std::string& from, const std::string& to) {
  std::string text =
      "name: net\n"
      "layers: [3, 5, 4]\n"
      "activation: relu\n"
      "loss: softmax_cross_entropy\n"
      "data: {features: 3, classes: 4, feature_max: 16, held_out_percent: 20}\n"
      "training:\n"
      "  epochs: 8\n"
      "  batch: 32\n"
      "  learning_rate: 0.1\n"
      "  momentum: 0.5\n"
      "  seed: 1\n";
  const std::size_t place = text.find(from);
  REQUIRE(place != std::string::npos);
  return error_in(text.replace(place, from.size(), to));
}

}  // namespace

TEST_CASE("the example") {
  const Network network = load_network(GRADLOOM_TEST_ROOT "/examples/networks/digits_mlp.yaml");
  CHECK(network.name == "digits_mlp");
  CHECK(network.layers == std::vector<int>{64, 32, 10});
  CHECK(network.data == gradloom::DataFormat{64, 10, 16});
  CHECK(network.held_out_percent == 20);
  CHECK(network.training.epochs <= 10);
  CHECK(network.training.seed == 1);
}

TEST_CASE("defaults") {
  const TempDir dir;
  const Network network = load_network(dir.write("n.yaml", kMinimal));
  CHECK(network.name == "network");
  CHECK(network.held_out_percent == 20);
  CHECK(network.training == gradloom::TrainPlan{8, 32, 0.1, 0.0, 1, 0.0});
  CHECK(network.activations == std::vector<ActivationCode>{ActivationCode::identity});
  CHECK(network.leak == 3);
  CHECK(network.loss == gradloom::Loss::softmax_cross_entropy);
  CHECK(network.on_chip == gradloom::OnChip{});
}

TEST_CASE("every key is read") {
  const TempDir dir;
  const Network network = load_network(dir.write(
      "n.yaml", kMinimal + "training: {epochs: 3, batch: 7, learning_rate: 1e-2, momentum: 0.25, "
                           "weight_decay: 0.5, seed: 9223372036854775807}\n"
                           "on_chip: {rounding: nearest, weight_room: 3, delta_room: 0.5, "
                           "output_range: 4, calibration: 2}\n"));
  CHECK(network.training == gradloom::TrainPlan{3, 7, 0.01, 0.25, 9223372036854775807U, 0.5});
  CHECK(network.on_chip == gradloom::OnChip{gradloom::Rounding::nearest, 3, 0.5, 4, 2});
}

TEST_CASE("activations, loss and targets") {
  const TempDir dir;
  const auto read = [&dir](const std::string& text) {
    return load_network(dir.write(
        "n.yaml",
        "layers: [3, 5, 6, 4]\ndata: {features: 3, classes: 4, feature_max: 1}\n" + text));
  };
  using Codes = std::vector<ActivationCode>;
  CHECK(read("").activations ==
        Codes{ActivationCode::relu, ActivationCode::relu, ActivationCode::identity});
  CHECK(read("activation: tanh\n").activations ==
        Codes{ActivationCode::tanh, ActivationCode::tanh, ActivationCode::identity});
  const Network listed = read(
      "activation: [leaky_relu, hard_tanh]\nleak: 5\n"
      "output_activation: hard_sigmoid\nloss: mse\n");
  CHECK(listed.activations ==
        Codes{ActivationCode::leaky_relu, ActivationCode::hard_tanh, ActivationCode::hard_sigmoid});
  CHECK(listed.leak == 5);
  CHECK(listed.loss == gradloom::Loss::mse);
  CHECK(listed.target_off == 0.125);
  CHECK(listed.target_on == 0.875);
  const Network linear = read("loss: mse\n");
  CHECK(linear.target_off == -0.5);
  CHECK(linear.target_on == 0.5);
  const Network given = read("loss: mse\ntargets: [0.1, -0.9]\noutput_activation: tanh\n");
  CHECK(given.target_off == 0.1);
  CHECK(given.target_on == -0.9);
  CHECK(std::string(name(gradloom::Loss::mse)) == "mse");
}

TEST_CASE("activations, loss and targets that do not go") {
  CHECK(error_with("relu", "[relu, relu]") ==
        "n.yaml:3: activation: found a list of 2, allowed a name, or a list of 1, one for each "
        "hidden layer");
  CHECK(error_with("relu", "[1]").find("n.yaml:3: activation[0]: found 1, allowed identity, ") ==
        0);
  CHECK(error_with("loss: softmax_cross_entropy", "output_activation: tanh") ==
        "n.yaml:4: output_activation: found tanh, allowed identity (with loss: "
        "softmax_cross_entropy)");
  CHECK(error_with("loss: softmax_cross_entropy", "targets: [0, 1]") ==
        "n.yaml:4: targets: found a list, allowed it only with loss: mse");
  const std::string allowed =
      "allowed two different numbers in -1..1, for other classes and its own";
  CHECK(error_with("softmax_cross_entropy", "mse\ntargets: [0, 2]") ==
        "n.yaml:5: targets: found 2, " + allowed);
  CHECK(error_with("softmax_cross_entropy", "mse\ntargets: [0, 0]") ==
        "n.yaml:5: targets: found a list, " + allowed);
  CHECK(error_with("softmax_cross_entropy", "mse\ntargets: [0, x]") ==
        "n.yaml:5: targets[1]: found x, " + allowed);
  CHECK(error_with("seed: 1", "weight_decay: 2") ==
        "n.yaml:11: training.weight_decay: found 2, allowed a number in 0..1");
  CHECK(error_with("name: net", "on_chip: {weight_room: 0}") ==
        "n.yaml:1: on_chip.weight_room: found 0, allowed a number in 0.01..100");
  CHECK(error_with("name: net", "on_chip: {rounding: up}") ==
        "n.yaml:1: on_chip.rounding: found up, allowed automatic, stochastic, nearest");
}

TEST_CASE("values out of range") {
  CHECK(error_with("epochs: 8", "epochs: 0") ==
        "n.yaml:7: training.epochs: found 0, allowed an integer in 1..10000");
  CHECK(error_with("batch: 32", "batch: -4") ==
        "n.yaml:8: training.batch: found -4, allowed an integer in 1..65536");
  CHECK(error_with("rate: 0.1", "rate: 0") ==
        "n.yaml:9: training.learning_rate: found 0, allowed a number above 0, at most 1000");
  CHECK(error_with("momentum: 0.5", "momentum: 1") ==
        "n.yaml:10: training.momentum: found 1, allowed a number from 0 up to but not including 1");
  CHECK(error_with("seed: 1", "seed: 9223372036854775808") ==
        "n.yaml:11: training.seed: found 9223372036854775808, allowed an integer in "
        "0..9223372036854775807");
  CHECK(error_with("feature_max: 16", "feature_max: -1") ==
        "n.yaml:5: data.feature_max: found -1, allowed a number in 1e-9..1e9");
  CHECK(error_with("classes: 4", "classes: 1") ==
        "n.yaml:5: data.classes: found 1, allowed an integer in 2..65536");
  CHECK(error_with("percent: 20", "percent: 95") ==
        "n.yaml:5: data.held_out_percent: found 95, allowed an integer in 1..90");
}

TEST_CASE("values of the wrong type") {
  CHECK(error_with("epochs: 8", "epochs: many") ==
        "n.yaml:7: training.epochs: found many, allowed an integer in 1..10000");
  CHECK(error_with("epochs: 8", "epochs:") ==
        "n.yaml:7: training.epochs: found nothing, allowed an integer in 1..10000");
  CHECK(error_with("epochs: 8", "epochs: [8]") ==
        "n.yaml:7: training.epochs: found a list, allowed an integer in 1..10000");
  CHECK(error_with("epochs: 8", "epochs: \"8\"") ==
        "n.yaml:7: training.epochs: found the text \"8\", allowed an integer in 1..10000");
  CHECK(error_with("epochs: 8", "epochs: 8.5") ==
        "n.yaml:7: training.epochs: found 8.5, allowed an integer in 1..10000");
  for (const char* value : {".nan", "inf", "nan", "1e999", "0.1x", "{}"}) {
    CAPTURE(value);
    CHECK(error_with("rate: 0.1", std::string("rate: ") + value).find("n.yaml:9: training.") == 0);
  }
  CHECK(error_with("name: net", "name: a/b") ==
        "n.yaml:1: name: found a/b, allowed 1 to 64 letters, digits, '_', '-' or '.'");
  CHECK(error_in(kMinimal + "training: 3\n") ==
        "n.yaml:3: training: found 3, allowed a map with the keys epochs, batch, learning_rate, "
        "momentum, weight_decay, seed");
}

TEST_CASE("layers") {
  const std::string list = "allowed a list of 2 to 32 widths, each 1..65536";
  CHECK(error_with("[3, 5, 4]", "3") == "n.yaml:2: layers: found 3, " + list);
  CHECK(error_with("[3, 5, 4]", "[3]") == "n.yaml:2: layers: found 1 widths, " + list);
  CHECK(error_with("[3, 5, 4]", "[3, 0, 4]") ==
        "n.yaml:2: layers[1]: found 0, allowed an integer in 1..65536");
  CHECK(error_with("[3, 5, 4]", "[2, 5, 4]") ==
        "n.yaml:2: layers[0]: found 2, allowed 3, as data.features");
  CHECK(error_with("[3, 5, 4]", "[3, 5, 9]") ==
        "n.yaml:2: layers[2]: found 9, allowed 4, as data.classes");
  CHECK(error_with("[3, 5, 4]", "[3, 65536, 65536, 4]") ==
        "n.yaml:2: layers: found 4295426048 weights in all, allowed at most 16777216");
}

TEST_CASE("words") {
  CHECK(error_with("relu", "rellu") ==
        "n.yaml:3: activation: found rellu, allowed identity, relu, leaky_relu, hard_sigmoid, "
        "hard_tanh, sigmoid, tanh; did you mean \"relu\"?");
  CHECK(error_with("softmax_cross_entropy", "mae") ==
        "n.yaml:4: loss: found mae, allowed softmax_cross_entropy, mse; did you mean \"mse\"?");
}

TEST_CASE("keys") {
  CHECK(error_with("epochs: 8", "epoch: 8") ==
        "n.yaml:7: training.epoch: found an unknown key, allowed epochs, batch, learning_rate, "
        "momentum, weight_decay, seed; did you mean \"epochs\"?");
  CHECK(error_with("name: net", "colour: net") ==
        "n.yaml:1: colour: found an unknown key, allowed name, layers, activation, "
        "output_activation, leak, loss, targets, data, training, on_chip");
  CHECK(error_with("batch: 32", "epochs: 9") ==
        "n.yaml:8: training.epochs: found a second time (first on line 7), allowed once");
  CHECK(error_with("name: net", "[a, b]: net") ==
        "n.yaml:1: a list: found an unknown key, allowed name, layers, activation, "
        "output_activation, leak, loss, targets, data, training, on_chip");
  CHECK(error_in("data: {features: 3, classes: 4, feature_max: 1}\n") ==
        "n.yaml:1: layers: found nothing, allowed a list of 2 to 32 widths, each 1..65536 (a "
        "required key)");
  CHECK(error_in("layers: [3, 4]\n") ==
        "n.yaml:1: data: found nothing, allowed a map (a required key)");
  CHECK(error_in("layers: [3, 4]\ndata: {features: 3, feature_max: 1}\n") ==
        "n.yaml:2: data.classes: found nothing, allowed an integer in 2..65536 (a required key)");
}

TEST_CASE("files that are no network") {
  const TempDir dir;
  CHECK(error_of(dir.path()).ends_with(": found a directory, allowed a file"));
  CHECK(error_of(dir.path("none")) == "none: cannot be read: No such file or directory");
  const std::string keys =
      "allowed a map with the keys name, layers, activation, output_activation, leak, loss, "
      "targets, data, training, on_chip";
  CHECK(error_in("") == "n.yaml:1: top level: found nothing, " + keys);
  CHECK(error_in("# only a comment\n") == "n.yaml:1: top level: found nothing, " + keys);
  CHECK(error_in("just words\n") == "n.yaml:1: top level: found just words, " + keys);
  CHECK(error_in("- 1\n") == "n.yaml:1: top level: found a list, " + keys);
  CHECK(error_in("name: a\n\xff\n") == "n.yaml:2: byte 8: found 0xff, allowed UTF-8 text");
  CHECK(error_in("name: [1, 2\nlayers: }\n").find("n.yaml:2: malformed YAML: ") == 0);
  CHECK(error_in(std::string(5000, '[')).find("malformed YAML: ") != std::string::npos);
  CHECK(error_in(",").find("n.yaml:1: malformed YAML: ") == 0);
  CHECK(error_in(kMinimal + "---\n" + kMinimal) ==
        "n.yaml:3: top level: found a second document, allowed one");
  CHECK(error_in(std::string((1 << 20) + 1, '#')).find("found a file of more than") !=
        std::string::npos);
}
