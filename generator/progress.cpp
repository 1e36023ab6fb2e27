// SPDX-License-Identifier: Apache-2.0
#include "generator/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace gradloom {

bool on_terminal() { return isatty(STDERR_FILENO) != 0; }

void show_stage(const std::string& stage) {
  if (on_terminal()) fmt::print(stderr, "{} ...\n", stage);
}

void show_count(const std::string& what, std::int64_t done, std::int64_t total) {
  if (!on_terminal()) return;
  fmt::print(stderr, "\r{} {}/{}   ", what, done, total);
  if (done == total) fmt::print(stderr, "\r{:40}\r", "");
}

}  // namespace gradloom
