// SPDX-License-Identifier: Apache-2.0
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <deque>
#include <vector>

#include "golden/machine.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;
using test::pin;

namespace {

constexpr std::uint32_t kRegisters = kRegisterSelect;

Config small() { return test::make_config(2, 3, 8, 32, Overflow::wrap); }

std::uint32_t select(Buffer buffer) { return static_cast<std::uint32_t>(buffer); }

Inputs access(bool write, std::uint32_t sel, std::uint32_t lane, std::uint32_t addr,
              std::uint64_t data = 0) {
  Inputs inputs;
  inputs.host_valid = true;
  inputs.host_write = write;
  inputs.host_sel = sel;
  inputs.host_lane = lane;
  inputs.host_addr = addr;
  inputs.host_wdata = data;
  return inputs;
}

struct Answer {
  std::uint64_t data = 0;
  bool error = false;
};

/// One read on a machine whose host port is empty.
Answer read(Machine& machine, std::uint32_t sel, std::uint32_t lane, std::uint32_t addr) {
  machine.clock(access(false, sel, lane, addr));
  while (!machine.rsp_valid()) machine.clock({});
  const Answer answer{machine.rsp_data(), machine.rsp_error()};
  Inputs take;
  take.rsp_ready = true;
  machine.clock(take);
  return answer;
}

void write(Machine& machine, std::uint32_t sel, std::uint32_t lane, std::uint32_t addr,
           std::uint64_t data) {
  machine.clock(access(true, sel, lane, addr, data));
  machine.clock({});
}

Answer read_register(Machine& machine, int index) {
  return read(machine, kRegisters, 0, static_cast<std::uint32_t>(index));
}

}  // namespace

TEST_CASE("words: low bits stored, sign-extended to the host width") {
  for (const int accumulator_bits : {32, 20, 64}) {
    Machine machine(test::make_config(2, 3, 8, accumulator_bits, Overflow::wrap));
    const std::uint64_t mask = accumulator_bits > 32 ? ~std::uint64_t{0} : 0xFFFFFFFF;
    write(machine, select(Buffer::x), 1, 5, 0xFFFFFF80);
    CHECK(machine.word(Buffer::x, 1, 5) == -128);
    CHECK(machine.defined(Buffer::x, 1, 5));
    CHECK(!machine.defined(Buffer::x, 0, 5));
    CHECK(read(machine, select(Buffer::x), 1, 5).data == (~std::uint64_t{127} & mask));
    write(machine, select(Buffer::dw), 2, 199, ~std::uint64_t{0});
    CHECK(read(machine, select(Buffer::dw), 2, 199).data == mask);
    write(machine, select(Buffer::dw), 2, 199, 0x12345);
    CHECK(read(machine, select(Buffer::dw), 2, 199).data == 0x12345);
  }
}

TEST_CASE("identity registers") {
  Machine machine(small(), 0x0123456789ABCDEF);
  CHECK(read_register(machine, 0).data == 0x474C0001);
  CHECK(read_register(machine, 1).data == 0x89ABCDEF);
  CHECK(read_register(machine, 2).data == 0x01234567);
  CHECK(read_register(machine, 3).data == 0x00030002);
  CHECK(read_register(machine, 4).data == 0);
  CHECK(read_register(machine, 5).data == 0);
  CHECK(read_register(machine, 6).data == 0);  // CLEAR can be read
  CHECK(!read_register(machine, 6).error);
}

TEST_CASE("latency: accepted in t, executed in t+1, response from t+3") {
  Machine machine(small());
  machine.clock(access(false, kRegisters, 0, 0));  // cycle 0
  CHECK(!machine.rsp_valid());                     // 1
  CHECK(pin(machine, "rsp_data_o") == 0);
  machine.clock({});
  CHECK(!machine.rsp_valid());  // 2
  machine.clock({});
  CHECK(machine.rsp_valid());  // 3
  CHECK(pin(machine, "rsp_data_o") == 0x474C0001);
  machine.clock({});
  CHECK(machine.rsp_valid());  // stays
  Inputs take;
  take.rsp_ready = true;
  machine.clock(take);
  CHECK(!machine.rsp_valid());
  CHECK(pin(machine, "rsp_data_o") == 0);
}

TEST_CASE("reads in a row: one a cycle when taken at once, six when not taken") {
  Machine machine(small());
  Inputs stream = access(false, kRegisters, 0, 0);
  stream.rsp_ready = true;
  int accepted = 0;
  int answered = 0;
  for (int i = 0; i < 100; ++i) {
    accepted += machine.host_ready() ? 1 : 0;
    answered += machine.rsp_valid() ? 1 : 0;
    machine.clock(stream);
  }
  // Executed in e, taken in e+2: three under way, so nothing is held.
  CHECK(accepted == 100);
  CHECK(answered == 97);

  Machine blocked(small());
  accepted = 0;
  for (int i = 0; i < 50; ++i) {
    accepted += blocked.host_ready() ? 1 : 0;
    blocked.clock(access(false, kRegisters, 0, 0));
  }
  CHECK(accepted == 6);  // four under way, two in the queue
  // A response taken in t: the next read executes in t+1, so a place in the queue from t+2.
  Inputs take;
  take.rsp_ready = true;
  blocked.clock(take);
  CHECK(!blocked.host_ready());
  blocked.clock({});
  CHECK(blocked.host_ready());
}

TEST_CASE("a held read holds the write behind it, order is kept") {
  Machine machine(small());
  for (int i = 0; i < 4; ++i) machine.clock(access(false, kRegisters, 0, 0));
  machine.clock(access(false, select(Buffer::x), 0, 0));
  machine.clock(access(true, select(Buffer::x), 0, 0, 7));
  test::wait(machine, 10);
  CHECK(machine.word(Buffer::x, 0, 0) == 0);
  Inputs take;
  take.rsp_ready = true;
  std::vector<std::uint64_t> answers;
  for (int i = 0; i < 20; ++i) {
    if (machine.rsp_valid()) answers.push_back(machine.rsp_data());
    machine.clock(take);
  }
  REQUIRE(answers.size() == 5);
  CHECK(answers.back() == 0);
  CHECK(machine.word(Buffer::x, 0, 0) == 7);
}

TEST_CASE("a word written in e is read in e+1") {
  Machine machine(small());
  machine.clock(access(true, select(Buffer::y), 1, 3, 99));
  machine.clock(access(false, select(Buffer::y), 1, 3));
  machine.clock(access(true, select(Buffer::y), 1, 3, 98));
  while (!machine.rsp_valid()) machine.clock({});
  CHECK(machine.rsp_data() == 99);
  CHECK(machine.rsp_specified());
  CHECK(machine.word(Buffer::y, 1, 3) == 98);
}

TEST_CASE("refused accesses: error, no data, no change, counted") {
  Config config = small();
  config.fprop = false;
  config.buffers.y = 0;
  Machine machine(config);
  const auto before = test::snapshot(machine);
  struct Bad {
    bool write;
    std::uint32_t sel, lane, addr;
  };
  const std::vector<Bad> bad{
      {false, 6, 0, 0},
      {true, 6, 0, 0},
      {false, select(Buffer::y), 0, 0},
      {true, select(Buffer::y), 0, 0},
      {false, select(Buffer::x), 2, 0},
      {true, select(Buffer::delta), 3, 0},
      {true, select(Buffer::x), 0, 80},
      {false, select(Buffer::dw), 0, 200},
      {false, kRegisters, 0, 7},
      {false, kRegisters, 0, 34},
      {false, kRegisters, 1, 0},
      {true, kRegisters, 1, 6},
      {true, kRegisters, 0, 5},
      {true, kRegisters, 0, 8},
  };
  std::uint32_t errors = 0;
  for (const Bad& one : bad) {
    if (one.write) {
      write(machine, one.sel, one.lane, one.addr, 1);
    } else {
      const Answer answer = read(machine, one.sel, one.lane, one.addr);
      CHECK(answer.error);
      CHECK(answer.data == 0);
    }
    CHECK(machine.host_errors() == ++errors);
  }
  CHECK(test::snapshot(machine) == before);
  CHECK(read_register(machine, 5).data == errors);
  CHECK(!read_register(machine, 33).error);
  // The last refused write executes in e, HOST_ERRORS read in e+1 has it.
  machine.clock(access(true, 6, 0, 0));
  machine.clock(access(false, kRegisters, 0, 5));
  while (!machine.rsp_valid()) machine.clock({});
  CHECK(machine.rsp_data() == errors + 1);
}

TEST_CASE("status, counters and CLEAR") {
  Machine machine(small());
  const Command command = make_command(Op::backward, Schedule::separate, 5, 7, 4);
  test::run(machine, command);
  write(machine, 6, 0, 0, 0);
  for (const Counter counter : built_counters(machine.config())) {
    const Answer low = read_register(machine, counter_register(counter));
    CHECK(low.data == static_cast<std::uint64_t>(machine.counter(counter)));
    CHECK(read_register(machine, counter_register(counter) + 1).data == 0);
  }
  CHECK(machine.counter(Counter::macs) == 2 * 5 * 7 * 4);
  CHECK(machine.host_errors() == 1);
  write(machine, kRegisters, 0, 6, 123);
  CHECK(machine.counter(Counter::macs) == 0);
  CHECK(machine.host_errors() == 0);
  CHECK(machine.counters_exact());
  Command bad = command;
  bad.schedule = 3;
  test::run(machine, bad);
  CHECK(read_register(machine, 4).data == 2 << 4);
  test::submit(machine, command);
  CHECK((read_register(machine, 4).data & 1) == 1);
  // CLEAR while busy: not exact until the next one.
  write(machine, kRegisters, 0, 6, 0);
  CHECK(!machine.counters_exact());
  while (machine.busy()) machine.clock({});
  machine.clock(access(false, kRegisters, 0, 8));
  while (!machine.rsp_valid()) machine.clock({});
  CHECK(!machine.rsp_specified());
}

TEST_CASE("registers of the array checksum: only if built, 0 without a fault, not writable") {
  Config config = small();
  for (const bool built : {false, true}) {
    config.abft = built;
    Machine machine(config);
    for (const int index : {48, 49, 50}) {
      CHECK(read_register(machine, index).error == !built);
      CHECK(read_register(machine, index).data == 0);
    }
    CHECK(read_register(machine, 47).error);
    CHECK(read_register(machine, 51).error);
    const std::uint64_t errors = read_register(machine, 5).data;
    write(machine, kRegisters, 0, kAbftStatusRegister, 1);
    CHECK(read_register(machine, 5).data == errors + 1);
  }
}

TEST_CASE("what the specification leaves open is marked") {
  Machine machine(small());
  machine.clock(access(false, select(Buffer::x), 0, 0));
  while (!machine.rsp_valid()) machine.clock({});
  CHECK(!machine.rsp_specified());
  machine.poke(Buffer::x, 0, 0, 1);
  Inputs take;
  take.rsp_ready = true;
  machine.clock(take);
  machine.clock(access(false, select(Buffer::x), 0, 0));
  while (!machine.rsp_valid()) machine.clock({});
  CHECK(machine.rsp_specified());
}

namespace {

/// Offers one access so that it is at the head in cycle `at` and returns the cycle in which it
/// left the queue, by two probes: with two requests in the queue host_ready is 0.
std::int64_t executes(const Command& command, bool write, Buffer buffer, std::uint32_t lane,
                      std::int64_t at) {
  Machine machine(small());
  test::submit(machine, command);
  while (machine.cycle() < at - 1) machine.clock({});
  machine.clock(access(write, select(buffer), lane, 40));  // in the queue from `at`
  Inputs second = access(true, kRegisters, 0, 0);
  machine.clock(second);  // in the queue from at+1
  while (!machine.host_ready()) machine.clock({});
  // With two in the queue in cycle k, and the head leaving in k, ready is 1 from k+1. If the head
  // left in `at` the queue never held two.
  return machine.cycle() - 1;
}

}  // namespace

TEST_CASE("a read waits for the array's use of the read port of that bank only") {
  // fprop, one tile, B = 3, accepted in 0: slots in 18..20, X bank r is read in 19+r .. 21+r.
  const Command fprop = make_command(Op::fprop, Schedule::separate, 2, 3, 3);
  CHECK(executes(fprop, false, Buffer::x, 0, 18) == 18);
  CHECK(executes(fprop, false, Buffer::x, 0, 19) == 22);
  CHECK(executes(fprop, false, Buffer::x, 0, 21) == 22);
  CHECK(executes(fprop, false, Buffer::x, 0, 22) == 22);
  CHECK(executes(fprop, false, Buffer::x, 1, 19) == 19);
  CHECK(executes(fprop, false, Buffer::x, 1, 20) == 23);
  CHECK(executes(fprop, false, Buffer::delta, 0, 19) == 19);
  CHECK(executes(fprop, false, Buffer::y, 0, 19) == 19);  // no acc_psum, so not read
  CHECK(executes(fprop, true, Buffer::x, 0, 19) == 19);   // a write is not held
  // Y bank c is written in 22+c .. 24+c: holds writes, not reads.
  CHECK(executes(fprop, true, Buffer::y, 0, 21) == 21);
  CHECK(executes(fprop, true, Buffer::y, 0, 22) == 25);
  CHECK(executes(fprop, true, Buffer::y, 2, 24) == 27);
  CHECK(executes(fprop, true, Buffer::y, 2, 23) == 23);
  CHECK(executes(fprop, false, Buffer::y, 0, 22) == 22);
}

TEST_CASE("in an interleaved pass DELTA is held in the WGRAD slots too, X is free in between") {
  // Slots in 18..23, DGRAD first. DELTA bank c < Nv is taken in 19+c .. 24+c; N = 2.
  const Command backward = make_command(Op::backward, Schedule::interleaved, 2, 2, 3);
  CHECK(executes(backward, false, Buffer::delta, 0, 19) == 25);
  CHECK(executes(backward, false, Buffer::delta, 0, 24) == 25);
  CHECK(executes(backward, false, Buffer::delta, 1, 25) == 26);
  CHECK(executes(backward, false, Buffer::delta, 2, 21) == 21);
  CHECK(executes(backward, false, Buffer::x, 0, 20) == 21);
  CHECK(executes(backward, false, Buffer::x, 0, 21) == 21);
}

TEST_CASE("a refused or register access is never held by the array") {
  const Command fprop = make_command(Op::fprop, Schedule::separate, 2, 3, 3);
  for (const std::uint32_t sel : {6U, kRegisters}) {
    Machine machine(small());
    test::submit(machine, fprop);
    test::wait(machine, 17);
    for (int i = 0; i < 10; ++i) {
      REQUIRE(machine.host_ready());
      Inputs inputs = access(false, sel, 0, 0);
      inputs.rsp_ready = true;
      machine.clock(inputs);
    }
  }
}

TEST_CASE("random traffic on idle buffers equals a plain memory") {
  test::Random random(1);
  Machine machine(small());
  test::fill(machine, random);
  std::vector<std::int64_t> memory;  // X lane 0
  for (int addr = 0; addr < 8; ++addr) memory.push_back(machine.word(Buffer::x, 0, addr));
  std::deque<std::uint64_t> expected;
  int answers = 0;
  for (int i = 0; i < 5000; ++i) {
    Inputs inputs;
    inputs.rsp_ready = pick(random, 0, 2) == 0;
    if (pick(random, 0, 1) != 0) {
      const auto addr = static_cast<std::uint32_t>(pick(random, 0, 7));
      const bool rsp_ready = inputs.rsp_ready;
      inputs = access(pick(random, 0, 1) != 0, 0, 0, addr, random());
      inputs.rsp_ready = rsp_ready;
      if (machine.host_ready()) {
        if (inputs.host_write) {
          memory[addr] = wrap(static_cast<std::int64_t>(inputs.host_wdata), 8);
        } else {
          expected.push_back(static_cast<std::uint64_t>(memory[addr]) & 0xFFFFFFFF);
        }
      }
    }
    if (machine.rsp_valid() && inputs.rsp_ready) {
      REQUIRE(!expected.empty());
      REQUIRE(machine.rsp_data() == expected.front());
      expected.pop_front();
      ++answers;
    }
    machine.clock(inputs);
  }
  CHECK(answers > 500);
}

TEST_CASE("host traffic in other words neither disturbs a command nor its timing") {
  test::Random random(2);
  const Config config = small();
  const Command command = make_command(Op::backward, Schedule::interleaved, 6, 9, 6);
  Machine alone(config);
  Machine shared(config);
  test::Random a(9);
  test::Random b(9);
  test::fill(alone, a);
  test::fill(shared, b);
  const std::int64_t latency = test::run(alone, command);
  const std::int64_t accepted = shared.cycle();
  test::submit(shared, command);
  while (!shared.done_valid()) {
    const auto buffer = static_cast<std::uint32_t>(pick(random, 0, 5));
    Inputs inputs =
        access(pick(random, 0, 1) != 0, buffer, static_cast<std::uint32_t>(pick(random, 0, 2)), 79);
    inputs.rsp_ready = true;
    shared.clock(inputs);
  }
  CHECK(shared.cycle() - accepted == latency);
  for (const Buffer buffer : {Buffer::dx, Buffer::dw}) {
    CHECK(test::read_matrix(shared, command, buffer) == test::read_matrix(alone, command, buffer));
  }
}

TEST_CASE("reset empties the host port") {
  Machine machine(small());
  for (int i = 0; i < 10; ++i) machine.clock(access(false, kRegisters, 0, 0));
  REQUIRE(machine.rsp_valid());
  REQUIRE(!machine.host_ready());
  write(machine, 6, 0, 0, 0);
  Inputs reset;
  reset.rst_n = false;
  machine.clock(reset);
  CHECK(!machine.rsp_valid());
  CHECK(machine.host_ready());
  test::wait(machine, 10);
  CHECK(!machine.rsp_valid());
  CHECK(read_register(machine, 0).data == 0x474C0001);
}
