// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace gradloom {

/// A fresh directory that is removed with all that is in it, however the scope is left.
class ScratchDir {
 public:
  /// Makes `parent` if it is missing, and in it a directory whose name begins with `prefix`. Throws
  /// InputError naming `variable`, the environment variable that decides on the parent.
  ScratchDir(const std::filesystem::path& parent, std::string_view prefix,
             std::string_view variable);
  ~ScratchDir();
  ScratchDir(const ScratchDir&) = delete;
  ScratchDir& operator=(const ScratchDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace gradloom
