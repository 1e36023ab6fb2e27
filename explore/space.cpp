// SPDX-License-Identifier: Apache-2.0
#include "explore/space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <unordered_set>

namespace gradloom::explore {
namespace {

ArrayKind kind_for(model::ModelSchedule schedule) {
  if (schedule == model::ModelSchedule::ws_only) return ArrayKind::ws;
  return schedule == model::ModelSchedule::os_only ? ArrayKind::os : ArrayKind::both;
}

// A number in 0..below-1. std::uniform_int_distribution is not the same everywhere.
std::int64_t draw(std::mt19937_64& random, std::int64_t below) {
  const auto range = static_cast<std::uint64_t>(below);
  const std::uint64_t limit = ~std::uint64_t{0} - (~std::uint64_t{0} % range + 1) % range;
  std::uint64_t value = random();
  while (value > limit) value = random();
  return static_cast<std::int64_t>(value % range);
}

}  // namespace

std::int64_t point_count(const Space& space) {
  std::int64_t count = 1;
  for (const std::size_t values :
       {space.workloads.size(), space.batches.size(), space.schedules.size(), space.sizes.size(),
        space.mult_stages.size(), space.words.size(), space.formats.size()}) {
    count *= static_cast<std::int64_t>(values);
  }
  return count;
}

Point point_at(const Space& space, std::int64_t number) {
  auto rest = static_cast<std::uint64_t>(number);
  const auto take = [&rest](std::size_t values) {
    const std::size_t place = rest % values;
    rest /= values;
    return place;
  };
  Point point;
  point.format = take(space.formats.size());
  point.words = take(space.words.size());
  point.stages = take(space.mult_stages.size());
  point.size = take(space.sizes.size());
  point.schedule = take(space.schedules.size());
  point.batch = take(space.batches.size());
  point.workload = take(space.workloads.size());
  return point;
}

std::vector<std::int64_t> chosen_points(const Space& space) {
  const std::int64_t count = point_count(space);
  const std::int64_t wanted = std::min(count, space.sample_points);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(wanted));
  if (wanted == count) {
    std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
    return numbers;
  }
  // Floyd: each set of `wanted` numbers is as likely as any other.
  std::mt19937_64 random(space.sample_seed);
  std::unordered_set<std::int64_t> chosen;
  for (std::int64_t last = count - wanted; last < count; ++last) {
    const std::int64_t number = draw(random, last + 1);
    chosen.insert(chosen.contains(number) ? last : number);
  }
  std::copy(chosen.begin(), chosen.end(), numbers.begin());
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Config config_at(const Space& space, const Point& point) {
  const ArrayKind kind = kind_for(space.schedules[point.schedule]);
  const Format format = space.formats[point.format];
  const ArraySize size = space.sizes[point.size];
  const int words = space.words[point.words];
  Config config;
  config.rows = size.rows;
  config.cols = size.cols;
  config.operand_bits = format.operand_bits;
  config.accumulator_bits = format.accumulator_bits;
  config.overflow = Overflow::wrap;
  config.fprop = config.dgrad = kind != ArrayKind::os;
  config.wgrad = kind != ArrayKind::ws;
  config.pe.mult_stages = space.mult_stages[point.stages];
  const auto built = [&](Buffer buffer) { return buffer_needed(config, buffer) ? words : 0; };
  config.buffers = {built(Buffer::x),
                    built(Buffer::delta),
                    built(Buffer::w),
                    built(Buffer::y),
                    built(Buffer::dx),
                    built(Buffer::dw),
                    0};
  config.limits = natural_limits(config);
  config.queue_depth = 4;
  config.name =
      fmt::format("dut_{}x{}_{}_{}_s{}_w{}_{}", config.rows, config.cols, format.operand_bits,
                  format.accumulator_bits, config.pe.mult_stages, words, name(kind));
  return config;
}

}  // namespace gradloom::explore
