// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "generator/commands.hpp"
#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "golden/split.hpp"
#include "model/cost_report.hpp"
#include "model/energy_report.hpp"
#include "model/network_file.hpp"
#include "sim/layer_json.hpp"
#include "sim/verify.hpp"

namespace gradloom {
namespace {

using model::ModelOp;
using model::ModelSchedule;
using model::UpdatePlace;

struct Options {
  std::string config;
  std::string network;
  std::optional<int> m;
  std::optional<int> n;
  std::optional<int> batch;
  std::string op;
  std::string schedule = "interleaved";
  std::string update;
  std::optional<int> buffers;
  std::string energy;
  bool skip_unsupported = false;
  golden::LoopOrder loop_order = golden::LoopOrder::fixed;
  std::string json;
  std::string csv;
};

ModelOp op_of(const std::string& text, ModelOp fallback) {
  for (const ModelOp op : model::kModelOps) {
    if (text == name(op)) return op;
  }
  return fallback;
}

std::vector<ModelSchedule> schedules_of(const std::string& text) {
  std::vector<ModelSchedule> list;
  for (const ModelSchedule schedule : model::kModelSchedules) {
    if (text == "all" || text == name(schedule)) list.push_back(schedule);
  }
  return list;
}

/// The operation and schedule as those of a command; nothing if they are not of one.
std::optional<Op> command_op(ModelOp op) {
  constexpr std::array ops{Op::fprop, Op::dgrad, Op::wgrad, Op::backward};
  const auto i = static_cast<std::size_t>(op);
  return i < ops.size() ? std::optional(ops[i]) : std::nullopt;
}
std::optional<Schedule> command_schedule(const std::string& text) {
  for (const Schedule schedule : kSchedules) {
    if (text == name(schedule)) return schedule;
  }
  return std::nullopt;
}

/// One layer, as `gradloom verify` runs it.
int run_layer(const Config& config, const Options& options, Op op, Schedule schedule) {
  const LayerShape shape{*options.m, *options.n, *options.batch};
  golden::require_sum_fits(config, op, shape.m, shape.n, shape.b);
  const golden::Cost cost = layer_cost(config, op, schedule, shape);
  fmt::print("{}", layer_text(config, op, schedule, shape, cost));
  if (!options.json.empty()) {
    const auto json = layer_json(config, op, schedule, shape, cost);
    write_text_file(options.json, json.dump(2) + "\n");
  }
  return 0;
}

model::ModelNetwork layer_network(const Options& options) {
  model::ModelNetwork network;
  network.name = "layer";
  model::Layer layer;
  layer.name = "layer";
  layer.gemm.m = *options.m;
  layer.gemm.n = *options.n;
  network.layers.push_back(layer);
  return network;
}

UpdatePlace update_of(const Config& config, const std::string& text) {
  if (text.empty()) return model::default_update(config);
  if (text == "outside") return UpdatePlace::outside;
  if (!config.training.built) {
    throw InputError("--update: found in_pe, allowed outside (the configuration has no training)");
  }
  return UpdatePlace::in_pe;
}

using EnergyFile = std::optional<model::EnergyTable>;

int run_network(const Config& config, const Options& options, ModelOp op,
                const EnergyFile& energy) {
  std::vector<std::string> notes;
  model::CostQuestion question{
      config, {}, options.batch.value_or(1), op, update_of(config, options.update)};
  question.network =
      options.network.empty()
          ? layer_network(options)
          : model::load_model_network(options.network, {options.skip_unsupported, &notes});
  std::vector<model::ScheduleCost> answers;
  for (const ModelSchedule schedule : schedules_of(options.schedule)) {
    answers.push_back({schedule, network_cost(config, question.network, question.batch, schedule,
                                              op, question.update, options.loop_order)});
  }
  for (const std::string& note : notes) fmt::print("{}\n", note);
  if (options.loop_order != golden::LoopOrder::fixed) {
    fmt::print("loop order: {}\n", name(options.loop_order));
  }
  fmt::print("{}", cost_text(question, answers));
  if (energy) fmt::print("{}", energy_text(question, answers, *energy));
  if (!options.json.empty()) {
    auto json = cost_json(question, answers);
    json["left_out"] = notes;
    json["loop_order"] = name(options.loop_order);
    if (energy) add_energy(json, question, answers, *energy);
    replace_text_file(options.json, json.dump(2) + "\n");
  }
  if (!options.csv.empty()) replace_text_file(options.csv, cost_csv(question, answers));
  return 0;
}

/// What CLI11 cannot say of options that depend on each other.
void check_options(const Options& options) {
  if (!options.network.empty()) {
    if (options.m || options.n) {
      throw InputError("found --network with --m or --n, allowed either");
    }
    return;
  }
  if (!options.m && !options.n && !options.batch) {
    throw InputError("found neither --network nor --m, --n and --batch, allowed either");
  }
  for (const auto& [key, value] :
       {std::pair{"--m", options.m}, {"--n", options.n}, {"--batch", options.batch}}) {
    if (!value) throw InputError(fmt::format("{} is required without --network", key));
  }
}

int run(const Options& options) {
  check_options(options);
  Config config = load_config(options.config);
  require_writable(options.json);
  require_writable(options.csv);
  if (options.buffers) config = model::with_buffers(config, *options.buffers);
  EnergyFile energy;
  if (!options.energy.empty()) {
    energy = model::load_energy_table(options.energy);
    model::mac_pj(*energy, config.operand_bits, false);  // throws before anything is printed
  }
  const bool network = !options.network.empty();
  const ModelOp op = op_of(options.op, network ? ModelOp::step : ModelOp::backward);
  const auto layer_op = command_op(op);
  const auto layer_schedule = command_schedule(options.schedule);
  const bool fixed_order = options.loop_order == golden::LoopOrder::fixed;
  const bool plain = options.csv.empty() && fixed_order && !energy;
  if (!network && layer_op && layer_schedule && plain) {
    return run_layer(config, options, *layer_op, *layer_schedule);
  }
  return run_network(config, options, op, energy);
}

void add_choices(CLI::App& command, Options& options) {
  command
      .add_option(
          "--op", options.op,
          "fprop, dgrad, wgrad, backward (dgrad and wgrad), update or step (fprop, backward "
          "and update); default backward, step of a network")
      ->check(
          CLI::IsMember({"fprop", "dgrad", "wgrad", "backward", "update", "step"}).description(""));
  command
      .add_option("--schedule", options.schedule,
                  "interleaved, separate, serial, ws_only, os_only, best (of these two, for each "
                  "product) or all; default interleaved")
      ->check(
          CLI::IsMember({"interleaved", "separate", "serial", "ws_only", "os_only", "best", "all"})
              .description(""));
  command
      .add_option("--update", options.update,
                  "where weights are updated: in_pe or outside; default in_pe with training")
      ->check(CLI::IsMember({"in_pe", "outside"}).description(""));
}

}  // namespace

void add_model(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "model", "Cycles and accesses of a layer or network in closed form, not simulated");
  command->add_option("-c,--config", options->config, "configuration, YAML")->required();
  command->add_option("--network", options->network,
                      "network, .yaml (docs/model.md), .csv or .onnx (docs/import.md)");
  command->add_option("--m", options->m, "input features of one layer")->check(size_range());
  command->add_option("--n", options->n, "output features of one layer")->check(size_range());
  command->add_option("--batch", options->batch, "batch; default 1 of a network")
      ->check(size_range());
  add_choices(*command, *options);
  add_loop_order(*command, options->loop_order);
  command->add_option("--buffers", options->buffers, "words in each bank of every buffer instead")
      ->check(size_range());
  command->add_option("--energy", options->energy, "energy table, YAML: energy by parts too");
  command->add_flag("--skip-unsupported", options->skip_unsupported,
                    "leave out what has no counterpart here, and say so");
  command->add_option("--json", options->json, "file for the result as JSON");
  command->add_option("--csv", options->csv, "file for the result as CSV, a row a layer");
  command->footer(
      "Examples:\n"
      "  gradloom model -c examples/configs/gl8x8_int8.yaml --m 64 --n 32 --batch 32\n"
      "  gradloom model -c examples/configs/gl32x32_int8.yaml --batch 8 --schedule all \\\n"
      "    --network examples/networks/resnet50.yaml --json resnet50.json");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
