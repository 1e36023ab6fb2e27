// SPDX-License-Identifier: Apache-2.0
#include "sim/coverage_sweep.hpp"

#include <vector>

#include "sim/program_builder.hpp"

namespace gradloom {
namespace {

// Below a tile, one tile, two full tiles, and a tile that is not full behind a full one.
std::vector<int> sizes(int lanes) {
  std::vector<int> all{lanes, 2 * lanes};
  if (lanes > 1) {
    all.push_back(1);
    all.push_back(2 * lanes - 1);
  }
  return all;
}

std::vector<int> batches(int rows) {
  std::vector<int> all{1, rows, rows + 1};
  if (rows > 2) all.push_back(rows - 1);
  if (rows > 4) all.push_back(2);
  return all;
}

void run_layer(ProgramBuilder& b, Op op, Schedule schedule, const Shape& shape) {
  const auto layer = place(b, fit(b.config, shape, {op}), {op});
  const bool accumulate = b.pick(0, 3) == 0;
  prepare(b, layer, {op}, static_cast<Data>(b.pick(0, kDataCount - 1)), accumulate);
  b.add(RunCommand{on(layer, op, schedule, accumulate)});
  read_results(b, layer, {op});
}

void all_shapes(ProgramBuilder& b) {
  int next = 0;
  const std::vector<int> lengths = batches(b.config.rows);
  for (const Op op : built_ops(b.config)) {
    for (const Schedule schedule : kSchedules) {
      for (const int m : sizes(b.config.rows)) {
        for (const int n : sizes(b.config.cols)) {
          const int batch = lengths[static_cast<std::size_t>(next++) % lengths.size()];
          run_layer(b, op, schedule, {m, n, batch});
        }
      }
      // One vector on a single row of tiles: the partial sums of the next tile are waited for.
      run_layer(b, op, schedule, {1, 3 * b.config.cols, 1});
      run_layer(b, op, schedule, {3 * b.config.rows, 1, 1});
      for (const int batch : lengths) run_layer(b, op, schedule, {1, 1, batch});
    }
  }
}

// Every pair of operations without a pause, and accesses that name nothing meanwhile.
void all_pairs(ProgramBuilder& b) {
  const std::vector<Op> ops = built_ops(b.config);
  for (const Op first : ops) {
    for (const Op second : ops) {
      const Shape shape = fit(b.config, {b.config.rows + 1, b.config.cols + 1, 2}, ops);
      const auto layer = place(b, shape, ops);
      prepare(b, layer, ops, Data::random, false);
      b.add(RunCommand{on(layer, first, Schedule::interleaved, false)});
      b.add(RunCommand{on(layer, second, Schedule::separate, false)});
      b.add(Idle{16});
      b.add(HostAccess{true, kRegisterSelect - 1, 0, 0, 0});
      b.add(HostAccess{false, kRegisterSelect - 1, 0, 0, 0});
      b.add(HostAccess{true, kRegisterSelect, 0, 0, 1});
      b.add(read_register(4));
      b.add(clear_counters());
      b.add(Barrier{});
      b.add(clear_counters());
      read_results(b, layer, ops);
      b.add(Barrier{});
    }
  }
}

// Commands offered at every moment at which a full queue may have room again.
void full_queue(ProgramBuilder& b) {
  constexpr int kMoments = 32;  // more than the smallest command takes
  const std::vector<Op> ops = built_ops(b.config);
  const auto layer = place(b, fit(b.config, {1, 1, 1}, ops), ops);
  prepare(b, layer, ops, Data::random, false);
  for (int idle = 1; idle <= kMoments; ++idle) {
    for (int i = 0; i < b.config.queue_depth + 2; ++i) {
      b.add(RunCommand{on(layer, ops.front(), Schedule::interleaved, false)});
    }
    b.add(Idle{idle});
    b.add(RunCommand{on(layer, ops.back(), Schedule::serial, false)});
    b.add(Barrier{});
  }
  read_results(b, layer, ops);
}

}  // namespace

Program sweep_program(const Config& config, std::uint64_t seed) {
  ProgramBuilder builder(config, seed);
  all_shapes(builder);
  all_pairs(builder);
  builder.add(Barrier{});
  return builder.program;
}

Program full_queue_program(const Config& config, std::uint64_t seed) {
  ProgramBuilder builder(config, seed);
  full_queue(builder);
  builder.add(Barrier{});
  return builder.program;
}

VerifyCount verify_sweep(const Config& config, const std::filesystem::path& library,
                         const HarnessOptions& options) {
  VerifyCount total;
  const auto run = [&](const Program& program, int stalls) {
    HarnessOptions own = options;
    own.stall_percent = stalls;
    Harness harness(config, library, own);
    const ProgramResult answers = harness.run(program);
    harness.check_state();
    total +=
        {1, static_cast<std::int64_t>(answers.codes.size()), harness.cycles(), harness.checks()};
  };
  run(sweep_program(config, options.seed), options.stall_percent);
  // To the cycle: nothing else may hold an offer back.
  run(full_queue_program(config, options.seed), 0);
  return total;
}

}  // namespace gradloom
