// SPDX-License-Identifier: Apache-2.0
// What `main` of every command does around its work.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include "generator/interrupt.hpp"
#include "golden/error.hpp"

namespace gradloom {

/// Reads the command line, then returns what `work` does. --help and --version print and return 0.
/// Throws InputError that names the --help of the command.
inline int parse_and_run(CLI::App& app, int argc, char** argv, const std::function<int()>& work) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {  // --help, --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    throw InputError(std::string(error.what()) + " (see " + app.get_name() + " --help)");
  }
  return work();
}

/// Runs `work` with Ctrl-C handled, and returns its exit code. What it throws becomes one line on
/// standard error that begins with `command`, and the exit code of the Error; of any other
/// exception that of a failed tool.
inline int command_main(const std::string& command, const std::function<int()>& work) {
  const auto report = [&command](std::string message, ExitCode code) {
    std::replace_if(
        message.begin(), message.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    std::fflush(stdout);
    std::fprintf(stderr, "%s: error: %s\n", command.c_str(), message.c_str());
    return static_cast<int>(code);
  };
  install_interrupt_handlers();
  try {
    return work();
  } catch (const Error& error) {
    return report(error.what(), error.code());
  } catch (const std::exception& error) {
    return report(std::string("internal: ") + error.what(), ExitCode::tool);
  }
}

}  // namespace gradloom
