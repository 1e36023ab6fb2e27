// SPDX-License-Identifier: Apache-2.0
// What docs/architecture.md promises about the cost of a layer: the bound on its cycles, where it
// stalls, and that delta is read once for both gradients. The closed form is equal to the counters
// of the RTL in every run of `gradloom verify`.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "golden/timing.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;

namespace {

struct Layer {
  int R, C, M, N, B;
  PeOptions pe{};
  std::int64_t MT() const { return (M + R - 1) / R; }
  std::int64_t NT() const { return (N + C - 1) / C; }
};

std::string describe(const Layer& l) {
  return std::to_string(l.R) + "x" + std::to_string(l.C) + " M " + std::to_string(l.M) + " N " +
         std::to_string(l.N) + " B " + std::to_string(l.B) + " mult_stages " +
         std::to_string(l.pe.mult_stages) + " add_stages " + std::to_string(l.pe.add_stages);
}

Cost cost_of(const Layer& l, Op op, Schedule schedule) {
  Config config = test::make_config(l.R, l.C, 4, 16, Overflow::wrap);
  config.buffers = {65536, 65536, 65536, 65536, 65536, 65536};
  config.limits = {65536, 65536, 65536};
  config.pe = l.pe;
  const Command command = make_command(op, schedule, l.M, l.N, l.B);
  REQUIRE(check(config, command) == Status::ok);
  return cost(config, command);
}

// Arrays of many shapes; layers of 1 to 4 tiles in each direction, full and not; short batches and
// batches longer than the array.
std::vector<Layer> layers(const PeOptions& pe = {}) {
  std::vector<Layer> all;
  for (const int R : {1, 2, 3, 4, 5, 8, 16, 64}) {
    for (const int C : {1, 2, 3, 4, 5, 8, 16, 64}) {
      for (int mt = 1; mt <= 4; ++mt) {
        for (int nt = 1; nt <= 4; ++nt) {
          for (const int B : {1, 2, 3, R, 2 * R + 1, 40}) {
            all.push_back({R, C, mt * R, nt * C, B, pe});
            all.push_back({R, C, (mt - 1) * R + 1, (nt - 1) * C + (C + 1) / 2, B, pe});
          }
        }
      }
    }
  }
  return all;
}

// Slots of a tile.
std::int64_t slots(const Layer& l, Op op) { return op == Op::backward ? 2 * l.B : l.B; }

// ceil(M/R) * ceil(N/C) * max(slots, R) + 3R + C + 16.
std::int64_t bound(const Layer& l, Op op) {
  return l.MT() * l.NT() * std::max<std::int64_t>(slots(l, op), l.R) + 3 * l.R + l.C + 16;
}

// The rule of STALL: between two outer iterations, what an inner loop falls short of the way that
// partial sums take. Backward passes walk over M inside, fprop over N.
std::int64_t expected_stall(const Layer& l, Op op) {
  if (op == Op::wgrad) return 0;
  const bool forward = op == Op::fprop;
  const std::int64_t inner = forward ? l.NT() : l.MT();
  const std::int64_t outer = forward ? l.MT() : l.NT();
  const std::int64_t way = (forward ? l.R : l.C) + 1 + l.pe.add_stages;
  const std::int64_t round = inner * std::max<std::int64_t>(slots(l, op), l.R);
  return (outer - 1) * std::max<std::int64_t>(0, way - round);
}

}  // namespace

void check_bound(const PeOptions& pe) {
  for (const Layer& l : layers(pe)) {
    CAPTURE(describe(l));
    for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
      for (const Schedule schedule : {Schedule::interleaved, Schedule::separate}) {
        if (op == Op::backward && schedule == Schedule::separate) continue;
        CAPTURE(static_cast<int>(op));
        const Cost total = cost_of(l, op, schedule);
        REQUIRE(total[Counter::stall] == expected_stall(l, op));
        REQUIRE(total[Counter::cycles] - total[Counter::stall] <= bound(l, op));
        // No bubbles: what is not a slot is one fill, one drain, or the wait for weights.
        REQUIRE(total[Counter::busy] == l.MT() * l.NT() * slots(l, op));
      }
    }
  }
}

TEST_CASE("cycles stay within the bound, stall cycles apart") {
  check_bound({});
  check_bound({2, 2, false});  // the latest sums
}

TEST_CASE("add_stages 2: an interleaved backward on a square array stalls in one case only") {
  int stalled = 0;
  for (const Layer& l : layers({2, 2, false})) {
    if (l.R != l.C || l.MT() == 1) continue;
    CAPTURE(describe(l));
    const bool exception = l.R == 2 && l.MT() == 2 && l.B == 1 && l.NT() > 1;
    const std::int64_t stall = cost_of(l, Op::backward, Schedule::interleaved)[Counter::stall];
    REQUIRE(stall == (exception ? l.NT() - 1 : 0));
    stalled += exception ? 1 : 0;
  }
  CHECK(stalled > 0);
}

TEST_CASE("no stall, and so the bound itself, where the array is not wide") {
  int seen = 0;
  for (const Layer& l : layers()) {
    CAPTURE(describe(l));
    // Interleaved: with R >= C and more than one tile along M, no stall however short the batch.
    if (l.R >= l.C && l.MT() > 1) {
      const Cost total = cost_of(l, Op::backward, Schedule::interleaved);
      REQUIRE(total[Counter::stall] == 0);
      REQUIRE(total[Counter::cycles] <= bound(l, Op::backward));
      ++seen;
    }
    // dgrad alone: the same but for a single column and row of PEs, where two tiles take two
    // cycles.
    if (l.R >= l.C && l.MT() > 1 && (l.R > 1 || l.B > 1)) {
      REQUIRE(cost_of(l, Op::dgrad, Schedule::separate)[Counter::stall] == 0);
    }
    // fprop: with more than one tile along N, on every array of two rows or more.
    if (l.NT() > 1 && (l.R > 1 || l.B > 1)) {
      const Cost total = cost_of(l, Op::fprop, Schedule::interleaved);
      REQUIRE(total[Counter::stall] == 0);
      REQUIRE(total[Counter::cycles] <= bound(l, Op::fprop));
    }
    // wgrad: never.
    REQUIRE(cost_of(l, Op::wgrad, Schedule::separate)[Counter::stall] == 0);
  }
  CHECK(seen > 1000);
}

TEST_CASE("a batch that fills the way of the partial sums never stalls") {
  for (const Layer& l : layers()) {
    CAPTURE(describe(l));
    if (2 * l.B >= l.C + 2) {
      REQUIRE(cost_of(l, Op::backward, Schedule::interleaved)[Counter::stall] == 0);
    }
    if (l.B >= l.C + 2) REQUIRE(cost_of(l, Op::dgrad, Schedule::separate)[Counter::stall] == 0);
    if (l.B >= l.R + 2) REQUIRE(cost_of(l, Op::fprop, Schedule::separate)[Counter::stall] == 0);
  }
}

// Where the rule does bite: one inner tile, or a wide array (C > R) under a short batch.
TEST_CASE("stalls worked by hand") {
  const auto stall = [](const Layer& l, Op op) {
    return cost_of(l, op, Schedule::interleaved)[Counter::stall];
  };
  CHECK(stall({8, 8, 8, 16, 2}, Op::backward) == 2);    // 10 - max(4, 8), once
  CHECK(stall({8, 8, 16, 16, 2}, Op::backward) == 0);   // 2 * 8 >= 10
  CHECK(stall({2, 16, 4, 48, 1}, Op::backward) == 28);  // (18 - 2*2) twice
  CHECK(stall({2, 16, 18, 48, 1}, Op::backward) == 0);  // 9 * 2 >= 18
  CHECK(stall({1, 1, 2, 2, 1}, Op::dgrad) == 1);        // 3 - 2
  CHECK(stall({16, 2, 48, 2, 1}, Op::fprop) == 4);      // (18 - 16) twice
  CHECK(stall({16, 2, 48, 4, 1}, Op::fprop) == 0);
  CHECK(cost_of({2, 16, 4, 48, 1}, Op::backward, Schedule::serial)[Counter::stall] == 0);
  // A complete sum is a cycle later with add_stages 2; mult_stages delay read and write alike.
  CHECK(stall({8, 8, 8, 16, 2, {0, 2}}, Op::backward) == 3);
  CHECK(stall({8, 8, 8, 16, 2, {2, 1}}, Op::backward) == 2);
  CHECK(stall({16, 2, 48, 2, 1, {2, 2}}, Op::fprop) == 6);
  CHECK(cost_of({8, 8, 16, 16, 8, {1, 1}}, Op::backward, Schedule::separate)[Counter::stall] == 2);
  CHECK(cost_of({8, 8, 16, 16, 8, {1, 1}}, Op::backward, Schedule::serial)[Counter::stall] == 0);
}

TEST_CASE("delta is read once per tile for both gradients, twice in separate passes") {
  for (const Layer& l : layers()) {
    CAPTURE(describe(l));
    const Cost interleaved = cost_of(l, Op::backward, Schedule::interleaved);
    const Cost separate = cost_of(l, Op::backward, Schedule::separate);
    const Cost serial = cost_of(l, Op::backward, Schedule::serial);
    const std::int64_t once = l.MT() * l.N * l.B;  // a word for each column inside the layer
    REQUIRE(interleaved[Counter::delta_read] == once);
    REQUIRE(separate[Counter::delta_read] == 2 * once);
    REQUIRE(serial[Counter::delta_read] == 2 * once);
    for (const Counter same : {Counter::macs, Counter::busy, Counter::x_read, Counter::w_read,
                               Counter::dx_read, Counter::dx_write, Counter::dw_write}) {
      REQUIRE(separate[same] == interleaved[same]);
      REQUIRE(serial[same] == interleaved[same]);
    }
    REQUIRE(interleaved[Counter::macs] == 2 * std::int64_t{l.M} * l.N * l.B);
  }
}
