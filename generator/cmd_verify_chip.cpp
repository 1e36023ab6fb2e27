// SPDX-License-Identifier: Apache-2.0
// `gradloom verify` of a configuration with a bus: the suite, and training steps.
#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "generator/cmd_verify.hpp"
#include "generator/config_yaml.hpp"
#include "generator/progress.hpp"
#include "generator/template_files.hpp"
#include "golden/bus_layout.hpp"
#include "golden/error.hpp"
#include "sim/axi_testbench.hpp"
#include "sim/chip_suite.hpp"
#include "sim/network.hpp"
#include "sim/run_counters.hpp"

namespace gradloom::verify_command {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kNetworks = 20;       // random ones of --op step
constexpr int kIcarusNetworks = 4;  // the same, in Icarus
constexpr int kIcarusPes = 100;     // of a larger array only one
constexpr int kDefaultBatches = 2;  // of a network file

// The network file, or the random network of that number. Throws InputError if it does not fit.
CompiledCase make_case(const Options& options, const Config& config, const HarnessOptions& harness,
                       const std::optional<Network>& network, int number) {
  if (network) {
    const int batches = options.batches > 0 ? options.batches : kDefaultBatches;
    return compile_case(config, chip_case_of(config, *network, batches, harness.seed), 0, false);
  }
  const std::uint64_t seed = harness.seed * 1'000'003 + static_cast<std::uint64_t>(number);
  CompiledCase result = random_compiled_case(config, seed);
  if (options.batches == 0) return result;
  randomize(config, result.data, options.batches, seed);
  return compile_case(config, std::move(result.data), result.net.map.base, result.keep_outputs);
}

std::optional<Network> network_of(const Options& options) {
  if (options.network.empty()) return std::nullopt;
  return load_network(options.network);
}

Json step_json(const Config& config, const StepReport& report) {
  const gradloom_run_counters& c = report.counters;
  Json json = suite_json(config, report.count);
  json["batches"] = report.batches;
  json.update(counters_json(c));
  json["busy"] = static_cast<double>(c.compute_cycles) / static_cast<double>(c.run_cycles);
  json["beat_bytes"] = beat_bytes(config);
  json["necessary_read_beats"] = report.necessary.load;
  json["necessary_write_beats"] = report.necessary.store;
  json["words"] = report.words;
  return json;
}

void add(StepReport& sum, const StepReport& part) {
  sum.count += part.count;
  sum.batches += part.batches;
  sum.words += part.words;
  sum.necessary.load += part.necessary.load;
  sum.necessary.store += part.necessary.store;
  add_counters(sum.counters, part.counters);
}

Json run_steps_in_verilator(const Options& options, const Config& config,
                            const HarnessOptions& harness) {
  const std::optional<Network> network = network_of(options);
  CompiledCase next = make_case(options, config, harness, network, 0);
  const BuiltModel built = build_for(options, config);
  AxiBench bench(config, built.library, chip_bench_options(config, harness));
  golden::Chip chip(config);
  if (gradloom_probe(&bench.device()) != GRADLOOM_OK) {
    throw CheckError("the driver does not know the design", {});
  }
  StepReport total;
  const int count = network ? 1 : kNetworks;
  for (int i = 0; i < count; ++i) {
    if (i > 0) next = make_case(options, config, harness, network, i);
    try {
      add(total, verify_step(bench, chip, next, harness.timeout_cycles));
    } catch (const CheckError& error) {
      if (network) throw;
      throw CheckError(fmt::format("random network {}: {}", i, error.what()), error.mismatches());
    }
  }
  bench.finish();
  Json json = step_json(config, total);
  json["model_cached"] = built.cached;
  fmt::print("{}{}\n", step_text(config, total), count_text(total.count));
  return json;
}

std::int64_t run_in_icarus(const Config& config, const AxiProgram& program,
                           const HarnessOptions& harness) {
  std::vector<EmittedFile> files = emit_rtl(config, template_dir());
  for (EmittedFile& file : emit_axi_testbench(config, program)) files.push_back(std::move(file));
  return passed_checks(run_icarus(config, files, icarus_options(harness)));
}

Json run_steps_in_icarus(const Options& options, const Config& config,
                         const HarnessOptions& harness) {
  const std::optional<Network> network = network_of(options);
  const bool small = config.rows * config.cols <= kIcarusPes;
  const int count = network || !small ? 1 : kIcarusNetworks;
  VerifyCount total;
  for (int i = 0; i < count; ++i) {
    const CompiledCase next = make_case(options, config, harness, network, i);
    HarnessOptions run = harness;
    if (i > 0) run.waves.clear();
    const AxiProgram program = step_program(config, config_hash(config), next);
    total += {1, 0, 0, run_in_icarus(config, program, run)};
  }
  fmt::print("{}, Icarus, 4-state: {} networks, {} comparisons, 0 mismatches, no X on an output\n",
             config.name, total.cases, total.checks);
  return suite_json(config, total);
}

Json run_suite(const Options& options, const Config& config, const HarnessOptions& harness) {
  const BuiltModel built = build_for(options, config);
  const VerifyCount count = verify_chip_suite(config, built.library, harness, show_stage);
  Json json = suite_json(config, count);
  json["model_cached"] = built.cached;
  fmt::print("{}: {}\n", config.name, count_text(count));
  return json;
}

}  // namespace

std::int64_t icarus_step_checks(const Config& config, const HarnessOptions& harness) {
  const CompiledCase compiled = random_compiled_case(config, harness.seed);
  return run_in_icarus(config, step_program(config, config_hash(config), compiled), harness);
}

Json run_chip_checks(const Options& options, const Config& config, const HarnessOptions& harness) {
  Json json = with_icarus(options) ? run_steps_in_icarus(options, config, harness)
              : options.step       ? run_steps_in_verilator(options, config, harness)
                                   : run_suite(options, config, harness);
  json["mismatches"] = 0;
  return json;
}

}  // namespace gradloom::verify_command
