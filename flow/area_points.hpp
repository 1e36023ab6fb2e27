// SPDX-License-Identifier: Apache-2.0
// Synthesised PEs, and whole designs, as points that areas of other sizes are fitted to
// (docs/explore.md, section "Areas").
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flow/pe_table.hpp"

namespace gradloom::flow {

/// What an array can do: fprop and dgrad (weight-stationary), wgrad (output-stationary), or all.
enum class AreaKind : std::uint8_t { ws, os, both };
inline constexpr std::array kAreaKinds{AreaKind::ws, AreaKind::os, AreaKind::both};
const char* name(AreaKind kind);
/// The operations, as in YAML.
const char* operations(AreaKind kind);

/// One thing to be synthesised. A PE alone if `rows` is 0, else a design.
struct AreaTask {
  AreaKind kind = AreaKind::both;
  PeFormat format;
  int mult_stages = 0;
  int rows = 0;
  int cols = 0;
  int words = 1024;  ///< of a bank of a design
};

/// The PEs and designs of the data file; `few`: of each kind one small PE, and one small design.
std::vector<AreaTask> area_tasks(bool few);
/// "pe both int8/32 stages 0", "design ws int8/32 2x2".
std::string text(const AreaTask& task);

/// Synthesises it below `work` for osu018 and for 7-series LUTs without DSPs; a netlist that is
/// there and up to date is taken. A PE: area of the faster of two netlists, its period, and LUTs. A
/// design: area and LUTs of all but PEs and RAMs, from netlists with hierarchy. Throws ToolError.
nlohmann::ordered_json measure_area(const AreaTask& task, const std::filesystem::path& work);

/// Areas of RAMs made of flip-flops, by words and bits: [{words, bits, area_um2, luts}].
nlohmann::ordered_json measure_ram(int bits, const std::filesystem::path& work);

}  // namespace gradloom::flow
