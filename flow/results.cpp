// SPDX-License-Identifier: Apache-2.0
#include "flow/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "generator/text_file.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

void write_whole(const fs::path& path, const std::string& text) {
  const fs::path made = path.string() + ".new";
  write_text_file(made, text);
  std::error_code error;
  fs::rename(made, path, error);
  if (error) {
    fs::remove(made, error);
    throw InputError(fmt::format("{}: cannot be written", printable(path.string(), 400)));
  }
}

}  // namespace

fs::path result_file(const Design& design, const std::string& target) {
  return design.out / "results" / design.config.name / (target + ".json");
}

void write_result(const Design& design, const std::string& target, bool pass,
                  const nlohmann::ordered_json& keys, const fs::path& json) {
  nlohmann::ordered_json result{{"target", target},
                                {"config", design.config.name},
                                {"config_hash", design.hash},
                                {"gradloom", kVersion},
                                {"pass", pass}};
  result.update(keys);
  const std::string text = result.dump(2) + "\n";
  const fs::path path = result_file(design, target);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  write_whole(path, text);
  if (!json.empty()) write_whole(json, text);
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const std::string& cell : header_) widths.push_back(cell.size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths.at(i) = std::max(widths[i], row[i].size());
  }
  std::string result;
  const auto line = [&](const std::vector<std::string>& row) {
    std::string text = fmt::format("{:<{}}", row.at(0), widths[0]);
    for (std::size_t i = 1; i < row.size(); ++i) text += fmt::format("  {:>{}}", row[i], widths[i]);
    text.erase(text.find_last_not_of(' ') + 1);
    result += text + "\n";
  };
  line(header_);
  for (const auto& row : rows_) line(row);
  return result;
}

}  // namespace gradloom::flow
