// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <vector>

#include "flow/gate_sim.hpp"
#include "flow/results.hpp"
#include "flow/tools.hpp"
#include "generator/cmd_flow.hpp"
#include "generator/text_file.hpp"
#include "sim/testbench.hpp"

namespace gradloom {
namespace {

constexpr std::int64_t kDefaultCycles = 1'000;

struct Options {
  FlowOptions flow;
  flow::SynthOptions synth;
  std::string netlist;
  std::int64_t cycles = kDefaultCycles;
  int stalls = 0;
  std::uint64_t seed = 1;
};

int run(const Options& options) {
  require_writable(options.flow.json);
  flow::require_cells(options.synth.library);
  flow::tool("iverilog");
  const flow::Design design = flow::prepare_design(options.flow.config, options.flow.out);
  const flow::Netlist netlist = flow::need_netlist(design, options.synth);
  const flow::GateSources sources = flow::gate_sources(netlist, options.netlist, design.top);
  IcarusOptions icarus = flow::gate_options(sources, false);
  icarus.stalls = options.stalls;
  icarus.seed = options.seed;
  const auto begin = std::chrono::steady_clock::now();
  const IcarusResult result =
      run_icarus(design.config, default_testbench(design.config, options.cycles), icarus);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::int64_t cells = 0;
  for (const auto& [module, count] : netlist.modules) {
    for (const auto& [cell, number] : count.cells) cells += number * count.instances;
  }
  flow::Table table({"netlist", "cells", "answers compared", "seconds", "result"});
  table.add({name(options.synth.library), std::to_string(cells), std::to_string(result.checks),
             fmt::format("{:.1f}", seconds), result.passed ? "pass" : "FAIL"});
  fmt::print("{}, configuration {}: the netlist in the testbench of the RTL, Icarus Verilog\n{}",
             design.config.name, design.hash, table.text());
  if (!result.passed) fmt::print("{}\n", result.message);
  std::string target =
      options.synth.library == flow::Library::osu018 ? "gatesim" : "gatesim-generic";
  // A shorter run, or a netlist from elsewhere, does not speak for the one that was made here.
  if (options.cycles < kDefaultCycles || !options.netlist.empty()) target += "_part";
  flow::write_result(design, target, result.passed,
                     {{"library", name(options.synth.library)},
                      {"netlist", netlist.made_from},
                      {"cells", cells},
                      {"stalls", options.stalls},
                      {"seed", options.seed},
                      {"checks", result.checks},
                      {"message", result.message}},
                     options.flow.json);
  return result.passed ? 0 : 1;
}

}  // namespace

void add_flow_gatesim(CLI::App& flow, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      flow.add_subcommand("gatesim", "The netlist in the testbench of the RTL, in Icarus Verilog");
  add_flow_options(*command, options->flow);
  add_netlist_options(*command, options->synth, true);
  command->add_option("--netlist", options->netlist, "another netlist of the same top module");
  command
      ->add_option("--cycles", options->cycles,
                   "clock cycles of commands on directed and random shapes, roughly; default 1000")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}));
  command->add_option("--stalls", options->stalls, "percent of cycles a handshake is held off")
      ->check(CLI::Range(0, 90));
  command->add_option("--seed", options->seed, "of the stalls; default 1");
  command->footer(
      "Example:\n  gradloom flow gatesim -c examples/configs/gl2x2_int8.yaml --library generic");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
