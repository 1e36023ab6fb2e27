// SPDX-License-Identifier: Apache-2.0
#include "generator/scratch_dir.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>

#include "golden/error.hpp"

namespace gradloom {

ScratchDir::ScratchDir(const std::filesystem::path& parent, std::string_view prefix,
                       std::string_view variable) {
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  std::string pattern = (parent / fmt::format("{}XXXXXX", prefix)).string();
  if (error || mkdtemp(pattern.data()) == nullptr) {
    throw InputError(fmt::format("{}: found no directory that can be written to, allowed any ({})",
                                 parent.string(), variable));
  }
  path_ = pattern;
}

ScratchDir::~ScratchDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace gradloom
