// SPDX-License-Identifier: Apache-2.0
#include "explore/output.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generator/text_file.hpp"
#include "generator/version.hpp"

namespace gradloom::explore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

bool in_um2(const Space& space) { return space.area.unit == AreaUnit::um2; }
const char* time_unit(const Space& space) { return space.time == TimeUnit::us ? "us" : "cycles"; }

Json point_json(const Space& space, const Result& r) {
  const Point& p = r.point;
  const Format& format = space.formats[p.format];
  Json json{{"point", r.number},
            {"rows", space.sizes[p.size].rows},
            {"cols", space.sizes[p.size].cols},
            {"operand_bits", format.operand_bits},
            {"accumulator_bits", format.accumulator_bits},
            {"mult_stages", space.mult_stages[p.stages]},
            {"words", space.words[p.words]},
            {"batch", space.batches[p.batch]},
            {"schedule", name(space.schedules[p.schedule])},
            {"cycles", r.cycles},
            {"macs", r.macs}};
  if (in_um2(space)) json["period_ns"] = r.period_ns;
  json["time_per_sample"] = r.time;
  json["area"] = {{"pes", r.area.pes}, {"rest", r.area.rest}};
  if (in_um2(space)) json["area"]["buffers"] = r.area.buffers;
  json["area"]["total"] = r.area.total();
  json["energy_pj_per_sample"] = r.energy_pj;
  json["buffer_words"] = r.buffer_words;
  json["dram_words"] = r.dram_words;
  return json;
}

Json axes_json(const Space& space) {
  Json axes{{"op", name(space.op)},
            {"mult_stages", space.mult_stages},
            {"words", space.words},
            {"batch", space.batches}};
  for (const Workload& w : space.workloads) axes["workloads"].push_back(w.name);
  for (const ArraySize& s : space.sizes) axes["sizes"].push_back({s.rows, s.cols});
  for (const Format& f : space.formats) {
    axes["formats"].push_back(fmt::format("{}/{}", f.operand_bits, f.accumulator_bits));
  }
  for (const model::ModelSchedule s : space.schedules) axes["schedules"].push_back(name(s));
  return axes;
}

std::string text_line(const Space& space, const Result& r) {
  const Point& p = r.point;
  const Format& format = space.formats[p.format];
  return fmt::format("  {:>7} {:>7} {:>6} {:>6} {:>6} {:11} {:>12.5g} {:>11.5g} {:>12.5g}\n",
                     fmt::format("{}x{}", space.sizes[p.size].rows, space.sizes[p.size].cols),
                     fmt::format("{}/{}", format.operand_bits, format.accumulator_bits),
                     space.mult_stages[p.stages], space.words[p.words], space.batches[p.batch],
                     name(space.schedules[p.schedule]), r.time,
                     r.area.total() * (in_um2(space) ? 1e-6 : 1), r.energy_pj * 1e-6);
}

std::vector<Result> of_workload(const std::vector<Result>& results, std::size_t workload) {
  std::vector<Result> list;
  std::copy_if(results.begin(), results.end(), std::back_inserter(list),
               [workload](const Result& r) { return r.point.workload == workload; });
  return list;
}

}  // namespace

std::string pareto_csv(const Space& space, const std::vector<Result>& pareto) {
  std::string text = csv_head(space);
  for (const Result& result : pareto) text += csv_line(space, result);
  return text;
}

Json explore_json(const Space& space, const std::vector<Result>& results,
                  const std::vector<Result>& pareto) {
  const auto infeasible =
      std::count_if(results.begin(), results.end(), [](const Result& r) { return !r.feasible; });
  Json json{{"name", space.name},
            {"space", space.hash},
            {"gradloom", kVersion},
            {"axes", axes_json(space)},
            {"space_points", point_count(space)},
            {"points", results.size()},
            {"sample_seed", space.sample_seed},
            {"infeasible", infeasible},
            {"time", fmt::format("{} per sample", time_unit(space))},
            {"area", in_um2(space) ? "um2" : "LUTs without RAMs"},
            {"energy", fmt::format("pJ per sample, table {}", space.energy.name)},
            {"fits", fits_json(space.area)}};
  for (std::size_t w = 0; w < space.workloads.size(); ++w) {
    Json& list = json["pareto"][space.workloads[w].name] = Json::array();
    for (const Result& r : of_workload(pareto, w)) list.push_back(point_json(space, r));
  }
  return json;
}

std::string pareto_text(const Space& space, const std::vector<Result>& pareto, std::size_t lines) {
  std::string text;
  for (std::size_t w = 0; w < space.workloads.size(); ++w) {
    const std::vector<Result> list = of_workload(pareto, w);
    text += fmt::format("{}: {} points in the Pareto set{}\n", space.workloads[w].name, list.size(),
                        list.size() > lines ? fmt::format(", {} of them", lines) : "");
    text += fmt::format("  {:>7} {:>7} {:>6} {:>6} {:>6} {:11} {:>12} {:>11} {:>12}\n", "array",
                        "format", "stages", "words", "batch", "schedule",
                        fmt::format("{}/sample", time_unit(space)), in_um2(space) ? "mm2" : "LUTs",
                        "uJ/sample");
    const std::size_t shown = std::min(lines, list.size());
    for (std::size_t i = 0; i < shown; ++i) {
      const std::size_t place = shown == 1 ? 0 : i * (list.size() - 1) / (shown - 1);
      text += text_line(space, list[place]);
    }
  }
  return text;
}

void write_outputs(const Space& space, const fs::path& dir, const std::vector<Result>& results,
                   const std::vector<Result>& pareto) {
  replace_text_file(dir / "pareto.csv", pareto_csv(space, pareto));
  replace_text_file(dir / "explore.json", explore_json(space, results, pareto).dump(2) + "\n");
}

}  // namespace gradloom::explore
