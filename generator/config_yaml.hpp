// SPDX-License-Identifier: Apache-2.0
// The configuration file: reading, the canonical form, and the hash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "golden/config.hpp"

namespace gradloom {

/// Reads and validates a configuration file (docs/configuration.md). Throws InputError, one line:
/// "file:line: key: found ..., allowed ...".
Config load_config(const std::filesystem::path& path);

/// The same for text that was read from `file` (the name is for messages only).
Config parse_config(std::string_view text, const std::string& file);

/// The effective configuration as YAML: defaults filled in, keys in the order of the schema, but
/// quiet keys only where they are not at their defaults. `parse_config` of it gives the same
/// Config.
std::string canonical_yaml(const Config& config);

/// The same with the quiet keys.
std::string full_yaml(const Config& config);

/// FNV-1a, 64 bits.
std::uint64_t fnv1a64(std::string_view text);

/// FNV-1a, 64 bits, over every key but those of `testbench` (docs/decisions/0002).
std::uint64_t config_hash(const Config& config);

/// The hash as 16 hexadecimal digits.
std::string hash_text(const Config& config);

}  // namespace gradloom
