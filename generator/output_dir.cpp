// SPDX-License-Identifier: Apache-2.0
#include "generator/output_dir.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace fs = std::filesystem;
namespace {

std::string shown(const fs::path& path) { return printable(path.string(), 400); }

[[noreturn]] void fail(const fs::path& path, const std::string& what, int error) {
  throw InputError(fmt::format("{}: {}: {}", shown(path), what, std::strerror(error)));
}

bool is_gradloom_output(const fs::path& dir) {
  try {
    const std::string text = read_text_file(dir / "manifest.json", std::size_t{1} << 24);
    const auto manifest = nlohmann::json::parse(text, nullptr, false);
    if (!manifest.is_object()) return false;
    // No copy is made: a list may be nested deeper than the stack is.
    const auto tool = manifest.find("tool");
    return tool != manifest.end() && tool->is_string() && *tool == "gradloom";
  } catch (const InputError&) {
    return false;
  }
}

// True if `target` is an old output that is to be replaced, false if it does not exist.
bool check_target(const fs::path& target, bool force) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(target, error);
  if (!fs::exists(status)) return false;
  if (!fs::is_directory(status)) {
    throw InputError(shown(target) + ": found a file, allowed a directory that does not exist yet");
  }
  if (!force) {
    throw InputError(shown(target) +
                     ": found an existing directory, allowed a new one (or --force to replace it)");
  }
  if (!fs::is_empty(target, error) && !is_gradloom_output(target)) {
    throw InputError(shown(target) +
                     ": found files but no manifest.json of gradloom, allowed with --force is only "
                     "a directory that gradloom made");
  }
  return true;
}

// Renames only if `to` does not exist. Where the file system cannot do that, a plain rename, which
// still refuses a directory that holds anything.
int rename_new(const fs::path& from, const fs::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

// Swaps two directories; `from` holds the old tree afterwards.
int exchange(const fs::path& from, const fs::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  const fs::path aside = from.string() + ".old";
  if (std::rename(to.c_str(), aside.c_str()) != 0) return errno;
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    const int error = errno;
    std::rename(aside.c_str(), to.c_str());
    return error;
  }
  return std::rename(aside.c_str(), from.c_str()) == 0 ? 0 : errno;
}

}  // namespace

OutputDir::OutputDir(const fs::path& target, bool force) {
  std::error_code error;
  target_ = fs::weakly_canonical(fs::absolute(target, error), error);
  if (error || target.empty() || !target_.has_relative_path()) {
    throw InputError(fmt::format("{}: found no usable directory name", shown(target)));
  }
  if (!target_.has_filename()) target_ = target_.parent_path();
  replace_ = check_target(target_, force);
  make_parents();
  work_ = target_.parent_path() / fmt::format(".{}.tmp-{}", target_.filename().string(), getpid());
  fs::remove_all(work_, error);  // of a killed process that had our number
  if (mkdir(work_.c_str(), 0777) != 0) {
    const int reason = errno;
    work_.clear();
    for (auto dir = made_parents_.rbegin(); dir != made_parents_.rend(); ++dir) {
      fs::remove(*dir, error);
    }
    fail(target_.parent_path(), "cannot be written", reason);
  }
}

void OutputDir::make_parents() {
  std::error_code error;
  std::vector<fs::path> missing;
  for (fs::path dir = target_.parent_path(); !fs::exists(dir, error) && dir.has_relative_path();
       dir = dir.parent_path()) {
    missing.insert(missing.begin(), dir);
  }
  for (const fs::path& dir : missing) {
    if (mkdir(dir.c_str(), 0777) != 0) {
      const int reason = errno;
      for (auto made = made_parents_.rbegin(); made != made_parents_.rend(); ++made) {
        fs::remove(*made, error);
      }
      fail(dir, "cannot be made", reason);
    }
    made_parents_.push_back(dir);
  }
}

OutputDir::~OutputDir() {
  std::error_code error;
  if (!work_.empty()) fs::remove_all(work_, error);
  for (auto dir = made_parents_.rbegin(); dir != made_parents_.rend(); ++dir) {
    fs::remove(*dir, error);  // fails, as it should, if it holds anything
  }
}

void OutputDir::commit() {
  const int reason = replace_ ? exchange(work_, target_) : rename_new(work_, target_);
  if (reason != 0) fail(target_, "cannot be put in place", reason);
}

}  // namespace gradloom
