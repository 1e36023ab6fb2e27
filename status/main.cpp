// SPDX-License-Identifier: Apache-2.0
// status show|update PLAN CONFIGS OUT TEMPLATES_DIGEST STATUS_FILE: prints the table of what OUT
// says now; `update` writes it to STATUS_FILE too.
#include <fmt/format.h>

#include <string>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "status/status.hpp"

int main(int argc, char** argv) {
  using namespace gradloom;
  using namespace gradloom::status;
  try {
    const std::string mode = argc == 7 ? argv[1] : "";
    if (mode != "show" && mode != "update") {
      throw InputError("usage: status show|update PLAN CONFIGS OUT TEMPLATES_DIGEST STATUS_FILE");
    }
    const auto plan = load_plan(argv[2]);
    const Configs configs = load_configs(argv[3]);
    const Status now = collect(plan, configs, argv[4], argv[5]);
    if (mode == "update") write_text_file(argv[6], status_yaml(now));
    fmt::print("{}", status_table(plan, configs, now));
    return 0;
  } catch (const Error& error) {
    fmt::print(stderr, "status: error: {}\n", error.what());
    return static_cast<int>(error.code());
  }
}
