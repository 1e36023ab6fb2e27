// SPDX-License-Identifier: Apache-2.0
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <string>

#include "golden/timing.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;

namespace {

std::string describe(const Config& config, const Command& command) {
  return std::to_string(config.rows) + "x" + std::to_string(config.cols) + " op " +
         std::to_string(command.op) + " schedule " + std::to_string(command.schedule) + " M " +
         std::to_string(command.m) + " N " + std::to_string(command.n) + " B " +
         std::to_string(command.b) + (command.acc_psum ? " acc_psum" : "") +
         (command.acc_dw ? " acc_dw" : "");
}

}  // namespace

TEST_CASE("interleaved backward of a layer of several tiles: the formula of the contract") {
  test::Random random(1);
  for (int i = 0; i < 500; ++i) {
    const int R = pick(random, 1, 9);
    const int C = pick(random, 1, 9);
    Config config = test::make_config(R, C, 4, 16, Overflow::wrap);
    config.pe = test::random_pe(random, Overflow::wrap);
    const int MT = pick(random, 2, 4);
    const int NT = pick(random, 1, 4);
    const int B = pick(random, 1, 12);
    const Cost total = cost(
        config, make_command(Op::backward, Schedule::interleaved, MT * R - pick(random, 0, R - 1),
                             NT * C - pick(random, 0, C - 1), B));
    const int period = std::max(2 * B, R);
    // The formula has no STALL cycles; the rule of STALL gives some if the array is wide and MT
    // periods are short.
    const int stall = (NT - 1) * std::max(0, C + 1 + config.pe.add_stages - MT * period);
    CHECK(total[Counter::stall] == stall);
    // All operations are built: the lag is even.
    const int late = (config.pe.mult_stages == 0 ? 0 : 2) + config.pe.add_stages - 1;
    CHECK(total[Counter::cycles] - stall == (MT * NT - 1) * period + 2 * B + 3 * R + C + 3 + late);
  }
}

TEST_CASE("costs worked by hand, 2 x 3 array, M = 3, N = 4, B = 5") {
  const Config config = test::make_config(2, 3, 8, 32, Overflow::wrap);
  const auto at = [&](Op op, Schedule schedule) {
    return cost(config, make_command(op, schedule, 3, 4, 5));
  };
  // 2 x 2 tiles; LOAD 3; TAIL 6 (F, D) or 9 (W, I).
  CHECK(at(Op::fprop, Schedule::interleaved)[Counter::cycles] == 3 + 20 + 6);
  CHECK(at(Op::fprop, Schedule::separate) == at(Op::fprop, Schedule::interleaved));
  CHECK(at(Op::fprop, Schedule::serial)[Counter::cycles] == 4 * (3 + 5 + 6));
  CHECK(at(Op::wgrad, Schedule::interleaved)[Counter::cycles] == 20 + 9);
  CHECK(at(Op::wgrad, Schedule::serial)[Counter::cycles] == 4 * (5 + 9));
  CHECK(at(Op::backward, Schedule::interleaved)[Counter::cycles] == 3 + 40 + 9);
  CHECK(at(Op::backward, Schedule::separate)[Counter::cycles] == 3 + 20 + 20 + 9);
  CHECK(at(Op::backward, Schedule::serial)[Counter::cycles] == 4 * (3 + 5 + 6) + 4 * (5 + 9));
  const Cost inter = at(Op::backward, Schedule::interleaved);
  const Cost separate = at(Op::backward, Schedule::separate);
  CHECK(inter[Counter::busy] == 40);
  CHECK(inter[Counter::macs] == 2 * 60);
  CHECK(inter[Counter::x_read] == 2 * 3 * 5);
  CHECK(inter[Counter::delta_read] == 2 * 4 * 5);
  CHECK(separate[Counter::delta_read] == 2 * inter[Counter::delta_read]);
  CHECK(inter[Counter::w_read] == 12);
  CHECK(inter[Counter::dx_write] == 2 * 3 * 5);
  CHECK(inter[Counter::dx_read] == 3 * 5);
  CHECK(inter[Counter::dw_write] == 12);
  CHECK(inter[Counter::dw_read] == 0);
  CHECK(inter[Counter::y_write] == 0);
}

TEST_CASE("STALL worked by hand: one tile row, one vector, three tile columns") {
  const Config config = test::make_config(2, 3, 8, 32, Overflow::wrap);
  // D: G = 5, an outer iteration takes max(1, 2) = 2 cycles: 3 STALL cycles before each next one.
  const Cost dgrad = cost(config, make_command(Op::dgrad, Schedule::separate, 2, 9, 1));
  CHECK(dgrad[Counter::stall] == 6);
  CHECK(dgrad[Counter::cycles] == 3 + (2 + 2 + 1) + 6 + 6);
  CHECK(cost(config, make_command(Op::dgrad, Schedule::serial, 2, 9, 1))[Counter::stall] == 0);
  CHECK(cost(config, make_command(Op::wgrad, Schedule::separate, 2, 9, 1))[Counter::stall] == 0);
}

TEST_CASE("a refused command costs nothing") {
  const Config config = test::make_config(2, 3, 8, 32, Overflow::wrap);
  CHECK(cost(config, make_command(Op::fprop, Schedule::serial, 0, 1, 1)) == Cost{});
}

TEST_CASE("cost equals the counters and the run time of the machine") {
  test::Random random(2);
  std::array<int, 12> seen{};  // by operation and schedule
  int stalled = 0;
  for (int i = 0; i < 1000; ++i) {
    const Config config = test::random_config(random);
    Command command = test::random_command(random, config);
    if (i % 3 == 0) command.b = 1;  // short tiles: many of these stall
    REQUIRE(check(config, command) == Status::ok);
    CAPTURE(describe(config, command));
    Machine machine(config);
    const std::int64_t latency = test::run(machine, command);
    const Cost total = cost(config, command);
    REQUIRE(machine.last_code() == Status::ok);
    REQUIRE(!machine.busy());
    REQUIRE(machine.counters() == total.counters);
    // Accepted in t: planned in t+1, taken in t+14, executing from t+15, FINISH, then offered.
    REQUIRE(latency == 1 + kPlanCycles + 1 + total[Counter::cycles] + 1);
    ++seen[static_cast<std::size_t>(command.op * 3 + command.schedule)];
    stalled += total[Counter::stall] > 0 ? 1 : 0;
  }
  for (const int count : seen) CHECK(count > 30);
  CHECK(stalled > 50);
}

TEST_CASE("costs of commands in a row add up") {
  test::Random random(3);
  const Config config = test::make_config(3, 2, 8, 32, Overflow::wrap);
  Machine machine(config);
  Cost sum;
  for (int i = 0; i < 40; ++i) {
    const Command command = test::random_command(random, config);
    REQUIRE(test::run(machine, command) > 0);
    const Cost one = cost(config, command);
    for (std::size_t c = 0; c < sum.counters.size(); ++c) sum.counters[c] += one.counters[c];
    REQUIRE(machine.counters() == sum.counters);
  }
}
