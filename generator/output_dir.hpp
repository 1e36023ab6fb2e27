// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

namespace gradloom {

/// An output directory that appears whole or not at all: files are written to a temporary
/// directory beside it, which `commit` renames. Destroyed without `commit` (an error, or Ctrl-C,
/// which unwinds as Interrupted), it leaves everything as it was.
class OutputDir {
 public:
  /// Throws InputError if `target` exists without `force`, if with `force` it holds files but is
  /// no output of gradloom (no manifest.json of ours), or if its parent cannot be written.
  OutputDir(const std::filesystem::path& target, bool force);
  ~OutputDir();
  OutputDir(const OutputDir&) = delete;
  OutputDir& operator=(const OutputDir&) = delete;

  /// The temporary directory to write to.
  const std::filesystem::path& path() const { return work_; }

  /// Puts the new tree in place, of the old one in one step if there was one. Throws InputError if
  /// something has taken that place since.
  void commit();

 private:
  void make_parents();

  std::filesystem::path target_;
  std::filesystem::path work_;
  bool replace_ = false;
  std::vector<std::filesystem::path> made_parents_;  // outermost first
};

}  // namespace gradloom
