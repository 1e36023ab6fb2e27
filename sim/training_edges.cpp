// SPDX-License-Identifier: Apache-2.0
#include "sim/training_edges.hpp"

#include <algorithm>
#include <optional>

#include "golden/numerics.hpp"
#include "golden/training_math.hpp"
#include "sim/program_builder.hpp"
#include "sim/testbench_refusals.hpp"

namespace gradloom {
namespace {

using golden::Command;
using golden::Generator;

constexpr int kStateBits = 32;
constexpr int kSmallArray = 16;  // processing elements
constexpr int kDraws = 8;        // that show a state, an upper bit of each
constexpr int kReach = 32;       // words: two regions of a batch, and what is left free before them
constexpr std::uint32_t kHalf = 0x8000;
constexpr std::uint32_t kFractionBits = 16;

bool fits(ProgramBuilder& b, Command& command) {
  Tops tops{};
  return place_behind(b.config, b.random, command, tops);
}

void run(ProgramBuilder& b, TrainingCase& edge, const Command& command) {
  b.add(RunCommand{command});
  edge.commands.push_back(command);
}

// All words of a buffer that the commands here can reach.
void fill(ProgramBuilder& b, Buffer buffer, std::int64_t value) {
  for (int lane = 0; lane < lanes(b.config, buffer); ++lane) {
    for (int addr = 0; addr < std::min(depth(b.config, buffer), kReach); ++addr) {
      b.add(write_word(buffer, lane, static_cast<std::uint32_t>(addr), value));
    }
  }
}

// `count` words from `base` on, in all lanes.
void write_words(ProgramBuilder& b, Buffer buffer, std::uint32_t base, int count,
                 std::int64_t value) {
  for (int lane = 0; lane < lanes(b.config, buffer); ++lane) {
    for (int i = 0; i < count; ++i) {
      b.add(write_word(buffer, lane, base + static_cast<std::uint32_t>(i), value));
    }
  }
}

// A master weight whose upper bits are 1.
std::int64_t one_weight(const Config& config) {
  return std::int64_t{1} << (config.training.master_bits - config.operand_bits);
}

// A product whose sums are all 1, requantized: fprop or dgrad.
std::optional<Command> rounding(ProgramBuilder& b, Generator generator, int batch) {
  const bool forward = generator == Generator::column;
  const Op op = forward ? Op::fprop : Op::dgrad;
  if (!built(b.config, op)) return std::nullopt;
  batch = std::min(batch, b.config.limits.batch);
  Command c = golden::make_command(op, Schedule::interleaved,
                                   forward ? 1 : std::min(b.config.rows, b.config.limits.m),
                                   forward ? std::min(b.config.cols, b.config.limits.n) : 1, batch);
  c.training.post = true;
  c.training.to_y = forward;
  c.training.sr_post = true;
  c.training.scale = kHalf;
  c.training.shift = kFractionBits;
  if (!fits(b, c)) return std::nullopt;
  return c;
}

// A rounding of 1 in each lane; a dgrad before may have left its results where this one reads.
void run_rounding(ProgramBuilder& b, TrainingCase& edge, const Command& command) {
  if (command.op == static_cast<int>(Op::dgrad)) {
    b.add(Barrier{});
    write_words(b, Buffer::delta, command.bases[1], static_cast<int>(command.b), 1);
    b.add(Barrier{});
  }
  run(b, edge, command);
}

// The lane's generator from a seed on: draws of one bit, and two at the edge of rounding.
void add_rounding(ProgramBuilder& b, TrainingCase& edge, Generator generator, std::uint32_t seed,
                  int lane) {
  const std::optional<Command> first = rounding(b, generator, kDraws);
  const std::optional<Command> single = rounding(b, generator, 1);
  if (!first || !single) return;
  set_seed(b, seed);
  run_rounding(b, edge, *first);
  std::uint32_t state = golden::seeded_state(seed, generator, lane);
  for (std::uint32_t i = 0; i < first->b; ++i) state = golden::next_draw(state);
  for (const std::uint32_t less : {0U, 1U}) {
    state = golden::next_draw(state);
    const std::uint32_t enough = (1U << kFractionBits) - (state >> kFractionBits);
    Command c = *single;
    c.training.scale = std::min(enough - less, (1U << kFractionBits) - 1);
    run_rounding(b, edge, c);
  }
  b.add(Barrier{});
}

std::optional<Command> update(ProgramBuilder& b, int batch) {
  const Config& config = b.config;
  if (!config.wgrad) return std::nullopt;
  Command c =
      golden::make_command(Op::wgrad, Schedule::interleaved, std::min(config.rows, config.limits.m),
                           std::min(config.cols, config.limits.n), batch);
  const std::uint32_t largest = (1U << (config.operand_bits - 1)) - 1;
  c.training.update = true;
  // The step is then the gradient itself, as far as the rate goes.
  c.training.rate = std::min(1U << std::min(config.training.step_bits, 15), largest);
  c.training.rate_shift = static_cast<std::uint32_t>(2 * config.operand_bits - 1);
  if (!fits(b, c)) return std::nullopt;
  return c;
}

void add_updates(ProgramBuilder& b, TrainingCase& edge, std::uint32_t seed) {
  std::optional<Command> c = update(b, 1);
  if (!c) return;
  c->training.sr_update = true;
  fill(b, Buffer::w, 0);
  set_seed(b, seed);
  for (int i = 0; i < kDraws; ++i) run(b, edge, *c);
  b.add(Barrier{});
}

// One case for each generator; several lanes in it.
TrainingCase seed_case(const Config& config, std::uint64_t seed, Generator generator) {
  ProgramBuilder b(config, seed);
  TrainingCase edge;
  const int count = generator == Generator::column ? config.cols : config.rows;
  const bool all = config.rows * config.cols <= kSmallArray;
  clear(b);
  // A product of the minimum is half of 2^rate_shift: whether an update rounds up is the draw's
  // upper bit.
  const bool updates = generator == Generator::row_update;
  const std::int64_t operand = updates ? golden::min_value(config.operand_bits) : 1;
  fill(b, Buffer::x, operand);
  fill(b, Buffer::delta, operand);
  fill(b, Buffer::w, one_weight(config));
  fill(b, Buffer::bias, 0);
  fill(b, Buffer::deriv, std::int64_t{1} << (word_bits(config, Buffer::deriv) - 1));
  b.add(Barrier{});
  for (int bit = 0; bit < kStateBits; ++bit) {
    for (int i = 0; i < (all ? count : 1); ++i) {
      const int lane = (bit + i) % count;
      // Writing the key would leave 0, so the generator takes the key itself: its state after
      // reset.
      const std::uint32_t near = golden::seeded_state(0, generator, lane) ^ (1U << bit);
      if (updates) {
        add_updates(b, edge, near);
      } else {
        add_rounding(b, edge, generator, near, lane);
      }
    }
  }
  if (!edge.commands.empty()) read_training(b, {edge.commands.back()});
  b.add(Barrier{});
  edge.program = b.program;
  return edge;
}

// W is 0, so that it shows what an update does.
void run_update(ProgramBuilder& b, TrainingCase& edge, const Command& command) {
  write_words(b, Buffer::w, command.bases[2], b.config.rows, 0);
  b.add(Barrier{});
  run(b, edge, command);
  b.add(Barrier{});
}

// Sums of 1, 2, ... products of the minimum: from a tie to beyond the range of a gradient.
void add_large_updates(ProgramBuilder& b, TrainingCase& edge) {
  fill(b, Buffer::x, golden::min_value(b.config.operand_bits));
  fill(b, Buffer::delta, golden::min_value(b.config.operand_bits));
  const int most = std::min(b.config.limits.batch, kSmallArray);
  for (int batch = 1; batch <= most; ++batch) {
    const std::optional<Command> c = update(b, batch);
    if (!c) return;
    for (const std::uint32_t less : {0U, 1U}) {
      Command shifted = *c;
      shifted.training.rate_shift -= less;
      run_update(b, edge, shifted);
    }
  }
}

// x and delta whose product is 2^exponent, or minus that: exponent 0..2p-2, or 0..2p-3.
void write_power(ProgramBuilder& b, const Command& command, std::uint32_t vector, int exponent,
                 bool negative = false) {
  const int largest = b.config.operand_bits - (negative ? 2 : 1);
  const int first = std::min(exponent, largest);
  const std::int64_t x = std::int64_t{1} << first;
  write_words(b, Buffer::x, command.bases[0] + vector, 1, negative ? x : -x);
  write_words(b, Buffer::delta, command.bases[1] + vector, 1,
              -(std::int64_t{1} << (exponent - first)));
}

// Ties: a half and minus three halves. Then sums that a single bit below the point keeps from being
// one: half and that bit. With operands of more than 8 bits only for the smallest, the middle and
// the largest shift.
void add_near_ties(ProgramBuilder& b, TrainingCase& edge) {
  const std::optional<Command> c = b.config.limits.batch < 2 ? std::nullopt : update(b, 2);
  if (!c) return;
  const int p = b.config.operand_bits;
  for (int shift = 1; shift < 2 * p; ++shift) {
    if (p > 8 && shift != 1 && shift != p && shift != 2 * p - 1) continue;
    Command shifted = *c;
    shifted.training.rate_shift = static_cast<std::uint32_t>(shift);
    if (shift > 1) {
      write_power(b, shifted, 0, shift - 2);
      write_power(b, shifted, 1, shift - 2);
      run_update(b, edge, shifted);
    }
    if (shift <= 2 * p - 3) {
      write_power(b, shifted, 0, shift - 1, true);
      write_power(b, shifted, 1, shift, true);
      run_update(b, edge, shifted);
    }
    for (int bit = 0; bit < shift; ++bit) {
      write_power(b, shifted, 0, shift - 1);
      write_power(b, shifted, 1, bit);
      run_update(b, edge, shifted);
    }
  }
}

TrainingCase update_case(const Config& config, std::uint64_t seed) {
  ProgramBuilder b(config, seed);
  TrainingCase edge;
  clear(b);
  add_large_updates(b, edge);
  add_near_ties(b, edge);
  if (!edge.commands.empty()) read_training(b, {edge.commands.back()});
  b.add(Barrier{});
  edge.program = b.program;
  return edge;
}

}  // namespace

std::vector<TrainingCase> edge_cases(const Config& config, std::uint64_t seed) {
  std::vector<TrainingCase> cases;
  if (!config.training.built) return cases;
  if (config.training.stochastic) {
    for (const Generator generator :
         {Generator::column, Generator::row_backward, Generator::row_update}) {
      cases.push_back(seed_case(config, seed++, generator));
    }
  }
  cases.push_back(update_case(config, seed));
  std::erase_if(cases, [](const TrainingCase& next) { return next.commands.empty(); });
  return cases;
}

}  // namespace gradloom
