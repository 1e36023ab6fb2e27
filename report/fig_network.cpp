// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "report/figures.hpp"
#include "report/script.hpp"

namespace gradloom::report {
namespace {

using model::ModelSchedule;

constexpr std::size_t kMostLayers = 8;

const std::vector<LegendItem>& part_colours() {
  static const std::vector<LegendItem> colours{{Colour::grey, "fprop"},
                                               {Colour::blue, "dgrad"},
                                               {Colour::orange, "wgrad"},
                                               {Colour::purple, "dgrad and wgrad interleaved"},
                                               {Colour::green, "update in the PEs"}};
  return colours;
}

std::vector<std::int64_t> part_cycles(const LayerParts& layer) {
  return {layer.fprop.cycles, layer.dgrad.cycles, layer.wgrad.cycles, layer.both.cycles,
          layer.update.cycles};
}

std::vector<std::pair<Colour, double>> bar_parts(const LayerParts& layer) {
  std::vector<std::pair<Colour, double>> parts;
  const auto cycles = part_cycles(layer);
  for (std::size_t i = 0; i < cycles.size(); ++i) {
    parts.emplace_back(part_colours()[i].colour, static_cast<double>(cycles[i]));
  }
  return parts;
}

// The items of the legend that the bars have.
std::vector<LegendItem> part_legend(const std::vector<StepParts>& steps) {
  std::vector<LegendItem> legend;
  for (std::size_t i = 0; i < part_colours().size(); ++i) {
    const bool used = std::any_of(steps.begin(), steps.end(), [&](const StepParts& step) {
      return part_cycles(step.sum())[i] > 0;
    });
    if (used) legend.push_back(part_colours()[i]);
  }
  return legend;
}

std::string cycles_text(std::int64_t cycles, std::int64_t first) {
  std::string text = short_number(static_cast<double>(cycles));
  if (first > 0) {
    text += fmt::format(" ({:.2f}x)", static_cast<double>(cycles) / static_cast<double>(first));
  }
  return text;
}

std::vector<std::string> number_row(std::vector<std::string> row, const LayerParts& layer) {
  for (const std::int64_t cycles : part_cycles(layer)) row.push_back(std::to_string(cycles));
  row.push_back(std::to_string(layer.total().cycles));
  row.push_back(std::to_string(layer.total().macs));
  return row;
}

const std::vector<std::string> kCycleColumns{"fprop (cycles)",
                                             "dgrad (cycles)",
                                             "wgrad (cycles)",
                                             "interleaved (cycles)",
                                             "update (cycles)",
                                             "all (cycles)",
                                             "MACs"};

std::vector<std::string> with_cycles(std::vector<std::string> header) {
  header.insert(header.end(), kCycleColumns.begin(), kCycleColumns.end());
  return header;
}

// The layers that take longest first.
std::vector<std::size_t> by_cycles(const StepParts& step) {
  std::vector<std::size_t> order(step.layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return step.layers[a].total().cycles > step.layers[b].total().cycles;
  });
  return order;
}

bool among_compared(ModelSchedule schedule) {
  return schedule != ModelSchedule::ws_only && schedule != ModelSchedule::os_only;
}

BarGroup group_of(const std::string& heading, const std::vector<StepParts>& steps,
                  const std::vector<std::size_t>& members) {
  BarGroup group{heading, {}};
  std::int64_t first = 0;
  for (const StepParts& step : steps) {
    if (!among_compared(step.schedule)) continue;
    StepParts part{step.schedule, {}};
    for (const std::size_t i : members) part.layers.push_back(step.layers[i]);
    const LayerParts sum = part.sum();
    if (first == 0) first = sum.total().cycles;
    group.bars.push_back(
        {name(step.schedule), bar_parts(sum), cycles_text(sum.total().cycles, first)});
  }
  return group;
}

std::vector<BarGroup> layer_groups(const std::vector<StepParts>& steps) {
  const std::vector<std::size_t> order = by_cycles(steps.front());
  const std::size_t shown = std::min(order.size(), kMostLayers);
  std::vector<BarGroup> groups;
  for (std::size_t k = 0; k < shown; ++k) {
    const LayerParts& layer = steps.front().layers[order[k]];
    const model::GemmShape& s = layer.shape;
    groups.push_back(group_of(fmt::format("{}: {} x {}, B {}{}", layer.name, s.m, s.n, s.b,
                                          s.products > 1 ? fmt::format(", x{}", s.products) : ""),
                              steps, {order[k]}));
  }
  return groups;
}

// What the layers that are not drawn take.
std::string others_text(const StepParts& step) {
  const std::vector<std::size_t> order = by_cycles(step);
  if (order.size() <= kMostLayers) return "";
  std::int64_t others = 0;
  for (std::size_t k = kMostLayers; k < order.size(); ++k) {
    others += step.layers[order[k]].total().cycles;
  }
  return fmt::format(
      " The other {} take {} cycles together, {:.0f} % of all, {}.", order.size() - kMostLayers,
      short_number(static_cast<double>(others)),
      100.0 * static_cast<double>(others) / static_cast<double>(step.sum().total().cycles),
      name(step.schedule));
}

std::string workload_text(const Config& config, const Workload& workload) {
  return fmt::format("Closed form, {} of {}, batch {}, on {} x {} PEs", parts_text(config),
                     workload.network.name, workload.batch, config.rows, config.cols);
}

std::string totals_text(const std::vector<StepParts>& steps) {
  std::string text;
  for (const StepParts& step : steps) {
    text += fmt::format("{}: {} cycles. ", name(step.schedule), step.sum().total().cycles);
  }
  return text;
}

}  // namespace

Colour schedule_colour(ModelSchedule schedule) {
  switch (schedule) {
    case ModelSchedule::interleaved: return Colour::blue;
    case ModelSchedule::separate: return Colour::orange;
    case ModelSchedule::serial: return Colour::grey;
    case ModelSchedule::ws_only: return Colour::purple;
    case ModelSchedule::os_only: return Colour::green;
    default: return Colour::gold;
  }
}

Figure network_figure(const Config& config, const Workload& workload,
                      const std::vector<StepParts>& steps) {
  Figure figure;
  figure.id = "network_cycles";
  figure.title = fmt::format("Cycles of {} by schedule", parts_text(config));
  figure.text = fmt::format(
      "{}; the RTL counts the same. In brackets the ratio to interleaved. ws_only and os_only run "
      "each product on one dataflow, best takes the faster of the two for each product.",
      workload_text(config, workload));
  figure.description = totals_text(steps);
  figure.legend = part_legend(steps);
  BarGroup group;
  const std::int64_t first = steps.front().sum().total().cycles;
  figure.table = {"Cycles of all layers together", with_cycles({"schedule"}), 1, {}};
  for (const StepParts& step : steps) {
    const LayerParts sum = step.sum();
    group.bars.push_back(
        {name(step.schedule), bar_parts(sum), cycles_text(sum.total().cycles, first)});
    figure.table.rows.push_back(number_row({name(step.schedule)}, sum));
  }
  figure.draw = [group](const Frame& frame) { return bar_plot(frame, {group}, "cycles"); };
  return figure;
}

Figure layers_figure(const Config& config, const Workload& workload,
                     const std::vector<StepParts>& steps) {
  Figure figure;
  figure.id = "layer_cycles";
  figure.title = fmt::format("Cycles of {} by layer and schedule", parts_text(config));
  figure.text =
      workload_text(config, workload) +
      ". The layers that take longest, with M x N and B of their products and how many there are. "
      "The table has all layers and schedules.";
  figure.text += others_text(steps.front());
  figure.legend = part_legend(steps);
  const std::vector<BarGroup> groups = layer_groups(steps);
  for (const BarGroup& group : groups) {
    figure.description += fmt::format("{}: ", group.heading);
    for (const Bar& bar : group.bars)
      figure.description += fmt::format("{} {}, ", bar.name, bar.value);
    figure.description.replace(figure.description.size() - 2, 1, ".");
  }
  figure.draw = [groups](const Frame& frame) { return bar_plot(frame, groups, "cycles"); };
  figure.table = {"Cycles by layer and schedule",
                  with_cycles({"layer", "schedule", "M", "N", "B", "products"}),
                  2,
                  {}};
  for (std::size_t i = 0; i < steps.front().layers.size(); ++i) {
    for (const StepParts& step : steps) {
      const LayerParts& layer = step.layers[i];
      figure.table.rows.push_back(
          number_row({layer.name, name(step.schedule), std::to_string(layer.shape.m),
                      std::to_string(layer.shape.n), std::to_string(layer.shape.b),
                      std::to_string(layer.shape.products)},
                     layer));
    }
  }
  return figure;
}

}  // namespace gradloom::report
