// SPDX-License-Identifier: Apache-2.0
// A chip with a bus (docs/bus.md) without its cycles: it does the descriptors of a list one after
// the other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "golden/config.hpp"
#include "golden/descriptor.hpp"
#include "golden/functional_array.hpp"

namespace gradloom::golden {

enum class BusAnswer : std::uint8_t { okay, slverr, decerr };

/// What the AXI4 master sees: bytes by address. Accesses are whole beats.
class ByteMemory {
 public:
  ByteMemory() = default;
  ByteMemory(const ByteMemory&) = delete;
  ByteMemory& operator=(const ByteMemory&) = delete;
  virtual ~ByteMemory() = default;
  virtual BusAnswer read(std::uint64_t address, std::uint8_t* data, std::size_t count) = 0;
  virtual BusAnswer write(std::uint64_t address, const std::uint8_t* data, std::size_t count) = 0;
};

/// One range of bytes; decerr outside.
class RangeMemory final : public ByteMemory {
 public:
  RangeMemory(std::uint64_t base, std::vector<std::uint8_t> bytes);
  BusAnswer read(std::uint64_t address, std::uint8_t* data, std::size_t count) override;
  BusAnswer write(std::uint64_t address, const std::uint8_t* data, std::size_t count) override;
  std::uint64_t base() const { return base_; }
  std::vector<std::uint8_t>& bytes() { return bytes_; }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  bool holds(std::uint64_t address, std::size_t count) const;

  std::uint64_t base_;
  std::vector<std::uint8_t> bytes_;
};

inline constexpr std::size_t kMaxBeatBytes = 32;

/// A beat on the bus. Bytes from data_bits/8 on are 0.
struct BusBeat {
  std::uint64_t address = 0;
  std::array<std::uint8_t, kMaxBeatBytes> data{};
  std::uint32_t strobe = 0;   ///< a bit a byte; stores
  std::uint32_t defined = 0;  ///< a bit a byte: 0 if it is of a bank word that nothing had written
  std::uint32_t index = 0;    ///< of the descriptor
  bool operator==(const BusBeat&) const = default;
};

struct RunResult {
  int code = 0;                   ///< RunError, or 16 + the code of the command
  std::uint32_t error_index = 0;  ///< of the descriptor; 0 without error
  std::uint32_t iteration = 0;    ///< as the register: iterations begun before the last one
  std::uint64_t descriptors = 0;  ///< fetched and good
  std::uint64_t load_beats = 0;
  std::uint64_t store_beats = 0;
  std::uint64_t fetch_beats = 0;
  // Only with RunOptions::log:
  std::vector<BusBeat> loads;
  std::vector<BusBeat> stores;
  std::vector<BusBeat> fetches;
};

struct RunOptions {
  bool log = false;
};

/// Banks and generators keep their contents from one run to the next. In a run descriptors are
/// done in the order of the list as far as their tokens are there; one that has to wait lets the
/// later ones of other engines pass. An error ends the run: those that wait then are dropped.
class Chip {
 public:
  /// The configuration must have a bus.
  explicit Chip(const Config& config);

  void seed(std::uint32_t value) { array_.seed(value); }
  RunResult run(ByteMemory& memory, std::uint64_t list_address, std::uint32_t length,
                std::uint32_t batches, RunOptions options = {});

  /// Does one good LOAD, STORE or COMPUTE on its own, without tokens. Returns its code; beats are
  /// counted (and logged) in `result`.
  int execute(ByteMemory& memory, const Descriptor& descriptor, std::uint32_t iteration,
              std::uint32_t index, RunOptions options, RunResult& result);

  FunctionalArray& array() { return array_; }
  const FunctionalArray& array() const { return array_; }
  const Config& config() const { return config_; }

 private:
  class Run;

  BusAnswer load_beat(ByteMemory& memory, Buffer buffer, int addr, int group, BusBeat& beat);
  BusAnswer store_beat(ByteMemory& memory, Buffer buffer, int addr, int group, int valid,
                       BusBeat& beat);

  Config config_;
  FunctionalArray array_;
};

}  // namespace gradloom::golden
