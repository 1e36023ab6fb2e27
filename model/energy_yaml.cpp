// SPDX-License-Identifier: Apache-2.0
// Energy tables from YAML files.
#include <fmt/format.h>

#include <optional>

#include "generator/yaml_map.hpp"
#include "model/energy.hpp"

namespace gradloom::model {
namespace {

using Keys = std::vector<std::string_view>;

constexpr std::size_t kMaxText = 600;
constexpr std::size_t kMaxPoints = 64;
constexpr double kMaxNumber = 1e12;
constexpr double kMinSize = 1e-6;
constexpr int kMinBits = 2;
constexpr int kMaxBits = 16;

std::string read_text(const YamlMap& map, const std::string& key) {
  const std::string allowed = fmt::format("a text of 1 to {} bytes", kMaxText);
  const YAML::Node value = map.node[key];
  if (!value) reject_missing(map, key, allowed);
  if (!value.IsScalar() || value.Scalar().empty() || value.Scalar().size() > kMaxText) {
    reject(map, key, value, allowed);
  }
  return value.Scalar();
}

/// An energy: a finite number that is not negative.
double read_pj(const YamlMap& map, const std::string& key, std::optional<double> fallback = {}) {
  const std::string allowed = fmt::format("a number of pJ in 0..{:g}", kMaxNumber);
  const double pj = get_number(map, key, allowed, fallback);
  if (pj < 0 || pj > kMaxNumber) reject(map, key, map.node[key], allowed);
  return pj;
}

/// A size, of bits or kB. Not so small that energies by size leave the range of numbers.
double read_size(const YamlMap& map, const std::string& key) {
  const std::string allowed = fmt::format("a number in {:g}..{:g}", kMinSize, kMaxNumber);
  const double size = get_number(map, key, allowed);
  if (size < kMinSize || size > kMaxNumber) reject(map, key, map.node[key], allowed);
  return size;
}

/// The map under a key that must be there.
YamlMap required_map(const YamlMap& map, const std::string& key, const Keys& keys) {
  if (!map.node[key]) {
    reject_missing(map, key, fmt::format("a map with the keys {}", fmt::join(keys, ", ")));
  }
  return submap(map, key, keys);
}

std::vector<MacEnergy> read_macs(const YamlMap& file) {
  std::vector<std::string> formats;
  for (int bits = kMinBits; bits <= kMaxBits; ++bits) formats.push_back(fmt::format("int{}", bits));
  const YamlMap section = required_map(file, "mac", Keys(formats.begin(), formats.end()));
  std::vector<MacEnergy> macs;
  for (int bits = kMinBits; bits <= kMaxBits; ++bits) {
    const std::string key = fmt::format("int{}", bits);
    if (!section.node[key]) continue;
    const YamlMap map = submap(section, key, {"pj", "interleaved_pj", "source"});
    const double pj = read_pj(map, "pj");
    macs.push_back({bits, pj, read_pj(map, "interleaved_pj", pj), read_text(map, "source")});
  }
  if (macs.empty()) {
    reject(file, "mac", section.node, "no format", "at least one of int2 to int16");
  }
  return macs;
}

BufferEnergy read_point(const YamlMap& file, std::size_t i, const YAML::Node& node) {
  const YamlMap map{file.file, fmt::format("buffer[{}].", i), node};
  if (!node.IsMap()) {
    reject(file, fmt::format("buffer[{}]", i), node,
           "a map with the keys kbytes, bits, pj, source");
  }
  check_keys(map, {"kbytes", "bits", "pj", "source"});
  return {read_size(map, "kbytes"), read_size(map, "bits"), read_pj(map, "pj"),
          read_text(map, "source")};
}

std::vector<BufferEnergy> read_buffers(const YamlMap& file) {
  const std::string allowed = fmt::format("a list of 1 to {} sizes", kMaxPoints);
  const YAML::Node list = file.node["buffer"];
  if (!list) reject_missing(file, "buffer", allowed);
  if (!list.IsSequence() || list.size() == 0 || list.size() > kMaxPoints) {
    reject(file, "buffer", list, allowed);
  }
  std::vector<BufferEnergy> points;
  for (std::size_t i = 0; i < list.size(); ++i) {
    points.push_back(read_point(file, i, list[i]));
    if (i == 0 || points[i].kbytes > points[i - 1].kbytes) continue;
    reject(file, fmt::format("buffer[{}].kbytes", i), list[i]["kbytes"],
           fmt::format("more than the {:g} before it", points[i - 1].kbytes));
  }
  return points;
}

DramEnergy read_dram(const YamlMap& file) {
  const YamlMap map = required_map(file, "dram", {"bits", "pj", "source"});
  return {read_size(map, "bits"), read_pj(map, "pj"), read_text(map, "source")};
}

IdleEnergy read_idle(const YamlMap& file) {
  if (!file.node["idle"]) return {0, ""};
  const YamlMap map = submap(file, "idle", {"pj", "source"});
  return {read_pj(map, "pj"), read_text(map, "source")};
}

}  // namespace

EnergyTable load_energy_table(const std::string& path) {
  const YamlMap file = load_yaml_map(path, {"name", "note", "mac", "buffer", "dram", "idle"});
  EnergyTable table;
  table.name = read_text(file, "name");
  table.note = read_text(file, "note");
  table.macs = read_macs(file);
  table.buffers = read_buffers(file);
  table.dram = read_dram(file);
  table.idle = read_idle(file);
  return table;
}

}  // namespace gradloom::model
