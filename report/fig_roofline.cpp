// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/figures.hpp"
#include "report/script.hpp"

namespace gradloom::report {
namespace {

using model::ModelSchedule;

constexpr int kAssumedBits = 64;  // of the bus of a design without one

int bus_bits(const Config& config) {
  return config.bus == HostBus::axi ? config.data_bits : kAssumedBits;
}

// Beats of the bus for the words of a cost, each in the whole bytes that it takes in memory.
double beats(const Config& config, const model::Cost& cost) {
  constexpr int kByte = 8;
  double bits = 0;
  for (int i = 0; i < kBaseCount; ++i) {
    const auto buffer = static_cast<Buffer>(i);
    const int bytes = (word_bits(config, buffer) + kByte - 1) / kByte;
    bits += static_cast<double>(cost.dram[static_cast<std::size_t>(i)].total()) * bytes * kByte;
  }
  return bits / bus_bits(config);
}

struct Point {
  std::string layer;
  ModelSchedule schedule;
  double intensity = 0;  ///< MACs a beat
  double rate = 0;       ///< MACs a cycle, if the bus does not hold the array up
};

std::vector<Point> points_of(const Config& config, const std::vector<StepParts>& steps) {
  std::vector<Point> points;
  for (const StepParts& step : steps) {
    if (step.schedule != ModelSchedule::interleaved && step.schedule != ModelSchedule::separate &&
        step.schedule != ModelSchedule::serial) {
      continue;
    }
    for (const LayerParts& layer : step.layers) {
      const model::Cost cost = layer.total();
      const double words = beats(config, cost);
      if (cost.cycles == 0 || words <= 0) continue;
      points.push_back({layer.name, step.schedule, static_cast<double>(cost.macs) / words,
                        static_cast<double>(cost.macs) / static_cast<double>(cost.cycles)});
    }
  }
  return points;
}

struct Window {
  double left = 0.25;
  double right = 4;
  double bottom = 1;
  double top = 2;
};

Window window_of(const Config& config, const std::vector<Point>& points) {
  const double peak = static_cast<double>(config.rows) * config.cols;
  Window w{peak / 8, peak * 8, peak / 8, peak * 2};
  for (const Point& point : points) {
    w.left = std::min(w.left, point.intensity / 2);
    w.right = std::max(w.right, point.intensity * 2);
    w.bottom = std::min(w.bottom, point.rate / 2);
  }
  return w;
}

Plot plot(const Config& config, const std::vector<Point>& points, const Frame& frame) {
  const double peak = static_cast<double>(config.rows) * config.cols;
  const Window w = window_of(config, points);
  std::string script = fmt::format(
      "set logscale xy 2\nset xrange [{}:{}]\nset yrange [{}:{}]\nset lmargin 8\nset rmargin 4\n"
      "set tmargin 0.5\nset xlabel 'MACs for each beat of the bus' tc {}\n"
      "set ylabel 'MACs a cycle' tc {}\nset grid xtics ytics lt 1 lc {} lw 1\n"
      "set format x '%g'\nset format y '%g'\nset samples 200\n",
      w.left, w.right, w.bottom, w.top, gnuplot_rgb(Colour::muted), gnuplot_rgb(Colour::muted),
      gnuplot_rgb(Colour::grid));
  if (frame.narrow) script += "set xtics 16\n";
  script += label(fmt::format("{} MACs a cycle: the PEs", config.rows * config.cols), w.right * 0.9,
                  peak * 1.25, Align::right, Colour::ink);
  std::string plots = fmt::format("plot (x < {0} ? x : {0}) with lines lw 2 lc {1}", peak,
                                  gnuplot_rgb(Colour::ink));
  // interleaved last, on top of the others.
  constexpr int kTriangle = 9;
  constexpr int kRing = 6;
  constexpr int kDot = 7;
  for (const auto& [schedule, type] :
       {std::pair{ModelSchedule::serial, kTriangle}, std::pair{ModelSchedule::separate, kRing},
        std::pair{ModelSchedule::interleaved, kDot}}) {
    const std::string block = fmt::format("points_{}", name(schedule));
    std::string data;
    for (const Point& point : points) {
      if (point.schedule == schedule) data += fmt::format("{} {}\n", point.intensity, point.rate);
    }
    if (data.empty()) continue;
    script += fmt::format("${} << EOD\n{}EOD\n", block, data);
    plots += fmt::format(", ${} using 1:2 with points pt {} ps {} lc {}", block, type,
                         type == kDot ? 0.6 : 1.2, gnuplot_rgb(schedule_colour(schedule)));
  }
  return {frame.narrow ? 300 : 400, script + plots + "\n"};
}

}  // namespace

Figure roofline_figure(const Config& config, const Workload& workload,
                       const std::vector<StepParts>& steps) {
  const std::vector<Point> points = points_of(config, steps);
  const double peak = static_cast<double>(config.rows) * config.cols;
  Figure figure;
  figure.id = "roofline";
  figure.title = "Roofline: MACs a cycle over MACs for each beat of the bus, by layer";
  figure.text = fmt::format(
      "A point is a layer of {}, batch {}, with the MACs a cycle that the array reaches if memory "
      "never holds it up. The roof is the number of PEs and, to the left, one beat of {} bits a "
      "cycle ({}): a point above it waits for memory. Words take whole bytes in memory.",
      workload.network.name, workload.batch, bus_bits(config),
      config.bus == HostBus::axi ? "host.data_bits of the configuration"
                                 : "assumed, the design has no bus of its own");
  std::size_t bound = 0;
  std::size_t all = 0;
  figure.table = {"Points of the roofline",
                  {"layer", "schedule", "MACs a beat", "MACs a cycle", "roof (MACs a cycle)"},
                  2,
                  {}};
  for (const Point& point : points) {
    const double roof = std::min(peak, point.intensity);
    if (point.schedule == ModelSchedule::interleaved) {
      ++all;
      if (point.rate > roof) ++bound;
    }
    figure.table.rows.push_back({point.layer, name(point.schedule),
                                 fmt::format("{:.2f}", point.intensity),
                                 fmt::format("{:.2f}", point.rate), fmt::format("{:.2f}", roof)});
  }
  figure.description =
      fmt::format("Interleaved, {} of {} layers lie above the roof of the bus.", bound, all);
  figure.legend = {{schedule_colour(ModelSchedule::interleaved), "interleaved (dot)"},
                   {schedule_colour(ModelSchedule::separate), "separate (ring)"},
                   {schedule_colour(ModelSchedule::serial), "serial (triangle)"}};
  figure.legend.push_back({Colour::ink, "roof"});
  figure.draw = [config, points](const Frame& frame) { return plot(config, points, frame); };
  return figure;
}

}  // namespace gradloom::report
