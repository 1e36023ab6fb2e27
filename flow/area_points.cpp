// SPDX-License-Identifier: Apache-2.0
#include "flow/area_points.hpp"

#include <fmt/format.h>

#include <array>

#include "flow/pe_config.hpp"
#include "flow/synth_report.hpp"
#include "flow/timing.hpp"
#include "generator/config_yaml.hpp"

namespace gradloom::flow {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Operand bits from the least to the most, each with a narrow and a wide accumulator. The second
// list is for PEs with stages.
constexpr std::array<PeFormat, 10> kFormats{PeFormat{2, 8}, {3, 16}, {4, 12},  {4, 24},  {6, 20},
                                            {8, 20},        {8, 32}, {12, 36}, {16, 36}, {16, 48}};
constexpr std::array<PeFormat, 5> kStageFormats{
    PeFormat{2, 8}, {4, 24}, {8, 20}, {8, 32}, {16, 48}};

// Designs of all operations, at several depths of the banks, and two of each kind with less.
constexpr std::array<AreaTask, 16> kDesigns{{{AreaKind::both, {4, 24}, 0, 1, 1, 1024},
                                             {AreaKind::both, {4, 24}, 0, 1, 4, 1024},
                                             {AreaKind::both, {4, 24}, 0, 4, 1, 1024},
                                             {AreaKind::both, {8, 32}, 0, 1, 1, 1024},
                                             {AreaKind::both, {8, 32}, 0, 1, 4, 1024},
                                             {AreaKind::both, {8, 32}, 0, 4, 1, 1024},
                                             {AreaKind::both, {8, 20}, 0, 2, 2, 1024},
                                             {AreaKind::both, {4, 24}, 0, 1, 1, 64},
                                             {AreaKind::both, {8, 32}, 0, 2, 2, 64},
                                             {AreaKind::both, {16, 48}, 0, 1, 1, 256},
                                             {AreaKind::both, {4, 24}, 0, 2, 2, 16384},
                                             {AreaKind::both, {8, 20}, 0, 1, 4, 16384},
                                             {AreaKind::ws, {2, 8}, 0, 1, 1, 1024},
                                             {AreaKind::ws, {8, 32}, 0, 2, 2, 1024},
                                             {AreaKind::os, {2, 8}, 0, 1, 1, 1024},
                                             {AreaKind::os, {8, 32}, 0, 2, 2, 1024}}};

// Every buffer that the operations need.
std::string buffers(const AreaTask& task) {
  const bool ws = task.kind != AreaKind::os;
  const bool os = task.kind != AreaKind::ws;
  return fmt::format("buffers: {{x: {0}, delta: {0}{1}{2}}}\n", task.words,
                     ws ? fmt::format(", w: {0}, y: {0}, dx: {0}", task.words) : "",
                     os ? fmt::format(", dw: {}", task.words) : "");
}

Config design_config(const AreaTask& task) {
  return parse_config(
      fmt::format("name: dut\narray: {{rows: {}, cols: {}}}\nnumbers: {{operand_bits: {}, "
                  "accumulator_bits: {}, overflow: wrap}}\noperations: [{}]\n{}",
                  task.rows, task.cols, task.format.operand_bits, task.format.accumulator_bits,
                  operations(task.kind), buffers(task)),
      "area-fit");
}

Json head(const AreaTask& task) {
  Json json{{"kind", name(task.kind)},
            {"operand_bits", task.format.operand_bits},
            {"accumulator_bits", task.format.accumulator_bits},
            {"mult_stages", task.mult_stages}};
  if (task.rows > 0) {
    json["rows"] = task.rows;
    json["cols"] = task.cols;
    json["words"] = task.words;
  }
  return json;
}

std::string directory(const AreaTask& task) {
  return fmt::format("{}_{}_{}_{}_{}x{}_w{}", name(task.kind), task.format.operand_bits,
                     task.format.accumulator_bits, task.mult_stages, task.rows, task.cols,
                     task.words);
}

SynthOptions lut_options(bool flatten) {
  SynthOptions options;
  options.library = Library::xilinx;
  options.flatten = flatten;
  options.dsp = false;
  return options;
}

Json measure_pe_alone(const AreaTask& task, const fs::path& work) {
  PeVariant variant;
  variant.operations = operations(task.kind);
  variant.mult_stages = task.mult_stages;
  Design design = prepare_design(pe_config(variant, task.format, false), "area-fit", work,
                                 work / directory(task), {});
  design.top = "pe_pe";
  const Elaborated elaborated = elaborate(design);
  double area = 0;
  double period = 0;
  for (const bool reduce : {true, false}) {
    SynthOptions options;
    options.flatten = true;
    options.reduce = reduce;
    const Netlist netlist = synthesise(design, options);
    const double found = analyse(design, netlist, {}).min_period_ns;
    if (!reduce && found >= period) continue;
    period = found;
    area = count(netlist, elaborated, design.top).area;
  }
  Json json = head(task);
  json["area_um2"] = area;
  json["min_period_ns"] = period;
  json["luts"] = count(synthesise(design, lut_options(true)), elaborated, design.top).luts;
  return json;
}

// All but the PEs. RAMs are black boxes without area in osu018, and BRAMs in LUTs.
CellCount rest(const Netlist& netlist, const Elaborated& elaborated, const AreaTask& task) {
  CellCount all = count(netlist, elaborated, netlist.top);
  const CellCount pe = count(netlist, elaborated, "dut_pe");
  all.area -= pe.area * task.rows * task.cols;
  all.luts -= pe.luts * task.rows * task.cols;
  return all;
}

Json measure_design(const AreaTask& task, const fs::path& work) {
  const Design design =
      prepare_design(design_config(task), "area-fit", work, work / directory(task), {});
  const Elaborated elaborated = elaborate(design);
  Json json = head(task);
  json["area_um2"] = rest(synthesise(design, {}), elaborated, task).area;
  json["luts"] = rest(synthesise(design, lut_options(false)), elaborated, task).luts;
  return json;
}

}  // namespace

const char* name(AreaKind kind) {
  constexpr std::array names{"ws", "os", "both"};
  return names[static_cast<std::size_t>(kind)];
}

const char* operations(AreaKind kind) {
  constexpr std::array lists{"fprop, dgrad", "wgrad", "fprop, dgrad, wgrad"};
  return lists[static_cast<std::size_t>(kind)];
}

std::string text(const AreaTask& task) {
  return fmt::format("{} {} int{}/{} {}", task.rows > 0 ? "design" : "pe", name(task.kind),
                     task.format.operand_bits, task.format.accumulator_bits,
                     task.rows > 0 ? fmt::format("{}x{} words {}", task.rows, task.cols, task.words)
                                   : fmt::format("stages {}", task.mult_stages));
}

std::vector<AreaTask> area_tasks(bool few) {
  std::vector<AreaTask> tasks;
  if (few) {
    for (const AreaKind kind : kAreaKinds) tasks.push_back({kind, {2, 8}});
    tasks.push_back({AreaKind::os, {2, 8}, 0, 1, 1, 1024});
    return tasks;
  }
  for (const AreaKind kind : kAreaKinds) {
    for (const PeFormat& format : kFormats) tasks.push_back({kind, format});
    for (int stages = 1; stages <= 2; ++stages) {
      for (const PeFormat& format : kStageFormats) tasks.push_back({kind, format, stages});
    }
  }
  tasks.insert(tasks.end(), kDesigns.begin(), kDesigns.end());
  return tasks;
}

Json measure_area(const AreaTask& task, const fs::path& work) {
  return task.rows > 0 ? measure_design(task, work) : measure_pe_alone(task, work);
}

Json measure_ram(int bits, const fs::path& work) {
  // One design with banks of three depths: X, W and Y of fprop.
  constexpr std::array words{8, 32, 128};
  const Config config = parse_config(
      fmt::format("name: dut\narray: {{rows: 1, cols: 1}}\nnumbers: {{operand_bits: {0}, "
                  "accumulator_bits: {1}, overflow: wrap}}\noperations: [fprop]\n"
                  "buffers: {{x: {2}, w: {3}, y: {4}}}\n",
                  bits, std::max(8, 2 * bits), words[0], words[1], words[2]),
      "area-fit");
  const Design design =
      prepare_design(config, "area-fit", work, work / fmt::format("ram_{}", bits), {});
  const Elaborated elaborated = elaborate(design);
  SynthOptions options;
  options.expand_rams = true;
  const Netlist netlist = synthesise(design, options);
  Json list = Json::array();
  for (const std::string& ram : elaborated.ram_names) {
    int ram_words = 0;
    int ram_bits = 0;
    const std::size_t at = ram.rfind('_');
    if (std::sscanf(ram.c_str() + at, "_%dx%d", &ram_words, &ram_bits) != 2) continue;
    list.push_back({{"words", ram_words},
                    {"bits", ram_bits},
                    {"area_um2", count(netlist, elaborated, ram).area}});
  }
  return list;
}

}  // namespace gradloom::flow
