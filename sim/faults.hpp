// SPDX-License-Identifier: Apache-2.0
// Single bit flips (single event upsets) in the Verilated model, and what comes of them. The
// reference is the golden model.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "sim/fault_structures.hpp"
#include "sim/program.hpp"
#include "sim/rtl_registers.hpp"

namespace gradloom {

enum class FaultOutcome {
  masked,    ///< all results as they should be, nothing reported
  detected,  ///< the hardware reported an error
  silent,    ///< a result differs, nothing reported
  hang,      ///< no end, or an answer to nothing
};
inline constexpr int kFaultOutcomes = 4;
const char* name(FaultOutcome outcome);

/// A random layer, or training step, and what the golden model says of it.
struct FaultScenario {
  std::string what;  ///< for messages: operation, schedule, sizes
  Program program;
  std::vector<bool> results;  ///< of each read: a word of a result, not a register
  std::vector<std::uint64_t> reads;
  std::int64_t first = 0;  ///< cycles in which the golden model is busy: faults fall into these
  std::int64_t last = 0;
  std::int64_t end = 0;
};

/// Layers of up to three tiles a direction; with training half of them are training steps.
FaultScenario fault_scenario(const Config& config, std::uint64_t seed);

struct FaultOptions {
  std::uint64_t seed = 1;
  /// Registers of the map, beside HOST_ERRORS, that are not 0 once an error was detected. Those
  /// whose name starts with ABFT are always looked at.
  std::vector<std::string> error_registers;
};

/// One injection, all of which follows from seed, structure and number.
struct FaultResult {
  int number = 0;
  FaultOutcome outcome = FaultOutcome::masked;
  bool wrong = false;  ///< a result differs, also where it was detected
  std::string site;    ///< register, word and bit
  std::int64_t cycle = 0;
  std::string scenario;
  std::string how;  ///< what reported it, or the first result that differs
};

struct FaultLibrary {
  std::filesystem::path library;  ///< of a model that was built with registers
  RtlRegisters rtl;
};

/// Bits of each structure, in the order of fault_structures(); 0 where the design has none.
std::vector<std::int64_t> fault_bits(const Config& config, const FaultLibrary& design);

/// Puts fault `number` into the structure (its place in fault_structures(), with bits). Throws
/// CheckError if the model without a fault differs from the golden one, which every 16th number
/// tests.
FaultResult inject_fault(const Config& config, const FaultLibrary& design, std::size_t structure,
                         int number, const FaultOptions& options);

/// What one structure gave.
struct FaultTally {
  std::array<int, kFaultOutcomes> outcomes{};
  int wrong_detected = 0;  ///< detected, and a result was wrong
  int total() const;
};

/// Half width of the 95 % interval of a share, for `count` of an unlimited number of faults and a
/// share of one half, which is the widest.
double fault_margin(int count);

}  // namespace gradloom
