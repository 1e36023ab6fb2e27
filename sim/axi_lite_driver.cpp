// SPDX-License-Identifier: Apache-2.0
#include "sim/axi_lite_driver.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace gradloom {
namespace {

constexpr std::uint64_t kDriverStream = 0xA417;

}  // namespace

AxiLiteDriver::AxiLiteDriver(const AxiLiteDriverOptions& options)
    : options_(options), prng_(make_prng(options.seed, kDriverStream)) {
  if (options.stall_percent < 0 || options.stall_percent > 99 || options.outstanding < 1 ||
      options.address_bits < 1 || options.address_bits > 32) {
    throw std::invalid_argument("AxiLiteDriver: an option is out of range");
  }
  drive({});
}

void AxiLiteDriver::add(const AxiLiteAccess& access) {
  (access.write ? writes_ : reads_).push_back({access, false, !access.write});
}

std::vector<AxiLiteAnswer> AxiLiteDriver::take_answers() { return std::exchange(answers_, {}); }

bool AxiLiteDriver::chance() {
  return options_.stall_percent > 0 &&
         below(prng_, 100) < static_cast<std::uint64_t>(options_.stall_percent);
}

int AxiLiteDriver::draw_delay() {
  int cycles = 0;
  while (chance()) ++cycles;
  if (chance()) cycles += static_cast<int>(below(prng_, kAxiLiteSkew));
  return cycles;
}

// Whether an offer is made now; counts its delay down.
bool AxiLiteDriver::due(Delay& delay) {
  if (delay.cycles < 0) delay.cycles = draw_delay();
  return delay.cycles-- == 0;
}

// The first access that the channel has not transferred, if it may be under way.
AxiLiteDriver::Pending* AxiLiteDriver::next(std::deque<Pending>& queue, bool Pending::*taken) {
  const auto end = queue.begin() + std::min(static_cast<std::ptrdiff_t>(queue.size()),
                                            static_cast<std::ptrdiff_t>(options_.outstanding));
  const auto found =
      std::find_if(queue.begin(), end, [&](const Pending& pending) { return !(pending.*taken); });
  return found == end ? nullptr : &*found;
}

void AxiLiteDriver::take_answer(std::deque<Pending>& queue, std::uint32_t data,
                                std::uint32_t response) {
  if (queue.empty() || !queue.front().address_taken || !queue.front().data_taken) return;
  answers_.push_back({queue.front().access, data, static_cast<AxiResponse>(response)});
  queue.pop_front();
  waiting_ = 0;
}

void AxiLiteDriver::clock(const AxiLiteOutputs& design) {
  waiting_ = idle() ? 0 : waiting_ + 1;
  if (design.rvalid && pins_.rready) take_answer(reads_, design.rdata, design.rresp);
  if (design.bvalid && pins_.bready) take_answer(writes_, 0, design.bresp);
  if (pins_.arvalid && design.arready) {
    next(reads_, &Pending::address_taken)->address_taken = true;
    pins_.arvalid = false;
  }
  if (pins_.awvalid && design.awready) {
    next(writes_, &Pending::address_taken)->address_taken = true;
    pins_.awvalid = false;
  }
  if (pins_.wvalid && design.wready) {
    next(writes_, &Pending::data_taken)->data_taken = true;
    pins_.wvalid = false;
  }
  drive(design);
}

void AxiLiteDriver::reset() {
  reads_.clear();
  writes_.clear();
  aw_ = w_ = ar_ = {};
  pins_.awvalid = pins_.wvalid = pins_.arvalid = false;
  quiet_r_ = quiet_b_ = 0;
  waiting_ = 0;
  drive({});
}

bool AxiLiteDriver::ready_next(int& quiet, bool valid, bool was_ready) {
  quiet = valid ? 0 : quiet + 1;
  if (chance()) return false;
  if (options_.ready == AxiReadyMode::free) return true;
  const bool waits = valid && !was_ready;
  return waits || quiet % (kAxiHoldCycles + kAxiPulseCycles) >= kAxiHoldCycles;
}

// Sets the pins of the present cycle; `design` is what the design drove in the one before.
void AxiLiteDriver::drive(const AxiLiteOutputs& design) {
  if (!pins_.awvalid) drive_write_address();
  if (!pins_.wvalid) drive_write_data();
  if (!pins_.arvalid) drive_read_address();
  pins_.rready = ready_next(quiet_r_, design.rvalid, pins_.rready);
  pins_.bready = ready_next(quiet_b_, design.bvalid, pins_.bready);
}

void AxiLiteDriver::drive_write_address() {
  const Pending* pending = next(writes_, &Pending::address_taken);
  pins_.awvalid = pending != nullptr && due(aw_);
  pins_.awaddr = pins_.awvalid
                     ? pending->access.address
                     : static_cast<std::uint32_t>(below(prng_, 1ULL << options_.address_bits));
}

void AxiLiteDriver::drive_write_data() {
  const Pending* pending = next(writes_, &Pending::data_taken);
  pins_.wvalid = pending != nullptr && due(w_);
  const std::uint64_t random = prng_();
  pins_.wdata = pins_.wvalid ? pending->access.data : static_cast<std::uint32_t>(random);
  pins_.wstrb =
      pins_.wvalid ? pending->access.strobe : static_cast<std::uint32_t>(random >> 32 & 0xF);
}

void AxiLiteDriver::drive_read_address() {
  const Pending* pending = next(reads_, &Pending::address_taken);
  pins_.arvalid = pending != nullptr && due(ar_);
  pins_.araddr = pins_.arvalid
                     ? pending->access.address
                     : static_cast<std::uint32_t>(below(prng_, 1ULL << options_.address_bits));
}

}  // namespace gradloom
