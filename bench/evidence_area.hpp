// SPDX-License-Identifier: Apache-2.0
// Baselines on arrays that take as much area as ours.
#pragma once

#include <string>
#include <vector>

#include "bench/evidence_tables.hpp"

namespace gradloom::evidence {

/// Gradients of a network in the area of side x side interleaved PEs.
struct AreaCase {
  std::string baseline;
  std::int64_t batch = 1;
  int side = 0;
  bool square = true;  ///< both arrays nearly square; else each the fastest of its area
  Array ours;
  Array theirs;
  Gains gains;
};

/// `network` in several areas and batches against ws_only and SCALE-Sim's ws on PEs that have
/// nothing else, and against `separate` on PEs that can do either gradient but not interleave; ours
/// and theirs with the order of loops that moves the fewest words. The fastest array is that with
/// the fewest cycles of those that take no more than the area, from about a quarter as high as wide
/// to four times as high. All buffers together are as large on each array.
std::vector<AreaCase> area_cases(const Study& study, const std::string& network);

}  // namespace gradloom::evidence
