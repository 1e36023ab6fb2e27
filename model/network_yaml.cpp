// SPDX-License-Identifier: Apache-2.0
#include "model/network_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "generator/yaml_map.hpp"

namespace gradloom::model {
namespace {

using Keys = std::vector<std::string_view>;

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxText = 400;

const Keys& layer_file_keys() {
  static const Keys keys{"name", "source", "layers", "other_parameters", "published"};
  return keys;
}

/// Those of sim/network.hpp.
const Keys& training_file_keys() {
  static const Keys keys{"name", "layers",  "activation", "output_activation", "leak",
                         "loss", "targets", "data",       "training",          "on_chip"};
  return keys;
}

bool name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '/';
}

std::string read_name(const YamlMap& map) {
  const std::string allowed = fmt::format("1 to {} letters, digits, '_', '-', '.' or '/'", kMaxName);
  const YAML::Node value = map.node["name"];
  if (!value) reject_missing(map, "name", allowed);
  if (!value.IsScalar()) reject(map, "name", value, allowed);
  const std::string& name = value.Scalar();
  if (name.empty() || name.size() > kMaxName || !std::all_of(name.begin(), name.end(), name_letter))
    reject(map, "name", value, allowed);
  return name;
}

std::string read_text(const YamlMap& map, const std::string& key) {
  const YAML::Node value = map.node[key];
  if (!value) return "";
  if (!value.IsScalar() || value.Scalar().size() > kMaxText) {
    reject(map, key, value, fmt::format("text of at most {} bytes", kMaxText));
  }
  return value.Scalar();
}

bool read_flag(const YamlMap& map, const std::string& key, bool fallback) {
  const YAML::Node value = map.node[key];
  return value ? to_choice(map, key, value, {"false", "true"}) == "true" : fallback;
}

int to_size(const YamlMap& map, const std::string& key, const YAML::Node& value, int low,
            int high) {
  return static_cast<int>(to_integer(map, key, value, low, high));
}

int read_size(const YamlMap& map, const std::string& key, int high) {
  return static_cast<int>(get_integer(map, key, 1, high, 1));
}

/// [in, out] of conv or gemm.
std::array<int, 2> read_ends(const YamlMap& map, const std::string& key, const char* allowed) {
  const YAML::Node value = map.node[key];
  if (!value.IsSequence() || value.size() != 2) reject(map, key, value, allowed);
  std::array<int, 2> ends{};
  for (std::size_t i = 0; i < 2; ++i) {
    ends[i] = to_size(map, fmt::format("{}[{}]", key, i), value[i], 1, kMaxSize);
  }
  return ends;
}

/// A number or [h, w]. Required if there is no fallback.
std::array<int, 2> read_pair(const YamlMap& map, const std::string& key,
                             std::optional<int> fallback) {
  const std::string allowed = fmt::format("an integer in 1..{}, or [h, w] of them", kMaxPixels);
  const YAML::Node value = map.node[key];
  if (!value && !fallback) reject_missing(map, key, allowed);
  if (!value) return {*fallback, *fallback};
  if (value.IsScalar()) {
    const int both = to_size(map, key, value, 1, kMaxPixels);
    return {both, both};
  }
  if (!value.IsSequence() || value.size() != 2) reject(map, key, value, allowed);
  return {to_size(map, key + "[0]", value[0], 1, kMaxPixels),
          to_size(map, key + "[1]", value[1], 1, kMaxPixels)};
}

void read_pad(const YamlMap& map, Conv& c) {
  const YAML::Node value = map.node["pad"];
  if (!value) return;
  std::vector<int> pad;
  if (value.IsScalar()) pad = {to_size(map, "pad", value, 0, kMaxPixels)};
  for (std::size_t i = 0; value.IsSequence() && i < std::min<std::size_t>(value.size(), 5); ++i) {
    pad.push_back(to_size(map, fmt::format("pad[{}]", i), value[i], 0, kMaxPixels));
  }
  if (pad.size() == 1 && value.IsScalar()) pad = {pad[0], pad[0]};
  if (pad.size() == 2) pad = {pad[0], pad[0], pad[1], pad[1]};
  if (pad.size() != 4) {
    reject(map, "pad", value,
           fmt::format("an integer in 0..{}, or [h, w] or [top, bottom, left, right] of them",
                       kMaxPixels));
  }
  c.pad_top = pad[0];
  c.pad_bottom = pad[1];
  c.pad_left = pad[2];
  c.pad_right = pad[3];
}

Conv read_conv(const YamlMap& map) {
  Conv c;
  const auto ends = read_ends(map, "conv", "[input channels, output channels]");
  const auto size = read_pair(map, "size", {});
  const auto kernel = read_pair(map, "kernel", 1);
  const auto stride = read_pair(map, "stride", 1);
  const auto dilation = read_pair(map, "dilation", 1);
  c.in_channels = ends[0];
  c.out_channels = ends[1];
  c.in_h = size[0];
  c.in_w = size[1];
  c.kernel_h = kernel[0];
  c.kernel_w = kernel[1];
  c.stride_h = stride[0];
  c.stride_w = stride[1];
  c.dilation_h = dilation[0];
  c.dilation_w = dilation[1];
  c.groups = read_size(map, "groups", kMaxSize);
  read_pad(map, c);
  return c;
}

Gemm read_gemm(const YamlMap& map) {
  const auto ends = read_ends(map, "gemm", "[input features, output features]");
  Gemm g;
  g.m = ends[0];
  g.n = ends[1];
  g.rows = read_size(map, "rows", kMaxSize);
  g.products = read_size(map, "products", kMaxSize);
  g.activations = read_flag(map, "activations", false);
  return g;
}

void require_good(const YamlMap& map, const Layer& layer) {
  const auto fault = find_fault(layer);
  if (!fault) return;
  const YAML::Node value = map.node[fault->key];
  reject(map, fault->key, value ? value : map.node, fault->found, fault->allowed);
}

Layer read_layer(const YamlMap& map) {
  const bool conv = static_cast<bool>(map.node["conv"]);
  if (conv) {
    check_keys(map, {"name", "conv", "size", "kernel", "stride", "pad", "dilation", "groups",
                     "bias", "needs_dx", "repeat", "grow"});
  } else {
    check_keys(map, {"name", "gemm", "rows", "products", "activations", "bias", "needs_dx",
                     "repeat"});
    if (!map.node["gemm"]) reject_missing(map, "gemm", "conv or gemm");
  }
  Layer layer;
  layer.name = read_name(map);
  layer.kind = conv ? LayerKind::conv : LayerKind::gemm;
  if (conv) layer.conv = read_conv(map);
  if (!conv) layer.gemm = read_gemm(map);
  layer.bias = read_flag(map, "bias", false);
  layer.needs_dx = read_flag(map, "needs_dx", true);
  layer.repeat = read_size(map, "repeat", kMaxSize);
  if (layer.gemm.activations && layer.bias) reject(map, "bias", map.node["bias"], "false, with activations: true");
  require_good(map, layer);
  return layer;
}

/// The layers that an entry of the list stands for.
std::vector<Layer> read_entry(const YamlMap& map) {
  const Layer first = read_layer(map);
  if (first.kind != LayerKind::conv || !map.node["grow"]) return {first};
  const int grow = static_cast<int>(get_integer(map, "grow", 1, kMaxSize));
  if (first.repeat > static_cast<int>(kMaxLayers)) {
    reject(map, "repeat", map.node["repeat"],
           fmt::format("at most {} layers, with grow", kMaxLayers));
  }
  std::vector<Layer> layers;
  for (int i = 0; i < first.repeat; ++i) {
    Layer layer = first;
    const std::int64_t channels = first.conv.in_channels + std::int64_t{i} * grow;
    layer.name = fmt::format("{}.{}", first.name, i + 1);
    layer.repeat = 1;
    layer.conv.in_channels = static_cast<int>(std::min<std::int64_t>(channels, kMaxSize + 1));
    require_good(map, layer);
    layers.push_back(layer);
  }
  return layers;
}

std::vector<Layer> read_layers(const YamlMap& map, const YAML::Node& list) {
  std::vector<Layer> layers;
  std::set<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].IsMap()) {
      reject(map, fmt::format("layers[{}]", i), list[i], "a map with the key conv or gemm");
    }
    const YamlMap entry{map.file, fmt::format("layers[{}].", i), list[i]};
    for (Layer& layer : read_entry(entry)) {
      if (!names.insert(layer.name).second) {
        reject(entry, "name", entry.node["name"],
               fmt::format("the name {} a second time", layer.name), "a name of its own");
      }
      layers.push_back(std::move(layer));
    }
    if (layers.size() > kMaxLayers) {
      reject(map, "layers", list[i], fmt::format("more than {} layers", kMaxLayers),
             fmt::format("at most {}", kMaxLayers));
    }
  }
  return layers;
}

std::vector<Layer> read_widths(const YamlMap& map, const YAML::Node& list) {
  if (list.size() < 2 || list.size() > kMaxLayers) {
    reject(map, "layers", list, fmt::format("{} widths", list.size()),
           fmt::format("2 to {}", kMaxLayers));
  }
  std::vector<Layer> layers;
  int last = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const int width = to_size(map, fmt::format("layers[{}]", i), list[i], 1, kMaxSize);
    if (i > 0) {
      Layer layer;
      layer.name = fmt::format("fc{}", i);
      layer.gemm.m = last;
      layer.gemm.n = width;
      layer.bias = true;
      layer.needs_dx = i > 1;
      layers.push_back(layer);
    }
    last = width;
  }
  return layers;
}

double read_count(const YamlMap& map, const std::string& key) {
  const std::string allowed = fmt::format("a number in 0..{}", kMaxCount);
  const double count = get_number(map, key, allowed, 0.0);
  if (count < 0 || count > static_cast<double>(kMaxCount)) {
    reject(map, key, map.node[key], allowed);
  }
  return count;
}

Published read_published(const YamlMap& map) {
  const YamlMap sub = submap(map, "published", {"macs", "parameters", "source"});
  return {read_count(sub, "macs"), read_count(sub, "parameters"), read_text(sub, "source")};
}

YAML::Node layer_list(const YamlMap& map) {
  const std::string allowed = "a list of layers, or of widths";
  const YAML::Node list = map.node["layers"];
  if (!list) reject_missing(map, "layers", allowed);
  if (!list.IsSequence() || list.size() == 0) reject(map, "layers", list, allowed);
  return list;
}

}  // namespace

ModelNetwork read_network_yaml(const std::string& path) {
  Keys keys = layer_file_keys();
  keys.insert(keys.end(), training_file_keys().begin() + 2, training_file_keys().end());
  const YamlMap map = load_yaml_map(path, keys);
  const YAML::Node list = layer_list(map);
  const bool widths = list[0].IsScalar();
  check_keys(map, widths ? training_file_keys() : layer_file_keys());
  ModelNetwork network;
  network.name = map.node["name"] || !widths ? read_name(map) : "network";
  network.layers = widths ? read_widths(map, list) : read_layers(map, list);
  network.source = read_text(map, "source");
  network.other_parameters = get_integer(map, "other_parameters", 0, kMaxCount, 0);
  network.published = read_published(map);
  if (const auto fault = find_fault(network)) {
    reject(map, fault->key, list, fault->found, fault->allowed);
  }
  return network;
}

}  // namespace gradloom::model
