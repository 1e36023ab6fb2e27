// SPDX-License-Identifier: Apache-2.0
// Runs programs on the Verilated top module and compares every output pin with the golden model
// in every cycle.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "golden/error.hpp"
#include "golden/machine.hpp"
#include "sim/model_library.hpp"
#include "sim/pin_driver.hpp"
#include "sim/program.hpp"
#include "sim/training_pins.hpp"

namespace gradloom {

class FunctionalCoverage;

/// An output pin, or one lane of a trace pin, that differs from the golden model.
struct Mismatch {
  std::int64_t cycle = 0;  ///< cycles since the model was made
  std::string signal;
  int lane = -1;  ///< of a trace pin; -1 otherwise
  std::optional<golden::Element> element;
  std::uint64_t expected = 0;
  std::uint64_t got = 0;
};

/// One line: cycle, signal, lane, tile, element, expected, got.
std::string to_string(const Mismatch& mismatch);

/// The RTL differs from the golden model, or does not come to an end.
class CheckError : public Error {
 public:
  CheckError(const std::string& message, std::vector<Mismatch> mismatches)
      : Error(ExitCode::check_failed, message), mismatches_(std::move(mismatches)) {}
  /// Those of the first cycle that has any, at most 16.
  const std::vector<Mismatch>& mismatches() const { return mismatches_; }

 private:
  std::vector<Mismatch> mismatches_;
};

struct HarnessOptions {
  std::uint64_t seed = 1;  ///< of stalls, idle payloads and initial values
  int stall_percent = 0;
  bool check = true;  ///< false: only drive, for speed measurements
  RandomReset reset = RandomReset::random;
  std::filesystem::path waves;  ///< FST file; empty: none
  std::int64_t timeout_cycles = 10'000'000;
  std::uint64_t config_hash = 0;
  /// Called before each cycle, when the registers have their values of that cycle.
  std::function<void(Model&, std::int64_t)> before_cycle;
  FunctionalCoverage* coverage = nullptr;  ///< told the pins of each cycle, if any
  /// Called when the harness is done with its model; must not throw.
  std::function<void(const Model&)> at_end;
  int mutant = 0;  ///< of a model that holds some (Model::select_mutant)
};

struct ProgramResult {
  std::vector<ReadResult> reads;
  std::vector<std::uint32_t> codes;
};

class Harness {
 public:
  /// Brings the design out of reset.
  Harness(const Config& config, const std::filesystem::path& library,
          const HarnessOptions& options);
  ~Harness();

  /// Runs the steps to their end. Throws CheckError, Interrupted.
  ProgramResult run(Program program);

  /// Reads every bank word that was ever written, and every counter, through the host port, and
  /// compares them with the golden model (not possible without `check`). Throws CheckError.
  void check_state();

  const Config& config() const { return config_; }
  std::int64_t cycles() const { return cycle_; }
  /// Output pins compared so far.
  std::int64_t checks() const { return checks_; }
  /// The golden model, in the same state as the RTL. Only with `check`.
  const golden::Machine& machine() const { return machine_; }

 private:
  struct Compared {
    const void* pin;
    std::size_t word;
    std::size_t bytes;
    bool is_rsp_data;
  };
  void cycle();
  void drive(const golden::Inputs& inputs);
  Handshake sample() const;
  void compare();
  [[noreturn]] void report_mismatch() const;
  void collect(const golden::Signal& signal, std::vector<Mismatch>& found) const;

  Config config_;
  HarnessOptions options_;
  Model model_;
  golden::Machine machine_;
  PinDriver driver_;
  std::vector<Compared> compared_;
  std::int64_t cycle_ = 0;
  std::int64_t checks_ = 0;

  // Pins by role.
  Pin clk_, rst_n_, cmd_valid_, cmd_op_, cmd_sched_, cmd_acc_psum_, cmd_acc_dw_, cmd_m_, cmd_n_,
      cmd_b_, done_ready_, host_valid_, host_write_, host_sel_, host_lane_, host_addr_, host_wdata_,
      rsp_ready_;
  std::vector<std::pair<Pin, std::size_t>> cmd_bases_;  // with buffer code
  std::vector<std::pair<Pin, TrainingPin>> cmd_training_;
  Pin cmd_ready_, done_valid_, done_code_, host_ready_, rsp_valid_, rsp_data_, rsp_error_, busy_;
};

/// Reads of all defined words and all registers, between Barriers.
Program state_program(const golden::Machine& machine);

}  // namespace gradloom
