// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace gradloom {

/// The whole file. Throws InputError naming the file if it is missing, a directory, unreadable, or
/// longer than `max_bytes`.
std::string read_text_file(const std::filesystem::path& path,
                           std::size_t max_bytes = std::size_t{1} << 28);

/// Creates or replaces the file. Throws InputError with the system's reason.
void write_text_file(const std::filesystem::path& path, std::string_view text);

/// The same for a file that appears whole or not at all: it is written beside its place first.
void replace_text_file(const std::filesystem::path& path, std::string_view text);

/// Throws InputError, with the system's reason, if the file could not be created or replaced.
/// Writes nothing. An empty path is fine: nothing is to be written.
void require_writable(const std::filesystem::path& path);

/// Offset of the first byte that is not text: broken UTF-8, or a control character other than tab,
/// line feed and carriage return. npos if all is text.
std::size_t find_non_text(std::string_view text);

/// `text` fit to be part of a one-line message: control characters become '?', and what is over
/// `max_length` bytes is cut and marked with "...".
std::string printable(std::string_view text, std::size_t max_length = 60);

}  // namespace gradloom
