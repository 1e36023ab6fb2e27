// SPDX-License-Identifier: Apache-2.0
// What an exploration leaves beside points.csv.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "explore/evaluate.hpp"

namespace gradloom::explore {

/// The lines of points.csv that are in the Pareto set.
std::string pareto_csv(const Space& space, const std::vector<Result>& pareto);

/// The space, the fits with their errors, and the Pareto sets by workload.
nlohmann::ordered_json explore_json(const Space& space, const std::vector<Result>& results,
                                    const std::vector<Result>& pareto);

/// A table of the Pareto set of each workload, at most `lines` of each, spread evenly.
std::string pareto_text(const Space& space, const std::vector<Result>& pareto, std::size_t lines);

/// Writes pareto.csv and explore.json, each whole or not at all.
void write_outputs(const Space& space, const std::filesystem::path& dir,
                   const std::vector<Result>& results, const std::vector<Result>& pareto);

/// Draws pareto_<workload>.svg for each workload with gnuplot: time and area on logarithmic axes,
/// energy by colour, the other points (an even choice of at most 20000) in grey. Returns the paths.
/// Throws ToolError naming the package if gnuplot is missing.
std::vector<std::filesystem::path> draw_plots(const Space& space, const std::filesystem::path& dir,
                                              const std::vector<Result>& results,
                                              const std::vector<Result>& pareto);
/// Throws ToolError naming the package if gnuplot is missing.
void require_gnuplot();

}  // namespace gradloom::explore
