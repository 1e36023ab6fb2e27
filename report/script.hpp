// SPDX-License-Identifier: Apache-2.0
// Pieces of gnuplot scripts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/figure.hpp"

namespace gradloom::report {

/// A string of gnuplot; control characters become '?'.
std::string quoted(const std::string& text);

struct Rect {
  double x0 = 0, x1 = 0, y0 = 0, y1 = 0;
  Colour colour = Colour::ink;
};
/// A block of data named $NAME, and the plot command for it without "plot".
std::string rect_block(const std::string& name, const std::vector<Rect>& rects);
std::string rect_plot(const std::string& name);

enum class Align { left, centre, right };
/// `size` is that of the letters in pixels, 0 for the usual one. Vertically centred on y.
std::string label(const std::string& text, double x, double y, Align align = Align::left,
                  Colour colour = Colour::ink, int size = 0);

/// "1.23 M": three digits or so, with the prefix of a thousand or more.
std::string short_number(double value);

/// A distance of tics, 1, 2 or 5 times a power of ten, for at most `most` of them up to `end`.
double tic_step(double end, int most);

/// A bar of horizontal stacked bars.
struct Bar {
  std::string name;  ///< left of it
  std::vector<std::pair<Colour, double>> parts;
  std::string value;  ///< right of it
};
struct BarGroup {
  std::string heading;  ///< above; may be empty
  std::vector<Bar> bars;
};
/// Horizontal bars from 0 on one scale, in groups from the top. `axis` names what it is, with its
/// unit.
Plot bar_plot(const Frame& frame, const std::vector<BarGroup>& groups, const std::string& axis);

}  // namespace gradloom::report
