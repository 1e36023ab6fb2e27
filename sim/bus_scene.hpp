// SPDX-License-Identifier: Apache-2.0
// A small list that the bus variant runs well, and what must be in memory after it: the ground that
// the tests of errors and resets stand on. It owes nothing to the compiler or the golden chip.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "golden/matrix.hpp"
#include "sim/axi_bench.hpp"
#include "sim/bus_list.hpp"

namespace gradloom {

/// How the parts of memory that a run may write must look after it.
enum class SceneStores {
  none,    ///< no STORE ran
  whole,   ///< each STORE ran wholly or not at all
  partly,  ///< after a bus error: each byte is old or new
  all,     ///< each STORE ran
};

/// Three iterations of Y = X W, X of another iteration loaded ahead. The last byte of X has the
/// last address that there is.
///   0 LOAD X, 1 LOAD W, 2 COMPUTE, 3 STORE Y, 4 LOAD X ahead, 5 NEXT to 2 or 6, 6 END
class BusScene {
 public:
  static constexpr int kLoadX = 0;
  static constexpr int kLoadW = 1;
  static constexpr int kCompute = 2;
  static constexpr int kStore = 3;
  static constexpr int kAhead = 4;
  static constexpr int kNext = 5;
  static constexpr int kEnd = 6;
  static constexpr int kIterations = 3;
  /// Bytes that a list may take.
  static constexpr std::uint64_t kListBytes = std::uint64_t{1} << 16;

  BusScene(const Config& config, std::uint64_t seed);

  const BusList& good() const { return good_; }
  /// Where everything is: the options of a bench must have this memory.
  std::uint64_t base() const { return base_; }
  std::uint64_t bytes() const { return kListBytes + before_.size(); }
  std::uint64_t list_address() const { return base_; }
  std::uint64_t x_address() const { return x_; }
  std::uint64_t w_address() const { return w_; }
  std::uint64_t y_address() const { return y_; }
  std::uint64_t y_bytes() const { return y_stride_ * kIterations; }
  /// What the counters of a good run must show.
  std::uint64_t read_beats() const { return read_beats_; }
  std::uint64_t write_beats() const { return write_beats_; }
  std::uint64_t compute_cycles() const { return compute_cycles_; }

  /// Writes list and data; Y and what lies around it is filled with something else.
  void fill(AxiBench& bench, const BusList& list) const;
  /// Compares the data with what must be there. Returns the number of bytes compared; throws
  /// CheckError, `what` in its text.
  std::int64_t check(const AxiBench& bench, SceneStores stores, const std::string& what) const;

 private:
  Config config_;
  gradloom_design design_;
  BusList good_;
  std::uint64_t base_ = 0;
  std::uint64_t x_ = 0;
  std::uint64_t w_ = 0;
  std::uint64_t y_ = 0;
  std::uint64_t x_stride_ = 0;  // from one iteration to the next
  std::uint64_t y_stride_ = 0;
  std::uint64_t read_beats_ = 0;
  std::uint64_t write_beats_ = 0;
  std::uint64_t compute_cycles_ = 0;
  std::uint64_t data_ = 0;            // where the data begin
  std::vector<std::uint8_t> before_;  // from data_ on, to the end of the memory
  std::vector<std::uint8_t> after_;
};

/// Sets list and batches, starts, and waits for the end of the run; between two looks it runs until
/// the interrupt, or for a while. Throws CheckError if the run does not end within `cycles`, or the
/// kinds of cycles do not add up.
struct SceneRun {
  gradloom_result result = GRADLOOM_OK;
  gradloom_status status{};
  gradloom_run_counters counters{};
};
SceneRun run_list(AxiBench& bench, std::uint64_t address, std::uint32_t length,
                  std::uint32_t batches, std::int64_t cycles);
/// The second half of it.
SceneRun wait_for_end(AxiBench& bench, std::int64_t cycles);

}  // namespace gradloom
