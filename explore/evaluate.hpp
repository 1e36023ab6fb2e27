// SPDX-License-Identifier: Apache-2.0
// What a point costs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "explore/space.hpp"

namespace gradloom::explore {

/// Costs of a workload that do not depend on the format. Nothing if no command fits the buffers, or
/// a count leaves 64 bits.
struct WorkloadCost {
  model::Cost plain;        ///< of operations whose MACs are not those of an interleaved pass
  model::Cost interleaved;  ///< of interleaved passes
};
std::optional<WorkloadCost> workload_cost(const Space& space, const Point& point);

struct Result {
  std::int64_t number = 0;  ///< of the point
  Point point;
  bool feasible = false;  ///< all that follows is 0 if not
  double cycles = 0;      ///< of a batch
  double macs = 0;
  double period_ns = 0;  ///< 0 in LUTs
  double time = 0;       ///< of a sample: us, or cycles
  Area area;
  double energy_pj = 0;     ///< of a sample
  double buffer_words = 0;  ///< of a batch
  double dram_words = 0;
};

/// Keeps the costs of the last point, which points that differ in the format share.
class Evaluator {
 public:
  explicit Evaluator(const Space& space) : space_(space) {}
  Result evaluate(std::int64_t number);

 private:
  const Space& space_;
  Point last_;
  bool has_last_ = false;
  std::optional<WorkloadCost> cost_;
};

/// The head and a line of points.csv. Numbers are as short as they can be to be read back exactly.
std::string csv_head(const Space& space);
std::string csv_line(const Space& space, const Result& result);
/// Reads a line that csv_line() wrote. Throws InputError for another.
Result parse_csv_line(const Space& space, std::string_view line);

}  // namespace gradloom::explore
