// SPDX-License-Identifier: Apache-2.0
#include "sim/axi_monitor.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "generator/text_file.hpp"
#include "tests/axi_random_master.hpp"

namespace gradloom {
namespace {

using test::MasterOptions;
using test::RandomRun;
using test::run_random;
using Rules = std::set<std::string>;

constexpr int kWidths[] = {32, 64, 128, 256};
const std::vector<std::string> kChannels = {"AR", "R", "AW", "W", "B"};

Rules rules_of(const std::vector<std::string>& lines) {
  Rules rules;
  for (const std::string& line : lines) {
    const std::size_t first = line.find(": ") + 2;
    rules.insert(line.substr(first, line.find(": ", first) - first));
  }
  return rules;
}

// The pins of the AXI4 bus, 64 bits wide, moved by hand.
struct Bus {
  explicit Bus(const AxiMonitorOptions& options = {}) : monitor(options) {
    out.arsize = out.awsize = 3;
    out.arburst = out.awburst = 1;
    out.wstrb = 0xFF;
    out.wlast = true;
    in.rlast = true;
    tick();
  }

  void tick() { monitor.clock(true, out, in); }
  // One cycle with valid and ready at `value`.
  void move(const std::string& channel) {
    valid(channel) = ready(channel) = true;
    tick();
    valid(channel) = ready(channel) = false;
  }
  bool& valid(const std::string& channel) {
    if (channel == "AR") return out.arvalid;
    if (channel == "AW") return out.awvalid;
    if (channel == "W") return out.wvalid;
    return channel == "R" ? in.rvalid : in.bvalid;
  }
  bool& ready(const std::string& channel) {
    if (channel == "AR") return in.arready;
    if (channel == "AW") return in.awready;
    if (channel == "W") return in.wready;
    return channel == "R" ? out.rready : out.bready;
  }
  void change_payload(const std::string& channel) {
    if (channel == "AR") out.araddr += 64;
    if (channel == "AW") out.awaddr += 64;
    if (channel == "W") out.wdata[1] ^= 1;
    if (channel == "R") in.rdata[1] ^= 1;
    if (channel == "B") in.bresp ^= 2;
  }
  // What must go before, and what must follow, a transfer on the channel.
  void prepare(const std::string& channel) {
    if (channel == "R") move("AR");
    if (channel != "B") return;
    move("AW");
    move("W");
  }
  void complete(const std::string& channel) {
    if (channel == "AR") move("R");
    if (channel == "AW") move("W");
    if (channel == "W") move("AW");
    if (channel == "AW" || channel == "W") move("B");
  }
  // A burst with all that belongs to it.
  void transfer(const std::string& channel) {
    move(channel);
    complete(channel);
  }
  Rules finish() {
    monitor.finish();
    return rules_of(monitor.report().lines());
  }

  AxiMasterOutputs out;
  AxiMasterInputs in;
  AxiMonitor monitor;
};

// How to break a rule, and the options it needs.
struct Breach {
  std::string rule;
  std::function<void(Bus&)> run;
  AxiMonitorOptions options{};
};

AxiMonitorOptions limits(int reads, int writes, int address_bits) {
  AxiMonitorOptions options;
  options.max_reads_per_id = reads;
  options.max_writes = writes;
  options.address_bits = address_bits;
  return options;
}

std::vector<Breach> channel_breaches(const std::string& channel) {
  const auto held = [channel](Bus& bus) {
    bus.prepare(channel);
    bus.valid(channel) = true;
    bus.tick();
    bus.valid(channel) = false;
    bus.tick();
    bus.move(channel);
    bus.complete(channel);
  };
  const auto stable = [channel](Bus& bus) {
    bus.prepare(channel);
    bus.valid(channel) = true;
    bus.tick();
    bus.change_payload(channel);
    bus.move(channel);
    bus.complete(channel);
  };
  const auto reset = [channel](Bus& bus) {
    bus.valid(channel) = true;
    for (int i = 0; i < 2; ++i) bus.monitor.clock(false, bus.out, bus.in);
    bus.valid(channel) = false;
    bus.tick();
  };
  return {{channel + "_HELD", held}, {channel + "_STABLE", stable}, {channel + "_RESET", reset}};
}

void set_address(Bus& bus, const std::string& channel, std::uint64_t address, std::uint32_t len) {
  (channel == "AR" ? bus.out.araddr : bus.out.awaddr) = address;
  (channel == "AR" ? bus.out.arlen : bus.out.awlen) = len;
}

// A burst of `beats` beats.
void long_transfer(Bus& bus, const std::string& channel, std::uint64_t address, int beats) {
  set_address(bus, channel, address, static_cast<std::uint32_t>(beats - 1));
  bus.move(channel);
  const std::string data = channel == "AR" ? "R" : "W";
  for (int i = 0; i < beats; ++i) {
    bus.in.rlast = bus.out.wlast = i + 1 == beats;
    bus.move(data);
  }
  if (channel == "AW") bus.move("B");
}

std::vector<Breach> address_breaches(const std::string& channel) {
  const bool read = channel == "AR";
  const auto transfer = [channel](Bus& bus) { bus.transfer(channel); };
  return {
      {channel + "_BURST",
       [=](Bus& bus) {
         (read ? bus.out.arburst : bus.out.awburst) = 0;
         transfer(bus);
       }},
      {channel + "_SIZE",
       [=](Bus& bus) {
         (read ? bus.out.arsize : bus.out.awsize) = 2;
         transfer(bus);
       }},
      {channel + "_ALIGN",
       [=](Bus& bus) {
         set_address(bus, channel, 0x104, 0);
         transfer(bus);
       }},
      {channel + "_ID",
       [=](Bus& bus) {
         (read ? bus.out.arid : bus.out.awid) = read ? 4 : 2;
         (read ? bus.in.rid : bus.in.bid) = read ? 4 : 2;
         transfer(bus);
       }},
      {channel + "_ADDRESS",
       [=](Bus& bus) {
         set_address(bus, channel, 0x1'0000'0000, 0);
         transfer(bus);
       },
       limits(0, 0, 32)},
      {channel + "_4K", [=](Bus& bus) { long_transfer(bus, channel, 0xFF0, 3); }},
  };
}

std::vector<Breach> other_breaches() {
  return {
      {"W_STRB",
       [](Bus& bus) {
         bus.out.wstrb = 0x1FF;
         bus.transfer("AW");
       }},
      {"W_LAST",
       [](Bus& bus) {  // too early
         bus.out.awlen = 1;
         bus.move("AW");
         bus.move("W");
         bus.move("W");
         bus.move("B");
       }},
      {"W_LAST",
       [](Bus& bus) {  // not at all
         bus.out.wlast = false;
         bus.transfer("AW");
       }},
      {"W_LAST",
       [](Bus& bus) {  // found when the address comes
         bus.out.wlast = false;
         bus.transfer("W");
       }},
      {"W_UNCLAIMED", [](Bus& bus) { bus.move("W"); }},
      {"R_ORPHAN", [](Bus& bus) { bus.move("R"); }},
      {"R_ORPHAN",
       [](Bus& bus) {  // another id
         bus.move("AR");
         bus.in.rid = 1;
         bus.move("R");
         bus.in.rid = 0;
         bus.move("R");
       }},
      {"R_ORPHAN",
       [](Bus& bus) {  // in the cycle of the address
         bus.valid("R") = true;
         bus.move("AR");
         bus.move("R");
       }},
      {"R_LAST",
       [](Bus& bus) {
         bus.out.arlen = 1;
         bus.move("AR");
         bus.move("R");
         bus.move("R");
       }},
      {"R_LAST",
       [](Bus& bus) {
         bus.in.rlast = false;
         bus.transfer("AR");
       }},
      {"R_RESP",
       [](Bus& bus) {
         bus.in.rresp = 1;
         bus.transfer("AR");
       }},
      {"B_ORPHAN", [](Bus& bus) { bus.move("B"); }},
      {"B_ORPHAN",
       [](Bus& bus) {  // before the last beat
         bus.out.awlen = 1;
         bus.out.wlast = false;
         bus.move("AW");
         bus.move("W");
         bus.valid("B") = true;
         bus.out.wlast = true;
         bus.move("W");
         bus.move("B");
       }},
      {"B_ORPHAN",
       [](Bus& bus) {  // before the address
         bus.move("W");
         bus.valid("B") = true;
         bus.move("AW");
         bus.move("B");
       }},
      {"B_ORPHAN",
       [](Bus& bus) {  // another id
         bus.move("AW");
         bus.move("W");
         bus.in.bid = 1;
         bus.move("B");
         bus.in.bid = 0;
         bus.move("B");
       }},
      {"B_RESP",
       [](Bus& bus) {
         bus.in.bresp = 1;
         bus.transfer("AW");
       }},
      {"AR_OUTSTANDING",
       [](Bus& bus) {
         for (int i = 0; i < 3; ++i) bus.move("AR");
         for (int i = 0; i < 3; ++i) bus.move("R");
       },
       limits(2, 2, 64)},
      {"AW_OUTSTANDING",
       [](Bus& bus) {
         for (int i = 0; i < 3; ++i) bus.move("AW");
         for (int i = 0; i < 3; ++i) bus.move("W");
         for (int i = 0; i < 3; ++i) bus.move("B");
       },
       limits(2, 2, 64)},
      {"READ_UNFINISHED", [](Bus& bus) { bus.move("AR"); }},
      {"WRITE_UNFINISHED", [](Bus& bus) { bus.move("AW"); }},
      {"WRITE_UNFINISHED",
       [](Bus& bus) {
         bus.move("AW");
         bus.move("W");
       }},
      {"AR_PENDING",
       [](Bus& bus) {
         bus.valid("AR") = true;
         bus.tick();
       }},
      {"AW_PENDING",
       [](Bus& bus) {
         bus.valid("AW") = true;
         bus.tick();
       }},
      {"W_PENDING",
       [](Bus& bus) {
         bus.valid("W") = true;
         bus.tick();
       }},
  };
}

std::vector<Breach> all_breaches() {
  std::vector<Breach> breaches = other_breaches();
  const auto append = [&](std::vector<Breach> more) {
    breaches.insert(breaches.end(), more.begin(), more.end());
  };
  for (const std::string& channel : kChannels) append(channel_breaches(channel));
  for (const std::string channel : {"AR", "AW"}) append(address_breaches(channel));
  return breaches;
}

// The rules of the table in the header, with each `<ch>` for one channel.
Rules documented_rules() {
  std::istringstream header(
      read_text_file(std::string(GRADLOOM_TEST_ROOT) + "/sim/axi_monitor.hpp", 1 << 20));
  Rules rules;
  for (std::string line; std::getline(header, line);) {
    if (!line.starts_with("// | `")) continue;
    const std::string cell = line.substr(5, line.find('|', 5) - 5);
    std::istringstream names(cell);
    for (std::string name; names >> name;) {
      name = name.substr(1, name.size() - 2);
      if (name.starts_with("<ch>")) name = "AR" + name.substr(4);
      rules.insert(name);
    }
  }
  return rules;
}

TEST_CASE("each rule of AXI4 is found when it is broken, and nothing else") {
  for (const Breach& breach : all_breaches()) {
    Bus bus(breach.options);
    breach.run(bus);
    INFO(breach.rule);
    CHECK(bus.finish() == Rules{breach.rule});
  }
}

TEST_CASE("every rule in the table of the header has its breach") {
  Rules shown{"AR_DEPENDS", "AR_LEN", "AW_LEN"};  // tests of their own
  for (const Breach& breach : all_breaches()) shown.insert(breach.rule);
  const Rules documented = documented_rules();
  CHECK(documented.size() > 20);
  for (const std::string& rule : documented) {
    INFO(rule);
    CHECK(shown.contains(rule));
  }
}

TEST_CASE("an answer that waits at the end is found") {
  for (const std::string channel : {"R", "B"}) {
    Bus bus;
    bus.prepare(channel);
    bus.valid(channel) = true;
    bus.tick();
    CHECK(bus.finish().contains(channel + "_PENDING"));
  }
}

TEST_CASE("a valid in the first cycle after reset is found; in the first of reset it may be") {
  for (const std::string& channel : kChannels) {
    Bus bus;
    bus.prepare(channel);
    bus.valid(channel) = true;
    bus.monitor.clock(false, bus.out, bus.in);
    CHECK(bus.monitor.report().count() == 0);
    bus.tick();
    CHECK(rules_of(bus.monitor.report().lines()).contains(channel + "_RESET"));
  }
}

TEST_CASE("a burst of more than 256 beats is found, with or without its address") {
  for (const std::string channel : {"AR", "AW"}) {
    Bus bus;
    set_address(bus, channel, 0, 256);
    bus.move(channel);
    const Rules rules = rules_of(bus.monitor.report().lines());
    CHECK(rules.contains(channel + "_LEN"));
  }
  Bus bus;
  bus.out.wlast = false;
  for (int i = 0; i < 255; ++i) bus.move("W");
  CHECK(bus.monitor.report().count() == 0);
  bus.move("W");
  CHECK(rules_of(bus.monitor.report().lines()) == Rules{"W_LAST"});
}

TEST_CASE("good bursts are clean: 4 KiB exactly, data before address, ids mixed") {
  AxiMonitorOptions options;
  options.data_bits = 64;
  Bus bus(options);
  long_transfer(bus, "AR", 0x1800, 256);
  long_transfer(bus, "AW", 0x1800, 256);
  set_address(bus, "AR", 0, 0);
  set_address(bus, "AW", 0xFFFF'FFFF'FFFF'FFF8, 0);
  bus.transfer("W");  // data first
  for (const std::uint32_t id : {2U, 1U}) {
    bus.out.arid = id;
    bus.out.arlen = 1;
    bus.move("AR");
  }
  const std::pair<std::uint32_t, bool> beats[] = {{1, false}, {2, false}, {1, true}, {2, true}};
  for (const auto& [id, last] : beats) {
    bus.in.rid = id;
    bus.in.rlast = last;
    bus.move("R");
  }
  for (const std::uint32_t id : {0U, 1U}) {
    bus.out.awid = id;
    bus.move("AW");
    bus.move("W");
  }
  for (const std::uint32_t id : {1U, 0U}) {
    bus.in.bid = id;
    bus.in.bresp = 3;
    bus.move("B");
  }
  CHECK(bus.finish() == Rules{});
  CHECK(bus.monitor.reads_under_way() == 0);
  CHECK(bus.monitor.writes_under_way() == 0);
}

TEST_CASE("reset forgets what was under way") {
  Bus bus;
  bus.move("AR");
  bus.move("AW");
  bus.valid("AW") = true;
  bus.tick();
  bus.valid("AW") = false;
  for (int i = 0; i < 3; ++i) bus.monitor.clock(false, bus.out, bus.in);
  bus.tick();
  bus.move("W");  // no address is left for it
  for (int i = 0; i < 3; ++i) bus.monitor.clock(false, bus.out, bus.in);
  bus.tick();
  bus.move("AW");
  bus.move("W");
  for (int reset = 0; reset < 2; ++reset) {  // the first cycle of each reset shows nothing
    bus.valid("B") = true;
    bus.monitor.clock(false, bus.out, bus.in);
    bus.valid("B") = false;
    bus.tick();
  }
  Bus copy = bus;
  CHECK(copy.finish() == Rules{});
  bus.move("B");
  CHECK(bus.finish() == Rules{"B_ORPHAN"});
}

TEST_CASE("lines name the cycle, and only the first hundred are kept") {
  Bus bus;
  bus.in.rresp = 1;
  for (int i = 0; i < 200; ++i) bus.transfer("AR");
  CHECK(bus.monitor.report().lines().size() == 100);
  CHECK(bus.monitor.report().count() == 200);
  CHECK(bus.monitor.report().lines()[1] == "cycle 4: R_RESP: found 1, allowed 0, 2, 3");
  CHECK(bus.monitor.cycle() == 401);
}

TEST_CASE("a width that is not a bus is refused") {
  AxiMonitorOptions options;
  options.data_bits = 48;
  CHECK_THROWS_AS(AxiMonitor{options}, std::invalid_argument);
}

std::vector<AxiMemoryOptions> memories(int width) {
  AxiMemoryOptions plain;
  plain.data_bits = width;
  std::vector<AxiMemoryOptions> all(9, plain);
  all[1].read_latency = all[1].write_latency = 1;
  all[2].random_latency = 50;
  all[3].stalls = {60, 60, 60, 60, 60};
  all[4].read_order = AxiReadOrder::reorder;
  all[4].random_latency = 50;
  all[5].read_order = AxiReadOrder::interleave;
  all[5].reorder_writes = true;
  all[5].random_latency = 50;
  all[6].ready = AxiReadyMode::after_valid;
  all[7].write_order = AxiWriteOrder::address_first;
  all[7].read_capacity = all[7].write_capacity = 2;
  all[8].write_order = AxiWriteOrder::data_first;
  all[8].stalls = {0, 20, 50, 20, 0};
  return all;
}

TEST_CASE("the memory and a good master are clean in every mode and at every width") {
  for (const int width : kWidths) {
    for (const AxiMemoryOptions& memory : memories(width)) {
      for (const int idle : {0, 40}) {
        MasterOptions master;
        master.idle_percent = idle;
        master.max_beats = 256;
        const RandomRun run = run_random(memory, master);
        CHECK(run.violations == std::vector<std::string>{});
        CHECK(run.clean());
      }
    }
  }
}

TEST_CASE("errors from the memory are clean, and are seen by the master") {
  for (const AxiResponse response : {AxiResponse::slverr, AxiResponse::decerr}) {
    AxiMemoryOptions memory;
    memory.faults = {{AxiDirection::read, response, 0, 0x1000, {}, -1},
                     {AxiDirection::write, response, 0, 0, 5, -1}};
    const RandomRun run = run_random(memory, {});
    CHECK(run.finished);
    CHECK(run.errors > 0);
    CHECK(run.violations == std::vector<std::string>{});
  }
}

RandomRun run_held(const MasterOptions& master) {
  AxiMemoryOptions memory;
  memory.ready = AxiReadyMode::after_valid;
  AxiMonitorOptions monitor;
  monitor.check_ready_dependency = true;
  return run_random(memory, master, monitor);
}

TEST_CASE("valids that wait for ready are found") {
  for (const int pause : {40, 100}) {
    MasterOptions master;
    master.waits_for_ready = true;
    master.pause = pause;
    const RandomRun run = run_held(master);
    CHECK(run.finished);
    CHECK(rules_of(run.violations) == Rules{"AR_DEPENDS", "AW_DEPENDS", "W_DEPENDS"});
  }
}

TEST_CASE("valids that do not wait for ready are not taken for such") {
  for (const int pause : {0, 3, 30, 100, 500}) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      MasterOptions master;
      master.pause = pause;
      master.seed = seed;
      master.idle_percent = seed % 2 == 0 ? 50 : 0;
      master.bursts = 60;
      CHECK(run_held(master).clean());
    }
  }
}

TEST_CASE("nothing is said about a dependency if ready was not held") {
  AxiMonitorOptions monitor;
  monitor.check_ready_dependency = true;
  MasterOptions master;
  master.pause = 50;
  CHECK(run_random({}, master, monitor).clean());
}

// The AXI4-Lite bus, moved by hand.
struct LiteBus {
  LiteBus() { tick(); }
  void tick() { monitor.clock(true, out, in); }
  bool& valid(const std::string& channel) {
    if (channel == "AR") return in.arvalid;
    if (channel == "AW") return in.awvalid;
    if (channel == "W") return in.wvalid;
    return channel == "R" ? out.rvalid : out.bvalid;
  }
  bool& ready(const std::string& channel) {
    if (channel == "AR") return out.arready;
    if (channel == "AW") return out.awready;
    if (channel == "W") return out.wready;
    return channel == "R" ? in.rready : in.bready;
  }
  void change_payload(const std::string& channel) {
    if (channel == "AR") in.araddr ^= 4;
    if (channel == "AW") in.awaddr ^= 4;
    if (channel == "W") in.wstrb ^= 1;
    if (channel == "R") out.rdata ^= 1;
    if (channel == "B") out.bresp ^= 2;
  }
  void move(const std::string& channel) {
    valid(channel) = ready(channel) = true;
    tick();
    valid(channel) = ready(channel) = false;
  }
  void prepare(const std::string& channel) {
    if (channel == "R") move("AR");
    if (channel != "B") return;
    move("AW");
    move("W");
  }
  void complete(const std::string& channel) {
    if (channel == "AR") move("R");
    if (channel == "AW") move("W");
    if (channel == "W") move("AW");
    if (channel == "AW" || channel == "W") move("B");
  }
  Rules finish() {
    monitor.finish();
    return rules_of(monitor.report().lines());
  }

  AxiLiteOutputs out;
  AxiLiteInputs in;
  AxiLiteMonitor monitor{AxiLiteMonitorOptions{}};
};

TEST_CASE("AXI4-Lite: valid and payload must be held, on every channel") {
  for (const std::string& channel : kChannels) {
    LiteBus held;
    held.prepare(channel);
    held.valid(channel) = true;
    held.tick();
    held.valid(channel) = false;
    held.tick();
    held.move(channel);
    held.complete(channel);
    CHECK(held.finish() == Rules{channel + "_HELD"});

    LiteBus stable;
    stable.prepare(channel);
    stable.valid(channel) = true;
    stable.tick();
    stable.change_payload(channel);
    stable.move(channel);
    stable.complete(channel);
    CHECK(stable.finish() == Rules{channel + "_STABLE"});
  }
}

TEST_CASE("AXI4-Lite: valid is low in reset and in the cycle after, on every channel") {
  for (const std::string& channel : kChannels) {
    LiteBus in_reset;
    in_reset.valid(channel) = true;
    for (int i = 0; i < 2; ++i) in_reset.monitor.clock(false, in_reset.out, in_reset.in);
    in_reset.valid(channel) = false;
    in_reset.tick();
    CHECK(in_reset.finish() == Rules{channel + "_RESET"});

    LiteBus after;
    after.monitor.clock(false, after.out, after.in);
    after.valid(channel) = true;
    after.tick();
    CHECK(rules_of(after.monitor.report().lines()).contains(channel + "_RESET"));
    CHECK(after.finish().contains(channel + "_PENDING"));
  }
}

TEST_CASE("AXI4-Lite: each rule about answers and addresses is found, and nothing else") {
  using Run = std::function<void(LiteBus&)>;
  const std::vector<std::pair<std::string, Run>> breaches = {
      {"R_ORPHAN", [](LiteBus& bus) { bus.move("R"); }},
      {"R_ORPHAN",
       [](LiteBus& bus) {  // two answers
         bus.move("AR");
         bus.move("R");
         bus.move("R");
       }},
      {"R_ORPHAN",
       [](LiteBus& bus) {  // in the cycle of the address
         bus.valid("R") = true;
         bus.move("AR");
         bus.move("R");
       }},
      {"R_RESP",
       [](LiteBus& bus) {
         bus.out.rresp = 1;
         bus.move("AR");
         bus.move("R");
       }},
      {"B_ORPHAN", [](LiteBus& bus) { bus.move("B"); }},
      {"B_ORPHAN",
       [](LiteBus& bus) {  // before the data
         bus.move("AW");
         bus.valid("B") = true;
         bus.move("W");
         bus.move("B");
       }},
      {"B_ORPHAN",
       [](LiteBus& bus) {  // before the address
         bus.move("W");
         bus.valid("B") = true;
         bus.move("AW");
         bus.move("B");
       }},
      {"B_RESP",
       [](LiteBus& bus) {
         bus.out.bresp = 4;
         bus.move("AW");
         bus.complete("AW");
       }},
      {"W_STRB",
       [](LiteBus& bus) {
         bus.in.wstrb = 0x10;
         bus.move("W");
         bus.complete("W");
       }},
      {"AR_ADDRESS",
       [](LiteBus& bus) {
         bus.in.araddr = 0x1000;
         bus.move("AR");
         bus.complete("AR");
       }},
      {"AW_ADDRESS",
       [](LiteBus& bus) {
         bus.in.awaddr = 0x1000;
         bus.move("AW");
         bus.complete("AW");
       }},
      {"READ_UNFINISHED", [](LiteBus& bus) { bus.move("AR"); }},
      {"WRITE_UNFINISHED", [](LiteBus& bus) { bus.move("AW"); }},
      {"WRITE_UNFINISHED", [](LiteBus& bus) { bus.move("W"); }},
      {"WRITE_UNFINISHED",
       [](LiteBus& bus) {
         bus.move("W");
         bus.move("AW");
       }},
  };
  for (const auto& breach : breaches) {
    LiteBus bus;
    breach.second(bus);
    INFO(breach.first);
    CHECK(bus.finish() == Rules{breach.first});
  }
}

// A random host and a slave of the AXI4-Lite bus.
struct LiteTraffic {
  std::uint64_t seed = 1;
  bool waits = false;  ///< the slave is broken: rvalid and bvalid rise only after their readies
  bool held = false;   ///< the host holds its readies, as AxiMemory does

  Prng prng = make_prng(seed, 7);
  AxiLiteOutputs out{};
  AxiLiteInputs in{};
  int reads = 0;
  int addresses = 0;
  int data = 0;
  int r_phase = 0;
  int b_phase = 0;

  std::uint32_t random(std::uint64_t count) {
    return static_cast<std::uint32_t>(below(prng, count));
  }

  void take() {
    if (out.rvalid && in.rready) out.rvalid = false;
    if (out.bvalid && in.bready) out.bvalid = false;
    if (in.arvalid && out.arready) ++reads;
    if (in.awvalid && out.awready) ++addresses;
    if (in.wvalid && out.wready) ++data;
    in.arvalid = in.arvalid && !out.arready;
    in.awvalid = in.awvalid && !out.awready;
    in.wvalid = in.wvalid && !out.wready;
  }

  void request() {
    if (!in.arvalid && random(20) == 0) {
      in.arvalid = true;
      in.araddr = random(4096);
    }
    if (!in.awvalid && random(20) == 0) {
      in.awvalid = true;
      in.awaddr = random(4096);
    }
  }

  void offer_data() {
    if (in.wvalid || data >= addresses + (in.awvalid ? 1 : 0)) return;
    in.wvalid = true;
    in.wdata = random(1 << 20);
    in.wstrb = random(16);
  }

  void answer(bool rready, bool bready) {
    if (!out.rvalid && reads > 0 && (!waits || rready)) {
      out.rvalid = true;
      out.rdata = random(1 << 20);
      --reads;
    }
    if (!out.bvalid && addresses > 0 && data > 0 && (!waits || bready)) {
      out.bvalid = true;
      --addresses;
      --data;
    }
    out.arready = random(2) == 0;
    out.awready = random(2) == 0;
    out.wready = random(2) == 0;
  }

  bool ready(int& phase, bool valid, bool was_ready) {
    if (!held) return random(2) == 0;
    phase = valid ? 0 : phase + 1;
    return (valid && !was_ready) || phase % (kAxiHoldCycles + kAxiPulseCycles) >= kAxiHoldCycles;
  }

  void clock(bool more) {
    const AxiLiteOutputs shown = out;
    const bool rready = in.rready;
    const bool bready = in.bready;
    take();
    if (more) request();
    offer_data();
    answer(rready, bready);
    in.rready = ready(r_phase, shown.rvalid, rready);
    in.bready = ready(b_phase, shown.bvalid, bready);
  }
};

Rules run_lite(LiteTraffic traffic) {
  AxiLiteMonitorOptions options;
  options.check_ready_dependency = traffic.held;
  AxiLiteMonitor monitor(options);
  constexpr int kCycles = 20000;
  for (int cycle = 0; cycle < kCycles + 5000; ++cycle) {
    monitor.clock(true, traffic.out, traffic.in);
    traffic.clock(cycle < kCycles && traffic.reads + traffic.addresses < 8);
  }
  monitor.finish();
  return rules_of(monitor.report().lines());
}

TEST_CASE("AXI4-Lite: random traffic is clean, and answers that wait for ready are found") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CHECK(run_lite({seed, false, false}) == Rules{});
    CHECK(run_lite({seed, false, true}) == Rules{});
    CHECK(run_lite({seed, true, true}) == Rules{"R_DEPENDS", "B_DEPENDS"});
  }
}

}  // namespace
}  // namespace gradloom
