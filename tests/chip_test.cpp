// SPDX-License-Identifier: Apache-2.0
#include "golden/chip.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "tests/chip_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::Random;

namespace {

constexpr std::uint64_t kBase = 0x1000;

Config design(int data_bits = 32) {
  Random random(3);
  Config config = test::bus_config(random);
  config.rows = config.cols = 3;
  config.operand_bits = 6;
  config.training = {true, 12, 3, 1, true, false};
  config.accumulator_bits = 20;
  config.overflow = Overflow::wrap;
  config.buffers = {16, 16, 16, 16, 16, 16, 4};
  config.limits = {16, 16, 16};
  config.queue_depth = 2;
  config.data_bits = data_bits;
  config.address_bits = 32;
  return config;
}

/// Lists at kBase, data from kBase + 0x400 on.
struct Fixture {
  Config config;
  Chip chip;
  RangeMemory memory{kBase, std::vector<std::uint8_t>(0x800)};
  std::vector<Descriptor> list;

  explicit Fixture(const Config& c = design()) : config(c), chip(c) {}

  std::uint8_t& byte(std::uint64_t address) { return memory.bytes().at(address - kBase); }

  static Descriptor move(DescriptorKind kind, Buffer buffer, std::uint64_t address,
                         std::uint32_t base, std::uint32_t vectors) {
    Descriptor d;
    d.kind = kind;
    d.transfer.address = address;
    d.transfer.buffer = static_cast<std::uint32_t>(select_code(buffer));
    d.transfer.base = base;
    d.transfer.vectors = vectors;
    d.transfer.blocks = 1;
    d.transfer.last_lanes = 3;
    return d;
  }
  Descriptor& add(const Descriptor& d) {
    list.push_back(d);
    return list.back();
  }
  Descriptor& load(Buffer buffer, std::uint64_t address, std::uint32_t base,
                   std::uint32_t vectors) {
    return add(move(DescriptorKind::load, buffer, address, base, vectors));
  }
  Descriptor& store(Buffer buffer, std::uint64_t address, std::uint32_t base,
                    std::uint32_t vectors) {
    return add(move(DescriptorKind::store, buffer, address, base, vectors));
  }
  Descriptor& next(std::uint32_t more, std::uint32_t done) {
    Descriptor d;
    d.kind = DescriptorKind::next;
    d.more = more;
    d.done = done;
    return add(d);
  }
  Descriptor& compute(std::uint32_t b) {
    Descriptor d;
    d.kind = DescriptorKind::compute;
    d.command = make_command(Op::fprop, Schedule::interleaved, 1, 1, static_cast<int>(b));
    return add(d);
  }

  RunResult run(std::uint32_t batches = 1, bool log = false) {
    std::size_t at = 0;
    for (const Descriptor& d : list) {
      for (const std::uint32_t word : encode(d)) {
        for (int i = 0; i < 4; ++i) {
          memory.bytes().at(at++) = static_cast<std::uint8_t>(word >> (8 * i));
        }
      }
    }
    return chip.run(memory, kBase, static_cast<std::uint32_t>(list.size()), batches, {log});
  }
  RunResult run_and_end(std::uint32_t batches = 1, bool log = false) {
    add(Descriptor{});
    return run(batches, log);
  }
};

bool ends_with(const RunResult& result, RunError code, std::uint32_t index) {
  return result.code == static_cast<int>(code) && result.error_index == index;
}

}  // namespace

TEST_CASE("LOAD and STORE: the memory format") {
  Fixture f;
  // Two blocks of two vectors of W (12 bits in 2 bytes, 3 lanes: 2 beats of 4 bytes).
  f.byte(0x1400) = 0xFE;  // -2
  f.byte(0x1401) = 0xFF;
  f.byte(0x1402) = 0x34;
  f.byte(0x1403) = 0xF2;  // above 12 bits: dropped
  f.byte(0x1404) = 0x01;
  f.byte(0x1406) = 0x77;  // filling: ignored
  f.byte(0x1420) = 0x05;  // block 1, vector 0, lane 0
  Descriptor& load = f.load(Buffer::w, 0x1400, 1, 2);
  load.transfer.blocks = 2;
  load.transfer.block_stride = 0x20;
  load.transfer.bank_stride = 8;
  load.transfer.last_lanes = 1;
  load.signal = bit(BusEngine::store);
  Descriptor& store = f.store(Buffer::w, 0x1500, 1, 2);
  store.transfer.blocks = 2;
  store.transfer.block_stride = 0x10;
  store.transfer.bank_stride = 8;
  store.transfer.last_lanes = 1;
  store.wait = bit(BusEngine::load);
  f.byte(0x1422) = 0x66;  // lane 1 of the last block: loaded, stored as 0
  const RunResult result = f.run_and_end(1, true);
  REQUIRE(result.code == 0);
  CHECK(f.chip.array().word(Buffer::w, 0, 1) == -2);
  CHECK(f.chip.array().word(Buffer::w, 1, 1) == 0x234);
  CHECK(f.chip.array().word(Buffer::w, 2, 1) == 1);
  CHECK(f.chip.array().word(Buffer::w, 1, 9) == 0x66);
  CHECK(f.byte(0x1500) == 0xFE);
  CHECK(f.byte(0x1501) == 0xFF);
  CHECK(f.byte(0x1503) == 0x02);
  CHECK(f.byte(0x1506) == 0);
  CHECK(f.byte(0x1510) == 5);
  CHECK(f.byte(0x1512) == 0);
  CHECK(result.load_beats == 8);
  CHECK(result.store_beats == 8);
  CHECK(result.fetch_beats == 3 * 16);
  REQUIRE(result.loads.size() == 8);
  CHECK(result.loads[1].address == 0x1404);
  CHECK(result.loads[4].address == 0x1420);
  CHECK(result.loads[4].index == 0);
  CHECK(result.stores[4].address == 0x1510);
  CHECK(result.stores[4].strobe == 0xF);
  CHECK(result.stores[4].defined == 0xF);
  CHECK(result.fetches[16].address == kBase + 64);
}

TEST_CASE("DERIV is not signed, Y is sign-extended, and undefined words are told") {
  Fixture f(design(64));
  f.chip.array().write(Buffer::deriv, 0, 0, 1);
  f.chip.array().write(Buffer::y, 0, 0, -5);
  f.chip.array().write(Buffer::y, 2, 0, -6);
  f.store(Buffer::deriv, 0x1400, 0, 1);
  f.store(Buffer::y, 0x1408, 0, 1);
  const RunResult result = f.run_and_end(1, true);
  REQUIRE(result.code == 0);
  CHECK(f.byte(0x1400) == 1);
  CHECK(f.byte(0x1408) == 0xFB);
  CHECK(f.byte(0x140B) == 0xFF);
  CHECK(f.byte(0x1410) == 0xFA);
  REQUIRE(result.stores.size() == 3);
  CHECK(result.stores[0].defined == 0xF9);  // lanes 1 and 2 of DERIV
  CHECK(result.stores[1].defined == 0x0F);
  CHECK(result.stores[2].defined == 0xFF);  // lane 2, and the filling
}

TEST_CASE("iterations, NEXT and ahead") {
  Fixture f;
  for (std::uint64_t i = 0; i < 4; ++i) f.byte(0x1400 + 16 * i) = static_cast<std::uint8_t>(i + 1);
  f.load(Buffer::x, 0x1400, 0, 1).signal = bit(BusEngine::store);
  Descriptor& store = f.store(Buffer::x, 0x1500, 0, 1);
  store.transfer.iteration_stride = 4;
  store.wait = bit(BusEngine::load);
  store.signal = bit(BusEngine::load);
  Descriptor& ahead = f.load(Buffer::x, 0x1400, 0, 1);
  ahead.transfer.iteration_stride = 16;
  ahead.ahead = true;
  ahead.wait = bit(BusEngine::store);
  ahead.signal = bit(BusEngine::store);
  f.next(1, 4);
  const RunResult result = f.run_and_end(4);
  REQUIRE(result.code == 0);
  CHECK(result.iteration == 3);
  CHECK(result.load_beats == 4);  // one before, three ahead
  CHECK(result.descriptors == 1 + 4 * 3 + 1);
  for (std::uint64_t i = 0; i < 4; ++i) CHECK(f.byte(0x1500 + 4 * i) == i + 1);
}

TEST_CASE("an ahead LOAD that is left out has no address") {
  Fixture f;
  Descriptor& ahead = f.load(Buffer::x, 0xFFFFFFF8, 0, 1);
  ahead.transfer.iteration_stride = 8;
  ahead.ahead = true;
  f.next(0, 2);
  f.add(Descriptor{});
  CHECK(f.run(1).code == 0);
  CHECK(ends_with(f.run(2), RunError::bad_address, 0));
}

TEST_CASE("errors of descriptors end the run before them") {
  Fixture f;
  f.chip.array().write(Buffer::x, 0, 0, 7);
  f.store(Buffer::x, 0x1400, 0, 1);
  f.store(Buffer::x, 0x1401, 0, 1);
  f.store(Buffer::x, 0x1410, 0, 1);
  const RunResult result = f.run_and_end();
  CHECK(ends_with(result, RunError::bad_address, 1));
  CHECK(f.byte(0x1400) == 7);
  CHECK(f.byte(0x1410) == 0);
}

TEST_CASE("refused commands, and bus errors") {
  Fixture refused;
  refused.compute(0);
  const RunResult result = refused.run_and_end();
  CHECK(result.code == 16 + static_cast<int>(Status::zero_size));
  CHECK(result.error_index == 0);
  Fixture read;
  read.store(Buffer::x, 0x1400, 0, 1);
  read.load(Buffer::x, 0x17FC, 0, 2);  // the second beat is outside
  CHECK(ends_with(read.run_and_end(), RunError::read_decerr, 1));
  Fixture write;
  write.store(Buffer::x, 0xFFC, 0, 1);
  CHECK(ends_with(write.run_and_end(), RunError::write_decerr, 0));
  Fixture fetch;
  const RunResult fetched = fetch.chip.run(fetch.memory, 0x1800, 2, 1);
  CHECK(ends_with(fetched, RunError::read_decerr, 0));
  CHECK(fetched.fetch_beats == 1);
}

TEST_CASE("bad lists, and lists without an end") {
  Fixture f;
  f.store(Buffer::x, 0x1400, 0, 1);
  CHECK(ends_with(f.run(), RunError::no_end, 0));
  CHECK(f.run(0).code == static_cast<int>(RunError::bad_list));
  f.next(0, 2);
  CHECK(ends_with(f.run(), RunError::bad_target, 1));
  CHECK(f.chip.run(f.memory, kBase + 4, 2, 1).code == static_cast<int>(RunError::bad_list));
  f.add(Descriptor{});
  const RunResult result = f.run(65535);
  CHECK(result.code == 0);
  CHECK(result.iteration == 65534);
}

TEST_CASE("tokens: waiting for a later descriptor, deadlock, overflow") {
  SUBCASE("a token that is given later") {
    Fixture f;
    f.byte(0x1400) = 9;
    f.store(Buffer::x, 0x1500, 0, 1).wait = bit(BusEngine::load);
    f.load(Buffer::x, 0x1400, 0, 1).signal = bit(BusEngine::store);
    CHECK(f.run_and_end().code == 0);
    CHECK(f.byte(0x1500) == 9);
  }
  SUBCASE("nobody gives it") {
    Fixture f;
    f.load(Buffer::x, 0x1400, 0, 1);
    f.store(Buffer::x, 0x1500, 0, 1).wait = bit(BusEngine::load);
    CHECK(ends_with(f.run_and_end(), RunError::deadlock, 1));
  }
  SUBCASE("the queue is full before it is given") {
    Fixture f;
    for (int i = 0; i < 3; ++i) f.store(Buffer::x, 0x1500, 0, 1);
    f.list[0].wait = bit(BusEngine::load);
    f.load(Buffer::x, 0x1400, 0, 1).signal = bit(BusEngine::store);
    CHECK(ends_with(f.run_and_end(), RunError::deadlock, 0));
  }
  SUBCASE("more than a counter holds") {
    Fixture f;
    f.load(Buffer::x, 0x1400, 0, 1).signal = bit(BusEngine::compute);
    f.next(0, 2);
    f.add(Descriptor{});
    CHECK(f.run(255).code == 0);
    CHECK(ends_with(f.run(256), RunError::token_overflow, 0));
  }
}
