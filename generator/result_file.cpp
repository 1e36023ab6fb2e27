// SPDX-License-Identifier: Apache-2.0
#include "generator/result_file.hpp"

#include <system_error>

#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"

namespace gradloom {
namespace fs = std::filesystem;

nlohmann::ordered_json result_head(const std::string& target, const Config& config,
                                   const std::string& rtl_digest, bool pass) {
  return {{"target", target},         {"config", config.name}, {"config_hash", hash_text(config)},
          {"rtl_digest", rtl_digest}, {"gradloom", kVersion},  {"pass", pass}};
}

void write_result_file(const fs::path& results, const nlohmann::ordered_json& result) {
  const fs::path path = results / result.at("config").get<std::string>() /
                        (result.at("target").get<std::string>() + ".json");
  std::error_code error;
  fs::create_directories(path.parent_path(), error);  // if not, the file says so
  replace_text_file(path, result.dump(2) + "\n");
}

}  // namespace gradloom
