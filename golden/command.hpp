// SPDX-License-Identifier: Apache-2.0
// A command as the command port takes it, and the check that comes before it runs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "golden/config.hpp"
#include "golden/ports.hpp"

namespace gradloom::golden {

/// The fields of the command port. `op` and `schedule` are the pin codes (0..3), so that bad ones
/// can be told too.
struct Command {
  int op = 0;
  int schedule = 0;
  bool acc_psum = false;
  bool acc_dw = false;
  std::uint32_t m = 0;
  std::uint32_t n = 0;
  std::uint32_t b = 0;
  std::array<std::uint32_t, kBufferCount> bases{};  ///< words, by buffer code
  bool operator==(const Command&) const = default;
};

/// The command of an operation on a whole layer, at base 0 everywhere, without accumulation.
Command make_command(Op op, Schedule schedule, int m, int n, int b);

/// Tiles of a layer: mt = ceil(M/R), nt = ceil(N/C).
struct Tiling {
  int mt = 0;
  int nt = 0;
};
Tiling tiling(const Config& config, const Command& command);

/// True if the operation (code 0..3) reads or writes the buffer.
bool uses(int op, Buffer buffer);

/// Words of the buffer that the command takes up in every bank, from its base on. Meaningful for
/// sizes within the limits; 0 if the operation does not use the buffer.
std::int64_t words(const Config& config, const Command& command, Buffer buffer);

/// The completion code of the command (docs/architecture.md, section 3).
Status check(const Config& config, const Command& command);

}  // namespace gradloom::golden
