// SPDX-License-Identifier: Apache-2.0
#include "golden/functional_array.hpp"

#include <algorithm>
#include <optional>

#include "golden/numerics.hpp"

namespace gradloom::golden {

struct FunctionalArray::Layer {
  const Command& command;
  int m;
  int n;
  int b;
  int mt;
  int nt;
  int rows;
  int cols;

  Layer(const Config& config, const Command& c)
      : command(c),
        m(static_cast<int>(c.m)),
        n(static_cast<int>(c.n)),
        b(static_cast<int>(c.b)),
        mt(tiling(config, c).mt),
        nt(tiling(config, c).nt),
        rows(config.rows),
        cols(config.cols) {}
  const TrainingFields& training() const { return command.training; }
  int base(Buffer buffer) const { return static_cast<int>(base_of(command, buffer)); }
  int next_base() const { return static_cast<int>(command.training.next_base); }
  Tile tile(int i, int j) const {
    return {i, j, std::min(rows, m - i * rows), std::min(cols, n - j * cols)};
  }
  /// Of vector `vector` of tile row or column `t`, in a buffer of vectors.
  int at(Buffer buffer, int t, int vector) const { return base(buffer) + t * b + vector; }
  /// Of row `r` of a tile, in W or DW.
  int row_at(Buffer buffer, const Tile& tile, int r) const {
    return base(buffer) + tile.nt * m + tile.mt * rows + r;
  }
};

FunctionalArray::FunctionalArray(const Config& config)
    : config_(config),
      math_(make_array_math(config)),
      unit_(config.operand_bits),
      column_(static_cast<std::size_t>(config.cols)),
      row_backward_(static_cast<std::size_t>(config.rows)),
      row_update_(static_cast<std::size_t>(config.rows)),
      x_(static_cast<std::size_t>(config.rows)),
      delta_(static_cast<std::size_t>(config.cols)),
      sums_(static_cast<std::size_t>(std::max(config.rows, config.cols))) {
  for (int i = 0; i < kBufferCount; ++i) {
    const auto buffer = static_cast<Buffer>(i);
    Bank& bank = at(buffer);
    bank.bits = word_bits(config, buffer);
    bank.no_sign = is_unsigned(buffer);
    bank.lanes = static_cast<std::size_t>(lanes(config, buffer));
    bank.words.assign(bank.index(depth(config, buffer)), 0);
    bank.defined.assign(bank.words.size(), 0);
  }
  seed(0);
}

void FunctionalArray::seed(std::uint32_t value) {
  const auto set = [value](std::vector<std::uint32_t>& states, Generator generator) {
    for (std::size_t lane = 0; lane < states.size(); ++lane) {
      states[lane] = seeded_state(value, generator, static_cast<int>(lane));
    }
  };
  set(column_, Generator::column);
  set(row_backward_, Generator::row_backward);
  set(row_update_, Generator::row_update);
}

void FunctionalArray::write(Buffer buffer, int lane, int addr, std::int64_t value) {
  Bank& bank = at(buffer);
  const std::size_t i = bank.index(addr) + static_cast<std::size_t>(lane);
  if (bank.no_sign) {
    bank.words[i] =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(value) & (~0ULL >> (64 - bank.bits)));
  } else {
    bank.words[i] = wrap(value, bank.bits);
  }
  bank.defined[i] = 1;
}

Status FunctionalArray::run(const Command& full) {
  const Status status = check(config_, full);
  if (status != Status::ok) return status;
  const Command command = seen_by(config_, full);
  const Layer layer(config_, command);
  const auto op = static_cast<Op>(command.op);
  if (op == Op::fprop) fprop(layer);
  // Each tile's dX comes from weights that are not yet updated, so all of dgrad can go first.
  if (op == Op::dgrad || op == Op::backward) dgrad(layer);
  if (command.training.bgrad) bgrad(layer);
  if (op == Op::wgrad || op == Op::backward) wgrad(layer);
  return Status::ok;
}

std::uint32_t FunctionalArray::draw(std::vector<std::uint32_t>& generators, int lane) {
  std::uint32_t& state = generators[static_cast<std::size_t>(lane)];
  state = next_draw(state);
  return state;
}

std::int64_t FunctionalArray::derivative_word(std::uint32_t code) const {
  if (wide_derivative(config_)) return code;
  return code != 0 ? 1 : 0;
}

std::uint32_t FunctionalArray::derivative_code(std::int64_t word) const {
  const auto code = static_cast<std::uint32_t>(word);
  return wide_derivative(config_) ? code : code << static_cast<unsigned>(config_.operand_bits - 1);
}

void FunctionalArray::note_reads(const Bank& bank, std::size_t first, int valid) {
  const auto begin = bank.defined.begin() + static_cast<std::ptrdiff_t>(first);
  if (std::find(begin, begin + valid, 0) != begin + valid) read_undefined_ = true;
}

const std::int16_t* FunctionalArray::operands(Buffer buffer, int addr, int valid,
                                              std::vector<std::int16_t>& to) {
  const Bank& bank = at(buffer);
  const std::size_t first = bank.index(addr);
  note_reads(bank, first, valid);
  const std::size_t count = static_cast<std::size_t>(valid);
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<std::int16_t>(bank.words[first + i]);
  std::fill(to.begin() + valid, to.end(), std::int16_t{0});
  return to.data();
}

void FunctionalArray::load_tile(const Layer& layer, const Tile& tile) {
  const Bank& bank = at(Buffer::w);
  const int cut = config_.training.built ? config_.training.master_bits - config_.operand_bits : 0;
  std::vector<std::int64_t> words(static_cast<std::size_t>(config_.cols));
  for (int r = 0; r < config_.rows; ++r) {
    if (r < tile.rows) {
      const std::size_t first = bank.index(layer.row_at(Buffer::w, tile, r));
      note_reads(bank, first, tile.cols);
      for (std::size_t c = 0; c < static_cast<std::size_t>(tile.cols); ++c) {
        words[c] = bank.words[first + c] >> cut;
      }
    }
    math_->load_row(r, words.data(), r < tile.rows ? tile.cols : 0);
  }
  math_->swap_weights();
}

void FunctionalArray::start_sums(Buffer buffer, int addr, int valid, bool from_bank) {
  std::fill(sums_.begin(), sums_.end(), 0);
  if (!from_bank) return;
  const Bank& bank = at(buffer);
  note_reads(bank, bank.index(addr), valid);
  std::copy_n(row(buffer, addr), valid, sums_.begin());
}

void FunctionalArray::write_sums(Buffer buffer, int addr, int valid) {
  for (int lane = 0; lane < valid; ++lane) {
    write(buffer, lane, addr, sums_[static_cast<std::size_t>(lane)]);
  }
}

void FunctionalArray::fprop(const Layer& layer) {
  for (int nt = 0; nt < layer.nt; ++nt) {
    for (int mt = 0; mt < layer.mt; ++mt) {
      const Tile tile = layer.tile(mt, nt);
      const bool final = layer.training().post && mt + 1 == layer.mt;
      load_tile(layer, tile);
      for (int b = 0; b < layer.b; ++b) {
        const int y = layer.at(Buffer::y, nt, b);
        start_sums(Buffer::y, y, tile.cols, mt > 0 || layer.command.acc_psum);
        math_->fprop(operands(Buffer::x, layer.at(Buffer::x, mt, b), tile.rows, x_), sums_.data());
        if (final) {
          forward_lanes(layer, tile, b);
        } else {
          write_sums(Buffer::y, y, tile.cols);
        }
      }
    }
  }
}

void FunctionalArray::forward_lanes(const Layer& layer, const Tile& tile, int b) {
  const TrainingFields& t = layer.training();
  const int p = config_.operand_bits;
  const int bias_at = layer.base(Buffer::bias) + tile.nt;
  const int next = layer.next_base() + tile.nt * layer.b + b;
  const int loss_at = layer.at(Buffer::delta, tile.nt, b);
  note_reads(at(Buffer::bias), at(Buffer::bias).index(bias_at), tile.cols);
  if (t.loss) note_reads(at(Buffer::delta), at(Buffer::delta).index(loss_at), tile.cols);
  for (int c = 0; c < tile.cols; ++c) {
    const std::int64_t sum = add_bias(sums_[static_cast<std::size_t>(c)],
                                      word(Buffer::bias, c, bias_at), config_.accumulator_bits);
    const auto drawn = t.sr_post ? std::optional(draw(column_, c)) : std::nullopt;
    const std::int64_t z = requantize(sum, t.scale, static_cast<int>(t.shift), p, drawn);
    const Activated value = unit_(static_cast<ActivationCode>(t.act), z, static_cast<int>(t.leak));
    if (t.to_x) {
      write(Buffer::x, c, next, value.out);
      write(Buffer::deriv, c, next, derivative_word(value.derivative));
    }
    if (t.to_y) write(Buffer::y, c, layer.at(Buffer::y, tile.nt, b), value.out);
    if (t.loss) {
      const std::int64_t target = word(Buffer::delta, c, loss_at);
      write(Buffer::delta, c, loss_at, loss_gradient(value.out, target, value.derivative, p));
    }
  }
}

void FunctionalArray::dgrad(const Layer& layer) {
  for (int nt = 0; nt < layer.nt; ++nt) {
    for (int mt = 0; mt < layer.mt; ++mt) {
      const Tile tile = layer.tile(mt, nt);
      const bool final = layer.training().post && nt + 1 == layer.nt;
      load_tile(layer, tile);
      for (int b = 0; b < layer.b; ++b) {
        const int dx = layer.at(Buffer::dx, mt, b);
        start_sums(Buffer::dx, dx, tile.rows, nt > 0 || layer.command.acc_psum);
        math_->dgrad(operands(Buffer::delta, layer.at(Buffer::delta, nt, b), tile.cols, delta_),
                     sums_.data());
        if (final) {
          backward_lanes(layer, tile, b);
        } else {
          write_sums(Buffer::dx, dx, tile.rows);
        }
      }
    }
  }
}

void FunctionalArray::backward_lanes(const Layer& layer, const Tile& tile, int b) {
  const TrainingFields& t = layer.training();
  const int p = config_.operand_bits;
  const int deriv_at = layer.at(Buffer::deriv, tile.mt, b);
  const int next = layer.next_base() + tile.mt * layer.b + b;
  note_reads(at(Buffer::deriv), at(Buffer::deriv).index(deriv_at), tile.rows);
  for (int r = 0; r < tile.rows; ++r) {
    const auto drawn = t.sr_post ? std::optional(draw(row_backward_, r)) : std::nullopt;
    const std::int64_t v = requantize(sums_[static_cast<std::size_t>(r)], t.scale,
                                      static_cast<int>(t.shift), p, drawn);
    write(Buffer::delta, r, next, derive(v, derivative_code(word(Buffer::deriv, r, deriv_at)), p));
  }
}

void FunctionalArray::bgrad(const Layer& layer) {
  const TrainingFields& t = layer.training();
  const int a = config_.accumulator_bits;
  for (int nt = 0; nt < layer.nt; ++nt) {
    const Tile tile = layer.tile(0, nt);
    const int at_bias = layer.base(Buffer::bias) + nt;
    for (int c = 0; c < tile.cols; ++c) {
      std::int64_t db = 0;
      for (int b = 0; b < layer.b; ++b) {
        db = add(db, word(Buffer::delta, c, layer.at(Buffer::delta, nt, b)), a, config_.overflow);
      }
      const auto drawn = t.sr_post ? std::optional(draw(column_, c)) : std::nullopt;
      write(Buffer::bias, c, at_bias,
            updated_bias(word(Buffer::bias, c, at_bias), db, t.bias_scale,
                         static_cast<int>(t.bias_shift), a, drawn));
    }
    note_reads(at(Buffer::bias), at(Buffer::bias).index(at_bias), tile.cols);
  }
}

void FunctionalArray::wgrad(const Layer& layer) {
  for (int nt = 0; nt < layer.nt; ++nt) {
    for (int mt = 0; mt < layer.mt; ++mt) {
      const Tile tile = layer.tile(mt, nt);
      math_->clear_accumulators();
      for (int b = 0; b < layer.b; ++b) {
        math_->wgrad(operands(Buffer::x, layer.at(Buffer::x, mt, b), tile.rows, x_),
                     operands(Buffer::delta, layer.at(Buffer::delta, nt, b), tile.cols, delta_));
      }
      math_->capture();
      drain_tile(layer, tile);
    }
  }
}

void FunctionalArray::drain_tile(const Layer& layer, const Tile& tile) {
  for (int r = 0; r < tile.rows; ++r) {
    math_->drain_row(r, sums_.data());
    if (layer.training().update) {
      update_row(layer, tile, r);
      continue;
    }
    const int dw = layer.row_at(Buffer::dw, tile, r);
    if (layer.command.acc_dw) {
      note_reads(at(Buffer::dw), at(Buffer::dw).index(dw), tile.cols);
      for (int c = 0; c < tile.cols; ++c) {
        std::int64_t& sum = sums_[static_cast<std::size_t>(c)];
        sum = add(word(Buffer::dw, c, dw), sum, config_.accumulator_bits, config_.overflow);
      }
    }
    write_sums(Buffer::dw, dw, tile.cols);
  }
}

void FunctionalArray::update_row(const Layer& layer, const Tile& tile, int r) {
  const TrainingFields& t = layer.training();
  const WeightStep step{t.rate, static_cast<int>(t.rate_shift), t.decay};
  std::optional<UpdateDraws> draws;
  if (t.sr_update) {
    draws.emplace();
    draws->gradient = draw(row_update_, r);
    draws->weight = draw(row_update_, r);
  }
  const int addr = layer.row_at(Buffer::w, tile, r);
  note_reads(at(Buffer::w), at(Buffer::w).index(addr), tile.cols);
  for (int c = 0; c < tile.cols; ++c) {
    write(Buffer::w, c, addr,
          updated_weight(config_, word(Buffer::w, c, addr), sums_[static_cast<std::size_t>(c)],
                         step, draws));
  }
}

}  // namespace gradloom::golden
