// SPDX-License-Identifier: Apache-2.0
#include "sim/command_model.hpp"

#include <stdexcept>

#include "golden/numerics.hpp"

namespace gradloom {
namespace {

using golden::Command;
using golden::TrainingFields;

int tiles_of(std::uint32_t size, int lanes) { return (static_cast<int>(size) + lanes - 1) / lanes; }

}  // namespace

CommandModel::CommandModel(const Config& config)
    : config_(config), unit_(config.operand_bits), banks_(config) {
  seed(0);
}

void CommandModel::write(Buffer buffer, int lane, std::uint32_t addr, std::int64_t value) {
  banks_.write(buffer, lane, static_cast<int>(addr), value);
}

void CommandModel::seed(std::uint32_t value) {
  column_.clear();
  row_backward_.clear();
  row_update_.clear();
  for (int lane = 0; lane < config_.cols; ++lane) {
    column_.push_back(golden::seeded_state(value, golden::Generator::column, lane));
  }
  for (int lane = 0; lane < config_.rows; ++lane) {
    row_backward_.push_back(golden::seeded_state(value, golden::Generator::row_backward, lane));
    row_update_.push_back(golden::seeded_state(value, golden::Generator::row_update, lane));
  }
}

void CommandModel::run(const Command& command) {
  if (golden::check(config_, command) != Status::ok) return;
  const Op op = static_cast<Op>(command.op);
  if (op == Op::fprop) fprop(command);
  if (op == Op::dgrad || op == Op::backward) dgrad(command);
  if (op == Op::wgrad || op == Op::backward) {
    if (command.training.bgrad) bgrad(command);
    wgrad(command);
  }
}

void CommandModel::play(const Program& program) {
  for (const Step& step : program) {
    if (std::holds_alternative<Reset>(step)) throw std::invalid_argument("a reset in a program");
    if (const auto* command = std::get_if<RunCommand>(&step)) run(command->command);
    const auto* access = std::get_if<HostAccess>(&step);
    if (access == nullptr || !access->write) continue;
    if (access->sel == kRegisterSelect) {
      const bool known = config_.training.built && access->lane == 0;
      if (known && access->addr == kSeedRegister) seed(static_cast<std::uint32_t>(access->data));
      continue;
    }
    const std::optional<Buffer> buffer = selected_buffer(access->sel);
    const bool exists = buffer &&
                        access->lane < static_cast<std::uint32_t>(lanes(config_, *buffer)) &&
                        access->addr < static_cast<std::uint32_t>(depth(config_, *buffer));
    if (exists) {
      write(*buffer, static_cast<int>(access->lane), access->addr,
            static_cast<std::int64_t>(access->data));
    }
  }
}

std::int64_t CommandModel::word(Buffer buffer, int lane, std::uint32_t addr) const {
  return banks_.word(buffer, lane, static_cast<int>(addr));
}

bool CommandModel::defined(Buffer buffer, int lane, std::uint32_t addr) const {
  return banks_.defined(buffer, lane, static_cast<int>(addr));
}

std::int64_t CommandModel::get(const Place& place, int row, int col) const {
  const int banks = lanes(config_, place.buffer);
  return word(place.buffer, col % banks,
              place.base + static_cast<std::uint32_t>(col / banks) * place.stride +
                  static_cast<std::uint32_t>(row));
}

void CommandModel::put(const Place& place, int row, int col, std::int64_t value) {
  const int banks = lanes(config_, place.buffer);
  write(place.buffer, col % banks,
        place.base + static_cast<std::uint32_t>(col / banks) * place.stride +
            static_cast<std::uint32_t>(row),
        value);
}

CommandModel::Place CommandModel::own(const Command& command, Buffer buffer) const {
  const bool matrix = buffer == Buffer::w || buffer == Buffer::dw;
  return {buffer, command.bases.at(static_cast<std::size_t>(buffer)),
          matrix ? command.m : command.b};
}

std::int64_t CommandModel::add(std::int64_t acc, std::int64_t term) const {
  return golden::add(acc, term, config_.accumulator_bits, config_.overflow);
}

std::int64_t CommandModel::weight(const Place& w, int m, int n) const {
  return golden::weight_of(get(w, m, n), config_.operand_bits, word_bits(config_, Buffer::w));
}

std::optional<std::uint32_t> CommandModel::draw(bool stochastic, std::vector<std::uint32_t>& states,
                                                int lane) {
  if (!stochastic) return std::nullopt;
  std::uint32_t& state = states.at(static_cast<std::size_t>(lane));
  return state = golden::next_draw(state);
}

// Sums are formed tile by tile, so that those of all row tiles but the last can be left in Y.
void CommandModel::fprop(const Command& c) {
  const Place x = own(c, Buffer::x);
  const Place w = own(c, Buffer::w);
  const Place y = own(c, Buffer::y);
  const auto vectors = static_cast<int>(c.b);
  const int before_last = (tiles_of(c.m, config_.rows) - 1) * config_.rows;
  for (int nt = 0; nt < tiles_of(c.n, config_.cols); ++nt) {
    for (int b = 0; b < vectors; ++b) {
      for (int n = nt * config_.cols; n < (nt + 1) * config_.cols; ++n) {
        if (n >= static_cast<int>(c.n)) break;
        std::int64_t sum = c.acc_psum ? get(y, b, n) : 0;
        for (int m = 0; m < static_cast<int>(c.m); ++m) {
          if (m > 0 && m == before_last) put(y, b, n, sum);
          sum = add(sum, get(x, b, m) * weight(w, m, n));
        }
        if (c.training.post) {
          forward(c, n, b, sum);
        } else {
          put(y, b, n, sum);
        }
      }
    }
  }
}

void CommandModel::forward(const Command& c, int n, int b, std::int64_t sum) {
  const TrainingFields& t = c.training;
  const int p = config_.operand_bits;
  const std::int64_t biased =
      golden::add_bias(sum, get({Buffer::bias, t.bias_base, 1}, 0, n), config_.accumulator_bits);
  const auto random = draw(t.sr_post, column_, n % config_.cols);
  const std::int64_t z = golden::requantize(biased, t.scale, static_cast<int>(t.shift), p, random);
  const golden::Activated result =
      unit_(static_cast<ActivationCode>(t.act), z, static_cast<int>(t.leak));
  const bool bit = !wide_derivative(config_);
  if (t.to_x) {
    put({Buffer::x, t.next_base, c.b}, b, n, result.out);
    put({Buffer::deriv, t.next_base, c.b}, b, n,
        bit ? (result.derivative != 0 ? 1 : 0) : std::int64_t{result.derivative});
  }
  if (t.to_y) put(own(c, Buffer::y), b, n, result.out);
  if (t.loss) {
    const Place delta = own(c, Buffer::delta);
    put(delta, b, n, golden::loss_gradient(result.out, get(delta, b, n), result.derivative, p));
  }
}

void CommandModel::dgrad(const Command& c) {
  const Place delta = own(c, Buffer::delta);
  const Place w = own(c, Buffer::w);
  const Place dx = own(c, Buffer::dx);
  const auto vectors = static_cast<int>(c.b);
  const int before_last = (tiles_of(c.n, config_.cols) - 1) * config_.cols;
  for (int mt = 0; mt < tiles_of(c.m, config_.rows); ++mt) {
    for (int b = 0; b < vectors; ++b) {
      for (int m = mt * config_.rows; m < (mt + 1) * config_.rows; ++m) {
        if (m >= static_cast<int>(c.m)) break;
        std::int64_t sum = c.acc_psum ? get(dx, b, m) : 0;
        for (int n = 0; n < static_cast<int>(c.n); ++n) {
          if (n > 0 && n == before_last) put(dx, b, m, sum);
          sum = add(sum, get(delta, b, n) * weight(w, m, n));
        }
        if (c.training.post) {
          backward(c, m, b, sum);
        } else {
          put(dx, b, m, sum);
        }
      }
    }
  }
}

void CommandModel::backward(const Command& c, int m, int b, std::int64_t sum) {
  const TrainingFields& t = c.training;
  const int p = config_.operand_bits;
  const auto random = draw(t.sr_post, row_backward_, m % config_.rows);
  const std::int64_t v = golden::requantize(sum, t.scale, static_cast<int>(t.shift), p, random);
  const std::int64_t kept =
      get({Buffer::deriv, c.bases.at(static_cast<std::size_t>(Buffer::x)), c.b}, b, m);
  const std::int64_t code = wide_derivative(config_) ? kept : kept << (p - 1);
  put({Buffer::delta, t.next_base, c.b}, b, m,
      golden::derive(v, static_cast<std::uint32_t>(code), p));
}

void CommandModel::bgrad(const Command& c) {
  const TrainingFields& t = c.training;
  const Place delta = own(c, Buffer::delta);
  const Place bias{Buffer::bias, t.bias_base, 1};
  for (int n = 0; n < static_cast<int>(c.n); ++n) {
    std::int64_t sum = 0;
    for (int b = 0; b < static_cast<int>(c.b); ++b) sum = add(sum, get(delta, b, n));
    const auto random = draw(t.sr_post, column_, n % config_.cols);
    put(bias, 0, n,
        golden::updated_bias(get(bias, 0, n), sum, t.bias_scale, static_cast<int>(t.bias_shift),
                             config_.accumulator_bits, random));
  }
}

void CommandModel::wgrad(const Command& c) {
  const TrainingFields& t = c.training;
  const Place x = own(c, Buffer::x);
  const Place delta = own(c, Buffer::delta);
  const Place w = own(c, Buffer::w);
  const Place dw = own(c, Buffer::dw);
  const golden::WeightStep step{t.rate, static_cast<int>(t.rate_shift),
                                config_.training.weight_decay ? t.decay : 0};
  for (int nt = 0; nt < tiles_of(c.n, config_.cols); ++nt) {
    for (int m = 0; m < static_cast<int>(c.m); ++m) {
      const int row = m % config_.rows;
      std::optional<golden::UpdateDraws> draws;
      if (t.update && t.sr_update) {
        const std::uint32_t gradient = *draw(true, row_update_, row);
        draws = golden::UpdateDraws{gradient, *draw(true, row_update_, row)};
      }
      for (int n = nt * config_.cols; n < (nt + 1) * config_.cols; ++n) {
        if (n >= static_cast<int>(c.n)) break;
        std::int64_t sum = 0;
        for (int b = 0; b < static_cast<int>(c.b); ++b) {
          sum = add(sum, get(x, b, m) * get(delta, b, n));
        }
        if (t.update) {
          put(w, m, n, golden::updated_weight(config_, get(w, m, n), sum, step, draws));
        } else {
          put(dw, m, n, c.acc_dw ? add(get(dw, m, n), sum) : sum);
        }
      }
    }
  }
}

}  // namespace gradloom
