// SPDX-License-Identifier: Apache-2.0
#include "generator/text_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include "generator/interrupt.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// A call failed with `errno`; a signal may have been the reason.
[[noreturn]] void fail(const std::string& path, const char* what) {
  const int reason = errno;
  check_interrupt();
  throw InputError(fmt::format("{}: {}: {}", path, what, std::strerror(reason)));
}

// Length of the UTF-8 sequence at the start of `text`; 0 if it is not one (overlong forms,
// surrogates and values above U+10FFFF included).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  if (lead == 0xE0 && second < 0xA0) return 0;
  if (lead == 0xED && second > 0x9F) return 0;
  if (lead == 0xF0 && second < 0x90) return 0;
  if (lead == 0xF4 && second > 0x8F) return 0;
  return length;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x7F || (byte < 0x20 && c != '\t' && c != '\n' && c != '\r');
}

}  // namespace

std::string read_text_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const std::string shown = printable(path.string(), 400);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    throw InputError(shown + ": found a directory, allowed a file");
  }
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) fail(shown, "cannot be read");
  std::string text;
  std::array<char, 65536> block;
  std::size_t got = 0;
  while ((got = std::fread(block.data(), 1, block.size(), file.get())) > 0) {
    text.append(block.data(), got);
    if (text.size() > max_bytes) {
      throw InputError(fmt::format("{}: found a file of more than {} bytes, allowed up to that",
                                   shown, max_bytes));
    }
  }
  if (std::ferror(file.get()) != 0) fail(shown, "cannot be read");
  return text;
}

void require_writable(const std::filesystem::path& path) {
  if (path.empty()) return;
  std::error_code error;
  const auto fail = [&](const std::string& reason) {
    throw InputError(
        fmt::format("{}: cannot be written: {}, allowed a file in a directory that can "
                    "be written to",
                    printable(path.string(), 400), reason));
  };
  if (std::filesystem::is_directory(path, error)) fail("is a directory");
  const std::filesystem::path file = std::filesystem::absolute(path);
  const bool exists = std::filesystem::exists(file, error);
  const std::filesystem::path tested = exists ? file : file.parent_path();
  if (!exists && !std::filesystem::is_directory(tested, error)) fail("no such directory");
  if (access(tested.c_str(), W_OK) != 0) {
    fail(std::generic_category().message(errno));
  }
}

void write_text_file(const std::filesystem::path& path, std::string_view text) {
  File file(std::fopen(path.c_str(), "wb"));
  bool good = file != nullptr;
  if (good) {
    good = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
    good = std::fclose(file.release()) == 0 && good;
  }
  if (!good) fail(printable(path.string(), 400), "cannot be written");
}

void replace_text_file(const std::filesystem::path& path, std::string_view text) {
  const std::filesystem::path made = path.string() + ".new";
  write_text_file(made, text);
  if (std::rename(made.c_str(), path.c_str()) == 0) return;
  const int reason = errno;
  std::remove(made.c_str());
  errno = reason;
  fail(printable(path.string(), 400), "cannot be written");
}

std::size_t find_non_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0 || is_control(text[i])) return i;
    i += length;
  }
  return std::string_view::npos;
}

std::string printable(std::string_view text, std::size_t max_length) {
  std::string result;
  for (std::size_t i = 0; i < text.size() && result.size() < max_length;) {
    const std::size_t length = utf8_length(text.substr(i));
    const char c = text[i];
    if (length == 0 || is_control(c) || c == '\n' || c == '\r' || c == '\t') {
      result += '?';
      ++i;
    } else {
      result += text.substr(i, length);
      i += length;
    }
    if (i < text.size() && result.size() >= max_length) result += "...";
  }
  return result;
}

}  // namespace gradloom
