// SPDX-License-Identifier: Apache-2.0
#include "report/report.hpp"

#include <fmt/format.h>

#include "generator/config_yaml.hpp"
#include "generator/template_files.hpp"
#include "golden/error.hpp"
#include "model/network_cost.hpp"
#include "report/figures.hpp"
#include "report/summary.hpp"

namespace gradloom::report {
namespace {

Section design_section(const ReportInputs& in) {
  Section section{"design", "The design", {}, {}, {}, {}};
  section.open_tables = {summary_table(in.config, in.results), buffer_table(in.config)};
  section.closed_tables = {port_table(in.config)};
  return section;
}

Section array_section(const ReportInputs& in) {
  Section section{"array", "What the array does", {}, {space_time_figure(in.config)}, {}, {}};
  if (in.activity) {
    section.figures.push_back(activity_figure(in.config, *in.activity));
    section.figures.push_back(busy_figure(in.config, *in.activity));
  } else {
    section.paragraphs.push_back(
        "The activity of the PEs was not measured: it needs a run of the simulated RTL "
        "(--activity).");
  }
  return section;
}

Section schedule_section(const ReportInputs& in) {
  Section section{"schedules", "What the interleave is worth", {}, {}, {}, {}};
  section.paragraphs.push_back(
      "The fair baseline is separate: dgrad over all tiles, then wgrad over all tiles, with the "
      "same "
      "double buffering. With serial, one tile is loaded, streamed and drained after the other. "
      "From "
      "a batch of R vectors on, interleaved and separate take about the same cycles; what is left "
      "is "
      "that delta is read once instead of twice.");
  const auto curves = ratio_curves(in.config);
  section.figures = {cycle_ratio_figure(in.config, curves), word_ratio_figure(in.config, curves)};
  return section;
}

Section network_section(const ReportInputs& in) {
  Section section{"network", "A training step of " + in.workload.network.name, {}, {}, {}, {}};
  if (!in.named_network) {
    section.title = "A training step of one layer";
    section.paragraphs.push_back(
        "No network was named (--network): this is one layer of four tiles in each direction, with "
        "a batch of R.");
  } else if (!in.workload.network.source.empty()) {
    section.paragraphs.push_back("Architecture: " + in.workload.network.source);
  }
  for (const std::string& note : in.notes) section.paragraphs.push_back("Left out: " + note);
  const bool step = built(in.config, Op::fprop) && built(in.config, Op::backward);
  if (step &&
      !model::sums_fit(in.config, in.workload.network, in.workload.batch, model::ModelOp::step)) {
    section.paragraphs.push_back(
        "Some sums of this network could leave the accumulator of the configuration, which refuses "
        "that: a design for it needs a wider one. The counts do not depend on that.");
  }
  const auto steps = step_parts(in.config, in.workload);
  section.figures = {network_figure(in.config, in.workload, steps),
                     layers_figure(in.config, in.workload, steps),
                     buffer_figure(in.workload, steps), dram_figure(in.workload, steps),
                     roofline_figure(in.config, in.workload, steps)};
  if (in.energy) {
    section.figures.push_back(energy_figure(in.config, *in.energy, in.workload, steps));
  }
  return section;
}

Section gates_section(const ReportInputs& in) {
  Section section{"gates", "Netlist, timing and energy", {}, {}, {}, {}};
  if (in.results.current.empty()) {
    section.paragraphs.push_back(
        "No results of this configuration were found: the targets synth, sta and power of gradloom "
        "flow leave some (--results).");
  } else {
    section.open_tables.push_back(result_table(in.results));
  }
  for (const std::string& stale : in.results.stale) {
    section.paragraphs.push_back("Left out, stale: " + stale + ".");
  }
  const ResultFile* synth = in.results.find("synth");
  if (synth != nullptr) section.figures.push_back(area_figure(synth->json));
  const ResultFile* power = in.results.find("power");
  if (power != nullptr) section.figures.push_back(power_figure(power->json));
  return section;
}

Section verification_section(const ReportInputs& in) {
  Section section{"verification", "Verification status", {}, {}, {}, {}};
  section.paragraphs.push_back(fmt::format(
      "Stage reached: {} (G1 generates, G2 correct, G3 release). All items up to it passed on this "
      "very configuration, hash {}. {}",
      in.verification.stage == "-" ? "none" : in.verification.stage, hash_text(in.config),
      in.verification.note));
  section.open_tables.push_back(verification_table(in.verification));
  return section;
}

}  // namespace

Page report_page(const ReportInputs& in) {
  Page page;
  page.title = "Gradloom report: " + in.config.name;
  page.lead = fmt::format(
      "A systolic array of {} x {} PEs, int{}, with its schedules, its activity and how far it has "
      "been verified. Configuration {}.",
      in.config.rows, in.config.cols, in.config.operand_bits, hash_text(in.config));
  try {
    page.sections = {design_section(in),  array_section(in), schedule_section(in),
                     network_section(in), gates_section(in), verification_section(in)};
  } catch (const nlohmann::json::exception& error) {
    throw InputError(fmt::format("results of {}: found a file without what its target writes: {}",
                                 in.config.name, error.what()));
  }
  return page;
}

std::vector<Figure> figures_of(const Page& page) {
  std::vector<Figure> figures;
  for (const Section& section : page.sections) {
    figures.insert(figures.end(), section.figures.begin(), section.figures.end());
  }
  return figures;
}

Verification recorded_verification(const Config& config, const Results& results) {
  return verification(config, data_dir("tests") / "testplan.yaml", data_dir("docs") / "status.yaml",
                      results);
}

}  // namespace gradloom::report
