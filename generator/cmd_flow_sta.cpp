// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "flow/results.hpp"
#include "flow/timing.hpp"
#include "flow/timing_report.hpp"
#include "generator/cmd_flow.hpp"
#include "generator/text_file.hpp"

namespace gradloom {
namespace {

struct Options {
  FlowOptions flow;
  flow::SynthOptions synth;
  flow::TimingOptions timing;
  double period = 0;  // 0: not given
};

int run(Options options) {
  require_writable(options.flow.json);
  if (options.period > 0) options.timing.period_ns = options.period;
  const flow::Design design = flow::prepare_design(options.flow.config, options.flow.out);
  const flow::Netlist netlist = flow::need_netlist(design, options.synth);
  const flow::Timing timing = flow::analyse(design, netlist, options.timing);
  const bool met = timing.hold_slack_ns >= 0 && (options.period == 0 || timing.setup_slack_ns >= 0);
  fmt::print("{}", flow::timing_text(design, timing, options.timing));
  if (!met) {
    fmt::print("FAIL: set-up slack {:.3f} ns at {} ns, hold slack {:.3f} ns\n",
               timing.setup_slack_ns, options.timing.period_ns, timing.hold_slack_ns);
  }
  nlohmann::ordered_json keys{{"netlist", netlist.made_from}};
  keys.update(flow::timing_json(timing, options.timing));
  flow::write_result(design, "sta", met, keys, options.flow.json);
  return met ? 0 : 1;
}

}  // namespace

void add_flow_sta(CLI::App& flow, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      flow.add_subcommand("sta", "Timing of the OSU 0.18 um netlist by OpenSTA: Fmax, worst path");
  add_flow_options(*command, options->flow);
  add_netlist_options(*command, options->synth, false);
  command
      ->add_option("--period", options->period,
                   "clock period in ns that must be met; default 10, and only hold must be")
      ->check(CLI::Range(0.01, 10000.0));
  command
      ->add_option("--ram-access", options->timing.ram_access_ns,
                   "clock to output of a RAM in ns; default 2, a placeholder")
      ->check(CLI::Range(0.0, 1000.0));
  command->footer(
      "Example:\n  gradloom flow sta -c examples/configs/gl2x2_int8.yaml\n"
      "Uses the netlist of `flow synth`, or makes it if there is none; one that is stale is an "
      "error.");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
