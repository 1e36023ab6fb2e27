// SPDX-License-Identifier: Apache-2.0
#include "bench/evidence_area.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/evidence_sweeps.hpp"

namespace gradloom::evidence {
namespace {

using model::ModelNetwork;

constexpr const char* kOurs = "interleaved_loops";

/// Arrays of at most `pes` PEs, in steps of an eighth of `side`.
std::vector<Array> shapes(int side, int words, double pes) {
  std::vector<Array> all;
  for (int rows = std::max(1, side / 2); rows <= 2 * side; rows += std::max(1, side / 8)) {
    const int cols = static_cast<int>(pes / rows);
    if (cols < 1) continue;
    all.push_back({rows, cols, std::max(1, words * 2 * side / (rows + cols))});
  }
  return all;
}

Array fastest(const Study& study, const ModelNetwork& network, std::int64_t batch,
              const std::string& baseline, const std::vector<Array>& arrays) {
  const auto cycles = [&](const Array& array) {
    return study.contest.figures(network, batch, array, contender(baseline), Accounting::gradients)
        .cycles;
  };
  return *std::min_element(arrays.begin(), arrays.end(),
                           [&](const Array& a, const Array& b) { return cycles(a) < cycles(b); });
}

/// At most `pes` PEs, as near to a square as it gets.
Array nearly_square(int side, int words, double pes) {
  const int rows = static_cast<int>(std::sqrt(pes));
  const int cols = static_cast<int>(pes / rows);
  return {rows, cols, std::max(1, words * 2 * side / (rows + cols))};
}

struct Area {
  int side;
  std::string baseline;
  double pe_area;
};

AreaCase area_case(const Study& study, const ModelNetwork& network, std::int64_t batch,
                   const Area& area, bool square) {
  const double pes = static_cast<double>(area.side) * area.side;
  const double their_pes = study.areas.interleaved / area.pe_area * pes;
  const auto array = [&](const std::string& name, double count) {
    return square ? nearly_square(area.side, study.words, count)
                  : fastest(study, network, batch, name, shapes(area.side, study.words, count));
  };
  const Array ours = array(kOurs, pes);
  const Array theirs = array(area.baseline, their_pes);
  return {area.baseline,
          batch,
          area.side,
          square,
          ours,
          theirs,
          duel(study.contest, {network, batch, ours, area.baseline, Accounting::gradients,
                               Accounting::gradients, theirs})};
}

std::string optional_percent(const std::optional<double>& gain) {
  return gain ? percent(saving(*gain)) : "-";
}

}  // namespace

std::vector<AreaCase> area_cases(const Study& study, const std::string& name) {
  const ModelNetwork& network = find_network(study, name);
  std::vector<AreaCase> cases;
  for (const auto& [baseline, pe_area] : {std::pair{"ws_only_loops", study.areas.ws_only},
                                          std::pair{"scalesim_ws", study.areas.ws_only},
                                          std::pair{"separate_loops", study.areas.one_a_layer}}) {
    for (const int side : {16, 64, 256}) {
      for (const std::int64_t batch : {1, 32}) {
        for (const bool square : {true, false}) {
          cases.push_back(area_case(study, network, batch, {side, baseline, pe_area}, square));
        }
      }
    }
  }
  return cases;
}

std::string area_table(const Study& study) {
  std::string out =
      table_header({"network", "batch", "area of", "arrays", "interleaved on", "baseline", "energy",
                    "energy without DRAM", "accesses", "DRAM words", "cycles"});
  for (const char* name : {"inception_v4", "densenet264"}) {
    for (const AreaCase& c : area_cases(study, name)) {
      out += fmt::format(
          "| {} | {} | {}x{} | {} | {}x{} | `{}` on {}x{} | {} | {} | {} | {} | {} |\n", name,
          c.batch, c.side, c.side, c.square ? "square" : "fastest", c.ours.rows, c.ours.cols,
          c.baseline, c.theirs.rows, c.theirs.cols, optional_percent(c.gains.energy),
          optional_percent(c.gains.chip_energy), percent(saving(c.gains.accesses)),
          optional_percent(c.gains.dram), percent(saving(c.gains.cycles)));
    }
  }
  return out;
}

}  // namespace gradloom::evidence
