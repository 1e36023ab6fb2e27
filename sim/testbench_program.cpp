// SPDX-License-Identifier: Apache-2.0
#include "sim/testbench_program.hpp"

#include <algorithm>
#include <vector>

#include "golden/timing.hpp"
#include "sim/program_builder.hpp"
#include "sim/testbench_refusals.hpp"
#include "sim/testbench_training.hpp"

namespace gradloom {
namespace {

using golden::Command;

// What an event-driven simulator does in about five seconds: clock cycles times PEs.
constexpr std::int64_t kWork = 3'000'000;
// Arrays of more PEs, or of more rows and columns, get the short form of each section.
constexpr std::int64_t kLarge = 400;
constexpr int kWide = 80;

struct Progress {
  std::int64_t budget = 0;  // clock cycles left for tests of commands, roughly
  bool large = false;
  int tests = 0;  // commands tested so far
};

Schedule any_schedule(ProgramBuilder& b) { return kSchedules[b.random() % kSchedules.size()]; }
Op any_of(ProgramBuilder& b, const std::vector<Op>& ops) { return ops[b.random() % ops.size()]; }

Data next_data(Progress& progress) { return static_cast<Data>(progress.tests++ % kDataCount); }

// --- Good commands ----------------------------------------------------------------------------

// Clock cycles that a test of the shape takes, roughly.
std::int64_t price(const Config& config, Shape s, Op op) {
  const std::int64_t words = std::int64_t{s.m} * s.n + std::int64_t{s.m + s.n} * s.b;
  const Command command = golden::make_command(op, Schedule::serial, s.m, s.n, s.b);
  return 4 * words + golden::cost(config, command)[Counter::cycles] + 60;
}

// One command with all that belongs to it, if the budget allows.
void test_command(ProgramBuilder& b, Progress& progress, Op op, Schedule schedule, Shape wanted) {
  const std::vector<Op> ops{op};
  const Shape shape = fit(b.config, wanted, ops);
  const std::int64_t cycles = price(b.config, shape, op);
  if (cycles > progress.budget) return;
  progress.budget -= cycles;
  const bool accumulate = b.bits(1) != 0;
  const Command layer = place(b, shape, ops);
  prepare(b, layer, ops, next_data(progress), accumulate);
  if (b.bits(2) == 0) clear(b);
  b.add(RunCommand{on(layer, op, schedule, accumulate)});
  read_results(b, layer, ops);
}

std::vector<Shape> directed_shapes(const Config& config) {
  const int r = config.rows;
  const int c = config.cols;
  return {{1, 1, 1},
          {r + 1, 1, 2},
          {1, c + 1, 2},
          {std::min(r, 3), std::min(c, 2), r + 2},  // B > R
          {r, c, 2},                                // exactly one tile
          {2 * r + 1, c + 2, 1},                    // B = 1
          {r + 1, 2 * c + 1, 3}};
}

// Every shape with every operation and schedule, in rounds that have each shape once, since the
// budget may not reach for all.
void check_directed(ProgramBuilder& b, Progress& progress) {
  const std::vector<Shape> shapes = directed_shapes(b.config);
  const std::vector<Op> ops = built_ops(b.config);
  const std::size_t rounds = ops.size() * kSchedules.size();
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      const std::size_t pair = (round + i) % rounds;
      const Schedule schedule = kSchedules[pair / ops.size()];
      test_command(b, progress, ops[pair % ops.size()], schedule, shapes[i]);
    }
  }
}

Shape random_shape(ProgramBuilder& b) {
  Shape shape;
  shape.m = b.pick(1, 3 * b.config.rows);
  shape.n = b.pick(1, 3 * b.config.cols);
  shape.b = b.pick(1, b.config.rows + 3);
  return shape;
}

void check_random(ProgramBuilder& b, Progress& progress, int count) {
  const std::vector<Op> ops = built_ops(b.config);
  for (int i = 0; i < count; ++i) {
    const Op op = any_of(b, ops);
    const Schedule schedule = any_schedule(b);
    test_command(b, progress, op, schedule, random_shape(b));
  }
}

// Accesses that the commands on the layer neither change nor feel, but that use the same banks.
void access_beside(ProgramBuilder& b, const Command& layer, const std::vector<Op>& ops) {
  for (const Buffer buffer : buffers_of(ops)) {
    const Region r = region(b.config, layer, buffer);
    const auto free_addr = static_cast<std::uint32_t>(r.free_addr());
    for (int lane = 0; lane < std::min(r.lanes, 4); ++lane) {
      if (r.leaves_room()) {
        b.add(write_word(buffer, lane, free_addr, datum(b, Data::random, 64, 0)));
        b.add(read_word(buffer, lane, free_addr));
      }
      if (!is_result(buffer) && r.in_layer(lane, r.base)) {
        b.add(read_word(buffer, lane, static_cast<std::uint32_t>(r.base)));
      }
    }
    b.add(read_register(b.pick(0, 3)));
  }
}

// More commands than the queue holds, each after the first one adding to what the ones before left,
// bad ones between, and host accesses beside them.
void check_queue(ProgramBuilder& b, Progress& progress) {
  const std::vector<Op> ops = built_ops(b.config);
  const Shape wanted{progress.large ? 2 : b.config.rows + 1, progress.large ? 2 : b.config.cols + 1,
                     3};
  const Command layer = place(b, fit(b.config, wanted, ops), ops);
  prepare(b, layer, ops, next_data(progress), true);
  clear(b);
  const int count = progress.large ? 3 : b.config.queue_depth + 3;
  for (int i = 0; i < count; ++i) {
    const Op op = ops[static_cast<std::size_t>(i) % ops.size()];
    b.add(RunCommand{on(layer, op, any_schedule(b), i > 0)});
    if (i % 2 == 1) add_random_bad_command(b);
    access_beside(b, layer, ops);
  }
  read_results(b, layer, ops);
}

// --- Reset ------------------------------------------------------------------------------------

// Two commands, cut off after some cycles, with reads on their way; then all is as after the first
// reset, and commands work.
void check_reset(ProgramBuilder& b, Progress& progress, int after) {
  const std::vector<Op> ops = built_ops(b.config);
  const Shape wanted{progress.large ? 2 : b.config.rows + 1, 2, 3};
  const Command layer = place(b, fit(b.config, wanted, ops), ops);
  prepare(b, layer, ops, next_data(progress), true);
  const Op op = any_of(b, ops);
  for (int i = 0; i < 2; ++i) b.add(RunCommand{on(layer, op, any_schedule(b), true)});
  b.add(Idle{after});
  for (int i = 0; i < 3; ++i) b.add(read_register(b.pick(0, 3)));
  b.add(HostAccess{false, b.config.training.built ? 15U : 6U, 0, 0, 0});
  b.add(Reset{b.pick(1, 3)});
  b.add(read_register(kHostErrorsRegister));
  read_counters(b);
  test_command(b, progress, any_of(b, ops), any_schedule(b),
               {2, progress.large ? 2 : b.config.cols + 1, 2});
}

void check_resets(ProgramBuilder& b, Progress& progress) {
  const std::vector<Op> ops = built_ops(b.config);
  const Shape s = fit(b.config, {progress.large ? 2 : b.config.rows + 1, 2, 3}, ops);
  const Command command = golden::make_command(ops.back(), Schedule::serial, s.m, s.n, s.b);
  const auto cycles = static_cast<int>(golden::cost(b.config, command)[Counter::cycles]);
  check_reset(b, progress, 2);
  check_reset(b, progress, 15);
  for (int i = 0; i < (progress.large ? 1 : 4); ++i)
    check_reset(b, progress, b.pick(16, 16 + cycles));
  for (int i = 0; i < (progress.large ? 1 : 3); ++i) check_training_reset(b);
}

}  // namespace

Program default_testbench_program(const Config& config, std::uint64_t seed, std::int64_t cycles) {
  ProgramBuilder b(config, seed);
  const std::int64_t elements = std::int64_t{config.rows} * config.cols;
  Progress progress{cycles > 0 ? cycles : std::clamp<std::int64_t>(kWork / elements, 1'000, 10'000),
                    elements > kLarge || config.rows + config.cols > kWide};
  check_host_port(b);
  check_seed(b);
  check_bad_commands(b, progress.large);
  check_bad_training_commands(b, progress.large);
  check_queue(b, progress);
  check_resets(b, progress);
  check_training(b, 2 * progress.budget);
  check_directed(b, progress);
  check_random(b, progress, 20);
  for (const Register& r : register_map(config)) b.add(read_register(r.index));
  return b.program;
}

}  // namespace gradloom
