// SPDX-License-Identifier: Apache-2.0
#include "sim/testbench_program.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "golden/timing.hpp"
#include "sim/program_builder.hpp"

namespace gradloom {
namespace {

using golden::Command;

constexpr std::array kSchedules{Schedule::interleaved, Schedule::separate, Schedule::serial};
constexpr int kHostErrorsRegister = 5;

// Clock cycles left, roughly, and commands tested so far.
struct Progress {
  std::int64_t budget = 0;
  int tests = 0;
};

Schedule any_schedule(ProgramBuilder& b) { return kSchedules[b.random() % kSchedules.size()]; }
Op any_of(ProgramBuilder& b, const std::vector<Op>& ops) { return ops[b.random() % ops.size()]; }

Data next_data(Progress& progress) { return static_cast<Data>(progress.tests++ % kDataKinds); }

// --- Host port --------------------------------------------------------------------------------

void refuse(ProgramBuilder& b, std::uint32_t sel, std::uint32_t lane, std::uint32_t addr) {
  b.add(HostAccess{true, sel, lane, addr, b.random()});
  b.add(HostAccess{false, sel, lane, addr, 0});
}

void refused_registers(ProgramBuilder& b) {
  for (const std::uint32_t index : {7U, 34U, 63U}) refuse(b, kRegisterSelect, 0, index);
  refuse(b, kRegisterSelect, 1, 0);
  if (b.widths.host_addr_w > 6) refuse(b, kRegisterSelect, 0, 64);
  for (const std::uint32_t read_only : {0U, 4U, 8U}) {
    b.add(HostAccess{true, kRegisterSelect, 0, read_only, 1});
  }
}

// Lanes and addresses just beyond the buffer, and the last that the pins can name.
void refused_words(ProgramBuilder& b, Buffer buffer) {
  const auto sel = static_cast<std::uint32_t>(buffer);
  const auto banks = static_cast<std::uint32_t>(lanes(b.config, buffer));
  const auto words = static_cast<std::uint32_t>(depth(b.config, buffer));
  const std::uint32_t last_lane = (1U << b.widths.lane_w) - 1;
  const std::uint32_t last_addr = (1U << b.widths.host_addr_w) - 1;
  if (words == 0) return refuse(b, sel, 0, 0);
  if (banks <= last_lane) refuse(b, sel, banks, 0);
  if (banks < last_lane) refuse(b, sel, last_lane, words - 1);
  if (words <= last_addr) refuse(b, sel, 0, words);
  if (words < last_addr) refuse(b, sel, banks - 1, last_addr);
}

// The corners of a buffer, with values that sign extension and truncation can get wrong.
void access_corners(ProgramBuilder& b, Buffer buffer, bool write) {
  const int bits = word_bits(b.config, buffer);
  const auto last = static_cast<std::uint32_t>(depth(b.config, buffer) - 1);
  int index = 0;
  for (const int lane : {0, lanes(b.config, buffer) - 1}) {
    for (const std::uint32_t addr : {0U, last}) {
      const std::int64_t value = datum(b, static_cast<Data>(index++), bits, 0);
      b.add(write ? write_word(buffer, lane, addr, value) : read_word(buffer, lane, addr));
    }
  }
}

void check_host_port(ProgramBuilder& b) {
  for (const Register& r : register_map(b.config)) b.add(read_register(r.index));
  const std::vector<Buffer> buffers = buffers_of(built_ops(b.config));
  for (const Buffer buffer : buffers) access_corners(b, buffer, true);
  refuse(b, 6, 0, 0);
  refused_registers(b);
  for (int code = 0; code < kBufferCount; ++code) refused_words(b, static_cast<Buffer>(code));
  b.add(read_register(kHostErrorsRegister));
  for (const Buffer buffer : buffers) access_corners(b, buffer, false);
  b.add(clear_counters());
  b.add(read_register(kHostErrorsRegister));
  b.add(Barrier{});
}

// --- Bad commands -----------------------------------------------------------------------------

void add_if_bad(ProgramBuilder& b, const Command& command) {
  if (check(b.config, command) != Status::ok) b.add(RunCommand{command});
}

// The good command with each field spoilt in turn; what the pins cannot carry is left out.
void spoil(ProgramBuilder& b, const Command& good) {
  const auto with = [&](auto change) {
    Command command = good;
    change(command);
    add_if_bad(b, command);
  };
  const std::uint32_t dim_max = (std::uint32_t{1} << b.widths.dim_w) - 1;
  const auto beyond = [&](int limit) {
    return std::min(static_cast<std::uint32_t>(limit) + 1, dim_max);
  };
  const Limits& limits = b.config.limits;
  with([](Command& c) { c.schedule = 3; });
  with([](Command& c) { c.schedule = 3, c.m = 0, c.acc_psum = c.acc_dw = true; });
  with([](Command& c) { c.acc_psum = true; });
  with([](Command& c) { c.acc_dw = true; });
  with([](Command& c) { c.m = 0; });
  with([](Command& c) { c.n = 0; });
  with([&](Command& c) { c.b = 0, c.m = beyond(limits.m); });
  with([&](Command& c) { c.m = beyond(limits.m); });
  with([&](Command& c) { c.n = beyond(limits.n); });
  with([&](Command& c) { c.b = beyond(limits.batch); });
  with([&](Command& c) { c.m = static_cast<std::uint32_t>(limits.m); });
  with([&](Command& c) { c.n = static_cast<std::uint32_t>(limits.n); });
  for (std::size_t code = 0; code < kBufferCount; ++code) {
    const auto words = static_cast<std::uint32_t>(depth(b.config, static_cast<Buffer>(code)));
    if (words < (1U << b.widths.addr_w)) with([&](Command& c) { c.bases[code] = words; });
    if (words == 0) continue;
    with([&](Command& c) { c.bases[code] = words - 1, c.b = 2; });
    with([&](Command& c) { c.bases[code] = words - 1, c.m = 2; });
    with([&](Command& c) { c.bases.fill(words - 1), c.b = 2, c.m = 2; });
  }
}

Command random_command(ProgramBuilder& b) {
  Command command;
  command.op = b.pick(0, 3);
  command.schedule = b.pick(0, 3);
  command.acc_psum = b.bits(1) != 0;
  command.acc_dw = b.bits(1) != 0;
  command.m = b.bits(b.widths.dim_w);
  command.n = b.bits(b.widths.dim_w);
  command.b = b.bits(b.widths.dim_w);
  for (std::uint32_t& base : command.bases) base = b.bits(b.widths.addr_w);
  return command;
}

// All in one queue; none may touch the layer or a counter.
void check_bad_commands(ProgramBuilder& b) {
  const std::vector<Op> ops = built_ops(b.config);
  const Command layer = place(b, fit(b.config, {2, 2, 2}, ops), ops);
  prepare(b, layer, ops, Data::random, true);
  b.add(clear_counters());
  for (int op = 0; op < 4; ++op) {
    Command good = golden::make_command(static_cast<Op>(op), Schedule::interleaved, 1, 1, 1);
    good.bases = layer.bases;
    add_if_bad(b, good);
    spoil(b, good);
  }
  for (int i = 0; i < 10; ++i) add_if_bad(b, random_command(b));
  read_results(b, layer, ops);
}

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
  if (b.bits(2) == 0) b.add(clear_counters());
  b.add(RunCommand{on(layer, op, schedule, accumulate)});
  read_results(b, layer, ops);
}

// Small ones first: the budget may not reach for all.
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

void check_directed(ProgramBuilder& b, Progress& progress) {
  for (const Shape& shape : directed_shapes(b.config)) {
    for (const Op op : built_ops(b.config)) {
      for (const Schedule schedule : kSchedules) test_command(b, progress, op, schedule, shape);
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
  const bool small = progress.budget < 4000;
  const Shape wanted{small ? 2 : b.config.rows + 1, small ? 2 : b.config.cols + 1, 3};
  const Command layer = place(b, fit(b.config, wanted, ops), ops);
  prepare(b, layer, ops, next_data(progress), true);
  b.add(clear_counters());
  for (int i = 0; i < b.config.queue_depth + 3; ++i) {
    const Op op = ops[static_cast<std::size_t>(i) % ops.size()];
    b.add(RunCommand{on(layer, op, any_schedule(b), i > 0)});
    if (i % 2 == 1) add_if_bad(b, random_command(b));
    access_beside(b, layer, ops);
  }
  read_results(b, layer, ops);
}

// --- Reset ------------------------------------------------------------------------------------

// Two commands, cut off after some cycles, with reads on their way; then all is as after the first
// reset, and commands work.
void check_reset(ProgramBuilder& b, Progress& progress, int after) {
  const std::vector<Op> ops = built_ops(b.config);
  const Command layer = place(b, fit(b.config, {b.config.rows + 1, 2, 3}, ops), ops);
  prepare(b, layer, ops, next_data(progress), true);
  const Op op = any_of(b, ops);
  for (int i = 0; i < 2; ++i) b.add(RunCommand{on(layer, op, any_schedule(b), true)});
  b.add(Idle{after});
  for (int i = 0; i < 3; ++i) b.add(read_register(b.pick(0, 3)));
  b.add(HostAccess{false, 6, 0, 0, 0});
  b.add(Reset{b.pick(1, 3)});
  b.add(read_register(kHostErrorsRegister));
  read_counters(b);
  test_command(b, progress, any_of(b, ops), any_schedule(b), {2, b.config.cols + 1, 2});
}

void check_resets(ProgramBuilder& b, Progress& progress) {
  const Command command =
      golden::make_command(built_ops(b.config).back(), Schedule::serial, b.config.rows + 1, 2, 3);
  const auto cycles = static_cast<int>(golden::cost(b.config, command)[Counter::cycles]);
  check_reset(b, progress, 2);
  check_reset(b, progress, 15);
  for (int i = 0; i < 4; ++i) check_reset(b, progress, b.pick(16, 16 + std::max(cycles, 8)));
}

}  // namespace

Program default_testbench_program(const Config& config, std::uint64_t seed) {
  ProgramBuilder b(config, seed);
  const std::int64_t elements = std::int64_t{config.rows} * config.cols;
  Progress progress{std::clamp<std::int64_t>(8'000'000 / elements, 2'500, 12'000), 0};
  check_host_port(b);
  check_bad_commands(b);
  check_queue(b, progress);
  check_resets(b, progress);
  check_directed(b, progress);
  check_random(b, progress, 20);
  for (const Register& r : register_map(config)) b.add(read_register(r.index));
  return b.program;
}

}  // namespace gradloom
