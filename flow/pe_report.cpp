// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "flow/pe_config.hpp"
#include "flow/pe_table.hpp"
#include "flow/results.hpp"
#include "golden/error.hpp"
#include "golden/split.hpp"
#include "golden/timing.hpp"

namespace gradloom::flow {
namespace {

using Json = nlohmann::ordered_json;

// The aims.
constexpr double kAreaAim = 1.35;   // interleaved to the PE that changes between layers
constexpr double kFmaxAim = 0.95;   // interleaved to WS only
constexpr double kStagesAim = 1.5;  // with pipeline stages to without
constexpr int kLutAim = 325;        // int8, no DSPs

using Group = std::vector<PeMeasure>;

std::vector<Group> by_format(const std::vector<PeMeasure>& measures) {
  std::vector<Group> groups;
  for (const PeMeasure& m : measures) {
    const auto same = [&](const Group& g) {
      return g.front().format.operand_bits == m.format.operand_bits &&
             g.front().format.accumulator_bits == m.format.accumulator_bits;
    };
    const auto found = std::find_if(groups.begin(), groups.end(), same);
    (found == groups.end() ? groups.emplace_back() : *found).push_back(m);
  }
  return groups;
}

const PeMeasure& find(const Group& group, const std::string& key) {
  for (const PeMeasure& m : group) {
    if (m.variant.key == key) return m;
  }
  throw ToolError("pe-table: no row " + key);
}

std::string format_name(const PeFormat& f) {
  return fmt::format("int{}/{}", f.operand_bits, f.accumulator_bits);
}

bool interleaves(const PeMeasure& m) {
  return m.variant.key != "ws" && m.variant.key != "os" && !m.variant.per_layer;
}

std::int64_t cycles(const PeMeasure& m, Schedule schedule, const PeLayer& layer, bool saturate) {
  const Config config = pe_config(m.variant, m.format, saturate, layer.size);
  std::int64_t sum = 0;
  for (const golden::Chunk& chunk :
       golden::split(config, Op::backward, schedule, layer.m, layer.n, layer.batch)) {
    sum += golden::cost(config, chunk.command)[Counter::cycles];
  }
  return sum;
}

// Fmax is that of the fastest netlist, then the median of all; both to WS only.
std::string area_table(const Group& group) {
  const PeMeasure& ws = find(group, "ws");
  Table table({format_name(ws.format), "um2", "to WS", "FFs", "MHz", "to WS", "median", "to WS",
               "LUTs", "CARRY4", "LUTs+MUXF", "LUTs+DSPs"});
  for (const PeMeasure& m : group) {
    table.add({m.variant.label, fmt::format("{:.0f}", m.area_um2),
               fmt::format("{:.2f}", m.area_um2 / ws.area_um2), std::to_string(m.flip_flops),
               fmt::format("{:.1f}", 1000 / m.min_period_ns),
               fmt::format("{:.2f}", ws.min_period_ns / m.min_period_ns),
               fmt::format("{:.1f}", 1000 / m.median_period_ns),
               fmt::format("{:.2f}", ws.median_period_ns / m.median_period_ns),
               std::to_string(m.luts), std::to_string(m.carries),
               fmt::format("{}+{}", m.wide_luts, m.wide_muxes),
               fmt::format("{}+{}", m.luts_dsp, m.dsps)});
  }
  return table.text();
}

// Adds the cycles and times to `json`, an array.
std::string time_table(const Group& group, const PeLayer& layer, bool saturate, Json& json) {
  Table table({format_name(group.front().format), "MHz", "interleaved", "us", "separate", "us",
               "serial", "us"});
  for (const PeMeasure& m : group) {
    if (!interleaves(m)) continue;
    std::vector<std::string> row{m.variant.label, fmt::format("{:.1f}", 1000 / m.min_period_ns)};
    Json entry{{"key", m.variant.key}, {"fmax_mhz", 1000 / m.min_period_ns}};
    for (const Schedule schedule : kSchedules) {
      const std::int64_t n = cycles(m, schedule, layer, saturate);
      const double us = static_cast<double>(n) * m.min_period_ns / 1000;
      row.push_back(std::to_string(n));
      row.push_back(fmt::format("{:.2f}", us));
      entry[name(schedule)] = {{"cycles", n}, {"us", us}};
    }
    table.add(row);
    json.push_back(entry);
  }
  return table.text();
}

Json measure_json(const PeMeasure& m, const PeMeasure& ws) {
  return {{"key", m.variant.key},
          {"operations", m.variant.operations},
          {"per_layer", m.variant.per_layer},
          {"mult_stages", m.variant.mult_stages},
          {"add_stages", m.variant.add_stages},
          {"zero_gating", m.variant.zero_gating},
          {"area_um2", m.area_um2},
          {"area_to_ws", m.area_um2 / ws.area_um2},
          {"cells", m.cells},
          {"flip_flops", m.flip_flops},
          {"min_period_ns", m.min_period_ns},
          {"fmax_mhz", 1000 / m.min_period_ns},
          {"fmax_to_ws", ws.min_period_ns / m.min_period_ns},
          {"median_fmax_mhz", 1000 / m.median_period_ns},
          {"median_fmax_to_ws", ws.median_period_ns / m.median_period_ns},
          {"periods_ns", m.periods},
          {"xilinx", {{"luts", m.luts}, {"carry4", m.carries}}},
          {"xilinx_wide_mux", {{"luts", m.wide_luts}, {"muxf", m.wide_muxes}}},
          {"xilinx_dsp", {{"luts", m.luts_dsp}, {"dsps", m.dsps}}}};
}

struct Aims {
  std::string text;
  Json json = Json::array();
  bool met = true;

  void add(const std::string& format, const std::string& what, double found, const char* relation,
           double aim, bool good) {
    met = met && good;
    text += fmt::format("{} {}: {:.4g}, aim {} {:.4g}: {}\n", format, what, found, relation, aim,
                        good ? "met" : "missed");
    json.push_back(
        {{"format", format}, {"what", what}, {"found", found}, {"aim", aim}, {"met", good}});
  }
};

void check_aims(const Group& group, Aims& aims) {
  const PeMeasure& ws = find(group, "ws");
  const PeMeasure& layered = find(group, "per_layer");
  const PeMeasure& both = find(group, "interleaved");
  const std::string format = format_name(both.format);
  const double area = both.area_um2 / layered.area_um2;
  aims.add(format, "area, interleaved to one a layer", area, "<=", kAreaAim, area <= kAreaAim);
  const double fmax = ws.min_period_ns / both.min_period_ns;
  aims.add(format, "Fmax, interleaved to WS only", fmax, ">=", kFmaxAim, fmax >= kFmaxAim);
  aims.text += fmt::format("{} the same of the medians: {:.4g}\n", format,
                           ws.median_period_ns / both.median_period_ns);
  if (both.format.operand_bits == 8) {
    aims.add(format, "LUTs, interleaved, no DSPs", static_cast<double>(both.luts), "<=", kLutAim,
             both.luts <= kLutAim);
  }
  if (group.size() <= 4) return;  // no stages were asked for
  double best = 0;
  for (const PeMeasure& m : group) {
    if (interleaves(m)) best = std::max(best, both.min_period_ns / m.min_period_ns);
  }
  aims.add(format, "Fmax, best stages to none", best, ">=", kStagesAim, best >= kStagesAim);
}

}  // namespace

PeReport pe_report(const Design& base, const std::vector<PeMeasure>& measures,
                   const PeLayer& layer) {
  const bool saturate = base.config.overflow == Overflow::saturate;
  PeReport report;
  Aims aims;
  Json formats = Json::object();
  std::string times;
  for (const Group& group : by_format(measures)) {
    const PeMeasure& ws = find(group, "ws");
    Json& json = formats[format_name(ws.format)];
    for (const PeMeasure& m : group) json["pe"].push_back(measure_json(m, ws));
    json["backward"] = Json::array();
    report.text += area_table(group);
    times += time_table(group, layer, saturate, json["backward"]);
    check_aims(group, aims);
  }
  const std::size_t netlists = measures.front().periods.size();
  report.text +=
      fmt::format("area and MHz: the fastest of {} netlists; us below: at that Fmax\n", netlists);
  report.text += fmt::format("backward pass {}x{}, batch {}, on {}x{}: cycles, and us\n", layer.m,
                             layer.n, layer.batch, layer.size, layer.size) +
                 times + aims.text;
  report.json = {
      {"library", "osu018"},
      {"netlists", netlists},
      {"layer", {{"array", layer.size}, {"m", layer.m}, {"n", layer.n}, {"batch", layer.batch}}},
      {"formats", formats},
      {"aims", aims.json}};
  report.aims_met = aims.met;
  return report;
}

}  // namespace gradloom::flow
