// SPDX-License-Identifier: Apache-2.0
// What every target leaves: a JSON file and a short table.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flow/design.hpp"

namespace gradloom::flow {

/// Writes the result of a target, result_head() and `keys`, below OUT/results; also to `json` if
/// that is not empty. Each file appears whole or not at all. Throws InputError.
void write_result(const Design& design, const std::string& target, bool pass,
                  const nlohmann::ordered_json& keys, const std::filesystem::path& json = {});

/// A table on standard output: the first column to the left, others to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}
  /// As many cells as the header has.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// With a line feed after each line.
  std::string text() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace gradloom::flow
