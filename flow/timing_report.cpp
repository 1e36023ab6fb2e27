// SPDX-License-Identifier: Apache-2.0
#include "flow/timing_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "flow/results.hpp"

namespace gradloom::flow {
namespace {

using Json = nlohmann::ordered_json;

// The part of a path within one instance.
struct Stretch {
  std::string module;
  std::string place;
  double delay = 0;
  double end = 0;
  int cells = 0;
};

std::vector<Stretch> stretches(const std::vector<PathStep>& path) {
  std::vector<Stretch> result;
  for (const PathStep& step : path) {
    if (result.empty() || result.back().place != step.place) {
      result.push_back({step.module, step.place, 0, 0, 0});
    }
    result.back().delay += step.delay_ns;
    result.back().end = step.time_ns;
    result.back().cells += step.delay_ns > 0 ? 1 : 0;
  }
  return result;
}

std::vector<std::pair<std::string, double>> by_slack(const Timing& timing) {
  std::vector<std::pair<std::string, double>> result(timing.module_slack_ns.begin(),
                                                     timing.module_slack_ns.end());
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return a.second < b.second; });
  return result;
}

std::string shown(const std::string& module) { return module.empty() ? "output ports" : module; }

}  // namespace

std::string timing_text(const Design& design, const Timing& timing, const TimingOptions& options) {
  std::string text = fmt::format(
      "{}, configuration {}, osu018: Fmax {:.1f} MHz, period {:.3f} ns; hold slack {:.3f} ns, {} "
      "endpoints\nworst path, from {} to {}\n",
      design.config.name, design.hash, timing.fmax_mhz, timing.min_period_ns, timing.hold_slack_ns,
      timing.endpoints, timing.worst.front().pin, timing.worst.back().pin);
  Table path({"module", "ns", "to ns", "cells", "instance"});
  for (const Stretch& s : stretches(timing.worst)) {
    path.add({s.module, fmt::format("{:.3f}", s.delay), fmt::format("{:.3f}", s.end),
              std::to_string(s.cells), s.place.empty() ? "-" : s.place});
  }
  text += path.text();
  text += "worst path that ends in\n";
  Table slack({"module", "slack ns", "period ns"});
  for (const auto& [module, ns] : by_slack(timing)) {
    slack.add(
        {shown(module), fmt::format("{:.3f}", ns), fmt::format("{:.3f}", options.period_ns - ns)});
  }
  return text + slack.text();
}

Json timing_json(const Timing& timing, const TimingOptions& options) {
  Json path = Json::array();
  for (const Stretch& s : stretches(timing.worst)) {
    path.push_back(
        {{"module", s.module}, {"instance", s.place}, {"delay_ns", s.delay}, {"cells", s.cells}});
  }
  Json slack = Json::object();
  for (const auto& [module, ns] : by_slack(timing)) slack[shown(module)] = ns;
  return {{"period_ns", options.period_ns},
          {"ram_access_ns", options.ram_access_ns},
          {"setup_slack_ns", timing.setup_slack_ns},
          {"hold_slack_ns", timing.hold_slack_ns},
          {"min_period_ns", timing.min_period_ns},
          {"fmax_mhz", timing.fmax_mhz},
          {"endpoints", timing.endpoints},
          {"from", timing.worst.front().pin},
          {"to", timing.worst.back().pin},
          {"worst_path", path},
          {"module_slack_ns", slack}};
}

}  // namespace gradloom::flow
