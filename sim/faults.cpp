// SPDX-License-Identifier: Apache-2.0
#include "sim/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "golden/error.hpp"
#include "golden/machine.hpp"
#include "sim/harness.hpp"
#include "sim/pin_driver.hpp"
#include "sim/program_builder.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kScenarioStream = 0xFA01;
constexpr std::uint64_t kInjectionStream = 0xFA02;
constexpr int kControlPeriod = 16;
// A run with a fault that takes longer hangs.
constexpr std::int64_t kPatience = 4;
constexpr std::int64_t kPatienceLeast = 2000;

std::uint64_t scenario_seed(std::uint64_t seed, int number) {
  return seed * 1'000'003 + static_cast<std::uint64_t>(number);
}

std::string describe(const golden::Command& c) {
  return fmt::format("{} {} {}x{} batch {}", name(static_cast<Op>(c.op)),
                     name(static_cast<Schedule>(c.schedule)), c.m, c.n, c.b);
}

Shape draw_shape(ProgramBuilder& b) {
  return {b.pick(1, 3 * b.config.rows), b.pick(1, 3 * b.config.cols),
          b.pick(1, 2 * std::max(b.config.rows, b.config.cols) + 2)};
}

std::string add_layer(ProgramBuilder& b) {
  const std::vector<Op> ops = built_ops(b.config);
  const Op op = ops.at(below(b.random, ops.size()));
  const golden::Command layer = place(b, fit(b.config, draw_shape(b), {op}), {op});
  const bool accumulate = b.pick(0, 3) == 0;
  prepare(b, layer, {op}, Data::random, accumulate);
  const auto command = on(layer, op, static_cast<Schedule>(b.pick(0, 2)), accumulate);
  b.add(RunCommand{command});
  read_results(b, layer, {op});
  return describe(command);
}

// Empty if no step fits.
std::string add_step(ProgramBuilder& b) {
  Tops tops{};
  const int r = b.config.rows;
  const StepShape shape{{b.pick(1, 2 * r), b.pick(1, 2 * r), b.pick(1, 2 * r)}, b.pick(1, r + 2)};
  const auto commands = draw_step(b.config, b.random, shape, {b.pick(0, 2), true}, tops);
  if (commands.empty()) return {};
  b.add(write_seed(draw_seed(b.config, b.random)));
  b.add(read_register(kSeedRegister));
  b.add(Barrier{});
  prepare_training(b, commands, Data::random);
  for (const golden::Command& command : commands) b.add(RunCommand{command});
  read_training(b, commands);
  return fmt::format("training step {}-{}-{} batch {}", shape.widths[0], shape.widths[1],
                     shape.widths[2], shape.batch);
}

// Runs the program on the golden model.
void run_golden(const Config& config, FaultScenario& scenario) {
  golden::Machine machine(config, 0);
  PinDriver driver(config, 1, 0);
  // As the harness does: two cycles of reset first.
  driver.add({Reset{2}});
  driver.add(scenario.program);
  bool found = false;
  while (!driver.finished()) {
    const golden::Inputs& inputs = driver.inputs();
    if (machine.busy()) {
      if (!found) scenario.first = machine.cycle();
      found = true;
      scenario.last = machine.cycle();
    }
    driver.observe(handshake_of(machine));
    machine.clock(inputs);
  }
  scenario.end = machine.cycle();
  for (const ReadResult& read : driver.take_reads()) scenario.reads.push_back(read.data);
  for (const std::uint32_t code : driver.take_codes()) {
    if (code != 0) throw std::logic_error("a fault scenario with a bad command");
  }
  if (!found) throw std::logic_error("a fault scenario without a command");
}

// Registers that report errors, with the reads behind the program.
std::vector<Register> error_registers(const Config& config, const FaultOptions& options) {
  std::vector<Register> found;
  for (const std::string& name : options.error_registers) {
    const auto map = register_map(config);
    const auto known =
        std::find_if(map.begin(), map.end(), [&](const Register& r) { return r.name == name; });
    if (known == map.end()) {
      throw InputError(fmt::format("--detect: found {}, allowed a register of the design", name));
    }
    found.push_back(*known);
  }
  for (const Register& r : register_map(config)) {
    if (r.name == "HOST_ERRORS" || r.name.starts_with("ABFT")) found.push_back(r);
  }
  return found;
}

// What one run showed.
struct Run {
  bool ended = false;
  ProgramResult answers;
  std::vector<std::uint64_t> errors;  // values of the error registers
};

Run run_model(const Config& config, const FaultLibrary& design, const FaultScenario& scenario,
              const std::vector<Register>& registers,
              const std::function<void(Model&, std::int64_t)>& before_cycle) {
  HarnessOptions options;
  options.check = false;
  options.reset = RandomReset::zeros;
  options.timeout_cycles = kPatience * scenario.end + kPatienceLeast;
  options.before_cycle = before_cycle;
  Harness harness(config, design.library, options);
  Run run;
  try {
    run.answers = harness.run(scenario.program);
    Program program;
    for (const Register& r : registers) program.push_back(read_register(r.index));
    for (const ReadResult& read : harness.run(program).reads) run.errors.push_back(read.data);
    run.ended =
        run.answers.reads.size() == scenario.reads.size() && run.errors.size() == registers.size();
  } catch (const CheckError&) {  // the time is over
  }
  return run;
}

std::optional<std::string> reported(const Run& run, const std::vector<Register>& registers) {
  for (const std::uint32_t code : run.answers.codes) {
    if (code != 0) return fmt::format("completion code {}", code);
  }
  for (const ReadResult& read : run.answers.reads) {
    if (read.error) return "an error on the host port";
  }
  for (std::size_t i = 0; i < run.errors.size(); ++i) {
    if (run.errors[i] != 0) return fmt::format("{} = {}", registers[i].name, run.errors[i]);
  }
  return std::nullopt;
}

std::optional<std::string> first_difference(const Run& run, const FaultScenario& scenario) {
  for (std::size_t i = 0; i < scenario.reads.size(); ++i) {
    const std::uint64_t got = run.answers.reads[i].data;
    if (!scenario.results[i] || got == scenario.reads[i]) continue;
    return fmt::format("result {}: expected 0x{:x}, got 0x{:x}", i, scenario.reads[i], got);
  }
  return std::nullopt;
}

void judge(const Run& run, const FaultScenario& scenario, const std::vector<Register>& registers,
           FaultResult& result) {
  if (!run.ended) {
    result.outcome = FaultOutcome::hang;
    return;
  }
  const auto difference = first_difference(run, scenario);
  const auto report = reported(run, registers);
  result.wrong = difference.has_value();
  result.how = report.value_or(difference.value_or(""));
  result.outcome = report       ? FaultOutcome::detected
                   : difference ? FaultOutcome::silent
                                : FaultOutcome::masked;
}

// The bit, counted over all words of all sites of the structure.
struct Target {
  std::size_t site = 0;
  int word = 0;
  int bit = 0;
};

std::int64_t bits_of(const FaultSite& site) {
  return std::int64_t{site.reg.width} * site.reg.words;
}

std::int64_t bits_of(const std::vector<FaultSite>& sites, std::size_t structure) {
  return std::accumulate(sites.begin(), sites.end(), std::int64_t{0},
                         [&](std::int64_t sum, const FaultSite& site) {
                           return sum + (site.structure == structure ? bits_of(site) : 0);
                         });
}

Target target_at(const std::vector<FaultSite>& sites, std::size_t structure, std::int64_t index) {
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (sites[i].structure != structure) continue;
    if (index < bits_of(sites[i])) {
      return {i, static_cast<int>(index / sites[i].reg.width),
              static_cast<int>(index % sites[i].reg.width)};
    }
    index -= bits_of(sites[i]);
  }
  throw std::logic_error("no such bit");
}

}  // namespace

const char* name(FaultOutcome outcome) {
  constexpr std::array<const char*, kFaultOutcomes> names{"masked", "detected", "silent", "hang"};
  return names.at(static_cast<std::size_t>(outcome));
}

int FaultTally::total() const { return std::accumulate(outcomes.begin(), outcomes.end(), 0); }

// The normal approximation of the binomial distribution, without the correction for a finite number
// of possible faults: t * sqrt(p (1 - p) / n) with t = 1.96 and p = 1/2.
double fault_margin(int count) {
  return count == 0 ? 1.0 : 1.96 * std::sqrt(0.25 / static_cast<double>(count));
}

FaultScenario fault_scenario(const Config& config, std::uint64_t seed) {
  FaultScenario scenario;
  Prng kind = make_prng(seed, kScenarioStream);
  ProgramBuilder builder(config, seed);
  if (config.training.built && below(kind, 2) == 0) scenario.what = add_step(builder);
  if (scenario.what.empty()) scenario.what = add_layer(builder);
  scenario.program = builder.program;
  scenario.program.push_back(Barrier{});
  for (const Step& step : scenario.program) {
    const auto* access = std::get_if<HostAccess>(&step);
    if (access == nullptr || access->write) continue;
    scenario.results.push_back(access->sel != static_cast<std::uint32_t>(kRegisterSelect));
  }
  run_golden(config, scenario);
  return scenario;
}

std::vector<std::int64_t> fault_bits(const Config& config, const FaultLibrary& design) {
  const Model model(design.library, 1, RandomReset::zeros);
  const std::vector<FaultSite> sites = fault_sites(config, design.rtl, model);
  std::vector<std::int64_t> bits;
  for (std::size_t i = 0; i < fault_structures().size(); ++i) bits.push_back(bits_of(sites, i));
  return bits;
}

FaultResult inject_fault(const Config& config, const FaultLibrary& design, std::size_t structure,
                         int number, const FaultOptions& options) {
  const FaultScenario scenario = fault_scenario(config, scenario_seed(options.seed, number));
  const std::vector<Register> registers = error_registers(config, options);
  FaultResult result;
  result.number = number;
  result.scenario = scenario.what;
  if (number % kControlPeriod == 0) {
    const Run run = run_model(config, design, scenario, registers, {});
    judge(run, scenario, registers, result);
    if (result.outcome != FaultOutcome::masked) {
      throw CheckError(fmt::format("{}: {} without a fault: {}", scenario.what,
                                   name(result.outcome), result.how),
                       {});
    }
  }
  Prng prng = make_prng(scenario_seed(options.seed, number), kInjectionStream + structure);
  const auto window = static_cast<std::uint64_t>(scenario.last - scenario.first + 1);
  result.cycle = scenario.first + static_cast<std::int64_t>(below(prng, window));
  const std::uint64_t draw = prng();
  const Run run =
      run_model(config, design, scenario, registers, [&](const Model& model, std::int64_t cycle) {
        if (cycle != result.cycle) return;
        const auto sites = fault_sites(config, design.rtl, model);
        const auto all = static_cast<std::uint64_t>(bits_of(sites, structure));
        const Target t = target_at(sites, structure, static_cast<std::int64_t>(draw % all));
        const FaultSite& site = sites[t.site];
        site.reg.flip(t.word, t.bit);
        result.site = site.name();
        if (site.reg.words > 1) result.site += fmt::format("[{}]", t.word);
        result.site += fmt::format(" bit {}", t.bit);
      });
  judge(run, scenario, registers, result);
  return result;
}

}  // namespace gradloom
