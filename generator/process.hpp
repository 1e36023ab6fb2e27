// SPDX-License-Identifier: Apache-2.0
// Running outside programs.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradloom {

struct ProcessOptions {
  std::filesystem::path directory;                 ///< where it runs; empty: where we are
  std::filesystem::path log;                       ///< its output also goes here; empty: nowhere
  std::map<std::string, std::string> environment;  ///< set on top of ours
};

struct ProcessResult {
  int exit_code = 0;   ///< 128 + signal number if a signal ended it
  std::string output;  ///< standard output and standard error, as they came
  bool good() const { return exit_code == 0; }
};

/// Runs a program to its end, with no standard input and in a process group of its own.
/// `command[0]` is looked up in PATH. If SIGINT or SIGTERM reaches gradloom meanwhile, the whole
/// group is ended and Interrupted thrown. Throws ToolError if it cannot be started.
ProcessResult run_process(const std::vector<std::string>& command,
                          const ProcessOptions& options = {});

/// The program's path, or nothing if PATH does not have it.
std::optional<std::filesystem::path> find_program(std::string_view name);

/// The program's path. Throws ToolError naming the Debian package if PATH does not have it.
std::filesystem::path require_program(std::string_view name, std::string_view debian_package);

}  // namespace gradloom
