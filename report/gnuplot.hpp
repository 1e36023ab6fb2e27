// SPDX-License-Identifier: Apache-2.0
// Charts as SVG elements, by gnuplot.
#pragma once

#include <string>
#include <vector>

#include "report/figure.hpp"

namespace gradloom::report {

/// The drawings of a figure for each of kFrames: <svg> elements to be put into HTML, that name
/// colours by the variables of the style sheet and letters by its font. Empty without `draw`.
struct Drawing {
  std::vector<std::string> svg;
};

/// One for each figure. Throws ToolError if gnuplot is missing, naming its package, or fails.
std::vector<Drawing> draw(const std::vector<Figure>& figures);

/// What is made of the file that gnuplot wrote: only the drawing, identifiers beginning with
/// `prefix`, colours as variables. Throws ToolError if it is not what is expected of gnuplot.
std::string clean_svg(const std::string& text, const Figure& figure, const std::string& prefix);

}  // namespace gradloom::report
