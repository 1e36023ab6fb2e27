// SPDX-License-Identifier: Apache-2.0
#include "sim/line_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

std::string read_failure(gzFile file) {
  int code = Z_OK;
  const char* text = gzerror(file, &code);
  if (code == Z_BUF_ERROR) return "the gzip data is truncated";
  if (code == Z_DATA_ERROR) return "the gzip data is corrupt";
  return fmt::format("cannot be read: {}", code == Z_ERRNO ? std::strerror(errno) : text);
}

}  // namespace

LineReader::LineReader(const std::string& path, std::size_t max_length)
    : path_(printable(path, 400)), must_be_gzip_(path.ends_with(".gz")), max_length_(max_length) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    throw InputError(path_ + ": found a directory, allowed a file");
  }
  errno = 0;
  file_.reset(gzopen(path.c_str(), "rb"));
  if (!file_) throw InputError(fmt::format("{}: cannot be read: {}", path_, std::strerror(errno)));
}

bool LineReader::fill() {
  errno = 0;
  const int count = gzread(file_.get(), chunk_.data(), static_cast<unsigned>(chunk_.size()));
  int code = Z_OK;
  gzerror(file_.get(), &code);
  // At the end of truncated data gzread gives what there is and sets Z_BUF_ERROR.
  if (count < 0 || (code != Z_OK && code != Z_STREAM_END)) {
    throw InputError(fmt::format("{}:{}: {}", path_, number_, read_failure(file_.get())));
  }
  if (!started_ && count > 0 && must_be_gzip_ && gzdirect(file_.get()) != 0) {
    throw InputError(fmt::format("{}: found no gzip header, allowed gzip data", path_));
  }
  started_ = true;
  begin_ = 0;
  end_ = static_cast<std::size_t>(count);
  return count > 0;
}

bool LineReader::next(std::string& line) {
  line.clear();
  ++number_;
  if (begin_ == end_ && !fill()) {
    --number_;
    return false;
  }
  bool ended = false;
  do {
    const auto first = chunk_.begin() + static_cast<std::ptrdiff_t>(begin_);
    const auto last = chunk_.begin() + static_cast<std::ptrdiff_t>(end_);
    const auto newline = std::find(first, last, '\n');
    line.append(first, newline);
    if (line.size() > max_length_) {
      throw InputError(fmt::format("{}:{}: found a line of more than {} characters, allowed {}",
                                   path_, number_, max_length_, max_length_));
    }
    ended = newline != last;
    begin_ = static_cast<std::size_t>(newline - chunk_.begin()) + (ended ? 1 : 0);
  } while (!ended && fill());
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

}  // namespace gradloom
