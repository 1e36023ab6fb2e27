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

/// `netlist` in the place of ours. Throws InputError if it cannot be read or has no module `top`.
GateSources other_netlist(const Netlist& netlist, const std::filesystem::path& verilog,
                          const std::string& top);

/// Options of run_icarus() for the netlist: its files, the models of its cells (osu018: those of
/// the package; generic: simcells.v of Yosys), and what the compiler needs for them. `delays`: the
/// delays of the cell models count; else all cells are without delay.
IcarusOptions gate_options(const GateSources& sources, bool delays);

}  // namespace gradloom::flow
