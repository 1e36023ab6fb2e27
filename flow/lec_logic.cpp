// SPDX-License-Identifier: Apache-2.0
#include "flow/lec_logic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "flow/tools.hpp"
#include "generator/process.hpp"
#include "generator/text_file.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

// Modules from the leaves up.
void from_leaves(const Elaborated& rtl, const std::string& module,
                 std::vector<std::string>& order) {
  if (std::find(order.begin(), order.end(), module) != order.end()) return;
  for (const auto& [instance, child] : rtl.modules.at(module).instances) {
    from_leaves(rtl, child, order);
  }
  order.push_back(module);
}

// What of a failed comparison helps to find the place.
std::string first_difference(const std::string& output) {
  std::smatch match;
  static const std::regex failed("Verification failed for at least \\d+ outputs: *([^\n]*)");
  static const std::regex name("Output ([^:\n]+):");
  if (std::regex_search(output, match, failed) || std::regex_search(output, match, name)) {
    return fmt::format("differs, first in {}", printable(match[1].str(), 120));
  }
  return "differs";
}

constexpr int kEndedByTimeout = 124;  // exit code of `timeout`

}  // namespace

// From the top down: ports that a module gets for its instances must not be seen by what it is an
// instance in.
std::string evert_instances(const Elaborated& rtl, const std::string& top) {
  std::vector<std::string> order;
  from_leaves(rtl, top, order);
  std::string script;
  for (auto module = order.rbegin(); module != order.rend(); ++module) {
    std::set<std::string> types;
    for (const auto& [instance, child] : rtl.modules.at(*module).instances) types.insert(child);
    if (types.empty()) continue;
    script += "expose -evert";
    for (const std::string& type : types) script += fmt::format(" {}/t:{}", *module, type);
    script += "\n";
  }
  return script;
}

std::int64_t count_outputs(const fs::path& blif) {
  std::istringstream lines(read_text_file(blif));
  std::int64_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(".outputs")) continue;
    std::istringstream words(line);
    std::string word;
    words >> word;
    while (words >> word) ++count;
  }
  return count;
}

Comparison compare_logic(const fs::path& directory, const std::string& name, int seconds) {
  const std::string gold = name + "_gold.blif";
  const std::string gate = name + "_gate.blif";
  Comparison result;
  result.points = count_outputs(directory / gold);
  // `cec` looks at its own limit only between its phases, so `timeout` stands around it.
  const ProcessResult run = run_process(
      {tool("timeout").string(), std::to_string(2 * seconds), tool("yosys-abc").string(), "-c",
       fmt::format("cec -T {} {} {}", seconds, gold, gate)},
      {directory, directory / (name + "_cec.log"), {}});
  using enum Comparison::Verdict;
  if (run.output.find("Networks are equivalent") != std::string::npos && run.good()) {
    result.verdict = result.points > 0 ? equal : unmatched;
    if (result.points == 0) result.reason = "nothing was compared";
  } else if (run.output.find("NOT EQUIVALENT") != std::string::npos) {
    result.verdict = differ;
    result.reason = first_difference(run.output);
  } else if (run.exit_code == kEndedByTimeout ||
             run.output.find("UNDECIDED") != std::string::npos) {
    result.verdict = undecided;
    result.reason = fmt::format("not decided in {} s", seconds);
  } else {
    result.verdict = unmatched;
    result.reason = "flip-flops without a partner";
  }
  return result;
}

}  // namespace gradloom::flow
