// SPDX-License-Identifier: Apache-2.0
// Checked access to the maps of a YAML file: every error is an InputError on one line,
// "file:line: key: found ..., allowed ...".
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradloom {

/// A map in a file. `prefix` is "" for the whole file, else the path to it: "training.".
struct YamlMap {
  std::string file;
  std::string prefix;
  YAML::Node node;
};

/// A file whose top level is a map with keys out of `keys` only: UTF-8, one document, at most 1
/// MiB.
YamlMap load_yaml_map(const std::string& path, const std::vector<std::string_view>& keys);

/// Throws about the first key of the map that is not in `keys`, or is there twice.
void check_keys(const YamlMap& map, const std::vector<std::string_view>& keys);

/// The map under a key, with keys out of `keys` only; an empty one if the key is missing.
YamlMap submap(const YamlMap& map, const std::string& key,
               const std::vector<std::string_view>& keys);

/// Throws about the value of a key: what was found (by default, the value), what is allowed.
[[noreturn]] void reject(const YamlMap& map, const std::string& key, const YAML::Node& value,
                         const std::string& allowed);
[[noreturn]] void reject(const YamlMap& map, const std::string& key, const YAML::Node& value,
                         const std::string& found, const std::string& allowed);

/// Throws about a required key that is not there.
[[noreturn]] void reject_missing(const YamlMap& map, const std::string& key,
                                 const std::string& allowed);

/// An integer in low..high. A missing key gives `fallback`, or throws if there is none.
std::int64_t get_integer(const YamlMap& map, const std::string& key, std::int64_t low,
                         std::int64_t high, std::optional<std::int64_t> fallback = {});

/// An integer scalar in low..high, the value of `key`.
std::int64_t to_integer(const YamlMap& map, const std::string& key, const YAML::Node& value,
                        std::int64_t low, std::int64_t high);

/// A scalar that is a finite number, the value of `key`; `allowed` is for the message.
double to_number(const YamlMap& map, const std::string& key, const YAML::Node& value,
                 const std::string& allowed);

/// A finite number, not further checked; `allowed` is for the message.
double get_number(const YamlMap& map, const std::string& key, const std::string& allowed,
                  std::optional<double> fallback = {});

/// A scalar out of `choices`, the value of `key`.
std::string to_choice(const YamlMap& map, const std::string& key, const YAML::Node& value,
                      const std::vector<std::string_view>& choices);

/// One of `choices`; a missing key gives the first.
std::string get_choice(const YamlMap& map, const std::string& key,
                       const std::vector<std::string_view>& choices);

}  // namespace gradloom
