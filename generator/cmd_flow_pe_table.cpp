// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "flow/pe_table.hpp"
#include "flow/results.hpp"
#include "generator/cmd_flow.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

struct Options {
  FlowOptions flow;
  std::string liberty;
  std::vector<std::string> formats;
  flow::PeLayer layer;
  bool check = false;
  bool no_stages = false;
  int orders = 8;
};

// "8/32"
flow::PeFormat read_format(const std::string& text) {
  flow::PeFormat format;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%d/%d%c", &format.operand_bits, &format.accumulator_bits, &rest) !=
      2) {
    throw InputError(fmt::format(
        "--format: found \"{}\", allowed OPERAND/ACCUMULATOR bits such as 8/32", printable(text)));
  }
  return format;
}

int run(const Options& options) {
  require_writable(options.flow.json);
  const flow::Design base = flow::prepare_design(options.flow.config, options.flow.out);
  std::vector<flow::PeFormat> formats;
  for (const std::string& text : options.formats) formats.push_back(read_format(text));
  if (formats.empty()) {
    formats.push_back({base.config.operand_bits, base.config.accumulator_bits});
  }
  std::vector<flow::PeMeasure> measures;
  for (const flow::PeFormat& format : formats) {
    for (const auto& variant : flow::pe_variants(base.config.overflow == Overflow::saturate)) {
      if (options.no_stages && variant.key.starts_with("stages")) continue;
      measures.push_back(flow::measure_pe(base, variant, format, options.liberty, options.orders));
    }
  }
  const flow::PeReport report = flow::pe_report(base, measures, options.layer);
  fmt::print("{}", report.text);
  flow::write_result(base, "pe-table", report.aims_met, report.json, options.flow.json);
  return options.check && !report.aims_met ? 1 : 0;
}

}  // namespace

void add_flow_pe_table(CLI::App& flow, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = flow.add_subcommand(
      "pe-table", "Area, Fmax and LUTs of PEs: each dataflow alone, both, interleaved, pipelined");
  add_flow_options(*command, options->flow);
  command->add_option("--liberty", options->liberty,
                      "liberty file in place of osu018_stdcells.lib of qflow-tech-osu018");
  command->add_option("--format", options->formats,
                      "operand and accumulator bits; may be repeated; default those of the "
                      "configuration");
  command->add_option("--m", options->layer.m, "input features of the timed layer; default 64")
      ->check(size_range());
  command->add_option("--n", options->layer.n, "output features; default 64")->check(size_range());
  command->add_option("--batch", options->layer.batch, "batch; default 32")->check(size_range());
  command
      ->add_option("--orders", options->orders,
                   "orders in which abc sees the logic of a PE; two netlists each, the fastest "
                   "counts; default 8")
      ->check(CLI::Range(1, 256));
  command->add_flag("--no-stages", options->no_stages, "only the dataflows, no pipeline stages");
  command->add_flag("--check", options->check, "exit with 1 if an aim is missed");
  command->footer(
      "Example:\n  gradloom flow pe-table -c examples/configs/gl8x8_int8.yaml --format 8/32 "
      "--format 16/48");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
