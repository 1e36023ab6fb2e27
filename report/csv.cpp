// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "report/figure.hpp"

namespace gradloom::report {
namespace {

std::string cell(const std::string& text, bool is_text) {
  const bool formula = is_text && !text.empty() &&
                       std::string_view("=+-@").find(text.front()) != std::string_view::npos;
  if (!formula && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = formula ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string line(const std::vector<std::string>& cells, std::size_t text_columns) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    text += cell(cells[i], i < text_columns);
  }
  return text + "\n";
}

}  // namespace

std::string csv(const Table& table) {
  std::string text = line(table.header, table.header.size());
  for (const auto& row : table.rows) text += line(row, table.text_columns);
  return text;
}

}  // namespace gradloom::report
