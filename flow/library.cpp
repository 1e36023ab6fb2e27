// SPDX-License-Identifier: Apache-2.0
#include "flow/library.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <regex>
#include <string_view>

#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace {

bool begins(const std::string& cell, std::initializer_list<std::string_view> prefixes) {
  for (const std::string_view prefix : prefixes) {
    if (cell.starts_with(prefix)) return true;
  }
  return false;
}

}  // namespace

const char* name(Library library) {
  switch (library) {
    case Library::generic: return "generic";
    case Library::ice40: return "ice40";
    case Library::ecp5: return "ecp5";
    case Library::xilinx: return "xilinx";
    case Library::osu018: return "osu018";
  }
  return "";
}

bool black_box_rams(Library library) {
  return library == Library::generic || library == Library::osu018;
}

std::map<std::string, double> cell_areas(const std::filesystem::path& liberty) {
  const std::string text = read_text_file(liberty);
  static const std::regex pattern(
      R"re((?:^|\n)\s*(cell\s*\(\s*"?(\w+)"?\s*\)|area\s*:\s*([0-9.eE+-]+)))re");
  std::map<std::string, double> areas;
  std::string cell;
  for (auto match = std::sregex_iterator(text.begin(), text.end(), pattern);
       match != std::sregex_iterator(); ++match) {
    if ((*match)[2].matched) {
      cell = (*match)[2].str();
    } else if (!cell.empty() && !areas.contains(cell)) {
      areas[cell] = std::stod((*match)[3].str());
    }
  }
  if (areas.empty()) {
    throw InputError(fmt::format("{}: found no cell with an area, allowed a liberty file",
                                 printable(liberty.string(), 400)));
  }
  return areas;
}

CellKind kind(Library library, const std::string& cell) {
  switch (library) {
    case Library::generic:
      if (begins(cell, {"$_DFF", "$_SDFF", "$_ALDFF"})) return CellKind::flip_flop;
      return begins(cell, {"$_"}) ? CellKind::logic : CellKind::other;
    case Library::osu018: return begins(cell, {"DFF"}) ? CellKind::flip_flop : CellKind::logic;
    case Library::ice40:
      if (cell == "SB_LUT4") return CellKind::lut;
      if (begins(cell, {"SB_DFF"})) return CellKind::flip_flop;
      if (begins(cell, {"SB_RAM", "SB_SPRAM"})) return CellKind::ram;
      if (begins(cell, {"SB_MAC16"})) return CellKind::dsp;
      return begins(cell, {"SB_CARRY"}) ? CellKind::carry : CellKind::other;
    case Library::ecp5:
      if (begins(cell, {"LUT4"})) return CellKind::lut;
      if (begins(cell, {"TRELLIS_FF"})) return CellKind::flip_flop;
      if (begins(cell, {"DP16KD", "PDPW16KD", "TRELLIS_DPR16X4"})) return CellKind::ram;
      if (begins(cell, {"MULT18X18D", "ALU54B"})) return CellKind::dsp;
      return begins(cell, {"CCU2C"}) ? CellKind::carry : CellKind::other;
    case Library::xilinx:
      if (begins(cell, {"LUT", "SRL"}) || cell == "INV") return CellKind::lut;
      if (begins(cell, {"FD"})) return CellKind::flip_flop;
      if (begins(cell, {"RAM"})) return CellKind::ram;
      if (begins(cell, {"DSP48"})) return CellKind::dsp;
      return begins(cell, {"CARRY4"}) ? CellKind::carry : CellKind::other;
  }
  return CellKind::other;
}

}  // namespace gradloom::flow
