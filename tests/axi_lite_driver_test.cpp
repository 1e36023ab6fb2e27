// SPDX-License-Identifier: Apache-2.0
#include "sim/axi_lite_driver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <stdexcept>
#include <vector>

#include "sim/axi_monitor.hpp"

namespace gradloom {
namespace {

// A slave that takes address and data on their own or, `together`, only both at once; it answers
// `latency` cycles later. Address 0x10 gives SLVERR.
class Slave {
 public:
  Slave(bool together, int latency) : together_(together), latency_(latency) {}

  const AxiLiteOutputs& outputs() const { return pins_; }

  void clock(const AxiLiteInputs& host) {
    if (pins_.rvalid && host.rready) reads_.pop_front();
    if (pins_.bvalid && host.bready) --answers_;
    const bool address = host.awvalid && pins_.awready;
    const bool data = host.wvalid && pins_.wready;
    if (address) addresses_.push_back(host.awaddr);
    if (data) data_.push_back(host.wdata);
    if (address && data) ++together_count;
    if (data_.size() > addresses_.size()) ++data_first;
    if (data_.size() < addresses_.size()) ++address_first;
    if (host.arvalid && pins_.arready) reads_.push_back({host.araddr, latency_});
    most_reads = std::max(most_reads, reads_.size());
    while (!addresses_.empty() && !data_.empty()) {
      memory[addresses_.front()] = data_.front();
      addresses_.pop_front();
      data_.pop_front();
      ++answers_;
    }
    drive(host);
  }

  std::map<std::uint32_t, std::uint32_t> memory;
  int data_first = 0;
  int address_first = 0;
  int together_count = 0;
  std::size_t most_reads = 0;

 private:
  struct Read {
    std::uint32_t address;
    int left;
  };

  void drive(const AxiLiteInputs& host) {
    const bool both = host.awvalid && host.wvalid && !pins_.awready;
    pins_.awready = !together_ || both;
    pins_.wready = pins_.awready;
    pins_.arready = true;
    pins_.bvalid = answers_ > 0;
    pins_.rvalid = !reads_.empty() && --reads_.front().left < 0;
    if (!pins_.rvalid) return;
    pins_.rdata = memory[reads_.front().address];
    pins_.rresp = reads_.front().address == 0x10 ? 2 : 0;
  }

  bool together_;
  int latency_;
  AxiLiteOutputs pins_;
  std::deque<std::uint32_t> addresses_, data_;
  std::deque<Read> reads_;
  int answers_ = 0;
};

struct Bench {
  Bench(const AxiLiteDriverOptions& options, bool together = false, int latency = 2)
      : driver(options), slave(together, latency), monitor({}) {}

  int run() {
    int cycles = 0;
    while (!driver.idle() && cycles < 100000) {
      const AxiLiteInputs host = driver.inputs();
      const AxiLiteOutputs design = slave.outputs();
      monitor.clock(true, design, host);
      driver.clock(design);
      slave.clock(host);
      ++cycles;
    }
    monitor.finish();
    return cycles;
  }

  AxiLiteDriver driver;
  Slave slave;
  AxiLiteMonitor monitor;
};

AxiLiteAccess read_of(std::uint32_t address) { return {false, address, 0, 0xF}; }
AxiLiteAccess write_of(std::uint32_t address, std::uint32_t data) {
  return {true, address, data, 0xF};
}

TEST_CASE("accesses are answered in order, with data and response") {
  for (const int stalls : {0, 40}) {
    for (const bool together : {false, true}) {
      Bench bench({.seed = 3, .stall_percent = stalls}, together);
      bench.driver.add(write_of(0x20, 7));
      bench.driver.add(write_of(0x24, 8));
      CHECK(bench.run() < 1000);
      for (const std::uint32_t address : {0x24U, 0x10U, 0x20U}) {
        bench.driver.add(read_of(address));
      }
      CHECK(bench.run() < 1000);
      const std::vector<AxiLiteAnswer> answers = bench.driver.take_answers();
      REQUIRE(answers.size() == 5);
      CHECK(answers[0].access == write_of(0x20, 7));
      CHECK(answers[2].data == 8);
      CHECK(answers[3].response == AxiResponse::slverr);
      CHECK(answers[4].data == 7);
      CHECK(bench.monitor.report().count() == 0);
      CHECK(bench.driver.take_answers().empty());
    }
  }
}

TEST_CASE("address and data come in either order, and together without stalls") {
  Bench awkward({.seed = 1, .stall_percent = 30});
  Bench plain({.seed = 1});
  for (std::uint32_t i = 0; i < 200; ++i) {
    awkward.driver.add(write_of(4 * i, i));
    plain.driver.add(write_of(4 * i, i));
  }
  awkward.run();
  plain.run();
  CHECK(awkward.slave.data_first > 20);
  CHECK(awkward.slave.address_first > 20);
  CHECK(plain.slave.data_first + plain.slave.address_first == 0);
  CHECK(plain.slave.together_count == 200);
  CHECK(awkward.slave.memory == plain.slave.memory);
  CHECK(awkward.monitor.report().count() == 0);
}

TEST_CASE("so many accesses as asked for are under way at once") {
  for (const int outstanding : {1, 4}) {
    Bench bench({.seed = 1, .stall_percent = 10, .outstanding = outstanding}, false, 9);
    for (std::uint32_t i = 0; i < 100; ++i) bench.driver.add(read_of(4 * i));
    bench.run();
    CHECK(bench.slave.most_reads == static_cast<std::size_t>(outstanding));
    CHECK(bench.driver.take_answers().size() == 100);
  }
}

TEST_CASE("readies can be held at 0 until the valid comes") {
  AxiLiteDriver driver({.seed = 1, .ready = AxiReadyMode::after_valid});
  AxiLiteOutputs design;
  for (int i = 0; i < 20; ++i) {
    driver.clock(design);
    CHECK_FALSE(driver.inputs().rready);
  }
  design.rvalid = true;
  driver.clock(design);
  CHECK(driver.inputs().rready);
  CHECK_FALSE(driver.inputs().bready);
}

TEST_CASE("a slave that does not answer is noticed, and reset drops the accesses") {
  AxiLiteDriver driver({.seed = 1});
  driver.add(read_of(0));
  for (int i = 0; i < 50; ++i) driver.clock({});
  CHECK(driver.waiting() == 50);
  CHECK_FALSE(driver.idle());
  driver.reset();
  CHECK(driver.idle());
  CHECK_FALSE(driver.inputs().arvalid);
  CHECK(driver.waiting() == 0);
}

TEST_CASE("options out of range are refused") {
  CHECK_THROWS_AS(AxiLiteDriver({.stall_percent = 100}), std::invalid_argument);
  CHECK_THROWS_AS(AxiLiteDriver({.outstanding = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace gradloom
