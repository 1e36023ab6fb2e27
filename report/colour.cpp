// SPDX-License-Identifier: Apache-2.0
#include "report/colour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gradloom::report {
namespace {

constexpr int kPlaceholder = 0x010000;

int step(double share) {
  return std::clamp(static_cast<int>(std::lround(share * (kHeatSteps - 1))), 0, kHeatSteps - 1);
}

}  // namespace

Colour heat(double share) { return static_cast<Colour>(kColours + step(share)); }
Colour on_heat(double share) { return static_cast<Colour>(kColours + kHeatSteps + step(share)); }

std::string css_variable(Colour colour) {
  constexpr std::array names{"paper",  "ink",  "muted", "grid",   "blue",
                             "orange", "grey", "green", "purple", "gold"};
  const int number = static_cast<int>(colour);
  if (number < kColours) return fmt::format("--{}", names.at(static_cast<std::size_t>(number)));
  const int at = number - kColours;
  if (at < kHeatSteps) return fmt::format("--heat-{}", at);
  return fmt::format("--on-heat-{}", at - kHeatSteps);
}

int gnuplot_number(Colour colour) { return kPlaceholder + static_cast<int>(colour); }

std::string gnuplot_rgb(Colour colour) {
  return fmt::format("rgb '#{:06x}'", gnuplot_number(colour));
}

}  // namespace gradloom::report
