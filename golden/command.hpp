// SPDX-License-Identifier: Apache-2.0
// A command as the command port takes it, and the check that comes before it runs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "golden/config.hpp"
#include "golden/ports.hpp"

namespace gradloom::golden {

/// The fields that only a design with training has (docs/training.md, section 3), named as their
/// ports. All must be 0 for a design without.
struct TrainingFields {
  bool post = false;
  bool to_x = false;
  bool to_y = false;
  bool loss = false;
  bool update = false;
  bool bgrad = false;
  bool sr_post = false;
  bool sr_update = false;
  std::uint32_t act = 0;   ///< activation code, 0..7
  std::uint32_t leak = 0;  ///< 0..7
  std::uint32_t scale = 0;
  std::uint32_t shift = 0;  ///< 0..63
  std::uint32_t bias_scale = 0;
  std::uint32_t bias_shift = 0;  ///< 0..63
  std::uint32_t rate = 0;        ///< below 2^(p-1)
  std::uint32_t rate_shift = 0;
  std::uint32_t decay = 0;      ///< below 2^(p-1); ignored if weight decay is not built
  std::uint32_t bias_base = 0;  ///< words
  std::uint32_t next_base = 0;  ///< words
  bool operator==(const TrainingFields&) const = default;
};

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
  std::array<std::uint32_t, kBaseCount> bases{};  ///< words, of X to DW
  TrainingFields training;
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

/// True if the operation (code 0..3) reads or writes the buffer, without what the training fields
/// add. Never for BIAS and DERIV.
bool uses(int op, Buffer buffer);

/// The same for a command with its training fields, for a design that has them: BIAS and DERIV,
/// DELTA for the loss, W for an update, DW only without one. Of X, DELTA and DERIV it says nothing
/// about the words at `next_base` (`next_buffer`).
bool uses(const Command& command, Buffer buffer);

/// Words of the buffer that the command takes up in every bank, from its base on (docs/
/// architecture.md, section 2; docs/training.md, sections 2 and 3): 0 if it does not use the
/// buffer. DERIV counts for the backward lane, at the addresses of X; also X does then, for dgrad.
/// Meaningful for sizes within the limits. Training fields of a design without are ignored.
std::int64_t words(const Config& config, const Command& command, Buffer buffer);

/// What the lanes write from `next_base` on: X (and DERIV) with to_x, DELTA with post on dgrad and
/// backward; nothing for other commands.
std::optional<Buffer> next_buffer(const Command& command);
/// Words from `next_base` on in every bank; 0 if next_buffer() is nothing.
std::int64_t next_words(const Config& config, const Command& command);

/// First word of a buffer that the command uses: Command::bases, for BIAS and DERIV what
/// docs/training.md, section 2 says.
std::uint32_t base_of(const Command& command, Buffer buffer);

/// The command as the design sees it: fields whose ports are not built are 0.
Command seen_by(const Config& config, const Command& command);

/// The completion code of the command (docs/architecture.md, section 3; docs/training.md,
/// section 3).
Status check(const Config& config, const Command& command);

}  // namespace gradloom::golden
