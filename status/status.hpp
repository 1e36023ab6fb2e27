// SPDX-License-Identifier: Apache-2.0
// Verification status of configurations as data: the items of a test plan, what results say of
// them, and the stage that follows (docs/verification.md).
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "golden/config.hpp"

namespace gradloom::status {

/// One item of the test plan. Either a step of tests/steps.txt or a result of a target decides it.
struct PlanItem {
  std::string name;
  int stage = 0;     ///< 1 generates, 2 correct, 3 release
  std::string text;  ///< what it is, one line
  std::string step;
  std::string result;
  std::string only;              ///< "backward" (dgrad and wgrad), "bus", "training", or empty: all
  std::set<std::string> covers;  ///< configurations that the step runs; empty: all
  std::set<std::string> except;  ///< and of these not
};

/// What is known of one configuration: the items that passed and that failed. Others were not run.
struct Claims {
  std::string hash;  ///< of the configuration that they were run on
  std::set<std::string> passed;
  std::set<std::string> failed;
};

/// docs/status.yaml.
struct Status {
  std::string gradloom;
  std::string templates;  ///< digest of rtl_templates/ that the results belong to
  std::map<std::string, Claims> configs;
};

using Configs = std::map<std::string, Config>;

/// The configurations of a directory, by name. Throws InputError.
Configs load_configs(const std::filesystem::path& dir);

/// Throw InputError with file and place if something is missing, unknown, or given twice.
std::vector<PlanItem> load_plan(const std::filesystem::path& file);
Status load_status(const std::filesystem::path& file);

/// Whether a configuration needs the item: some are only for those with both gradients, with a bus,
/// or with training.
bool needed(const PlanItem& item, const Config& config);

/// Joins the plan with OUT/results: steps/<step>.json and <config>/<target>.json. A step that
/// carries another configuration hash or another digest of the templates is as good as not run; so
/// is a result of a target with another configuration hash or another digest of the RTL.
Status collect(const std::vector<PlanItem>& plan, const Configs& configs,
               const std::filesystem::path& out, const std::string& templates);

/// The text of docs/status.yaml.
std::string status_yaml(const Status& status);

/// The table of the README: stage and items passed of each configuration. Claims with a hash other
/// than that of the configuration do not count.
std::string status_table(const std::vector<PlanItem>& plan, const Configs& configs,
                         const Status& status);

}  // namespace gradloom::status
