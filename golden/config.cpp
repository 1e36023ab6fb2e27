// SPDX-License-Identifier: Apache-2.0
#include "golden/config.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace gradloom {

int depth(const Config& config, Buffer buffer) {
  const BufferDepths& d = config.buffers;
  const std::array<int, kBufferCount> depths{d.x, d.delta, d.w, d.y, d.dx, d.dw};
  return depths.at(static_cast<std::size_t>(buffer));
}

int lanes(const Config& config, Buffer buffer) {
  return buffer == Buffer::x || buffer == Buffer::dx ? config.rows : config.cols;
}

int word_bits(const Config& config, Buffer buffer) {
  const bool operand = buffer == Buffer::x || buffer == Buffer::delta || buffer == Buffer::w;
  return operand ? config.operand_bits : config.accumulator_bits;
}

const char* name(Buffer buffer) {
  static constexpr std::array<const char*, kBufferCount> names{"x", "delta", "w", "y", "dx", "dw"};
  return names.at(static_cast<std::size_t>(buffer));
}

bool buffer_needed(const Config& config, Buffer buffer) {
  switch (buffer) {
    case Buffer::x: return config.fprop || config.wgrad;
    case Buffer::delta: return config.dgrad || config.wgrad;
    case Buffer::w: return config.fprop || config.dgrad;
    case Buffer::y: return config.fprop;
    case Buffer::dx: return config.dgrad;
    case Buffer::dw: return config.wgrad;
  }
  return false;
}

int index_bits(std::int64_t count) {
  int bits = 1;
  while (bits < 62 && (std::int64_t{1} << bits) < count) ++bits;
  return bits;
}

Derived derive(const Config& config) {
  const BufferDepths& d = config.buffers;
  Derived derived;
  derived.addr_w = index_bits(std::max({d.x, d.delta, d.w, d.y, d.dx, d.dw, config.rows + 1}));
  const Limits& l = config.limits;
  derived.dim_w =
      index_bits(std::int64_t{std::max({l.m, l.n, l.batch, config.rows, config.cols})} + 1);
  derived.host_w = config.accumulator_bits > 32 ? 64 : 32;
  derived.trace_w = derived.host_w;
  derived.host_addr_w = std::max(derived.addr_w, 6);
  derived.lane_w = index_bits(std::max(config.rows, config.cols));
  return derived;
}

Limits natural_limits(const Config& config) {
  // A command needs ceil(M/R)*B words of X and DX, ceil(N/C)*B of DELTA and Y, ceil(N/C)*M of W
  // and DW. With the other dimensions at 1 each buffer bounds M, N and B on its own. Separate
  // operations use fewer buffers, so a bound counts only where every operation has it.
  const BufferDepths& d = config.buffers;
  struct Use {
    bool built;
    int row_words;     // smallest of X and DX that the operation uses
    int col_words;     // smallest of DELTA and Y
    int matrix_words;  // W or DW
  };
  const int unbounded = std::numeric_limits<int>::max();
  const std::array<Use, 3> uses{{
      {config.fprop, d.x, d.y, d.w},
      {config.dgrad, d.dx, d.delta, d.w},
      {config.wgrad, d.x, d.delta, d.dw},
  }};
  Limits limits{0, 0, 0};
  for (const Use& use : uses) {
    if (!use.built) continue;
    const std::int64_t m =
        std::min<std::int64_t>(use.matrix_words, std::int64_t{use.row_words} * config.rows);
    const std::int64_t n = std::int64_t{std::min(use.col_words, use.matrix_words)} * config.cols;
    limits.m = std::max(limits.m, static_cast<int>(std::min<std::int64_t>(m, unbounded)));
    limits.n = std::max(limits.n, static_cast<int>(std::min<std::int64_t>(n, unbounded)));
    limits.batch = std::max(limits.batch, std::min(use.row_words, use.col_words));
  }
  return limits;
}

std::int64_t longest_sum(const Config& config) {
  std::int64_t terms = 0;
  if (config.fprop) terms = std::max<std::int64_t>(terms, config.limits.m);
  if (config.dgrad) terms = std::max<std::int64_t>(terms, config.limits.n);
  if (config.wgrad) terms = std::max<std::int64_t>(terms, config.limits.batch);
  return terms;
}

bool sum_fits(int operand_bits, int accumulator_bits, std::int64_t terms) {
  // terms * 2^(2p-2) <= 2^(a-1) - 1, rearranged so that no step can overflow.
  const int room = accumulator_bits - 1 - (2 * operand_bits - 2);
  if (room <= 0) return false;
  if (room >= 62) return true;
  return terms < (std::int64_t{1} << room);
}

}  // namespace gradloom
