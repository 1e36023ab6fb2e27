// SPDX-License-Identifier: Apache-2.0
#include "golden/sequencer_model.hpp"

#include <algorithm>

namespace gradloom::golden {

void SequencerModel::start(const Command& command, std::int64_t first_cycle) {
  command_ = command;
  passes_ = passes(command);
  tiling_ = tiling(config_, command);
  tiles_ = tiling_.mt * tiling_.nt;
  serial_ = command.schedule == static_cast<int>(Schedule::serial);
  start_pass(0, first_cycle);
}

void SequencerModel::start_pass(int pass_index, std::int64_t next_cycle) {
  pass_ = pass_index;
  tile_ = 0;
  inner_ = pass() == Pass::fprop ? tiling_.nt : tiling_.mt;
  start_first_or_alone(next_cycle);
}

/// The next cycle belongs to the first tile of a pass, or to one that runs alone.
void SequencerModel::start_first_or_alone(std::int64_t next_cycle) {
  if (loads_weights(command_, pass())) {
    enter(State::load);
  } else {
    start_tile(next_cycle);
  }
}

/// The next cycle belongs to the tile: its first RUN cycle, or a STALL before it.
void SequencerModel::start_tile(std::int64_t next_cycle) {
  enter(stall_needed(next_cycle) ? State::stall : State::run);
}

bool SequencerModel::stall_needed(std::int64_t next_cycle) const {
  if (serial_) return false;
  if (tile_ == 0) return pass_ > 0 && next_cycle < pass_ended_ + pass_gap(config_);
  if (tile_ % inner_ != 0) return false;
  return next_cycle < outer_first_ + turnaround(config_, pass());
}

int SequencerModel::period() const {
  if (serial_ || last_tile()) return slots();
  return std::max(slots(), config_.rows);
}

TileStep SequencerModel::tile_at(int tile) const {
  const int outer = tile / inner_;
  const int inner = tile % inner_;
  return pass() == Pass::fprop ? TileStep{outer, inner, 0} : TileStep{inner, outer, 0};
}

/// Cycle i of the tile in which its last slot is issued.
int SequencerModel::last_slot() const {
  return slots() - 1 - (updates(command_, pass()) ? lag(config_) : 0);
}

std::optional<Slot> SequencerModel::slot_at(int i) const {
  const TileStep tile = tile_at(tile_);
  Slot slot{pass(), Op::fprop, tile.mt, tile.nt, i, i == 0, i == last_slot(), 0};
  const int vector_slots = slots() - update_cycles(config_, command_, pass());
  if (i >= vector_slots) {
    slot.op = Op::wgrad;
    slot.b = -1;
    slot.update = update_slot(config_, i - vector_slots);
    return slot.update == 0 ? std::nullopt : std::optional(slot);
  }
  switch (pass()) {
    case Pass::fprop: break;
    case Pass::dgrad: slot.op = Op::dgrad; break;
    case Pass::wgrad: slot.op = Op::wgrad; break;
    case Pass::interleaved:
      slot.op = i % 2 == 0 ? Op::dgrad : Op::wgrad;
      slot.b = i / 2;
      break;
  }
  return slot;
}

/// Takes the step that is due out of a running load or drain.
std::optional<TileStep> SequencerModel::take_step(std::optional<TileStep>& running) const {
  const std::optional<TileStep> step = running;
  if (running && ++running->step == config_.rows) running.reset();
  return step;
}

void SequencerModel::step_load(std::int64_t cycle, Issue& issue) {
  if (i_ == 0) begin_load(tile_);
  if (i_++ < config_.rows) return;
  issue.swap = true;
  if (!serial_ && !last_tile()) begin_load(tile_ + 1);
  start_tile(cycle + 1);
}

void SequencerModel::step_run(std::int64_t cycle, Issue& issue) {
  if (i_ < slots()) issue.slot = slot_at(i_);
  if (i_ == 0 && tile_ % inner_ == 0) outer_first_ = cycle;
  if (i_ == last_slot() && drains(pass())) {
    drain_ = tile_at(tile_);
    if (updates(command_, pass())) issue.drain = take_step(drain_);
  }
  if (++i_ < period()) return;
  if (serial_) {
    enter(State::tail);
  } else if (last_tile()) {
    end_pass(cycle);
  } else {
    if (loads_weights(command_, pass())) {
      issue.swap = true;
      if (tile_ + 2 < tiles_) begin_load(tile_ + 2);
    }
    ++tile_;
    start_tile(cycle + 1);
  }
}

void SequencerModel::end_pass(std::int64_t cycle) {
  pass_ended_ = cycle;
  if (pass_ + 1 < passes_.count) {
    start_pass(pass_ + 1, cycle + 1);
  } else {
    enter(State::tail);
  }
}

void SequencerModel::step_tail(std::int64_t cycle) {
  if (++i_ < tail_cycles(config_, command_, pass())) return;
  if (!last_tile()) {  // serial
    ++tile_;
    start_first_or_alone(cycle + 1);
  } else if (pass_ + 1 < passes_.count) {  // serial
    start_pass(pass_ + 1, cycle + 1);
  } else {
    enter(State::finish);
  }
}

Issue SequencerModel::step(std::int64_t cycle) {
  Issue issue;
  if (idle() || finishing()) return issue;
  issue.executing = true;
  issue.drain = take_step(drain_);
  switch (state_) {
    case State::load: step_load(cycle, issue); break;
    case State::run: step_run(cycle, issue); break;
    case State::stall:
      issue.stall = true;
      start_tile(cycle + 1);
      break;
    case State::tail: step_tail(cycle); break;
    case State::idle:
    case State::finish: break;
  }
  issue.load = take_step(load_);
  return issue;
}

}  // namespace gradloom::golden
