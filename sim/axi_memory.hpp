// SPDX-License-Identifier: Apache-2.0
// The memory at the other side of the design's AXI4 bus, cycle by cycle: as fast or as awkward as
// AXI4 allows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/axi_pins.hpp"
#include "sim/prng.hpp"

namespace gradloom {

/// Bytes at the addresses base..base+size-1. Bytes that were never written are 0; pages take space
/// once they are written, so `size` may be huge.
class SparseBytes {
 public:
  /// Throws std::invalid_argument if the range goes beyond the last 64-bit address.
  SparseBytes(std::uint64_t base, std::uint64_t size);

  bool contains(std::uint64_t address, std::uint64_t bytes) const;
  /// Both throw std::out_of_range, and do nothing, if a byte is outside.
  void read(std::uint64_t address, std::span<std::uint8_t> bytes) const;
  void write(std::uint64_t address, std::span<const std::uint8_t> bytes);

 private:
  static constexpr std::size_t kPageBytes = 4096;
  using Page = std::array<std::uint8_t, kPageBytes>;

  std::uint64_t base_;
  std::uint64_t size_;
  std::unordered_map<std::uint64_t, Page> pages_;
};

enum class AxiDirection { read, write };
enum class AxiChannel { ar, r, aw, w, b };
inline constexpr int kAxiChannels = 5;

/// In percent of the cycles, 0..99: a ready is 0, or the next valid is held back.
struct AxiStalls {
  int ar = 0;
  int r = 0;
  int aw = 0;
  int w = 0;
  int b = 0;
};

enum class AxiReadOrder {
  in_order,    ///< all bursts in the order of their addresses
  reorder,     ///< bursts of different ids overtake each other
  interleave,  ///< and beats of bursts of different ids are mixed
};

enum class AxiReadyMode {
  free,         ///< arready, awready and wready do not wait for their valids
  after_valid,  ///< they stay 0 until their valid has been 1 in the cycle before; see below
};

enum class AxiWriteOrder {
  any,            ///< addresses and data are taken as they come
  address_first,  ///< no data beat is taken before the address of its burst
  data_first,     ///< no address is taken before a data beat of its burst was
};

/// In the mode after_valid a ready that has been 0 for this many cycles without a valid is 1 for
/// kAxiPulseCycles cycles, and so on in turns. So a master whose valid waits for ready does not
/// hang; but all its valids rise in these pulses, which AxiMonitor finds if
/// `check_ready_dependency` is set.
inline constexpr int kAxiHoldCycles = 64;
inline constexpr int kAxiPulseCycles = 8;

/// An answer other than OKAY, by address or by the number of the burst.
struct AxiFault {
  AxiDirection direction = AxiDirection::read;
  AxiResponse response = AxiResponse::slverr;
  std::uint64_t address = 0;  ///< every beat that touches address..address+bytes-1
  std::uint64_t bytes = 0;    ///< 0: not by address
  /// Every beat of this burst: counted from 0 at the address handshakes of the direction, over
  /// resets.
  std::optional<std::int64_t> burst;
  int beat = -1;  ///< with `burst`: only this beat, from 0; -1: all. A write has one answer anyway.
};

enum class AxiUnit { cycle, burst, beat };

/// From when on a channel does not answer: its ready (AR, AW, W) is 0, or no new valid (R, B) is
/// raised. A valid that is 1 already stays until it is taken.
struct AxiStop {
  AxiChannel channel = AxiChannel::ar;
  AxiUnit unit = AxiUnit::cycle;
  /// In cycles since construction, or in bursts or beats that the channel has finished. On AR, AW
  /// and B a burst is one beat.
  std::int64_t from = 0;
};

struct AxiMemoryOptions {
  int data_bits = 64;      ///< 32, 64, 128 or 256
  std::uint64_t base = 0;  ///< first address of the memory
  std::uint64_t bytes = std::uint64_t{1} << 20;
  std::uint64_t seed = 1;
  int read_latency = 20;   ///< cycles from the address handshake to the first data; at least 1
  int write_latency = 20;  ///< cycles from the last of address and data to the response; at least 1
  int random_latency = 0;  ///< up to so many cycles more, drawn for each burst
  AxiStalls stalls;
  AxiReadOrder read_order = AxiReadOrder::in_order;
  bool reorder_writes = false;  ///< responses of different ids overtake each other
  AxiReadyMode ready = AxiReadyMode::free;
  AxiWriteOrder write_order = AxiWriteOrder::any;
  int read_capacity = 64;   ///< bursts under way at most; then arready is 0
  int write_capacity = 64;  ///< likewise, addresses without a taken response; then awready is 0
  bool record = false;      ///< keep every beat for take_words()
  std::vector<AxiFault> faults;
  std::vector<AxiStop> stops;
};

/// One beat as it went over the bus.
struct AxiWord {
  AxiDirection direction = AxiDirection::read;
  std::uint64_t address = 0;  ///< of the lowest byte of the beat
  std::uint32_t id = 0;
  AxiData data{};
  std::uint32_t strobe = 0;  ///< all ones for a read
  bool operator==(const AxiWord&) const = default;
};

/// Since construction. Bursts count at the address handshake, beats and bytes at the data
/// handshake.
struct AxiCounts {
  std::int64_t read_bursts = 0;
  std::int64_t read_beats = 0;
  std::int64_t read_bytes = 0;
  std::int64_t write_bursts = 0;
  std::int64_t write_beats = 0;
  std::int64_t write_bytes = 0;  ///< those with the strobe set
  bool operator==(const AxiCounts&) const = default;
};

/// An AXI4 slave. For each cycle: inputs(), then clock() (or reset()). Without stalls one beat a
/// cycle goes over each channel. All is determined by the seed and by what the design drives.
///
/// Reads and writes under way at the same time have no order in AXI4, and the memory makes the most
/// of it: a write is carried out when its response is offered, and the data of a read is that of
/// its address handshake or that of the moment a beat is offered, drawn for each burst.
///
/// Every burst is answered as an incrementing one of full beats from the aligned address with
/// len + 1 beats, whatever size, burst and wlast say: AxiMonitor tells what is wrong with them. An
/// address outside the memory gives DECERR. A burst of writes with an error changes nothing; the
/// data of a beat of reads with an error is random, as is the payload while a valid is 0.
class AxiMemory {
 public:
  /// Throws std::invalid_argument if an option is out of range.
  explicit AxiMemory(const AxiMemoryOptions& options);

  /// The pins to drive in the present cycle; they do not depend on what the design drives in it.
  const AxiMasterInputs& inputs() const { return pins_; }
  /// Ends the present cycle, in which the design drove `pins`.
  void clock(const AxiMasterOutputs& pins);
  /// Ends a cycle in which the reset of the design is active: everything under way is dropped. The
  /// bytes, the counts and the cycle number stay.
  void reset();

  /// The bytes, for the host: what the bus has not carried out yet (see above) is not in them.
  SparseBytes& bytes() { return bytes_; }
  const SparseBytes& bytes() const { return bytes_; }

  void add_fault(const AxiFault& fault) { faults_.push_back(fault); }
  void clear_faults() { faults_.clear(); }
  /// Counts from the next cycle on; `from` as in AxiStop.
  void add_stop(const AxiStop& stop) { stops_.push_back(stop); }
  /// Forgets the stops that have been reached: their channels answer again from the next cycle on.
  void resume();

  /// The present cycle, from 0.
  std::int64_t cycle() const { return cycle_; }
  const AxiCounts& counts() const { return counts_; }
  /// True if no burst is under way and no data waits for its address.
  bool idle() const;
  /// The beats since the last call, in the order of their handshakes; the data of a write at the
  /// later one of its handshake and that of its address. Empty without `record`.
  std::vector<AxiWord> take_words();

 private:
  struct Burst {
    std::uint64_t address = 0;  // aligned
    std::uint32_t id = 0;
    int beats = 0;
    int done = 0;                  // beats sent or received
    std::int64_t index = 0;        // among all bursts of the direction
    std::int64_t ready_cycle = 0;  // of the answer
    bool early = false;            // a read with the bytes of the address handshake, in `data`
    std::vector<std::uint8_t> data;
    std::vector<std::uint32_t> strobes;  // of a write, for each beat
  };
  struct Beat {
    AxiData data{};
    std::uint32_t strobe = 0;
  };
  struct Progress {
    std::int64_t bursts = 0;
    std::int64_t beats = 0;
  };
  // Ids that differ by a multiple of 4 share a queue and stay in order.
  using Queues = std::array<std::deque<Burst>, 4>;

  bool chance(int percent);
  AxiData random_data();
  void finish(AxiChannel channel, bool burst);
  bool reached(const AxiStop& stop) const;
  bool stopped(AxiChannel channel) const;
  AxiResponse response_of(AxiDirection direction, const Burst& burst, int beat) const;
  Burst make_burst(std::uint64_t address, std::uint32_t id, std::uint32_t len) const;
  std::int64_t answer_cycle(int latency);
  std::uint64_t beat_address(const Burst& burst, int beat) const;
  void remember(AxiDirection direction, const Burst& burst, const Beat& beat);

  void take_read_address(const AxiMasterOutputs& pins);
  void take_write_address(const AxiMasterOutputs& pins);
  void take_write_data(const AxiMasterOutputs& pins);
  void match_write_data();
  void add_write_beat(Burst& burst, const Beat& beat);
  void take_read_beat();
  void take_response();
  AxiResponse carry_out(const Burst& burst);

  void drive(const AxiMasterOutputs& pins);
  bool ready_next(AxiChannel channel, int stall_percent, bool valid, bool was_ready, bool allowed);
  bool takes_addresses() const;
  void drive_readies(const AxiMasterOutputs& pins);
  void drive_read();
  void drive_idle_read();
  AxiData beat_data(const Burst& burst);
  void drive_response();
  bool answerable(const std::deque<Burst>& queue) const;
  std::optional<std::size_t> pick(const Queues& queues, bool any_order);
  std::optional<std::size_t> pick_read();

  AxiMemoryOptions options_;
  std::uint64_t width_;  // bytes of a beat
  SparseBytes bytes_;
  Prng prng_;
  std::vector<AxiFault> faults_;
  std::vector<AxiStop> stops_;
  AxiMasterInputs pins_;
  std::int64_t cycle_ = 0;
  AxiCounts counts_;
  std::array<Progress, kAxiChannels> progress_{};
  std::array<int, kAxiChannels> quiet_{};  // cycles without a valid, for after_valid

  Queues reads_;
  int reads_under_way_ = 0;
  std::size_t read_queue_ = 0;   // of the beat offered, or offered last
  std::deque<Burst> addresses_;  // writes that miss data
  std::deque<Beat> early_data_;  // data without an address; then addresses_ is empty
  Queues responses_;
  int writes_under_way_ = 0;        // addresses without a taken response
  std::size_t response_queue_ = 0;  // of the response offered
  std::vector<AxiWord> words_;
};

}  // namespace gradloom
