// SPDX-License-Identifier: Apache-2.0
// Which flip-flops the emitted Verilog has, as its text says, and which module an instance is of.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "generator/emitter.hpp"

namespace gradloom {

struct RtlModule {
  std::string name;                    ///< as emitted: "gl2x2_int8_pe"
  std::vector<std::string> registers;  ///< assigned at a clock edge; memories too
};

struct RtlRegisters {
  std::vector<RtlModule> modules;
  /// Modules that an instance of that name may be of.
  std::map<std::string, std::set<std::string>> instances;
};

/// From Verilog of this generator: a module a file, `reg` declarations one a line, clocked
/// assignments with `<=`.
RtlRegisters find_registers(const std::vector<EmittedFile>& rtl);

/// A Verilator control file that makes all of them readable and writable from C++.
std::string public_registers(const RtlRegisters& registers);

}  // namespace gradloom
