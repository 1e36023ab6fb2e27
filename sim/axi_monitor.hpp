// SPDX-License-Identifier: Apache-2.0
// Watches the buses of the design and collects what breaks the rules of AXI4 and AXI4-Lite.
//
// A violation is a line "cycle 12: AR_STABLE: the payload changed before arready". The rules:
//
// | rule | AXI4 | Lite | what must hold |
// |---|---|---|---|
// | `<ch>_HELD` | x | x | a valid stays 1 until its ready |
// | `<ch>_STABLE` | x | x | so does its payload |
// | `<ch>_RESET` | x | x | valid is 0 in reset and in the first cycle after it |
// | `<ch>_DEPENDS` | AR AW W | R B | valid does not wait for ready; see below |
// | `<ch>_PENDING` | x | x | at the end no valid waits |
// | `AR_BURST` `AW_BURST` | x | | INCR |
// | `AR_SIZE` `AW_SIZE` | x | | the full width of the data bus |
// | `AR_LEN` `AW_LEN` | x | | at most 256 beats |
// | `AR_ALIGN` `AW_ALIGN` | x | | the address is a multiple of the bytes of a beat |
// | `AR_4K` `AW_4K` | x | | a burst stays within 4 KiB |
// | `AR_ID` `AW_ID` | x | | fits the pins |
// | `AR_ADDRESS` `AW_ADDRESS` | x | x | fits the pins |
// | `AR_OUTSTANDING` `AW_OUTSTANDING` | x | | at most so many as the options say |
// | `W_STRB` | x | x | only lanes of the data bus |
// | `W_LAST` | x | | is 1 at the last beat of a burst and only there |
// | `W_UNCLAIMED` | x | | at the end every data beat belongs to an address |
// | `R_ORPHAN` | x | x | a read was accepted, with that id, in an earlier cycle |
// | `R_LAST` | x | | is 1 at the last beat of a burst and only there |
// | `B_ORPHAN` | x | x | address and last data beat were accepted, with that id, earlier |
// | `R_RESP` `B_RESP` | x | x | OKAY, SLVERR or DECERR |
// | `READ_UNFINISHED` `WRITE_UNFINISHED` | x | x | at the end nothing is under way |
//
// In AXI4 write data may come before its address: it is set against the addresses in order, and is
// not an error before the end.
//
// Valid must not wait for ready. One cycle cannot show this, so there are two ways to see it:
//
// 1. AxiMemory in the mode after_valid holds each ready at 0 until the valid comes, with a short
//    pulse of ready now and then. The monitor with `check_ready_dependency` finds a channel on
//    which valid rose at least 8 times, never after ready had been 0 for some cycles, although
//    ready was 0 in most of the cycles that it could have risen in. A valid right after a handshake
//    proves nothing, so the run must let each channel fall silent now and then. Leave the option
//    off with other memories: a ready that is 0 just when the master has nothing to say would look
//    like a dependency.
// 2. W that waits for awready hangs with AxiWriteOrder::data_first, AW that waits for wready with
//    AxiWriteOrder::address_first.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sim/axi_pins.hpp"

namespace gradloom {

/// Violations in the order they were found.
class AxiReport {
 public:
  /// The first 100, as lines.
  const std::vector<std::string>& lines() const { return lines_; }
  /// All of them.
  std::int64_t count() const { return count_; }
  void add(std::int64_t cycle, const std::string& rule, const std::string& what);

 private:
  std::vector<std::string> lines_;
  std::int64_t count_ = 0;
};

/// How often a valid rose, and how often while ready had been 0 for some cycles.
class AxiDependency {
 public:
  void clock(bool valid, bool ready);
  /// See the head of this file.
  bool found() const;

 private:
  std::int64_t rises_ = 0;
  std::int64_t free_rises_ = 0;  // those that cannot have waited for ready
  std::int64_t low_ = 0;         // cycles without valid, ready 0
  std::int64_t high_ = 0;        // cycles without valid, ready 1
  int quiet_run_ = 0;            // cycles without valid up to the present one
  int low_run_ = 0;              // cycles with ready 0 up to the present one
};

/// The rules that hold for each pair of valid and ready.
class AxiChannelMonitor {
 public:
  using Payload = std::array<std::uint64_t, 6>;
  struct Pins {
    bool valid = false;
    bool ready = false;
    Payload payload{};
  };

  /// `name` as in the rules; `depends`: look for a valid that waits for ready.
  AxiChannelMonitor(std::string name, bool depends);

  /// A cycle out of reset; `first`: the first one. True if a valid with a new payload came up.
  bool clock(std::int64_t cycle, bool first, const Pins& pins, AxiReport& report);
  /// A cycle in reset; `settled`: not the first one, in which a synchronous reset shows nothing.
  void reset(std::int64_t cycle, bool settled, bool valid, AxiReport& report);
  void finish(std::int64_t cycle, AxiReport& report) const;

 private:
  std::string name_;
  bool depends_;
  bool waiting_ = false;  // valid was 1 and ready 0
  Payload payload_{};
  AxiDependency dependency_;
};

struct AxiMonitorOptions {
  int data_bits = 64;
  int address_bits = 64;
  int read_id_bits = 2;
  int write_id_bits = 1;
  int max_reads_per_id = 8;  ///< bursts under way; 0: any number
  int max_writes = 0;        ///< likewise, of all ids
  bool check_ready_dependency = false;
};

/// Both sides of the design's AXI4 bus. A bus that was not reset before is taken to come out of
/// reset in the first cycle.
class AxiMonitor {
 public:
  explicit AxiMonitor(const AxiMonitorOptions& options);

  /// The pins of one cycle, as they are at its end. With `rst_n` 0 all that was under way is
  /// forgotten.
  void clock(bool rst_n, const AxiMasterOutputs& design, const AxiMasterInputs& memory);
  /// Checks what must hold at the end of a run. Call it once.
  void finish();

  const AxiReport& report() const { return report_; }
  /// Cycles seen; the next one has this number.
  std::int64_t cycle() const { return cycle_; }
  std::int64_t reads_under_way() const;
  /// Accepted addresses without a taken response.
  std::int64_t writes_under_way() const { return writes_; }

 private:
  struct Address {
    std::uint64_t address = 0;
    std::uint32_t id = 0;
    std::uint32_t len = 0;
    std::uint32_t size = 0;
    std::uint32_t burst = 0;
  };
  struct Burst {
    std::uint32_t id = 0;
    std::uint32_t len = 0;
    std::uint32_t done = 0;
  };

  void add(const std::string& rule, const std::string& what) { report_.add(cycle_, rule, what); }
  void clock_reset(const AxiMasterOutputs& design, const AxiMasterInputs& memory);
  void check_address(const std::string& channel, const Address& address, int id_bits);
  void check_extent(const std::string& channel, const Address& address);
  void check_read_beat(const AxiMasterInputs& memory);
  void check_response(const AxiMasterInputs& memory);
  void take_read_address(const AxiMasterOutputs& design);
  void take_read_beat(const AxiMasterInputs& memory);
  void take_write_address(const AxiMasterOutputs& design);
  void take_write_beat(bool last);
  void match_write_data();
  void take_response(const AxiMasterInputs& memory);

  AxiMonitorOptions options_;
  std::uint64_t width_;  // bytes of a beat
  AxiReport report_;
  std::int64_t cycle_ = 0;
  int reset_cycles_ = 0;  // in a row, up to the present cycle
  bool first_ = true;     // the next cycle out of reset is the first
  AxiChannelMonitor ar_, r_, aw_, w_, b_;
  std::map<std::uint32_t, std::deque<Burst>> reads_;  // by id
  std::deque<Burst> addresses_;                       // writes that miss data
  std::deque<bool> early_data_;                       // wlast of beats without an address
  std::int64_t early_run_ = 0;                        // those since the last wlast
  std::map<std::uint32_t, std::int64_t> completed_;   // writes without a response, by id
  std::int64_t writes_ = 0;
};

struct AxiLiteMonitorOptions {
  int address_bits = 12;
  /// Of rvalid and bvalid. The host must hold rready and bready at 0 until their valids, with
  /// pulses, as AxiMemory does.
  bool check_ready_dependency = false;
};

/// Both sides of the design's AXI4-Lite bus; otherwise as AxiMonitor.
class AxiLiteMonitor {
 public:
  explicit AxiLiteMonitor(const AxiLiteMonitorOptions& options);

  void clock(bool rst_n, const AxiLiteOutputs& design, const AxiLiteInputs& host);
  void finish();

  const AxiReport& report() const { return report_; }
  std::int64_t cycle() const { return cycle_; }

 private:
  void add(const std::string& rule, const std::string& what) { report_.add(cycle_, rule, what); }
  void clock_reset(const AxiLiteOutputs& design, const AxiLiteInputs& host);
  void check_address(const std::string& channel, std::uint32_t address);
  void check_read_data(const AxiLiteOutputs& design);
  void check_response(const AxiLiteOutputs& design);
  void take(const AxiLiteOutputs& design, const AxiLiteInputs& host);

  AxiLiteMonitorOptions options_;
  AxiReport report_;
  std::int64_t cycle_ = 0;
  int reset_cycles_ = 0;
  bool first_ = true;
  AxiChannelMonitor ar_, r_, aw_, w_, b_;
  std::int64_t reads_ = 0;      // accepted, not answered
  std::int64_t addresses_ = 0;  // of writes without data
  std::int64_t data_ = 0;       // of writes without an address
  std::int64_t writes_ = 0;     // address and data accepted, not answered
};

}  // namespace gradloom
