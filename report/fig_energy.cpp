// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/figures.hpp"
#include "report/script.hpp"

namespace gradloom::report {
namespace {

// Of a step: MACs of an interleaved pass may take another energy than the others.
model::EnergySplit energy_of(const Config& config, const model::EnergyTable& table,
                             const LayerParts& sum) {
  model::Cost plain = sum.fprop;
  for (const model::Cost& part : {sum.dgrad, sum.wgrad, sum.update}) plain += part;
  model::EnergySplit split = model::energy(config, table, plain);
  split += model::energy(config, table, sum.both, true);
  return split;
}

// The unit in which the largest energy has one to three digits before the point.
struct Unit {
  const char* name;
  double per_pj;
};

Unit unit_of(double most_pj) {
  constexpr std::array units{Unit{"pJ", 1}, Unit{"nJ", 1e-3}, Unit{"uJ", 1e-6}, Unit{"mJ", 1e-9},
                             Unit{"J", 1e-12}};
  for (const Unit& unit : units) {
    if (most_pj * unit.per_pj < 1000) return unit;
  }
  return units.back();
}

}  // namespace

Figure energy_figure(const Config& config, const model::EnergyTable& table,
                     const Workload& workload, const std::vector<StepParts>& steps) {
  double most = 0;
  for (const StepParts& step : steps) {
    most = std::max(most, energy_of(config, table, step.sum()).total());
  }
  const Unit unit = unit_of(most);
  Figure figure;
  figure.id = "energy";
  figure.title = fmt::format("Energy of {} by schedule ({})", parts_text(config), unit.name);
  figure.text = fmt::format("{}, batch {}. From the table {}: {}", workload.network.name,
                            workload.batch, table.name, table.note);
  figure.legend = {{Colour::blue, "MACs"},
                   {Colour::orange, "buffers"},
                   {Colour::purple, "memory (DRAM)"},
                   {Colour::grey, "waiting PEs"}};
  figure.table = {"Energy by schedule", {"schedule"}, 1, {}};
  for (const char* part : {"MACs", "buffers", "DRAM", "waiting PEs", "all"}) {
    figure.table.header.push_back(fmt::format("{} ({})", part, unit.name));
  }
  BarGroup group;
  double first = 0;
  for (const StepParts& step : steps) {
    const model::EnergySplit e = energy_of(config, table, step.sum());
    if (first == 0) first = e.total();
    group.bars.push_back({name(step.schedule),
                          {{Colour::blue, e.mac * unit.per_pj},
                           {Colour::orange, e.buffer * unit.per_pj},
                           {Colour::purple, e.dram * unit.per_pj},
                           {Colour::grey, e.idle * unit.per_pj}},
                          fmt::format("{} ({:.2f}x)", short_number(e.total() * unit.per_pj),
                                      first > 0 ? e.total() / first : 0)});
    std::vector<std::string> row{name(step.schedule)};
    for (const double part : {e.mac, e.buffer, e.dram, e.idle, e.total()}) {
      row.push_back(fmt::format("{:.6g}", part * unit.per_pj));
    }
    figure.table.rows.push_back(row);
    figure.description +=
        fmt::format("{}: {:.4g} {}. ", name(step.schedule), e.total() * unit.per_pj, unit.name);
  }
  figure.draw = [group, unit](const Frame& frame) { return bar_plot(frame, {group}, unit.name); };
  return figure;
}

}  // namespace gradloom::report
