// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "generator/cmd_train_chip.hpp"
#include "generator/commands.hpp"
#include "generator/config_yaml.hpp"
#include "generator/progress.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "golden/golden_engine.hpp"
#include "golden/split.hpp"
#include "sim/dataset.hpp"
#include "sim/layer_json.hpp"
#include "sim/model_builder.hpp"
#include "sim/network.hpp"
#include "sim/rtl_engine.hpp"
#include "sim/step_report.hpp"
#include "sim/train.hpp"
#include "sim/train_report.hpp"

namespace gradloom {
namespace {

struct Options {
  std::string config;
  std::string network;
  std::string data;
  std::string engine = "rtl";
  std::string json;
  std::int64_t steps = 0;  // 0: no limit
  int epochs = 0;          // 0: as the network file says
};

HarnessOptions harness_options(const Config& config) {
  HarnessOptions harness;
  harness.seed = config.testbench.seed;
  harness.stall_percent = config.testbench.stall_percent;
  harness.timeout_cycles = config.testbench.timeout_cycles;
  harness.config_hash = config_hash(config);
  return harness;
}

BuiltModel build_rtl(const Config& config) {
  BuildOptions build;
  build.profile = Profile::speed;
  build.progress = show_stage;
  return build_model(config, build);
}

/// What the RTL has counted: totals of the training by operation, and one step under each schedule.
nlohmann::ordered_json hardware_report(const Config& config, const BuiltModel& built,
                                       const Network& network, RtlEngine& engine) {
  nlohmann::ordered_json json;
  fmt::print("\nRTL: {} clock cycles simulated, {} output pins compared, 0 mismatches\n",
             engine.cycles(), engine.checks());
  json["simulated_cycles"] = engine.cycles();
  json["checks"] = engine.checks();
  for (const auto& [op, counters] : engine.counters()) {
    fmt::print("  {:<9} {:>9} cycles, {:>10} MACs, utilization {:.3f}, {:>9} words\n", name(op),
               counters[Counter::cycles], counters[Counter::macs], utilization(config, counters),
               total_accesses(counters));
    json["totals"][name(op)] = {{"cycles", counters[Counter::cycles]},
                                {"macs", counters[Counter::macs]},
                                {"words", total_accesses(counters)}};
  }
  const auto step = measure_step(config, built.library, network.layers, network.training.batch,
                                 harness_options(config));
  fmt::print(
      "\nBackward products of one training step, counted by the RTL (words: array edge; ratios "
      "are\n"
      "against interleaved; the first layer needs no dX, so it has nothing to interleave):\n{}",
      step_text(config, step));
  json["step"] = step_json(config, step);
  const LayerShape first{network.layers.at(0), network.layers.at(1), network.training.batch};
  const auto both = measure_backward(config, built.library, first, harness_options(config));
  fmt::print("\nBoth gradients of the first layer's shape, as if another layer were below it:\n{}",
             step_text(config, both));
  json["backward"] = step_json(config, both);
  return json;
}

/// Finds what would fail in the middle of the training before it begins.
void check_task(const Options& options, const Config& config, const Network& network) {
  const std::size_t layers = network.layers.size() - 1;
  if (!config.fprop || !config.wgrad || (!config.dgrad && layers > 1)) {
    throw InputError(fmt::format("{}: operations: found{}{}{}, allowed fprop, dgrad and wgrad",
                                 printable(options.config, 400), config.fprop ? " fprop" : "",
                                 config.dgrad ? " dgrad" : "", config.wgrad ? " wgrad" : ""));
  }
  for (std::size_t i = 0; i < layers; ++i) {
    const int m = network.layers[i];
    const int n = network.layers[i + 1];
    const int batch = network.training.batch;
    golden::require_sum_fits(config, Op::fprop, m, n, batch);
    golden::require_sum_fits(config, i == 0 ? Op::wgrad : Op::backward, m, n, batch);
  }
  require_writable(options.json);
}

int run(const Options& options) {
  const Config config = load_config(options.config);
  Network network = load_network(options.network);
  if (options.epochs > 0) network.training.epochs = options.epochs;
  if (config.bus == HostBus::axi) {
    if (options.steps > 0) {
      throw InputError("--steps: found it with a design that trains on the chip, allowed --epochs");
    }
    require_writable(options.json);
    train_on_chip(config, network, read_dataset(options.data, network.data), options.engine,
                  options.json);
    return 0;
  }
  check_task(options, config, network);
  const Dataset data = read_dataset(options.data, network.data);
  const bool rtl = options.engine == "rtl";
  BuiltModel built;
  std::unique_ptr<Engine> engine;
  if (rtl) {
    built = build_rtl(config);
    engine = std::make_unique<RtlEngine>(config, built.library, Schedule::interleaved,
                                         harness_options(config));
  } else {
    engine = std::make_unique<golden::GoldenEngine>(config);
  }

  TrainOptions train_options;
  train_options.operand_bits = config.operand_bits;
  train_options.max_steps = options.steps;
  train_options.on_step = [](std::int64_t done, std::int64_t total) {
    show_count("step", done, total);
  };
  train_options.on_epoch = [&](const EpochResult& trained, const EpochResult& reference) {
    if (on_terminal()) fmt::print(stderr, "\r");
    fmt::print("{}\n", epoch_line(trained, reference, network.training.epochs));
    std::fflush(stdout);
  };
  const TrainResult result = run_train(network, data, *engine, train_options);
  fmt::print("{}", train_summary(result, options.engine, config.operand_bits));
  auto hardware = nlohmann::ordered_json::object();
  if (rtl) hardware = hardware_report(config, built, network, dynamic_cast<RtlEngine&>(*engine));
  if (!options.json.empty()) {
    const nlohmann::ordered_json json =
        train_json(result, hash_text(config), options.engine, network.name, hardware);
    write_text_file(options.json, json.dump(2) + "\n");
  }
  return 0;
}

}  // namespace

void add_train(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("train", "Train a network through the array");
  command->add_option("-c,--config", options->config, "configuration, YAML")->required();
  command->add_option("--network", options->network, "network, YAML")->required();
  command->add_option("--data", options->data, "samples, CSV or gzip of it")->required();
  command->add_option("--engine", options->engine, "what multiplies, or trains: rtl or golden")
      ->check(CLI::IsMember({"rtl", "golden"}))
      ->capture_default_str();
  command->add_option("--steps", options->steps, "stop after so many batches")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  command->add_option("--epochs", options->epochs, "in place of those of the network file")
      ->check(CLI::Range(1, 10000));
  command->add_option("--json", options->json, "file for the result as JSON");
  command->footer(
      "A design with a bus trains on the chip: forward, loss, backward and update. Otherwise the "
      "array\n"
      "does the matrix products, and the host the rest.\n\n"
      "Examples:\n"
      "  gradloom train -c examples/configs/gl8x8_int8.yaml --network "
      "examples/networks/digits_mlp.yaml --data examples/data/optdigits.csv.gz\n"
      "  gradloom train -c examples/configs/gl8x8_axi_int8.yaml --network "
      "examples/networks/digits_on_chip.yaml --data examples/data/optdigits.csv.gz");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
