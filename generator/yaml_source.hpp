// SPDX-License-Identifier: Apache-2.0
// YAML text turned into a flat table of known keys; every way in which it can be wrong is found
// here or in config_yaml.cpp.
#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <string>
#include <string_view>

namespace gradloom {

/// What the file says of one key.
struct YamlEntry {
  YAML::Node value;
  int line = 0;
};

/// The keys found, by path ("array.rows"), and where each section starts.
struct YamlSource {
  std::string file;
  std::map<std::string, YamlEntry, std::less<>> entries;
  std::map<std::string, int, std::less<>> sections;

  /// Line of the key if it is there, else of its section, else 1.
  int line_of(std::string_view path) const;
};

/// Parses the text and matches its keys with the schema. Throws InputError for malformed YAML, and
/// for unknown, duplicate and misplaced keys.
YamlSource parse_yaml_source(std::string_view text, const std::string& file);

/// The only document of a YAML text; a null node if it is empty. Throws InputError, one line, for
/// bytes that are not UTF-8 text, malformed YAML, and a second document.
YAML::Node load_document(const std::string& text, const std::string& file);

/// Throws InputError "file:line: key: found <found>, allowed <allowed>".
[[noreturn]] void reject(const std::string& file, int line, std::string_view key,
                         std::string_view found, std::string_view allowed);

/// What stands there, for a message: the text of a scalar, "a list", "a map", "nothing".
std::string found_text(const YAML::Node& node);

/// True for a scalar without quotes and without a tag.
bool is_plain(const YAML::Node& node);

}  // namespace gradloom
