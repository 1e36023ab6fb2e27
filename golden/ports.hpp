// SPDX-License-Identifier: Apache-2.0
// The pins of the generated top module, once: the Verilog top, its testbench, the harness, the
// golden model and the manifest all read this list.
#pragma once

#include <array>
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
/// The ports of commands and their completion: cmd_* and done_*, of every configuration's core.
std::vector<Port> command_ports(const Config& config);

/// True if the buffer is built and the array writes it: it has write trace ports then.
bool array_writes(const Config& config, Buffer buffer);

/// Operation codes of cmd_op_i.
enum class Op { fprop = 0, dgrad = 1, wgrad = 2, backward = 3 };
/// Schedule codes of cmd_sched_i.
enum class Schedule { interleaved = 0, separate = 1, serial = 2 };
inline constexpr std::array kSchedules{Schedule::interleaved, Schedule::separate, Schedule::serial};
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
  bad_field = 6,     ///< training: a rounding, activation or shift that is not built
  overlap = 7,       ///< training: a result would be written over an operand
  no_fit_x = 8,      ///< base + words beyond the bank; 8 + buffer code
  no_fit_delta = 9,
  no_fit_w = 10,
  no_fit_y = 11,
  no_fit_dx = 12,
  no_fit_dw = 13,
  no_fit_bias = 14
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

/// The SEED register, which only a design with training has.
inline constexpr int kSeedRegister = 7;

/// The registers of the array checksum, which only a design with `abft` has (docs/abft.md).
inline constexpr int kAbftStatusRegister = 48;
inline constexpr int kAbftTileRegister = 49;
inline constexpr int kAbftErrorsRegister = 50;

/// Registers by index. Every counter is 48 bits in two registers, _LO then _HI.
std::vector<Register> register_map(const Config& config);

/// Event counters. The first 13 are those of every design; those of training follow, then those of
/// the delta hold.
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
  dw_write,
  x_write,
  delta_write,
  w_write,
  bias_read,
  bias_write,
  deriv_read,
  deriv_write,
  hold_read,
  hold_write
};
inline constexpr int kCounterCount = 22;
/// Counters that the design has, in the order of their registers.
std::vector<Counter> built_counters(const Config& config);
/// The register of a counter's low word; the one of its high word follows. They begin at 8 in the
/// order of the counters; those of the hold are after the registers of the array checksum.
int counter_register(Counter counter);
const char* name(Counter counter);

}  // namespace gradloom
