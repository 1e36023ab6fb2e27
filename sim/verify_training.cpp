// SPDX-License-Identifier: Apache-2.0
#include "sim/verify_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "golden/numerics.hpp"
#include "sim/command_model.hpp"
#include "sim/program_builder.hpp"
#include "sim/testbench_refusals.hpp"
#include "sim/training_edges.hpp"

namespace gradloom {
namespace {

using golden::Command;

constexpr int kScheduleCount = static_cast<int>(kSchedules.size());
constexpr int kTiles = 8;
constexpr int kFewRows = 5;  // with more, each tile takes long, above all in Icarus

std::vector<StepShape> networks(const Config& config) {
  const int r = config.rows;
  std::vector<StepShape> shapes{{{1, 1}, 1},
                                {{r, r, r}, r},
                                {{2 * r + 1, r + 1, std::max(1, r - 1)}, 3},
                                {{r + 1, 1, 2 * r, 2}, 2},
                                {{3 * r, 2 * r - 1}, r + 3}};
  if (r <= kFewRows) {  // these count far in one direction: tiles, and vectors of the batch
    shapes.insert(shapes.end(), {{{kTiles * r, 2}, 2}, {{2, kTiles * r}, 1}, {{1, 1}, 16}});
  }
  const int widest = std::min(config.limits.m, config.limits.n);
  for (StepShape& shape : shapes) {
    for (int& width : shape.widths) width = std::min(width, widest);
    shape.batch = std::min(shape.batch, config.limits.batch);
  }
  return shapes;
}

TrainingCase make_case(const Config& config, std::uint64_t seed, const StepShape& shape,
                       const StepOptions& options, Data data) {
  ProgramBuilder b(config, seed);
  Tops tops{};
  TrainingCase result;
  result.commands = draw_step(config, b.random, shape, options, tops);
  set_seed(b, draw_seed(config, b.random));
  prepare_training(b, result.commands, data);
  clear(b);
  for (const Command& command : result.commands) b.add(RunCommand{command});
  read_training(b, result.commands);
  b.add(Barrier{});
  result.program = b.program;
  return result;
}

// The word that an access reads, if it is one of a buffer.
std::optional<Buffer> read_of(const HostAccess& access) {
  return access.write ? std::nullopt : selected_buffer(access.sel);
}

void require_words(const Config& config, const Program& program,
                   const std::vector<ReadResult>& reads, const CommandModel& model) {
  const int bits = derive(config).host_w;
  std::size_t next = 0;
  for (const Step& step : program) {
    const auto* access = std::get_if<HostAccess>(&step);
    if (access == nullptr || access->write) continue;
    const ReadResult& got = reads.at(next++);
    const std::optional<Buffer> buffer = read_of(*access);
    if (!buffer) continue;
    const std::int64_t expected = model.word(*buffer, static_cast<int>(access->lane), access->addr);
    const std::int64_t found = golden::wrap(static_cast<std::int64_t>(got.data), bits);
    if (found == expected) continue;
    throw CheckError(fmt::format("{} bank {} word {}: the documents give {}, the RTL has {}",
                                 name(*buffer), access->lane, access->addr, expected, found),
                     {});
  }
}

// Also those that no command of the last case had to do with.
std::int64_t require_all_words(const golden::Machine& machine, const CommandModel& model) {
  const Config& config = machine.config();
  std::int64_t words = 0;
  for (int i = 0; i < kBufferCount; ++i) {
    const Buffer buffer = static_cast<Buffer>(i);
    for (int lane = 0; lane < lanes(config, buffer); ++lane) {
      for (int addr = 0; addr < depth(config, buffer); ++addr) {
        const auto at = static_cast<std::uint32_t>(addr);
        if (!model.defined(buffer, lane, at)) continue;
        ++words;
        if (machine.word(buffer, lane, addr) == model.word(buffer, lane, at)) continue;
        throw CheckError(
            fmt::format("{} bank {} word {}: the documents give {}, the golden model has {}",
                        name(buffer), lane, addr, model.word(buffer, lane, at),
                        machine.word(buffer, lane, addr)),
            {});
      }
    }
  }
  return words;
}

void require_counters(const Config& config, const std::vector<Command>& commands,
                      const golden::Cost& got) {
  golden::Cost sum;
  for (const Command& command : commands) {
    const golden::Cost cost = golden::cost(config, command);
    for (std::size_t i = 0; i < cost.counters.size(); ++i) sum.counters[i] += cost.counters[i];
  }
  for (const Counter counter : built_counters(config)) {
    if (got[counter] == sum[counter]) continue;
    throw CheckError(fmt::format("counter {}: the closed form gives {}, the RTL counted {}",
                                 name(counter), sum[counter], got[counter]),
                     {});
  }
}

}  // namespace

std::vector<TrainingCase> training_cases(const Config& config, std::uint64_t seed) {
  std::vector<TrainingCase> cases;
  if (!config.training.built) return cases;
  for (const StepShape& shape : networks(config)) {
    for (int schedule = 0; schedule <= kScheduleCount; ++schedule) {
      const auto i = static_cast<int>(cases.size());
      const Data data = i % 2 == 0 ? Data::random : static_cast<Data>(i / 2 % kDataCount);
      // The last of each shape is a mixture of all kinds of commands.
      const StepOptions options{schedule, schedule < kScheduleCount};
      TrainingCase next = make_case(config, seed++, shape, options, data);
      if (!next.commands.empty()) cases.push_back(std::move(next));
    }
  }
  for (TrainingCase& next : edge_cases(config, seed)) cases.push_back(std::move(next));
  return cases;
}

VerifyCount verify_training(Harness& harness, const std::vector<TrainingCase>& cases,
                            const std::function<void()>& done) {
  const Config& config = harness.config();
  VerifyCount total;
  CommandModel model(config);
  const std::int64_t cycles = harness.cycles();
  const std::int64_t checks = harness.checks();
  for (const TrainingCase& next : cases) {
    const ProgramResult answers = harness.run(next.program);
    for (const std::uint32_t code : answers.codes) {
      if (code != 0) throw CheckError(fmt::format("a command ended with code {}", code), {});
    }
    model.play(next.program);
    require_words(config, next.program, answers.reads, model);
    require_counters(config, next.commands, read_counters(harness));
    ++total.cases;
    total.commands += static_cast<std::int64_t>(next.commands.size());
    total.checks += static_cast<std::int64_t>(answers.reads.size()) +
                    static_cast<std::int64_t>(built_counters(config).size());
    done();
  }
  total.checks += require_all_words(harness.machine(), model);
  total.checks += harness.checks() - checks;
  total.cycles = harness.cycles() - cycles;
  return total;
}

}  // namespace gradloom
