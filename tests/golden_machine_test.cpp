// SPDX-License-Identifier: Apache-2.0
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "golden/machine.hpp"
#include "golden/timing.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;
using test::pin;

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
    test::Pair pair(config, static_cast<std::uint64_t>(i) + 10);
    REQUIRE(test::run(pair.machine, command) > 0);
    for (const Buffer buffer : {Buffer::y, Buffer::dx, Buffer::dw}) {
      if (!uses(command.op, buffer)) continue;
      const Matrix result = test::expected(pair.before, command, buffer);
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
    const Command command = make_command(Op::backward, schedule, 13, 97, 3);
    REQUIRE(check(config, command) == Status::ok);
    test::Pair pair(config, random());
    REQUIRE(test::run(pair.machine, command) > 0);
    CHECK(test::read_matrix(pair.machine, command, Buffer::dx) ==
          test::expected(pair.before, command, Buffer::dx));
    CHECK(test::read_matrix(pair.machine, command, Buffer::dw) ==
          test::expected(pair.before, command, Buffer::dw));
  }
}

TEST_CASE("pin by pin, by hand: fprop of one tile, 2 x 3 array") {
  Machine machine(test::make_config(2, 3, 8, 32, Overflow::wrap));
  const Command command = make_command(Op::fprop, Schedule::separate, 2, 3, 1);
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
  Command command = make_command(Op::backward, Schedule::interleaved, 2, 3, 1);
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
    test::Pair pair(config, static_cast<std::uint64_t>(i));
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
          if (!signal.name.ends_with("we_o") || signal.name == "trace_hold_we_o") continue;
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
      const Matrix result = test::expected(pair.before, command, key.first);
      REQUIRE(result.at(key.second.first, key.second.second) == word);
    }
  }
}

TEST_CASE("explain and slot_at give tile and element, for the running and the last command") {
  Machine machine(test::make_config(2, 3, 8, 32, Overflow::wrap));
  test::submit(machine, make_command(Op::fprop, Schedule::separate, 4, 3, 2));
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
  test::run(machine, make_command(Op::dgrad, Schedule::separate, 1, 1, 1));
  CHECK(machine.slot_at(23).has_value());  // of the last command
}
