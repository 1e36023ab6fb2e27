// SPDX-License-Identifier: Apache-2.0
#include "flow/results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generator/result_file.hpp"
#include "generator/text_file.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;

void write_result(const Design& design, const std::string& target, bool pass,
                  const nlohmann::ordered_json& keys, const fs::path& json) {
  nlohmann::ordered_json result = result_head(target, design.config, design.rtl_digest, pass);
  result.update(keys);
  write_result_file(design.out / "results", result);
  if (!json.empty()) replace_text_file(json, result.dump(2) + "\n");
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
