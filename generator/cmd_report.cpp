// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "generator/commands.hpp"
#include "generator/config_yaml.hpp"
#include "generator/progress.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/network_file.hpp"
#include "report/gnuplot.hpp"
#include "report/report.hpp"

namespace gradloom {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string config;
  std::string network;
  std::string energy;
  std::string results;
  std::string output;
  std::string csv;
  std::int64_t batch = 0;
  bool activity = false;
  bool skip_unsupported = false;
};

constexpr std::int64_t kDefaultBatch = 32;

void require_csv_dir(const fs::path& dir) {
  std::error_code error;
  if (dir.empty() || fs::is_directory(dir, error)) return;
  if (fs::exists(dir, error)) {
    throw InputError(printable(dir.string(), 400) + ": found a file, allowed a directory");
  }
}

void write_csv(const fs::path& dir, const std::vector<report::Figure>& figures) {
  if (dir.empty()) return;
  std::error_code error;
  fs::create_directories(dir, error);  // if not, the file says so
  for (const report::Figure& figure : figures) {
    replace_text_file(dir / (figure.id + ".csv"), report::csv(figure.table));
  }
}

report::Workload workload_of(const Options& options, const Config& config,
                             std::vector<std::string>& notes) {
  report::Workload workload = report::default_workload(config);
  if (!options.network.empty()) {
    workload.network =
        model::load_model_network(options.network, {options.skip_unsupported, &notes});
    workload.batch = kDefaultBatch;
  }
  if (options.batch > 0) workload.batch = options.batch;
  return workload;
}

int run(const Options& options) {
  report::ReportInputs inputs;
  inputs.config = load_config(options.config);
  require_writable(options.output);
  require_csv_dir(options.csv);
  inputs.named_network = !options.network.empty();
  inputs.workload = workload_of(options, inputs.config, inputs.notes);
  if (!options.energy.empty()) inputs.energy = model::load_energy_table(options.energy);
  const bool named = !options.results.empty();
  inputs.results =
      report::read_results(named ? options.results : "out/results", inputs.config, named);
  inputs.verification = report::recorded_verification(inputs.config, inputs.results);
  report::report_page(inputs);  // refuses before anything is simulated
  if (options.activity) inputs.activity = report::measure_activity(inputs.config, show_stage);
  const report::Page page = report::report_page(inputs);
  const auto figures = report::figures_of(page);
  show_stage("drawing");
  const std::string html = report::render_page(page, report::draw(figures));
  write_csv(options.csv, figures);
  replace_text_file(options.output, html);
  for (const std::string& stale : inputs.results.stale) {
    fmt::print(stderr, "gradloom: left out, stale: {}\n", stale);
  }
  fmt::print("{}: {} figures, {} kB, configuration {}\n", options.output, figures.size(),
             (html.size() + 1023) / 1024, hash_text(inputs.config));
  return 0;
}

}  // namespace

void add_report(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "report", "One HTML file with the figures of a design, and their data as tables and CSV");
  command->add_option("-c,--config", options->config, "configuration, YAML")->required();
  command->add_option("-o,--output", options->output, "HTML file to write")->required();
  command->add_option("--network", options->network,
                      "network: .yaml, .csv (SCALE-Sim) or .onnx; default one layer of 4R x 4C");
  command
      ->add_option("--batch", options->batch,
                   "samples of a training step; default 32, without a network R")
      ->check(size_range());
  command->add_flag("--skip-unsupported", options->skip_unsupported,
                    "leave out layers of the network that have no counterpart");
  command->add_flag("--activity", options->activity,
                    "simulate the RTL and show what each PE does; needs Verilator");
  command->add_option("--energy", options->energy, "table of energies, YAML (docs/evidence.md)");
  command->add_option("--results", options->results,
                      "results of `gradloom flow`; default out/results, if it is there");
  command->add_option("--csv", options->csv, "directory for the data of each figure as CSV");
  command->footer(
      "Examples:\n"
      "  gradloom report -c examples/configs/gl8x8_int8.yaml -o report.html\n"
      "  gradloom report -c examples/configs/gl8x8_int8.yaml --activity --csv data \\\n"
      "    --network examples/networks/digits_mlp.yaml --batch 16 -o report.html\n"
      "The file needs no network and no other file. docs/report.md says how to read it.");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
