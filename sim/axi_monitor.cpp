// SPDX-License-Identifier: Apache-2.0
#include "sim/axi_monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>

namespace gradloom {
namespace {

constexpr std::size_t kMaxLines = 100;
constexpr std::uint64_t kBoundary = 4096;

// A valid that comes so many cycles after a ready that went to 0 is not caused by it.
constexpr int kSettled = 4;
// Below this nothing is said about a dependency.
constexpr std::int64_t kMinRises = 8;
constexpr std::int64_t kMinLowShare = 3;

bool fits(std::uint64_t value, int bits) { return bits >= 64 || value >> bits == 0; }

bool good_response(std::uint32_t code) {
  return code <= 3 && static_cast<AxiResponse>(code) != AxiResponse::exokay;
}

std::uint64_t word(const AxiData& data, std::size_t i) {
  return data[2 * i] | std::uint64_t{data[2 * i + 1]} << 32;
}

AxiChannelMonitor::Pins ar_pins(const AxiMasterOutputs& design, const AxiMasterInputs& memory) {
  return {design.arvalid,
          memory.arready,
          {design.araddr, design.arid, design.arlen, design.arsize, design.arburst, 0}};
}

AxiChannelMonitor::Pins aw_pins(const AxiMasterOutputs& design, const AxiMasterInputs& memory) {
  return {design.awvalid,
          memory.awready,
          {design.awaddr, design.awid, design.awlen, design.awsize, design.awburst, 0}};
}

AxiChannelMonitor::Pins w_pins(const AxiMasterOutputs& design, const AxiMasterInputs& memory) {
  const AxiData& data = design.wdata;
  return {design.wvalid,
          memory.wready,
          {word(data, 0), word(data, 1), word(data, 2), word(data, 3), design.wstrb, design.wlast}};
}

AxiChannelMonitor::Pins r_pins(const AxiMasterOutputs& design, const AxiMasterInputs& memory) {
  const AxiData& data = memory.rdata;
  const std::uint64_t rest = std::uint64_t{memory.rid} << 32 | std::uint64_t{memory.rresp} << 1 |
                             static_cast<std::uint64_t>(memory.rlast);
  return {memory.rvalid,
          design.rready,
          {word(data, 0), word(data, 1), word(data, 2), word(data, 3), rest, 0}};
}

AxiChannelMonitor::Pins b_pins(const AxiMasterOutputs& design, const AxiMasterInputs& memory) {
  return {memory.bvalid, design.bready, {memory.bid, memory.bresp}};
}

std::uint64_t bytes_of_beat(int data_bits) {
  if (data_bits != 32 && data_bits != 64 && data_bits != 128 && data_bits != 256) {
    throw std::invalid_argument("data_bits must be 32, 64, 128 or 256");
  }
  return static_cast<std::uint64_t>(data_bits) / 8;
}

}  // namespace

void AxiReport::add(std::int64_t cycle, const std::string& rule, const std::string& what) {
  ++count_;
  if (lines_.size() < kMaxLines)
    lines_.push_back(fmt::format("cycle {}: {}: {}", cycle, rule, what));
}

void AxiDependency::clock(bool valid, bool ready) {
  low_run_ = ready ? 0 : low_run_ + 1;
  if (!valid) {
    ++quiet_run_;
    ++(ready ? high_ : low_);
    return;
  }
  // A valid that comes right after a handshake says nothing: ready was 1 anyway.
  if (quiet_run_ >= kSettled) {
    ++rises_;
    if (low_run_ > kSettled) ++free_rises_;
  }
  quiet_run_ = 0;
}

bool AxiDependency::found() const {
  return rises_ >= kMinRises && free_rises_ == 0 && low_ >= kMinLowShare * high_;
}

AxiChannelMonitor::AxiChannelMonitor(std::string name, bool depends)
    : name_(std::move(name)), depends_(depends) {}

bool AxiChannelMonitor::clock(std::int64_t cycle, bool first, const Pins& pins, AxiReport& report) {
  if (first && pins.valid) report.add(cycle, name_ + "_RESET", "valid in the cycle after reset");
  if (waiting_ && !pins.valid) report.add(cycle, name_ + "_HELD", "valid went to 0 before ready");
  if (waiting_ && pins.valid && pins.payload != payload_) {
    report.add(cycle, name_ + "_STABLE", "the payload changed before ready");
  }
  if (depends_) dependency_.clock(pins.valid, pins.ready);
  const bool fresh = pins.valid && !waiting_;
  waiting_ = pins.valid && !pins.ready;
  payload_ = pins.payload;
  return fresh;
}

void AxiChannelMonitor::reset(std::int64_t cycle, bool settled, bool valid, AxiReport& report) {
  if (settled && valid) report.add(cycle, name_ + "_RESET", "valid in reset");
  waiting_ = false;
}

void AxiChannelMonitor::finish(std::int64_t cycle, AxiReport& report) const {
  if (waiting_) report.add(cycle, name_ + "_PENDING", "valid at the end was not taken");
  if (depends_ && dependency_.found()) {
    report.add(cycle, name_ + "_DEPENDS", "valid rose only after ready");
  }
}

AxiMonitor::AxiMonitor(const AxiMonitorOptions& options)
    : options_(options),
      width_(bytes_of_beat(options.data_bits)),
      ar_("AR", options.check_ready_dependency),
      r_("R", false),
      aw_("AW", options.check_ready_dependency),
      w_("W", options.check_ready_dependency),
      b_("B", false) {}

std::int64_t AxiMonitor::reads_under_way() const {
  std::int64_t count = 0;
  for (const auto& [id, bursts] : reads_) count += static_cast<std::int64_t>(bursts.size());
  return count;
}

void AxiMonitor::clock_reset(const AxiMasterOutputs& design, const AxiMasterInputs& memory) {
  const bool settled = ++reset_cycles_ > 1;
  ar_.reset(cycle_, settled, design.arvalid, report_);
  r_.reset(cycle_, settled, memory.rvalid, report_);
  aw_.reset(cycle_, settled, design.awvalid, report_);
  w_.reset(cycle_, settled, design.wvalid, report_);
  b_.reset(cycle_, settled, memory.bvalid, report_);
  reads_.clear();
  addresses_.clear();
  early_data_.clear();
  early_run_ = 0;
  completed_.clear();
  writes_ = 0;
  first_ = true;
  ++cycle_;
}

void AxiMonitor::clock(bool rst_n, const AxiMasterOutputs& design, const AxiMasterInputs& memory) {
  if (!rst_n) return clock_reset(design, memory);
  reset_cycles_ = 0;
  const bool first = std::exchange(first_, false);
  // Answers are checked against what was accepted in earlier cycles.
  if (r_.clock(cycle_, first, r_pins(design, memory), report_)) check_read_beat(memory);
  if (b_.clock(cycle_, first, b_pins(design, memory), report_)) check_response(memory);
  if (ar_.clock(cycle_, first, ar_pins(design, memory), report_)) {
    check_address("AR", {design.araddr, design.arid, design.arlen, design.arsize, design.arburst},
                  options_.read_id_bits);
  }
  if (aw_.clock(cycle_, first, aw_pins(design, memory), report_)) {
    check_address("AW", {design.awaddr, design.awid, design.awlen, design.awsize, design.awburst},
                  options_.write_id_bits);
  }
  if (w_.clock(cycle_, first, w_pins(design, memory), report_) &&
      !fits(design.wstrb, static_cast<int>(width_))) {
    add("W_STRB", fmt::format("found {:#x}, allowed {} lanes", design.wstrb, width_));
  }
  if (memory.rvalid && design.rready) take_read_beat(memory);
  if (memory.bvalid && design.bready) take_response(memory);
  if (design.arvalid && memory.arready) take_read_address(design);
  if (design.awvalid && memory.awready) take_write_address(design);
  if (design.wvalid && memory.wready) take_write_beat(design.wlast);
  ++cycle_;
}

void AxiMonitor::check_address(const std::string& channel, const Address& address, int id_bits) {
  if (address.burst != static_cast<std::uint32_t>(AxiBurst::incr)) {
    add(channel + "_BURST", fmt::format("found {}, allowed 1 (INCR)", address.burst));
  }
  const int full = std::countr_zero(width_);
  if (address.size != static_cast<std::uint32_t>(full)) {
    add(channel + "_SIZE", fmt::format("found {}, allowed {}", address.size, full));
  }
  if (!fits(address.id, id_bits)) {
    add(channel + "_ID", fmt::format("found {}, allowed {} bits", address.id, id_bits));
  }
  if (!fits(address.address, options_.address_bits)) {
    add(channel + "_ADDRESS",
        fmt::format("found {:#x}, allowed {} bits", address.address, options_.address_bits));
  }
  check_extent(channel, address);
}

void AxiMonitor::check_extent(const std::string& channel, const Address& address) {
  if (address.len > 255) {
    add(channel + "_LEN", fmt::format("found {}, allowed 0..255", address.len));
  }
  const std::uint64_t offset = address.address % kBoundary;
  if (offset % width_ != 0) {
    add(channel + "_ALIGN",
        fmt::format("found {:#x}, allowed multiples of {}", address.address, width_));
  }
  const std::uint64_t end = offset - offset % width_ + (std::uint64_t{address.len} + 1) * width_;
  if (end > kBoundary) {
    add(channel + "_4K", fmt::format("{} beats of {} bytes from {:#x} cross a 4 KiB boundary",
                                     std::uint64_t{address.len} + 1, width_, address.address));
  }
}

void AxiMonitor::check_read_beat(const AxiMasterInputs& memory) {
  if (!good_response(memory.rresp)) {
    add("R_RESP", fmt::format("found {}, allowed 0, 2, 3", memory.rresp));
  }
  const auto found = reads_.find(memory.rid);
  if (found == reads_.end() || found->second.empty()) {
    add("R_ORPHAN", fmt::format("no read with the id {} is under way", memory.rid));
    return;
  }
  const Burst& burst = found->second.front();
  if (memory.rlast != (burst.done == burst.len)) {
    add("R_LAST", fmt::format("found {} at beat {} of {}", memory.rlast ? 1 : 0, burst.done + 1,
                              std::uint64_t{burst.len} + 1));
  }
}

void AxiMonitor::check_response(const AxiMasterInputs& memory) {
  if (!good_response(memory.bresp)) {
    add("B_RESP", fmt::format("found {}, allowed 0, 2, 3", memory.bresp));
  }
  const auto found = completed_.find(memory.bid);
  if (found == completed_.end() || found->second == 0) {
    add("B_ORPHAN", fmt::format("no write with the id {} has all its data", memory.bid));
  }
}

void AxiMonitor::take_read_address(const AxiMasterOutputs& design) {
  std::deque<Burst>& bursts = reads_[design.arid];
  bursts.push_back({design.arid, design.arlen, 0});
  const int limit = options_.max_reads_per_id;
  if (limit > 0 && bursts.size() > static_cast<std::size_t>(limit)) {
    add("AR_OUTSTANDING", fmt::format("found {} reads with the id {}, allowed {}", bursts.size(),
                                      design.arid, limit));
  }
}

// The burst ends by its length, whatever rlast says.
void AxiMonitor::take_read_beat(const AxiMasterInputs& memory) {
  const auto found = reads_.find(memory.rid);
  if (found == reads_.end() || found->second.empty()) return;
  Burst& burst = found->second.front();
  if (burst.done++ == burst.len) found->second.pop_front();
}

void AxiMonitor::take_write_address(const AxiMasterOutputs& design) {
  addresses_.push_back({design.awid, design.awlen, 0});
  ++writes_;
  if (options_.max_writes > 0 && writes_ > options_.max_writes) {
    add("AW_OUTSTANDING", fmt::format("found {}, allowed {}", writes_, options_.max_writes));
  }
  match_write_data();
}

void AxiMonitor::take_write_beat(bool last) {
  early_data_.push_back(last);
  match_write_data();
  early_run_ = last || early_data_.empty() ? 0 : early_run_ + 1;
  if (early_run_ == 256) add("W_LAST", "found 0 at beat 256, before the address");
}

// Data that came before its address is set against it here. A burst ends by its length.
void AxiMonitor::match_write_data() {
  while (!addresses_.empty() && !early_data_.empty()) {
    Burst& burst = addresses_.front();
    const bool last = early_data_.front();
    early_data_.pop_front();
    if (last != (burst.done == burst.len)) {
      add("W_LAST", fmt::format("found {} at beat {} of {}", last ? 1 : 0, burst.done + 1,
                                std::uint64_t{burst.len} + 1));
    }
    if (burst.done++ < burst.len) continue;
    ++completed_[burst.id];
    addresses_.pop_front();
  }
}

void AxiMonitor::take_response(const AxiMasterInputs& memory) {
  const auto found = completed_.find(memory.bid);
  if (found == completed_.end() || found->second == 0) return;
  --found->second;
  --writes_;
}

void AxiMonitor::finish() {
  for (const AxiChannelMonitor* channel : {&ar_, &r_, &aw_, &w_, &b_}) {
    channel->finish(cycle_, report_);
  }
  if (const std::int64_t reads = reads_under_way(); reads > 0) {
    add("READ_UNFINISHED", fmt::format("{} at the end", reads));
  }
  if (writes_ > 0) add("WRITE_UNFINISHED", fmt::format("{} at the end", writes_));
  if (!early_data_.empty()) {
    add("W_UNCLAIMED", fmt::format("{} beats without an address", early_data_.size()));
  }
}

AxiLiteMonitor::AxiLiteMonitor(const AxiLiteMonitorOptions& options)
    : options_(options),
      ar_("AR", false),
      r_("R", options.check_ready_dependency),
      aw_("AW", false),
      w_("W", false),
      b_("B", options.check_ready_dependency) {}

void AxiLiteMonitor::clock_reset(const AxiLiteOutputs& design, const AxiLiteInputs& host) {
  const bool settled = ++reset_cycles_ > 1;
  ar_.reset(cycle_, settled, host.arvalid, report_);
  r_.reset(cycle_, settled, design.rvalid, report_);
  aw_.reset(cycle_, settled, host.awvalid, report_);
  w_.reset(cycle_, settled, host.wvalid, report_);
  b_.reset(cycle_, settled, design.bvalid, report_);
  reads_ = addresses_ = data_ = writes_ = 0;
  first_ = true;
  ++cycle_;
}

void AxiLiteMonitor::clock(bool rst_n, const AxiLiteOutputs& design, const AxiLiteInputs& host) {
  if (!rst_n) return clock_reset(design, host);
  reset_cycles_ = 0;
  const bool first = std::exchange(first_, false);
  const auto fresh = [&](AxiChannelMonitor& channel, const AxiChannelMonitor::Pins& pins) {
    return channel.clock(cycle_, first, pins, report_);
  };
  if (fresh(r_, {design.rvalid, host.rready, {design.rdata, design.rresp}})) {
    check_read_data(design);
  }
  if (fresh(b_, {design.bvalid, host.bready, {design.bresp}})) check_response(design);
  if (fresh(ar_, {host.arvalid, design.arready, {host.araddr}})) check_address("AR", host.araddr);
  if (fresh(aw_, {host.awvalid, design.awready, {host.awaddr}})) check_address("AW", host.awaddr);
  if (fresh(w_, {host.wvalid, design.wready, {host.wdata, host.wstrb}}) && !fits(host.wstrb, 4)) {
    add("W_STRB", fmt::format("found {:#x}, allowed 4 lanes", host.wstrb));
  }
  take(design, host);
  ++cycle_;
}

void AxiLiteMonitor::check_address(const std::string& channel, std::uint32_t address) {
  if (fits(address, options_.address_bits)) return;
  add(channel + "_ADDRESS",
      fmt::format("found {:#x}, allowed {} bits", address, options_.address_bits));
}

void AxiLiteMonitor::check_read_data(const AxiLiteOutputs& design) {
  if (!good_response(design.rresp)) {
    add("R_RESP", fmt::format("found {}, allowed 0, 2, 3", design.rresp));
  }
  if (reads_ == 0) add("R_ORPHAN", "no read is under way");
}

void AxiLiteMonitor::check_response(const AxiLiteOutputs& design) {
  if (!good_response(design.bresp)) {
    add("B_RESP", fmt::format("found {}, allowed 0, 2, 3", design.bresp));
  }
  if (writes_ == 0) add("B_ORPHAN", "no write has its address and its data");
}

void AxiLiteMonitor::take(const AxiLiteOutputs& design, const AxiLiteInputs& host) {
  if (design.rvalid && host.rready && reads_ > 0) --reads_;
  if (design.bvalid && host.bready && writes_ > 0) --writes_;
  if (host.arvalid && design.arready) ++reads_;
  if (host.awvalid && design.awready) ++addresses_;
  if (host.wvalid && design.wready) ++data_;
  const std::int64_t pairs = std::min(addresses_, data_);
  addresses_ -= pairs;
  data_ -= pairs;
  writes_ += pairs;
}

void AxiLiteMonitor::finish() {
  for (const AxiChannelMonitor* channel : {&ar_, &r_, &aw_, &w_, &b_}) {
    channel->finish(cycle_, report_);
  }
  if (reads_ > 0) add("READ_UNFINISHED", fmt::format("{} at the end", reads_));
  const std::int64_t writes = addresses_ + data_ + writes_;
  if (writes > 0) add("WRITE_UNFINISHED", fmt::format("{} at the end", writes));
}

}  // namespace gradloom
