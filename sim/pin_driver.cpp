// SPDX-License-Identifier: Apache-2.0
#include "sim/pin_driver.hpp"

#include <utility>

namespace gradloom {
namespace {

// How many accesses and commands are looked ahead of the one offered: enough that both ports can
// be busy at once.
constexpr std::size_t kLookAhead = 64;

std::uint64_t low_bits(std::uint64_t value, int bits) {
  return bits >= 64 ? value : value & ((std::uint64_t{1} << bits) - 1);
}

}  // namespace

Handshake handshake_of(const golden::Machine& machine) {
  Handshake pins;
  pins.cmd_ready = machine.cmd_ready();
  pins.done_valid = machine.done_valid();
  pins.done_code = pins.done_valid ? static_cast<std::uint32_t>(machine.done_code()) : 0;
  pins.host_ready = machine.host_ready();
  pins.rsp_valid = machine.rsp_valid();
  pins.rsp_data = machine.rsp_data();
  pins.rsp_error = machine.rsp_error();
  pins.busy = machine.busy();
  return pins;
}

PinDriver::PinDriver(const Config& config, std::uint64_t seed, int stall_percent)
    : config_(config),
      widths_(derive(config)),
      training_(training_pins(config)),
      stall_percent_(stall_percent),
      state_(seed * 0x9E3779B97F4A7C15ULL + 0x2545F4914F6CDD1DULL) {}

void PinDriver::add(Program program) {
  steps_.erase(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(next_));
  next_ = 0;
  if (steps_.empty()) {
    steps_ = std::move(program);
  } else {
    steps_.insert(steps_.end(), program.begin(), program.end());
  }
}

// splitmix64: fast enough to be called several times a cycle.
std::uint64_t PinDriver::random() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

bool PinDriver::chance() {
  return stall_percent_ > 0 && random() % 100 < static_cast<std::uint64_t>(stall_percent_);
}

// Takes steps from the program into the two ports' queues until something must be waited for.
void PinDriver::advance() {
  while (next_ < steps_.size() && wait_ == 0 && reset_ == 0) {
    const bool quiet =
        hosts_.empty() && commands_.empty() && reads_under_way_ == 0 && commands_under_way_ == 0;
    const Step& step = steps_[next_];
    if (const auto* access = std::get_if<HostAccess>(&step)) {
      if (hosts_.size() >= kLookAhead) return;
      hosts_.push_back(*access);
    } else if (const auto* run = std::get_if<RunCommand>(&step)) {
      if (commands_.size() >= kLookAhead) return;
      commands_.push_back(run->command);
    } else if (std::holds_alternative<Barrier>(step)) {
      if (!quiet || busy_) return;
    } else if (const auto* idle = std::get_if<Idle>(&step)) {
      if (!hosts_.empty() || !commands_.empty()) return;  // offered before: they go first
      wait_ = idle->cycles;
    } else if (const auto* reset = std::get_if<Reset>(&step)) {
      if (!hosts_.empty() || !commands_.empty()) return;
      reset_ = reset->cycles;
    }
    ++next_;
  }
}

void PinDriver::offer_garbage() {
  const auto field = [&](int bits) { return static_cast<std::uint32_t>(low_bits(random(), bits)); };
  if (!command_offered_) {
    golden::Command& command = inputs_.command;
    command.op = static_cast<int>(field(2));
    command.schedule = static_cast<int>(field(2));
    command.acc_psum = field(1) != 0;
    command.acc_dw = field(1) != 0;
    command.m = field(widths_.dim_w);
    command.n = field(widths_.dim_w);
    command.b = field(widths_.dim_w);
    for (std::uint32_t& base : command.bases) base = field(widths_.addr_w);
    for (const TrainingPin& pin : training_) pin.set(command.training, field(pin.width));
  }
  if (!host_offered_) {
    inputs_.host_write = field(1) != 0;
    inputs_.host_sel = field(widths_.sel_w);
    inputs_.host_lane = field(widths_.lane_w);
    inputs_.host_addr = field(widths_.host_addr_w);
    inputs_.host_wdata = low_bits(random(), widths_.host_w);
  }
}

const golden::Inputs& PinDriver::inputs() {
  advance();
  inputs_.rst_n = reset_ == 0;
  if (!inputs_.rst_n) command_offered_ = host_offered_ = false;
  if (inputs_.rst_n && !command_offered_ && !commands_.empty() && !chance()) {
    command_offered_ = true;
    inputs_.command = commands_.front();
  }
  if (inputs_.rst_n && !host_offered_ && !hosts_.empty() && !chance()) {
    const HostAccess& access = hosts_.front();
    host_offered_ = true;
    inputs_.host_write = access.write;
    inputs_.host_sel = access.sel;
    inputs_.host_lane = access.lane;
    inputs_.host_addr = access.addr;
    inputs_.host_wdata = low_bits(access.data, widths_.host_w);
  }
  if (stall_percent_ > 0) offer_garbage();
  inputs_.cmd_valid = command_offered_;
  inputs_.host_valid = host_offered_;
  inputs_.done_ready = !chance();
  inputs_.rsp_ready = !chance();
  return inputs_;
}

void PinDriver::observe(const Handshake& pins) {
  busy_ = pins.busy;
  if (!inputs_.rst_n) {
    hosts_.clear();
    commands_.clear();
    reads_under_way_ = commands_under_way_ = 0;
    busy_ = false;
    --reset_;
    return;
  }
  if (wait_ > 0) --wait_;
  if (inputs_.rsp_ready && pins.rsp_valid) {
    reads_.push_back({pins.rsp_data, pins.rsp_error});
    --reads_under_way_;
  }
  if (inputs_.done_ready && pins.done_valid) {
    codes_.push_back(pins.done_code);
    --commands_under_way_;
  }
  if (inputs_.host_valid && pins.host_ready) {
    if (!inputs_.host_write) ++reads_under_way_;
    hosts_.pop_front();
    host_offered_ = false;
  }
  if (inputs_.cmd_valid && pins.cmd_ready) {
    ++commands_under_way_;
    commands_.pop_front();
    command_offered_ = false;
    busy_ = true;
  }
}

bool PinDriver::finished() const {
  return next_ == steps_.size() && hosts_.empty() && commands_.empty() && reads_under_way_ == 0 &&
         commands_under_way_ == 0 && wait_ == 0 && reset_ == 0 && !busy_;
}

std::vector<ReadResult> PinDriver::take_reads() { return std::exchange(reads_, {}); }

std::vector<std::uint32_t> PinDriver::take_codes() { return std::exchange(codes_, {}); }

}  // namespace gradloom
