// SPDX-License-Identifier: Apache-2.0
// The formulas of SCALE-Sim v3 against numbers worked out by hand, and against what scalesim 3.0.0
// printed (bench/scalesim_compare.sh prints such lines).
#include <doctest/doctest.h>

#include "model/baseline.hpp"
#include "model/cost.hpp"

namespace gradloom::model {

using enum ScaleSimDataflow;

TEST_CASE("SCALE-Sim: cycles by hand") {
  // C[10,12] = A[10,7] B[7,12] on 4x5.
  const ScaleSimProduct p{10, 12, 7};
  CHECK(scalesim_cost(os, 4, 5, p).cycles == 3 * 3 * (4 + 5 + 7 - 2) - 1);   // 125
  CHECK(scalesim_cost(ws, 4, 5, p).cycles == 2 * 3 * (8 + 5 + 10 - 2) - 1);  // 125
  CHECK(scalesim_cost(is, 4, 5, p).cycles == 2 * 2 * (8 + 5 + 12 - 2) - 1);  // 91
  CHECK(scalesim_best(4, 5, p) == is);
  // A single PE takes k cycles for os, 1 + m for ws.
  CHECK(scalesim_cost(os, 1, 1, {1, 1, 9}).cycles == 8);
  CHECK(scalesim_cost(ws, 1, 1, {9, 1, 1}).cycles == 9);
  CHECK(scalesim_cost(is, 1, 1, {1, 9, 1}).cycles == 9);
}

TEST_CASE("SCALE-Sim: accesses by hand") {
  const ScaleSimProduct p{10, 12, 7};
  CHECK(scalesim_cost(os, 4, 5, p) == ScaleSimCost{125, 70 * 3, 84 * 3, 120, 0});
  CHECK(scalesim_cost(ws, 4, 5, p) == ScaleSimCost{125, 70 * 3, 84, 120 * 2, 120});
  CHECK(scalesim_cost(is, 4, 5, p) == ScaleSimCost{91, 70, 84 * 2, 120 * 2, 120});
  CHECK(scalesim_cost(is, 4, 5, p).accesses() == 70 + 168 + 240);
}

TEST_CASE("SCALE-Sim: is on an array is ws of the transposed product") {
  for (const ScaleSimProduct p : {ScaleSimProduct{10, 12, 7}, {3, 100, 33}, {64, 1, 1}}) {
    CHECK(scalesim_cost(is, 6, 3, p).cycles == scalesim_cost(ws, 6, 3, {p.n, p.m, p.k}).cycles);
  }
}

TEST_CASE("the regime in which interleaving gains no cycles, and the one in which it gains twice") {
  for (const int side : {8, 16, 32}) {
    Config config;
    config.rows = config.cols = side;
    config.operand_bits = 8;
    config.accumulator_bits = 32;
    config.buffers = {1, 1, 1, 1, 1, 1, 0};
    config.queue_depth = 2;
    config = with_buffers(config, 1 << 16);
    const auto ratio = [&](std::int64_t batch, ModelSchedule baseline) {
      const GemmShape shape{40 * side, 40 * side, batch, 1};
      const auto cycles = [&](ModelSchedule schedule) {
        return static_cast<double>(product_cost(config, Op::backward, schedule, shape).cycles);
      };
      return cycles(baseline) / cycles(ModelSchedule::interleaved);
    };
    for (const int times : {1, 2, 8}) {
      CHECK(ratio(times * side, ModelSchedule::separate) == doctest::Approx(1).epsilon(0.002));
    }
    CHECK(ratio(side / 2, ModelSchedule::separate) == doctest::Approx(2).epsilon(0.01));
    CHECK(ratio(side / 2, ModelSchedule::serial) > 5);
    // 2B > R > B: the array is bound by MACs when interleaved, by loading when not.
    CHECK(ratio(3 * side / 4, ModelSchedule::separate) == doctest::Approx(4.0 / 3).epsilon(0.01));
  }
}

TEST_CASE("SCALE-Sim: products of a layer") {
  const GemmShape shape{12, 8, 20, 3};
  CHECK(scalesim_product(Op::fprop, shape) == ScaleSimProduct{20, 8, 12});
  CHECK(scalesim_product(Op::dgrad, shape) == ScaleSimProduct{20, 12, 8});
  CHECK(scalesim_product(Op::wgrad, shape) == ScaleSimProduct{12, 8, 20});
  // On 4x4. dgrad: os 5*3*14, ws 2*3*30, is 2*5*22 -> ws 179. wgrad: os 3*2*26, ws 5*2*22,
  // is 5*3*18 -> os 155.
  CHECK(scalesim_best_cost(Op::dgrad, 4, 4, shape).cycles == 3 * 179);
  CHECK(scalesim_best_cost(Op::wgrad, 4, 4, shape).cycles == 3 * 155);
  CHECK(scalesim_best_cost(Op::backward, 4, 4, shape).cycles == 3 * (179 + 155));
  // Of equals the first: on 1x1 os needs m*n*k - 1.
  CHECK(scalesim_best(1, 1, {2, 2, 2}) == os);
}

}  // namespace gradloom::model
