// SPDX-License-Identifier: Apache-2.0
#include "generator/cmd_verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>

#include "generator/commands.hpp"
#include "generator/config_yaml.hpp"
#include "generator/progress.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "golden/split.hpp"
#include "sim/layer_data.hpp"
#include "sim/layer_json.hpp"
#include "sim/model_builder.hpp"
#include "sim/testbench_program.hpp"
#include "sim/verify.hpp"
#include "sim/wave_save.hpp"

namespace gradloom {
namespace verify_command {
namespace {

constexpr int kIcarusSuitePes = 100;

HarnessOptions harness_options(const Options& options, const Config& config) {
  HarnessOptions harness;
  harness.seed = options.seed != 0 ? options.seed : config.testbench.seed;
  harness.stall_percent = options.stalls >= 0 ? options.stalls : config.testbench.stall_percent;
  harness.timeout_cycles = config.testbench.timeout_cycles;
  harness.config_hash = config_hash(config);
  harness.waves = options.waves;
  return harness;
}

bool best_order(const Options& options) { return options.loop_order == golden::LoopOrder::best; }

// The command line that runs the same again.
std::string reproduce(const Options& options, const HarnessOptions& harness) {
  std::string text = "gradloom verify -c " + options.config;
  if (options.step) text += " --op step";
  if (!options.network.empty()) text += " --network " + options.network;
  if (options.batches > 0) text += fmt::format(" --batches {}", options.batches);
  if (options.layer) {
    text += fmt::format(" --op {} --schedule {}", name(options.op), name(options.schedule));
    if (options.shaped) {
      text += fmt::format(" --m {} --n {} --batch {}", options.shape.m, options.shape.n,
                          options.shape.b);
    }
    if (best_order(options)) text += " --loop-order best";
    text += " --data " + options.data;
  }
  if (with_icarus(options)) {
    return text + fmt::format(" --simulator icarus --seed {} --stalls {} --trace waves.vcd",
                              harness.seed, harness.stall_percent);
  }
  if (options.profile != "check") text += " --profile " + options.profile;
  return text + fmt::format(" --seed {} --stalls {} --trace waves.fst", harness.seed,
                            harness.stall_percent);
}

}  // namespace

BuiltModel build_for(const Options& options, const Config& config) {
  BuildOptions build;
  build.profile = options.profile == "speed" ? Profile::speed : Profile::check;
  build.waves = !options.waves.empty();
  build.progress = show_stage;
  const BuiltModel built = build_model(config, build);
  if (on_terminal()) {
    fmt::print(stderr, "model {} in {:.1f} s\n", built.cached ? "found in the cache" : "built",
               built.seconds);
  }
  return built;
}

std::string count_text(const VerifyCount& count) {
  return fmt::format("{} cases, {} commands, {} cycles, {} comparisons, 0 mismatches", count.cases,
                     count.commands, count.cycles, count.checks);
}

nlohmann::ordered_json suite_json(const Config& config, const VerifyCount& count) {
  nlohmann::ordered_json json;
  json["config_hash"] = hash_text(config);
  json["rows"] = config.rows;
  json["cols"] = config.cols;
  json["cases"] = count.cases;
  json["commands"] = count.commands;
  json["cycles"] = count.cycles;
  json["checks"] = count.checks;
  return json;
}

namespace {

LayerOperands layer_operands(const Options& options, const Config& config,
                             const HarnessOptions& harness) {
  if (options.data.ends_with(".json")) return read_operands(config, options.op, options.data);
  return make_operands(config, options.shape, data_kind(options.data), harness.seed);
}

nlohmann::ordered_json run_icarus_checks(const Options& options, const Config& config,
                                         const HarnessOptions& harness) {
  nlohmann::ordered_json json;
  std::int64_t checks = 0;
  if (options.layer) {
    const LayerOperands operands = layer_operands(options, config, harness);
    const LayerShape shape = shape_of(options.op, operands);
    const Program program =
        layer_check_program(config, options.op, options.schedule, operands, options.loop_order);
    checks = icarus_checks(config, program, harness);
    // The testbench has compared the counters with these.
    const golden::Cost cost = layer_cost(config, options.op, options.schedule, shape);
    json = layer_json(config, options.op, options.schedule, shape, cost);
    fmt::print("{}", layer_text(config, options.op, options.schedule, shape, cost));
  } else {
    checks = icarus_checks(config, default_testbench_program(config, harness.seed), harness);
    // The suite of the Verilated model too, where an event-driven simulator gets through it.
    const bool small = config.rows * config.cols <= kIcarusSuitePes;
    if (small) {
      HarnessOptions no_waves = harness;
      no_waves.waves.clear();
      checks += icarus_checks(config, suite_program(config, harness.seed), no_waves);
    }
    json = suite_json(config, {small ? 2 : 1, 0, 0, checks});
    fmt::print("{}, ", config.name);
  }
  json["checks"] = checks;
  json["mismatches"] = 0;
  fmt::print("Icarus, 4-state: {} comparisons, 0 mismatches, no X on an output\n", checks);
  return json;
}

void show_order(const Config& config, const Options& options, const LayerShape& shape,
                const LayerReport& report, nlohmann::ordered_json& json) {
  const auto layer = golden::memory_layer(config, options.op, shape.m, shape.n, shape.b);
  const std::string nest = golden::text(golden::loop_nest(layer, options.loop_order));
  std::int64_t words = 0;
  for (const golden::MemoryWords& w : report.moved) words += w.read + w.written;
  json["loops"] = nest;
  json["memory_words"] = words;
  fmt::print("  loops {}, memory words {}\n", nest, words);
}

// Runs what was asked for; prints what was found to be right.
nlohmann::ordered_json run_checks(const Options& options, const Config& config,
                                  const HarnessOptions& harness) {
  if (config.bus == HostBus::axi) return run_chip_checks(options, config, harness);
  if (with_icarus(options)) return run_icarus_checks(options, config, harness);
  nlohmann::ordered_json json;
  if (options.layer) {
    const LayerOperands operands = layer_operands(options, config, harness);
    const LayerShape shape = shape_of(options.op, operands);
    layer_cost(config, options.op, options.schedule, shape);  // refuses before anything is built
    const BuiltModel built = build_for(options, config);
    const LayerReport report = verify_layer(config, built.library, options.op, options.schedule,
                                            operands, harness, options.loop_order);
    json = layer_json(config, options.op, options.schedule, shape, report.counters);
    json["checks"] = report.count.checks;
    json["model_cached"] = built.cached;
    fmt::print("{}", layer_text(config, options.op, options.schedule, shape, report.counters));
    if (best_order(options)) show_order(config, options, shape, report, json);
    fmt::print("{}\n", count_text(report.count));
  } else {
    const BuiltModel built = build_for(options, config);
    const VerifyCount count = verify_suite(config, built.library, harness, [](int done, int total) {
      show_count("case", done, total);
    });
    json = suite_json(config, count);
    json["model_cached"] = built.cached;
    fmt::print("{}: {}\n", config.name, count_text(count));
  }
  json["mismatches"] = 0;
  return json;
}

void write_waves_save(const Options& options, const Config& config) {
  if (options.waves.empty() || with_icarus(options)) return;
  const auto path = wave_save_path(options.waves);
  write_text_file(path, wave_save_text(config, options.waves));
  fmt::print("waves: {}, shown by: gtkwave {}\n", options.waves, path.string());
}

int run_one(const Options& options) {
  const Config config = load_config(options.config);
  require_writable(options.json);
  require_writable(options.waves);
  const HarnessOptions harness = harness_options(options, config);
  const bool axi = config.bus == HostBus::axi;
  if (options.step && !axi) {
    throw InputError(fmt::format("--op: found step, which needs host.bus: axi, found none in {}",
                                 printable(options.config, 400)));
  }
  if (options.layer && axi) {
    throw InputError(
        fmt::format("--m: found a single layer, allowed --op step with host.bus: axi ({})",
                    printable(options.config, 400)));
  }
  if (options.layer && !built(config, options.op)) {
    throw InputError(fmt::format("--op: found {}, which {} does not build", name(options.op),
                                 printable(options.config, 400)));
  }
  nlohmann::ordered_json json;
  int code = 0;
  try {
    json = run_checks(options, config, harness);
  } catch (const Interrupted&) {
    std::error_code ignored;
    if (!options.waves.empty()) std::filesystem::remove(options.waves, ignored);
    throw;
  } catch (const CheckError& error) {
    print_failure(error, reproduce(options, harness));
    json = {{"config_hash", hash_text(config)},
            {"rows", config.rows},
            {"cols", config.cols},
            {"error", error.what()},
            {"mismatches", std::max<std::size_t>(1, error.mismatches().size())}};
    code = static_cast<int>(ExitCode::check_failed);
  }
  write_waves_save(options, config);
  if (!options.json.empty()) write_text_file(options.json, json.dump(2) + "\n");
  return code;
}

int run(Options options) {
  if (options.campaign > 0) return run_campaign(options);
  if (options.config.empty()) {
    throw InputError("verify: found no --config, which is required (or --campaign)");
  }
  if (!options.step && (!options.network.empty() || options.batches > 0)) {
    throw InputError("verify: found --network or --batches, allowed with --op step");
  }
  const LayerShape& s = options.shape;
  const bool from_file = options.data.ends_with(".json");
  options.shaped = s.m > 0 && s.n > 0 && s.b > 0;
  if (!options.shaped && (s.m > 0 || s.n > 0 || s.b > 0)) {
    throw InputError("verify: found only some of --m, --n and --batch, allowed all or none");
  }
  if (options.shaped && from_file) {
    throw InputError("verify: found a data file and --m, --n, --batch, allowed one of them");
  }
  options.layer = options.shaped || from_file;
  if (best_order(options) && !options.layer) {
    throw InputError("verify: found --loop-order best, allowed with a single layer");
  }
  if (!from_file) data_kind(options.data);
  return run_one(options);
}

}  // namespace
}  // namespace verify_command

void add_verify(CLI::App& app, Action& action) {
  auto options = std::make_shared<verify_command::Options>();
  CLI::App* command = app.add_subcommand(
      "verify", "Check the RTL, cycle by cycle and pin by pin, against the golden model");
  command->add_option("-c,--config", options->config, "configuration, YAML");
  add_layer_options(*command, options->op, options->schedule, &options->step);
  add_loop_order(*command, options->loop_order);
  command->add_option("--network", options->network,
                      "with --op step: network, YAML, in place of random ones");
  command->add_option("--batches", options->batches, "with --op step: batches of a run")
      ->check(CLI::Range(1, 65535));
  command->add_option("--m", options->shape.m, "input features")->check(size_range());
  command->add_option("--n", options->shape.n, "output features")->check(size_range());
  command->add_option("--batch", options->shape.b, "batch")->check(size_range());
  command
      ->add_option("--data", options->data,
                   "random, minimum, maximum, alternating, one_hot, or a .json file")
      ->capture_default_str();
  command->add_option("--simulator", options->simulator, "verilator or icarus")
      ->check(CLI::IsMember({"verilator", "icarus"}))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "of data, stalls and initial values")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 62));
  command
      ->add_option("--stalls", options->stalls,
                   "chance in percent that a handshake is held off in a cycle")
      ->check(CLI::Range(0, 90));
  command->add_option("--trace", options->waves,
                      "FST file to write, a .gtkw file goes beside it; with icarus a VCD file");
  command
      ->add_option("--profile", options->profile,
                   "check: random initial values, assertions; speed: faster model")
      ->check(CLI::IsMember({"check", "speed"}))
      ->capture_default_str();
  command
      ->add_option("--campaign", options->campaign,
                   "instead of a configuration: so many random ones, from --seed on")
      ->check(CLI::Range(1, 1000000));
  command->add_option("--json", options->json, "file for the result as JSON");
  command->footer(
      "Without --m, --n and --batch a suite of shapes, data and random programs runs.\n"
      "Examples:\n"
      "  gradloom verify -c examples/configs/gl8x8_int8.yaml\n"
      "  gradloom verify -c examples/configs/gl3x5_int4.yaml --m 7 --n 11 --batch 4 --stalls 30\n"
      "  gradloom verify -c examples/configs/gl8x8_axi_int8.yaml --op step --stalls 20\n"
      "  gradloom verify --campaign 20 --seed 100");
  command->callback(
      [options, &action] { action = [options] { return verify_command::run(*options); }; });
}

}  // namespace gradloom
