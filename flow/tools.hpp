// SPDX-License-Identifier: Apache-2.0
// The outside programs and files of the flow, and the Debian packages that have them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gradloom::flow {

/// The program's path in PATH. `program` is one of those of tools.cpp; throws ToolError naming the
/// Debian package if it is not installed.
std::filesystem::path tool(std::string_view program);

/// Runs a program of tools.cpp in `directory`; its output goes to `log` there. Returns the output.
/// Throws ToolError with the first line that looks like an error if it fails.
std::string run_tool(std::string_view program, const std::vector<std::string>& arguments,
                     const std::filesystem::path& directory, const std::string& log);

/// Keeps the output of a failed program as failed-<log> beside `directory`, which is about to be
/// removed, and throws ToolError with the line that says what went wrong.
[[noreturn]] void fail_tool(std::string_view program, const std::string& output,
                            const std::filesystem::path& directory, const std::string& log);

/// Runs a Yosys script, which is kept as <name>.ys beside its <name>.log.
void run_yosys(const std::string& script, const std::filesystem::path& directory,
               const std::string& name);

/// The standard cell library osu018 of Debian. Throws ToolError naming the package.
std::filesystem::path default_liberty();
/// The Verilog models of its cells, likewise.
std::filesystem::path default_cell_models();

/// The liberty file to use: `given`, or the default if that is empty. Throws InputError if the
/// given one cannot be read or is no liberty file.
std::filesystem::path find_liberty(const std::filesystem::path& given);

}  // namespace gradloom::flow
