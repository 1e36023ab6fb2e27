// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "report/figures.hpp"
#include "report/results.hpp"
#include "report/script.hpp"

namespace gradloom::report {
namespace {

// A module with its name as in rtl_templates.
std::string short_module(const std::string& module, const std::string& config) {
  const std::string prefix = config + "_";
  return module.starts_with(prefix) ? module.substr(prefix.size()) : module;
}

}  // namespace

Figure area_figure(const nlohmann::json& synth) {
  const std::string config = text_at(synth, "config");
  struct Module {
    std::string name;
    double area, cells, flip_flops, instances;
  };
  std::vector<Module> modules;
  for (const auto& [name, m] : synth.at("modules").items()) {
    modules.push_back({short_module(name, config), number_at(m, "area_um2"), number_at(m, "cells"),
                       number_at(m, "flip_flops"), number_at(m, "instances")});
  }
  std::stable_sort(modules.begin(), modules.end(),
                   [](const Module& a, const Module& b) { return a.area > b.area; });
  const double total = number_at(synth.at("total"), "area_um2");
  Figure figure;
  figure.id = "area";
  figure.title = "Cell area by module, all its instances (um2)";
  figure.text = fmt::format(
      "From gradloom flow synth, OSU 0.18 um cells, without the modules below each and without "
      "RAMs ({} bits) and wires: {} um2 in all.",
      number_at(synth.at("total"), "ram_bits"), short_number(total));
  figure.table = {
      "Cells by module", {"module", "instances", "cells", "flip-flops", "area (um2)"}, 1, {}};
  BarGroup group;
  for (const Module& m : modules) {
    figure.table.rows.push_back({m.name, fmt::format("{}", m.instances), fmt::format("{}", m.cells),
                                 fmt::format("{}", m.flip_flops), fmt::format("{:.0f}", m.area)});
    group.bars.push_back(
        {m.name.substr(0, 16),
         {{Colour::blue, m.area}},
         fmt::format("{} ({:.0f} %)", short_number(m.area), total > 0 ? 100 * m.area / total : 0)});
  }
  figure.description =
      fmt::format("{} modules, {:.0f} um2 in all; the largest is {}.", modules.size(), total,
                  modules.empty() ? "none" : modules.front().name);
  figure.draw = [group](const Frame& frame) { return bar_plot(frame, {group}, "um2"); };
  return figure;
}

Figure power_figure(const nlohmann::json& power) {
  Figure figure;
  figure.id = "power";
  figure.title = "Energy of a MAC by schedule, from gate-level activity (pJ)";
  figure.text = fmt::format(
      "From gradloom flow power: a backward product with M = {}, N = {}, B = {}, clock {} ns. "
      "Recorded operands are those of a hidden layer in training. Without RAMs, wires, clock tree "
      "and the load of clock pins.",
      number_at(power, "m"), number_at(power, "n"), number_at(power, "batch"),
      number_at(power, "period_ns"));
  figure.table = {"Runs of the netlist",
                  {"operands", "schedule", "cycles", "MACs", "power (mW)", "energy (pJ/MAC)"},
                  2,
                  {}};
  std::vector<BarGroup> groups;
  for (const auto& run : power.at("runs")) {
    const std::string operands = text_at(run, "operands");
    const std::string schedule = text_at(run, "schedule");
    const double energy = number_at(run, "pj_per_mac");
    if (groups.empty() || groups.back().heading != operands + " operands") {
      groups.push_back({operands + " operands", {}});
    }
    groups.back().bars.push_back(
        {schedule, {{Colour::blue, energy}}, fmt::format("{:.0f} pJ", energy)});
    figure.table.rows.push_back({operands, schedule, fmt::format("{}", number_at(run, "cycles")),
                                 fmt::format("{}", number_at(run, "macs")),
                                 fmt::format("{:.3f}", number_at(run, "milliwatts")),
                                 fmt::format("{:.3f}", energy)});
    figure.description += fmt::format("{}, {}: {:.0f} pJ/MAC. ", operands, schedule, energy);
  }
  figure.draw = [groups](const Frame& frame) { return bar_plot(frame, groups, "pJ for each MAC"); };
  return figure;
}

}  // namespace gradloom::report
