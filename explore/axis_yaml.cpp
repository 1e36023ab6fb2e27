// SPDX-License-Identifier: Apache-2.0
#include "explore/axis_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "generator/yaml_source.hpp"

namespace gradloom::explore {
namespace {

constexpr std::size_t kMaxValues = 1024;

// {from: 4, to: 64, step: 4} or {from: 4, to: 64, times: 2}
std::vector<std::int64_t> read_range(const YamlMap& map, const std::string& key,
                                     const Bounds& bounds) {
  const YamlMap range = submap(map, key, {"from", "to", "step", "times"});
  const std::int64_t from = get_integer(range, "from", bounds.low, bounds.high);
  const std::int64_t to = get_integer(range, "to", bounds.low, bounds.high);
  if (from > to) {
    reject(range, "to", range.node["to"], fmt::format("an empty range, {} to {}", from, to),
           fmt::format("{}..{}", from, bounds.high));
  }
  if (!range.node["step"] == !range.node["times"]) {
    reject(map, key, map.node[key], range.node["step"] ? "both step and times" : "a map",
           "from, to, and either step or times");
  }
  const bool adds = static_cast<bool>(range.node["step"]);
  const std::int64_t by = adds ? get_integer(range, "step", 1, bounds.high)
                               : get_integer(range, "times", 2, bounds.high);
  std::vector<std::int64_t> values;
  for (std::int64_t v = from; v <= to && values.size() <= kMaxValues; v = adds ? v + by : v * by) {
    values.push_back(v);
  }
  return values;
}

}  // namespace

std::string Bounds::text() const { return fmt::format("{}..{}", low, high); }

void check_count(const YamlMap& map, const std::string& key, const YAML::Node& node,
                 std::size_t count) {
  if (count >= 1 && count <= kMaxValues) return;
  reject(map, key, node, count == 0 ? "an empty range" : fmt::format("{} values", count),
         fmt::format("1 to {} values", kMaxValues));
}

void check_once(const YamlMap& map, const std::string& key, const YAML::Node& node, bool once) {
  if (!once) reject(map, key, node, found_text(node) + " twice", "each value once");
}

std::vector<std::int64_t> read_axis(const YamlMap& map, const std::string& key,
                                    const Bounds& bounds, std::optional<std::int64_t> fallback) {
  const YAML::Node node = map.node[key];
  const std::string allowed = fmt::format(
      "an integer in {}, a list of them, or a map with from, to, and step or times", bounds.text());
  if (!node && fallback) return {*fallback};
  if (!node) reject_missing(map, key, allowed);
  if (node.IsMap()) {
    const auto values = read_range(map, key, bounds);
    check_count(map, key, node, values.size());
    return values;
  }
  if (node.IsScalar()) return {to_integer(map, key, node, bounds.low, bounds.high)};
  if (!node.IsSequence()) reject(map, key, node, allowed);
  check_count(map, key, node, node.size());
  std::set<std::int64_t> seen;
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string name = fmt::format("{}[{}]", key, i);
    values.push_back(to_integer(map, name, node[i], bounds.low, bounds.high));
    check_once(map, name, node[i], seen.insert(values.back()).second);
  }
  return values;
}

std::vector<std::size_t> read_words(const YamlMap& map, const std::string& key,
                                    const std::vector<std::string_view>& choices) {
  const YAML::Node node = map.node[key];
  const std::string allowed = fmt::format("a list out of {}", fmt::join(choices, ", "));
  if (!node) reject_missing(map, key, allowed);
  const auto place = [&](const std::string& name, const YAML::Node& word) {
    const std::string text = to_choice(map, name, word, choices);
    return static_cast<std::size_t>(std::find(choices.begin(), choices.end(), text) -
                                    choices.begin());
  };
  if (node.IsScalar()) return {place(key, node)};
  if (!node.IsSequence()) reject(map, key, node, allowed);
  check_count(map, key, node, node.size());
  std::set<std::size_t> seen;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string name = fmt::format("{}[{}]", key, i);
    places.push_back(place(name, node[i]));
    check_once(map, name, node[i], seen.insert(places.back()).second);
  }
  return places;
}

}  // namespace gradloom::explore
