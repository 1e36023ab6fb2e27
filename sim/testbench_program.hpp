// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "golden/config.hpp"
#include "sim/program.hpp"

namespace gradloom {

/// A directed and random program for any configuration, made smaller for large arrays so that an
/// event-driven simulator gets through it in seconds: registers, refused accesses, commands with
/// every reachable error code, every operation with every schedule on several shapes and data,
/// accumulation, commands back to back with host accesses beside them, resets within commands.
/// After every command all result words, the words around them and the counters are read. No
/// answer depends on timing, and no word is read that was not written. `cycles`, if not 0, is about
/// how many clock cycles the commands on random and directed shapes may take.
Program default_testbench_program(const Config& config, std::uint64_t seed,
                                  std::int64_t cycles = 0);

}  // namespace gradloom
