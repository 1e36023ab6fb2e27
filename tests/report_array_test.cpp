// SPDX-License-Identifier: Apache-2.0
// What the PEs do: the diagram from the timing contract, and the RTL.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "golden/error.hpp"
#include "golden/timing.hpp"
#include "report/activity.hpp"
#include "report/space_time.hpp"
#include "sim/model_builder.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom::report {
namespace {

Config tiny_config(int rows, int cols) {
  Config config;
  config.name = "tiny";
  config.rows = rows;
  config.cols = cols;
  config.operand_bits = 4;
  config.accumulator_bits = 16;
  config.overflow = Overflow::wrap;
  config.buffers = {40, 40, 40, 40, 40, 40};
  config.limits = natural_limits(config);
  config.queue_depth = 2;
  return config;
}

std::vector<PeEvent> of_action(const SpaceTime& diagram, PeAction action) {
  std::vector<PeEvent> found;
  for (const PeEvent& event : diagram.events) {
    if (event.action == action) found.push_back(event);
  }
  return found;
}

TEST_CASE("the diagram of an interleaved tile is the timing contract") {
  const Config config = tiny_config(4, 3);
  const golden::Command command =
      golden::make_command(Op::backward, Schedule::interleaved, 8, 3, 2);
  const SpaceTime diagram = space_time(config, command);
  CHECK(diagram.cycles == golden::cost(config, command)[Counter::cycles]);
  // docs/architecture.md, 4.2: LOAD takes R + 1 cycles, then slots; 4.3: PE(0,0) is two later.
  const auto dgrad = of_action(diagram, PeAction::dgrad);
  const auto wgrad = of_action(diagram, PeAction::wgrad);
  REQUIRE(dgrad.size() == 4);
  REQUIRE(wgrad.size() == 4);
  for (int i = 0; i < 4; ++i) {
    const auto k = static_cast<std::size_t>(i);
    CHECK(dgrad[k] == PeEvent{7 + 2 * i, PeAction::dgrad, i / 2, i % 2, 0});
    CHECK(wgrad[k] == PeEvent{8 + 2 * i, PeAction::wgrad, i / 2, i % 2, 0});
  }
  // One swap a tile, in the cycle before its first slot; R steps of load and of drain.
  const auto swaps = of_action(diagram, PeAction::swap);
  REQUIRE(swaps.size() == 2);
  CHECK(swaps[0] == PeEvent{6, PeAction::swap, 0, -1, 0});
  CHECK(swaps[1] == PeEvent{10, PeAction::swap, 1, -1, 0});
  const auto loads = of_action(diagram, PeAction::load);
  REQUIRE(loads.size() == 8);
  CHECK(loads[0] == PeEvent{2, PeAction::load, 0, -1, 0});
  CHECK(loads[7] == PeEvent{9, PeAction::load, 1, -1, 3});
  const auto captures = of_action(diagram, PeAction::capture);
  REQUIRE(captures.size() == 2);
  CHECK(captures[0] == PeEvent{11, PeAction::capture, 0, -1, 0});
  CHECK(captures[1] == PeEvent{15, PeAction::capture, 1, -1, 0});
  const auto drains = of_action(diagram, PeAction::drain);
  REQUIRE(drains.size() == 6);
  // Row 0 has only its own dW, which capture takes; row 3 passes on that of three others.
  CHECK_FALSE(acts(diagram, drains[0], 0));
  CHECK_FALSE(acts(diagram, drains[2], 0));
  CHECK_FALSE(acts(diagram, drains[1], 1));
  CHECK(acts(diagram, drains[2], 1));
  CHECK(acts(diagram, drains[0], 3));
  CHECK(acts(diagram, loads[0], 3));
  CHECK_FALSE(acts(diagram, loads[1], 3));
}

TEST_CASE("the diagram of the report has two tiles without a gap, of at most 8 x 8 PEs") {
  for (const auto& [rows, cols] : {std::pair{8, 8}, {64, 32}, {1, 8}, {5, 2}}) {
    const Config drawn = drawn_array(tiny_config(rows, cols));
    CHECK(drawn.rows == std::min(rows, 8));
    CHECK(drawn.cols == std::min(cols, 8));
    const SpaceTime diagram = space_time(drawn, drawn_command(drawn));
    std::vector<std::int64_t> slots;
    for (const PeEvent& event : diagram.events) {
      if (event.action <= PeAction::wgrad) slots.push_back(event.cycle);
    }
    const std::int64_t batch = diagram.command.b;
    REQUIRE(slots.size() == static_cast<std::size_t>(4 * batch));
    CHECK(slots.back() - slots.front() + 1 == 4 * batch);
  }
  Config fprop = tiny_config(4, 4);
  fprop.dgrad = fprop.wgrad = false;
  CHECK(main_op(fprop) == Op::fprop);
  CHECK(of_action(space_time(fprop, drawn_command(fprop)), PeAction::fprop).size() == 8);
}

// Bit of the control register, as in rtl_templates/pe.v.
int bit_of(PeAction action) {
  static const std::map<PeAction, int> bits{
      {PeAction::fprop, 0}, {PeAction::dgrad, 1}, {PeAction::wgrad, 2}, {PeAction::capture, 4},
      {PeAction::drain, 5}, {PeAction::swap, 6},  {PeAction::load, 7}};
  return bits.at(action);
}

using Seen = std::set<std::tuple<std::int64_t, int, int, int>>;  // cycle, row, column, bit

// Both from the cycle of the first slot in PE(0,0).
Seen expected(const Config& config, const SpaceTime& diagram) {
  std::int64_t first = -1;
  for (const PeEvent& event : diagram.events) {
    if (first < 0 && event.action <= PeAction::wgrad) first = event.cycle;
  }
  Seen seen;
  for (const PeEvent& event : diagram.events) {
    for (int r = 0; r < config.rows; ++r) {
      if (!acts(diagram, event, r)) continue;
      for (int c = 0; c < config.cols; ++c) {
        seen.insert({event.cycle + r + c - first, r, c, bit_of(event.action)});
      }
    }
  }
  return seen;
}

Seen shown(const std::vector<PeSample>& samples) {
  constexpr std::uint64_t kSlots = 7;
  std::int64_t first = -1;
  for (const PeSample& sample : samples) {
    if (first < 0 && (sample.ctl & kSlots) != 0) first = sample.cycle;
  }
  Seen seen;
  for (const PeSample& sample : samples) {
    for (const int bit : {0, 1, 2, 4, 5, 6, 7}) {
      if ((sample.ctl >> bit & 1) != 0) {
        seen.insert({sample.cycle - first, sample.row, sample.col, bit});
      }
    }
  }
  return seen;
}

std::filesystem::path build(const Config& config) {
  BuildOptions options;
  options.registers = true;
  return build_model(config, options).library;
}

TEST_CASE("the RTL does what the diagram says, in every PE and cycle") {
  const test::TempDir cache;
  setenv("GRADLOOM_CACHE_DIR", cache.path().c_str(), 1);
  const Config plain = tiny_config(3, 2);
  Config staged = tiny_config(2, 3);
  staged.pe.mult_stages = 1;
  staged.pe.add_stages = 2;
  for (const Config& config : {plain, staged}) {
    const std::filesystem::path library = build(config);
    for (const Op op : {Op::backward, Op::fprop}) {
      for (const Schedule schedule : kSchedules) {
        const LayerShape shape{2 * config.rows, 2 * config.cols, 3};
        std::vector<PeSample> samples;
        const PeActivity activity =
            run_activity(config, library, op, schedule, shape, 5,
                         [&](const PeSample& sample) { samples.push_back(sample); });
        const golden::Command command = golden::make_command(op, schedule, shape.m, shape.n, 3);
        const SpaceTime diagram = space_time(config, command);
        CHECK(activity.cycles == diagram.cycles);
        CHECK(shown(samples) == expected(config, diagram));
        CHECK(activity.checks > 1000);
      }
    }
  }
}

TEST_CASE("activity of a layer that does not fill its tiles") {
  const test::TempDir cache;
  setenv("GRADLOOM_CACHE_DIR", cache.path().c_str(), 1);
  const Config config = tiny_config(2, 2);
  const ActivityRun run = measure_activity(config, {});
  CHECK(run.op == Op::backward);
  CHECK(run.shape.m == 5);
  CHECK(run.shape.n == 5);
  CHECK(run.shape.b == 2);
  REQUIRE(run.schedules.size() == 3);
  for (const PeActivity& activity : run.schedules) {
    // PE(r,c) has an element in ceil((5 - r)/2) * ceil((5 - c)/2) tiles, two MACs of each vector.
    CHECK(activity.pe_macs == std::vector<std::int64_t>{36, 24, 24, 16});
    CHECK(activity.macs == 100);
    CHECK(std::accumulate(activity.busy.begin(), activity.busy.end(), 0) == 100);
    CHECK(activity.busy.front() > 0);
    CHECK(activity.busy.back() > 0);
    CHECK(activity.cycles > static_cast<std::int64_t>(activity.busy.size()));
  }
  CHECK(run.schedules[0].cycles < run.schedules[2].cycles);
  // Without registers there is nothing to look at.
  CHECK_THROWS_AS(run_activity(config, build_model(config, {}).library, Op::fprop,
                               Schedule::interleaved, {2, 2, 1}, 1),
                  ToolError);
}

}  // namespace
}  // namespace gradloom::report
