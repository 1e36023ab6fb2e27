// SPDX-License-Identifier: Apache-2.0
// What the hardware targets left for a configuration: RESULTS/<name>/<target>.json (docs/flow.md).
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "golden/config.hpp"

namespace gradloom::report {

struct ResultFile {
  std::string target;  ///< name of the file without .json
  bool pass = false;
  nlohmann::json json;
};

struct Results {
  std::vector<ResultFile> current;  ///< of this configuration and version of gradloom, by name
  std::vector<std::string> stale;   ///< files of another hash, version or RTL, and why
  /// Nothing if there is no such result.
  const ResultFile* find(const std::string& target) const;
};

/// Reads all results of the configuration. Throws InputError, one line, if `results` is not there
/// and `required`, or if a file is not a result of gradloom; `file: key: found ..., allowed ...`.
Results read_results(const std::filesystem::path& results, const Config& config, bool required);

/// Members of a result. Throw nlohmann::json::exception if missing or of another type.
std::string text_at(const nlohmann::json& json, const std::string& key);
double number_at(const nlohmann::json& json, const std::string& key);

}  // namespace gradloom::report
