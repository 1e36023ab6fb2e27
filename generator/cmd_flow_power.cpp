// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "flow/operands.hpp"
#include "flow/power.hpp"
#include "flow/results.hpp"
#include "flow/tools.hpp"
#include "generator/cmd_flow.hpp"
#include "generator/progress.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "sim/layer_data.hpp"

namespace gradloom {
namespace {

struct Options {
  FlowOptions flow;
  flow::SynthOptions synth;
  double period = 20;
  std::string data;
  std::uint64_t seed = 1;
};

double pj_per_mac(const flow::PowerRun& run, double joules) {
  return joules * 1e12 / static_cast<double>(run.macs);
}

nlohmann::ordered_json to_json(const flow::PowerRun& run, double period) {
  nlohmann::ordered_json parts = nlohmann::ordered_json::object();
  for (const auto& [module, joules] : run.part) parts[module] = pj_per_mac(run, joules);
  const double seconds = static_cast<double>(run.cycles) * period * 1e-9;
  return {{"operands", run.operands},
          {"schedule", name(run.schedule)},
          {"cycles", run.cycles},
          {"macs", run.macs},
          {"edge_words", run.words},
          {"checks", run.checks},
          {"milliwatts", run.joules / seconds * 1e3},
          {"pj_per_mac", pj_per_mac(run, run.joules)},
          {"pj_per_mac_by_module", parts}};
}

std::string summary(const std::vector<flow::PowerRun>& runs, double period) {
  flow::Table table({"operands", "schedule", "cycles", "MACs", "mW", "pJ/MAC", "edge words"});
  for (const flow::PowerRun& run : runs) {
    const double seconds = static_cast<double>(run.cycles) * period * 1e-9;
    table.add({run.operands, name(run.schedule), std::to_string(run.cycles),
               std::to_string(run.macs), fmt::format("{:.3f}", run.joules / seconds * 1e3),
               fmt::format("{:.3f}", pj_per_mac(run, run.joules)), std::to_string(run.words)});
  }
  return table.text();
}

// pJ/MAC by module, one column a schedule, for the last set of operands.
std::string by_module(const std::vector<flow::PowerRun>& runs) {
  const std::vector<flow::PowerRun> last(runs.end() - kSchedules.size(), runs.end());
  flow::Table table({"pJ/MAC, " + last[0].operands, name(last[0].schedule), name(last[1].schedule),
                     name(last[2].schedule)});
  for (const auto& [module, joules] : last[0].part) {
    std::vector<std::string> row{module};
    for (const flow::PowerRun& run : last) {
      row.push_back(fmt::format("{:.3f}", pj_per_mac(run, run.part.at(module))));
    }
    table.add(row);
  }
  return table.text();
}

int run(const Options& options) {
  require_writable(options.flow.json);
  for (const char* program : {"yosys", "sta", "iverilog"}) flow::tool(program);
  const flow::Design design = flow::prepare_design(options.flow.config, options.flow.out);
  const LayerShape shape = flow::power_shape(design);
  const std::string data = options.data.empty()
                               ? (data_dir("examples") / "data/optdigits.csv.gz").string()
                               : options.data;
  const LayerOperands recorded = flow::recorded_operands(design.config, shape, data);
  const LayerOperands random = make_operands(design.config, shape, DataKind::random, options.seed);
  const flow::Netlist netlist = flow::need_netlist(design, options.synth);
  const auto energies = flow::cell_energies(design, netlist, options.period);
  std::vector<flow::PowerRun> runs;
  for (const bool real : {false, true}) {
    for (const Schedule schedule : kSchedules) {
      show_stage(fmt::format("{}, {}", real ? "recorded" : "random", name(schedule)));
      runs.push_back(flow::measure(design, netlist, energies, real ? recorded : random, schedule));
      runs.back().operands = real ? "recorded" : "random";
    }
  }
  fmt::print("{}, configuration {}: a backward product, M={} N={} B={}, clock {} ns\n",
             design.config.name, design.hash, shape.m, shape.n, shape.b, options.period);
  fmt::print("{}", summary(runs, options.period));
  fmt::print(
      "recorded: a hidden layer of a network in training, zeros: {:.0f} % of X, {:.0f} % of "
      "delta\n{}without RAMs, wires, clock tree and the load of clock pins\n",
      100 * flow::zero_share(recorded.x), 100 * flow::zero_share(recorded.delta), by_module(runs));
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const flow::PowerRun& one : runs) list.push_back(to_json(one, options.period));
  flow::write_result(design, "power", true,
                     {{"netlist", netlist.made_from},
                      {"m", shape.m},
                      {"n", shape.n},
                      {"batch", shape.b},
                      {"period_ns", options.period},
                      {"zero_share_x", flow::zero_share(recorded.x)},
                      {"zero_share_delta", flow::zero_share(recorded.delta)},
                      {"runs", list}},
                     options.flow.json);
  return 0;
}

}  // namespace

void add_flow_power(CLI::App& flow, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = flow.add_subcommand(
      "power", "Energy per MAC of three schedules: OpenSTA and a gate-level run");
  add_flow_options(*command, options->flow);
  add_netlist_options(*command, options->synth, false);
  command->add_option("--period", options->period, "clock period in ns, for mW; default 20")
      ->check(CLI::Range(0.01, 10000.0));
  command->add_option("--data", options->data,
                      "digits to train on, for the recorded operands; default those of examples/");
  command->add_option("--seed", options->seed, "of the random operands; default 1");
  command->footer("Example:\n  gradloom flow power -c examples/configs/gl2x2_int8.yaml");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
