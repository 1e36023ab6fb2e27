// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "generator/commands.hpp"
#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "golden/split.hpp"
#include "sim/layer_json.hpp"
#include "sim/verify.hpp"

namespace gradloom {
namespace {

struct Options {
  std::string config;
  std::string json;
  Op op = Op::backward;
  Schedule schedule = Schedule::interleaved;
  LayerShape shape;
};

int run(const Options& options) {
  const Config config = load_config(options.config);
  require_writable(options.json);
  const LayerShape& shape = options.shape;
  golden::require_sum_fits(config, options.op, shape.m, shape.n, shape.b);
  const golden::Cost cost = layer_cost(config, options.op, options.schedule, shape);
  fmt::print("{}", layer_text(config, options.op, options.schedule, shape, cost));
  if (!options.json.empty()) {
    const auto json = layer_json(config, options.op, options.schedule, shape, cost);
    write_text_file(options.json, json.dump(2) + "\n");
  }
  return 0;
}

}  // namespace

void add_model(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("model", "Cycles and accesses of a layer in closed form, not simulated");
  command->add_option("-c,--config", options->config, "configuration, YAML")->required();
  add_layer_options(*command, options->op, options->schedule);
  command->add_option("--m", options->shape.m, "input features")->required()->check(size_range());
  command->add_option("--n", options->shape.n, "output features")->required()->check(size_range());
  command->add_option("--batch", options->shape.b, "batch")->required()->check(size_range());
  command->add_option("--json", options->json, "file for the result as JSON");
  command->footer(
      "Example:\n  gradloom model -c examples/configs/gl8x8_int8.yaml --m 64 --n 32 --batch 32");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
