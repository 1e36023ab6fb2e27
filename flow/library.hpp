// SPDX-License-Identifier: Apache-2.0
// What a netlist is made of.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace gradloom::flow {

enum class Library : std::uint8_t { generic, ice40, ecp5, xilinx, osu018 };
inline constexpr std::array<Library, 5> kLibraries{Library::generic, Library::ice40, Library::ecp5,
                                                   Library::xilinx, Library::osu018};
/// As on the command line.
const char* name(Library library);
/// True for libraries whose netlists keep the RAM modules as black boxes.
bool black_box_rams(Library library);

/// Areas of the cells of a liberty file, by name. Throws InputError if it has none.
std::map<std::string, double> cell_areas(const std::filesystem::path& liberty);

/// What a cell counts as.
enum class CellKind : std::uint8_t { logic, lut, flip_flop, carry, dsp, ram, other };
CellKind kind(Library library, const std::string& cell);

}  // namespace gradloom::flow
