// SPDX-License-Identifier: Apache-2.0
// Evaluating all chosen points, in chunks that a later run does not do again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "explore/evaluate.hpp"

namespace gradloom::explore {

/// Points of a chunk: what is lost at most when a run is killed, and what a thread takes at a time.
inline constexpr std::int64_t kChunk = 1024;

struct RunOptions {
  int threads = 1;
  /// Told the points that are done, of all, after each chunk.
  std::function<void(std::int64_t done, std::int64_t total)> progress;
};

struct RunCount {
  std::int64_t total = 0;   ///< chosen points
  std::int64_t before = 0;  ///< of these, found done by an earlier run
};

/// Makes `dir` if needed and evaluates what is missing in dir/points.csv; dir/state.json says how
/// far it is complete. What is written depends on neither threads nor interruptions. Throws
/// InputError if `dir` holds the results of another space or something else, and Interrupted after
/// a signal; then the next run goes on from the last chunk.
RunCount run_points(const Space& space, const std::filesystem::path& dir,
                    const RunOptions& options);

/// Makes `dir` if needed and marks it as one of this space. Throws InputError if it is there
/// already and neither empty nor of this space.
void claim_directory(const Space& space, const std::filesystem::path& dir);

/// All results in dir/points.csv, in the order of the points.
std::vector<Result> load_results(const Space& space, const std::filesystem::path& dir);

}  // namespace gradloom::explore
