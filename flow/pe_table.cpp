// SPDX-License-Identifier: Apache-2.0
#include "flow/pe_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "flow/pe_config.hpp"
#include "flow/synth_report.hpp"
#include "flow/timing.hpp"

namespace gradloom::flow {
namespace {

constexpr const char* kBoth = "fprop, dgrad, wgrad";

// A PE that changes its operation between layers only. The bits of ctl_i that say which operation
// runs do not travel through it; they come from outside and stand still. Whether the slot counts
// still travels.
std::string per_layer_wrapper(const PeFormat& f) {
  return fmt::format(
      "module pe_per_layer (\n"
      "    input wire clk_i, input wire rst_ni, input wire [2:0] mode_i,\n"
      "    input wire [5:0] ctl_i, output wire [5:0] ctl_o,\n"
      "    input wire [{0}:0] west_i, output wire [{0}:0] east_o,\n"
      "    input wire [{0}:0] north_i, output wire [{0}:0] south_o,\n"
      "    input wire [{1}:0] weight_i, output wire [{1}:0] weight_o,\n"
      "    input wire [{0}:0] drain_i, output wire [{0}:0] drain_o\n"
      ");\n"
      "  wire [1:0] unused;\n"
      "  wire [2:0] mode = {{mode_i[2] & ctl_i[0], mode_i[1:0]}};\n"
      "  pe_pe u_pe (.clk_i(clk_i), .rst_ni(rst_ni), .ctl_i({{ctl_i[5:1], mode}}),\n"
      "      .ctl_o({{ctl_o, unused}}), .west_i(west_i), .east_o(east_o), .north_i(north_i),\n"
      "      .south_o(south_o), .weight_i(weight_i), .weight_o(weight_o), .drain_i(drain_i),\n"
      "      .drain_o(drain_o));\n"
      "endmodule\n",
      f.accumulator_bits - 1, f.operand_bits - 1);
}

// The fastest of the netlists that abc makes of the same logic in different orders, with and
// without restructuring for area before.
void map_in_orders(const Design& design, const std::filesystem::path& liberty, int orders,
                   PeMeasure& result) {
  SynthOptions options;
  options.liberty = liberty;
  options.flatten = true;
  TimingOptions timing;
  if (result.variant.per_layer) timing.static_ports.emplace_back("mode_i");
  const Elaborated elaborated = elaborate(design);
  for (int i = 0; i < 2 * orders; ++i) {
    options.reduce = i < orders;
    options.order = i % orders;
    const Netlist netlist = synthesise(design, options);
    const double period = analyse(design, netlist, timing).min_period_ns;
    result.periods.push_back(period);
    if (i > 0 && period >= result.min_period_ns) continue;
    const CellCount cells = count(netlist, elaborated, design.top);
    result.area_um2 = cells.area;
    result.cells = cells.cells;
    result.flip_flops = cells.flip_flops;
    result.min_period_ns = period;
  }
  std::vector<double> sorted = result.periods;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t half = sorted.size() / 2;
  result.median_period_ns =
      sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

}  // namespace

std::vector<PeVariant> pe_variants(bool saturate) {
  std::vector<PeVariant> list{{"ws", "WS only", "fprop, dgrad"},
                              {"os", "OS only", "wgrad"},
                              {"per_layer", "both, one a layer", kBoth, true},
                              {"interleaved", "interleaved", kBoth}};
  for (int add = 1; add <= (saturate ? 1 : 2); ++add) {
    for (int mult = 0; mult <= 2; ++mult) {
      if (mult == 0 && add == 1) continue;
      list.push_back({fmt::format("stages_{}_{}", mult, add),
                      fmt::format("  mult_stages {}, add_stages {}", mult, add), kBoth, false, mult,
                      add});
      if (mult == 2) {
        PeVariant gated = list.back();
        gated.key += "_gated";
        gated.label += ", zero gating";
        gated.zero_gating = true;
        list.push_back(gated);
      }
    }
  }
  return list;
}

PeMeasure measure_pe(const Design& base, const PeVariant& variant, const PeFormat& format,
                     const std::filesystem::path& liberty, int orders) {
  const bool saturate = base.config.overflow == Overflow::saturate;
  std::vector<EmittedFile> more;
  if (variant.per_layer) more.push_back({"rtl/pe_per_layer.v", per_layer_wrapper(format)});
  Design design = prepare_design(
      pe_config(variant, format, saturate), base.config_file, base.out,
      base.work / "pe" /
          fmt::format("{}_{}_{}", variant.key, format.operand_bits, format.accumulator_bits),
      more);
  design.top = variant.per_layer ? "pe_per_layer" : "pe_pe";
  PeMeasure result;
  result.variant = variant;
  result.format = format;
  map_in_orders(design, liberty, orders, result);
  const Elaborated elaborated = elaborate(design);
  SynthOptions options{
      .library = Library::xilinx, .liberty = {}, .flatten = true, .dsp = false, .wide_mux = true};
  const Netlist wide = synthesise(design, options);
  result.wide_luts = count(wide, elaborated, design.top).luts;
  for (const auto& [cell, number] : wide.modules.at(design.top).cells) {
    if (cell.starts_with("MUXF")) result.wide_muxes += number;
  }
  options.wide_mux = false;
  const CellCount logic = count(synthesise(design, options), elaborated, design.top);
  result.luts = logic.luts;
  result.carries = logic.carries;
  options.dsp = true;
  const CellCount dsp = count(synthesise(design, options), elaborated, design.top);
  result.luts_dsp = dsp.luts;
  result.dsps = dsp.dsps;
  return result;
}

}  // namespace gradloom::flow
