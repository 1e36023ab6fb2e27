// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/timing.hpp"

namespace gradloom::golden {

/// A slot: one vector b goes through the array in tile (mt, nt), or the tile's weights are updated
/// (a U slot: `update` is 1 to 3, `b` is -1).
struct Slot {
  Pass pass = Pass::fprop;
  Op op = Op::fprop;  ///< fprop, dgrad or wgrad
  int mt = 0;
  int nt = 0;
  int b = 0;
  bool first = false;  ///< of its tile
  bool last = false;   ///< of its tile
  int update = 0;      ///< 0 for a vector slot
};

/// Step 0..R-1 of a weight load or of a drain of tile (mt, nt). It handles row R-1-step.
struct TileStep {
  int mt = 0;
  int nt = 0;
  int step = 0;
};

/// What the sequencer issues in one cycle. The data flow in the order of the members, but a drain
/// in an update pass comes after the slot.
struct Issue {
  std::optional<TileStep> drain;
  std::optional<Slot> slot;
  bool swap = false;  ///< the weights loaded last become the active ones
  std::optional<TileStep> load;
  bool executing = false;  ///< LOAD, RUN, STALL or TAIL
  bool stall = false;
};

/// The sequencer of docs/architecture.md, section 4.2, a cycle at a time.
class SequencerModel {
 public:
  explicit SequencerModel(const Config& config) : config_(config) {}

  bool idle() const { return state_ == State::idle; }
  bool finishing() const { return state_ == State::finish; }
  /// The next cycle is the first executing cycle of a good command, as `seen_by` gives it.
  void start(const Command& command, std::int64_t first_cycle);
  /// The next cycle is the FINISH cycle of a bad command.
  void start_bad() { state_ = State::finish; }
  /// The completion was posted in this FINISH cycle.
  void finish() { state_ = State::idle; }
  /// What is issued in this cycle; goes on to the next one. Does nothing if idle or in FINISH.
  Issue step(std::int64_t cycle);
  void reset() { *this = SequencerModel(config_); }

 private:
  enum class State { idle, load, run, stall, tail, finish };

  void step_load(std::int64_t cycle, Issue& issue);
  void step_run(std::int64_t cycle, Issue& issue);
  void step_tail(std::int64_t cycle);
  void start_pass(int pass_index, std::int64_t next_cycle);
  void start_first_or_alone(std::int64_t next_cycle);
  void start_tile(std::int64_t next_cycle);
  void end_pass(std::int64_t cycle);
  std::optional<TileStep> take_step(std::optional<TileStep>& running) const;
  void enter(State state) {
    state_ = state;
    i_ = 0;
  }
  Pass pass() const { return passes_.pass[static_cast<std::size_t>(pass_)]; }
  bool last_tile() const { return tile_ + 1 == tiles_; }
  int slots() const { return static_cast<int>(slots_per_tile(config_, command_, pass())); }
  int period() const;
  bool stall_needed(std::int64_t next_cycle) const;
  TileStep tile_at(int tile) const;
  void begin_load(int tile) { load_ = tile_at(tile); }
  int last_slot() const;
  std::optional<Slot> slot_at(int i) const;

  Config config_;
  Command command_;
  PassList passes_;
  Tiling tiling_;
  bool serial_ = false;
  int tiles_ = 0;  // of a pass
  int inner_ = 1;  // tiles of an outer iteration of the pass

  State state_ = State::idle;
  int pass_ = 0;
  int tile_ = 0;
  int i_ = 0;                     // cycle within the state or, in RUN, within the period
  std::int64_t pass_ended_ = 0;   // cycle of the last slot of the pass before
  std::int64_t outer_first_ = 0;  // cycle of the first slot of the present outer iteration
  std::optional<TileStep> load_;  // next load step, issued in every cycle up to step R-1
  std::optional<TileStep> drain_;
};

}  // namespace gradloom::golden
