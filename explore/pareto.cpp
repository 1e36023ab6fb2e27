// SPDX-License-Identifier: Apache-2.0
#include "explore/pareto.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace gradloom::explore {
namespace {

auto rank(const Result& r) {
  return std::tuple(r.point.workload, r.time, r.area.total(), r.energy_pj, r.number);
}

/// Pairs of area and energy of which none is as good as another one in both.
class Staircase {
 public:
  /// False if a pair that is there is as good in both.
  bool add(double area, double energy) {
    auto above = steps_.upper_bound(area);
    if (above != steps_.begin() && std::prev(above)->second <= energy) return false;
    while (above != steps_.end() && above->second >= energy) above = steps_.erase(above);
    steps_[area] = energy;
    return true;
  }

 private:
  std::map<double, double> steps_;  // energy falls as area rises
};

}  // namespace

std::vector<Result> pareto_set(const std::vector<Result>& results) {
  std::vector<Result> sorted;
  std::copy_if(results.begin(), results.end(), std::back_inserter(sorted),
               [](const Result& r) { return r.feasible; });
  std::sort(sorted.begin(), sorted.end(),
            [](const Result& a, const Result& b) { return rank(a) < rank(b); });
  std::vector<Result> best;
  Staircase stairs;
  for (const Result& result : sorted) {
    if (!best.empty() && best.back().point.workload != result.point.workload) stairs = {};
    // All before it are as fast or faster.
    if (stairs.add(result.area.total(), result.energy_pj)) best.push_back(result);
  }
  return best;
}

}  // namespace gradloom::explore
