// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/figures.hpp"
#include "report/script.hpp"

namespace gradloom::report {
namespace {

constexpr int kMostCells = 24;  // drawn in a direction

model::ModelSchedule model_schedule(Schedule schedule) {
  switch (schedule) {
    case Schedule::interleaved: return model::ModelSchedule::interleaved;
    case Schedule::separate: return model::ModelSchedule::separate;
    default: return model::ModelSchedule::serial;
  }
}

// MACs a cycle of each cell of the drawing: the mean of the PEs in it.
struct Grid {
  int rows = 0;
  int cols = 0;
  int block = 1;  ///< PEs of a cell in each direction
  std::vector<double> share;
};

Grid grid_of(const Config& config, const PeActivity& activity) {
  Grid grid;
  const int most = std::max(config.rows, config.cols);
  grid.block = (most + kMostCells - 1) / kMostCells;
  grid.rows = (config.rows + grid.block - 1) / grid.block;
  grid.cols = (config.cols + grid.block - 1) / grid.block;
  grid.share.resize(static_cast<std::size_t>(grid.rows * grid.cols));
  std::vector<int> members(grid.share.size());
  for (int r = 0; r < config.rows; ++r) {
    for (int c = 0; c < config.cols; ++c) {
      const auto cell = static_cast<std::size_t>(r / grid.block * grid.cols + c / grid.block);
      const auto pe = static_cast<std::size_t>(r * config.cols + c);
      grid.share[cell] += static_cast<double>(activity.pe_macs[pe]) /
                          static_cast<double>(std::max<std::int64_t>(1, activity.cycles));
      ++members[cell];
    }
  }
  for (std::size_t i = 0; i < members.size(); ++i) grid.share[i] /= members[i];
  return grid;
}

// Where the panels of a heat map go.
struct PanelLayout {
  int width = 0;  ///< pixels of a panel
  int height = 0;
  int cell = 0;  ///< pixels of a side of a cell
};

PanelLayout layout_of(const Grid& grid, const Frame& frame) {
  constexpr int kBeside = 90;   // row numbers, and air
  constexpr int kAround = 150;  // title, column numbers
  constexpr int kTallest = 420;
  const int width = frame.narrow ? frame.width : frame.width / 3;
  const int cell = std::min((width - kBeside) / grid.cols, kTallest / grid.rows);
  return {width, cell * grid.rows + kAround, cell};
}

std::string cell_labels(const Grid& grid, int cell) {
  constexpr int kRoom = 20;  // for two digits
  std::string text;
  if (cell < kRoom) return text;
  for (int r = 0; r < grid.rows; ++r) {
    for (int c = 0; c < grid.cols; ++c) {
      const double share = grid.share[static_cast<std::size_t>(r * grid.cols + c)];
      text += label(std::to_string(std::lround(100 * share)), c + 0.5, r + 0.5, Align::centre,
                    on_heat(share));
    }
  }
  return text;
}

std::string panel(const Grid& grid, const PanelLayout& layout, const std::string& heading,
                  const std::string& block) {
  std::vector<Rect> rects;
  for (int r = 0; r < grid.rows; ++r) {
    for (int c = 0; c < grid.cols; ++c) {
      const double share = grid.share[static_cast<std::size_t>(r * grid.cols + c)];
      rects.push_back({c + 0.02, c + 0.98, r + 0.02, r + 0.98, heat(share)});
    }
  }
  const int step = std::max(1, std::max(grid.rows, grid.cols) / 8);
  std::string tics;
  for (int c = 0; c < grid.cols; c += step) {
    tics += fmt::format("set xtics add ('{}' {})\n", c * grid.block, c + 0.5);
  }
  for (int r = 0; r < grid.rows; r += step) {
    tics += fmt::format("set ytics add ('{}' {})\n", r * grid.block, r + 0.5);
  }
  return fmt::format(
             "unset label\nset xtics scale 0 ()\nset ytics scale 0 ()\nset border 0\n"
             "set xrange [0:{}]\nset yrange [{}:0]\nset size ratio -1\nset tmargin 3\nset lmargin "
             "7\nset rmargin 2\nset bmargin "
             "4\n"
             "set title {} tc {} noenhanced\nset xlabel 'column c' tc {}\nset ylabel 'row r' tc "
             "{}\n",
             grid.cols, grid.rows, quoted(heading), gnuplot_rgb(Colour::ink),
             gnuplot_rgb(Colour::muted), gnuplot_rgb(Colour::muted)) +
         tics + cell_labels(grid, layout.cell) + rect_block(block, rects) + "plot " +
         rect_plot(block) + "\n";
}

double utilization(const Config& config, const PeActivity& activity) {
  return static_cast<double>(activity.macs) /
         (static_cast<double>(activity.cycles) * config.rows * config.cols);
}

Plot heat_plot(const Config& config, const ActivityRun& run, const Frame& frame) {
  const int panels = static_cast<int>(run.schedules.size());
  const PanelLayout layout = layout_of(grid_of(config, run.schedules.front()), frame);
  std::string script = fmt::format("set multiplot layout {},{}\n", frame.narrow ? panels : 1,
                                   frame.narrow ? 1 : panels);
  int number = 0;
  for (const PeActivity& activity : run.schedules) {
    const std::string heading = fmt::format("{}: {} cycles, {:.0f} %", name(activity.schedule),
                                            activity.cycles, 100 * utilization(config, activity));
    script += panel(grid_of(config, activity), layout, heading, fmt::format("cells{}", number++));
  }
  return {layout.height * (frame.narrow ? panels : 1), script + "unset multiplot\n"};
}

Table heat_table(const Config& config, const ActivityRun& run) {
  Table table;
  table.caption = "MACs of each PE with an element of the layer";
  table.header = {"row r", "column c"};
  table.text_columns = 0;
  for (const PeActivity& activity : run.schedules) {
    table.header.push_back(
        fmt::format("MACs, {} ({} cycles)", name(activity.schedule), activity.cycles));
  }
  for (int r = 0; r < config.rows; ++r) {
    for (int c = 0; c < config.cols; ++c) {
      table.rows.push_back({std::to_string(r), std::to_string(c)});
      for (const PeActivity& activity : run.schedules) {
        table.rows.back().push_back(
            std::to_string(activity.pe_macs[static_cast<std::size_t>(r * config.cols + c)]));
      }
    }
  }
  return table;
}

std::string run_text(const ActivityRun& run) {
  std::int64_t checks = 0;
  for (const PeActivity& activity : run.schedules) checks += activity.checks;
  return fmt::format(
      "Counted in the control register of every PE of the RTL, simulated by Verilator: {} of a "
      "layer with M = {}, N = {}, B = {} and random operands (seed {}). The runs were compared "
      "with the golden model in {} places, 0 mismatches; the sum over the PEs is the counter MACS.",
      name(run.op), run.shape.m, run.shape.n, run.shape.b, run.seed, checks);
}

Plot busy_plot(const Config& config, const ActivityRun& run, const Frame& frame) {
  const int pes = config.rows * config.cols;
  std::string blocks;
  std::size_t longest = 1;
  for (const PeActivity& activity : run.schedules) {
    const std::string block = fmt::format("busy_{}", name(activity.schedule));
    blocks += fmt::format("${} << EOD\n", block);
    for (std::size_t i = 0; i < activity.busy.size(); ++i) {
      blocks += fmt::format("{} {}\n", i, activity.busy[i]);
    }
    blocks += fmt::format("{} 0\nEOD\n", activity.busy.size());
    longest = std::max(longest, activity.busy.size());
  }
  // One above the other, so that none hides another.
  std::string script = fmt::format(
      "set multiplot layout {},1\nset xrange [0:{}]\nset yrange [0:{}]\nset lmargin 8\n"
      "set rmargin 1\nset ytics (0, {})\nset tics out\nset xtics {}\nset bmargin 3\nset tmargin "
      "1.6\n",
      run.schedules.size(), longest, pes, pes,
      tic_step(static_cast<double>(longest), frame.narrow ? 5 : 12));
  script += blocks;
  for (const PeActivity& activity : run.schedules) {
    if (&activity == &run.schedules.back()) {
      script += fmt::format("set xlabel 'cycles since the first MAC' offset 0,0.6 tc {}\n",
                            gnuplot_rgb(Colour::muted));
    }
    script += fmt::format(
        "set title '{}: PEs with a MAC' tc {} offset 0,-0.5\nplot $busy_{} using 1:2 with "
        "fillsteps "
        "lc {}\n",
        name(activity.schedule), gnuplot_rgb(Colour::ink), name(activity.schedule),
        gnuplot_rgb(schedule_colour(model_schedule(activity.schedule))));
  }
  return {125 * static_cast<int>(run.schedules.size()), script + "unset multiplot\n"};
}

}  // namespace

Figure activity_figure(const Config& config, const ActivityRun& run) {
  Figure figure;
  figure.id = "activity";
  figure.title = "MACs of each PE, in percent of the cycles of the command";
  figure.text = run_text(run);
  const int block = grid_of(config, run.schedules.front()).block;
  if (block > 1) {
    figure.text += fmt::format(" A cell is the mean of {0} x {0} PEs.", block);
  }
  figure.text +=
      " The layer does not fill its last tiles: PEs at the lower and right edges have less to do.";
  if (run.op == Op::backward) {
    figure.text +=
        " A batch this short is what interleaving is good for; for others see the ratios below.";
  }
  for (const PeActivity& activity : run.schedules) {
    figure.description +=
        fmt::format("{}: {} cycles, utilization {:.1f} %. ", name(activity.schedule),
                    activity.cycles, 100 * utilization(config, activity));
  }
  for (const int percent : {0, 50, 100}) {
    figure.legend.push_back({heat(percent / 100.0), fmt::format("{} %", percent)});
  }
  figure.draw = [config, run](const Frame& frame) { return heat_plot(config, run, frame); };
  figure.table = heat_table(config, run);
  return figure;
}

Figure busy_figure(const Config& config, const ActivityRun& run) {
  Figure figure;
  figure.id = "busy";
  figure.title = "PEs with a MAC in each cycle, from the first to the last";
  figure.text =
      "The same runs. The area is the number of MACs, which is the same for all schedules; gaps "
      "are "
      "cycles in which the array waits for weights, or for dW to leave.";
  for (const PeActivity& activity : run.schedules) {
    figure.description += fmt::format("{}: {} cycles from the first MAC to the last. ",
                                      name(activity.schedule), activity.busy.size());
  }
  figure.draw = [config, run](const Frame& frame) { return busy_plot(config, run, frame); };
  figure.table.caption = "PEs that execute a slot with an element of the layer";
  figure.table.text_columns = 0;
  figure.table.header = {"cycle"};
  std::size_t longest = 0;
  for (const PeActivity& activity : run.schedules) {
    figure.table.header.push_back(fmt::format("PEs, {}", name(activity.schedule)));
    longest = std::max(longest, activity.busy.size());
  }
  for (std::size_t i = 0; i < longest; ++i) {
    figure.table.rows.push_back({std::to_string(i)});
    for (const PeActivity& activity : run.schedules) {
      figure.table.rows.back().push_back(i < activity.busy.size() ? std::to_string(activity.busy[i])
                                                                  : "");
    }
  }
  return figure;
}

}  // namespace gradloom::report
