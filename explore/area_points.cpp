// SPDX-License-Identifier: Apache-2.0
#include "explore/area_points.hpp"

#include <fmt/format.h>

#include "generator/yaml_map.hpp"

namespace gradloom::explore {
namespace {

constexpr std::size_t kMaxPoints = 10000;
constexpr double kMaxNumber = 1e12;

double positive(const YamlMap& map, const std::string& key) {
  const std::string allowed = fmt::format("a number above 0, at most {:g}", kMaxNumber);
  const double value = get_number(map, key, allowed);
  if (!(value > 0) || value > kMaxNumber) reject(map, key, map.node[key], allowed);
  return value;
}

int integer(const YamlMap& map, const std::string& key, int low, int high) {
  return static_cast<int>(get_integer(map, key, low, high));
}

// The maps of a list that must be there.
std::vector<YamlMap> list_of(const YamlMap& file, const std::string& key,
                             const std::vector<std::string_view>& keys) {
  const YAML::Node list = file.node[key];
  const std::string allowed = fmt::format("a list of 1 to {} maps", kMaxPoints);
  if (!list) reject_missing(file, key, allowed);
  if (!list.IsSequence() || list.size() == 0 || list.size() > kMaxPoints) {
    reject(file, key, list, allowed);
  }
  std::vector<YamlMap> maps;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string name = fmt::format("{}[{}]", key, i);
    if (!list[i].IsMap()) reject(file, name, list[i], "a map");
    maps.push_back({file.file, name + ".", list[i]});
    check_keys(maps.back(), keys);
  }
  return maps;
}

PePoint read_pe(const YamlMap& map) {
  PePoint point;
  if (!map.node["kind"]) reject_missing(map, "kind", "ws, os or both");
  const std::string kind = to_choice(map, "kind", map.node["kind"], {"ws", "os", "both"});
  point.kind = kind == "ws" ? ArrayKind::ws : kind == "os" ? ArrayKind::os : ArrayKind::both;
  point.operand_bits = integer(map, "operand_bits", 2, 16);
  point.accumulator_bits = integer(map, "accumulator_bits", 8, 64);
  point.mult_stages = integer(map, "mult_stages", 0, kMaxStages);
  point.area_um2 = positive(map, "area_um2");
  point.luts = positive(map, "luts");
  return point;
}

}  // namespace

AreaPoints load_area_points(const std::string& file) {
  const YamlMap top =
      load_yaml_map(file, {"made_by", "gradloom", "library", "pe", "rest", "flip_flop_ram"});
  AreaPoints points;
  points.file = file;
  for (const YamlMap& map : list_of(top, "pe",
                                    {"kind", "operand_bits", "accumulator_bits", "mult_stages",
                                     "area_um2", "min_period_ns", "luts"})) {
    points.pe.push_back(read_pe(map));
    points.pe.back().min_period_ns = positive(map, "min_period_ns");
  }
  for (const YamlMap& map : list_of(top, "rest",
                                    {"kind", "operand_bits", "accumulator_bits", "mult_stages",
                                     "rows", "cols", "words", "area_um2", "luts"})) {
    points.rest.push_back({read_pe(map), integer(map, "rows", 1, 256), integer(map, "cols", 1, 256),
                           integer(map, "words", 1, 65536)});
  }
  for (const YamlMap& map : list_of(top, "flip_flop_ram", {"words", "bits", "area_um2"})) {
    const double bits = positive(map, "words") * positive(map, "bits");
    points.flip_flop_ram.push_back({bits, positive(map, "area_um2")});
  }
  return points;
}

std::vector<RamPoint> load_sram_macros(const std::string& file) {
  const YamlMap top = load_yaml_map(file, {"name", "note", "node_nm", "scale_to_nm", "macros"});
  const double shrink = positive(top, "scale_to_nm") / positive(top, "node_nm");
  std::vector<RamPoint> list;
  for (const YamlMap& map : list_of(top, "macros", {"name", "bits", "area_um2", "source"})) {
    if (!map.node["source"]) reject_missing(map, "source", "where the number is from");
    list.push_back({positive(map, "bits"), positive(map, "area_um2") * shrink * shrink});
  }
  return list;
}

}  // namespace gradloom::explore
