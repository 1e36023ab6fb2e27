// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "flow/synth_report.hpp"
#include "generator/cmd_flow.hpp"
#include "generator/text_file.hpp"

namespace gradloom {
namespace {

struct Options {
  FlowOptions flow;
  flow::SynthOptions synth;
};

int run(const Options& options) {
  require_writable(options.flow.json);
  const flow::Design design = flow::prepare_design(options.flow.config, options.flow.out);
  const flow::Netlist netlist = flow::synthesise(design, options.synth);
  const flow::SynthReport report = flow::synth_report(design, netlist);
  fmt::print("{}", report.text);
  flow::write_result(design, report.target, true, report.json, options.flow.json);
  return 0;
}

}  // namespace

void add_flow_synth(CLI::App& flow, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = flow.add_subcommand("synth", "Netlist by Yosys; cells and area by module");
  add_flow_options(*command, options->flow);
  add_netlist_options(*command, options->synth, true);
  command->footer(
      "Examples:\n"
      "  gradloom flow synth -c examples/configs/gl4x4_fprop.yaml\n"
      "  gradloom flow synth -c examples/configs/gl4x4_fprop.yaml --library xilinx --no-dsp");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
