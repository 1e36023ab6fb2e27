// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <functional>
#include <memory>

#include "flow/operands.hpp"
#include "flow/power.hpp"
#include "flow/results.hpp"
#include "flow/synth_report.hpp"
#include "flow/timing.hpp"
#include "flow/tools.hpp"
#include "flow/zero_gating.hpp"
#include "generator/cmd_flow.hpp"
#include "generator/config_yaml.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"

namespace gradloom {
namespace {

struct Options {
  FlowOptions flow;
  flow::SynthOptions synth;
  double period = 20;
};

struct Variant {
  double pe_area = 0;
  double fmax = 0;
  std::array<double, kSchedules.size()> pj{};     ///< a MAC, all cells
  std::array<double, kSchedules.size()> pe_pj{};  ///< a MAC, PEs
};

Variant measure(const Options& options, const std::string& file, const LayerShape& shape,
                const LayerOperands& operands) {
  const flow::Design design = flow::prepare_design(file, options.flow.out);
  const flow::Netlist netlist = flow::synthesise(design, options.synth);
  const std::string pe = design.config.name + "_pe";
  Variant variant;
  for (const auto& [name, module] : netlist.modules) {
    if (module.base == pe) {
      variant.pe_area = flow::count(netlist, flow::elaborate(design), name).area;
    }
  }
  variant.fmax = flow::analyse(design, netlist, {}).fmax_mhz;
  const auto energies = flow::cell_energies(design, netlist, options.period);
  for (std::size_t i = 0; i < kSchedules.size(); ++i) {
    const flow::PowerRun run = flow::measure(design, netlist, energies, operands, kSchedules[i]);
    const double scale = 1e12 / static_cast<double>(shape.m * shape.n * shape.b * 2);
    variant.pj[i] = run.joules * scale;
    variant.pe_pj[i] = run.part.at(pe) * scale;
  }
  return variant;
}

nlohmann::ordered_json to_json(const Variant& variant) {
  nlohmann::ordered_json json{{"pe_area_um2", variant.pe_area}, {"fmax_mhz", variant.fmax}};
  for (std::size_t i = 0; i < kSchedules.size(); ++i) {
    json["pj_per_mac"][name(kSchedules[i])] = variant.pj[i];
    json["pe_pj_per_mac"][name(kSchedules[i])] = variant.pe_pj[i];
  }
  return json;
}

int run(const Options& options) {
  require_writable(options.flow.json);
  for (const char* program : {"yosys", "sta", "iverilog"}) flow::tool(program);
  const flow::Design design = flow::prepare_design(options.flow.config, options.flow.out);
  const LayerShape shape = flow::power_shape(design);
  const LayerOperands operands =
      flow::recorded_operands(design.config, shape, data_dir("examples") / "data/optdigits.csv.gz");
  std::array<Variant, 2> variants;
  for (const bool gated : {false, true}) {
    const auto file = flow::write_variant(design.config, gated, options.flow.out);
    variants[gated ? 1 : 0] = measure(options, file.string(), shape, operands);
  }
  flow::Table table({"pe.mult_stages: 2, recorded operands", "without", "zero gating", "ratio"});
  const auto row = [&](const std::string& what, double without, double with) {
    table.add({what, fmt::format("{:.1f}", without), fmt::format("{:.1f}", with),
               fmt::format("{:.3f}", with / without)});
  };
  const auto& [without, with] = variants;
  row("um2 of a PE", without.pe_area, with.pe_area);
  row("Fmax, MHz", without.fmax, with.fmax);
  for (std::size_t i = 0; i < kSchedules.size(); ++i) {
    row(fmt::format("pJ/MAC, PEs, {}", name(kSchedules[i])), without.pe_pj[i], with.pe_pj[i]);
    row(fmt::format("pJ/MAC, all, {}", name(kSchedules[i])), without.pj[i], with.pj[i]);
  }
  fmt::print("{}: a backward product, M={} N={} B={}; zeros: {:.0f} % of X, {:.0f} % of delta\n{}",
             design.config.name, shape.m, shape.n, shape.b, 100 * flow::zero_share(operands.x),
             100 * flow::zero_share(operands.delta), table.text());
  flow::write_result(design, "zero-gating", true,
                     {{"m", shape.m},
                      {"n", shape.n},
                      {"batch", shape.b},
                      {"zero_share_x", flow::zero_share(operands.x)},
                      {"zero_share_delta", flow::zero_share(operands.delta)},
                      {"without", to_json(without)},
                      {"with", to_json(with)}},
                     options.flow.json);
  return 0;
}

}  // namespace

void add_flow_zero_gating(CLI::App& flow, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      flow.add_subcommand("zero-gating", "What pe.zero_gating costs, and saves in training");
  add_flow_options(*command, options->flow);
  add_netlist_options(*command, options->synth, false);
  command->add_option("--period", options->period, "clock period in ns, for leakage; default 20")
      ->check(CLI::Range(0.01, 10000.0));
  command->footer("Example:\n  gradloom flow zero-gating -c examples/configs/gl2x2_int8.yaml");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
