// SPDX-License-Identifier: Apache-2.0
#include "sim/icarus.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iterator>
#include <optional>
#include <sstream>

#include "generator/config_yaml.hpp"
#include "generator/process.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/template_files.hpp"
#include "golden/error.hpp"
#include "sim/testbench.hpp"

namespace gradloom {
namespace {

namespace fs = std::filesystem;

std::string clipped(const std::string& text) { return text.substr(0, 2000); }

void compile(const Config& config, const std::vector<EmittedFile>& files,
             const IcarusOptions& icarus, const fs::path& dir) {
  std::vector<std::string> command{require_program("iverilog", "iverilog").string(), "-g2005"};
  command.insert(command.end(), icarus.flags.begin(), icarus.flags.end());
  command.insert(command.end(), {"-s", config.name + "_tb", "-o", "tb.vvp"});
  for (const std::string& root : icarus.roots) command.insert(command.end(), {"-s", root});
  for (const fs::path& source : icarus.sources) command.push_back(fs::absolute(source).string());
  for (const EmittedFile& file : files) {
    if (file.path.ends_with(".v")) command.push_back(file.path);
  }
  ProcessOptions options;
  options.directory = dir;
  const ProcessResult result = run_process(command, options);
  if (result.good() && result.output.empty()) return;
  throw ToolError(
      fmt::format("iverilog ended with {}: {}", result.exit_code, clipped(result.output)));
}

// The last line that begins with PASS or FAIL.
std::string verdict(const std::string& output) {
  std::istringstream lines(output);
  std::string found;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("PASS ") || line.starts_with("FAIL ")) found = line;
  }
  return found;
}

IcarusResult judge(const ProcessResult& run) {
  IcarusResult result;
  result.message = verdict(run.output);
  const bool pass = result.message.starts_with("PASS ");
  if (result.message.empty() || pass != run.good()) {
    throw ToolError(fmt::format("vvp ended with {}: {}", run.exit_code, clipped(run.output)));
  }
  // Warnings, such as of a file with too few records, come before the verdict.
  if (pass && run.output != result.message + "\n") {
    std::istringstream lines(run.output);
    for (std::string line; std::getline(lines, line);) {
      if (line == result.message || line.starts_with("VCD info:")) continue;
      throw ToolError("vvp: " + clipped(line));
    }
  }
  result.passed = pass;
  if (pass) result.checks = std::strtoll(result.message.c_str() + 5, nullptr, 10);
  return result;
}

}  // namespace

std::vector<EmittedFile> icarus_files(const Config& config, const Program& program) {
  std::vector<EmittedFile> files = emit_rtl(config, template_dir());
  std::vector<EmittedFile> testbench = emit_testbench(config, program, config_hash(config));
  files.insert(files.end(), std::make_move_iterator(testbench.begin()),
               std::make_move_iterator(testbench.end()));
  return files;
}

IcarusResult run_icarus(const Config& config, const std::vector<EmittedFile>& files,
                        const IcarusOptions& options) {
  require_program("iverilog", "iverilog");
  require_program("vvp", "iverilog");
  std::optional<ScratchDir> scratch;
  if (options.work.empty())
    scratch.emplace(fs::temp_directory_path(), "gradloom_icarus.", "TMPDIR");
  const fs::path work = scratch ? scratch->path() : fs::absolute(options.work);
  write_files(files, work);
  compile(config, files, options, work);
  std::vector<std::string> command{"vvp", "-N", "tb.vvp", fmt::format("+seed={}", options.seed),
                                   fmt::format("+stalls={}", options.stalls)};
  if (!options.waves.empty()) {
    command.push_back("+vcd=" + fs::absolute(options.waves).string());
  }
  ProcessOptions process;
  process.directory = work;
  return judge(run_process(command, process));
}

IcarusResult run_icarus(const Config& config, const Program& program,
                        const IcarusOptions& options) {
  return run_icarus(config, icarus_files(config, program), options);
}

}  // namespace gradloom
