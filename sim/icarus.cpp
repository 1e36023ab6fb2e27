// SPDX-License-Identifier: Apache-2.0
#include "sim/icarus.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <sstream>

#include "generator/config_yaml.hpp"
#include "generator/process.hpp"
#include "generator/template_files.hpp"
#include "golden/error.hpp"
#include "sim/testbench.hpp"

namespace gradloom {
namespace {

namespace fs = std::filesystem;

// Where the files go: the directory asked for, or a temporary one that is removed.
class WorkDir {
 public:
  explicit WorkDir(const fs::path& wanted) : path_(wanted), temporary_(wanted.empty()) {
    if (!temporary_) {
      path_ = fs::absolute(path_);
      return;
    }
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    std::string pattern = (parent / "gradloom_icarus.XXXXXX").string();
    if (error || mkdtemp(pattern.data()) == nullptr) {
      throw InputError(
          fmt::format("{}: found no directory that can be written to, allowed any "
                      "(TMPDIR)",
                      parent.string()));
    }
    path_ = pattern;
  }
  ~WorkDir() {
    if (!temporary_) return;
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkDir(const WorkDir&) = delete;
  WorkDir& operator=(const WorkDir&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  bool temporary_;
};

std::string clipped(const std::string& text) { return text.substr(0, 2000); }

void compile(const Config& config, const std::vector<EmittedFile>& files, const fs::path& dir) {
  std::vector<std::string> command{require_program("iverilog", "iverilog").string(),
                                   "-g2005",
                                   "-Wall",
                                   "-s",
                                   config.name + "_tb",
                                   "-o",
                                   "tb.vvp"};
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
  const WorkDir work(options.work);
  write_files(files, work.path());
  compile(config, files, work.path());
  std::vector<std::string> command{"vvp", "-N", "tb.vvp", fmt::format("+seed={}", options.seed),
                                   fmt::format("+stalls={}", options.stalls)};
  if (!options.waves.empty()) {
    command.push_back("+vcd=" + fs::absolute(options.waves).string());
  }
  ProcessOptions process;
  process.directory = work.path();
  return judge(run_process(command, process));
}

IcarusResult run_icarus(const Config& config, const Program& program,
                        const IcarusOptions& options) {
  return run_icarus(config, icarus_files(config, program), options);
}

}  // namespace gradloom
