// SPDX-License-Identifier: Apache-2.0
// The report of a configuration: what is in it, and in which order (docs/report.md).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "model/energy.hpp"
#include "report/activity.hpp"
#include "report/page.hpp"
#include "report/results.hpp"
#include "report/step_parts.hpp"
#include "report/verification.hpp"

namespace gradloom::report {

struct ReportInputs {
  Config config;
  Workload workload;
  bool named_network = false;           ///< false: default_workload()
  std::vector<std::string> notes;       ///< what the import of the network left out
  std::optional<ActivityRun> activity;  ///< nothing: not simulated
  std::optional<model::EnergyTable> energy;
  Results results;
  Verification verification;
};

/// The page without its drawings. Throws InputError if the network cannot be costed, or a result
/// lacks what its target writes.
Page report_page(const ReportInputs& inputs);

/// All figures of a page in order.
std::vector<Figure> figures_of(const Page& page);

/// The default place of the status data, tests/testplan.yaml and docs/status.yaml: see data_dir().
Verification recorded_verification(const Config& config, const Results& results);

}  // namespace gradloom::report
