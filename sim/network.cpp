// SPDX-License-Identifier: Apache-2.0
#include "sim/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "golden/error.hpp"
#include "sim/yaml_map.hpp"

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

void read_training(const YamlMap& map, Training& training) {
  const Training defaults;
  training.epochs = static_cast<int>(get_integer(map, "epochs", 1, 10000, defaults.epochs));
  training.batch = static_cast<int>(get_integer(map, "batch", 1, 65536, defaults.batch));
  const auto number = [&map](const char* key, double fallback, auto good, const char* allowed) {
    const double value = get_number(map, key, allowed, fallback);
    if (!good(value)) reject(map, key, map.node[key], allowed);
    return value;
  };
  training.learning_rate = number(
      "learning_rate", defaults.learning_rate, [](double v) { return v > 0 && v <= 1000; },
      "a number above 0, at most 1000");
  training.momentum = number(
      "momentum", defaults.momentum, [](double v) { return v >= 0 && v < 1; },
      "a number from 0 up to but not including 1");
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

Network load_network(const std::string& path) {
  const YamlMap map =
      load_yaml_map(path, {"name", "layers", "activation", "loss", "data", "training"});
  Network network;
  network.name = read_name(map);
  network.layers = read_layers(map);
  get_choice(map, "activation", {"relu"});
  get_choice(map, "loss", {"softmax_cross_entropy"});
  if (!map.node["data"]) reject_missing(map, "data", "a map");
  read_data(submap(map, "data", {"features", "classes", "feature_max", "held_out_percent"}),
            network);
  read_training(submap(map, "training", {"epochs", "batch", "learning_rate", "momentum", "seed"}),
                network.training);
  check_ends(map, network);
  return network;
}

}  // namespace gradloom
