// SPDX-License-Identifier: Apache-2.0
// Files that take a design into the flows people have (docs/handoff.md).
#pragma once

#include <string>
#include <vector>

#include "generator/emitter.hpp"
#include "generator/plan.hpp"

namespace gradloom {

/// One kind of RAM in the design: all instances of the RAM module for one buffer.
struct RamShape {
  std::string buffer;    ///< "x"
  std::string instance;  ///< "u_core.u_array.g_row[*].u_lane.u_x", below the top module
  int count = 0;         ///< the * is 0..count-1
  int width = 0;         ///< bits
  int depth = 0;         ///< words
  int addr_bits = 0;
};

/// All that the handoff files say. File names are relative to the directory of the design.
struct HandoffPlan {
  Plan design;
  std::string top;
  std::string clock_port;
  std::vector<Port> inputs;            ///< of the built design, without the clock
  std::vector<Port> outputs;           ///< of the built design
  std::vector<std::string> rtl;        ///< in dependency order
  std::string testbench_top;           ///< empty without a testbench
  std::vector<std::string> testbench;  ///< its Verilog
  std::vector<std::string> vectors;    ///< what the testbench reads
  std::int64_t io_delay_ps = 0;
  std::vector<RamShape> rams;
  std::int64_t largest_ram_bits = 0;
};

/// From a configuration and the files of its design.
HandoffPlan make_handoff_plan(const Config& config, const std::vector<EmittedFile>& files);

/// Adds the handoff files to those of a design, and their places to its manifest. A testbench, if
/// wanted, must be among the files already: only then is there a target for simulation. Throws
/// InputError if the templates are missing or broken.
void add_handoff(const Config& config, std::vector<EmittedFile>& files);

}  // namespace gradloom
