// SPDX-License-Identifier: Apache-2.0
#include "sim/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "golden/layer_cost.hpp"
#include "golden/split.hpp"
#include "sim/campaign.hpp"
#include "sim/layer_data.hpp"
#include "sim/long_commands.hpp"
#include "sim/testbench_program.hpp"
#include "sim/verify_training.hpp"

namespace gradloom {
namespace {

void require_equal_counters(const golden::Cost& got, const golden::Cost& expected) {
  for (int i = 0; i < kCounterCount; ++i) {
    const auto counter = static_cast<Counter>(i);
    if (got[counter] == expected[counter]) continue;
    throw CheckError(fmt::format("counter {}: the closed form gives {}, the RTL counted {}",
                                 name(counter), expected[counter], got[counter]),
                     {});
  }
}

/// Reads of both words of each counter.
void add_counter_reads(const std::vector<Counter>& counters, Program& program) {
  for (const Counter counter : counters) {
    program.push_back(read_register(counter_register(counter)));
    program.push_back(read_register(counter_register(counter) + 1));
  }
}

void require_equal(const Matrix& got, const Matrix& expected, const char* name) {
  if (got == expected) return;
  for (int r = 0; r < expected.rows; ++r) {
    for (int c = 0; c < expected.cols; ++c) {
      if (got.at(r, c) == expected.at(r, c)) continue;
      throw CheckError(fmt::format("{}[{},{}]: numerics gives {}, the RTL {}", name, r, c,
                                   expected.at(r, c), got.at(r, c)),
                       {});
    }
  }
}

void require_equal_results(const LayerResults& got, const LayerResults& expected) {
  require_equal(got.y, expected.y, "Y");
  require_equal(got.dx, expected.dx, "dX");
  require_equal(got.dw, expected.dw, "dW");
}

void require_equal_words(const golden::BufferWords& moved, const golden::MemoryLayer& layer,
                         golden::LoopOrder order) {
  const golden::BufferWords expected = golden::memory_words(layer, golden::loop_nest(layer, order));
  for (std::size_t i = 0; i < moved.size(); ++i) {
    if (moved[i] == expected[i]) continue;
    throw CheckError(fmt::format("memory words of {}: the closed form gives {} in and {} out, "
                                 "{} and {} were moved",
                                 name(static_cast<Buffer>(i)), expected[i].read,
                                 expected[i].written, moved[i].read, moved[i].written),
                     {});
  }
}

LayerReport run_layer(Harness& harness, const Config& config, Op op, Schedule schedule,
                      const LayerOperands& operands,
                      golden::LoopOrder order = golden::LoopOrder::fixed) {
  const LayerShape shape = shape_of(op, operands);
  LayerReport report;
  harness.run({Barrier{}, clear_counters(), Barrier{}});
  const std::int64_t cycles = harness.cycles();
  const std::int64_t checks = harness.checks();
  LayerProgram layer = layer_program(config, op, schedule, operands, order);
  const ProgramResult answers = harness.run(std::move(layer.program));
  for (const std::uint32_t code : answers.codes) {
    if (code != 0) throw CheckError(fmt::format("a command ended with code {}", code), {});
  }
  report.results = layer_results(config, op, shape, layer.targets, answers.reads);
  require_equal_results(report.results, expected_results(config, op, schedule, operands));
  report.counters = read_counters(harness);
  require_equal_counters(report.counters, layer_cost(config, op, schedule, shape));
  report.moved = layer.moved;
  require_equal_words(layer.moved, golden::memory_layer(config, op, shape.m, shape.n, shape.b),
                      order);
  report.count.cases = 1;
  report.count.commands = layer.commands;
  report.count.cycles = harness.cycles() - cycles;
  report.count.checks =
      harness.checks() - checks +
      static_cast<std::int64_t>(built_counters(config).size() + layer.targets.size());
  return report;
}

struct Case {
  Op op;
  Schedule schedule;
  LayerShape shape;
  DataKind data;
};

// A shape within the limits, and small enough that its sums fit under `refuse`.
LayerShape clamp(const Config& config, LayerShape shape) {
  shape.m = std::min(shape.m, config.limits.m);
  shape.n = std::min(shape.n, config.limits.n);
  shape.b = std::min(shape.b, config.limits.batch);
  return shape;
}

// Shapes that count far in one direction: tiles, and vectors of the batch.
std::vector<LayerShape> long_shapes(const Config& config) {
  constexpr int kTiles = 8;
  constexpr int kMaxPes = 32;  // of a larger array each tile takes long, above all in Icarus
  if (config.rows * config.cols > kMaxPes) return {};
  return {{kTiles * config.rows, 1, 2}, {2, kTiles * config.cols, 1}, {1, 1, 16}};
}

std::vector<Case> suite(const Config& config) {
  const int r = config.rows;
  const int c = config.cols;
  const std::vector<LayerShape> shapes{{1, 1, 1},
                                       {r, c, r},
                                       {r, c, 1},
                                       {1, 3 * c, 2},
                                       {3 * r, 1, 2},
                                       {2 * r + 1, 2 * c - 1, 2 * r + 3},
                                       {std::max(1, r - 1), c + 1, 5},
                                       {3 * r, 2 * c, 1}};
  std::vector<Case> cases;
  int data = 0;
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    if (!built(config, op)) continue;
    for (const Schedule schedule : kSchedules) {
      for (const LayerShape& shape : shapes) {
        const auto kind = static_cast<DataKind>(data++ % kDataKinds);
        cases.push_back({op, schedule, clamp(config, shape), kind});
      }
    }
    for (const LayerShape& shape : long_shapes(config)) {
      const auto schedule = static_cast<Schedule>(data % 3);
      const auto kind = static_cast<DataKind>(data++ % kDataKinds);
      cases.push_back({op, schedule, clamp(config, shape), kind});
    }
  }
  return cases;
}

VerifyCount verify_long(Harness& harness, std::uint64_t seed) {
  const std::int64_t cycles = harness.cycles();
  const std::int64_t checks = harness.checks();
  const LongPrograms all = long_programs(harness.config(), seed);
  for (const Program& program : all.programs) harness.run(program);
  return {all.programs.empty() ? 0 : 1, all.commands, harness.cycles() - cycles,
          harness.checks() - checks};
}

}  // namespace

VerifyCount& VerifyCount::operator+=(const VerifyCount& other) {
  cases += other.cases;
  commands += other.commands;
  cycles += other.cycles;
  checks += other.checks;
  return *this;
}

golden::Cost read_counters(Harness& harness) {
  Program program{Barrier{}};
  const std::vector<Counter> built = built_counters(harness.config());
  add_counter_reads(built, program);
  const std::vector<ReadResult> reads = harness.run(program).reads;
  golden::Cost counters;
  for (std::size_t i = 0; i < built.size(); ++i) {
    counters[built[i]] =
        static_cast<std::int64_t>(reads.at(2 * i).data | (reads.at(2 * i + 1).data << 32));
  }
  return counters;
}

golden::Cost layer_cost(const Config& config, Op op, Schedule schedule, const LayerShape& shape) {
  return golden::layer_cost(config, op, schedule, shape.m, shape.n, shape.b).cost;
}

LayerReport verify_layer(Harness& harness, Op op, Schedule schedule,
                         const LayerOperands& operands) {
  return run_layer(harness, harness.config(), op, schedule, operands);
}

LayerReport verify_layer(const Config& config, const std::filesystem::path& library, Op op,
                         Schedule schedule, const LayerOperands& operands,
                         const HarnessOptions& options, golden::LoopOrder order) {
  Harness harness(config, library, options);
  LayerReport report = run_layer(harness, config, op, schedule, operands, order);
  harness.check_state();
  report.count.checks = harness.checks();
  report.count.cycles = harness.cycles();
  return report;
}

VerifyCount verify_random(const Config& config, const std::filesystem::path& library, int count,
                          const HarnessOptions& options) {
  Harness harness(config, library, options);
  const ProgramPlan plan = random_program(config, options.seed, count, true);
  harness.run(plan.program);
  harness.run(default_testbench_program(config, options.seed));
  harness.check_state();
  return {1, static_cast<std::int64_t>(plan.commands.size()), harness.cycles(), harness.checks()};
}

Program layer_check_program(const Config& config, Op op, Schedule schedule,
                            const LayerOperands& operands, golden::LoopOrder order) {
  Program program{Barrier{}, clear_counters(), Barrier{}};
  const Program layer = layer_program(config, op, schedule, operands, order).program;
  program.insert(program.end(), layer.begin(), layer.end());
  program.push_back(Barrier{});
  add_counter_reads(built_counters(config), program);
  return program;
}

Program suite_program(const Config& config, std::uint64_t seed) {
  Program program{Reset{2}};
  for (const Case& c : suite(config)) {
    const LayerOperands operands = make_operands(config, c.shape, c.data, seed++);
    const Program layer = layer_check_program(config, c.op, c.schedule, operands);
    program.insert(program.end(), layer.begin(), layer.end());
  }
  for (const TrainingCase& c : training_cases(config, seed)) {
    program.insert(program.end(), c.program.begin(), c.program.end());
  }
  program.push_back(Barrier{});
  return program;
}

VerifyCount verify_suite(const Config& config, const std::filesystem::path& library,
                         const HarnessOptions& options,
                         const std::function<void(int, int)>& progress) {
  constexpr int kRandomPrograms = 2;
  constexpr int kRandomCommands = 60;
  VerifyCount total;
  const std::vector<Case> cases = suite(config);
  const std::vector<TrainingCase> training = training_cases(config, options.seed);
  const int steps = static_cast<int>(cases.size() + training.size()) + 1 + kRandomPrograms;
  int done = 0;
  const auto tell = [&] {
    ++done;
    if (progress) progress(done, steps);
  };
  Harness harness(config, library, options);
  for (const Case& c : cases) {
    const auto seed = options.seed + static_cast<std::uint64_t>(done);
    const LayerOperands operands = make_operands(config, c.shape, c.data, seed);
    total += run_layer(harness, config, c.op, c.schedule, operands).count;
    tell();
  }
  if (!training.empty()) total += verify_training(harness, training, tell);
  total += verify_long(harness, options.seed);
  harness.check_state();
  tell();
  for (int i = 0; i < kRandomPrograms; ++i) {
    HarnessOptions other = options;
    other.seed += static_cast<std::uint64_t>(i);
    other.waves.clear();
    total += verify_random(config, library, kRandomCommands, other);
    tell();
  }
  return total;
}

}  // namespace gradloom
