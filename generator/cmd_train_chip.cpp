// SPDX-License-Identifier: Apache-2.0
#include "generator/cmd_train_chip.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "generator/config_yaml.hpp"
#include "generator/progress.hpp"
#include "generator/text_file.hpp"
#include "sim/chip_trainer.hpp"
#include "sim/model_builder.hpp"
#include "sim/run_counters.hpp"
#include "sim/train_report.hpp"

namespace gradloom {
namespace {

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

nlohmann::ordered_json hardware_report(const ChipTraining& chip) {
  const gradloom_run_counters& sum = chip.counters.sum;
  const auto batches = static_cast<double>(chip.counters.batches);
  const auto each = [&](std::uint64_t all) { return static_cast<double>(all) / batches; };
  fmt::print(
      "\nRTL, driven through its AXI4-Lite slave by the C driver alone: {} clock cycles "
      "simulated,\n"
      "{} checks of pins and bus rules, {} weights, biases and outputs compared, 0 mismatches\n"
      "  {} batches in {} runs, {:.0f} cycles a batch: compute {:.1f} %, load {:.1f} %, drain "
      "{:.1f} "
      "%, bus {:.1f} %\n"
      "  {:.0f} beats read and {:.0f} written a batch, {:.0f} of descriptors\n",
      chip.cycles, chip.checks, chip.words_compared, chip.counters.batches, chip.counters.runs,
      each(sum.run_cycles), 100 * share(sum.compute_cycles, sum.run_cycles),
      100 * share(sum.load_cycles, sum.run_cycles), 100 * share(sum.drain_cycles, sum.run_cycles),
      100 * share(sum.bus_cycles, sum.run_cycles), each(sum.read_beats), each(sum.write_beats),
      each(sum.fetch_beats));
  nlohmann::ordered_json json{{"simulated_cycles", chip.cycles},
                              {"checks", chip.checks},
                              {"words_compared", chip.words_compared},
                              {"mismatches", 0},
                              {"runs", chip.counters.runs},
                              {"batches", chip.counters.batches}};
  json.update(counters_json(sum));
  return json;
}

TrainResult as_train_result(const OnChipResult& chip, const Network& network) {
  TrainResult result;
  for (const OnChipEpoch& epoch : chip.epochs) result.engine.epochs.push_back(epoch.result);
  result.reference = chip.reference;
  result.engine.steps = chip.reference.steps;
  const auto batch = static_cast<std::size_t>(network.training.batch);
  result.train_rows = static_cast<int>(chip.plan.split.train.size() / batch * batch);
  result.held_out_rows = static_cast<int>(chip.plan.split.held_out.size());
  return result;
}

}  // namespace

void train_on_chip(const Config& config, const Network& network, const Dataset& data,
                   const std::string& engine, const std::string& json) {
  const auto on_epoch = [&](const OnChipEpoch& chip, const EpochResult& reference) {
    fmt::print("{}\n", epoch_line(chip.result, reference, network.training.epochs));
    std::fflush(stdout);
  };
  ChipTraining chip;
  auto hardware = nlohmann::ordered_json::object();
  if (engine == "rtl") {
    BuildOptions build;
    build.profile = Profile::speed;
    build.progress = show_stage;
    const BuiltModel built = build_model(config, build);
    ChipTrainingOptions options;
    options.bench.seed = config.testbench.seed;
    options.bench.config_hash = config_hash(config);
    options.on_epoch = on_epoch;
    chip = train_chip(config, network, data, built.library, options);
  } else {
    OnChipPlan plan = plan_on_chip(config, network, data);
    OnChipOptions options;
    options.cuts = compile_for_epochs(config, network, plan).layer_cuts();
    options.on_epoch = on_epoch;
    chip.golden = run_on_chip(config, network, data, std::move(plan), options);
  }
  for (const std::string& note : chip.golden.plan.net.notes) fmt::print("note: {}\n", note);
  const TrainResult result = as_train_result(chip.golden, network);
  fmt::print("{}", train_summary(result, engine, config.operand_bits));
  if (engine == "rtl") hardware = hardware_report(chip);
  if (json.empty()) return;
  const nlohmann::ordered_json report =
      train_json(result, hash_text(config), engine, network.name, hardware);
  write_text_file(json, report.dump(2) + "\n");
}

}  // namespace gradloom
