// SPDX-License-Identifier: Apache-2.0
#include "flow/synth_report.hpp"

#include <fmt/format.h>

namespace gradloom::flow {
namespace {

using Json = nlohmann::ordered_json;

void add(CellCount& sum, const CellCount& other, std::int64_t times) {
  sum.cells += times * other.cells;
  sum.luts += times * other.luts;
  sum.flip_flops += times * other.flip_flops;
  sum.carries += times * other.carries;
  sum.dsps += times * other.dsps;
  sum.rams += times * other.rams;
  sum.ram_bits += times * other.ram_bits;
  sum.area += static_cast<double>(times) * other.area;
}

struct Columns {
  bool area, luts, rams, bits;
};

Columns columns(const Netlist& netlist) {
  const bool boxes = black_box_rams(netlist.options.library);
  return {netlist.options.library == Library::osu018, !boxes, !boxes, boxes};
}

std::vector<std::string> header(const Columns& c) {
  std::vector<std::string> row{"module", "instances", "cells"};
  if (c.area) row.emplace_back("um2");
  if (c.luts) row.emplace_back("LUTs");
  row.emplace_back("FFs");
  if (c.rams) row.insert(row.end(), {"DSPs", "RAMs"});
  if (c.bits) row.emplace_back("RAM bits");
  return row;
}

std::vector<std::string> table_row(const Columns& c, const std::string& name,
                                   const std::string& instances, const CellCount& n) {
  std::vector<std::string> row{name, instances, std::to_string(n.cells)};
  if (c.area) row.push_back(fmt::format("{:.0f}", n.area));
  if (c.luts) row.push_back(std::to_string(n.luts));
  row.push_back(std::to_string(n.flip_flops));
  if (c.rams) row.insert(row.end(), {std::to_string(n.dsps), std::to_string(n.rams)});
  if (c.bits) row.push_back(std::to_string(n.ram_bits));
  return row;
}

Json to_json(const Columns& c, const CellCount& n) {
  Json json{{"cells", n.cells}, {"flip_flops", n.flip_flops}};
  if (c.area) json["area_um2"] = n.area;
  if (c.luts) {
    json["luts"] = n.luts;
    json["carries"] = n.carries;
    json["dsps"] = n.dsps;
    json["rams"] = n.rams;
  }
  if (c.bits) json["ram_bits"] = n.ram_bits;
  return json;
}

}  // namespace

CellCount own_cells(const Netlist& netlist, const Elaborated& elaborated,
                    const std::string& module) {
  CellCount result;
  const ModuleCells& m = netlist.modules.at(module);
  for (const auto& [type, number] : m.cells) {
    result.cells += number;
    const auto area = netlist.areas.find(type);
    if (area != netlist.areas.end()) result.area += area->second * static_cast<double>(number);
    switch (kind(netlist.options.library, type)) {
      case CellKind::lut: result.luts += number; break;
      case CellKind::flip_flop: result.flip_flops += number; break;
      case CellKind::carry: result.carries += number; break;
      case CellKind::dsp: result.dsps += number; break;
      case CellKind::ram: result.rams += number; break;
      default: break;
    }
  }
  const bool box = m.cells.empty() && m.below.empty() && !netlist.rams.empty();
  if (box) result.ram_bits = elaborated.modules.at(module).memory_bits;
  return result;
}

CellCount count(const Netlist& netlist, const Elaborated& elaborated, const std::string& module) {
  CellCount result = own_cells(netlist, elaborated, module);
  for (const auto& [child, number] : netlist.modules.at(module).below) {
    add(result, count(netlist, elaborated, child), number);
  }
  return result;
}

SynthReport synth_report(const Design& design, const Netlist& netlist) {
  const Elaborated elaborated = elaborate(design);
  const Columns c = columns(netlist);
  // By module of the RTL, over all its instances.
  std::map<std::string, std::pair<int, CellCount>> bases;
  for (const auto& [name, module] : netlist.modules) {
    auto& [instances, sum] = bases[module.base];
    instances += module.instances;
    add(sum, own_cells(netlist, elaborated, name), module.instances);
  }
  Table table(header(c));
  Json modules = Json::object();
  for (const auto& [base, entry] : bases) {
    table.add(table_row(c, base, std::to_string(entry.first), entry.second));
    modules[base] = to_json(c, entry.second);
    modules[base]["instances"] = entry.first;
  }
  const CellCount total = count(netlist, elaborated, netlist.top);
  table.add(table_row(c, "all", "1", total));
  SynthReport report;
  report.target = netlist.options.library == Library::osu018
                      ? "synth"
                      : fmt::format("synth-{}", name(netlist.options.library));
  report.json = {{"library", name(netlist.options.library)},
                 {"netlist", netlist.made_from},
                 {"flatten", netlist.options.flatten},
                 {"total", to_json(c, total)},
                 {"modules", modules}};
  report.text = fmt::format("{}, configuration {}, {}: cells of each module without those below\n",
                            design.config.name, design.hash, name(netlist.options.library)) +
                table.text();
  for (const auto& [name, module] : netlist.modules) {
    if (module.base != design.config.name + "_pe") continue;
    const CellCount pe = count(netlist, elaborated, name);
    Table one(header(c));
    one.add(table_row(c, "one PE", std::to_string(module.instances), pe));
    report.text += one.text();
    report.json["pe"] = to_json(c, pe);
    break;
  }
  return report;
}

}  // namespace gradloom::flow
