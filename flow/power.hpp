// SPDX-License-Identifier: Apache-2.0
// Energy of a netlist of OSU cells: what OpenSTA says a toggle costs, times the toggles of a
// gate-level simulation (docs/decisions/0026).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flow/design.hpp"
#include "flow/synth.hpp"
#include "golden/ports.hpp"
#include "sim/layer_program.hpp"

namespace gradloom::flow {

/// What one instance of a cell takes, in joules.
struct CellEnergy {
  double cycle = 0;   ///< in a clock cycle in which nothing changes: clock pin and leakage
  double toggle = 0;  ///< for one change of its output more
};

/// By the place of the instance, <instance>/<instance>, below the top. The leakage is that of a
/// cycle of `period_ns`. Throws ToolError.
std::map<std::string, CellEnergy> cell_energies(const Design& design, const Netlist& netlist,
                                                double period_ns);

struct PowerRun {
  std::string operands;  ///< "random" or "recorded"
  Schedule schedule = Schedule::interleaved;
  std::int64_t cycles = 0;  ///< while busy_o was 1
  std::int64_t macs = 0;
  std::int64_t words = 0;              ///< read and written at the edge of the array
  std::int64_t checks = 0;             ///< answers compared with the golden model
  double joules = 0;                   ///< all cells, without RAMs
  std::map<std::string, double> part;  ///< the same by module of the RTL
};

/// The largest shape of a backward product, up to 4R x 2C with a batch of 16, that one command can
/// do. Throws InputError if the configuration has no backward product, or a bus.
LayerShape power_shape(const Design& design);

/// Runs the backward product on the netlist with the delays of its cells, which must give the
/// results of the golden model (else Error, check_failed), and adds up what it took.
PowerRun measure(const Design& design, const Netlist& netlist,
                 const std::map<std::string, CellEnergy>& energies, const LayerOperands& operands,
                 Schedule schedule);

}  // namespace gradloom::flow
