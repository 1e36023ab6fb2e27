// SPDX-License-Identifier: Apache-2.0
// What the papers claim, beside where we reach it and where not.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "bench/evidence_tables.hpp"

namespace gradloom::evidence {
namespace {

using model::ModelNetwork;
using enum Accounting;

/// A baseline with its accounting, a row of a table of claims.
struct Rival {
  const char* name;
  Accounting ours = gradients;
  Accounting theirs = gradients;
};

std::string label(const Rival& rival) {
  if (rival.ours == gradients) return std::string(rival.name) + " | gradients";
  return fmt::format("{} | {} against {}", rival.name, name(rival.ours), name(rival.theirs));
}

/// A ratio at a point of the sweep over arrays and B/R.
struct Point {
  int side = 0;
  Ratio ratio;
  double gain = 0;
};

using Measure = double (*)(const Gains&);
double cycles_of(const Gains& gains) { return gains.cycles; }
double accesses_of(const Gains& gains) { return gains.accesses; }

std::vector<Point> fc_sweep(const Study& study, const Rival& rival, Measure measure) {
  const ModelNetwork network = fully_connected(find_network(study, "alexnet"));
  std::vector<Point> points;
  for (const Ratio& ratio : kRatios) {
    for (const int side : kArrays) {
      const std::int64_t batch = batch_of(ratio, side);
      if (batch == 0) continue;
      const Array array{side, side, study.words};
      points.push_back({side, ratio,
                        measure(duel(study.contest, {network, batch, array, rival.name, rival.ours,
                                                     rival.theirs}))});
    }
  }
  return points;
}

/// Least and greatest gain at one B/R over all arrays.
std::string range_at(const std::vector<Point>& points, const Ratio& ratio) {
  double low = 1e300;
  double high = 0;
  for (const Point& p : points) {
    if (p.ratio.over != ratio.over || p.ratio.under != ratio.under) continue;
    low = std::min(low, p.gain);
    high = std::max(high, p.gain);
  }
  return fmt::format("{:.2f}-{:.2f}", low, high);
}

/// The B/R at which every array has at least `aim`, as "1/16 to 1"; "none".
std::string reached(const std::vector<Point>& points, double aim) {
  std::optional<Ratio> first;
  std::optional<Ratio> last;
  for (const Ratio& ratio : kRatios) {
    const bool all = std::all_of(points.begin(), points.end(), [&](const Point& p) {
      return p.ratio.over != ratio.over || p.ratio.under != ratio.under || p.gain >= aim;
    });
    if (!all) continue;
    if (!first) first = ratio;
    last = ratio;
  }
  if (!first) return "none";
  return fmt::format("{} to {}", text(*first), text(*last));
}

const std::vector<Rival>& rivals() {
  static const std::vector<Rival> all{{"separate"},
                                      {"serial"},
                                      {"ws_only"},
                                      {"os_only"},
                                      {"best"},
                                      {"scalesim_best"},
                                      {"scalesim_ws"},
                                      {"separate", update_in_pe, update_outside},
                                      {"separate", update_in_pe, update_in_pe},
                                      {"best", update_in_pe, update_outside}};
  return all;
}

std::string fc_claims(const Study& study, Measure measure, double low, double high) {
  std::string out = "| baseline | accounting |";
  std::string rule = "|---|---|";
  for (const Ratio& ratio : kRatios) {
    out += fmt::format(" B/R {} |", text(ratio));
    rule += "---|";
  }
  out += fmt::format(" at least {:g} for B/R |", high);
  rule += "---|";
  if (low != high) {
    out += fmt::format(" at least {:g} for B/R |", low);
    rule += "---|";
  }
  out += "\n" + rule + "\n";
  for (const Rival& rival : rivals()) {
    const auto points = fc_sweep(study, rival, measure);
    out += "| " + label(rival) + " |";
    for (const Ratio& ratio : kRatios) out += " " + range_at(points, ratio) + " |";
    out += " " + reached(points, high) + " |";
    if (low != high) out += " " + reached(points, low) + " |";
    out += "\n";
  }
  return out;
}

/// A saving of one network, array and batch.
struct Saving {
  double part = 0;  ///< of the baseline
  std::string where;
};

double saving(double gain) { return 1 - 1 / gain; }

std::string percent(double part) { return fmt::format("{:.0f} %", 100 * part); }

using OptionalMeasure = std::optional<double> (*)(const Gains&);

std::vector<Saving> cnn_savings(const Study& study, const Rival& rival, OptionalMeasure measure) {
  std::vector<Saving> savings;
  for (const ModelNetwork& network : study.networks) {
    if (!has_convolutions(network)) continue;
    for (const int side : kArrays) {
      for (const std::int64_t batch : kBatches) {
        const Array array{side, side, study.words};
        const auto gain = measure(
            duel(study.contest, {network, batch, array, rival.name, rival.ours, rival.theirs}));
        if (!gain) continue;
        savings.push_back(
            {saving(*gain), fmt::format("{0}, {1}x{1}, batch {2}", network.name, side, batch)});
      }
    }
  }
  std::sort(savings.begin(), savings.end(),
            [](const Saving& a, const Saving& b) { return a.part < b.part; });
  return savings;
}

std::string cnn_row(const Study& study, const Rival& rival, const char* quantity,
                    OptionalMeasure measure, double aim) {
  const auto savings = cnn_savings(study, rival, measure);
  if (savings.empty()) return "";
  const auto reached = std::count_if(savings.begin(), savings.end(),
                                     [aim](const Saving& s) { return s.part >= aim; });
  return fmt::format("| {} | {} | {} | {} ({}) | {} | {} ({}) | {} of {} |\n", quantity,
                     percent(aim), label(rival), percent(savings.back().part), savings.back().where,
                     percent(savings[savings.size() / 2].part), percent(savings.front().part),
                     savings.front().where, reached, savings.size());
}

std::optional<double> cycles_gain(const Gains& g) { return g.cycles; }
std::optional<double> accesses_gain(const Gains& g) { return g.accesses; }
std::optional<double> dram_gain(const Gains& g) { return g.dram; }
std::optional<double> energy_gain(const Gains& g) { return g.energy; }

std::string optional_percent(const std::optional<double>& gain) {
  return gain ? percent(saving(*gain)) : "-";
}

std::string area_row(const Study& study, const ModelNetwork& network, int side, std::int64_t batch,
                     const char* baseline, double their_area) {
  const Array ours{side, side, study.words};
  const Array theirs = equal_area(side, study.words, study.areas.interleaved, their_area);
  const Gains g =
      duel(study.contest, {network, batch, ours, baseline, gradients, gradients, theirs});
  return fmt::format("| {} | {} | {}x{} | {} on {}x{} | {} | {} | {} | {} |\n", network.name, batch,
                     side, side, baseline, theirs.rows, theirs.cols, optional_percent(g.energy),
                     percent(saving(g.accesses)), optional_percent(g.dram),
                     percent(saving(g.cycles)));
}

}  // namespace

std::string claims_fc(const Study& study) { return fc_claims(study, cycles_of, 1.4, 2.2); }

std::string claims_fc_accesses(const Study& study) {
  return fc_claims(study, accesses_of, 1.9, 1.9);
}

std::string claims_cnn(const Study& study) {
  std::string out =
      "| quantity | claimed, up to | baseline | accounting | largest saving | median | smallest "
      "saving | cases that reach the claim |\n|---|---|---|---|---|---|---|---|\n";
  for (const Rival& rival : rivals()) {
    out += cnn_row(study, rival, "cycles", cycles_gain, 0.25);
    out += cnn_row(study, rival, "accesses", accesses_gain, 0.25);
    out += cnn_row(study, rival, "DRAM words", dram_gain, 0.25);
    out += cnn_row(study, rival, "energy", energy_gain, 0.16);
  }
  return out;
}

std::string claims_area(const Study& study) {
  std::string out =
      "| network | batch | interleaved on | baseline of the same area | energy | accesses | DRAM "
      "words | cycles |\n|---|---|---|---|---|---|---|---|\n";
  for (const char* name : {"inception_v4", "densenet264"}) {
    const ModelNetwork& network = find_network(study, name);
    for (const int side : {16, 64, 128, 256}) {
      for (const std::int64_t batch : {1, 32}) {
        out += area_row(study, network, side, batch, "ws_only", study.areas.ws_only);
        out += area_row(study, network, side, batch, "scalesim_ws", study.areas.ws_only);
        out += area_row(study, network, side, batch, "separate", study.areas.one_a_layer);
      }
    }
  }
  return out;
}

}  // namespace gradloom::evidence
