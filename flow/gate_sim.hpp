// SPDX-License-Identifier: Apache-2.0
// Simulation of a netlist with the testbench of the RTL.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "flow/synth.hpp"
#include "generator/emitter.hpp"
#include "sim/icarus.hpp"

namespace gradloom::flow {

/// What the testbench is run on.
struct GateSources {
  Library library = Library::osu018;
  std::filesystem::path netlist;  ///< Verilog; RAM modules may be missing in it
  std::filesystem::path rams;     ///< their behavioural models; empty: they are in the netlist
};

/// Those of a netlist of ours.
GateSources sources_of(const Netlist& netlist);

/// Those of `netlist`, or with the Verilog file `other`, if that is not empty, in its place. Throws
/// InputError if that cannot be read or has no module `top`.
GateSources gate_sources(const Netlist& netlist, const std::filesystem::path& other,
                         const std::string& top);
/// Throws InputError for a library whose netlists are neither simulated nor proved here.
void require_cells(Library library);

/// Options of run_icarus() for the netlist: its files, the models of its cells (osu018: those of
/// the package; generic: simcells.v of Yosys), and what the compiler needs for them. `delays`: the
/// delays of the cell models count; else all cells are without delay.
IcarusOptions gate_options(const GateSources& sources, bool delays);

}  // namespace gradloom::flow
