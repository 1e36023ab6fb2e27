// SPDX-License-Identifier: Apache-2.0
// Drives the input pins of the top module through a program, cycle by cycle, whatever answers.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "golden/machine.hpp"
#include "sim/program.hpp"
#include "sim/training_pins.hpp"

namespace gradloom {

/// The output pins that the driver looks at, in one cycle.
struct Handshake {
  bool cmd_ready = false;
  bool done_valid = false;
  std::uint32_t done_code = 0;
  bool host_ready = false;
  bool rsp_valid = false;
  std::uint64_t rsp_data = 0;
  bool rsp_error = false;
  bool busy = false;
};

/// `handshake()` of a golden model.
Handshake handshake_of(const golden::Machine& machine);

/// Once a valid is 1 it stays, with its payload, until taken. With `stall_percent` > 0 each valid
/// is held back and each ready is 0 with that chance in a cycle. While a valid is 0 its payload is
/// random, within the range of the pins.
class PinDriver {
 public:
  PinDriver(const Config& config, std::uint64_t seed, int stall_percent);

  /// Adds steps behind those still to do.
  void add(Program program);

  /// Inputs of the present cycle. Call once a cycle.
  const golden::Inputs& inputs();
  /// What the top module showed in that cycle.
  void observe(const Handshake& pins);

  /// True when all steps are done and nothing is under way.
  bool finished() const;

  /// Answers to reads and completion codes, in order, since they were last taken.
  std::vector<ReadResult> take_reads();
  std::vector<std::uint32_t> take_codes();

 private:
  bool chance();
  std::uint64_t random();
  void advance();
  void offer_garbage();

  Config config_;
  Derived widths_;
  std::vector<TrainingPin> training_;
  int stall_percent_;
  std::uint64_t state_;
  Program steps_;
  std::size_t next_ = 0;
  golden::Inputs inputs_;
  bool host_offered_ = false;     // host_valid is 1 with a real access
  bool command_offered_ = false;  // cmd_valid is 1 with a real command
  std::deque<HostAccess> hosts_;
  std::deque<golden::Command> commands_;
  std::size_t reads_under_way_ = 0;
  std::size_t commands_under_way_ = 0;
  int wait_ = 0;
  int reset_ = 0;
  bool busy_ = false;
  std::vector<ReadResult> reads_;
  std::vector<std::uint32_t> codes_;
};

}  // namespace gradloom
