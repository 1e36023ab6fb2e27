// SPDX-License-Identifier: Apache-2.0
// The delta hold of docs/architecture.md, sections 2 and 4, by hand.
#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "generator/config_yaml.hpp"
#include "golden/timing.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pin;

namespace {

using Events = std::map<std::int64_t, std::uint64_t>;

Config holding(int rows, int cols, int words) {
  Config config = test::make_config(rows, cols, 8, 32, Overflow::wrap);
  config.buffers.delta_hold = words;
  return config;
}

/// The pins that are not 0, by cycle, until the command that was submitted in cycle 0 is done.
std::map<std::string, Events> watch(Machine& machine, const Command& command) {
  const std::vector<std::string> names{"trace_delta_re_o", "trace_hold_re_o", "trace_hold_we_o",
                                       "trace_x_re_o"};
  std::map<std::string, Events> seen;
  test::submit(machine, command);
  for (; !machine.done_valid(); machine.clock({})) {
    for (const std::string& name : names) {
      if (pin(machine, name) != 0) seen[name][machine.cycle()] = pin(machine, name);
    }
  }
  return seen;
}

/// The cycle in which a host read of word 0 of DELTA bank 0, offered in cycle `offered` of a
/// backward of two tile rows, is answered.
std::int64_t answered(int hold, std::int64_t offered) {
  Machine machine(holding(2, 3, hold));
  machine.poke(Buffer::delta, 0, 0, 7);
  test::submit(machine, make_command(Op::backward, Schedule::interleaved, 4, 3, 2));
  Inputs read;
  read.host_valid = true;
  read.host_sel = static_cast<std::uint32_t>(select_code(Buffer::delta));
  while (machine.cycle() < offered) machine.clock({});
  machine.clock(read);
  while (!machine.rsp_valid()) machine.clock({});
  CHECK(machine.rsp_data() == 7);
  return machine.cycle();
}

std::int64_t read_register(Machine& machine, std::uint32_t index) {
  Inputs read;
  read.host_valid = true;
  read.host_sel = kRegisterSelect;
  read.host_addr = index;
  machine.clock(read);
  while (!machine.rsp_valid()) machine.clock({});
  const std::int64_t value =
      machine.rsp_error() ? -1 : static_cast<std::int64_t>(machine.rsp_data());
  Inputs take;
  take.rsp_ready = true;
  machine.clock(take);
  return value;
}

}  // namespace

TEST_CASE("words by hand: 2 x 3 array, M = 5, N = 4, B = 6 are 3 x 2 tiles") {
  const auto at = [&](int hold, Op op, Schedule schedule) {
    return cost(holding(2, 3, hold), make_command(op, schedule, 5, 4, 6));
  };
  for (const Schedule schedule : kSchedules) {
    for (const Op op : {Op::dgrad, Op::wgrad, Op::backward}) {
      const int passes = op == Op::backward && schedule != Schedule::interleaved ? 2 : 1;
      const Cost plain = at(0, op, schedule);
      const Cost held = at(8, op, schedule);
      CHECK(plain[Counter::delta_read] == passes * 3 * 24);
      CHECK(plain[Counter::hold_read] == 0);
      CHECK(held[Counter::delta_read] == passes * 24);
      CHECK(held[Counter::hold_write] == passes * 24);
      CHECK(held[Counter::hold_read] == passes * 2 * 24);
      Cost rest = held;  // nothing else changes
      rest[Counter::delta_read] = plain[Counter::delta_read];
      rest[Counter::hold_read] = rest[Counter::hold_write] = 0;
      CHECK(rest == plain);
      CHECK(at(4, op, schedule) == plain);  // the batch does not fit
    }
    CHECK(at(8, Op::fprop, schedule) == at(0, Op::fprop, schedule));
  }
}

TEST_CASE("a command holds if the batch fits and a second row of tiles comes late enough") {
  const auto holds = [](const Config& config, int m, int b) {
    return holds_delta(config, make_command(Op::backward, Schedule::interleaved, m, 4, b));
  };
  CHECK(holds(holding(2, 3, 8), 3, 8));
  CHECK(!holds(holding(2, 3, 8), 3, 9));
  CHECK(!holds(holding(2, 3, 8), 2, 8));  // one row of tiles
  CHECK(!holds(holding(2, 3, 0), 3, 1));  // not built
  CHECK(holds(holding(2, 3, 8), 3, 1));
  CHECK(holds(holding(1, 3, 8), 2, 2));
  CHECK(!holds(holding(1, 3, 8), 2, 1));  // read in the cycle of its write
}

TEST_CASE("pin by pin, by hand: interleaved backward of two tiles, 2 x 3 array") {
  // LOAD 15..17; slots D0 W0 D1 W1 of tile (0, 0) in 18..21, of tile (1, 0) in 22..25.
  const Command command = make_command(Op::backward, Schedule::interleaved, 4, 3, 2);
  Machine machine(holding(2, 3, 2));
  auto seen = watch(machine, command);
  CHECK(seen["trace_delta_re_o"] == Events{{19, 1}, {20, 2}, {21, 5}, {22, 2}, {23, 4}});
  CHECK(seen["trace_hold_we_o"] == Events{{20, 1}, {21, 2}, {22, 5}, {23, 2}, {24, 4}});
  CHECK(seen["trace_hold_re_o"] == Events{{23, 1}, {24, 2}, {25, 5}, {26, 2}, {27, 4}});
  CHECK(machine.counter(Counter::delta_read) == 6);
  CHECK(machine.counter(Counter::hold_write) == 6);
  CHECK(machine.counter(Counter::hold_read) == 6);
  // x streams as without the hold: in the WGRAD slots of both tiles.
  CHECK(seen["trace_x_re_o"] ==
        Events{{20, 1}, {21, 2}, {22, 1}, {23, 2}, {24, 1}, {25, 2}, {26, 1}, {27, 2}});
}

TEST_CASE("pin by pin, by hand: each pass of a separate backward fills anew") {
  // D: slots of tiles (0, 0) and (1, 0) in 18..21; W: 22..25. Two tiles of two vectors each.
  Machine machine(holding(2, 1, 2));
  auto seen = watch(machine, make_command(Op::backward, Schedule::separate, 4, 1, 2));
  CHECK(seen["trace_delta_re_o"] == Events{{19, 1}, {20, 1}, {23, 1}, {24, 1}});
  CHECK(seen["trace_hold_we_o"] == Events{{20, 1}, {21, 1}, {24, 1}, {25, 1}});
  CHECK(seen["trace_hold_re_o"] == Events{{21, 1}, {22, 1}, {25, 1}, {26, 1}});
}

TEST_CASE("the host may read DELTA while a tile takes delta from the hold memory") {
  // Bank 0 is in use by tile (0, 0) in 19..22 and, without the hold, by tile (1, 0) in 23..26.
  CHECK(answered(0, 17) == 20);  // executed in 18
  CHECK(answered(0, 18) == 29);  // waits for 27
  CHECK(answered(2, 17) == 20);
  CHECK(answered(2, 18) == 25);  // waits for 23
  CHECK(answered(2, 23) == 26);
}

TEST_CASE("results do not depend on the hold, nor on what it held before") {
  test::Random random(5);
  for (int i = 0; i < 40; ++i) {
    Config config = test::random_config(random);
    config.buffers.delta_hold = 0;
    Machine plain(config);
    config.buffers.delta_hold = 8;
    Machine held(config);
    // Several commands, and a reset in one of them: the hold memories are never cleared.
    for (int round = 0; round < 4; ++round) {
      const Command command = test::random_command(random, config);
      test::Random data = random;
      test::fill(plain, data);
      test::fill(held, random);
      const std::int64_t latency = test::run(plain, command);
      REQUIRE(test::run(held, command) == latency);
      REQUIRE(test::snapshot(plain) == test::snapshot(held));
      test::submit(held, test::random_command(random, config));
      test::wait(held, test::pick(random, 0, 40));
      Inputs reset;
      reset.rst_n = false;
      held.clock(reset);
    }
  }
}

TEST_CASE("counters of the hold: registers 52 to 55, with a hold only") {
  Machine held(holding(2, 3, 8));
  test::run(held, make_command(Op::wgrad, Schedule::separate, 5, 4, 6));
  CHECK(read_register(held, 18) == 24);
  CHECK(read_register(held, 52) == 48);
  CHECK(read_register(held, 53) == 0);
  CHECK(read_register(held, 54) == 24);
  CHECK(read_register(held, 55) == 0);
  CHECK(read_register(held, 56) == -1);
  CHECK(read_register(held, 51) == -1);
  Machine plain(holding(2, 3, 0));
  CHECK(read_register(plain, 52) == -1);
  const auto map = register_map(held.config());
  CHECK(map.back().name == "HOLD_WRITE_HI");
  CHECK(map.back().index == 55);
  CHECK(register_map(plain.config()).back().index == 33);
  CHECK(top_ports(held.config()).back().name == "trace_hold_we_o");
}

TEST_CASE("the hash covers the hold, and a configuration without it is as before") {
  const std::string text =
      "name: a\narray: {rows: 2, cols: 2}\nnumbers: {operand_bits: 8, accumulator_bits: 32}\n";
  const Config plain = parse_config(text, "a.yaml");
  const Config zero = parse_config(text + "buffers: {delta_hold: 0}\n", "a.yaml");
  const Config held = parse_config(text + "buffers: {delta_hold: 64}\n", "a.yaml");
  CHECK(plain == zero);
  CHECK(config_hash(plain) == config_hash(zero));
  CHECK(config_hash(plain) != config_hash(held));
  CHECK(canonical_yaml(plain).find("delta_hold") == std::string::npos);
  CHECK(canonical_yaml(held).find("  delta_hold: 64\n") != std::string::npos);
  CHECK(parse_config(canonical_yaml(held), "b.yaml") == held);
}
