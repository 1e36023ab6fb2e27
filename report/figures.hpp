// SPDX-License-Identifier: Apache-2.0
// The figures of the report, each with its data as a table (docs/report.md).
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "golden/config.hpp"
#include "model/energy.hpp"
#include "report/activity.hpp"
#include "report/figure.hpp"
#include "report/step_parts.hpp"

namespace gradloom::report {

/// The colour of a schedule, the same in all figures.
Colour schedule_colour(model::ModelSchedule schedule);

/// PEs over cycles, of an array of at most 8 x 8.
Figure space_time_figure(const Config& config);

/// MACs of each PE of a run, and busy PEs over cycles. Arrays of more than 24 rows or columns are
/// drawn in blocks of PEs.
Figure activity_figure(const Config& config, const ActivityRun& run);
Figure busy_figure(const Config& config, const ActivityRun& run);

/// Cycles of a step by schedule and part: of the network, and of its layers that take longest.
Figure network_figure(const Config& config, const Workload& workload,
                      const std::vector<StepParts>& steps);
Figure layers_figure(const Config& config, const Workload& workload,
                     const std::vector<StepParts>& steps);

/// Words by tensor: at the buffers beside the array, and between those and memory.
Figure buffer_figure(const Workload& workload, const std::vector<StepParts>& steps);
Figure dram_figure(const Workload& workload, const std::vector<StepParts>& steps);

/// Energy of a step by schedule.
Figure energy_figure(const Config& config, const model::EnergyTable& table,
                     const Workload& workload, const std::vector<StepParts>& steps);

/// Ratios of other schedules to interleaved over B/R from 1/16 to 16: cycles, and words at the
/// buffers.
struct RatioPoint {
  std::int64_t batch = 0;
  double cycles = 0;
  double words = 0;
};
struct RatioCurve {
  model::ModelSchedule schedule = model::ModelSchedule::separate;
  std::vector<RatioPoint> points;
};
std::vector<RatioCurve> ratio_curves(const Config& config);
Figure cycle_ratio_figure(const Config& config, const std::vector<RatioCurve>& curves);
Figure word_ratio_figure(const Config& config, const std::vector<RatioCurve>& curves);

/// MACs a cycle over MACs a beat of the bus, by layer, under the roofs of array and bus.
Figure roofline_figure(const Config& config, const Workload& workload,
                       const std::vector<StepParts>& steps);

/// From result files of `gradloom flow synth` and `power`.
Figure area_figure(const nlohmann::json& synth);
Figure power_figure(const nlohmann::json& power);

}  // namespace gradloom::report
