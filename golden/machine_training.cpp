// SPDX-License-Identifier: Apache-2.0
// The vector lanes and the update of weights and bias: arithmetic now, events at the array edge
// later (docs/training.md, section 4; docs/numerics.md, section 8).
#include "golden/machine.hpp"
#include "golden/numerics.hpp"
#include "golden/timing.hpp"

namespace gradloom::golden {

/// As a write of SEED; 0 is also what reset does.
void Machine::seed_generators(std::uint32_t seed) {
  const auto fill = [&](std::vector<std::uint32_t>& states, Generator generator, int count) {
    states.clear();
    for (int lane = 0; lane < count; ++lane) states.push_back(seeded_state(seed, generator, lane));
  };
  seed_ = seed;
  fill(generators_.column, Generator::column, config_.cols);
  fill(generators_.row_backward, Generator::row_backward, config_.rows);
  fill(generators_.row_update, Generator::row_update, config_.rows);
}

/// A draw of the lane's generator if one is wanted; otherwise the generator stays as it is.
std::optional<std::uint32_t> Machine::draw(std::vector<std::uint32_t>& states, int lane,
                                           bool wanted) {
  if (!wanted) return std::nullopt;
  std::uint32_t& state = states[static_cast<std::size_t>(lane)];
  state = next_draw(state);
  return state;
}

bool Machine::final_fprop(const Slot& slot) const {
  return running_.training.post && slot.mt + 1 == tiling(config_, running_).mt;
}

bool Machine::final_dgrad(const Slot& slot) const {
  return running_.training.post && slot.nt + 1 == tiling(config_, running_).nt;
}

/// Section 8.4 and 8.5 for the final sums of a vector, column by column.
void Machine::forward_lane(const Slot& slot, int cols, const std::int64_t* sums) {
  const TrainingFields& t = running_.training;
  const int p = config_.operand_bits;
  const std::uint32_t y_addr = vector_addr(Buffer::y, slot.nt, slot.b);
  const std::uint32_t delta_addr = vector_addr(Buffer::delta, slot.nt, slot.b);
  const std::uint32_t next_addr = t.next_base + static_cast<std::uint32_t>(slot.nt) * running_.b +
                                  static_cast<std::uint32_t>(slot.b);
  const std::int64_t* bias =
      banks_.row(Buffer::bias, t.bias_base + static_cast<std::uint32_t>(slot.nt));
  const std::int64_t* targets = t.loss ? banks_.row(Buffer::delta, delta_addr) : nullptr;
  std::vector<std::int64_t> out(static_cast<std::size_t>(cols));
  std::vector<std::int64_t> slope(out.size());
  std::vector<std::int64_t> delta(out.size());
  for (int c = 0; c < cols; ++c) {
    const std::size_t i = static_cast<std::size_t>(c);
    const std::int64_t sum = add_bias(sums[i], bias[i], config_.accumulator_bits);
    const std::int64_t z = requantize(sum, t.scale, static_cast<int>(t.shift), p,
                                      draw(generators_.column, c, t.sr_post));
    const Activated a =
        activation_(static_cast<ActivationCode>(t.act), z, static_cast<int>(t.leak));
    out[i] = a.out;
    slope[i] = wide_derivative(config_) ? a.derivative : (a.derivative != 0 ? 1 : 0);
    if (t.loss) delta[i] = loss_gradient(a.out, targets[i], a.derivative, p);
  }
  const std::int64_t place = sums_out(config_.rows);
  ring_.read(Buffer::bias, place, cols);
  count(Counter::bias_read, cols);
  if (t.to_y) {
    ring_.write(Buffer::y, place + kForwardWrite, cols, y_addr, out.data());
    count(Counter::y_write, cols);
  }
  if (t.to_x) {
    ring_.write(Buffer::x, place + kForwardWrite, cols, next_addr, out.data());
    ring_.write(Buffer::deriv, place + kForwardWrite, cols, next_addr, slope.data());
    count(Counter::x_write, cols);
    count(Counter::deriv_write, cols);
  }
  if (t.loss) {
    ring_.read(Buffer::delta, place + kForwardTarget, cols);
    ring_.write(Buffer::delta, place + kForwardLoss, cols, delta_addr, delta.data());
    count(Counter::delta_read, cols);
    count(Counter::delta_write, cols);
  }
}

/// Section 8.6 for the final sums of a vector, row by row.
void Machine::backward_lane(const Slot& slot, int rows, const std::int64_t* sums) {
  const TrainingFields& t = running_.training;
  const int p = config_.operand_bits;
  const std::int64_t* slopes =
      banks_.row(Buffer::deriv, vector_addr(Buffer::deriv, slot.mt, slot.b));
  const std::uint32_t next_addr = t.next_base + static_cast<std::uint32_t>(slot.mt) * running_.b +
                                  static_cast<std::uint32_t>(slot.b);
  const int unit = wide_derivative(config_) ? 0 : p - 1;  // a 1 stands for 2^(p-1)
  std::vector<std::int64_t> delta(static_cast<std::size_t>(rows));
  for (int r = 0; r < rows; ++r) {
    const std::size_t i = static_cast<std::size_t>(r);
    const std::int64_t v = requantize(sums[i], t.scale, static_cast<int>(t.shift), p,
                                      draw(generators_.row_backward, r, t.sr_post));
    // A code above 2^(p-1) is not specified; only the host can put one there.
    delta[i] = wrap(derive(v, static_cast<std::uint32_t>(slopes[i]) << unit, p), p);
  }
  const std::int64_t place = sums_out(config_.cols);
  ring_.read(Buffer::deriv, place + kBackwardRead, rows);
  ring_.write(Buffer::delta, place + kBackwardWrite, rows, next_addr, delta.data());
  count(Counter::deriv_read, rows);
  count(Counter::delta_write, rows);
}

/// db of a column of tiles; with the last vector the bias is updated (section 8.8).
void Machine::sum_bias_gradient(const Slot& slot, int cols) {
  const TrainingFields& t = running_.training;
  const int a = config_.accumulator_bits;
  if (slot.b == 0) db_.assign(db_.size(), 0);
  for (int c = 0; c < cols; ++c) {
    const std::size_t i = static_cast<std::size_t>(c);
    db_[i] = add(db_[i], delta_[i], a, config_.overflow);
  }
  if (static_cast<std::uint32_t>(slot.b) + 1 != running_.b) return;
  const std::uint32_t addr = t.bias_base + static_cast<std::uint32_t>(slot.nt);
  const std::int64_t* bias = banks_.row(Buffer::bias, addr);
  for (int c = 0; c < cols; ++c) {
    const std::size_t i = static_cast<std::size_t>(c);
    db_[i] = updated_bias(bias[i], db_[i], t.bias_scale, static_cast<int>(t.bias_shift), a,
                          draw(generators_.column, c, t.sr_post));
  }
  const std::int64_t read = cycle_ + kIssueToEdge + kBiasRead;
  ring_.read(Buffer::bias, read, cols);
  ring_.write(Buffer::bias, read + 1, cols, addr, db_.data());
  count(Counter::bias_read, cols);
  count(Counter::bias_write, cols);
}

/// The U slots of a tile, all at once in the last one (section 8.7).
void Machine::update_weights(int rows, int cols) {
  const TrainingFields& t = running_.training;
  const WeightStep step{t.rate, static_cast<int>(t.rate_shift), t.decay};
  math_->capture();
  for (int r = 0; r < rows; ++r) {
    std::optional<UpdateDraws> draws;
    if (t.sr_update) {
      const std::uint32_t first = *draw(generators_.row_update, r, true);
      draws = UpdateDraws{first, *draw(generators_.row_update, r, true)};
    }
    math_->drain_row(r, row_.data());
    for (int c = 0; c < cols; ++c) {
      const std::size_t at = static_cast<std::size_t>(r) * static_cast<std::size_t>(config_.cols) +
                             static_cast<std::size_t>(c);
      updated_[at] =
          updated_weight(config_, masters_[at], row_[static_cast<std::size_t>(c)], step, draws);
    }
  }
}

/// Keeps the words of a row of W for the update; row_ gets what the array multiplies with.
void Machine::keep_masters(int row, const std::int64_t* words, int valid) {
  std::int64_t* masters = shadow_masters_.data() +
                          static_cast<std::size_t>(row) * static_cast<std::size_t>(config_.cols);
  for (int c = 0; c < valid; ++c) {
    masters[c] = words[c];
    row_[static_cast<std::size_t>(c)] =
        weight_of(words[c], config_.operand_bits, config_.training.master_bits);
  }
}

}  // namespace gradloom::golden
