// SPDX-License-Identifier: Apache-2.0
// A figure of the report: what it shows, its data as a table, and how gnuplot draws it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "report/colour.hpp"

namespace gradloom::report {

/// The data of a figure. Every row has as many cells as the header; units are in the header.
struct Table {
  std::string caption;
  std::vector<std::string> header;
  std::size_t text_columns = 1;  ///< so many from the left hold text, the others numbers
  std::vector<std::vector<std::string>> rows;
};

/// RFC 4180 with line feeds: cells with a comma, a quote or a line end are quoted. A cell of text
/// that a spreadsheet would take for a formula is preceded by an apostrophe.
std::string csv(const Table& table);

/// A figure is drawn twice: for wide pages, and for narrow ones with the same size of letters.
struct Frame {
  int width = 0;  ///< pixels
  bool narrow = false;
};
inline constexpr Frame kFrames[] = {{880, false}, {344, true}};

struct Plot {
  int height = 0;      ///< pixels
  std::string script;  ///< gnuplot, after the settings of report/gnuplot.cpp
};

struct LegendItem {
  Colour colour;
  std::string text;
};

struct Figure {
  std::string id;           ///< letters, digits and '_': anchor, and name of the CSV file
  std::string title;        ///< what is seen, with units
  std::string text;         ///< how to read it, and what it was computed from
  std::string description;  ///< for those who do not see it: what it comes to
  std::vector<LegendItem> legend;
  std::function<Plot(const Frame&)> draw;  ///< empty: the table is all there is
  Table table;
};

}  // namespace gradloom::report
