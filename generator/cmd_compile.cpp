// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/lowering.hpp"
#include "compiler/net_files.hpp"
#include "generator/commands.hpp"
#include "generator/config_yaml.hpp"
#include "generator/interrupt.hpp"
#include "generator/output_dir.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"
#include "sim/dataset.hpp"
#include "sim/mlp.hpp"
#include "sim/network.hpp"
#include "sim/on_chip_training.hpp"

namespace gradloom {
namespace {

struct Options {
  std::string config;
  std::string network;
  std::string data;
  std::string output;
  std::string json;
  std::uint64_t base = 0;
  int batches = 0;  // 0: an epoch, or 1 without data
  bool keep_outputs = false;
  bool force = false;
};

/// Without data nothing can be measured: initial weights as they are drawn, and values of a network
/// that is neither dead nor saturated.
std::vector<LayerRanges> assumed_ranges(const Network& network, const Mlp& mlp) {
  std::vector<LayerRanges> ranges;
  for (const MlpLayer& layer : mlp) {
    LayerRanges range;
    for (const float w : layer.w.data) {
      range.weight = std::max(range.weight, std::fabs(static_cast<double>(w)));
    }
    range.out = 4;
    range.delta = 1;
    range.gradient = std::sqrt(static_cast<double>(network.training.batch));
    ranges.push_back(range);
  }
  return ranges;
}

OnChipPlan plan_without_data(const Config& config, const Network& network) {
  const Mlp mlp = make_mlp(network.layers, network.training.seed);
  OnChipPlan plan;
  plan.ranges = assumed_ranges(network, mlp);
  plan.net = quantize_net(config, network, plan.ranges);
  plan.net.notes.emplace_back("without --data the scales are guesses");
  plan.seed = static_cast<std::uint32_t>(network.training.seed);
  plan.initial = quantize_state(config, plan.net, mlp, plan.seed);
  return plan;
}

golden::Operands rows_of(const golden::Operands& all, int first, int count) {
  golden::Operands part(count, all.cols);
  std::copy_n(all.row(first), part.data.size(), part.data.begin());
  return part;
}

/// The batches of as many epochs as it takes, in the order of training.
void pack_data(const Config& config, const Network& network, const Dataset& data,
               const OnChipPlan& plan, const compiler::CompiledNet& net, int batches,
               std::vector<std::uint8_t>& image) {
  DataOrder order(plan.split.train, network.training.seed);
  const int batch = network.training.batch;
  for (int done = 0; done < batches;) {
    const EpochData epoch = epoch_data(plan, network, data, order.next_epoch());
    for (int first = 0; first < epoch.x.rows && done < batches; first += batch, ++done) {
      compiler::write_batch(config, net, net.map.inputs, done, rows_of(epoch.x, first, batch),
                            image);
      if (!net.numbers.loss_on_chip) continue;
      compiler::write_batch(config, net, net.map.targets, done,
                            rows_of(epoch.targets, first, batch), image);
    }
  }
}

// At least 1: plan_on_chip() takes no more for a batch than there are rows to train on.
int batches_of(const Options& options, const Network& network, const OnChipPlan& plan,
               bool has_data) {
  if (!has_data) return std::max(options.batches, 1);
  if (options.batches > 0) return options.batches;
  return static_cast<int>(plan.split.train.size()) / network.training.batch;
}

std::string_view as_text(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void print_summary(const Options& options, const compiler::CompiledNet& net,
                   const std::vector<std::string>& notes) {
  for (const std::string& note : notes) fmt::print("note: {}\n", note);
  for (const compiler::CompiledList& list : net.lists) {
    fmt::print("{:<8} {:>5} descriptors at 0x{:x}", list.name, list.length(), list.address);
    if (list.batch.total() > 0) {
      fmt::print("; a batch: {} beats in and {} out (necessary {} and {}), about {} cycles",
                 list.batch.load, list.batch.store, list.necessary.load, list.necessary.store,
                 list.cycles.batch);
    }
    fmt::print("\n");
  }
  fmt::print("{}: {} bytes from 0x{:x} on\n", options.output, net.end - net.map.base, net.map.base);
}

int run(const Options& options) {
  const Config config = load_config(options.config);
  const Network network = load_network(options.network);
  require_writable(options.json);
  std::optional<Dataset> data;
  if (!options.data.empty()) data = read_dataset(options.data, network.data);
  const OnChipPlan plan =
      data ? plan_on_chip(config, network, *data) : plan_without_data(config, network);
  compiler::LowerOptions lower;
  lower.base = options.base;
  lower.keep_outputs = options.keep_outputs;
  lower.batches = batches_of(options, network, plan, data.has_value());
  const compiler::CompiledNet net = compiler::lower(config, plan.net.numbers, lower);
  std::vector<std::uint8_t> image = compiler::memory_image(config, net, plan.initial.layers);
  if (data) pack_data(config, network, *data, plan, net, lower.batches, image);
  check_interrupt();

  const compiler::NetTitle title{network.name, config.name, config_hash(config), plan.seed,
                                 data ? lower.batches : 0};
  const nlohmann::ordered_json map = compiler::memory_map_json(config, net, title);
  OutputDir dir(options.output, options.force);
  write_text_file(dir.path() / "descriptors.bin", as_text(compiler::list_bytes(net)));
  write_text_file(dir.path() / "image.bin", as_text(image));
  write_text_file(dir.path() / "memory_map.json", map.dump(2) + "\n");
  write_text_file(dir.path() / (compiler::identifier(network.name) + "_net.h"),
                  compiler::net_header(net, title));
  write_text_file(dir.path() / "listing.txt", compiler::listing(config, net));
  const nlohmann::ordered_json manifest{{"tool", "gradloom"},
                                        {"version", kVersion},
                                        {"config_hash", hash_text(config)},
                                        {"network", network.name}};
  write_text_file(dir.path() / "manifest.json", manifest.dump(2) + "\n");
  check_interrupt();
  dir.commit();
  print_summary(options, net, plan.net.notes);
  if (!options.json.empty()) write_text_file(options.json, map.dump(2) + "\n");
  return 0;
}

}  // namespace

void add_compile(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("compile", "Make the memory image that trains a network on the chip");
  command->add_option("-c,--config", options->config, "configuration with host.bus axi, YAML")
      ->required();
  command->add_option("--network", options->network, "network, YAML")->required();
  command->add_option("--data", options->data,
                      "samples, CSV or gzip of it: for the scales, and packed into the image");
  command
      ->add_option("--batches", options->batches,
                   "batches that the image has room for; default an epoch of --data, or 1")
      ->check(CLI::Range(1, static_cast<int>(golden::kMaxIterations)));
  command->add_option("-o,--output", options->output, "directory to make")->required();
  command->add_flag("--keep-outputs", options->keep_outputs,
                    "training stores the outputs of the last layer too");
  command->add_option("--base", options->base, "address of the image, a multiple of 4096")
      ->check([](const std::string& text) {
        std::uint64_t value = 0;
        const bool number = CLI::detail::lexical_cast(text, value);
        return number && value % 4096 == 0 ? std::string() : text + " is no multiple of 4096";
      });
  command->add_option("--json", options->json, "file for the memory map as JSON");
  command->add_flag("--force", options->force, "replace a directory that gradloom made");
  command->footer(
      "Examples:\n"
      "  gradloom compile -c examples/configs/gl8x8_axi_int8.yaml --network "
      "examples/networks/digits_on_chip.yaml --data examples/data/optdigits.csv.gz -o out/digits\n"
      "  gradloom compile -c examples/configs/gl8x8_axi_int8.yaml --network "
      "examples/networks/digits_on_chip.yaml --batches 4 --base 0x40000000 -o out/digits");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
