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

std::string bar_text(std::int64_t done, std::int64_t total, const std::string& text) {
  constexpr std::int64_t width = 30;
  const auto filled = static_cast<std::size_t>(total == 0 ? width : done * width / total);
  return fmt::format("[{:.<{}}] {:>7}/{:<7} {}", std::string(filled, '#'), width, done, total,
                     text);
}

void show_bar(std::int64_t done, std::int64_t total, const std::string& text) {
  if (!on_terminal()) return;
  fmt::print(stderr, "\r{:79}", bar_text(done, total, text));
  if (done == total) fmt::print(stderr, "\r{:79}\r", "");
  std::fflush(stderr);
}

}  // namespace gradloom
