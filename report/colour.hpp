// SPDX-License-Identifier: Apache-2.0
// Colours by role. What they look like, in the light and in the dark, is up to the style sheet of
// the page: a drawing only names them.
#pragma once

#include <string>

namespace gradloom::report {

/// The first are roles of the page, the next for things that are compared, told apart by the
/// colour-blind too.
enum class Colour { paper, ink, muted, grid, blue, orange, grey, green, purple, gold };
inline constexpr int kColours = 10;
/// Steps of the scale of heat maps, from 0 to all.
inline constexpr int kHeatSteps = 11;
/// Step of the scale for a share from 0 to 1, and the colour of letters on it.
Colour heat(double share);
Colour on_heat(double share);

/// The variable of the style sheet: "--blue", "--heat-3", "--on-heat-3".
std::string css_variable(Colour colour);
/// As gnuplot takes it, a colour that stands for the name: 0x0100NN.
int gnuplot_number(Colour colour);
std::string gnuplot_rgb(Colour colour);  ///< "rgb '#0100NN'"

}  // namespace gradloom::report
