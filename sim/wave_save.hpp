// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "golden/config.hpp"

namespace gradloom {

/// A GTKWave save file that shows the ports of the top module in groups, and the sequencer's state,
/// in the FST file `waves` (named relative to the save file, which lies beside it).
std::string wave_save_text(const Config& config, const std::filesystem::path& waves);

/// `x.fst` -> `x.gtkw`.
std::filesystem::path wave_save_path(const std::filesystem::path& waves);

}  // namespace gradloom
