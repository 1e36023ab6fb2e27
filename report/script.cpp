// SPDX-License-Identifier: Apache-2.0
#include "report/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "generator/text_file.hpp"

namespace gradloom::report {
namespace {

constexpr double kRoomForValues = 1.3;  // right of the longest bar, of its length

double length(const Bar& bar) {
  double sum = 0;
  for (const auto& [colour, size] : bar.parts) sum += size;
  return sum;
}

double longest(const std::vector<BarGroup>& groups) {
  double max = 0;
  for (const BarGroup& group : groups) {
    for (const Bar& bar : group.bars) max = std::max(max, length(bar));
  }
  return max > 0 ? max : 1;
}

// From the left edge of a narrow drawing, from the axis of a wide one; cut where it would leave it.
std::string heading(const std::string& text, double y, const Frame& frame) {
  const std::size_t most = frame.narrow ? 44 : 90;
  const std::string fitted = printable(text, most);
  return fmt::format("set label {} at {}, first {} left tc {} front\n", quoted(fitted),
                     frame.narrow ? "screen 0.01" : "first 0", y, gnuplot_rgb(Colour::ink));
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  }
  return result + "'";
}

std::string rect_block(const std::string& name, const std::vector<Rect>& rects) {
  std::string text = fmt::format("${} << EOD\n", name);
  for (const Rect& r : rects) {
    fmt::format_to(std::back_inserter(text), "{} {} {} {} {} {} {}\n", (r.x0 + r.x1) / 2,
                   (r.y0 + r.y1) / 2, r.x0, r.x1, r.y0, r.y1, gnuplot_number(r.colour));
  }
  return text + "EOD\n";
}

std::string rect_plot(const std::string& name) {
  return fmt::format("${} using 1:2:3:4:5:6:7 with boxxyerror lc rgb variable", name);
}

std::string label(const std::string& text, double x, double y, Align align, Colour colour,
                  int size) {
  constexpr std::array names{"left", "center", "right"};
  const std::string font = size > 0 ? fmt::format(" font ',{}'", size) : "";
  return fmt::format("set label {} at {},{} {} tc {}{} front\n", quoted(text), x, y,
                     names.at(static_cast<std::size_t>(align)), gnuplot_rgb(colour), font);
}

std::string short_number(double value) {
  constexpr std::array prefixes{"", " k", " M", " G", " T", " P"};
  std::size_t prefix = 0;
  while (std::abs(value) >= 999.5 && prefix + 1 < prefixes.size()) {
    value /= 1000;
    ++prefix;
  }
  const bool whole = prefix == 0 && value == std::floor(value);
  const int digits = whole || std::abs(value) >= 99.95 ? 0 : std::abs(value) >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}{}", value, digits, prefixes.at(prefix));
}

double tic_step(double end, int most) {
  const double power = std::pow(10, std::floor(std::log10(end / most)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (power * step * most >= end) return power * step;
  }
  return power * 10;
}

Plot bar_plot(const Frame& frame, const std::vector<BarGroup>& groups, const std::string& axis) {
  constexpr int kBarPixels = 20;
  constexpr int kBelow = 52;  // axis
  const double end = longest(groups) * (frame.narrow ? kRoomForValues + 0.25 : kRoomForValues);
  std::vector<Rect> rects;
  std::string text;
  double y = 0;
  for (const BarGroup& group : groups) {
    if (!group.heading.empty()) text += heading(group.heading, -(y + 0.55), frame);
    y += group.heading.empty() ? 0.2 : 1.1;
    for (const Bar& bar : group.bars) {
      double x = 0;
      for (const auto& [colour, size] : bar.parts) {
        if (size > 0) rects.push_back({x, x + size, -(y + 0.86), -(y + 0.14), colour});
        x += size;
      }
      text += label(bar.value, x + end * 0.012, -(y + 0.5), Align::left, Colour::ink);
      text += fmt::format("set ytics add ({} {})\n", quoted(bar.name), -(y + 0.5));
      y += 1;
    }
    y += 0.2;
  }
  std::string script = fmt::format(
      "set xrange [0:{}]\nset yrange [{}:0]\nunset ytics\nset ytics scale 0 nomirror tc {} ()\n"
      "set grid noytics xtics back lt 1 lc {} lw 1\nset xlabel {} tc {}\nset border 1 lc {}\n"
      "set lmargin {}\nset rmargin 2\nset tmargin 0.4\nset format x '%.0s %c'\nset xtics nomirror\n"
      "set xtics {}\n",
      end, -y, gnuplot_rgb(Colour::ink), gnuplot_rgb(Colour::grid), quoted(axis),
      gnuplot_rgb(Colour::muted), gnuplot_rgb(Colour::muted), 12,
      tic_step(end, frame.narrow ? 4 : 8));
  if (rects.empty()) rects.push_back({0, 0, 0, 0, Colour::paper});
  script += text + rect_block("bars", rects) + "plot " + rect_plot("bars") + "\n";
  return {static_cast<int>(y * kBarPixels) + kBelow, script};
}

}  // namespace gradloom::report
