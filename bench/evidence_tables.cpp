// SPDX-License-Identifier: Apache-2.0
#include "bench/evidence_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::evidence {
namespace {

using model::ModelNetwork;

const std::vector<std::string>& baselines() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (std::size_t i = 1; i < contenders().size(); ++i) {
      if (contenders()[i].column) list.push_back(contenders()[i].name);
    }
    return list;
  }();
  return names;
}

std::vector<std::string> concat(std::vector<std::string> cells,
                                const std::vector<std::string>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
  return cells;
}

std::string both(const Gains& gains) {
  return fmt::format(" {:.2f} / {:.2f} |", gains.cycles, gains.accesses);
}

Array square(const Study& study, int side) { return {side, side, study.words}; }

/// Ratios of cycles / accesses of fully-connected layers, rows B/R.
std::string fc_table(const Study& study) {
  const ModelNetwork network = fully_connected(find_network(study, "alexnet"));
  std::string out = table_header(concat({"B/R", "batch"}, baselines()));
  for (const Ratio& ratio : kRatios) {
    const std::int64_t batch = batch_of(ratio, study.array);
    if (batch == 0) continue;
    out += fmt::format("| {} | {} |", text(ratio), batch);
    for (const std::string& name : baselines()) {
      out += both(duel(study.contest, {network, batch, square(study, study.array), name}));
    }
    out += "\n";
  }
  return out;
}

/// Ratios of cycles, rows arrays, columns baselines at three B/R.
std::string fc_array_table(const Study& study) {
  const ModelNetwork network = fully_connected(find_network(study, "alexnet"));
  std::string out = table_header(concat({"array", "B/R"}, baselines()));
  for (const int side : kArrays) {
    for (const Ratio ratio : {Ratio{1, 4}, Ratio{1, 1}, Ratio{4, 1}}) {
      const std::int64_t batch = batch_of(ratio, side);
      out += fmt::format("| {0}x{0} | {1} |", side, text(ratio));
      for (const std::string& name : baselines()) {
        out += both(duel(study.contest, {network, batch, square(study, side), name}));
      }
      out += "\n";
    }
  }
  return out;
}

std::string span_text(const Span& span) {
  return fmt::format("{:.3g} to {:.3g}", span.low, span.high);
}

std::string network_table(const Study& study) {
  std::string out = table_header(concat({"network", "B/R", "cycles"}, baselines()));
  const Array array = square(study, study.array);
  for (const ModelNetwork& network : study.networks) {
    const Figures& ours =
        study.contest.figures(network, study.batch, array, contenders()[0], Accounting::gradients);
    out += fmt::format("| {} | {} | {:.3e} |", network.name,
                       span_text(batch_span(network, study.batch, array.rows)), ours.cycles);
    for (const std::string& name : baselines()) {
      out += both(duel(study.contest, {network, study.batch, array, name}));
    }
    out += "\n";
  }
  return out;
}

/// How the gain against `separate` falls with the batch.
std::string batch_table(const Study& study) {
  std::string out = table_header({"network", "array", "batch 1", "4", "16", "64"});
  for (const ModelNetwork& network : study.networks) {
    for (const int side : {32, 128}) {
      out += fmt::format("| {0} | {1}x{1} |", network.name, side);
      for (const std::int64_t batch : kBatches) {
        out += both(duel(study.contest, {network, batch, square(study, side), "separate"}));
      }
      out += "\n";
    }
  }
  return out;
}

struct UpdateCase {
  const char* label;
  const char* baseline;
  Accounting ours;
  Accounting theirs;
};

/// Fully-connected layers with the update counted: cycles / accesses / DRAM words.
std::string update_table(const Study& study) {
  using enum Accounting;
  static const std::vector<UpdateCase> cases{
      {"separate, update outside", "separate", update_in_pe, update_outside},
      {"separate, update pass", "separate", update_in_pe, update_pass},
      {"separate, update in the PEs", "separate", update_in_pe, update_in_pe},
      {"serial, update pass", "serial", update_in_pe, update_pass},
      {"best, update pass", "best", update_in_pe, update_pass},
      {"separate, whole step, update pass", "separate", step_in_pe, step_pass}};
  const ModelNetwork network = fully_connected(find_network(study, "alexnet"));
  std::vector<std::string> cells{"B/R"};
  for (const UpdateCase& c : cases) cells.push_back(c.label);
  std::string out = table_header(cells);
  for (const Ratio& ratio : kRatios) {
    const std::int64_t batch = batch_of(ratio, study.array);
    if (batch == 0) continue;
    out += fmt::format("| {} |", text(ratio));
    for (const UpdateCase& c : cases) {
      const Gains g = duel(study.contest, {network, batch, square(study, study.array), c.baseline,
                                           c.ours, c.theirs});
      out += fmt::format(" {:.2f} / {:.2f} / {:.2f} |", g.cycles, g.accesses, g.dram.value_or(0));
    }
    out += "\n";
  }
  return out;
}

/// Energy by parts, by the table of `contest`.
std::string energy_table(const Study& study, Contest& contest) {
  std::string out = table_header({"network", "schedule", "MACs", "buffers", "DRAM", "waiting PEs",
                                  "total, mJ", "to interleaved", "to interleaved, without DRAM"});
  const Array array = square(study, study.array);
  for (const char* network_name : {"alexnet", "resnet50", "inception_v4", "densenet264"}) {
    const ModelNetwork& network = find_network(study, network_name);
    const auto of = [&](const std::string& schedule) {
      return contest.figures(network, study.batch, array, contender(schedule),
                             Accounting::gradients);
    };
    const Figures ours = of("interleaved");
    for (const char* schedule :
         {"interleaved", "separate", "two_passes", "serial", "ws_only", "os_only", "best"}) {
      const Figures f = of(schedule);
      const model::EnergySplit e = f.energy.value_or(model::EnergySplit{});
      const auto mj = [](double pj) { return pj * 1e-9; };
      out += fmt::format(
          "| {} | {} | {:.4g} | {:.4g} | {:.4g} | {:.4g} | {:.4g} | {:.2f} | {:.2f} |\n",
          network.name, schedule, mj(e.mac), mj(e.buffer), mj(e.dram), mj(e.idle), mj(e.total()),
          energy_of(f) / energy_of(ours), chip_energy_of(f) / chip_energy_of(ours));
    }
  }
  return out;
}

std::string gains_text(const Gains& g) {
  return fmt::format(" {:.2f} / {:.2f} / {:.2f} / {:.2f} |", g.cycles, g.accesses,
                     g.dram.value_or(0), g.energy.value_or(0));
}

/// What an option of the design brings: against interleaved without it, and against separate with
/// it.
std::string option_table(const Study& study) {
  std::string out = table_header({"network", "array", "option", "`interleaved` without it",
                                  "`separate` with it", "`ws_only` with it"});
  std::vector<ModelNetwork> networks = study.networks;
  networks.push_back(fully_connected(find_network(study, "alexnet")));
  for (const ModelNetwork& network : networks) {
    for (const int side : {16, 64}) {
      for (const char* option : {"loops", "hold256", "hold4096"}) {
        const std::string us = std::string("interleaved_") + option;
        out += fmt::format("| {} | {}x{} | {} |", network.name, side, side, option);
        for (const std::string& baseline :
             {std::string("interleaved"), std::string("separate_") + option,
              std::string("ws_only_") + option}) {
          Duel d{network, study.batch, square(study, side), baseline};
          d.us = us;
          out += gains_text(duel(study.contest, d));
        }
        out += "\n";
      }
    }
  }
  return out;
}

double row_area(const std::string& line, std::size_t name_length) {
  std::istringstream rest(line.substr(name_length));
  double area = 0;
  rest >> area;
  return area;
}

}  // namespace

PeAreas read_pe_areas(const std::string& path) {
  PeAreas areas;
  std::istringstream lines(read_text_file(path));
  for (std::string line; std::getline(lines, line);) {
    for (const auto& [label, area] : {std::pair{"WS only ", &areas.ws_only},
                                      std::pair{"both, one a layer ", &areas.one_a_layer},
                                      std::pair{"interleaved ", &areas.interleaved}}) {
      if (*area == 0 && line.starts_with(label)) *area = row_area(line, std::string(label).size());
    }
  }
  if (areas.ws_only > 0 && areas.one_a_layer > 0 && areas.interleaved > 0) return areas;
  throw InputError(path + ": found no areas of PEs, allowed the table of gradloom flow pe-table");
}

std::string text(const Ratio& ratio) {
  return ratio.under == 1 ? fmt::format("{}", ratio.over)
                          : fmt::format("{}/{}", ratio.over, ratio.under);
}

std::int64_t batch_of(const Ratio& ratio, int rows) {
  return rows % ratio.under == 0 ? std::int64_t{rows} * ratio.over / ratio.under : 0;
}

const ModelNetwork& find_network(const Study& study, const std::string& name) {
  for (const ModelNetwork& network : study.networks) {
    if (network.name == name) return network;
  }
  throw InputError("networks: found no " + name + ", which a table is about");
}

bool has_convolutions(const ModelNetwork& network) {
  return std::any_of(network.layers.begin(), network.layers.end(), [](const model::Layer& layer) {
    return layer.kind == model::LayerKind::conv;
  });
}

std::string table_header(const std::vector<std::string>& cells) {
  std::string line = "|";
  std::string rule = "|";
  for (const std::string& cell : cells) {
    line += " " + cell + " |";
    rule += "---|";
  }
  return line + "\n" + rule + "\n";
}

Gains duel(Contest& contest, const Duel& d) {
  const Figures ours = contest.figures(d.network, d.batch, d.array, contender(d.us), d.ours);
  const Figures& theirs = contest.figures(d.network, d.batch, d.their_array.value_or(d.array),
                                          contender(d.baseline), d.theirs);
  Gains gains{theirs.cycles / ours.cycles, theirs.accesses / ours.accesses, {}, {}, {}};
  if (theirs.dram) gains.dram = *theirs.dram / *ours.dram;
  if (theirs.energy) {
    gains.energy = energy_of(theirs) / energy_of(ours);
    gains.chip_energy = chip_energy_of(theirs) / chip_energy_of(ours);
  }
  return gains;
}

std::string layer_tables(const Study& study) {
  std::string out;
  const Array array = square(study, study.array);
  for (const ModelNetwork& network : study.networks) {
    out += fmt::format(
        "\n{0} on {1}x{1}, batch {2}, gradients: cycles / accesses of the baseline "
        "over those of interleaved\n\n",
        network.name, study.array, study.batch);
    out += table_header(concat({"layer", "B/R", "cycles", "accesses"}, baselines()));
    for (std::size_t i = 0; i <= network.layers.size(); ++i) {
      const bool total = i == network.layers.size();
      const ModelNetwork part = total ? network : only(network, i);
      const Figures ours =
          study.contest.figures(part, study.batch, array, contenders()[0], Accounting::gradients);
      out += fmt::format(
          "| {} | {} | {:.0f} | {:.0f} |", total ? "total" : network.layers[i].name,
          total ? "" : fmt::format("{:.3g}", batch_span(part, study.batch, array.rows).low),
          ours.cycles, ours.accesses);
      for (const std::string& name : baselines()) {
        out += both(duel(study.contest, {part, study.batch, array, name}));
      }
      out += "\n";
    }
  }
  return out;
}

std::vector<Block> blocks(const Study& study) {
  return {{"claims", claims_table(study)},
          {"claims-fc-cycles", claims_fc(study)},
          {"claims-fc-accesses", claims_fc_accesses(study)},
          {"claims-cnn", claims_cnn(study)},
          {"area", area_table(study)},
          {"fc", fc_table(study)},
          {"fc-arrays", fc_array_table(study)},
          {"update", update_table(study)},
          {"options", option_table(study)},
          {"networks", network_table(study)},
          {"batches", batch_table(study)},
          {"energy", energy_table(study, study.contest)},
          {"energy-gates", energy_table(study, study.gates)}};
}

}  // namespace gradloom::evidence
