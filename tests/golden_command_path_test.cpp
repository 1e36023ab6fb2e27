// SPDX-License-Identifier: Apache-2.0
// Command queue, planner, completions and reset of the golden machine.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <deque>

#include "golden/machine.hpp"
#include "golden/timing.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;
using test::pin;

TEST_CASE("bad commands leave everything alone and take their own time") {
  test::Random random(4);
  const Config config = test::make_config(2, 3, 8, 32, Overflow::wrap);
  test::Pair pair(config, 4);
  Command command = make_command(Op::backward, Schedule::interleaved, 2, 3, 4);
  std::vector<std::pair<Status, Command>> bad;
  bad.emplace_back(Status::bad_schedule, command).second.schedule = 3;
  bad.emplace_back(Status::zero_size, command).second.n = 0;
  bad.emplace_back(Status::over_limit, command).second.b = 13;
  bad.emplace_back(Status::no_fit_delta, command).second.bases[1] = 77;
  Command flag = make_command(Op::wgrad, Schedule::serial, 1, 1, 1);
  flag.acc_psum = true;
  bad.emplace_back(Status::bad_flag, flag);
  const auto contents = test::snapshot(pair.machine);
  for (const auto& [code, one] : bad) {
    // Accepted in t, taken in t+14, FINISH in t+15, offered in t+16.
    CHECK(test::run(pair.machine, one) == kPlanCycles + 3);
    CHECK(pair.machine.last_code() == code);
    CHECK(pin(pair.machine, "done_code_o") == static_cast<std::uint64_t>(code));
  }
  CHECK(test::snapshot(pair.machine) == contents);
  CHECK(pair.machine.counters() == Cost{}.counters);
}

TEST_CASE("queue and completion register: back-pressure") {
  const Config config = test::make_config(2, 3, 8, 32, Overflow::wrap);  // two wait
  Machine machine(config);
  Inputs offer;
  offer.cmd_valid = true;
  offer.command = make_command(Op::fprop, Schedule::separate, 0, 1, 1);  // bad: short
  // One in the sequencer, which waits for the completion register, one in the planner, two in the
  // queue and one completion offered: five are accepted, no more.
  int accepted = 0;
  for (int i = 0; i < 200; ++i) {
    accepted += machine.cmd_ready() ? 1 : 0;
    machine.clock(offer);
  }
  CHECK(accepted == 5);
  CHECK(!machine.cmd_ready());
  CHECK(machine.done_valid());
  int completions = 0;
  std::int64_t last = 0;
  for (int i = 0; i < 200; ++i) {
    Inputs take;
    take.done_ready = true;
    if (machine.done_valid()) {
      ++completions;
      last = machine.cycle();
    }
    machine.clock(take);
  }
  CHECK(completions == 5);
  CHECK(!machine.busy());
  CHECK(last < 400);
}

TEST_CASE("a completion is posted in the cycle in which the one before is taken") {
  Machine machine(test::make_config(2, 3, 8, 32, Overflow::wrap));
  Command first = make_command(Op::fprop, Schedule::separate, 0, 1, 1);
  Command second = first;
  second.schedule = 3;
  test::submit(machine, first);
  test::submit(machine, second);
  test::wait(machine, 60);
  REQUIRE(machine.done_valid());
  CHECK(machine.done_code() == Status::zero_size);
  CHECK(machine.busy());  // the second waits in FINISH
  Inputs take;
  take.done_ready = true;
  machine.clock(take);
  CHECK(machine.done_valid());
  CHECK(machine.done_code() == Status::bad_schedule);
  CHECK(!machine.busy());
  machine.clock(take);
  CHECK(!machine.done_valid());
}

TEST_CASE("the planner works on the next command while one runs") {
  Machine machine(test::make_config(2, 3, 8, 32, Overflow::wrap));
  const Command command = make_command(Op::backward, Schedule::interleaved, 6, 9, 12);
  const std::int64_t cycles = cost(machine.config(), command)[Counter::cycles];
  test::submit(machine, command);
  test::submit(machine, command);
  Inputs take;
  take.done_ready = true;
  std::vector<std::int64_t> offered;
  while (offered.size() < 2) {
    if (machine.done_valid()) offered.push_back(machine.cycle());
    machine.clock(take);
  }
  // FINISH in f; idle and taken in f+1; executing from f+2; FINISH again, offered one later.
  CHECK(offered[1] - offered[0] == 1 + cycles + 1);
}

TEST_CASE("reset mid-command: everything but the banks is as new") {
  test::Random random(5);
  const Config config = test::make_config(3, 4, 8, 32, Overflow::wrap);
  const Command command = make_command(Op::backward, Schedule::interleaved, 9, 12, 5);
  Inputs reset;
  reset.rst_n = false;
  for (int i = 0; i < 40; ++i) {
    test::Pair pair(config, random());
    Machine& machine = pair.machine;
    test::submit(machine, command);
    test::submit(machine, command);
    test::wait(machine, pick(random, 1, 140));
    // The writes of the reset cycle still happen, later ones do not.
    const bool writes = pin(machine, "trace_dx_we_o") != 0 || pin(machine, "trace_dw_we_o") != 0;
    const auto before = test::snapshot(machine);
    machine.clock(reset);
    const auto after = test::snapshot(machine);
    if (!writes) REQUIRE(after == before);
    const Machine fresh(config);
    REQUIRE(std::equal(machine.outputs().begin(), machine.outputs().end(), fresh.outputs().begin(),
                       fresh.outputs().end()));
    REQUIRE(machine.counters() == fresh.counters());
    REQUIRE(machine.last_code() == Status::ok);
    test::wait(machine, 30);
    REQUIRE(test::snapshot(machine) == after);
    // And the next command runs as on a new machine with these contents.
    Machine again(config);
    for (const Buffer buffer :
         {Buffer::x, Buffer::delta, Buffer::w, Buffer::y, Buffer::dx, Buffer::dw}) {
      for (int lane = 0; lane < lanes(config, buffer); ++lane) {
        for (int addr = 0; addr < depth(config, buffer); ++addr) {
          again.poke(buffer, lane, addr, machine.word(buffer, lane, addr));
        }
      }
    }
    REQUIRE(test::run(machine, command) == test::run(again, command));
    REQUIRE(test::snapshot(machine) == test::snapshot(again));
    REQUIRE(machine.counters() == again.counters());
  }
}

TEST_CASE("a bank write in the reset cycle happens") {
  const Config config = test::make_config(2, 3, 8, 32, Overflow::wrap);
  test::Pair pair(config, 6);
  const Command command = make_command(Op::fprop, Schedule::separate, 2, 3, 2);
  const Matrix result = test::expected(pair.before, command, Buffer::y);
  test::submit(pair.machine, command);
  while (pin(pair.machine, "trace_y_we_o") != 3) pair.machine.clock({});
  Inputs reset;
  reset.rst_n = false;
  pair.machine.clock(reset);
  const Matrix y = test::read_matrix(pair.machine, command, Buffer::y);
  const Matrix old = test::read_matrix(pair.before, command, Buffer::y);
  CHECK(y.at(0, 0) == result.at(0, 0));
  CHECK(y.at(0, 1) == result.at(0, 1));
  CHECK(y.at(1, 0) == result.at(1, 0));
  CHECK(y.at(0, 2) == old.at(0, 2));
  CHECK(y.at(1, 1) == old.at(1, 1));
}

TEST_CASE("commands in a row on one machine, with stalled completions") {
  test::Random random(7);
  for (int i = 0; i < 30; ++i) {
    Config config = test::random_config(random);
    config.queue_depth = pick(random, 1, 4);
    test::Pair pair(config, random());
    std::deque<Command> left;
    for (int k = 0; k < 8; ++k) {
      const Command command = test::random_command(random, config);
      left.push_back(command);
      if (check(config, command) != Status::ok) continue;
      for (const Buffer buffer : {Buffer::y, Buffer::dx, Buffer::dw}) {
        if (!uses(command.op, buffer)) continue;
        test::write_matrix(pair.before, command, buffer,
                           test::expected(pair.before, command, buffer));
      }
    }
    int done = 0;
    for (int k = 0; k < 100'000 && done < 8; ++k) {
      Inputs inputs;
      inputs.cmd_valid = !left.empty() && pick(random, 0, 3) == 0;
      if (inputs.cmd_valid) inputs.command = left.front();
      inputs.done_ready = pick(random, 0, 9) == 0;
      if (inputs.cmd_valid && pair.machine.cmd_ready()) left.pop_front();
      if (inputs.done_ready && pair.machine.done_valid()) ++done;
      pair.machine.clock(inputs);
    }
    REQUIRE(done == 8);
    REQUIRE(test::snapshot(pair.machine) == test::snapshot(pair.before));
  }
}
