// SPDX-License-Identifier: Apache-2.0
// What a command that takes long says meanwhile: on standard error, and only to a terminal.
#pragma once

#include <cstdint>
#include <string>

namespace gradloom {

/// Whether somebody may be watching standard error.
bool on_terminal();

/// A line "STAGE ..." for what begins now; nothing without a terminal.
void show_stage(const std::string& stage);

/// "WHAT done/total", written over the one before and removed at the end; nothing without a
/// terminal.
void show_count(const std::string& what, std::int64_t done, std::int64_t total);

/// The line of show_bar(), 60 columns and `text`.
std::string bar_text(std::int64_t done, std::int64_t total, const std::string& text);

/// A bar of how much is done, and `text`, written over the one before and removed at the end;
/// nothing without a terminal.
void show_bar(std::int64_t done, std::int64_t total, const std::string& text);

}  // namespace gradloom
