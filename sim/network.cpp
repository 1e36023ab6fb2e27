// SPDX-License-Identifier: Apache-2.0
#include "sim/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "generator/yaml_map.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

constexpr int kMaxWidth = 65536;
constexpr std::size_t kMaxWidths = 32;
constexpr std::int64_t kMaxWeights = 1 << 24;
constexpr std::size_t kMaxName = 64;

bool good_name(const std::string& name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= kMaxName && std::all_of(name.begin(), name.end(), good);
}

std::string read_name(const YamlMap& map) {
  const YAML::Node value = map.node["name"];
  if (!value) return "network";
  if (!value.IsScalar() || !good_name(value.Scalar())) {
    reject(map, "name", value, fmt::format("1 to {} letters, digits, '_', '-' or '.'", kMaxName));
  }
  return value.Scalar();
}

std::vector<int> read_layers(const YamlMap& map) {
  const std::string allowed =
      fmt::format("a list of 2 to {} widths, each 1..{}", kMaxWidths, kMaxWidth);
  const YAML::Node list = map.node["layers"];
  if (!list) reject_missing(map, "layers", allowed);
  if (!list.IsSequence()) reject(map, "layers", list, allowed);
  if (list.size() < 2 || list.size() > kMaxWidths) {
    reject(map, "layers", list, fmt::format("{} widths", list.size()), allowed);
  }
  std::vector<int> widths;
  std::int64_t weights = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string key = fmt::format("layers[{}]", i);
    widths.push_back(static_cast<int>(to_integer(map, key, list[i], 1, kMaxWidth)));
    if (i > 0) weights += std::int64_t{widths[i - 1]} * widths[i];
  }
  if (weights > kMaxWeights) {
    reject(map, "layers", list, fmt::format("{} weights in all", weights),
           fmt::format("at most {}", kMaxWeights));
  }
  return widths;
}

void read_data(const YamlMap& map, Network& network) {
  DataFormat& data = network.data;
  data.features = static_cast<int>(get_integer(map, "features", 1, kMaxWidth));
  data.classes = static_cast<int>(get_integer(map, "classes", 2, kMaxWidth));
  const std::string allowed = "a number in 1e-9..1e9";
  data.feature_max = get_number(map, "feature_max", allowed);
  if (data.feature_max < 1e-9 || data.feature_max > 1e9) {
    const YAML::Node value = map.node["feature_max"];
    reject(map, "feature_max", value, allowed);
  }
  network.held_out_percent = static_cast<int>(get_integer(map, "held_out_percent", 1, 90, 20));
}

double get_number_that(const YamlMap& map, const char* key, double fallback, auto good,
                       const char* allowed) {
  const double value = get_number(map, key, allowed, fallback);
  if (!good(value)) {
    const YAML::Node node = map.node[key];
    reject(map, key, node, allowed);
  }
  return value;
}

ActivationCode to_activation(const YamlMap& map, const std::string& key, const YAML::Node& value) {
  std::vector<std::string_view> names;
  for (int code = 0; code < kActivationCount; ++code) {
    names.emplace_back(name(static_cast<ActivationCode>(code)));
  }
  const auto found = std::find(names.begin(), names.end(), to_choice(map, key, value, names));
  return static_cast<ActivationCode>(found - names.begin());
}

/// Those of the hidden layers: one name for all, or a list of one for each. Then the last one's.
std::vector<ActivationCode> read_activations(const YamlMap& map, std::size_t layers) {
  std::vector<ActivationCode> all(layers - 1, ActivationCode::relu);
  if (const YAML::Node value = map.node["activation"]; value && value.IsSequence()) {
    if (value.size() != all.size()) {
      reject(map, "activation", value, fmt::format("a list of {}", value.size()),
             fmt::format("a name, or a list of {}, one for each hidden layer", all.size()));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = to_activation(map, fmt::format("activation[{}]", i), value[i]);
    }
  } else if (value) {
    std::fill(all.begin(), all.end(), to_activation(map, "activation", value));
  }
  const YAML::Node last = map.node["output_activation"];
  all.push_back(last ? to_activation(map, "output_activation", last) : ActivationCode::identity);
  return all;
}

/// What outputs shall be by default: values that the activation reaches, and takes some way off.
std::array<double, 2> default_targets(ActivationCode output) {
  switch (output) {
    case ActivationCode::sigmoid:
    case ActivationCode::hard_sigmoid: return {0.125, 0.875};
    case ActivationCode::tanh:
    case ActivationCode::hard_tanh: return {-0.75, 0.75};
    case ActivationCode::relu: return {0, 1};
    default: return {-0.5, 0.5};
  }
}

void read_loss(const YamlMap& map, Network& network) {
  const bool mse = get_choice(map, "loss", {"softmax_cross_entropy", "mse"}) == "mse";
  network.loss = mse ? Loss::mse : Loss::softmax_cross_entropy;
  const ActivationCode output = network.activations.back();
  if (!mse && output != ActivationCode::identity) {
    reject(map, "output_activation", map.node["output_activation"],
           "identity (with loss: softmax_cross_entropy)");
  }
  std::array<double, 2> targets = default_targets(output);
  if (const YAML::Node value = map.node["targets"]) {
    const std::string allowed = "two different numbers in -1..1, for other classes and its own";
    if (!mse) reject(map, "targets", value, "it only with loss: mse");
    if (!value.IsSequence() || value.size() != 2) reject(map, "targets", value, allowed);
    for (std::size_t i = 0; i < 2; ++i) {
      targets[i] = to_number(map, fmt::format("targets[{}]", i), value[i], allowed);
      if (targets[i] < -1 || targets[i] > 1) reject(map, "targets", value[i], allowed);
    }
    if (targets[0] == targets[1]) reject(map, "targets", value, allowed);
  }
  network.target_off = targets[0];
  network.target_on = targets[1];
}

void read_on_chip(const YamlMap& map, OnChip& on_chip) {
  const OnChip defaults;
  const std::string rounding = get_choice(map, "rounding", {"automatic", "stochastic", "nearest"});
  if (rounding != "automatic") {
    on_chip.rounding = rounding == "nearest" ? Rounding::nearest : Rounding::stochastic;
  }
  const auto positive = [&map](const char* key, double fallback, double low, double high) {
    if (!map.node[key]) return fallback;
    const std::string allowed = fmt::format("a number in {}..{}", low, high);
    return get_number_that(
        map, key, fallback, [=](double v) { return v >= low && v <= high; }, allowed.c_str());
  };
  on_chip.weight_room = positive("weight_room", defaults.weight_room, 0.01, 100);
  on_chip.delta_room = positive("delta_room", defaults.delta_room, 0.01, 100);
  on_chip.output_range = positive("output_range", defaults.output_range, 1e-6, 1e6);
  on_chip.calibration =
      static_cast<int>(get_integer(map, "calibration", 1, 1000, defaults.calibration));
}

void read_training(const YamlMap& map, TrainPlan& training) {
  const TrainPlan defaults;
  training.epochs = static_cast<int>(get_integer(map, "epochs", 1, 10000, defaults.epochs));
  training.batch = static_cast<int>(get_integer(map, "batch", 1, 65536, defaults.batch));
  training.learning_rate = get_number_that(
      map, "learning_rate", defaults.learning_rate, [](double v) { return v > 0 && v <= 1000; },
      "a number above 0, at most 1000");
  training.momentum = get_number_that(
      map, "momentum", defaults.momentum, [](double v) { return v >= 0 && v < 1; },
      "a number from 0 up to but not including 1");
  training.weight_decay = get_number_that(
      map, "weight_decay", defaults.weight_decay, [](double v) { return v >= 0 && v <= 1; },
      "a number in 0..1");
  training.seed = static_cast<std::uint64_t>(
      get_integer(map, "seed", 0, std::numeric_limits<std::int64_t>::max(), 1));
}

void check_ends(const YamlMap& map, const Network& network) {
  const YAML::Node list = map.node["layers"];
  if (network.layers.front() != network.data.features) {
    reject(map, "layers[0]", list[0], fmt::format("{}, as data.features", network.data.features));
  }
  const std::size_t last = network.layers.size() - 1;
  if (network.layers.back() != network.data.classes) {
    reject(map, fmt::format("layers[{}]", last), list[last],
           fmt::format("{}, as data.classes", network.data.classes));
  }
}

}  // namespace

const char* name(Loss loss) { return loss == Loss::mse ? "mse" : "softmax_cross_entropy"; }

Network load_network(const std::string& path) {
  const YamlMap map =
      load_yaml_map(path, {"name", "layers", "activation", "output_activation", "leak", "loss",
                           "targets", "data", "training", "on_chip"});
  Network network;
  network.name = read_name(map);
  network.layers = read_layers(map);
  network.activations = read_activations(map, network.layers.size() - 1);
  network.leak = static_cast<int>(get_integer(map, "leak", 0, 7, network.leak));
  read_loss(map, network);
  if (!map.node["data"]) reject_missing(map, "data", "a map");
  read_data(submap(map, "data", {"features", "classes", "feature_max", "held_out_percent"}),
            network);
  read_training(submap(map, "training",
                       {"epochs", "batch", "learning_rate", "momentum", "weight_decay", "seed"}),
                network.training);
  read_on_chip(submap(map, "on_chip",
                      {"rounding", "weight_room", "delta_room", "output_range", "calibration"}),
               network.on_chip);
  check_ends(map, network);
  return network;
}

}  // namespace gradloom
