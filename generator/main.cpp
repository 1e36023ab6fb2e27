// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "generator/command_main.hpp"
#include "generator/commands.hpp"
#include "generator/suggest.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

// What comes first on the command line, if it is neither an option nor a subcommand.
void check_command(const CLI::App& app, int argc, char** argv) {
  const std::string_view word = argc > 1 ? argv[1] : "-";
  if (word.starts_with('-')) return;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), word) != names.end()) return;
  const std::string_view hint =
      nearest(word, std::vector<std::string_view>(names.begin(), names.end()));
  throw InputError(fmt::format("found the command \"{}\", allowed {}{}", printable(word),
                               fmt::join(names, ", "),
                               hint.empty() ? "" : fmt::format("; did you mean \"{}\"?", hint)));
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
  for (const auto add : {add_generate, add_verify, add_model, add_train, add_compile, add_flow,
                         add_report, add_explore})
    add(app, action);
  check_command(app, argc, argv);
  return parse_and_run(app, argc, argv, [&] { return action(); });
}

int run_and_flush(int argc, char** argv) {
  const int code = run(argc, argv);
  std::cout.flush();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || !std::cout) {
    throw InputError("standard output: cannot be written");
  }
  return code;
}

}  // namespace
}  // namespace gradloom

int main(int argc, char** argv) {
  return gradloom::command_main("gradloom", [&] { return gradloom::run_and_flush(argc, argv); });
}
