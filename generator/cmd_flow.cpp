// SPDX-License-Identifier: Apache-2.0
#include "generator/cmd_flow.hpp"

#include <map>
#include <string>
#include <vector>

#include "generator/commands.hpp"

namespace gradloom {

void add_flow_options(CLI::App& command, FlowOptions& options) {
  command.add_option("-c,--config", options.config, "configuration, YAML")->required();
  command.add_option("-o,--output", options.out,
                     "directory of flow/ and results/, made if needed; default out");
  command.add_option("--json", options.json, "a further file for the result as JSON");
}

void add_netlist_options(CLI::App& command, flow::SynthOptions& options, bool library) {
  if (library) {
    static const std::map<std::string, flow::Library> libraries = [] {
      std::map<std::string, flow::Library> result;
      for (const flow::Library l : flow::kLibraries) result[name(l)] = l;
      return result;
    }();
    std::vector<std::string> names;
    for (const flow::Library l : flow::kLibraries) names.emplace_back(name(l));
    command
        .add_option_function<std::string>(
            "--library", [&options](const std::string& n) { options.library = libraries.at(n); },
            "generic, ice40, ecp5, xilinx or osu018; default osu018")
        ->check(CLI::IsMember(names).description(""));
    command.add_flag("!--no-dsp", options.dsp, "FPGAs: multipliers in logic, not in DSP blocks");
  }
  command.add_option("--liberty", options.liberty,
                     "liberty file in place of osu018_stdcells.lib of qflow-tech-osu018");
  command.add_flag("--flatten", options.flatten, "one module; for small designs");
  command.add_flag("--expand-rams", options.expand_rams,
                   "RAM modules as flip-flops, not black boxes");
}

void add_flow(CLI::App& app, Action& action) {
  CLI::App* flow = app.add_subcommand("flow", "Netlists, timing, places on an FPGA, areas");
  flow->require_subcommand(1);
  for (const auto add :
       {add_flow_synth, add_flow_sta, add_flow_pnr, add_flow_pe_table, add_flow_area_fit,
        add_flow_gatesim, add_flow_lec, add_flow_power, add_flow_zero_gating})
    add(*flow, action);
  flow->footer(
      "Example:\n  gradloom flow synth -c examples/configs/gl2x2_int8.yaml\n"
      "Results are printed, and written to <output>/results/<name>/<target>.json (docs/flow.md).");
}

}  // namespace gradloom
