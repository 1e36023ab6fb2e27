// SPDX-License-Identifier: Apache-2.0
// A small AXI4 master that sends random bursts and knows what it must read back.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/axi_memory.hpp"
#include "sim/axi_monitor.hpp"
#include "sim/axi_pins.hpp"
#include "sim/prng.hpp"

namespace gradloom::test {

struct MasterOptions {
  int data_bits = 64;
  std::uint64_t base = 0;  ///< bursts stay in base..base+bytes-1; multiples of 4096
  std::uint64_t bytes = 16384;
  std::uint64_t seed = 1;
  int bursts = 200;
  int read_percent = 50;
  int max_beats = 16;
  int idle_percent = 0;             ///< valids and readies are held back with this chance
  bool full_strobes = false;        ///< otherwise random ones
  int reads_per_id = 8;             ///< under way at most
  int pause = 0;                    ///< cycles between two bursts
  bool waits_for_ready = false;     ///< broken: AR, AW and W only after their ready was 1
  bool data_after_address = false;  ///< broken: W only after awready
};

inline AxiMasterOutputs idle_pins() {
  AxiMasterOutputs pins;
  pins.rready = pins.bready = true;
  return pins;
}

/// Bursts under way never overlap, unless both are reads, so that every answer is known.
class RandomMaster {
 public:
  explicit RandomMaster(const MasterOptions& options)
      : options_(options),
        width_(static_cast<std::uint64_t>(options.data_bits) / 8),
        prng_(make_prng(options.seed, 99)),
        shadow_(options.bytes) {
    pins_ = idle_pins();
  }

  const AxiMasterOutputs& outputs() const { return pins_; }

  void clock(const AxiMasterInputs& memory) {
    take_answers(memory);
    take_requests(memory);
    if (options_.pause == 0 || ++since_burst_ >= options_.pause) plan();
    drive(memory);
  }

  bool finished() const { return planned_ == options_.bursts && under_way_.empty(); }
  /// Answers that were not what they had to be.
  int wrong() const { return wrong_; }
  int errors() const { return errors_; }  ///< answers other than OKAY
  /// What the memory must hold in the end.
  const std::vector<std::uint8_t>& shadow() const { return shadow_; }
  /// The beats written, in the order of their addresses.
  const std::vector<AxiWord>& written() const { return written_; }

 private:
  struct Burst {
    bool read = false;
    std::uint32_t id = 0;
    std::uint64_t offset = 0;
    int beats = 0;
    int done = 0;
    std::vector<std::uint8_t> expected;
    std::uint64_t bytes(std::uint64_t width) const {
      return static_cast<std::uint64_t>(beats) * width;
    }
  };
  struct WriteBeat {
    AxiData data{};
    std::uint32_t strobe = 0;
    bool last = false;
    int burst = 0;
  };

  std::uint64_t draw(std::uint64_t count) { return below(prng_, count); }
  bool held_back() { return draw(100) < static_cast<std::uint64_t>(options_.idle_percent); }

  bool clashes(const Burst& burst) const {
    return std::any_of(under_way_.begin(), under_way_.end(), [&](const Burst& other) {
      return !(burst.read && other.read) && burst.offset < other.offset + other.bytes(width_) &&
             other.offset < burst.offset + burst.bytes(width_);
    });
  }

  void plan() {
    if (planned_ == options_.bursts) return;
    Burst burst;
    burst.read = draw(100) < static_cast<std::uint64_t>(options_.read_percent);
    burst.id = static_cast<std::uint32_t>(draw(burst.read ? 4 : 2));
    burst.beats = 1 + static_cast<int>(draw(static_cast<std::uint64_t>(options_.max_beats)));
    burst.offset = draw(options_.bytes / width_) * width_;
    const std::uint64_t room = (4096 - burst.offset % 4096) / width_;
    burst.beats =
        static_cast<int>(std::min<std::uint64_t>(static_cast<std::uint64_t>(burst.beats), room));
    const auto same = std::count_if(under_way_.begin(), under_way_.end(), [&](const Burst& other) {
      return other.read == burst.read && other.id == burst.id;
    });
    if (same >= options_.reads_per_id || clashes(burst)) return;
    since_burst_ = 0;
    ++planned_;
    burst.read ? plan_read(burst) : plan_write(burst);
    under_way_.push_back(burst);
  }

  void plan_read(Burst& burst) {
    const auto first = shadow_.begin() + static_cast<std::ptrdiff_t>(burst.offset);
    burst.expected.assign(first, first + static_cast<std::ptrdiff_t>(burst.bytes(width_)));
    reads_.push_back(burst);
  }

  void plan_write(Burst& burst) {
    writes_.push_back(burst);
    for (int i = 0; i < burst.beats; ++i) {
      const std::uint64_t at = burst.offset + static_cast<std::uint64_t>(i) * width_;
      WriteBeat beat;
      const std::uint64_t lanes = (std::uint64_t{1} << width_) - 1;
      beat.strobe = static_cast<std::uint32_t>((options_.full_strobes ? lanes : prng_()) & lanes);
      for (std::size_t k = 0; k < width_ / 4; ++k)
        beat.data[k] = static_cast<std::uint32_t>(prng_());
      beat.last = i + 1 == burst.beats;
      beat.burst = writes_planned_;
      for (std::size_t k = 0; k < width_; ++k) {
        if ((beat.strobe >> k & 1) == 0) continue;
        shadow_[at + k] = static_cast<std::uint8_t>(beat.data[k / 4] >> (8 * (k % 4)));
      }
      written_.push_back(
          {AxiDirection::write, options_.base + at, burst.id, beat.data, beat.strobe});
      beats_.push_back(beat);
    }
    ++writes_planned_;
  }

  Burst* oldest(bool read, std::uint32_t id) {
    for (Burst& burst : under_way_) {
      if (burst.read == read && burst.id == id) return &burst;
    }
    return nullptr;
  }

  void finish(const Burst* burst) {
    under_way_.erase(under_way_.begin() + (burst - under_way_.data()));
  }

  void take_answers(const AxiMasterInputs& memory) {
    if (memory.rvalid && pins_.rready) take_read_beat(memory);
    if (!memory.bvalid || !pins_.bready) return;
    Burst* burst = oldest(false, memory.bid);
    if (burst == nullptr) {
      ++wrong_;
      return;
    }
    if (memory.bresp != 0) ++errors_;
    finish(burst);
  }

  void take_read_beat(const AxiMasterInputs& memory) {
    Burst* burst = oldest(true, memory.rid);
    if (burst == nullptr) {
      ++wrong_;
      return;
    }
    if (memory.rresp != 0) ++errors_;
    const std::size_t first = static_cast<std::size_t>(burst->done) * width_;
    for (std::size_t k = 0; k < width_ && memory.rresp == 0; ++k) {
      const auto got = static_cast<std::uint8_t>(memory.rdata[k / 4] >> (8 * (k % 4)));
      if (got != burst->expected[first + k]) ++wrong_;
    }
    if (++burst->done == burst->beats) finish(burst);
  }

  void take_requests(const AxiMasterInputs& memory) {
    if (pins_.arvalid && memory.arready) {
      reads_.pop_front();
      pins_.arvalid = false;
    }
    if (pins_.awvalid && memory.awready) {
      writes_.pop_front();
      pins_.awvalid = false;
      ++addresses_taken_;
    }
    if (pins_.wvalid && memory.wready) {
      beats_.pop_front();
      pins_.wvalid = false;
    }
  }

  bool may_raise(bool ready) { return (!options_.waits_for_ready || ready) && !held_back(); }

  void drive(const AxiMasterInputs& memory) {
    const std::uint32_t size = width_ == 4 ? 2 : width_ == 8 ? 3 : width_ == 16 ? 4 : 5;
    if (!pins_.arvalid && !reads_.empty() && may_raise(memory.arready)) {
      const Burst& burst = reads_.front();
      pins_.arvalid = true;
      pins_.araddr = options_.base + burst.offset;
      pins_.arid = burst.id;
      pins_.arlen = static_cast<std::uint32_t>(burst.beats - 1);
      pins_.arsize = size;
      pins_.arburst = 1;
    }
    if (!pins_.awvalid && !writes_.empty() && may_raise(memory.awready)) {
      const Burst& burst = writes_.front();
      pins_.awvalid = true;
      pins_.awaddr = options_.base + burst.offset;
      pins_.awid = burst.id;
      pins_.awlen = static_cast<std::uint32_t>(burst.beats - 1);
      pins_.awsize = size;
      pins_.awburst = 1;
    }
    if (!pins_.wvalid && !beats_.empty() && may_raise(memory.wready) &&
        (!options_.data_after_address || beats_.front().burst < addresses_taken_)) {
      pins_.wvalid = true;
      pins_.wdata = beats_.front().data;
      pins_.wstrb = beats_.front().strobe;
      pins_.wlast = beats_.front().last;
    }
    pins_.rready = !held_back();
    pins_.bready = !held_back();
  }

  MasterOptions options_;
  std::uint64_t width_;
  Prng prng_;
  std::vector<std::uint8_t> shadow_;
  AxiMasterOutputs pins_;
  int planned_ = 0;
  int writes_planned_ = 0;
  int addresses_taken_ = 0;
  int since_burst_ = 0;
  int wrong_ = 0;
  int errors_ = 0;
  std::vector<Burst> under_way_;
  std::deque<Burst> reads_;   // address not taken yet
  std::deque<Burst> writes_;  // likewise
  std::deque<WriteBeat> beats_;
  std::vector<AxiWord> written_;
};

struct RandomRun {
  bool finished = false;
  int wrong = 0;
  int errors = 0;
  std::int64_t cycles = 0;
  std::vector<std::string> violations;
  AxiCounts counts;
  std::vector<AxiWord> words;
  std::vector<AxiWord> written;
  bool memory_good = false;  ///< holds what the master wrote

  bool clean() const {
    return finished && wrong == 0 && errors == 0 && memory_good && violations.empty();
  }
};

/// The master against the memory under the monitor, until it has finished or `timeout` cycles.
inline RandomRun run_random(const AxiMemoryOptions& memory_options, MasterOptions master_options,
                            AxiMonitorOptions monitor_options = {}, std::int64_t timeout = 200000) {
  master_options.data_bits = monitor_options.data_bits = memory_options.data_bits;
  AxiMemory memory(memory_options);
  RandomMaster master(master_options);
  AxiMonitor monitor(monitor_options);
  while (!master.finished() && memory.cycle() < timeout) {
    const AxiMasterInputs inputs = memory.inputs();
    const AxiMasterOutputs outputs = master.outputs();
    monitor.clock(true, outputs, inputs);
    memory.clock(outputs);
    master.clock(inputs);
  }
  if (master.finished()) monitor.finish();
  std::vector<std::uint8_t> bytes(master_options.bytes);
  memory.bytes().read(master_options.base, bytes);
  return {master.finished(),   master.wrong(),           master.errors(),
          memory.cycle(),      monitor.report().lines(), memory.counts(),
          memory.take_words(), master.written(),         bytes == master.shadow()};
}

}  // namespace gradloom::test
