// SPDX-License-Identifier: Apache-2.0
// The pins of the generated top module, once: the Verilog top, its testbench, the harness, the
// golden model and the manifest all read this list.
#pragma once

#include <string>
#include <vector>

#include "golden/config.hpp"

namespace gradloom {

struct Port {
  std::string name;
  bool input = false;
  int width = 1;            ///< bits
  std::string description;  ///< one line, for the header of the top module and the manifest
  bool trace = false;       ///< present only when GRADLOOM_TRACE is defined
};

/// All ports in declaration order; clk_i and rst_ni first, trace ports last.
std::vector<Port> top_ports(const Config& config);

/// Operation codes of cmd_op_i.
enum class Op { fprop = 0, dgrad = 1, wgrad = 2, backward = 3 };
/// Schedule codes of cmd_sched_i.
enum class Schedule { interleaved = 0, separate = 1, serial = 2 };
const char* name(Op op);
const char* name(Schedule schedule);
/// True if the configuration builds all that the operation needs.
bool built(const Config& config, Op op);

/// Completion codes of done_code_o.
enum class Status {
  ok = 0,
  bad_op = 1,        ///< operation not built
  bad_schedule = 2,  ///< schedule code 3
  bad_flag = 3,      ///< an accumulate flag that the operation has no use for
  zero_size = 4,     ///< M, N or B is 0
  over_limit = 5,    ///< M, N or B above the configured limit
  no_fit_x = 8,      ///< base + words beyond the bank; 8 + buffer code
  no_fit_delta = 9,
  no_fit_w = 10,
  no_fit_y = 11,
  no_fit_dx = 12,
  no_fit_dw = 13
};
const char* name(Status status);

/// Host port select code of the register page (buffers use their own codes).
inline constexpr int kRegisterSelect = 7;

struct Register {
  int index = 0;
  std::string name;  ///< UPPER_CASE
  bool writable = false;
  std::string description;
};

/// Registers by index. Every counter is 48 bits in two registers, _LO then _HI.
std::vector<Register> register_map(const Config& config);

/// Event counters in register order. The register index of a counter's low word is
/// kFirstCounter + 2 * its place here.
enum class Counter {
  cycles,
  busy,
  stall,
  macs,
  x_read,
  delta_read,
  w_read,
  y_read,
  y_write,
  dx_read,
  dx_write,
  dw_read,
  dw_write
};
inline constexpr int kCounterCount = 13;
inline constexpr int kFirstCounter = 8;
const char* name(Counter counter);

}  // namespace gradloom
