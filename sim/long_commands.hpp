// SPDX-License-Identifier: Apache-2.0
// The part of the suite of `gradloom verify` about commands as large as the buffers: only they use
// the upper bits of the counters of tiles and vectors, and of the sums that the planner checks.
#pragma once

#include <cstdint>
#include <vector>

#include "golden/config.hpp"
#include "sim/program.hpp"

namespace gradloom {

/// What one harness runs one after the other. Empty for arrays of more than 64 PEs.
struct LongPrograms {
  std::vector<Program> programs;
  int commands = 0;
};

/// Fills the buffers of the operands once, then runs commands on them, a program for each built
/// operation: as many row tiles, column tiles and vectors as limits and buffers allow (at most
/// 1024), and shapes drawn evenly over the lengths of their numbers. The words of each end with the
/// last of their buffers; before it come the same with a buffer moved one word too far, which the
/// design must refuse, and shapes that are larger than the buffers; after it some of its results
/// are read.
LongPrograms long_programs(const Config& config, std::uint64_t seed);

}  // namespace gradloom
