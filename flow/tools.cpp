// SPDX-License-Identifier: Apache-2.0
#include "flow/tools.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "generator/process.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kPackages{{
    {"yosys", "yosys"},
    {"yosys-smtbmc", "yosys"},
    {"yosys-abc", "yosys"},
    {"timeout", "coreutils"},
    {"sta", "opensta"},
    {"nextpnr-ice40", "nextpnr-ice40"},
    {"icepack", "fpga-icestorm"},
    {"iverilog", "iverilog"},
    {"vvp", "iverilog"},
    {"z3", "z3"},
}};

constexpr std::string_view kCells = "/usr/share/qflow/tech/osu018/osu018_stdcells";
constexpr std::string_view kCellsPackage = "qflow-tech-osu018";

fs::path cell_file(std::string_view ending) {
  const fs::path path = std::string(kCells) + std::string(ending);
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    throw ToolError(
        fmt::format("{}: not found; it is in the Debian package {}", path.string(), kCellsPackage));
  }
  return path;
}

// The line that says what went wrong, or the last one.
std::string reason(const std::string& output) {
  std::istringstream lines(output);
  std::string line, last;
  while (std::getline(lines, line)) {
    if (line.find("ERROR") != std::string::npos || line.starts_with("Error") ||
        line.find("black box") != std::string::npos) {
      return printable(line, 300);
    }
    if (!line.empty()) last = line;
  }
  return printable(last, 300);
}

}  // namespace

fs::path tool(std::string_view program) {
  for (const auto& [name, package] : kPackages) {
    if (name == program) return require_program(name, package);
  }
  throw ToolError(fmt::format("{}: no tool of the flow", program));
}

std::string run_tool(std::string_view program, const std::vector<std::string>& arguments,
                     const fs::path& directory, const std::string& log) {
  std::vector<std::string> command{tool(program).string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const ProcessResult result = run_process(command, {directory, directory / log, {}});
  if (!result.good()) fail_tool(program, result.output, directory, log);
  return result.output;
}

void fail_tool(std::string_view program, const std::string& output, const fs::path& directory,
               const std::string& log) {
  const fs::path kept = directory.parent_path() / ("failed-" + log);
  write_text_file(kept, output);
  throw ToolError(
      fmt::format("{} failed: {} (all of its output: {})", program, reason(output), kept.string()));
}

void run_yosys(const std::string& script, const fs::path& directory, const std::string& name) {
  write_text_file(directory / (name + ".ys"), script);
  run_tool("yosys", {"-q", "-l", name + ".log", "-s", name + ".ys"}, directory, name + ".out");
}

fs::path default_liberty() { return cell_file(".lib"); }

fs::path default_cell_models() { return cell_file(".v"); }

fs::path find_liberty(const fs::path& given) {
  if (given.empty()) return default_liberty();
  if (read_text_file(given).find("library") == std::string::npos) {
    throw InputError(fmt::format("--liberty: {}: found no library, allowed a liberty file",
                                 printable(given.string(), 400)));
  }
  return fs::absolute(given);
}

}  // namespace gradloom::flow
