// SPDX-License-Identifier: Apache-2.0
// What the papers claim, beside where we reach it and where not.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "bench/evidence_area.hpp"
#include "bench/evidence_sweeps.hpp"

namespace gradloom::evidence {
namespace {

using enum Accounting;

const std::vector<Rival>& rivals() {
  static const std::vector<Rival> all{{"separate"},
                                      {"two_passes"},
                                      {"serial"},
                                      {"ws_only"},
                                      {"os_only"},
                                      {"best"},
                                      {"scalesim_ws_os"},
                                      {"scalesim_ws"},
                                      {"scalesim_best"},
                                      {"separate", update_in_pe, update_in_pe},
                                      {"separate", update_in_pe, update_pass},
                                      {"separate", update_in_pe, update_outside},
                                      {"serial", update_in_pe, update_pass},
                                      {"best", update_in_pe, update_pass}};
  return all;
}

/// The same, and both sides with the order of loops that moves the fewest words.
std::vector<Rival> memory_rivals() {
  std::vector<Rival> all = rivals();
  for (const char* name : {"separate_loops", "ws_only_loops"}) {
    all.push_back({name, gradients, gradients, "interleaved_loops"});
  }
  return all;
}

/// The same as rivals(), and interleaved with hold memories, for accesses: SCALE-Sim also with the
/// accesses that it does not count.
std::vector<Rival> access_rivals() {
  std::vector<Rival> all = rivals();
  for (const char* name : {"scalesim_ws_os_psum", "scalesim_ws_psum", "scalesim_best_psum"}) {
    all.push_back({name});
  }
  const std::string hold = "interleaved_hold4096";
  for (const char* name : {"separate", "separate_hold4096", "ws_only"}) {
    all.push_back({name, gradients, gradients, hold});
    all.push_back({name, update_in_pe, update_pass, hold});
  }
  return all;
}

std::string fc_claims(const Study& study, const std::vector<Rival>& rivals, Measure measure,
                      const std::vector<double>& aims) {
  std::vector<std::string> cells{"baseline"};
  for (const Ratio& ratio : kRatios) cells.push_back("B/R " + text(ratio));
  for (const double aim : aims) cells.push_back(fmt::format("at least {:g} for B/R", aim));
  std::string out = table_header(cells);
  for (const Rival& rival : rivals) {
    const auto points = fc_sweep(study, rival, measure);
    out += "| " + label(rival) + " |";
    for (const Ratio& ratio : kRatios) out += " " + range_at(points, ratio) + " |";
    for (const double aim : aims) out += " " + reached(points, aim) + " |";
    out += "\n";
  }
  return out;
}

std::int64_t count_reached(const std::vector<Saving>& savings, double aim) {
  return std::count_if(savings.begin(), savings.end(),
                       [aim](const Saving& s) { return s.part >= aim; });
}

std::string cnn_row(const Study& study, const Rival& rival, const char* quantity, Measure measure,
                    double aim) {
  const auto savings = cnn_savings(study, study.contest, rival, measure);
  if (savings.empty()) return "";
  return fmt::format("| {} | {} | {} ({}) | {} | {} ({}) | {} of {} at {} |\n", quantity,
                     label(rival), percent(savings.back().part), savings.back().where,
                     percent(savings[savings.size() / 2].part), percent(savings.front().part),
                     savings.front().where, count_reached(savings, aim), savings.size(),
                     percent(aim));
}

/// A row of the table of claims: two lists, in a cell each.
class ClaimRow {
 public:
  explicit ClaimRow(std::string claim) : claim_(std::move(claim)) {}
  void add(bool reached, const std::string& item) {
    std::string& cell = reached ? reached_ : missed_;
    cell += (cell.empty() ? "" : "<br>") + item;
  }
  std::string text() const {
    return fmt::format("| {} | {} | {} |\n", claim_, reached_.empty() ? "nowhere" : reached_,
                       missed_.empty() ? "-" : missed_);
  }

 private:
  std::string claim_;
  std::string reached_;
  std::string missed_;
};

std::string fc_claim(const Study& study, const std::string& claim, const std::vector<Rival>& rivals,
                     Measure measure, double aim) {
  ClaimRow row(claim);
  for (const Rival& rival : rivals) {
    const auto points = fc_sweep(study, rival, measure);
    if (points.empty()) continue;
    const auto best =
        std::max_element(points.begin(), points.end(),
                         [](const Point& a, const Point& b) { return a.gain < b.gain; });
    const std::string where = reached(points, aim);
    const bool good = where != "none";
    row.add(good, good ? fmt::format("{}: {} ({:.2f})", label(rival), where, best->gain)
                       : fmt::format("{} ({:.2f})", label(rival), best->gain));
  }
  return row.text();
}

std::string cnn_claim(const Study& study, Contest& contest, const std::string& claim,
                      const std::vector<Rival>& rivals, Measure measure, double aim) {
  ClaimRow row(claim);
  for (const Rival& rival : rivals) {
    const auto savings = cnn_savings(study, contest, rival, measure);
    if (savings.empty()) continue;
    const auto count = count_reached(savings, aim);
    const std::string most = percent(savings.back().part);
    row.add(count > 0,
            count > 0 ? fmt::format("{}: {} of {} ({})", label(rival), count, savings.size(), most)
                      : fmt::format("{} ({})", label(rival), most));
  }
  return row.text();
}

/// One baseline of equal area: in how many cases it is reached, and the best of them.
void add_area(ClaimRow& row, const std::vector<AreaCase>& cases, const std::string& baseline,
              Measure measure, double aim) {
  std::vector<std::pair<double, const AreaCase*>> found;
  for (const AreaCase& c : cases) {
    const auto gain = measure(c.gains);
    if (c.baseline == baseline && gain) found.emplace_back(saving(*gain), &c);
  }
  if (found.empty()) return;
  const auto count =
      std::count_if(found.begin(), found.end(), [aim](const auto& f) { return f.first >= aim; });
  const auto best = *std::max_element(found.begin(), found.end());
  const std::string most = fmt::format("{}, {}x{}, batch {}", percent(best.first),
                                       best.second->side, best.second->side, best.second->batch);
  row.add(count > 0, count > 0
                         ? fmt::format("`{}`: {} of {} ({})", baseline, count, found.size(), most)
                         : fmt::format("`{}` ({})", baseline, most));
}

/// `claimed`: energy, accesses and cycles.
std::string area_claims(const Study& study, const std::string& title, const std::string& network,
                        const std::array<double, 3>& claimed) {
  struct Quantity {
    const char* claim;
    Measure measure;
  };
  const std::array<Quantity, 3> quantities{{{"less energy", energy_gain},
                                            {"fewer accesses", accesses_gain},
                                            {"fewer cycles", cycles_gain}}};
  const std::vector<AreaCase> cases = area_cases(study, network);
  std::string out;
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    ClaimRow row(fmt::format("{}, equal area, against WS: {} {}", title, percent(claimed[i]),
                             quantities[i].claim));
    for (const char* baseline :
         {"ws_only_loops", "scalesim_ws", "scalesim_ws_psum", "separate_loops"}) {
      add_area(row, cases, baseline, quantities[i].measure, claimed[i]);
    }
    out += row.text();
  }
  return out;
}

}  // namespace

std::string claims_fc(const Study& study) {
  return fc_claims(study, rivals(), cycles_gain, {1.4, 2.2});
}

std::string claims_fc_accesses(const Study& study) {
  return fc_claims(study, access_rivals(), accesses_gain, {1.9});
}

std::string claims_cnn(const Study& study) {
  std::string out = table_header({"quantity", "baseline", "largest saving", "median",
                                  "smallest saving", "cases that reach the claim"});
  for (const Rival& rival : rivals()) out += cnn_row(study, rival, "cycles", cycles_gain, 0.25);
  for (const Rival& rival : access_rivals()) {
    out += cnn_row(study, rival, "accesses", accesses_gain, 0.25);
  }
  for (const Rival& rival : memory_rivals()) {
    out += cnn_row(study, rival, "DRAM words", dram_gain, 0.25);
  }
  for (const Rival& rival : memory_rivals()) {
    out += cnn_row(study, rival, "energy", energy_gain, 0.16);
  }
  for (const Rival& rival : rivals()) {
    out += cnn_row(study, rival, "energy without DRAM", chip_energy_gain, 0.16);
  }
  return out;
}

std::string claims_table(const Study& study) {
  const std::string fc = "InterGrad, fully-connected layer: ";
  const std::string cnn = "InterGrad, CNNs: up to ";
  Contest& contest = study.contest;
  std::string out = table_header({"claim", "reached against", "not reached against"});
  out += fc_claim(study, fc + "1.4 times fewer cycles", rivals(), cycles_gain, 1.4);
  out += fc_claim(study, fc + "2.2 times fewer cycles", rivals(), cycles_gain, 2.2);
  out += fc_claim(study, fc + "1.9 times fewer accesses", access_rivals(), accesses_gain, 1.9);
  out += cnn_claim(study, contest, cnn + "25 % fewer cycles", rivals(), cycles_gain, 0.25);
  out +=
      cnn_claim(study, contest, cnn + "25 % fewer accesses", access_rivals(), accesses_gain, 0.25);
  out += cnn_claim(study, contest, cnn + "16 % less energy", memory_rivals(), energy_gain, 0.16);
  out += cnn_claim(study, contest, "the same, without the energy of DRAM", rivals(),
                   chip_energy_gain, 0.16);
  out += cnn_claim(study, study.gates, "the same, with the PEs of this project at gate level",
                   rivals(), energy_gain, 0.16);
  out += area_claims(study, "InterGrad, Inception-v4", "inception_v4", {0.12, 0.17, 0.04});
  out += area_claims(study, "InterGrad, DenseNet-264", "densenet264", {0.18, 0.26, 0.27});
  return out;
}

}  // namespace gradloom::evidence
