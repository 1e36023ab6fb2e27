// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "flow/lec.hpp"
#include "flow/results.hpp"
#include "generator/cmd_flow.hpp"
#include "generator/progress.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

struct Options {
  FlowOptions flow;
  flow::SynthOptions synth;
  std::string netlist;
  std::vector<std::string> modules;
  int seconds = 120;
};

int run(const Options& options) {
  require_writable(options.flow.json);
  flow::require_cells(options.synth.library);
  if (options.synth.flatten) {
    throw InputError("--flatten: found a netlist of one module, allowed one with all modules");
  }
  const flow::Design design = flow::prepare_design(options.flow.config, options.flow.out);
  const flow::Netlist netlist = flow::need_netlist(design, options.synth);
  const flow::GateSources sources = flow::gate_sources(netlist, options.netlist, design.top);
  const auto proofs =
      flow::prove_modules(design, netlist, sources, options.modules, options.seconds, show_stage);
  flow::Table table({"module", "points", "proof", "seconds", "result"});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  std::string reasons;
  for (const flow::ModuleProof& proof : proofs) {
    table.add({proof.module, std::to_string(proof.points), name(proof.proof),
               fmt::format("{:.2f}", proof.seconds), proof.proven ? "proven" : "NOT PROVEN"});
    if (!proof.proven) reasons += fmt::format("{}: {}\n", proof.module, proof.reason);
    list.push_back({{"module", proof.module},
                    {"points", proof.points},
                    {"proof", name(proof.proof)},
                    {"seconds", proof.seconds},
                    {"proven", proof.proven},
                    {"reason", proof.reason}});
  }
  const auto proven = std::count_if(proofs.begin(), proofs.end(),
                                    [](const flow::ModuleProof& p) { return p.proven; });
  const auto all = static_cast<std::int64_t>(proofs.size());
  const bool pass = proven == all && all > 0;
  fmt::print("{}, configuration {}, {}: RTL against netlist\n{}{}{} of {} modules proven\n",
             design.config.name, design.hash, name(options.synth.library), table.text(), reasons,
             proven, all);
  std::string target = options.synth.library == flow::Library::osu018 ? "lec" : "lec-generic";
  // A few modules, or a netlist from elsewhere, do not speak for the one that was made here.
  if (!options.modules.empty() || !options.netlist.empty()) target += "_part";
  flow::write_result(design, target, pass,
                     {{"library", name(options.synth.library)},
                      {"netlist", netlist.made_from},
                      {"proven", proven},
                      {"modules_total", all},
                      {"modules", list}},
                     options.flow.json);
  return pass ? 0 : 1;
}

}  // namespace

void add_flow_lec(CLI::App& flow, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = flow.add_subcommand("lec", "RTL against netlist, proven module by module");
  add_flow_options(*command, options->flow);
  add_netlist_options(*command, options->synth, true);
  command->add_option("--netlist", options->netlist, "another netlist with the same modules");
  command->add_option("--module", options->modules,
                      "only this module of the netlist; may be repeated");
  command->add_option("--seconds", options->seconds, "limit of one proof; default 120")
      ->check(CLI::Range(1, 100'000));
  command->footer("Example:\n  gradloom flow lec -c examples/configs/gl2x2_int8.yaml");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
