// SPDX-License-Identifier: Apache-2.0
#include "sim/chip_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "golden/bus_layout.hpp"
#include "golden/chip.hpp"
#include "golden/error.hpp"
#include "sim/prng.hpp"
#include "sim/run_counters.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kPlaceStream = 0xA431;
constexpr int kPageBits = 12;

using compiler::CompiledList;
using compiler::CompiledNet;
using compiler::TensorArea;
using golden::Operands;

[[noreturn]] void fail(const std::string& what) { throw CheckError(what, {}); }

// The memory that a host has before a run.
class HostMemory {
 public:
  HostMemory(const Config& config, const CompiledNet& net, const ChipCase& chip_case)
      : config_(config), net_(net), design_(driver_design(config, 0)) {
    bytes_ = compiler::memory_image(config, net, chip_case.state.layers);
    const auto beat = static_cast<std::size_t>(beat_bytes(config));
    bytes_.resize((bytes_.size() + beat - 1) / beat * beat);
  }

  std::vector<std::uint8_t>& bytes() { return bytes_; }
  void put(std::size_t area, int batch, const Operands& values) {
    compiler::write_batch(config_, net_, area, batch, values, bytes_);
  }
  ChipImage image(const std::string& list, int batches) const {
    const CompiledList& compiled = net_.list(list);
    ChipImage image;
    image.base = net_.map.base;
    image.bytes = bytes_;
    image.list_address = compiled.address;
    image.list_length = compiled.length();
    image.batches = static_cast<std::uint32_t>(batches);
    return image;
  }

  // What the driver finds in an area: rows as they come, columns over the tiles.
  std::vector<std::int64_t> read(std::size_t place, int batch) const {
    const TensorArea& area = net_.map.areas.at(place);
    const std::uint64_t first =
        area.address - net_.map.base + area.batch_bytes * static_cast<std::uint64_t>(batch);
    const auto rows = static_cast<std::uint32_t>(area.vectors);
    const auto cols = static_cast<std::uint32_t>(area.features);
    std::vector<std::int64_t> values(std::size_t{rows} * cols);
    gradloom_unpack64(&design_, select_code(area.buffer), &bytes_.at(first),
                      compiler::tile_bytes(config_, area), values.data(), rows, cols);
    return values;
  }

 private:
  const Config& config_;
  const CompiledNet& net_;
  gradloom_design design_;
  std::vector<std::uint8_t> bytes_;
};

// Finds the first word that differs, in a matrix of `cols` columns.
template <typename T>
std::int64_t compare_words(const std::string& what, const std::vector<T>& expected,
                           const std::vector<std::int64_t>& got, int cols) {
  if (expected.size() != got.size()) fail(what + ": another size");
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (static_cast<std::int64_t>(expected[i]) == got[i]) continue;
    const auto width = static_cast<std::size_t>(cols);
    fail(fmt::format("{}[{},{}]: docs/numerics.md gives {}, the chip {}", what, i / width,
                     i % width, expected[i], got[i]));
  }
  return static_cast<std::int64_t>(got.size());
}

class Steps {
 public:
  Steps(AxiBench& bench, golden::Chip& chip, const CompiledCase& compiled, std::int64_t cycles)
      : bench_(bench),
        chip_(chip),
        net_(compiled.net),
        case_(compiled.data),
        keep_outputs_(compiled.keep_outputs),
        cycles_(cycles),
        memory_(chip.config(), net_, case_),
        reference_(chip.config(), case_.numbers, case_.state, net_.layer_cuts()) {}

  StepReport go() {
    report_.batches = case_.batches();
    report_.count.cases = 1;
    const std::int64_t cycles = bench_.cycles();
    const std::int64_t checks = bench_.checks();
    seed_ = case_.seed;
    if (net_.numbers.loss_on_chip) {
      train_on_chip();
    } else {
      train_with_host();
    }
    compare_state();
    infer();
    report_.count.cycles = bench_.cycles() - cycles;
    report_.count.checks += bench_.checks() - checks + report_.words;
    return report_;
  }

 private:
  void run(const std::string& list, int batches, bool trains) {
    ChipImage image = memory_.image(list, batches);
    image.seed = seed_;
    seed_.reset();  // the generators go on from run to run
    try {
      const ChipRunReport run = run_and_compare(bench_, chip_, image, cycles_);
      memory_.bytes() = run.after;
      report_.count.commands += static_cast<std::int64_t>(run.commands);
      report_.count.checks += run.checks;
      if (trains) add_counters(report_.counters, run.counters);
    } catch (const CheckError& error) {
      throw CheckError(fmt::format("list {}: {}", list, error.what()), error.mismatches());
    }
    if (chip_.array().read_undefined()) fail("list " + list + ": reads a word that nothing wrote");
  }

  void add_necessary(const std::string& list) {
    const compiler::Traffic& batch = net_.list(list).necessary;
    report_.necessary.load += batch.load;
    report_.necessary.store += batch.store;
  }

  // What stays in the banks goes in and out once a run.
  void add_necessary_once(const std::string& first, const std::string& last) {
    std::uint64_t bytes = 0;
    for (std::size_t k = 0; k < net_.numbers.layers.size(); ++k) {
      bytes += compiler::tensor_bytes(chip_.config(), net_.map.areas.at(net_.map.weights + k));
      bytes += compiler::tensor_bytes(chip_.config(), net_.map.areas.at(net_.map.biases + k));
    }
    const std::uint64_t parameters = bytes / static_cast<std::uint64_t>(beat_bytes(chip_.config()));
    report_.necessary.load += std::min(net_.list(first).once.load, parameters);
    report_.necessary.store += std::min(net_.list(last).once.store, parameters);
  }

  void compare_outputs(int batch, const Operands& expected) {
    report_.words += compare_words(fmt::format("outputs of batch {}", batch), expected.data,
                                   memory_.read(net_.map.outputs, batch), expected.cols);
  }

  void train_on_chip() {
    for (int i = 0; i < case_.batches(); ++i) {
      memory_.put(net_.map.inputs, i, case_.inputs.at(static_cast<std::size_t>(i)));
      memory_.put(net_.map.targets, i, case_.targets.at(static_cast<std::size_t>(i)));
    }
    run("train", case_.batches(), true);
    for (int i = 0; i < case_.batches(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      reference_.step(case_.inputs.at(at), case_.targets.at(at));
      if (keep_outputs_) compare_outputs(i, reference_.activations().back());
      add_necessary("train");
    }
    add_necessary_once("train", "train");
  }

  void train_with_host() {
    run("load", 1, true);
    for (int i = 0; i < case_.batches(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      memory_.put(net_.map.inputs, 0, case_.inputs.at(at));
      run("forward", 1, true);
      reference_.forward(case_.inputs.at(at));
      compare_outputs(0, reference_.activations().back());
      memory_.put(net_.map.targets, 0, case_.targets.at(at));
      run("backward", 1, true);
      reference_.backward(case_.targets.at(at));
      add_necessary("forward");
      add_necessary("backward");
    }
    run("save", 1, true);
    add_necessary_once("load", "save");
  }

  void compare_state() {
    for (std::size_t k = 0; k < net_.numbers.layers.size(); ++k) {
      const golden::LayerState& expected = reference_.state().layers.at(k);
      const int n = net_.numbers.layers[k].n;
      report_.words += compare_words(fmt::format("weights of layer {}", k + 1), expected.masters,
                                     memory_.read(net_.map.weights + k, 0), n);
      report_.words += compare_words(fmt::format("biases of layer {}", k + 1), expected.bias,
                                     memory_.read(net_.map.biases + k, 0), n);
    }
  }

  void infer() {
    const int room = net_.map.areas.at(net_.map.inputs).batches;
    for (int i = 0; i < room; ++i) {
      memory_.put(net_.map.inputs, i, case_.inputs.at(static_cast<std::size_t>(i)));
    }
    run("infer", room, false);
    for (int i = 0; i < room; ++i) {
      compare_outputs(i, reference_.infer(case_.inputs.at(static_cast<std::size_t>(i))));
    }
  }

  AxiBench& bench_;
  golden::Chip& chip_;
  const CompiledNet& net_;
  const ChipCase& case_;
  bool keep_outputs_;
  std::int64_t cycles_;
  HostMemory memory_;
  golden::TrainingNet reference_;
  std::optional<std::uint32_t> seed_;
  StepReport report_;
};

// Sums of one run in percent of its cycles.
std::string share(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

CompiledCase compile_case(const Config& config, ChipCase data, std::uint64_t base,
                          bool keep_outputs) {
  compiler::LowerOptions options;
  options.base = base;
  options.batches = data.numbers.loss_on_chip ? data.batches() : 1;
  options.keep_outputs = keep_outputs;
  compiler::CompiledNet net = compiler::lower(config, data.numbers, options);
  return {std::move(data), std::move(net), keep_outputs};
}

CompiledCase random_compiled_case(const Config& config, std::uint64_t seed) {
  constexpr int kTries = 100;
  constexpr int kSmaller = 10;
  Prng prng = make_prng(seed, kPlaceStream);
  ChipCaseLimits limits;
  for (int i = 0; i < kTries; ++i) {
    // After some that are too large, smaller ones.
    if (i % kSmaller == kSmaller - 1) {
      limits.layers = std::max(1, limits.layers - 1);
      limits.tiles = std::max(1, limits.tiles - 1);
    }
    const std::uint64_t pages = (std::uint64_t{1} << (config.address_bits - kPageBits)) / 2;
    const std::uint64_t base = below(prng, pages) << kPageBits;
    try {
      const std::uint64_t number = seed * kTries + static_cast<std::uint64_t>(i);
      return compile_case(config, random_chip_case(config, number, limits), base,
                          below(prng, 2) != 0);
    } catch (const InputError&) {
      continue;  // does not fit
    }
  }
  throw InputError(fmt::format("{}: no random network fits its buffers", config.name));
}

StepReport verify_step(AxiBench& bench, golden::Chip& chip, const CompiledCase& compiled,
                       std::int64_t cycles) {
  return Steps(bench, chip, compiled, cycles).go();
}

AxiProgram step_program(const Config& config, std::uint64_t config_hash,
                        const CompiledCase& compiled) {
  const CompiledNet& net = compiled.net;
  const ChipCase& chip_case = compiled.data;
  const bool on_chip = net.numbers.loss_on_chip;
  const int batches = on_chip ? chip_case.batches() : 1;
  HostMemory memory(config, net, chip_case);
  for (int i = 0; i < batches; ++i) {
    memory.put(net.map.inputs, i, chip_case.inputs.at(static_cast<std::size_t>(i)));
    memory.put(net.map.targets, i, chip_case.targets.at(static_cast<std::size_t>(i)));
  }
  AxiProgram program;
  program.base = net.map.base;
  program.before = memory.bytes();
  golden::Chip chip(config);
  chip.seed(chip_case.seed);
  golden::RangeMemory after(program.base, program.before);
  std::optional<std::uint32_t> seed = chip_case.seed;
  const auto run = [&](const std::string& list, int count) {
    const CompiledList& lowered = net.list(list);
    const auto times = static_cast<std::uint32_t>(count);
    const golden::RunResult result = chip.run(after, lowered.address, lowered.length(), times, {});
    if (result.code != 0) fail("the golden chip: " + golden::run_code_name(result.code));
    const std::vector<AxiStep> steps =
        run_steps(config, config_hash, lowered.address, lowered.length(), times, seed);
    program.steps.insert(program.steps.end(), steps.begin(), steps.end());
    seed.reset();
  };
  if (on_chip) {
    run("train", batches);
  } else {
    for (const char* list : {"load", "forward", "backward", "save"}) run(list, 1);
  }
  program.expected = after.bytes();
  return program;
}

std::string step_text(const Config& config, const StepReport& report) {
  const gradloom_run_counters& c = report.counters;
  const int bytes = beat_bytes(config);
  return fmt::format(
      "{} batches on {}x{}: {} cycles, array busy {}; waiting for weights {}, ends of passes {}, "
      "waiting for data {}\n"
      "  beats of {} bytes: {} read, {} written (necessary {} and {}), {} of descriptors\n",
      report.batches, config.rows, config.cols, c.run_cycles, share(c.compute_cycles, c.run_cycles),
      share(c.load_cycles, c.run_cycles), share(c.drain_cycles, c.run_cycles),
      share(c.bus_cycles, c.run_cycles), bytes, c.read_beats, c.write_beats, report.necessary.load,
      report.necessary.store, c.fetch_beats);
}

}  // namespace gradloom
