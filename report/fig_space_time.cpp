// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/figures.hpp"
#include "report/script.hpp"
#include "report/space_time.hpp"

namespace gradloom::report {
namespace {

// A PE takes 1 of the y axis: slots above, weights and dW in two stripes below.
struct Stripe {
  double top;
  double bottom;
};
constexpr Stripe kSlots{0.04, 0.56};
constexpr Stripe kWeights{0.60, 0.76};
constexpr Stripe kDrains{0.80, 0.96};

Stripe stripe_of(PeAction action) {
  switch (action) {
    case PeAction::load:
    case PeAction::swap: return kWeights;
    case PeAction::drain:
    case PeAction::capture: return kDrains;
    default: return kSlots;
  }
}

Colour colour_of(PeAction action) {
  switch (action) {
    case PeAction::fprop: return Colour::grey;
    case PeAction::dgrad: return Colour::blue;
    case PeAction::wgrad: return Colour::orange;
    case PeAction::load: return Colour::green;
    case PeAction::drain: return Colour::purple;
    default: return Colour::ink;
  }
}

const char* name_of(PeAction action) {
  constexpr std::array names{"fprop slot",  "dgrad slot",      "wgrad slot", "capture of dW",
                             "drain of dW", "swap of weights", "weight load"};
  return names.at(static_cast<std::size_t>(action));
}

bool is_slot(PeAction action) { return action <= PeAction::wgrad; }

struct Place {
  int row;
  int col;
};

// Down the first column, then along the last row: one PE of each distance from PE(0,0).
std::vector<Place> shown_pes(const SpaceTime& diagram) {
  std::vector<Place> pes;
  for (int r = 0; r < diagram.rows; ++r) pes.push_back({r, 0});
  for (int c = 1; c < diagram.cols; ++c) pes.push_back({diagram.rows - 1, c});
  return pes;
}

std::int64_t last_cycle(const SpaceTime& diagram) {
  std::int64_t last = 0;
  for (const PeEvent& event : diagram.events) last = std::max(last, event.cycle);
  return last + diagram.rows + diagram.cols - 1;
}

bool is_mark(PeAction action) { return action == PeAction::swap || action == PeAction::capture; }

// A swap falls into the cycle of the first step of the next load, and capture into that of a step
// of the drain before, so they are drawn on top, and narrow.
void add_rects(const SpaceTime& diagram, bool marks, std::vector<Rect>& found) {
  constexpr double kMarkWidth = 0.4;
  const std::vector<Place> pes = shown_pes(diagram);
  for (const PeEvent& event : diagram.events) {
    if (is_mark(event.action) != marks) continue;
    for (std::size_t i = 0; i < pes.size(); ++i) {
      if (!acts(diagram, event, pes[i].row)) continue;
      const auto x = static_cast<double>(event.cycle + pes[i].row + pes[i].col);
      const auto y = static_cast<double>(i);
      const Stripe stripe = stripe_of(event.action);
      found.push_back({x, x + (marks ? kMarkWidth : 1), y + stripe.top, y + stripe.bottom,
                       colour_of(event.action)});
    }
  }
}

std::vector<Rect> rects(const SpaceTime& diagram) {
  std::vector<Rect> found;
  add_rects(diagram, false, found);
  add_rects(diagram, true, found);
  return found;
}

// "tile 0" above its first slot in PE(0,0).
std::string tile_labels(const SpaceTime& diagram) {
  std::string text;
  int last = -1;
  for (const PeEvent& event : diagram.events) {
    if (!is_slot(event.action) || event.tile == last) continue;
    last = event.tile;
    text += label(fmt::format("tile {}", event.tile), static_cast<double>(event.cycle), -0.7);
  }
  return text;
}

Plot plot(const SpaceTime& diagram, const Frame& frame) {
  constexpr int kPePixels = 24;
  const std::vector<Place> pes = shown_pes(diagram);
  std::string script = fmt::format(
      "set xrange [0:{}]\nset yrange [{}:-1.3]\nset border 1 lc {}\nset lmargin {}\n"
      "set rmargin 1\nset tmargin 0.3\nset ytics scale 0 ()\n"
      "set xlabel 'cycle of the command' tc {}\nset xtics out nomirror {}\n",
      last_cycle(diagram), pes.size(), gnuplot_rgb(Colour::muted), 9, gnuplot_rgb(Colour::muted),
      tic_step(static_cast<double>(last_cycle(diagram)), frame.narrow ? 6 : 12));
  for (std::size_t i = 0; i < pes.size(); ++i) {
    script += fmt::format("set ytics add ('PE({},{})' {})\n", pes[i].row, pes[i].col,
                          static_cast<double>(i) + 0.4);
  }
  script += tile_labels(diagram) + rect_block("cells", rects(diagram));
  script += "plot " + rect_plot("cells") + "\n";
  return {kPePixels * static_cast<int>(pes.size()) + 90, script};
}

std::string step_text(const PeEvent& event) {
  const bool steps = event.action == PeAction::load || event.action == PeAction::drain;
  return steps ? std::to_string(event.step) : "";
}

Table table_of(const SpaceTime& diagram) {
  Table table;
  table.caption = "What reaches PE(0,0) in each cycle, and PE(r,c) r + c cycles later";
  table.header = {"action", "cycle in PE(0,0)", "tile", "vector b", "step"};
  for (const PeEvent& event : diagram.events) {
    table.rows.push_back({name_of(event.action), std::to_string(event.cycle),
                          std::to_string(event.tile), event.b < 0 ? "" : std::to_string(event.b),
                          step_text(event)});
  }
  return table;
}

std::vector<LegendItem> legend_of(const SpaceTime& diagram) {
  std::vector<LegendItem> legend;
  for (const PeAction action :
       {PeAction::fprop, PeAction::dgrad, PeAction::wgrad, PeAction::load, PeAction::drain}) {
    const bool used = std::any_of(diagram.events.begin(), diagram.events.end(),
                                  [&](const PeEvent& event) { return event.action == action; });
    if (used) legend.push_back({colour_of(action), name_of(action)});
  }
  legend.push_back({Colour::ink, "swap of weights, capture of dW"});
  return legend;
}

}  // namespace

Figure space_time_figure(const Config& config) {
  const Config drawn = drawn_array(config);
  const SpaceTime diagram = space_time(drawn, drawn_command(drawn));
  const auto& command = diagram.command;
  const Op op = static_cast<Op>(command.op);
  const bool whole = drawn.rows == config.rows && drawn.cols == config.cols;
  Figure figure;
  figure.id = "space_time";
  figure.title = fmt::format("What the PEs do, cycle by cycle, in two tiles of {}",
                             op == Op::backward ? "an interleaved backward pass" : name(op));
  figure.text = fmt::format(
      "Computed from the timing contract by the golden sequencer, for {} x {} PEs{} and a batch of "
      "{}: the PEs down the first column, then along the last row. A slot reaches each PE one "
      "cycle "
      "after the one before. Thin stripes: weights of the next tile shift in, down to the row "
      "where "
      "they stay, and dW of the tile before shifts out through the rows below, while the slots go "
      "on.",
      drawn.rows, drawn.cols,
      whole ? "" : fmt::format(" (the design has {} x {})", config.rows, config.cols), command.b);
  figure.description = fmt::format(
      "{} PEs over {} cycles; the slots of a PE are those of the PE above, one cycle later, "
      "without "
      "a gap between the two tiles. The command takes {} cycles.",
      shown_pes(diagram).size(), last_cycle(diagram), diagram.cycles);
  figure.legend = legend_of(diagram);
  figure.draw = [diagram](const Frame& frame) { return plot(diagram, frame); };
  figure.table = table_of(diagram);
  return figure;
}

}  // namespace gradloom::report
