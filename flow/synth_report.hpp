// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "flow/results.hpp"
#include "flow/synth.hpp"

namespace gradloom::flow {

/// Cells of a module with all that is below it.
struct CellCount {
  std::int64_t cells = 0;  ///< all but black boxes
  std::int64_t luts = 0;
  std::int64_t flip_flops = 0;
  std::int64_t carries = 0;
  std::int64_t dsps = 0;
  std::int64_t rams = 0;      ///< RAM blocks of an FPGA
  std::int64_t ram_bits = 0;  ///< of black boxes
  double area = 0;            ///< um^2
};

/// Of one instance of the module.
CellCount count(const Netlist& netlist, const Elaborated& elaborated, const std::string& module);

/// Of one instance, without what is below it.
CellCount own_cells(const Netlist& netlist, const Elaborated& elaborated,
                    const std::string& module);

struct SynthReport {
  std::string target;  ///< synth, or synth-<library> for another than osu018
  std::string text;
  nlohmann::ordered_json json;
};

/// Cells by module of the RTL, the whole, and per PE.
SynthReport synth_report(const Design& design, const Netlist& netlist);

}  // namespace gradloom::flow
