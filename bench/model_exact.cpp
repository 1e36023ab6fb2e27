// SPDX-License-Identifier: Apache-2.0
// The closed form of `gradloom model` against the counters of the RTL: random configurations and
// shapes, every operation under every schedule, with and without the update in the PEs. Prints, for
// each, how many were compared and the largest error of any count; fails if one is not 0.
//   model_exact [--configs N] [--cases N] [--seed N]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "generator/command_main.hpp"
#include "generator/config_yaml.hpp"
#include "generator/progress.hpp"
#include "golden/error.hpp"
#include "golden/split.hpp"
#include "model/cost.hpp"
#include "sim/campaign.hpp"
#include "sim/layer_data.hpp"
#include "sim/model_builder.hpp"
#include "sim/program_builder.hpp"
#include "sim/testbench_refusals.hpp"
#include "sim/verify.hpp"

namespace gradloom::model {
namespace {

constexpr std::int64_t kMostCommands = 24;  // of a case, so that none takes long
constexpr std::int64_t kMostMacs = 40'000;
struct Options {
  int configs = 10;
  int cases = 20;
  std::uint64_t seed = 1;
};

struct Case {
  Op op = Op::fprop;
  ModelSchedule schedule = ModelSchedule::interleaved;
  GemmShape shape;
  std::vector<ArrayRun> runs;
  Cost cost;  ///< of the closed form
  bool update() const { return runs.back().update; }
};

struct Tally {
  int cases = 0;
  std::int64_t commands = 0;
  std::int64_t cycles = 0;
  std::int64_t error = 0;  ///< the largest
};

// Operation, schedule, and whether with update.
using Key = std::tuple<Op, ModelSchedule, bool>;

struct Result {
  std::map<Key, Tally> tallies;
  std::array<int, 4> kinds{};
};
constexpr std::array<const char*, 4> kKindNames{"configurations with training",
                                                "with a pipelined MAC", "not square",
                                                "layers cut into commands"};

// A case of a random shape; nothing if the design cannot run it, or not in short time.
std::optional<Case> draw_case(const Config& config, Prng& prng, Op op, ModelSchedule schedule) {
  Case c{op, schedule, {}, {}, {}};
  c.shape = {pick(prng, 1, 4 * config.rows + 1), pick(prng, 1, 4 * config.cols + 1),
             pick(prng, 1, below(prng, 4) == 0 ? 200 : 30), 1};
  if (c.shape.m * c.shape.n * c.shape.b > kMostMacs) return std::nullopt;
  try {
    c.runs = array_runs(config, op, schedule, c.shape);
    const auto updating = update_runs(config, op, schedule, c.shape);
    if (updating && below(prng, 4) != 0) c.runs = *updating;
    for (const ArrayRun& r : c.runs) {
      golden::require_sum_fits(config, r.op, static_cast<int>(r.m), static_cast<int>(r.n),
                               static_cast<int>(r.b));
    }
    c.cost = runs_cost(config, c.runs, 1);
  } catch (const InputError&) {  // an operation that is not built, a sum that does not fit
    return std::nullopt;
  }
  if (c.cost.commands > kMostCommands) return std::nullopt;
  return c;
}

// The commands of a run with update.
std::vector<golden::Command> update_commands(const Config& config, const ArrayRun& run,
                                             Prng& prng) {
  const int m = static_cast<int>(run.m);
  const int n = static_cast<int>(run.n);
  const int b = static_cast<int>(run.b);
  const golden::ChunkSize size = golden::update_chunk_size(config, run.op, m, n, b).value();
  std::vector<golden::Command> commands;
  for (int m0 = 0; m0 < m; m0 += size.m) {
    for (int n0 = 0; n0 < n; n0 += size.n) {
      golden::Command command = golden::make_command(run.op, run.schedule, std::min(size.m, m - m0),
                                                     std::min(size.n, n - n0), b);
      command.acc_psum = run.op == Op::backward && n0 > 0;
      draw_training(config, prng, {false, true, false}, command);
      command.bases = {};
      commands.push_back(command);
    }
  }
  return commands;
}

Program run_program(const Config& config, const ArrayRun& run, std::uint64_t seed) {
  if (!run.update) {
    const LayerShape shape{static_cast<int>(run.m), static_cast<int>(run.n),
                           static_cast<int>(run.b)};
    const auto data = static_cast<DataKind>(seed % kDataKinds);
    return layer_program(config, run.op, run.schedule, make_operands(config, shape, data, seed))
        .program;
  }
  ProgramBuilder b(config, seed);
  const auto commands = update_commands(config, run, b.random);
  prepare_training(b, commands, static_cast<Data>(seed % kDataCount));
  for (const golden::Command& command : commands) b.add(RunCommand{command});
  b.add(Barrier{});
  return b.program;
}

// What the RTL counted, by tensor; in `commands` the counters that must be 0.
Cost counted(const golden::Cost& counters, const ArrayRun& run) {
  const auto at = [&](Counter counter) { return counters[counter]; };
  Cost cost;
  cost.cycles = at(Counter::cycles);
  cost.busy = at(Counter::busy);
  cost.stall = at(Counter::stall);
  cost.macs = at(Counter::macs);
  const auto place = [&](Buffer buffer) -> Words& {
    return cost.buffer[static_cast<std::size_t>(run.tensor[static_cast<std::size_t>(buffer)])];
  };
  place(Buffer::x) = {at(Counter::x_read), at(Counter::x_write)};
  place(Buffer::delta) = {at(Counter::delta_read), at(Counter::delta_write)};
  place(Buffer::w) = {at(Counter::w_read), at(Counter::w_write)};
  place(Buffer::y) = {at(Counter::y_read), at(Counter::y_write)};
  place(Buffer::dx) = {at(Counter::dx_read), at(Counter::dx_write)};
  place(Buffer::dw) = {at(Counter::dw_read), at(Counter::dw_write)};
  cost.commands = at(Counter::bias_read) + at(Counter::bias_write) + at(Counter::deriv_read) +
                  at(Counter::deriv_write);
  return cost;
}

// The largest difference of any count.
std::int64_t largest_error(const Cost& model, const Cost& got) {
  std::int64_t error = std::abs(got.commands);
  const auto compare = [&error](std::int64_t a, std::int64_t b) {
    error = std::max(error, std::abs(a - b));
  };
  compare(model.cycles, got.cycles);
  compare(model.busy, got.busy);
  compare(model.stall, got.stall);
  compare(model.macs, got.macs);
  for (std::size_t i = 0; i < model.buffer.size(); ++i) {
    compare(model.buffer[i].read, got.buffer[i].read);
    compare(model.buffer[i].written, got.buffer[i].written);
  }
  return error;
}

void run_case(Harness& harness, const Case& c, std::uint64_t seed, Result& result) {
  const Config& config = harness.config();
  Cost got;
  for (const ArrayRun& run : c.runs) {
    harness.run({Barrier{}, clear_counters(), Barrier{}});
    const ProgramResult answers = harness.run(run_program(config, run, seed));
    for (const std::uint32_t code : answers.codes) {
      if (code != 0) throw CheckError(fmt::format("a command ended with code {}", code), {});
    }
    got += counted(read_counters(harness), run);
  }
  Tally& tally = result.tallies[{c.op, c.schedule, c.update()}];
  const std::int64_t error = largest_error(c.cost, got);
  if (c.cost.commands > static_cast<std::int64_t>(c.runs.size())) ++result.kinds[3];
  ++tally.cases;
  tally.commands += c.cost.commands;
  tally.cycles += got.cycles;
  tally.error = std::max(tally.error, error);
  if (error == 0) return;
  fmt::print("{}: {} {}{}, M={} N={} B={}: an error of {}: {} cycles, the RTL counted {}\n",
             config.name, name(c.op), name(c.schedule), c.update() ? " with update" : "", c.shape.m,
             c.shape.n, c.shape.b, error, c.cost.cycles, got.cycles);
}

void note_kinds(const Config& config, Result& result) {
  result.kinds[0] += config.training.built ? 1 : 0;
  result.kinds[1] += config.pe == PeOptions{} ? 0 : 1;
  result.kinds[2] += config.rows != config.cols ? 1 : 0;
}

// `number`: of the first case, from which operation and schedule follow.
void run_config(const Config& config, const Options& options, int number, Result& result) {
  constexpr int kTries = 50;
  constexpr int kMostTurns = 10'000;
  const BuiltModel built = build_model(config, {});
  HarnessOptions harness_options;
  harness_options.seed = options.seed;
  harness_options.config_hash = config_hash(config);
  Harness harness(config, built.library, harness_options);
  Prng prng = make_prng(options.seed, 71);
  const std::vector<Op> ops = built_ops(config);
  int done = 0;
  for (int at = number; done < options.cases && at < number + kMostTurns; ++at) {
    const auto turn = static_cast<std::size_t>(at);
    const Op op = ops[turn / kModelSchedules.size() % ops.size()];
    std::optional<Case> c;
    for (int tries = 0; !c && tries < kTries; ++tries) {
      c = draw_case(config, prng, op, kModelSchedules[turn % kModelSchedules.size()]);
    }
    if (!c) continue;
    run_case(harness, *c, options.seed + turn, result);
    ++done;
  }
  harness.check_state();
  if (done < options.cases) {
    throw CheckError(fmt::format("{}: only {} cases found", config.name, done), {});
  }
  note_kinds(config, result);
}

std::string kinds_text(const Result& result) {
  std::string text;
  for (std::size_t i = 0; i < result.kinds.size(); ++i) {
    text += fmt::format("{} {}, ", result.kinds[i], kKindNames[i]);
  }
  return text;
}

// Every third with training, so that there are enough updates.
Config config_of(int number, std::uint64_t seed) {
  return number % 3 == 2 ? random_training_config(seed) : random_config(seed);
}

// Also fails if a kind of case that must be there is missing.
int report(const Options& options, const Result& result) {
  Tally total;
  int missing = 0;
  int updates = 0;
  fmt::print("| operation | schedule | update | cases | commands | cycles | largest error |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  for (const auto& [key, tally] : result.tallies) {
    const auto& [op, schedule, update] = key;
    fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", name(op), name(schedule),
               update ? "in the PEs" : "-", tally.cases, tally.commands, tally.cycles, tally.error);
    total.cases += tally.cases;
    total.commands += tally.commands;
    total.cycles += tally.cycles;
    total.error = std::max(total.error, tally.error);
    updates += update ? tally.cases : 0;
  }
  fmt::print("| all | | | {} | {} | {} | {} |\n", total.cases, total.commands, total.cycles,
             total.error);
  fmt::print("{} configurations; {}{} updated in the PEs\n", options.configs, kinds_text(result),
             updates);
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    for (const ModelSchedule schedule : kModelSchedules) {
      missing += result.tallies.contains({op, schedule, false}) ? 0 : 1;
    }
  }
  missing += static_cast<int>(std::count(result.kinds.begin(), result.kinds.end(), 0));
  if (missing > 0 || updates == 0) fmt::print("kinds of cases that are missing: {}\n", missing);
  return total.error == 0 && missing == 0 && updates > 0 ? 0 : 1;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Closed form against the counters of the RTL", "model_exact");
  app.add_option("--configs", options.configs, "random configurations")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--cases", options.cases, "shapes of each")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the first configuration")->capture_default_str();
  app.footer("Example:\n  model_exact --configs 2 --cases 50 --seed 7");
  return parse_and_run(app, argc, argv, [&] {
    Result result;
    for (int i = 0; i < options.configs; ++i) {
      show_count("configurations", i, options.configs);
      Options own = options;
      own.seed += static_cast<std::uint64_t>(i);
      run_config(config_of(i, own.seed), own, i * options.cases, result);
    }
    show_count("configurations", options.configs, options.configs);
    return report(options, result);
  });
}

}  // namespace
}  // namespace gradloom::model

int main(int argc, char** argv) {
  return gradloom::command_main("model_exact", [&] { return gradloom::model::run(argc, argv); });
}
