// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <string>

#include "generator/commands.hpp"
#include "generator/interrupt.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

int report(std::string message, ExitCode code) {
  for (char& c : message) c = c == '\n' || c == '\r' ? ' ' : c;
  std::fflush(stdout);
  std::fprintf(stderr, "gradloom: error: %s\n", message.c_str());
  return static_cast<int>(code);
}

int run(int argc, char** argv) {
  CLI::App app("Generator and checker of systolic arrays that train neural networks", "gradloom");
  app.set_version_flag("--version", std::string("gradloom ") + kVersion);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  gradloom generate -c examples/configs/gl8x8_int8.yaml -o out/gl8x8_int8\n"
      "  gradloom generate -c examples/configs/gl8x8_int8.yaml --print-config\n"
      "Exit codes: 0 good; 1 the check failed; 2 bad input; 3 a tool is missing or failed.\n"
      "The keys of a configuration: docs/configuration.md.");
  Action action;
  for (const auto add : {add_generate}) add(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {  // --help, --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    return report(std::string(error.what()) + " (see gradloom --help)", ExitCode::bad_input);
  }
  const int code = action();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw InputError("standard output: cannot be written");
  }
  return code;
}

}  // namespace
}  // namespace gradloom

int main(int argc, char** argv) {
  gradloom::install_interrupt_handlers();
  try {
    return gradloom::run(argc, argv);
  } catch (const gradloom::Error& error) {
    return gradloom::report(error.what(), error.code());
  } catch (const std::exception& error) {
    return gradloom::report(std::string("internal: ") + error.what(), gradloom::ExitCode::tool);
  }
}
