// SPDX-License-Identifier: Apache-2.0
#include "golden/config.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace gradloom {
namespace {

constexpr int kDerivSelect = 8;

}  // namespace

int depth(const Config& config, Buffer buffer) {
  const BufferDepths& d = config.buffers;
  const std::array<int, kBufferCount> depths{
      d.x, d.delta, d.w, d.y, d.dx, d.dw, d.bias, config.training.built ? d.x : 0};
  return depths.at(static_cast<std::size_t>(buffer));
}

bool by_row(Buffer buffer) {
  return buffer == Buffer::x || buffer == Buffer::dx || buffer == Buffer::deriv;
}

int lanes(const Config& config, Buffer buffer) {
  return by_row(buffer) ? config.rows : config.cols;
}

int word_bits(const Config& config, Buffer buffer) {
  switch (buffer) {
    case Buffer::x:
    case Buffer::delta: return config.operand_bits;
    case Buffer::w:
      return config.training.built ? config.training.master_bits : config.operand_bits;
    case Buffer::deriv: return wide_derivative(config) ? config.operand_bits : 1;
    default: return config.accumulator_bits;
  }
}

bool is_unsigned(Buffer buffer) { return buffer == Buffer::deriv; }

const char* name(Buffer buffer) {
  static constexpr std::array<const char*, kBufferCount> names{"x",  "delta", "w",    "y",
                                                               "dx", "dw",    "bias", "deriv"};
  return names.at(static_cast<std::size_t>(buffer));
}

int select_code(Buffer buffer) {
  return buffer == Buffer::deriv ? kDerivSelect : static_cast<int>(buffer);
}

std::optional<Buffer> selected_buffer(std::uint32_t code) {
  if (code == kDerivSelect) return Buffer::deriv;
  if (code <= static_cast<std::uint32_t>(Buffer::bias)) return static_cast<Buffer>(code);
  return std::nullopt;
}

const char* name(ActivationCode activation) {
  static constexpr std::array<const char*, kActivationCount> names{
      "identity", "relu", "leaky_relu", "hard_sigmoid", "hard_tanh", "sigmoid", "tanh"};
  return names.at(static_cast<std::size_t>(activation));
}

bool built(const Config& config, ActivationCode activation) {
  const unsigned mask = config.training.built ? config.training.activations : 0U;
  return ((mask >> static_cast<unsigned>(activation)) & 1U) != 0;
}

bool wide_derivative(const Config& config) {
  return built(config, ActivationCode::leaky_relu) || built(config, ActivationCode::sigmoid) ||
         built(config, ActivationCode::tanh);
}

int lag(const Config& config) {
  const bool turns = config.dgrad && config.wgrad;
  return turns && config.pe.mult_stages == 1 ? 2 : config.pe.mult_stages;
}

int result_lag(const Config& config) { return lag(config) + config.pe.add_stages - 1; }

bool buffer_needed(const Config& config, Buffer buffer) {
  switch (buffer) {
    case Buffer::x: return config.fprop || config.wgrad;
    case Buffer::delta: return config.dgrad || config.wgrad;
    case Buffer::w: return config.fprop || config.dgrad;
    case Buffer::y: return config.fprop;
    case Buffer::dx: return config.dgrad;
    case Buffer::dw: return config.wgrad;
    case Buffer::bias:
    case Buffer::deriv: return config.training.built;
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
  derived.addr_w =
      index_bits(std::max({d.x, d.delta, d.w, d.y, d.dx, d.dw, d.bias, config.rows + 1}));
  const Limits& l = config.limits;
  derived.dim_w =
      index_bits(std::int64_t{std::max({l.m, l.n, l.batch, config.rows, config.cols})} + 1);
  derived.host_w = config.accumulator_bits > 32 ? 64 : 32;
  derived.trace_w = derived.host_w;
  derived.host_addr_w = std::max(derived.addr_w, 6);
  derived.lane_w = index_bits(std::max(config.rows, config.cols));
  derived.sel_w = config.training.built ? 4 : 3;
  derived.rate_shift_w = index_bits(2 * config.operand_bits);
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
  const std::int64_t addend = config.training.built ? kRoundingTerms : 0;
  if (config.wgrad) terms = std::max<std::int64_t>(terms, config.limits.batch + addend);
  return terms;
}

int training_accumulator_bits(int operand_bits, const TrainingHardware& training) {
  const int p = operand_bits;
  const int f = training.step_bits;
  return std::max({training.master_bits + f + 1, 2 * p + (training.weight_decay ? 1 : 0),
                   2 * p + index_bits(2 * p), p + f + 1});
}

bool sum_fits(int operand_bits, int accumulator_bits, std::int64_t terms) {
  // terms * 2^(2p-2) <= 2^(a-1) - 1, rearranged so that no step can overflow.
  const int room = accumulator_bits - 1 - (2 * operand_bits - 2);
  if (room <= 0) return false;
  if (room >= 62) return true;
  return terms < (std::int64_t{1} << room);
}

}  // namespace gradloom
