// SPDX-License-Identifier: Apache-2.0
#include "sim/axi_memory.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>

namespace gradloom {
namespace {

constexpr std::uint64_t kMemoryStream = 0xA414;

// Data that runs ahead of its address is taken up to so many beats.
constexpr std::size_t kEarlyBeats = 512;

std::size_t index_of(AxiChannel channel) { return static_cast<std::size_t>(channel); }

void require(bool good, const char* what) {
  if (!good) throw std::invalid_argument(what);
}

void check(const AxiMemoryOptions& options) {
  const int bits = options.data_bits;
  require(bits == 32 || bits == 64 || bits == 128 || bits == 256,
          "data_bits must be 32, 64, 128 or 256");
  require(options.read_latency >= 1 && options.write_latency >= 1, "a latency must be at least 1");
  require(options.random_latency >= 0, "random_latency must be at least 0");
  const AxiStalls& stalls = options.stalls;
  for (const int percent : {stalls.ar, stalls.r, stalls.aw, stalls.w, stalls.b}) {
    require(percent >= 0 && percent <= 99, "a stall must be in 0..99 percent");
  }
  require(options.read_capacity >= 1 && options.write_capacity >= 1,
          "a capacity must be at least 1");
}

std::uint32_t strobe_mask(std::uint64_t width) {
  return static_cast<std::uint32_t>((std::uint64_t{1} << width) - 1);
}

AxiData to_data(std::span<const std::uint8_t> bytes) {
  AxiData data{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    data[i / 4] |= static_cast<std::uint32_t>(bytes[i]) << (8 * (i % 4));
  }
  return data;
}

std::uint8_t byte_of(const AxiData& data, std::size_t i) {
  return static_cast<std::uint8_t>(data[i / 4] >> (8 * (i % 4)));
}

// Also right at the top of the address space, where an end would wrap.
bool overlap(std::uint64_t a, std::uint64_t a_bytes, std::uint64_t b, std::uint64_t b_bytes) {
  return a_bytes > 0 && b_bytes > 0 && (a - b < b_bytes || b - a < a_bytes);
}

// Calls visit(page number, offset in the page, offset in the bytes, count) for each part.
template <typename Visit>
void for_each_page(std::uint64_t address, std::size_t bytes, std::size_t page_bytes, Visit visit) {
  for (std::size_t done = 0; done < bytes;) {
    const std::uint64_t at = address + done;
    const std::size_t offset = static_cast<std::size_t>(at % page_bytes);
    const std::size_t count = std::min(bytes - done, page_bytes - offset);
    visit(at / page_bytes, offset, done, count);
    done += count;
  }
}

}  // namespace

SparseBytes::SparseBytes(std::uint64_t base, std::uint64_t size) : base_(base), size_(size) {
  require(size == 0 || base + (size - 1) >= base, "the memory goes beyond the last address");
}

bool SparseBytes::contains(std::uint64_t address, std::uint64_t bytes) const {
  const std::uint64_t offset = address - base_;
  return address >= base_ && offset <= size_ && bytes <= size_ - offset;
}

void SparseBytes::read(std::uint64_t address, std::span<std::uint8_t> bytes) const {
  if (!contains(address, bytes.size())) throw std::out_of_range("read outside the memory");
  for_each_page(address, bytes.size(), kPageBytes,
                [&](std::uint64_t page, std::size_t offset, std::size_t done, std::size_t count) {
                  const auto found = pages_.find(page);
                  if (found == pages_.end()) {
                    std::fill_n(bytes.data() + done, count, std::uint8_t{0});
                  } else {
                    std::copy_n(found->second.data() + offset, count, bytes.data() + done);
                  }
                });
}

void SparseBytes::write(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  if (!contains(address, bytes.size())) throw std::out_of_range("write outside the memory");
  for_each_page(address, bytes.size(), kPageBytes,
                [&](std::uint64_t page, std::size_t offset, std::size_t done, std::size_t count) {
                  std::copy_n(bytes.data() + done, count, pages_[page].data() + offset);
                });
}

AxiMemory::AxiMemory(const AxiMemoryOptions& options)
    : options_((check(options), options)),
      width_(static_cast<std::uint64_t>(options.data_bits) / 8),
      bytes_(options.base, options.bytes),
      prng_(make_prng(options.seed, kMemoryStream)),
      faults_(options.faults),
      stops_(options.stops) {
  drive({});
}

bool AxiMemory::chance(int percent) {
  return percent > 0 && below(prng_, 100) < static_cast<std::uint64_t>(percent);
}

AxiData AxiMemory::random_data() {
  AxiData data{};
  for (std::size_t i = 0; i < width_ / 4; ++i) data[i] = static_cast<std::uint32_t>(prng_());
  return data;
}

void AxiMemory::finish(AxiChannel channel, bool burst) {
  Progress& progress = progress_[index_of(channel)];
  ++progress.beats;
  if (burst) ++progress.bursts;
}

bool AxiMemory::reached(const AxiStop& stop) const {
  const Progress& progress = progress_[index_of(stop.channel)];
  switch (stop.unit) {
    case AxiUnit::cycle: return cycle_ >= stop.from;
    case AxiUnit::burst: return progress.bursts >= stop.from;
    case AxiUnit::beat: return progress.beats >= stop.from;
  }
  return false;
}

bool AxiMemory::stopped(AxiChannel channel) const {
  return std::any_of(stops_.begin(), stops_.end(),
                     [&](const AxiStop& stop) { return stop.channel == channel && reached(stop); });
}

void AxiMemory::resume() {
  std::erase_if(stops_, [&](const AxiStop& stop) { return reached(stop); });
}

std::uint64_t AxiMemory::beat_address(const Burst& burst, int beat) const {
  return burst.address + static_cast<std::uint64_t>(beat) * width_;
}

AxiResponse AxiMemory::response_of(AxiDirection direction, const Burst& burst, int beat) const {
  const std::uint64_t address = beat_address(burst, beat);
  for (const AxiFault& fault : faults_) {
    if (fault.direction != direction) continue;
    if (overlap(address, width_, fault.address, fault.bytes)) return fault.response;
    const bool this_beat = fault.beat < 0 || fault.beat == beat || direction == AxiDirection::write;
    if (fault.burst == burst.index && this_beat) return fault.response;
  }
  return bytes_.contains(address, width_) ? AxiResponse::okay : AxiResponse::decerr;
}

AxiMemory::Burst AxiMemory::make_burst(std::uint64_t address, std::uint32_t id,
                                       std::uint32_t len) const {
  Burst burst;
  burst.address = address - address % width_;
  burst.id = id;
  burst.beats = static_cast<int>(len & 0xFF) + 1;
  return burst;
}

std::int64_t AxiMemory::answer_cycle(int latency) {
  const int extra = options_.random_latency;
  return cycle_ + latency +
         (extra > 0 ? static_cast<std::int64_t>(below(prng_, static_cast<std::uint64_t>(extra) + 1))
                    : 0);
}

void AxiMemory::remember(AxiDirection direction, const Burst& burst, const Beat& beat) {
  if (!options_.record) return;
  words_.push_back({direction, beat_address(burst, burst.done), burst.id, beat.data, beat.strobe});
}

std::vector<AxiWord> AxiMemory::take_words() { return std::exchange(words_, {}); }

bool AxiMemory::idle() const {
  return reads_under_way_ == 0 && writes_under_way_ == 0 && early_data_.empty();
}

void AxiMemory::clock(const AxiMasterOutputs& pins) {
  if (pins_.rvalid && pins.rready) take_read_beat();
  if (pins_.bvalid && pins.bready) take_response();
  if (pins_.arready && pins.arvalid) take_read_address(pins);
  if (pins_.awready && pins.awvalid) take_write_address(pins);
  if (pins_.wready && pins.wvalid) take_write_data(pins);
  match_write_data();
  ++cycle_;
  drive(pins);
}

void AxiMemory::reset() {
  for (std::deque<Burst>& queue : reads_) queue.clear();
  for (std::deque<Burst>& queue : responses_) queue.clear();
  addresses_.clear();
  early_data_.clear();
  reads_under_way_ = writes_under_way_ = 0;
  quiet_.fill(0);
  pins_.rvalid = pins_.bvalid = false;
  ++cycle_;
  drive({});
}

void AxiMemory::take_read_address(const AxiMasterOutputs& pins) {
  Burst burst = make_burst(pins.araddr, pins.arid, pins.arlen);
  burst.index = counts_.read_bursts++;
  burst.ready_cycle = answer_cycle(options_.read_latency);
  burst.early = below(prng_, 2) != 0;
  if (burst.early) {
    burst.data.resize(static_cast<std::size_t>(burst.beats) * width_);
    for (int beat = 0; beat < burst.beats; ++beat) {
      const std::uint64_t address = beat_address(burst, beat);
      if (!bytes_.contains(address, width_)) continue;
      bytes_.read(address, {burst.data.data() + static_cast<std::size_t>(beat) * width_, width_});
    }
  }
  ++reads_under_way_;
  finish(AxiChannel::ar, true);
  reads_[burst.id % reads_.size()].push_back(std::move(burst));
}

void AxiMemory::take_write_address(const AxiMasterOutputs& pins) {
  Burst burst = make_burst(pins.awaddr, pins.awid, pins.awlen);
  burst.index = counts_.write_bursts++;
  ++writes_under_way_;
  finish(AxiChannel::aw, true);
  addresses_.push_back(std::move(burst));
}

void AxiMemory::take_write_data(const AxiMasterOutputs& pins) {
  const std::uint32_t strobe = pins.wstrb & strobe_mask(width_);
  ++counts_.write_beats;
  counts_.write_bytes += std::popcount(strobe);
  finish(AxiChannel::w, pins.wlast);
  early_data_.push_back({pins.wdata, strobe});
}

// The data of AXI4 bears no id: it comes in the order of the addresses.
void AxiMemory::match_write_data() {
  while (!addresses_.empty() && !early_data_.empty()) {
    Burst& burst = addresses_.front();
    add_write_beat(burst, early_data_.front());
    early_data_.pop_front();
    if (burst.done < burst.beats) continue;
    burst.ready_cycle = answer_cycle(options_.write_latency);
    responses_[burst.id % responses_.size()].push_back(std::move(burst));
    addresses_.pop_front();
  }
}

void AxiMemory::add_write_beat(Burst& burst, const Beat& beat) {
  remember(AxiDirection::write, burst, beat);
  for (std::size_t i = 0; i < width_; ++i) burst.data.push_back(byte_of(beat.data, i));
  burst.strobes.push_back(beat.strobe);
  ++burst.done;
}

void AxiMemory::take_read_beat() {
  std::deque<Burst>& queue = reads_[read_queue_];
  Burst& burst = queue.front();
  remember(AxiDirection::read, burst, {pins_.rdata, strobe_mask(width_)});
  ++counts_.read_beats;
  counts_.read_bytes += static_cast<std::int64_t>(width_);
  ++burst.done;
  const bool last = burst.done == burst.beats;
  finish(AxiChannel::r, last);
  if (last) {
    queue.pop_front();
    --reads_under_way_;
  }
  pins_.rvalid = false;
}

void AxiMemory::take_response() {
  responses_[response_queue_].pop_front();
  --writes_under_way_;
  finish(AxiChannel::b, true);
  pins_.bvalid = false;
}

AxiResponse AxiMemory::carry_out(const Burst& burst) {
  for (int beat = 0; beat < burst.beats; ++beat) {
    const AxiResponse response = response_of(AxiDirection::write, burst, beat);
    if (response != AxiResponse::okay) return response;
  }
  for (std::size_t beat = 0; beat < burst.strobes.size(); ++beat) {
    const std::uint64_t address = beat_address(burst, static_cast<int>(beat));
    const std::span<const std::uint8_t> bytes{burst.data.data() + beat * width_, width_};
    if (burst.strobes[beat] == strobe_mask(width_)) {
      bytes_.write(address, bytes);
      continue;
    }
    for (std::size_t i = 0; i < width_; ++i) {
      if ((burst.strobes[beat] >> i & 1) != 0) bytes_.write(address + i, bytes.subspan(i, 1));
    }
  }
  return AxiResponse::okay;
}

// Sets the pins of the present cycle; `pins` is what the design drove in the one before.
void AxiMemory::drive(const AxiMasterOutputs& pins) {
  drive_readies(pins);
  if (!pins_.rvalid) drive_read();
  if (!pins_.bvalid) drive_response();
}

bool AxiMemory::ready_next(AxiChannel channel, int stall_percent, bool valid, bool was_ready,
                           bool allowed) {
  int& quiet = quiet_[index_of(channel)];
  quiet = valid ? 0 : quiet + 1;
  const bool stalled = chance(stall_percent);
  if (stalled || !allowed || stopped(channel)) return false;
  if (options_.ready == AxiReadyMode::free) return true;
  const bool waiting = valid && !was_ready;
  return waiting || quiet % (kAxiHoldCycles + kAxiPulseCycles) >= kAxiHoldCycles;
}

bool AxiMemory::takes_addresses() const {
  if (writes_under_way_ >= options_.write_capacity) return false;
  return options_.write_order != AxiWriteOrder::data_first || !early_data_.empty();
}

void AxiMemory::drive_readies(const AxiMasterOutputs& pins) {
  const AxiStalls& stalls = options_.stalls;
  const bool room =
      options_.write_order != AxiWriteOrder::address_first && early_data_.size() < kEarlyBeats;
  pins_.arready = ready_next(AxiChannel::ar, stalls.ar, pins.arvalid, pins_.arready,
                             reads_under_way_ < options_.read_capacity);
  pins_.awready =
      ready_next(AxiChannel::aw, stalls.aw, pins.awvalid, pins_.awready, takes_addresses());
  pins_.wready =
      ready_next(AxiChannel::w, stalls.w, pins.wvalid, pins_.wready, !addresses_.empty() || room);
}

void AxiMemory::drive_idle_read() {
  const std::uint64_t random = prng_();
  pins_.rid = static_cast<std::uint32_t>(random & 3);
  pins_.rresp = static_cast<std::uint32_t>(random >> 2 & 3);
  pins_.rlast = (random >> 4 & 1) != 0;
  pins_.rdata = random_data();
}

AxiData AxiMemory::beat_data(const Burst& burst) {
  if (burst.early) {
    return to_data({burst.data.data() + static_cast<std::size_t>(burst.done) * width_, width_});
  }
  std::array<std::uint8_t, sizeof(AxiData)> buffer{};
  const std::span<std::uint8_t> bytes{buffer.data(), width_};
  bytes_.read(beat_address(burst, burst.done), bytes);
  return to_data(bytes);
}

void AxiMemory::drive_read() {
  const bool stalled = chance(options_.stalls.r);
  const std::optional<std::size_t> queue =
      stalled || stopped(AxiChannel::r) ? std::nullopt : pick_read();
  if (!queue) {
    drive_idle_read();
    return;
  }
  read_queue_ = *queue;
  const Burst& burst = reads_[*queue].front();
  const AxiResponse response = response_of(AxiDirection::read, burst, burst.done);
  pins_.rvalid = true;
  pins_.rid = burst.id;
  pins_.rresp = static_cast<std::uint32_t>(response);
  pins_.rlast = burst.done + 1 == burst.beats;
  pins_.rdata = response == AxiResponse::okay ? beat_data(burst) : random_data();
}

void AxiMemory::drive_response() {
  const bool stalled = chance(options_.stalls.b);
  const std::optional<std::size_t> queue =
      stalled || stopped(AxiChannel::b) ? std::nullopt : pick(responses_, options_.reorder_writes);
  if (!queue) {
    const std::uint64_t random = prng_();
    pins_.bid = static_cast<std::uint32_t>(random & 1);
    pins_.bresp = static_cast<std::uint32_t>(random >> 1 & 3);
    return;
  }
  response_queue_ = *queue;
  const Burst& burst = responses_[*queue].front();
  pins_.bvalid = true;
  pins_.bid = burst.id;
  pins_.bresp = static_cast<std::uint32_t>(carry_out(burst));
}

bool AxiMemory::answerable(const std::deque<Burst>& queue) const {
  return !queue.empty() && queue.front().ready_cycle <= cycle_;
}

// The queue whose front is answered next: the oldest burst of all, or any.
std::optional<std::size_t> AxiMemory::pick(const Queues& queues, bool any_order) {
  std::array<std::size_t, std::tuple_size_v<Queues>> found{};
  std::size_t count = 0;
  std::optional<std::size_t> oldest;
  for (std::size_t i = 0; i < queues.size(); ++i) {
    if (queues[i].empty()) continue;
    if (!oldest || queues[i].front().index < queues[*oldest].front().index) oldest = i;
    if (answerable(queues[i])) found[count++] = i;
  }
  if (count == 0) return std::nullopt;
  if (any_order) return found[count == 1 ? 0 : static_cast<std::size_t>(below(prng_, count))];
  return answerable(queues[*oldest]) ? oldest : std::nullopt;
}

std::optional<std::size_t> AxiMemory::pick_read() {
  const std::deque<Burst>& current = reads_[read_queue_];
  const bool in_burst = !current.empty() && current.front().done > 0;
  if (in_burst && options_.read_order != AxiReadOrder::interleave) return read_queue_;
  return pick(reads_, options_.read_order != AxiReadOrder::in_order);
}

}  // namespace gradloom
