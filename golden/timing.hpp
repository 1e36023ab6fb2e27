// SPDX-License-Identifier: Apache-2.0
// The timing contract in closed form: constants and the cost of a command, without simulation
// (docs/architecture.md, section 4).
#pragma once

#include <array>
#include <cstdint>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/ports.hpp"

namespace gradloom::golden {

/// From the cycle in which the planner takes a command to the first in which its result is ready.
inline constexpr int kPlanCycles = 13;
/// From the cycle in which something is issued to the one in which it reaches lane 0.
inline constexpr int kIssueToEdge = 1;
/// From the read of an operand at the edge to its product in the nearest PE.
inline constexpr int kEdgeToArray = 1;
/// Cycles between a write of a partial sum and the next use of its bank word, beside those of the
/// addition.
inline constexpr int kPsumTurnaround = 1;
/// Cycles from the place of a partial sum's write to events of the vector lanes (docs/training.md,
/// section 4): forward lane, bias read, target read, results, loss gradient ...
inline constexpr int kForwardTarget = 4;
inline constexpr int kForwardWrite = 5;
inline constexpr int kForwardLoss = 6;
/// ... backward lane, derivative read, result ...
inline constexpr int kBackwardRead = 2;
inline constexpr int kBackwardWrite = 4;
/// ... and from the read of the last delta to the read of the bias that is updated.
inline constexpr int kBiasRead = 4;
/// Cycles by which the lanes make TAIL longer.
inline constexpr int kLaneTail = 6;
/// Cycles of LOAD beyond the R steps of a tile: the swap token.
inline constexpr int kSwapCycles = 1;
/// Reads that may be under way at the host port, requests that may wait there, and the cycles
/// from the execution of a read to its response.
inline constexpr int kHostReads = 4;
inline constexpr int kHostRequests = 2;
inline constexpr int kHostReadCycles = 2;

/// The slot patterns of docs/architecture.md, section 3.
enum class Pass : std::uint8_t { fprop, dgrad, wgrad, interleaved };

/// Passes of a good command in order. At most two.
struct PassList {
  int count = 0;
  std::array<Pass, 2> pass{};
};
PassList passes(const Command& command);

/// Slots for each vector b: 2 if interleaved, otherwise 1.
constexpr int slots_per_vector(Pass pass) { return pass == Pass::interleaved ? 2 : 1; }
constexpr bool drains(Pass pass) { return pass == Pass::wgrad || pass == Pass::interleaved; }
/// True for an update pass (docs/training.md, section 4).
bool updates(const Command& command, Pass pass);
bool loads_weights(const Command& command, Pass pass);
/// U slots of a tile: 2, or 3 with weight decay, in an update pass; otherwise 0.
int update_slots(const Config& config, const Command& command, Pass pass);
/// Cycles of a tile after its vector slots: the U slots, and those that wait for the sums of U1 and
/// of the last one (docs/training.md, section 4).
int update_cycles(const Config& config, const Command& command, Pass pass);
/// U slot `k` cycles after the last vector slot of a tile, k = 0, 1, ...: 1 to 3, or 0 if none is
/// issued.
int update_slot(const Config& config, int k);
/// S, the slots of a tile and the cycles that belong to it without a slot.
std::int64_t slots_per_tile(const Config& config, const Command& command, Pass pass);

/// True if the command keeps delta in the hold memory (docs/architecture.md, section 2): in its
/// passes but F, only the tiles of the first row read DELTA. `command` as seen_by() gives it.
bool holds_delta(const Config& config, const Command& command);

/// Cycles from the first slot of an outer iteration to the earliest first slot of the next one:
/// 0 for passes that never stall.
int turnaround(const Config& config, Pass pass);
/// Cycles from the last slot of a pass to the earliest first slot of the one that follows without
/// TAIL and LOAD between: what the partial sums of D lag behind the operands of W.
int pass_gap(const Config& config);
/// Cycles of TAIL after a pass.
int tail_cycles(const Config& config, const Command& command, Pass pass);
/// Cycles of LOAD before a pass that loads weights.
int load_cycles(const Config& config);

/// What the counters grow by, in the order of enum Counter.
struct Cost {
  std::array<std::int64_t, kCounterCount> counters{};
  std::int64_t operator[](Counter counter) const {
    return counters[static_cast<std::size_t>(counter)];
  }
  std::int64_t& operator[](Counter counter) { return counters[static_cast<std::size_t>(counter)]; }
  bool operator==(const Cost&) const = default;
};

/// Counts of one command that runs alone or in a queue, O(1). All 0 for a command that check()
/// refuses.
Cost cost(const Config& config, const Command& command);

}  // namespace gradloom::golden
