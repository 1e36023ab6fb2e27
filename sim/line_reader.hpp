// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>

namespace gradloom {

/// Lines of a text file, or of a gzip file (told apart by content; a name in .gz must be gzip).
/// Memory stays small whatever the file holds. Every failure is an InputError.
class LineReader {
 public:
  /// Opens the file. Lines longer than `max_length` bytes are an error.
  LineReader(const std::string& path, std::size_t max_length);

  /// The next line without its LF or CR LF, or false at the end of the file.
  bool next(std::string& line);

  /// The path as it may stand in a message.
  const std::string& path() const { return path_; }
  /// Number of the line that `next` returned last, from 1; 0 before the first.
  long number() const { return number_; }

 private:
  struct Closer {
    void operator()(gzFile file) const { gzclose(file); }
  };

  bool fill();

  std::string path_;
  bool must_be_gzip_;
  std::size_t max_length_;
  std::unique_ptr<gzFile_s, Closer> file_;
  std::array<char, 65536> chunk_{};
  std::size_t begin_ = 0;  // unread part of chunk_
  std::size_t end_ = 0;
  bool started_ = false;
  long number_ = 0;
};

}  // namespace gradloom
