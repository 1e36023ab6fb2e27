// SPDX-License-Identifier: Apache-2.0
// What a host does with the top module, as data: one program runs on the Verilated RTL, on the
// golden model and in the Verilog testbench.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/ports.hpp"

namespace gradloom {

/// A host access. `sel` is a buffer code or kRegisterSelect; any code is allowed, also bad ones.
struct HostAccess {
  bool write = false;
  std::uint32_t sel = 0;
  std::uint32_t lane = 0;
  std::uint32_t addr = 0;
  std::uint64_t data = 0;  ///< written; the low host_w bits count
};

struct RunCommand {
  golden::Command command;
};

/// Nothing further is offered until all accesses have been taken and answered, all commands have
/// completed and busy_o is 0.
struct Barrier {};

/// Nothing further is offered for so many cycles; what was offered before goes on.
struct Idle {
  int cycles = 1;
};

/// rst_ni is 0 for so many cycles, whatever is under way. What was under way is lost.
struct Reset {
  int cycles = 1;
};

/// Accesses are offered in order, and commands are offered in order. An access does not wait for a
/// command offered before it, nor the reverse, unless a Barrier stands between.
using Step = std::variant<HostAccess, RunCommand, Barrier, Idle, Reset>;
using Program = std::vector<Step>;

/// The answer to a read.
struct ReadResult {
  std::uint64_t data = 0;
  bool error = false;
  bool operator==(const ReadResult&) const = default;
};

inline HostAccess write_word(Buffer buffer, int lane, std::uint32_t addr, std::int64_t value) {
  return {true, static_cast<std::uint32_t>(select_code(buffer)), static_cast<std::uint32_t>(lane),
          addr, static_cast<std::uint64_t>(value)};
}

inline HostAccess read_word(Buffer buffer, int lane, std::uint32_t addr) {
  return {false, static_cast<std::uint32_t>(select_code(buffer)), static_cast<std::uint32_t>(lane),
          addr, 0};
}

inline HostAccess read_register(int index) {
  return {false, kRegisterSelect, 0, static_cast<std::uint32_t>(index), 0};
}

/// Sets all counters to 0.
inline HostAccess clear_counters() { return {true, kRegisterSelect, 0, 6, 1}; }

/// Writes SEED. The design must have training, and busy_o must be 0 until it was executed: with
/// a read of SEED behind it and a Barrier around both.
inline HostAccess write_seed(std::uint32_t seed) {
  return {true, kRegisterSelect, 0, kSeedRegister, seed};
}

}  // namespace gradloom
