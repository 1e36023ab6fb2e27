// SPDX-License-Identifier: Apache-2.0
// Gains of one schedule over a baseline, over all arrays and batches of a sweep.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/evidence_tables.hpp"

namespace gradloom::evidence {

/// A baseline with its accounting, a row of a table of claims.
struct Rival {
  std::string baseline;
  Accounting ours = Accounting::gradients;
  Accounting theirs = Accounting::gradients;
  std::string us = "interleaved";
};
/// The baseline, and what counts if it is not `gradients`.
std::string label(const Rival& rival);

using Measure = std::optional<double> (*)(const Gains&);
std::optional<double> cycles_gain(const Gains& gains);
std::optional<double> accesses_gain(const Gains& gains);
std::optional<double> dram_gain(const Gains& gains);
std::optional<double> energy_gain(const Gains& gains);
std::optional<double> chip_energy_gain(const Gains& gains);

/// A ratio at a point of the sweep of fully-connected layers over arrays and B/R.
struct Point {
  int side = 0;
  Ratio ratio;
  double gain = 0;
};
/// Nothing measured gives no points.
std::vector<Point> fc_sweep(const Study& study, const Rival& rival, Measure measure);
/// Least and greatest gain at one B/R over all arrays.
std::string range_at(const std::vector<Point>& points, const Ratio& ratio);
/// The B/R at which every array has at least `aim`, as "1/16 to 1, 4"; "none".
std::string reached(const std::vector<Point>& points, double aim);

/// What is saved at a point of the sweep of convolutional networks over arrays and batches.
struct Saving {
  double part = 0;  ///< of the baseline
  std::string where;
};
double saving(double gain);
std::string percent(double part);
/// From the smallest to the largest.
std::vector<Saving> cnn_savings(const Study& study, Contest& contest, const Rival& rival,
                                Measure measure);

}  // namespace gradloom::evidence
