// SPDX-License-Identifier: Apache-2.0
#include "sim/axi_memory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <vector>

#include "tests/axi_random_master.hpp"

namespace gradloom {
namespace {

using test::idle_pins;
using test::MasterOptions;
using test::RandomRun;
using test::run_random;

constexpr int kWidths[] = {32, 64, 128, 256};

AxiMasterOutputs read_request(std::uint64_t address, std::uint32_t id, int beats) {
  AxiMasterOutputs pins = idle_pins();
  pins.arvalid = true;
  pins.araddr = address;
  pins.arid = id;
  pins.arlen = static_cast<std::uint32_t>(beats - 1);
  pins.arsize = 3;
  pins.arburst = 1;
  return pins;
}

// Address and first data beat at once.
AxiMasterOutputs write_request(std::uint64_t address, std::uint32_t id, int beats,
                               std::uint32_t value) {
  AxiMasterOutputs pins = idle_pins();
  pins.awvalid = true;
  pins.awaddr = address;
  pins.awid = id;
  pins.awlen = static_cast<std::uint32_t>(beats - 1);
  pins.awsize = 3;
  pins.awburst = 1;
  pins.wvalid = true;
  pins.wdata = {value, value};
  pins.wstrb = 0xFF;
  pins.wlast = beats == 1;
  return pins;
}

void write_word(AxiMemory& memory, std::uint64_t address, std::uint32_t value) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  memory.bytes().write(address, bytes);
}

std::uint32_t read_word(const AxiMemory& memory, std::uint64_t address) {
  std::array<std::uint8_t, 4> bytes{};
  memory.bytes().read(address, bytes);
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
  return value;
}

struct Answer {
  std::int64_t cycle = 0;
  std::uint32_t id = 0;
  std::uint32_t data = 0;
  std::uint32_t response = 0;
  bool last = false;
};

struct Answers {
  std::vector<Answer> reads;
  std::vector<Answer> writes;
};

// Clocks the memory `cycles` times with the same pins and collects what it answers.
Answers clock(AxiMemory& memory, int cycles, const AxiMasterOutputs& pins = idle_pins()) {
  Answers answers;
  for (int i = 0; i < cycles; ++i) {
    const AxiMasterInputs& in = memory.inputs();
    if (in.rvalid && pins.rready) {
      answers.reads.push_back({memory.cycle(), in.rid, in.rdata[0], in.rresp, in.rlast});
    }
    if (in.bvalid && pins.bready) {
      answers.writes.push_back({memory.cycle(), in.bid, 0, in.bresp, true});
    }
    memory.clock(pins);
  }
  return answers;
}

std::vector<std::uint32_t> ids(const std::vector<Answer>& answers) {
  std::vector<std::uint32_t> result;
  for (const Answer& answer : answers) result.push_back(answer.id);
  return result;
}

AxiMemoryOptions awkward(int data_bits, std::uint64_t seed) {
  AxiMemoryOptions options;
  options.data_bits = data_bits;
  options.seed = seed;
  options.random_latency = 30;
  options.stalls = {40, 30, 50, 30, 40};
  options.read_order = AxiReadOrder::interleave;
  options.reorder_writes = true;
  return options;
}

TEST_CASE("bytes are kept in sparse pages, and nothing goes beyond the range") {
  SparseBytes bytes(0xFFFF'FFFF'0000'0000, 0xFFFF'FFFF);
  std::array<std::uint8_t, 6> data{1, 2, 3, 4, 5, 6};
  bytes.write(0xFFFF'FFFF'0000'0FFD, data);  // over two pages
  std::array<std::uint8_t, 8> back{};
  back.fill(9);
  bytes.read(0xFFFF'FFFF'0000'0FFC, back);
  CHECK(back == std::array<std::uint8_t, 8>{0, 1, 2, 3, 4, 5, 6, 0});
  CHECK(bytes.contains(0xFFFF'FFFF'FFFF'FFFE, 1));
  CHECK_FALSE(bytes.contains(0xFFFF'FFFF'FFFF'FFFE, 2));
  CHECK_FALSE(bytes.contains(0xFFFF'FFFE'FFFF'FFFF, 1));
  CHECK_THROWS_AS(bytes.write(0xFFFF'FFFF'FFFF'FFFA, data), std::out_of_range);
  CHECK_THROWS_AS(bytes.read(0xFFFF'FFFE'FFFF'FFFF, back), std::out_of_range);
  CHECK_THROWS_AS(SparseBytes(0xFFFF'FFFF'0000'0000, 0x1'0000'0001), std::invalid_argument);
}

TEST_CASE("options out of range are refused") {
  const auto refused = [](auto change) {
    AxiMemoryOptions options;
    change(options);
    CHECK_THROWS_AS(AxiMemory{options}, std::invalid_argument);
  };
  refused([](AxiMemoryOptions& o) { o.data_bits = 512; });
  refused([](AxiMemoryOptions& o) { o.read_latency = 0; });
  refused([](AxiMemoryOptions& o) { o.write_latency = 0; });
  refused([](AxiMemoryOptions& o) { o.random_latency = -1; });
  refused([](AxiMemoryOptions& o) { o.stalls.w = 100; });
  refused([](AxiMemoryOptions& o) { o.read_capacity = 0; });
}

TEST_CASE("a read takes its latency, and then one cycle a beat") {
  for (const int latency : {1, 20}) {
    AxiMemoryOptions options;
    options.read_latency = latency;
    AxiMemory memory(options);
    for (std::uint32_t i = 0; i < 4; ++i) write_word(memory, 64 + 8 * i, 100 + i);
    clock(memory, 1, read_request(64, 3, 4));
    const std::vector<Answer> reads = clock(memory, 40).reads;
    REQUIRE(reads.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(reads[i].cycle == latency + static_cast<int>(i));
      CHECK(reads[i].data == 100 + i);
      CHECK(reads[i].id == 3);
      CHECK(reads[i].last == (i == 3));
    }
    CHECK(memory.idle());
  }
}

TEST_CASE("a write is answered its latency after the last beat, and done not before") {
  AxiMemoryOptions options;
  options.write_latency = 7;
  AxiMemory memory(options);
  clock(memory, 1, write_request(16, 1, 2, 5));
  AxiMasterOutputs second = write_request(0, 0, 1, 6);
  second.awvalid = false;
  second.wstrb = 0x03;
  clock(memory, 1, second);
  CHECK(clock(memory, 6).writes.empty());
  CHECK(memory.cycle() == 8);
  const std::vector<Answer> writes = clock(memory, 5).writes;
  REQUIRE(writes.size() == 1);
  CHECK(writes[0].cycle == 8);
  CHECK(writes[0].id == 1);
  CHECK(read_word(memory, 16) == 5);
  CHECK(read_word(memory, 24) == 6);  // bytes 0 and 1
  CHECK(read_word(memory, 28) == 0);  // strobes off
}

TEST_CASE("without stalls all channels carry a beat a cycle") {
  AxiMemory memory(AxiMemoryOptions{});
  AxiMasterOutputs pins = write_request(4096, 0, 1, 1);
  const AxiMasterOutputs reads = read_request(0, 0, 1);
  pins.arvalid = true;
  pins.arlen = reads.arlen;
  const Answers answers = clock(memory, 500, pins);
  CHECK(answers.reads.size() == 500 - 20);
  CHECK(answers.writes.size() == 500 - 20);
}

TEST_CASE("a random master reads what it wrote, whatever the memory does") {
  for (const int width : kWidths) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      AxiMemoryOptions options = awkward(width, seed);
      MasterOptions master;
      master.seed = seed;
      master.idle_percent = seed % 2 == 0 ? 30 : 0;
      options.base = master.base = seed << 40;
      options.bytes = master.bytes;
      const RandomRun run = run_random(options, master);
      INFO("width " << width << ", seed " << seed);
      CHECK(run.clean());
      CHECK(run.counts.read_bursts + run.counts.write_bursts == master.bursts);
    }
  }
}

TEST_CASE("the same seed gives the same run") {
  AxiMemoryOptions options = awkward(64, 5);
  options.record = true;
  const RandomRun one = run_random(options, {});
  const RandomRun two = run_random(options, {});
  CHECK(one.cycles == two.cycles);
  CHECK(one.words == two.words);
  options.seed = 6;
  CHECK(run_random(options, {}).cycles != one.cycles);
}

TEST_CASE("counts and the record agree with what the master did") {
  for (const int width : kWidths) {
    AxiMemoryOptions options = awkward(width, 2);
    options.record = true;
    const RandomRun run = run_random(options, {});
    std::vector<AxiWord> written;
    std::int64_t strobes = 0;
    for (const AxiWord& word : run.words) {
      if (word.direction == AxiDirection::write) written.push_back(word);
    }
    for (const AxiWord& word : written) {
      for (int i = 0; i < 32; ++i) strobes += word.strobe >> i & 1;
    }
    CHECK(written == run.written);
    CHECK(run.counts.write_bytes == strobes);
    CHECK(run.counts.write_beats == static_cast<std::int64_t>(written.size()));
    CHECK(run.counts.read_beats == static_cast<std::int64_t>(run.words.size() - written.size()));
    CHECK(run.counts.read_bytes == run.counts.read_beats * width / 8);
  }
}

TEST_CASE("reads of different ids overtake each other only if they may") {
  const auto order = [](AxiReadOrder read_order) {
    AxiMemoryOptions options;
    options.read_order = read_order;
    options.read_latency = 30;  // longer than the requests take
    options.random_latency = 40;
    AxiMemory memory(options);
    for (std::uint32_t i = 0; i < 24; ++i) clock(memory, 1, read_request(0, i % 4, 3));
    const std::vector<Answer> reads = clock(memory, 300).reads;
    REQUIRE(reads.size() == 72);
    return reads;
  };
  const std::vector<Answer> in_order = order(AxiReadOrder::in_order);
  for (std::size_t i = 0; i < in_order.size(); ++i) CHECK(in_order[i].id == i / 3 % 4);

  const std::vector<Answer> reordered = order(AxiReadOrder::reorder);
  CHECK(ids(reordered) != ids(in_order));
  for (std::size_t i = 0; i < reordered.size(); ++i) {
    CHECK(reordered[i].id == reordered[i - i % 3].id);  // bursts stay in one piece
    CHECK(reordered[i].last == (i % 3 == 2));
  }
  const std::vector<Answer> mixed = order(AxiReadOrder::interleave);
  bool interleaved = false;
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    interleaved = interleaved || mixed[i].id != mixed[i - i % 3].id;
  }
  CHECK(interleaved);
}

TEST_CASE("responses of different ids overtake each other only if they may") {
  for (const bool reorder : {false, true}) {
    AxiMemoryOptions options;
    options.reorder_writes = reorder;
    options.write_latency = 30;
    options.random_latency = 40;
    AxiMemory memory(options);
    for (std::uint32_t i = 0; i < 20; ++i) clock(memory, 1, write_request(8 * i, i % 2, 1, i));
    const std::vector<Answer> writes = clock(memory, 300).writes;
    REQUIRE(writes.size() == 20);
    bool in_order = true;
    for (std::size_t i = 0; i < 20; ++i) in_order = in_order && writes[i].id == i % 2;
    CHECK(in_order != reorder);
  }
}

TEST_CASE("a read that races with a write sees the old or the new bytes") {
  std::set<std::uint32_t> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    AxiMemoryOptions options;
    options.seed = seed;
    options.write_latency = 5;
    AxiMemory memory(options);
    clock(memory, 1, write_request(0, 0, 1, 7));
    clock(memory, 1, read_request(0, 0, 1));
    seen.insert(clock(memory, 40).reads.at(0).data);
  }
  CHECK(seen == std::set<std::uint32_t>{0, 7});
}

TEST_CASE("an address outside the memory gives DECERR and changes nothing") {
  AxiMemoryOptions options;
  options.base = 0x1000;
  options.bytes = 0x800;
  AxiMemory memory(options);
  clock(memory, 1, read_request(0x17F0, 0, 4));
  clock(memory, 1, write_request(0xFF8, 0, 1, 1));
  const Answers answers = clock(memory, 40);
  REQUIRE(answers.reads.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(answers.reads[i].response == (i < 2 ? 0 : 3));
  REQUIRE(answers.writes.size() == 1);
  CHECK(answers.writes[0].response == 3);
}

TEST_CASE("errors are injected by address") {
  AxiMemoryOptions options;
  options.faults = {
      {AxiDirection::read, AxiResponse::slverr, 0x110, 16, {}, -1},
      {AxiDirection::write, AxiResponse::decerr, 0x20F, 1, {}, -1},
  };
  AxiMemory memory(options);
  clock(memory, 1, read_request(0x100, 0, 4));
  clock(memory, 1, write_request(0x208, 0, 1, 9));
  clock(memory, 1, write_request(0x110, 0, 1, 9));
  const Answers answers = clock(memory, 60);
  REQUIRE(answers.reads.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(answers.reads[i].response == (i >= 2 ? 2 : 0));
  CHECK(answers.reads[2].data != 0);  // random
  REQUIRE(answers.writes.size() == 2);
  CHECK(answers.writes[0].response == 3);
  CHECK(answers.writes[1].response == 0);
  CHECK(read_word(memory, 0x208) == 0);
  CHECK(read_word(memory, 0x110) == 9);
}

TEST_CASE("errors are injected by the number of the burst, and taken away again") {
  AxiMemory memory(AxiMemoryOptions{});
  memory.add_fault({AxiDirection::read, AxiResponse::slverr, 0, 0, 1, -1});
  memory.add_fault({AxiDirection::read, AxiResponse::decerr, 0, 0, 2, 1});
  memory.add_fault({AxiDirection::write, AxiResponse::slverr, 0, 0, 0, -1});
  for (int i = 0; i < 3; ++i) clock(memory, 1, read_request(0, 0, 2));
  for (int i = 0; i < 2; ++i) clock(memory, 1, write_request(0, 0, 1, 1));
  const Answers answers = clock(memory, 60);
  const std::uint32_t reads[] = {0, 0, 2, 2, 0, 3};
  REQUIRE(answers.reads.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) CHECK(answers.reads[i].response == reads[i]);
  REQUIRE(answers.writes.size() == 2);
  CHECK(answers.writes[0].response == 2);
  CHECK(answers.writes[1].response == 0);
  memory.add_fault({AxiDirection::read, AxiResponse::slverr, 0, 0, 3, -1});
  memory.clear_faults();
  clock(memory, 1, read_request(0, 0, 1));
  CHECK(clock(memory, 40).reads.at(0).response == 0);
}

TEST_CASE("each channel stops by cycle, burst or beat, and answers again after resume") {
  const AxiStop stops[] = {
      {AxiChannel::ar, AxiUnit::cycle, 100}, {AxiChannel::ar, AxiUnit::burst, 3},
      {AxiChannel::r, AxiUnit::cycle, 100},  {AxiChannel::r, AxiUnit::burst, 2},
      {AxiChannel::r, AxiUnit::beat, 5},     {AxiChannel::aw, AxiUnit::burst, 4},
      {AxiChannel::w, AxiUnit::beat, 7},     {AxiChannel::w, AxiUnit::burst, 3},
      {AxiChannel::b, AxiUnit::burst, 5},    {AxiChannel::b, AxiUnit::cycle, 77},
  };
  for (const AxiStop& stop : stops) {
    AxiMemoryOptions options = awkward(64, 4);
    options.stops = {stop};
    AxiMemory memory(options);
    test::RandomMaster master({});
    AxiMonitor monitor({});
    const auto run = [&](int cycles) {
      for (int i = 0; i < cycles && !master.finished(); ++i) {
        const AxiMasterInputs inputs = memory.inputs();
        monitor.clock(true, master.outputs(), inputs);
        memory.clock(master.outputs());
        master.clock(inputs);
      }
    };
    run(20000);
    CHECK_FALSE(master.finished());
    memory.resume();
    run(20000);
    CHECK(master.finished());
    CHECK(master.wrong() == 0);
    CHECK(monitor.report().lines() == std::vector<std::string>{});
  }
}

TEST_CASE("a stop in beats is exact, and a valid that waits is not taken back") {
  AxiMemoryOptions options;
  options.stops = {{AxiChannel::r, AxiUnit::beat, 5}};
  AxiMemory memory(options);
  clock(memory, 1, read_request(0, 0, 8));
  CHECK(clock(memory, 100).reads.size() == 5);
  memory.resume();
  CHECK(clock(memory, 100).reads.size() == 3);

  clock(memory, 1, read_request(0, 0, 2));
  AxiMasterOutputs busy = idle_pins();
  busy.rready = false;
  clock(memory, 50, busy);
  CHECK(memory.inputs().rvalid);
  memory.add_stop({AxiChannel::r, AxiUnit::cycle, 0});
  clock(memory, 50, busy);
  CHECK(memory.inputs().rvalid);
  CHECK(clock(memory, 50).reads.size() == 1);
}

TEST_CASE("a stop in cycles is exact") {
  AxiMemoryOptions options;
  options.stops = {{AxiChannel::ar, AxiUnit::cycle, 10}};
  AxiMemory memory(options);
  clock(memory, 30, read_request(0, 0, 1));
  CHECK(memory.counts().read_bursts == 10);
}

TEST_CASE("an address that is not aligned is served from the start of its beat") {
  AxiMemory memory(AxiMemoryOptions{});
  write_word(memory, 8, 5);
  clock(memory, 1, read_request(12, 0, 1));
  clock(memory, 1, write_request(23, 0, 1, 6));
  CHECK(clock(memory, 40).reads.at(0).data == 5);
  CHECK(read_word(memory, 16) == 6);
}

TEST_CASE("data without an address is taken up to 512 beats") {
  AxiMemory memory(AxiMemoryOptions{});
  AxiMasterOutputs pins = write_request(0, 0, 1, 1);
  pins.awvalid = false;
  clock(memory, 600, pins);
  CHECK(memory.counts().write_beats == 512);
  CHECK_FALSE(memory.idle());
}

TEST_CASE("no more bursts are taken than there is room for") {
  AxiMemoryOptions options;
  options.read_capacity = 3;
  options.write_capacity = 2;
  options.stops = {{AxiChannel::r, AxiUnit::cycle, 0}, {AxiChannel::b, AxiUnit::cycle, 0}};
  AxiMemory memory(options);
  clock(memory, 100, read_request(0, 0, 1));
  CHECK(memory.counts().read_bursts == 3);
  clock(memory, 100, write_request(0, 0, 1, 0));
  CHECK(memory.counts().write_bursts == 2);
}

TEST_CASE("reset drops what is under way, and keeps the bytes") {
  AxiMemory memory(AxiMemoryOptions{});
  write_word(memory, 8, 3);
  clock(memory, 1, read_request(8, 0, 16));
  clock(memory, 1, write_request(8, 0, 2, 4));
  clock(memory, 22);
  CHECK_FALSE(memory.idle());
  memory.reset();
  CHECK_FALSE(memory.inputs().rvalid);
  CHECK(memory.idle());
  const Answers answers = clock(memory, 60);
  CHECK(answers.reads.empty());
  CHECK(answers.writes.empty());
  CHECK(read_word(memory, 8) == 3);
}

TEST_CASE("held readies do not hang a good master, nor one that waits for them") {
  for (const int width : kWidths) {
    for (const bool waits : {false, true}) {
      AxiMemoryOptions options;
      options.data_bits = width;
      options.ready = AxiReadyMode::after_valid;
      MasterOptions master;
      master.waits_for_ready = waits;
      CHECK(run_random(options, master).clean());
    }
  }
}

TEST_CASE("a ready that is held comes the cycle after the valid") {
  AxiMemoryOptions options;
  options.ready = AxiReadyMode::after_valid;
  AxiMemory memory(options);
  clock(memory, 10);
  const AxiMasterOutputs request = read_request(0, 0, 1);
  CHECK_FALSE(memory.inputs().arready);
  clock(memory, 1, request);
  CHECK(memory.inputs().arready);
  clock(memory, 1, request);
  CHECK_FALSE(memory.inputs().arready);
  int high = 0;
  for (int i = 0; i < kAxiHoldCycles + kAxiPulseCycles; ++i) {
    high += memory.inputs().arready ? 1 : 0;
    clock(memory, 1);
  }
  CHECK(high == kAxiPulseCycles);
}

TEST_CASE("both orders of write address and data are served, with awkward readies too") {
  for (const AxiWriteOrder order : {AxiWriteOrder::address_first, AxiWriteOrder::data_first}) {
    for (const AxiReadyMode ready : {AxiReadyMode::free, AxiReadyMode::after_valid}) {
      AxiMemoryOptions options = awkward(128, 3);
      options.write_order = order;
      options.ready = ready;
      MasterOptions master;
      master.idle_percent = 20;
      CHECK(run_random(options, master).clean());
    }
  }
}

TEST_CASE("a write address or write data alone is not taken if the memory waits for the other") {
  AxiMasterOutputs pins = write_request(0, 0, 2, 1);
  AxiMemoryOptions options;
  options.write_order = AxiWriteOrder::address_first;
  AxiMemory address_first(options);
  pins.awvalid = false;
  clock(address_first, 100, pins);
  CHECK(address_first.counts().write_beats == 0);
  options.write_order = AxiWriteOrder::data_first;
  AxiMemory data_first(options);
  pins.awvalid = true;
  pins.wvalid = false;
  clock(data_first, 100, pins);
  CHECK(data_first.counts().write_bursts == 0);
}

TEST_CASE("data that waits for awready hangs if the memory waits for data") {
  MasterOptions master;
  master.data_after_address = true;
  AxiMemoryOptions options;
  CHECK(run_random(options, master).clean());
  options.write_order = AxiWriteOrder::address_first;
  CHECK(run_random(options, master).clean());
  options.write_order = AxiWriteOrder::data_first;
  CHECK_FALSE(run_random(options, master, {}, 5000).finished);
}

}  // namespace
}  // namespace gradloom
