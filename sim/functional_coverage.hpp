// SPDX-License-Identifier: Apache-2.0
// What the checks have exercised, as seen at the pins: commands by operation, schedule and shape,
// handshakes that wait, resets, errors, training, and the bus. The cover points are declared once,
// in functional_coverage.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "golden/config.hpp"
#include "golden/machine.hpp"
#include "sim/axi_pins.hpp"
#include "sim/pin_driver.hpp"

namespace gradloom {

class FunctionalCoverage {
 public:
  /// All points that the configuration can have, none of them hit.
  explicit FunctionalCoverage(const Config& config);

  /// The pins of a cycle of a design without a bus.
  void sample(const golden::Inputs& inputs, const Handshake& pins);
  /// The pins of the AXI4 bus and the reset in a cycle.
  void sample_bus(bool rst_n, const AxiMasterOutputs& design, const AxiMasterInputs& memory);
  /// An access of the host to a register of a design with a bus, and what was read.
  void sample_access(bool write, std::uint32_t offset, std::uint32_t data, AxiResponse response);

  /// Hits by point, "group: bin". Points without a hit are in it too.
  const std::map<std::string, std::int64_t>& points() const { return points_; }

 private:
  void add(const std::string& point) { points_.emplace(point, 0); }
  void hit(const std::string& point);
  void declare_commands();
  void declare_pins();
  void declare_training();
  void declare_bus();
  void sample_command(const golden::Command& command);
  void sample_training(const golden::Command& command);
  void sample_handshake(int port, bool valid, bool ready);
  void sample_host(const golden::Inputs& inputs);
  void sample_reset(const Handshake& pins);

  Config config_;
  std::map<std::string, std::int64_t> points_;
  static constexpr int kPorts = 4;
  static constexpr int kChannels = 5;
  int waited_[kPorts] = {};  // cycles that the present offer waits
  bool taken_[kPorts] = {};  // in the cycle before
  int channel_[kChannels] = {};
  bool busy_ = false;
  bool in_reset_ = false;
  int outstanding_ = 0;  // commands accepted, not completed
  int reads_ = 0;
  int last_op_ = -1;
  bool bus_busy_ = false;
};

}  // namespace gradloom
