// SPDX-License-Identifier: Apache-2.0
// Running a program in Icarus Verilog: the emitted RTL with the emitted testbench, in four states.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "generator/emitter.hpp"
#include "golden/config.hpp"
#include "sim/program.hpp"

namespace gradloom {

struct IcarusOptions {
  std::uint64_t seed = 1;       ///< of the stalls
  int stalls = 0;               ///< percent, 0..90
  std::filesystem::path work;   ///< made if missing, and kept; empty: temporary
  std::filesystem::path waves;  ///< VCD file; empty: none
  /// Verilog files compiled before the others, such as a netlist and the models of its cells.
  std::vector<std::filesystem::path> sources;
  std::vector<std::string> roots;           ///< further top modules, beside the testbench
  std::vector<std::string> flags{"-Wall"};  ///< of iverilog
};

struct IcarusResult {
  bool passed = false;
  std::int64_t checks = 0;  ///< answers compared
  std::string message;      ///< the line that begins with PASS or FAIL
};

/// The Verilog of the configuration with the testbench of the program.
std::vector<EmittedFile> icarus_files(const Config& config, const Program& program);

/// Compiles and runs such files. Throws ToolError if Icarus Verilog is missing, warns or fails, or
/// if the run ends without a verdict; Interrupted on a signal, with nothing left behind.
IcarusResult run_icarus(const Config& config, const std::vector<EmittedFile>& files,
                        const IcarusOptions& options = {});

/// Both.
IcarusResult run_icarus(const Config& config, const Program& program,
                        const IcarusOptions& options = {});

}  // namespace gradloom
