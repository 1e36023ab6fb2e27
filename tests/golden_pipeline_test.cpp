// SPDX-License-Identifier: Apache-2.0
// The golden model with stages in the PE (docs/architecture.md, section 4): every count of stages,
// every subset of the operations.
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "golden/timing.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;
using test::pin;

namespace {

using Events = std::map<std::int64_t, std::uint64_t>;

struct Stages {
  int mult, add;
};
constexpr std::array<Stages, 6> kStages{{{0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 1}, {2, 2}}};

Config staged(Config config, const Stages& stages) {
  config.pe = {stages.mult, stages.add, false};
  return config;
}

// Operations as bits: 1 fprop, 2 dgrad, 4 wgrad.
Config only(Config config, int operations) {
  config.fprop = (operations & 1) != 0;
  config.dgrad = (operations & 2) != 0;
  config.wgrad = (operations & 4) != 0;
  BufferDepths& d = config.buffers;
  if (!config.fprop && !config.wgrad) d.x = 0;
  if (!config.dgrad && !config.wgrad) d.delta = 0;
  if (!config.fprop && !config.dgrad) d.w = 0;
  if (!config.fprop) d.y = 0;
  if (!config.dgrad) d.dx = 0;
  if (!config.wgrad) d.dw = 0;
  return config;
}

/// The lag as the contract words it.
int lag_of(const Config& config) {
  if (config.pe.mult_stages == 1 && config.dgrad && config.wgrad) return 2;
  return config.pe.mult_stages;
}

/// The words of the trace ports whose names end in e_o, by port and cycle, of one command.
std::map<std::string, Events> accesses(Machine& machine, const Command& command) {
  std::map<std::string, Events> seen;
  test::submit(machine, command);
  while (!machine.done_valid()) {
    for (const Signal& signal : machine.signals()) {
      if (!signal.name.ends_with("e_o") || !signal.name.starts_with("trace_")) continue;
      const std::uint64_t value = pin(machine, signal.name);
      if (value != 0) seen[signal.name][machine.cycle()] = value;
    }
    machine.clock({});
  }
  return seen;
}

/// The cycles in which a lane makes an access.
std::vector<std::int64_t> cycles_of(const Events& events, int lane) {
  std::vector<std::int64_t> cycles;
  for (const auto& [cycle, mask] : events) {
    if ((mask >> lane & 1) != 0) cycles.push_back(cycle);
  }
  return cycles;
}

std::vector<std::int64_t> later(std::vector<std::int64_t> cycles, std::int64_t by) {
  for (std::int64_t& cycle : cycles) cycle += by;
  return cycles;
}

std::string describe(const Config& config, const Command& command) {
  return std::to_string(config.rows) + "x" + std::to_string(config.cols) + " mult_stages " +
         std::to_string(config.pe.mult_stages) + " add_stages " +
         std::to_string(config.pe.add_stages) + " op " + std::to_string(command.op) + " schedule " +
         std::to_string(command.schedule) + " M " + std::to_string(command.m) + " N " +
         std::to_string(command.n) + " B " + std::to_string(command.b);
}

}  // namespace

TEST_CASE("closed form, machine and numbers agree for all stages and all subsets of operations") {
  test::Random random(1);
  std::map<std::string, int> seen;
  for (int operations = 1; operations <= 7; ++operations) {
    for (const Stages& stages : kStages) {
      for (int i = 0; i < 40; ++i) {
        const Config all =
            test::make_config(pick(random, 1, 6), pick(random, 1, 6), 5, 17, Overflow::wrap);
        const Config config = only(staged(all, stages), operations);
        Command command = test::random_command(random, all);
        if (i % 3 == 0) command.b = 1;
        if (check(config, command) != Status::ok) continue;
        CAPTURE(operations);
        CAPTURE(describe(config, command));
        test::Pair pair(config, random());
        // The machine throws if a partial sum were read before it was written.
        const std::int64_t latency = test::run(pair.machine, command);
        const Cost total = cost(config, command);
        REQUIRE(pair.machine.counters() == total.counters);
        REQUIRE(latency == 1 + kPlanCycles + 1 + total[Counter::cycles] + 1);
        for (const Buffer buffer : {Buffer::y, Buffer::dx, Buffer::dw}) {
          if (!uses(command.op, buffer)) continue;
          REQUIRE(test::read_matrix(pair.machine, command, buffer) ==
                  test::expected(pair.before, command, buffer));
        }
        ++seen[std::to_string(stages.mult) + std::to_string(stages.add) + " " +
               std::to_string(command.op)];
        if (total[Counter::stall] > 0) ++seen["stall"];
      }
    }
  }
  CHECK(seen.size() == 6 * 4 + 1);
  for (const auto& entry : seen) CHECK_MESSAGE(entry.second >= 8, entry.first);
}

TEST_CASE("the distances of table 4.3, from the trace ports") {
  test::Random random(2);
  for (int operations = 1; operations <= 7; ++operations) {
    for (const Stages& stages : kStages) {
      const int R = pick(random, 1, 5);
      const int C = pick(random, 1, 5);
      const Config config =
          only(staged(test::make_config(R, C, 4, 16, Overflow::wrap), stages), operations);
      const int lag = lag_of(config);
      const int D = lag + stages.add - 1;
      const int B = R + pick(random, 0, 3);
      CAPTURE(R);
      CAPTURE(C);
      CAPTURE(B);
      CAPTURE(operations);
      CAPTURE(stages.mult);
      CAPTURE(stages.add);
      const auto run = [&](Op op) {
        Machine machine(config);
        Command command = make_command(op, Schedule::separate, R, C, B);
        command.acc_psum = op != Op::wgrad;
        command.acc_dw = op == Op::wgrad;
        return accesses(machine, command);
      };
      if (config.fprop) {
        auto seen = run(Op::fprop);
        const auto s = cycles_of(seen["trace_x_re_o"], 0);
        REQUIRE(static_cast<int>(s.size()) == B);
        CHECK(cycles_of(seen["trace_y_re_o"], C - 1) == later(s, C - 1 + lag));
        CHECK(cycles_of(seen["trace_y_we_o"], C - 1) == later(s, 1 + R + C - 1 + D));
      }
      if (config.dgrad) {
        auto seen = run(Op::dgrad);
        const auto s = cycles_of(seen["trace_delta_re_o"], 0);
        REQUIRE(static_cast<int>(s.size()) == B);
        CHECK(cycles_of(seen["trace_dx_re_o"], R - 1) == later(s, R - 1 + lag));
        CHECK(cycles_of(seen["trace_dx_we_o"], R - 1) == later(s, 1 + C + R - 1 + D));
      }
      if (config.wgrad) {
        auto seen = run(Op::wgrad);
        const auto s = cycles_of(seen["trace_x_re_o"], 0);
        REQUIRE(static_cast<int>(s.size()) == B);
        CHECK(cycles_of(seen["trace_delta_re_o"], 0) == s);
        std::vector<std::int64_t> drain;  // step i, as if it reached the edge in its own cycle
        for (int i = 0; i < R; ++i) drain.push_back(s.back() + 1 + i);
        CHECK(cycles_of(seen["trace_dw_re_o"], C - 1) == later(drain, R + 1 + C - 1 + D));
        CHECK(cycles_of(seen["trace_dw_we_o"], C - 1) == later(drain, R + 2 + C - 1 + D));
      }
    }
  }
}

TEST_CASE("pin by pin, by hand: interleaved backward of one tile, 2 x 3 array, all stages") {
  Machine machine(staged(test::make_config(2, 3, 8, 32, Overflow::wrap), {2, 2}));
  Command command = make_command(Op::backward, Schedule::interleaved, 2, 3, 1);
  command.acc_psum = true;
  command.acc_dw = true;
  auto seen = accesses(machine, command);
  // LOAD 15..17, DGRAD slot in 18, WGRAD slot in 19, drain steps in 20 and 21, TAIL 20..31.
  CHECK(seen["trace_delta_re_o"] == Events{{19, 1}, {20, 2}, {21, 4}});
  CHECK(seen["trace_x_re_o"] == Events{{20, 1}, {21, 2}});
  CHECK(seen["trace_dx_re_o"] == Events{{21, 1}, {22, 2}});  // 2 later
  CHECK(seen["trace_dx_we_o"] == Events{{26, 1}, {27, 2}});  // 3 later
  CHECK(seen["trace_dw_re_o"] == Events{{27, 1}, {28, 3}, {29, 6}, {30, 4}});
  CHECK(seen["trace_dw_we_o"] == Events{{28, 1}, {29, 3}, {30, 6}, {31, 4}});
  CHECK(machine.cycle() == 33);  // TAIL ends in 31, FINISH 32
}

TEST_CASE("a W pass waits for the psums of the D pass before it") {
  for (const Stages& stages : kStages) {
    const Config config = staged(test::make_config(3, 2, 8, 32, Overflow::wrap), stages);
    Machine machine(config);
    auto seen = accesses(machine, make_command(Op::backward, Schedule::separate, 3, 4, 5));
    const auto delta = cycles_of(seen["trace_delta_re_o"], 0);
    REQUIRE(delta.size() == 20);
    CAPTURE(stages.mult);
    CHECK(delta[10] - delta[9] == 1 + lag_of(config));
    CHECK(machine.counters()[static_cast<std::size_t>(Counter::stall)] == lag_of(config));
    CHECK(cycles_of(seen["trace_x_re_o"], 0).front() == delta[10]);
  }
}

TEST_CASE("a held DELTA word is where the WGRAD slot needs it, with or without lag") {
  const Config config = staged(test::make_config(2, 2, 8, 32, Overflow::wrap), {1, 1});
  Machine machine(config);
  auto seen = accesses(machine, make_command(Op::backward, Schedule::interleaved, 2, 2, 4));
  CHECK(cycles_of(seen["trace_x_re_o"], 0) == later(cycles_of(seen["trace_delta_re_o"], 0), 1));
}
