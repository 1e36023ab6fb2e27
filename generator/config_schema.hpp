// SPDX-License-Identifier: Apache-2.0
// The keys of the configuration file, once: parser, canonical form, hash and
// docs/configuration.md all read this table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "golden/config.hpp"

namespace gradloom {

enum class KeyType {
  identifier,   ///< a Verilog identifier: `check_identifier`
  integer,      ///< a decimal integer in [min, max]
  nanoseconds,  ///< a decimal number with at most three decimals; the value, min and max are in ps
  choice,       ///< one of `choices`; the value is its place in the list
  boolean,      ///< false or true, which are the `choices`; the value is 0 or 1
  subset        ///< a list of some of `choices`; the value has a bit for each
};

/// One key. `get` and `set` reach the field of the Config; a key of type identifier has none, its
/// field is `Config::name`.
struct Key {
  std::string_view path;  ///< "section.key", or "key" at the top level
  KeyType type = KeyType::integer;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::span<const std::string_view> choices;
  bool required = false;
  std::optional<std::int64_t> default_value;  ///< none: required, or worked out (`default_rule`)
  std::string_view default_rule;              ///< the default in words
  std::string_view description;
  bool quiet = false;  ///< at its default it is as if the key were not there
  std::int64_t (*get)(const Config&) = nullptr;
  void (*set)(Config&, std::int64_t) = nullptr;
};

/// All keys, in the order of the canonical form.
std::span<const Key> config_keys();

/// False for keys that mean nothing in the configuration and are left out of the canonical form and
/// the hash: those of training hardware and of a bus that are not built, and quiet ones at their
/// defaults.
bool applies(const Key& key, const Config& config);

/// The key with this path, or null.
const Key* find_key(std::string_view path);

/// "section" of "section.key"; empty for a key of the top level.
std::string_view section_of(std::string_view path);
/// "key" of "section.key".
std::string_view leaf_of(std::string_view path);

/// True for a section that has no effect on the RTL; the configuration hash leaves its keys out.
bool is_outside_rtl(std::string_view section);

/// Picoseconds as decimal nanoseconds, as short as possible: 2500 is "2.5".
std::string nanoseconds_text(std::int64_t picoseconds);

/// The keys and sections directly below `section` ("" for the top level), in table order.
std::vector<std::string_view> names_in(std::string_view section);

/// What values the key takes, for messages and documentation: "1..256", "refuse, wrap or saturate".
std::string allowed_text(const Key& key);

/// The words "a lower-case letter, ..." that describe a legal name, or nothing if `text` is one.
std::optional<std::string> check_identifier(std::string_view text);

/// docs/configuration.md.
std::string schema_markdown();

}  // namespace gradloom
