// SPDX-License-Identifier: Apache-2.0
// What the sequencer issues, turned into arithmetic now and events at the array edge later
// (docs/architecture.md, section 4.3).
#include <algorithm>
#include <stdexcept>

#include "golden/machine.hpp"
#include "golden/numerics.hpp"

namespace gradloom::golden {
namespace {

/// Lanes of a tile that lie inside the layer.
int valid_lanes(std::uint32_t size, int tile, int lanes) {
  return std::min(lanes, static_cast<int>(size) - tile * lanes);
}

void gather(const std::int64_t* words, int valid, std::vector<std::int16_t>& operands) {
  const std::size_t used = static_cast<std::size_t>(valid);
  for (std::size_t l = 0; l < used; ++l) operands[l] = static_cast<std::int16_t>(words[l]);
  std::fill(operands.begin() + valid, operands.end(), std::int16_t{0});
}

}  // namespace

void Machine::start_command(const Command& command) {
  running_code_ = check(config_, command);
  if (running_code_ != Status::ok) {
    sequencer_.start_bad();
    return;
  }
  running_ = seen_by(config_, command);
  holds_ = holds_delta(config_, running_);
  std::swap(log_, last_log_);
  log_.start(config_, running_);
  sequencer_.start(running_, cycle_ + 1);
}

void Machine::issue(const Issue& issue) {
  if (issue.executing) count(Counter::cycles, 1);
  if (issue.stall) count(Counter::stall, 1);
  const bool update = running_.training.update;
  if (issue.drain && !update) issue_drain(*issue.drain);
  if (issue.slot) issue_slot(*issue.slot);
  if (issue.drain && update) issue_drain(*issue.drain);
  if (issue.swap) {
    math_->swap_weights();
    masters_ = shadow_masters_;
  }
  if (issue.load) issue_load(*issue.load);
}

void Machine::issue_slot(const Slot& slot) {
  const int rows = valid_lanes(running_.m, slot.mt, config_.rows);
  const int cols = valid_lanes(running_.n, slot.nt, config_.cols);
  if (slot.first) log_.add_tile(slot, cycle_);
  count(Counter::busy, 1);
  if (slot.update != 0) {
    if (slot.last) update_weights(rows, cols);
    return;
  }
  count(Counter::macs, std::int64_t{rows} * cols);
  switch (slot.op) {
    case Op::fprop: issue_fprop(slot, rows, cols); break;
    case Op::dgrad: issue_dgrad(slot, rows, cols); break;
    default: issue_wgrad(slot, rows, cols); break;
  }
}

void Machine::issue_fprop(const Slot& slot, int rows, int cols) {
  read_x(slot, rows);
  const std::uint32_t addr = vector_addr(Buffer::y, slot.nt, slot.b);
  const bool adds = slot.mt > 0 || running_.acc_psum;
  std::int64_t* psum = partial_sums(Buffer::y, slot, slot.mt == 0, addr, cols);
  if (adds) {
    read_sums(Buffer::y, slot, cols);
    count(Counter::y_read, cols);
  }
  math_->fprop(x_.data(), psum);
  if (final_fprop(slot)) {
    forward_lane(slot, cols, psum);
    return;
  }
  write_sums(Buffer::y, slot, cols, addr, psum);
  count(Counter::y_write, cols);
}

void Machine::issue_dgrad(const Slot& slot, int rows, int cols) {
  read_delta(slot, cols);
  const std::uint32_t addr = vector_addr(Buffer::dx, slot.mt, slot.b);
  const bool adds = slot.nt > 0 || running_.acc_psum;
  std::int64_t* psum = partial_sums(Buffer::dx, slot, slot.nt == 0, addr, rows);
  if (adds) {
    read_sums(Buffer::dx, slot, rows);
    count(Counter::dx_read, rows);
  }
  math_->dgrad(delta_.data(), psum);
  if (final_dgrad(slot)) {
    backward_lane(slot, rows, psum);
    return;
  }
  write_sums(Buffer::dx, slot, rows, addr, psum);
  count(Counter::dx_write, rows);
}

void Machine::issue_wgrad(const Slot& slot, int rows, int cols) {
  if (slot.pass == Pass::wgrad) {
    read_delta(slot, cols);
  } else if (!from_hold(slot)) {
    ring_.hold(cycle_ + kIssueToEdge, cols);
  }
  read_x(slot, rows);
  if (slot.b == 0) math_->clear_accumulators();
  math_->wgrad(x_.data(), delta_.data());
  if (slot.last) math_->capture();
}

void Machine::read_x(const Slot& slot, int rows) {
  gather(banks_.row(Buffer::x, vector_addr(Buffer::x, slot.mt, slot.b)), rows, x_);
  ring_.read(Buffer::x, cycle_ + kIssueToEdge, rows);
  count(Counter::x_read, rows);
}

void Machine::read_delta(const Slot& slot, int cols) {
  if (from_hold(slot)) {
    read_held(slot, cols);
    return;
  }
  gather(banks_.row(Buffer::delta, vector_addr(Buffer::delta, slot.nt, slot.b)), cols, delta_);
  ring_.read(Buffer::delta, cycle_ + kIssueToEdge, cols);
  count(Counter::delta_read, cols);
  if (holds_) write_held(slot, cols);
  if (running_.training.bgrad && drains(slot.pass) && slot.mt == 0) sum_bias_gradient(slot, cols);
}

/// The first of the C words of vector b in the hold memory.
std::size_t Machine::held_word(const Slot& slot) const {
  return static_cast<std::size_t>(slot.b) * static_cast<std::size_t>(config_.cols);
}

void Machine::read_held(const Slot& slot, int cols) {
  gather(hold_.data() + held_word(slot), cols, delta_);
  ring_.read_memory_of_hold(cycle_ + kIssueToEdge, cols);
  count(Counter::hold_read, cols);
}

/// The word that DELTA gives in a cycle is written in the next one.
void Machine::write_held(const Slot& slot, int cols) {
  std::copy_n(delta_.data(), cols, hold_.data() + held_word(slot));
  ring_.write_memory_of_hold(cycle_ + kIssueToEdge + 1, cols);
  count(Counter::hold_write, cols);
}

/// Word address of vector b of a tile row or column.
std::uint32_t Machine::vector_addr(Buffer buffer, int tile, int b) const {
  return base_of(running_, buffer) + static_cast<std::uint32_t>(tile) * running_.b +
         static_cast<std::uint32_t>(b);
}

/// Word address of row `row` of tile (mt, nt) of W or DW.
std::uint32_t Machine::matrix_addr(Buffer buffer, const TileStep& tile, int row) const {
  return running_.bases[static_cast<std::size_t>(buffer)] +
         static_cast<std::uint32_t>(tile.nt) * running_.m +
         static_cast<std::uint32_t>(tile.mt * config_.rows + row);
}

/// The partial sums of vector b of a tile row (DX) or column (Y) as of its last slot, all lanes. In
/// the first outer iteration they start from the bank or from 0. They are kept aside because the
/// writes of the iteration before may still be on their way to the banks.
std::int64_t* Machine::partial_sums(Buffer buffer, const Slot& slot, bool first, std::uint32_t addr,
                                    int valid) {
  const std::size_t lane_count = static_cast<std::size_t>(lanes(config_, buffer));
  const std::size_t vector = psum_vector(buffer, slot);
  if (psums_.size() < (vector + 1) * lane_count) psums_.resize((vector + 1) * lane_count);
  if (psum_written_.size() <= vector) psum_written_.resize(vector + 1);
  if (first) psum_written_[vector] = -1;
  std::int64_t* sums = psums_.data() + vector * lane_count;
  if (first) {
    std::fill(sums, sums + lane_count, 0);
    if (running_.acc_psum) std::copy_n(banks_.row(buffer, addr), valid, sums);
  }
  return sums;
}

std::size_t Machine::psum_vector(Buffer buffer, const Slot& slot) const {
  const int tile = buffer == Buffer::y ? slot.nt : slot.mt;
  return static_cast<std::size_t>(tile) * running_.b + static_cast<std::size_t>(slot.b);
}

/// The read of the words that a slot adds to. A word that an earlier slot of the command writes
/// must be there by then; the writes of earlier commands all are.
void Machine::read_sums(Buffer buffer, const Slot& slot, int valid) {
  const std::int64_t read = cycle_ + kIssueToEdge + lag(config_);
  if (psum_written_[psum_vector(buffer, slot)] >= read) {
    throw std::logic_error("a partial sum is read before it was written");
  }
  ring_.read(buffer, read, valid);
}

void Machine::write_sums(Buffer buffer, const Slot& slot, int valid, std::uint32_t addr,
                         const std::int64_t* sums) {
  const std::int64_t written = sums_out(buffer == Buffer::y ? config_.rows : config_.cols);
  psum_written_[psum_vector(buffer, slot)] = written;
  ring_.write(buffer, written, valid, addr, sums);
}

/// The cycle in which the sums of the present slot leave lane 0, `pes` PEs from the edge.
std::int64_t Machine::sums_out(int pes) const {
  return cycle_ + kIssueToEdge + kEdgeToArray + pes + result_lag(config_);
}

void Machine::issue_load(const TileStep& load) {
  if (load.step == 0) log_.add_load(load, cycle_);
  const int row = config_.rows - 1 - load.step;
  if (row >= valid_lanes(running_.m, load.mt, config_.rows)) {
    math_->load_row(row, row_.data(), 0);
    return;
  }
  const int cols = valid_lanes(running_.n, load.nt, config_.cols);
  const std::int64_t* words = banks_.row(Buffer::w, matrix_addr(Buffer::w, load, row));
  if (config_.training.built) {
    keep_masters(row, words, cols);
    words = row_.data();
  }
  math_->load_row(row, words, cols);
  ring_.read(Buffer::w, cycle_ + kIssueToEdge, cols);
  count(Counter::w_read, cols);
}

/// Step i of a drain handles what the contract gives relative to step 0: step 0 + i + R + 1 + c,
/// and as much later as the last sum is.
void Machine::issue_drain(const TileStep& drain) {
  const int row = config_.rows - 1 - drain.step;
  if (row >= valid_lanes(running_.m, drain.mt, config_.rows)) return;
  const int cols = valid_lanes(running_.n, drain.nt, config_.cols);
  const std::int64_t read = sums_out(config_.rows);
  if (running_.training.update) {
    const std::size_t first =
        static_cast<std::size_t>(row) * static_cast<std::size_t>(config_.cols);
    ring_.write(Buffer::w, read + 1, cols, matrix_addr(Buffer::w, drain, row),
                updated_.data() + first);
    count(Counter::w_write, cols);
    return;
  }
  const std::uint32_t addr = matrix_addr(Buffer::dw, drain, row);
  math_->drain_row(row, row_.data());
  if (running_.acc_dw) {
    const std::int64_t* old = banks_.row(Buffer::dw, addr);
    for (int c = 0; c < cols; ++c) {
      std::int64_t& word = row_[static_cast<std::size_t>(c)];
      word = add(old[c], word, config_.accumulator_bits, config_.overflow);
    }
    ring_.read(Buffer::dw, read, cols);
    count(Counter::dw_read, cols);
  }
  ring_.write(Buffer::dw, read + 1, cols, addr, row_.data());
  count(Counter::dw_write, cols);
}

std::optional<SlotInfo> Machine::slot_at(std::int64_t cycle) const {
  const std::optional<SlotInfo> slot = log_.slot_at(cycle);
  return slot ? slot : last_log_.slot_at(cycle);
}

std::optional<Element> Machine::explain(std::string_view signal, int lane,
                                        std::int64_t cycle) const {
  const std::optional<Element> element = log_.explain(config_, signal, lane, cycle);
  return element ? element : last_log_.explain(config_, signal, lane, cycle);
}

}  // namespace gradloom::golden
