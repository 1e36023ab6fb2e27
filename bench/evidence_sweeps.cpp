// SPDX-License-Identifier: Apache-2.0
#include "bench/evidence_sweeps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradloom::evidence {

using model::ModelNetwork;

namespace {

std::string update_words(Accounting accounting) {
  switch (accounting) {
    case Accounting::update_outside: return ", update outside";
    case Accounting::update_pass: return ", update pass";
    case Accounting::update_in_pe: return ", update in the PEs";
    default: return "";
  }
}

}  // namespace

std::string label(const Rival& rival) {
  const std::string text = "`" + rival.baseline + "`" + update_words(rival.theirs);
  return rival.us == "interleaved" ? text : "`" + rival.us + "` to " + text;
}

std::optional<double> cycles_gain(const Gains& gains) { return gains.cycles; }
std::optional<double> accesses_gain(const Gains& gains) { return gains.accesses; }
std::optional<double> dram_gain(const Gains& gains) { return gains.dram; }
std::optional<double> energy_gain(const Gains& gains) { return gains.energy; }
std::optional<double> chip_energy_gain(const Gains& gains) { return gains.chip_energy; }

std::vector<Point> fc_sweep(const Study& study, const Rival& rival, Measure measure) {
  const ModelNetwork network = fully_connected(find_network(study, "alexnet"));
  std::vector<Point> points;
  for (const Ratio& ratio : kRatios) {
    for (const int side : kArrays) {
      const std::int64_t batch = batch_of(ratio, side);
      if (batch == 0) continue;
      const Array array{side, side, study.words};
      const auto gain = measure(
          duel(study.contest,
               {network, batch, array, rival.baseline, rival.ours, rival.theirs, {}, rival.us}));
      if (gain) points.push_back({side, ratio, *gain});
    }
  }
  return points;
}

std::string range_at(const std::vector<Point>& points, const Ratio& ratio) {
  std::vector<double> gains;
  for (const Point& p : points) {
    if (p.ratio == ratio) gains.push_back(p.gain);
  }
  if (gains.empty()) return "-";
  const auto [low, high] = std::minmax_element(gains.begin(), gains.end());
  return fmt::format("{:.2f}-{:.2f}", *low, *high);
}

std::string reached(const std::vector<Point>& points, double aim) {
  std::string out;
  std::optional<Ratio> first;
  std::optional<Ratio> last;
  const auto close = [&] {
    if (!first) return;
    out += (out.empty() ? "" : ", ") + text(*first);
    if (*first != *last) out += " to " + text(*last);
    first.reset();
  };
  for (const Ratio& ratio : kRatios) {
    const bool all = std::all_of(points.begin(), points.end(),
                                 [&](const Point& p) { return p.ratio != ratio || p.gain >= aim; });
    if (!all) close();
    if (all && !first) first = ratio;
    last = ratio;
  }
  close();
  return out.empty() ? "none" : out;
}

double saving(double gain) { return 1 - 1 / gain; }

std::string percent(double part) {
  const double rounded = std::round(100 * part);
  return fmt::format("{:.0f} %", rounded == 0 ? 0.0 : rounded);
}

std::vector<Saving> cnn_savings(const Study& study, Contest& contest, const Rival& rival,
                                Measure measure) {
  std::vector<Saving> savings;
  for (const ModelNetwork& network : study.networks) {
    if (!has_convolutions(network)) continue;
    for (const int side : kArrays) {
      for (const std::int64_t batch : kBatches) {
        const Array array{side, side, study.words};
        const auto gain = measure(
            duel(contest,
                 {network, batch, array, rival.baseline, rival.ours, rival.theirs, {}, rival.us}));
        if (!gain) continue;
        savings.push_back(
            {saving(*gain), fmt::format("{0}, {1}x{1}, batch {2}", network.name, side, batch)});
      }
    }
  }
  std::stable_sort(savings.begin(), savings.end(),
                   [](const Saving& a, const Saving& b) { return a.part < b.part; });
  return savings;
}

}  // namespace gradloom::evidence
