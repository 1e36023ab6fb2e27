// SPDX-License-Identifier: Apache-2.0
// The results of the hardware targets: RESULTS/<config name>/<target>.json.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "golden/config.hpp"

namespace gradloom {

/// What every result begins with: `target`, `config`, `config_hash`, `rtl_digest`, `gradloom`,
/// `pass`. `rtl_digest` (generator/emitter.hpp) is that of the RTL the target ran on.
nlohmann::ordered_json result_head(const std::string& target, const Config& config,
                                   const std::string& rtl_digest, bool pass);

/// Writes a result that begins with result_head() to its place below `results`. The file appears
/// whole or not at all. Throws InputError if it cannot be written.
void write_result_file(const std::filesystem::path& results, const nlohmann::ordered_json& result);

}  // namespace gradloom
