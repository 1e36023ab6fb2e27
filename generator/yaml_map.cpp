// SPDX-License-Identifier: Apache-2.0
#include "generator/yaml_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "generator/suggest.hpp"
#include "generator/text_file.hpp"
#include "generator/yaml_source.hpp"

namespace gradloom {
namespace {

constexpr std::size_t kMaxFileSize = std::size_t{1} << 20;

int line_of(const YAML::Node& node) { return std::max(node.Mark().line, 0) + 1; }

/// The line of a value; of its key if the value is nothing, which stands nowhere.
int line_of(const YamlMap& map, const std::string& key, const YAML::Node& value) {
  if (!value.IsNull()) return line_of(value);
  for (const auto& entry : map.node) {
    if (entry.first.IsScalar() && entry.first.Scalar() == key) return line_of(entry.first);
  }
  return line_of(value);
}

/// True if all of the scalar is one number of type T.
template <typename T>
bool parse(const YAML::Node& value, T& number) {
  if (!is_plain(value)) return false;
  const std::string& text = value.Scalar();
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  return error == std::errc{} && end == last;
}

[[noreturn]] void reject_unknown(const YamlMap& map, const YAML::Node& key,
                                 const std::vector<std::string_view>& keys) {
  std::string allowed = fmt::format("{}", fmt::join(keys, ", "));
  const std::string_view hint = key.IsScalar() ? nearest(key.Scalar(), keys) : "";
  if (!hint.empty()) allowed += fmt::format("; did you mean \"{}\"?", hint);
  reject(map, found_text(key), key, "an unknown key", allowed);
}

}  // namespace

void check_keys(const YamlMap& map, const std::vector<std::string_view>& keys) {
  std::map<std::string, int> first_line;
  for (const auto& entry : map.node) {
    const YAML::Node& key = entry.first;
    if (!key.IsScalar() || std::find(keys.begin(), keys.end(), key.Scalar()) == keys.end()) {
      reject_unknown(map, key, keys);
    }
    const auto [first, is_new] = first_line.emplace(key.Scalar(), line_of(key));
    if (is_new) continue;
    reject(map, key.Scalar(), key, fmt::format("a second time (first on line {})", first->second),
           "once");
  }
}

YamlMap load_yaml_map(const std::string& path, const std::vector<std::string_view>& keys) {
  const std::string file = printable(path, 400);
  YamlMap map{file, "", load_document(read_text_file(path, kMaxFileSize), file)};
  if (!map.node.IsMap()) {
    reject(file, line_of(map.node), "top level", found_text(map.node),
           fmt::format("a map with the keys {}", fmt::join(keys, ", ")));
  }
  check_keys(map, keys);
  return map;
}

YamlMap submap(const YamlMap& map, const std::string& key,
               const std::vector<std::string_view>& keys) {
  const YAML::Node value = map.node[key];
  YamlMap sub{map.file, map.prefix + key + ".", YAML::Node(YAML::NodeType::Map)};
  if (!value) return sub;
  if (!value.IsMap()) {
    reject(map, key, value, fmt::format("a map with the keys {}", fmt::join(keys, ", ")));
  }
  sub.node = value;
  check_keys(sub, keys);
  return sub;
}

void reject(const YamlMap& map, const std::string& key, const YAML::Node& value,
            const std::string& found, const std::string& allowed) {
  reject(map.file, line_of(map, key, value), map.prefix + key, found, allowed);
}

void reject(const YamlMap& map, const std::string& key, const YAML::Node& value,
            const std::string& allowed) {
  reject(map, key, value, found_text(value), allowed);
}

void reject_missing(const YamlMap& map, const std::string& key, const std::string& allowed) {
  reject(map, key, map.node, "nothing", allowed + " (a required key)");
}

std::int64_t to_integer(const YamlMap& map, const std::string& key, const YAML::Node& value,
                        std::int64_t low, std::int64_t high) {
  std::int64_t number = 0;
  if (!parse(value, number) || number < low || number > high) {
    reject(map, key, value, fmt::format("an integer in {}..{}", low, high));
  }
  return number;
}

std::int64_t get_integer(const YamlMap& map, const std::string& key, std::int64_t low,
                         std::int64_t high, std::optional<std::int64_t> fallback) {
  const YAML::Node value = map.node[key];
  if (value) return to_integer(map, key, value, low, high);
  if (!fallback) reject_missing(map, key, fmt::format("an integer in {}..{}", low, high));
  return *fallback;
}

double to_number(const YamlMap& map, const std::string& key, const YAML::Node& value,
                 const std::string& allowed) {
  double number = 0;
  if (!parse(value, number) || !std::isfinite(number)) reject(map, key, value, allowed);
  return number;
}

double get_number(const YamlMap& map, const std::string& key, const std::string& allowed,
                  std::optional<double> fallback) {
  const YAML::Node value = map.node[key];
  if (!value && fallback) return *fallback;
  if (!value) reject_missing(map, key, allowed);
  return to_number(map, key, value, allowed);
}

std::string to_choice(const YamlMap& map, const std::string& key, const YAML::Node& value,
                      const std::vector<std::string_view>& choices) {
  const bool scalar = value.IsScalar();
  const auto found = std::find(choices.begin(), choices.end(), scalar ? value.Scalar() : "");
  if (found != choices.end()) return std::string(*found);
  std::string allowed = fmt::format("{}", fmt::join(choices, ", "));
  const std::string_view hint = scalar ? nearest(value.Scalar(), choices) : "";
  if (!hint.empty()) allowed += fmt::format("; did you mean \"{}\"?", hint);
  reject(map, key, value, allowed);
}

std::string get_choice(const YamlMap& map, const std::string& key,
                       const std::vector<std::string_view>& choices) {
  const YAML::Node value = map.node[key];
  if (!value) return std::string(choices.front());
  return to_choice(map, key, value, choices);
}

}  // namespace gradloom
