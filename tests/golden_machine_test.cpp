// SPDX-License-Identifier: Apache-2.0
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <string>

#include "golden/machine.hpp"
#include "golden/timing.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;
using test::pin;

namespace {

Command at_zero(Op op, Schedule schedule, int m, int n, int b) {
  return make_command(op, schedule, m, n, b);
}

/// The result of one buffer by golden/numerics, from the contents before the command ran.
Matrix expected(const Machine& before, const Command& command, Buffer buffer) {
  const Accumulator acc = accumulator(before.config());
  const auto get = [&](Buffer from) { return test::read_matrix(before, command, from); };
  const Matrix start = get(buffer);
  const Matrix* psum = command.acc_psum ? &start : nullptr;
  const Matrix* old_dw = command.acc_dw ? &start : nullptr;
  switch (buffer) {
    case Buffer::y: return fprop(get(Buffer::x), get(Buffer::w), acc, psum);
    case Buffer::dx: return dgrad(get(Buffer::delta), get(Buffer::w), acc, psum);
    default: return wgrad(get(Buffer::x), get(Buffer::delta), acc, old_dw);
  }
}

/// Two machines with the same random contents.
struct Pair {
  Machine before;
  Machine machine;
  Pair(const Config& config, std::uint64_t seed) : before(config), machine(config) {
    test::Random a(seed);
    test::Random b(seed);
    test::fill(before, a);
    test::fill(machine, b);
  }
};

}  // namespace

TEST_CASE("signals are the output ports, densely packed, with Verilator's storage sizes") {
  Config config = test::make_config(3, 9, 8, 40, Overflow::wrap);
  const std::vector<Signal> signals = output_signals(config);
  std::size_t next = 0;
  std::map<std::string, Signal> by_name;
  for (const Signal& signal : signals) {
    CHECK(signal.word == next);
    CHECK(signal.words == (static_cast<std::size_t>(signal.width) + 31) / 32);
    next += signal.words;
    by_name[signal.name] = signal;
  }
  CHECK(signals.front().name == "cmd_ready_o");
  CHECK(signals.back().name == "trace_dw_wdata_o");
  CHECK(Machine(config).outputs().size() == next);
  CHECK(by_name.at("done_code_o").bytes == 1);
  CHECK(by_name.at("trace_delta_re_o").bytes == 2);
  CHECK(by_name.at("rsp_data_o").bytes == 8);
  CHECK(by_name.at("trace_dx_wdata_o").bytes == 24);
  CHECK(by_name.count("host_ready_o") == 1);
  CHECK(by_name.count("clk_i") == 0);
  config.accumulator_bits = 32;
  for (const Signal& signal : output_signals(config)) {
    if (signal.name == "rsp_data_o") CHECK(signal.bytes == 4);
  }
}

TEST_CASE("final buffers equal numerics, nothing else changes") {
  test::Random random(1);
  for (int i = 0; i < 600; ++i) {
    const Config config = test::random_config(random);
    const Command command = test::random_command(random, config);
    if (check(config, command) != Status::ok) continue;
    Pair pair(config, static_cast<std::uint64_t>(i) + 10);
    REQUIRE(test::run(pair.machine, command) > 0);
    for (const Buffer buffer : {Buffer::y, Buffer::dx, Buffer::dw}) {
      if (!uses(command.op, buffer)) continue;
      const Matrix result = expected(pair.before, command, buffer);
      CAPTURE(name(buffer));
      CAPTURE(command.op);
      CAPTURE(command.schedule);
      REQUIRE(test::read_matrix(pair.machine, command, buffer) == result);
      test::write_matrix(pair.before, command, buffer, result);
    }
    REQUIRE(test::snapshot(pair.machine) == test::snapshot(pair.before));
  }
}

TEST_CASE("dW of each tile position comes out of its own PE: larger array, every schedule") {
  test::Random random(2);
  for (const Schedule schedule : {Schedule::interleaved, Schedule::separate, Schedule::serial}) {
    Config config = test::make_config(5, 40, 8, 32, Overflow::wrap);
    config.limits = {20, 100, 12};
    const Command command = at_zero(Op::backward, schedule, 13, 97, 3);
    REQUIRE(check(config, command) == Status::ok);
    Pair pair(config, random());
    REQUIRE(test::run(pair.machine, command) > 0);
    CHECK(test::read_matrix(pair.machine, command, Buffer::dx) ==
          expected(pair.before, command, Buffer::dx));
    CHECK(test::read_matrix(pair.machine, command, Buffer::dw) ==
          expected(pair.before, command, Buffer::dw));
  }
}

TEST_CASE("pin by pin, by hand: fprop of one tile, 2 x 3 array") {
  Machine machine(test::make_config(2, 3, 8, 32, Overflow::wrap));
  const Command command = at_zero(Op::fprop, Schedule::separate, 2, 3, 1);
  Matrix x(1, 2);
  x.data = {2, -3};
  Matrix w(2, 3);
  w.data = {1, 2, 3, 4, 5, 6};
  test::write_matrix(machine, command, Buffer::x, x);
  test::write_matrix(machine, command, Buffer::w, w);
  test::submit(machine, command);  // cycle 0
  // Planned in 1, taken in 14, LOAD 15..17 (steps in 15 and 16), slot in 18, TAIL 19..24.
  std::map<std::string, std::map<std::int64_t, std::uint64_t>> seen;
  const std::vector<std::string> names{"trace_w_re_o", "trace_x_re_o", "trace_y_re_o",
                                       "trace_y_we_o", "busy_o",       "done_valid_o"};
  std::map<int, std::int64_t> y_values;
  while (machine.cycle() < 30) {
    for (const std::string& name : names) {
      if (pin(machine, name) != 0) seen[name][machine.cycle()] = pin(machine, name);
    }
    for (int lane = 0; lane < 3; ++lane) {
      const auto data = static_cast<std::int32_t>(pin(machine, "trace_y_wdata_o", 32 * lane, 32));
      if (data != 0) y_values[static_cast<int>(machine.cycle()) * 10 + lane] = data;
    }
    Inputs inputs;
    inputs.done_ready = machine.cycle() == 28;
    machine.clock(inputs);
  }
  using Events = std::map<std::int64_t, std::uint64_t>;
  // Step i is issued in 15 + i and read in lane c in 16 + i + c.
  CHECK(seen["trace_w_re_o"] == Events{{16, 1}, {17, 3}, {18, 6}, {19, 4}});
  CHECK(seen["trace_x_re_o"] == Events{{19, 1}, {20, 2}});
  CHECK(seen["trace_y_re_o"].empty());
  CHECK(seen["trace_y_we_o"] == Events{{22, 1}, {23, 2}, {24, 4}});
  CHECK(y_values == std::map<int, std::int64_t>{{220, -10}, {231, -11}, {242, -12}});
  CHECK(seen["busy_o"].begin()->first == 1);
  CHECK(seen["busy_o"].rbegin()->first == 25);  // FINISH
  CHECK(seen["busy_o"].size() == 25);
  CHECK(seen["done_valid_o"] == Events{{26, 1}, {27, 1}, {28, 1}});
  CHECK(machine.word(Buffer::y, 1, 0) == -11);
  CHECK(machine.defined(Buffer::y, 1, 0));
  CHECK(!machine.defined(Buffer::y, 1, 1));
}

TEST_CASE("pin by pin, by hand: interleaved backward of one tile with both flags, 2 x 3 array") {
  Machine machine(test::make_config(2, 3, 8, 32, Overflow::wrap));
  Command command = at_zero(Op::backward, Schedule::interleaved, 2, 3, 1);
  command.acc_psum = true;
  command.acc_dw = true;
  test::submit(machine, command);
  // LOAD 15..17, DGRAD slot in 18, WGRAD slot in 19, drain steps in 20 and 21, TAIL 20..28.
  using Events = std::map<std::int64_t, std::uint64_t>;
  std::map<std::string, Events> seen;
  while (!machine.done_valid()) {
    for (const Signal& signal : machine.signals()) {
      if (signal.name.ends_with("e_o") && pin(machine, signal.name) != 0) {
        seen[signal.name][machine.cycle()] = pin(machine, signal.name);
      }
    }
    machine.clock({});
  }
  CHECK(seen["trace_delta_re_o"] == Events{{19, 1}, {20, 2}, {21, 4}});
  CHECK(seen["trace_dx_re_o"] == Events{{19, 1}, {20, 2}});
  CHECK(seen["trace_x_re_o"] == Events{{20, 1}, {21, 2}});
  CHECK(seen["trace_dx_we_o"] == Events{{23, 1}, {24, 2}});
  CHECK(seen["trace_dw_re_o"] == Events{{24, 1}, {25, 3}, {26, 6}, {27, 4}});
  CHECK(seen["trace_dw_we_o"] == Events{{25, 1}, {26, 3}, {27, 6}, {28, 4}});
  CHECK(seen.count("trace_y_we_o") == 0);
  CHECK(machine.cycle() == 30);  // TAIL ends in 28, FINISH 29
}

TEST_CASE("every trace bit is explained by the contract's inverse, and no other is") {
  test::Random random(3);
  for (int i = 0; i < 60; ++i) {
    const Config config = test::random_config(random);
    const Command command = test::random_command(random, config);
    if (check(config, command) != Status::ok) continue;
    Pair pair(config, static_cast<std::uint64_t>(i));
    Machine& machine = pair.machine;
    test::submit(machine, command);
    const int stride = derive(config).trace_w;
    std::int64_t set = 0;
    std::int64_t wrong = 0;
    std::map<std::pair<Buffer, std::pair<int, int>>, std::int64_t> last;
    for (; !machine.done_valid(); machine.clock({})) {
      for (const Signal& signal : machine.signals()) {
        if (!signal.name.starts_with("trace_") || signal.name.ends_with("wdata_o")) continue;
        for (int lane = 0; lane < signal.width; ++lane) {
          const bool bit = pin(machine, signal.name, lane, 1) != 0;
          const auto element = machine.explain(signal.name, lane, machine.cycle());
          set += bit ? 1 : 0;
          wrong += bit != element.has_value() ? 1 : 0;
          if (!signal.name.ends_with("we_o")) continue;
          const std::string data = signal.name.substr(0, signal.name.size() - 4) + "wdata_o";
          const std::uint64_t word = pin(machine, data, lane * stride, stride);
          wrong += !bit && word != 0 ? 1 : 0;
          if (!element) continue;
          const bool dw = element->buffer == Buffer::dw;
          const std::pair<int, int> index{dw ? element->m : element->b,
                                          element->buffer == Buffer::dx ? element->m : element->n};
          last[{element->buffer, index}] = wrap(static_cast<std::int64_t>(word), stride);
        }
      }
    }
    REQUIRE(wrong == 0);
    const Cost total = cost(config, command);
    std::int64_t accesses = 0;
    for (int c = static_cast<int>(Counter::x_read); c < kCounterCount; ++c) {
      accesses += total[static_cast<Counter>(c)];
    }
    REQUIRE(set == accesses);
    // The last word written for an element is the result.
    for (const auto& [key, word] : last) {
      const Matrix result = expected(pair.before, command, key.first);
      REQUIRE(result.at(key.second.first, key.second.second) == word);
    }
  }
}

TEST_CASE("explain and slot_at give tile and element, for the running and the last command") {
  Machine machine(test::make_config(2, 3, 8, 32, Overflow::wrap));
  test::submit(machine, at_zero(Op::fprop, Schedule::separate, 4, 3, 2));
  // LOAD 15..17; slots of tile (0, 0) in 18 and 19, of tile (1, 0) from 18 + R + 2 = 22 on.
  while (!machine.done_valid()) machine.clock({});
  const auto slot = machine.slot_at(23);
  REQUIRE(slot.has_value());
  CHECK(slot->mt == 1);
  CHECK(slot->nt == 0);
  CHECK(slot->b == 1);
  CHECK(slot->op == Op::fprop);
  CHECK(!machine.slot_at(20).has_value());
  const auto x = machine.explain("trace_x_re_o", 1, 25);
  REQUIRE(x.has_value());
  CHECK(x->m == 3);
  CHECK(x->b == 1);
  const auto y = machine.explain("trace_y_wdata_o", 2, 23 + 2 + 2 + 2);
  REQUIRE(y.has_value());
  CHECK(y->n == 2);
  CHECK(y->b == 1);
  CHECK(y->mt == 1);
  const auto w = machine.explain("trace_w_re_o", 1, 17);  // step 0: row 1
  REQUIRE(w.has_value());
  CHECK(w->m == 1);
  CHECK(w->n == 1);
  CHECK(!machine.explain("no_such_o", 0, 17).has_value());
  Inputs take;
  take.done_ready = true;
  machine.clock(take);
  test::run(machine, at_zero(Op::dgrad, Schedule::separate, 1, 1, 1));
  CHECK(machine.slot_at(23).has_value());  // of the last command
}

TEST_CASE("bad commands leave everything alone and take their own time") {
  test::Random random(4);
  const Config config = test::make_config(2, 3, 8, 32, Overflow::wrap);
  Pair pair(config, 4);
  Command command = at_zero(Op::backward, Schedule::interleaved, 2, 3, 4);
  std::vector<std::pair<Status, Command>> bad;
  bad.emplace_back(Status::bad_schedule, command).second.schedule = 3;
  bad.emplace_back(Status::zero_size, command).second.n = 0;
  bad.emplace_back(Status::over_limit, command).second.b = 13;
  bad.emplace_back(Status::no_fit_delta, command).second.bases[1] = 77;
  Command flag = at_zero(Op::wgrad, Schedule::serial, 1, 1, 1);
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
  offer.command = at_zero(Op::fprop, Schedule::separate, 0, 1, 1);  // bad: short
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
  Command first = at_zero(Op::fprop, Schedule::separate, 0, 1, 1);
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
  const Command command = at_zero(Op::backward, Schedule::interleaved, 6, 9, 12);
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
  const Command command = at_zero(Op::backward, Schedule::interleaved, 9, 12, 5);
  Inputs reset;
  reset.rst_n = false;
  for (int i = 0; i < 40; ++i) {
    Pair pair(config, random());
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
  Pair pair(config, 6);
  const Command command = at_zero(Op::fprop, Schedule::separate, 2, 3, 2);
  const Matrix result = expected(pair.before, command, Buffer::y);
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
    Pair pair(config, random());
    std::deque<Command> left;
    for (int k = 0; k < 8; ++k) {
      const Command command = test::random_command(random, config);
      left.push_back(command);
      if (check(config, command) != Status::ok) continue;
      for (const Buffer buffer : {Buffer::y, Buffer::dx, Buffer::dw}) {
        if (!uses(command.op, buffer)) continue;
        test::write_matrix(pair.before, command, buffer, expected(pair.before, command, buffer));
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
