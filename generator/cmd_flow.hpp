// SPDX-License-Identifier: Apache-2.0
// `gradloom flow`: one subcommand a target, each in a cmd_flow_<target>.cpp.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "flow/synth.hpp"
#include "generator/commands.hpp"

namespace gradloom {

/// What all targets take.
struct FlowOptions {
  std::string config;
  std::string out = "out";
  std::string json;
};

/// -c, -o and --json.
void add_flow_options(CLI::App& command, FlowOptions& options);
/// --liberty, --flatten, --expand-rams; `library` also --library and --dsp.
void add_netlist_options(CLI::App& command, flow::SynthOptions& options, bool library);

void add_flow_synth(CLI::App& flow, Action& action);
void add_flow_gatesim(CLI::App& flow, Action& action);
void add_flow_lec(CLI::App& flow, Action& action);
void add_flow_power(CLI::App& flow, Action& action);
void add_flow_zero_gating(CLI::App& flow, Action& action);
void add_flow_sta(CLI::App& flow, Action& action);
void add_flow_pnr(CLI::App& flow, Action& action);
void add_flow_pe_table(CLI::App& flow, Action& action);
void add_flow_area_fit(CLI::App& flow, Action& action);

}  // namespace gradloom
