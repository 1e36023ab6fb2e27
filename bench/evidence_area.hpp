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
  Array ours;
  Array theirs;
  Gains gains;
};

/// `network` in several areas and batches against ws_only and SCALE-Sim's ws on PEs that have
/// nothing else, and against `separate` on PEs that can do either gradient but not interleave. Of
/// the arrays that take no more than the area, from twice as wide as high to twice as high as wide
/// and more, each side has the one on which it is fastest. All buffers together are as large on
/// each of them.
std::vector<AreaCase> area_cases(const Study& study, const std::string& network);

}  // namespace gradloom::evidence
