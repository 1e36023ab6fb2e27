// SPDX-License-Identifier: Apache-2.0
// The space of an exploration: the values of each axis, and its points as numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explore/area.hpp"
#include "golden/config.hpp"
#include "model/cost.hpp"
#include "model/energy.hpp"
#include "model/layer.hpp"
#include "model/network_cost.hpp"

namespace gradloom::explore {

struct Format {
  int operand_bits = 8;
  int accumulator_bits = 32;
  bool operator==(const Format&) const = default;
};

struct ArraySize {
  int rows = 8;
  int cols = 8;
  bool operator==(const ArraySize&) const = default;
};

/// What runs on the array: a network, or a single product as a network of one layer. Layers of the
/// same shape are one layer with their `repeat` added up.
struct Workload {
  std::string name;
  model::ModelNetwork network;
};

/// Time in us at the fitted period of a PE, or in cycles.
enum class TimeUnit : std::uint8_t { us, cycles };

struct Space {
  std::string name;
  std::vector<Workload> workloads;
  model::ModelOp op = model::ModelOp::backward;
  std::vector<ArraySize> sizes;
  std::vector<Format> formats;
  std::vector<int> mult_stages;
  std::vector<int> words;  ///< of every bank
  std::vector<std::int64_t> batches;
  std::vector<model::ModelSchedule> schedules;
  TimeUnit time = TimeUnit::us;
  AreaModel area;
  model::EnergyTable energy;
  std::int64_t sample_points = 0;  ///< at most so many points are looked at
  std::uint64_t sample_seed = 1;
  /// Digest of all that the results depend on: the values above, the files read, the version.
  std::string hash;
};

/// Reads a space (docs/explore.md). Files that it names are relative to its own directory. Throws
/// InputError "file:line: key: found ..., allowed ...".
Space load_space(const std::string& path);

/// A point: a place on each axis.
struct Point {
  std::size_t workload = 0;
  std::size_t batch = 0;
  std::size_t schedule = 0;
  std::size_t size = 0;
  std::size_t stages = 0;
  std::size_t words = 0;
  std::size_t format = 0;
  bool operator==(const Point&) const = default;
};

/// All points of the space, before a sample is taken.
std::int64_t point_count(const Space& space);
/// Point number 0..point_count() - 1. The format is the axis that changes first, then the words:
/// points that differ in the format alone have the same cycles.
Point point_at(const Space& space, std::int64_t number);

/// The numbers of the points to be looked at, rising: all of them, or sample_points drawn without
/// repetition, the same for the same seed.
std::vector<std::int64_t> chosen_points(const Space& space);

/// The array that a point asks for: with the operations that its schedule needs, accumulators that
/// wrap, no training hardware and no bus. Named after what it is:
/// "dut_8x8_8_32_s0_w1024_both".
Config config_at(const Space& space, const Point& point);

}  // namespace gradloom::explore
