// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace gradloom::flow {

/// Changes between 0 and 1 that a VCD file shows.
struct Toggles {
  std::int64_t cycles = 0;  ///< rising edges of the clock
  /// Changes of the outputs (Y, Q, YC, YS) of each instance of a cell, by its place below the scope
  /// that was asked for: <instance>/<instance>.
  std::map<std::string, std::int64_t> outputs;
};

/// Reads what lies below the scope `<top>.<instance>`; `clock` is a variable of that scope. Steps
/// from and to X are none, so what comes with $dumpon and $dumpoff does not count. Throws ToolError
/// for a file that is no VCD or lacks scope or clock.
Toggles count_toggles(const std::filesystem::path& vcd, const std::string& top,
                      const std::string& instance, const std::string& clock);

}  // namespace gradloom::flow
