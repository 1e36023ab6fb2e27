// SPDX-License-Identifier: Apache-2.0
// The host at the design's AXI4-Lite bus, cycle by cycle: as fast or as awkward as AXI4-Lite
// allows.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/axi_memory.hpp"
#include "sim/axi_pins.hpp"
#include "sim/prng.hpp"

namespace gradloom {

struct AxiLiteAccess {
  bool write = false;
  std::uint32_t address = 0;
  std::uint32_t data = 0;  ///< of a write
  std::uint32_t strobe = 0xF;
  bool operator==(const AxiLiteAccess&) const = default;
};

struct AxiLiteAnswer {
  AxiLiteAccess access;
  std::uint32_t data = 0;  ///< of a read
  AxiResponse response = AxiResponse::okay;
};

struct AxiLiteDriverOptions {
  std::uint64_t seed = 1;
  /// In percent of the cycles, 0..99: a valid is held back or a ready is 0. If it is not 0, address
  /// and data of a write also come up to kAxiLiteSkew cycles apart, in either order.
  int stall_percent = 0;
  int outstanding = 1;  ///< reads, and likewise writes, that are under way at most
  int address_bits = 12;
  /// Of rready and bready, as in AxiMemory; there it is awready and the like.
  AxiReadyMode ready = AxiReadyMode::free;
};

inline constexpr int kAxiLiteSkew = 12;

/// An AXI4-Lite master. For each cycle: inputs(), then clock() (or reset()). Reads are made in the
/// order in which they were added, and so are writes; reads and writes have no order between them
/// beyond that. The payload is random while a valid is 0. A valid never waits for a ready.
class AxiLiteDriver {
 public:
  /// Throws std::invalid_argument if an option is out of range.
  explicit AxiLiteDriver(const AxiLiteDriverOptions& options);

  void add(const AxiLiteAccess& access);

  /// The pins to drive in the present cycle.
  const AxiLiteInputs& inputs() const { return pins_; }
  /// Ends the present cycle, in which the design drove `design`.
  void clock(const AxiLiteOutputs& design);
  /// Ends a cycle in which the reset of the design is active: all accesses are dropped.
  void reset();

  /// True if every access was answered.
  bool idle() const { return reads_.empty() && writes_.empty(); }
  /// For how many cycles in a row an access has been under way and none was answered.
  std::int64_t waiting() const { return waiting_; }
  /// The answers since the last call, in the order of their arrival.
  std::vector<AxiLiteAnswer> take_answers();

 private:
  struct Pending {
    AxiLiteAccess access;
    bool address_taken = false;
    bool data_taken = false;  // of a write
  };
  // Of an offer that is due: cycles until it is made. -1: not drawn yet.
  struct Delay {
    int cycles = -1;
  };

  bool chance();
  int draw_delay();
  bool due(Delay& delay);
  void take_answer(std::deque<Pending>& queue, std::uint32_t data, std::uint32_t response);
  void drive(const AxiLiteOutputs& design);
  void drive_write_address();
  void drive_write_data();
  void drive_read_address();
  bool ready_next(int& quiet, bool valid, bool was_ready);
  Pending* next(std::deque<Pending>& queue, bool Pending::*taken);

  AxiLiteDriverOptions options_;
  Prng prng_;
  AxiLiteInputs pins_;
  std::deque<Pending> reads_;
  std::deque<Pending> writes_;
  Delay aw_, w_, ar_;
  int quiet_r_ = 0;
  int quiet_b_ = 0;
  std::int64_t waiting_ = 0;
  std::vector<AxiLiteAnswer> answers_;
};

}  // namespace gradloom
