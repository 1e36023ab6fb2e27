// SPDX-License-Identifier: Apache-2.0
// Axes of a space in YAML: a value, a list, or a range.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generator/yaml_map.hpp"

namespace gradloom::explore {

struct Bounds {
  std::int64_t low;
  std::int64_t high;
  std::string text() const;
};

/// A number, a list of numbers that are all different, {from, to, step} or {from, to, times}; 1 to
/// 1024 values. A missing key gives `fallback`, or throws if there is none.
std::vector<std::int64_t> read_axis(const YamlMap& map, const std::string& key,
                                    const Bounds& bounds,
                                    std::optional<std::int64_t> fallback = {});

/// A word, or a list of words out of `choices`, as places in that list.
std::vector<std::size_t> read_words(const YamlMap& map, const std::string& key,
                                    const std::vector<std::string_view>& choices);

/// Throws unless there are 1 to 1024 values.
void check_count(const YamlMap& map, const std::string& key, const YAML::Node& node,
                 std::size_t count);
/// Throws "found <value> twice" unless `once`.
void check_once(const YamlMap& map, const std::string& key, const YAML::Node& node, bool once);

}  // namespace gradloom::explore
