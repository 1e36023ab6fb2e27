// SPDX-License-Identifier: Apache-2.0
// The errors a user can cause. main() prints `what()` on one line and exits with the code.
#pragma once

#include <stdexcept>
#include <string>

namespace gradloom {

/// Exit codes of the command line: 0 good, 1 the check failed, 2 bad input, 3 a tool is missing or
/// failed, 130 interrupted.
enum class ExitCode { ok = 0, check_failed = 1, bad_input = 2, tool = 3, interrupted = 130 };

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// Bad usage, configuration, network or data: "file:line: key: found ..., allowed ...".
class InputError : public Error {
 public:
  explicit InputError(const std::string& message) : Error(ExitCode::bad_input, message) {}
};

/// An outside program is missing (its Debian package is named) or failed.
class ToolError : public Error {
 public:
  explicit ToolError(const std::string& message) : Error(ExitCode::tool, message) {}
};

/// SIGINT or SIGTERM arrived; everything half-written has been removed.
class Interrupted : public Error {
 public:
  Interrupted() : Error(ExitCode::interrupted, "interrupted") {}
};

}  // namespace gradloom
