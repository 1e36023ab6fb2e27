// SPDX-License-Identifier: Apache-2.0
#include "report/results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"

namespace gradloom::report {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 26;

[[noreturn]] void fail(const fs::path& file, const std::string& what) {
  throw InputError(printable(file.string(), 400) + ": " + what);
}

std::vector<fs::path> json_files(const fs::path& dir) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

nlohmann::json read_result(const fs::path& file) {
  auto json = nlohmann::json::parse(read_text_file(file, kMostBytes), nullptr, false);
  if (!json.is_object()) fail(file, "found no JSON object, allowed a result of gradloom");
  for (const char* key : {"config", "config_hash", "gradloom"}) {
    if (!json.contains(key) || !json[key].is_string()) {
      fail(file, fmt::format("{}: found no text, allowed a result of gradloom", key));
    }
  }
  if (!json.contains("pass") || !json["pass"].is_boolean()) {
    fail(file, "pass: found neither true nor false, allowed a result of gradloom");
  }
  return json;
}

}  // namespace

std::string text_at(const nlohmann::json& json, const std::string& key) {
  return json.at(key).get<std::string>();
}

double number_at(const nlohmann::json& json, const std::string& key) {
  return json.at(key).get<double>();
}

const ResultFile* Results::find(const std::string& target) const {
  for (const ResultFile& result : current) {
    if (result.target == target) return &result;
  }
  return nullptr;
}

Results read_results(const fs::path& results, const Config& config, bool required) {
  std::error_code error;
  if (required && !fs::is_directory(results, error)) {
    fail(results, "found no such directory, allowed the results of `gradloom flow`");
  }
  Results found;
  for (const fs::path& file : json_files(results / config.name)) {
    const nlohmann::json json = read_result(file);
    const std::string name = file.filename().string();
    if (text_at(json, "config_hash") != hash_text(config)) {
      found.stale.push_back(fmt::format("{}: of configuration {}", printable(name),
                                        printable(text_at(json, "config_hash"))));
    } else if (text_at(json, "gradloom") != kVersion) {
      found.stale.push_back(
          fmt::format("{}: of gradloom {}", printable(name), printable(text_at(json, "gradloom"))));
    } else if (json.contains("rtl_digest") && json["rtl_digest"] != rtl_digest(config)) {
      found.stale.push_back(fmt::format("{}: of other RTL", printable(name)));
    } else {
      found.current.push_back({file.stem().string(), json["pass"].get<bool>(), json});
    }
  }
  return found;
}

}  // namespace gradloom::report
