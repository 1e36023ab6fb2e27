// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "golden/numerics.hpp"
#include "golden/timing.hpp"
#include "sim/layer_data.hpp"
#include "sim/prng.hpp"

namespace gradloom {
namespace {

using golden::Command;

constexpr int kShapeTries = 40;
// Every element passes the host port twice or more.
constexpr std::int64_t kMaxElements = 50'000;

// Makes the steps of one random program. Words are handed out from the bottom of every buffer, so
// that commands that wait together never share a word; a Barrier starts again from 0.
class Builder {
 public:
  Builder(const Config& config, std::uint64_t seed) : config_(config), prng_(make_prng(seed, 11)) {
    for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
      if (built(config, op)) ops_.push_back(op);
    }
  }

  ProgramPlan build(int count, bool resets) {
    for (int i = 0; i < count; ++i) {
      const auto kind = below(prng_, 12);
      if (kind == 0) {
        bad_command();
      } else if (kind == 1) {
        tight_command();
      } else if (kind == 3) {
        refused_access();
      } else if (kind == 2 && resets) {
        reset_in_command();
      } else {
        good_command();
      }
      if (below(prng_, 3) == 0) barrier();
    }
    barrier();
    return std::move(plan_);
  }

 private:
  int pick(int low, int high) {
    return low + static_cast<int>(below(prng_, static_cast<std::uint64_t>(high - low) + 1));
  }

  int size(int unit, int limit) {
    switch (below(prng_, 5)) {
      case 0: return 1;
      case 1: return std::min(limit, unit);
      case 2: return std::min(limit, unit + 1);
      case 3: return pick(1, std::min(limit, 4 * unit + 3));
      default: return pick(1, std::min(limit, 2 * unit));
    }
  }

  static std::int64_t elements(const Command& c) {
    return std::int64_t{c.m} * c.n + std::int64_t{c.b} * c.m + std::int64_t{c.b} * c.n;
  }

  Command random_command() {
    Command command;
    const Op op = ops_.at(below(prng_, ops_.size()));
    command.op = static_cast<int>(op);
    command.schedule = pick(0, 2);
    command.acc_psum = op != Op::wgrad && below(prng_, 3) == 0;
    command.acc_dw = (op == Op::wgrad || op == Op::backward) && below(prng_, 3) == 0;
    command.m = static_cast<std::uint32_t>(size(config_.rows, config_.limits.m));
    command.n = static_cast<std::uint32_t>(size(config_.cols, config_.limits.n));
    command.b = static_cast<std::uint32_t>(size(config_.rows, config_.limits.batch));
    return command;
  }

  // Puts the command behind the words in use. False if it does not fit there.
  bool place(Command& command) {
    std::array<std::uint32_t, kBufferCount> top = top_;
    for (int code = 0; code < kBufferCount; ++code) {
      const auto buffer = static_cast<Buffer>(code);
      const auto at = static_cast<std::size_t>(code);
      if (!golden::uses(command.op, buffer)) continue;
      const std::int64_t words = golden::words(config_, command, buffer);
      const std::int64_t room = depth(config_, buffer) - std::int64_t{top[at]} - words;
      if (room < 0) return false;
      const auto gap = static_cast<std::uint32_t>(
          below(prng_, static_cast<std::uint64_t>(std::min<std::int64_t>(room, 3)) + 1));
      command.bases[at] = top[at] + gap;
      top[at] = command.bases[at] + static_cast<std::uint32_t>(words);
    }
    if (golden::check(config_, command) != Status::ok) return false;
    top_ = top;
    return true;
  }

  // A command that fits; one element in the empty buffers always does.
  Command placed_command() {
    for (int i = 0; i < kShapeTries; ++i) {
      Command command = random_command();
      if (place(command)) return command;
    }
    barrier();
    Command command = random_command();
    while (!place(command)) {
      command.m = std::max(1U, command.m / 2);
      command.n = std::max(1U, command.n / 2);
      command.b = std::max(1U, command.b / 2);
    }
    return command;
  }

  void load(const Command& command, Buffer buffer, const Matrix& matrix) {
    for (int row = 0; row < matrix.rows; ++row) {
      for (int col = 0; col < matrix.cols; ++col) {
        const Location at = locate(config_, buffer, command, row, col);
        plan_.program.push_back(write_word(buffer, at.lane, at.addr, matrix.at(row, col)));
        written_.emplace_back(buffer, at);
      }
    }
  }

  void load_partial(const Command& command, Buffer buffer, int rows, int cols) {
    Matrix matrix(rows, cols);
    const int bits = config_.accumulator_bits;
    // With `refuse` nothing may overflow: partial sums stay small.
    for (auto& value : matrix.data) {
      value = golden::wrap(static_cast<std::int64_t>(prng_()), bits);
      if (config_.overflow == Overflow::refuse) value = 0;
    }
    load(command, buffer, matrix);
  }

  void load_operands(const Command& command) {
    const auto m = static_cast<int>(command.m);
    const auto n = static_cast<int>(command.n);
    const auto b = static_cast<int>(command.b);
    const auto kind = static_cast<DataKind>(below(prng_, 8) < 4 ? 0 : below(prng_, kDataKinds));
    const LayerOperands data = make_operands(config_, {m, n, b}, kind, prng_());
    const auto use = [&](Buffer buffer) { return golden::uses(command.op, buffer); };
    if (use(Buffer::x)) load(command, Buffer::x, data.x);
    if (use(Buffer::w)) load(command, Buffer::w, data.w);
    if (use(Buffer::delta)) load(command, Buffer::delta, data.delta);
    if (command.acc_psum && use(Buffer::y)) load_partial(command, Buffer::y, b, n);
    if (command.acc_psum && use(Buffer::dx)) load_partial(command, Buffer::dx, b, m);
    if (command.acc_dw && use(Buffer::dw)) load_partial(command, Buffer::dw, m, n);
  }

  void run(const Command& command) {
    plan_.program.push_back(RunCommand{command});
    plan_.commands.push_back(command);
  }

  // The operands must be in the buffers before the command starts, but earlier commands may still
  // run: they use other words.
  void good_command() {
    const Command command = placed_command();
    load_operands(command);
    plan_.program.push_back(Idle{1});
    run(command);
    // Until the command is planned nothing moves in the array: some accesses come later.
    if (below(prng_, 2) == 0) plan_.program.push_back(Idle{pick(1, 60)});
    if (below(prng_, 2) == 0) look_around(pick(1, 60));
    if (below(prng_, 2) == 0) scribble(pick(1, 150));
  }

  // Writes to words of one buffer that no waiting command uses, one in every cycle: they meet the
  // accesses of the array.
  void scribble(int count) {
    const auto buffer = static_cast<Buffer>(pick(0, kBufferCount - 1));
    const int words = depth(config_, buffer);
    const auto top = static_cast<int>(top_.at(static_cast<std::size_t>(buffer)));
    for (int i = 0; i < count && top < words; ++i) {
      const Location at{pick(0, lanes(config_, buffer) - 1),
                        static_cast<std::uint32_t>(pick(top, words - 1))};
      plan_.program.push_back(
          write_word(buffer, at.lane, at.addr, static_cast<std::int64_t>(prng_())));
      written_.emplace_back(buffer, at);
    }
  }

  // Reads of words that were written some time, in any state of the array.
  void look_around(int count) {
    for (int i = 0; i < count && !written_.empty(); ++i) {
      const auto& [buffer, at] = written_.at(below(prng_, written_.size()));
      plan_.program.push_back(read_word(buffer, at.lane, at.addr));
    }
  }

  void bad_command() {
    Command command = random_command();
    switch (below(prng_, 7)) {
      case 0: command.op = pick(0, 3); break;
      case 1: command.schedule = 3; break;
      case 2: (command.op == 2 ? command.acc_psum : command.acc_dw) = true; break;
      case 3: (below(prng_, 2) == 0 ? command.m : command.b) = 0; break;
      case 4: command.n = 0; break;
      case 5: beyond_limit(command); break;
      default: break;
    }
    const std::uint32_t top = (1U << derive(config_).addr_w) - 1;
    for (auto& base : command.bases) {
      if (below(prng_, 2) == 0) base = static_cast<std::uint32_t>(pick(0, static_cast<int>(top)));
    }
    if (golden::check(config_, command) != Status::ok) run(command);
  }

  // One size one above its limit, if the field can hold that.
  void beyond_limit(Command& command) {
    command = golden::make_command(static_cast<Op>(command.op), Schedule::separate, 1, 1, 1);
    const auto most = (1U << derive(config_).dim_w) - 1;
    const auto set = [&](std::uint32_t& size, int limit) {
      size = std::min(static_cast<std::uint32_t>(limit) + 1, most);
    };
    switch (below(prng_, 3)) {
      case 0: set(command.m, config_.limits.m); break;
      case 1: set(command.n, config_.limits.n); break;
      default: set(command.b, config_.limits.batch); break;
    }
  }

  // A command whose words end with the last one of a bank, or one size at its limit; and the same
  // with one buffer moved a word too far.
  void tight_command() {
    barrier();
    Command command = random_command();
    if (below(prng_, 2) == 0) command.m = static_cast<std::uint32_t>(config_.limits.m);
    if (below(prng_, 3) == 0) command.b = static_cast<std::uint32_t>(config_.limits.batch);
    command.acc_psum = command.acc_dw = false;
    while (golden::check(config_, command) != Status::ok || elements(command) > kMaxElements) {
      if (command.n > 1) {
        command.n /= 2;
      } else if (command.b > 1) {
        command.b /= 2;
      } else {
        command.m = std::max(1U, command.m / 2);
      }
    }
    for (int code = 0; code < kBufferCount; ++code) {
      const auto buffer = static_cast<Buffer>(code);
      if (!golden::uses(command.op, buffer)) continue;
      const std::int64_t words = golden::words(config_, command, buffer);
      command.bases.at(static_cast<std::size_t>(code)) =
          static_cast<std::uint32_t>(depth(config_, buffer) - words);
    }
    for (int code = 0; code < kBufferCount; ++code) {
      Command beyond = command;
      std::uint32_t& base = beyond.bases.at(static_cast<std::size_t>(code));
      if (base + 1 < (1U << derive(config_).addr_w)) ++base;
      if (golden::check(config_, beyond) != Status::ok) run(beyond);
    }
    load_operands(command);
    plan_.program.push_back(Idle{1});
    run(command);
    barrier();
  }

  // Just beyond a buffer or the register map, a code that selects nothing, a read-only register.
  void refused_access() {
    const Derived widths = derive(config_);
    HostAccess access{below(prng_, 2) == 0, 0, 0, 0, prng_()};
    access.sel = static_cast<std::uint32_t>(pick(0, 7));
    if (access.sel < kBufferCount) {
      const auto buffer = static_cast<Buffer>(access.sel);
      const bool lane = below(prng_, 2) == 0;
      access.lane = static_cast<std::uint32_t>(lane ? lanes(config_, buffer) : 0);
      access.addr = static_cast<std::uint32_t>(lane ? 0 : depth(config_, buffer));
      const bool built = depth(config_, buffer) > 0;
      if (access.lane >> widths.lane_w != 0 || access.addr >> widths.host_addr_w != 0) return;
      if (built && !lane && static_cast<int>(access.addr) < depth(config_, buffer)) return;
    } else if (access.sel == kRegisterSelect) {
      access.lane = below(prng_, 4) == 0 ? 1 : 0;
      access.addr = static_cast<std::uint32_t>(below(prng_, 2) == 0 ? pick(0, 5) : pick(0, 63));
      if (access.addr == 6) access.write = false;  // CLEAR would hide what was counted
    }
    plan_.program.push_back(access);
    plan_.program.push_back(read_register(5));
  }

  void reset_in_command() {
    barrier();
    const Command command = placed_command();
    load_operands(command);
    plan_.program.push_back(Barrier{});
    run(command);
    plan_.program.push_back(Idle{pick(1, 60)});
    plan_.program.push_back(Reset{pick(1, 3)});
  }

  void barrier() {
    plan_.program.push_back(Barrier{});
    top_.fill(0);
  }

  Config config_;
  Prng prng_;
  std::vector<Op> ops_;
  ProgramPlan plan_;
  std::array<std::uint32_t, kBufferCount> top_{};
  std::vector<std::pair<Buffer, Location>> written_;
};

int random_accumulator(Prng& prng, int operand_bits) {
  const int low = std::max(8, 2 * operand_bits);
  const std::array<int, 4> choices{low, std::min(64, low + 1), 32, 64};
  if (below(prng, 2) == 0) return std::max(low, choices.at(below(prng, choices.size())));
  return low + static_cast<int>(below(prng, static_cast<std::uint64_t>(64 - low) + 1));
}

}  // namespace

ProgramPlan random_program(const Config& config, std::uint64_t seed, int count, bool resets) {
  return Builder(config, seed).build(count, resets);
}

Config random_config(std::uint64_t seed) {
  Prng prng = make_prng(seed, 13);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(below(prng, static_cast<std::uint64_t>(high - low) + 1));
  };
  Config config;
  config.name = fmt::format("rnd{}", seed);
  config.rows = pick(1, 9);
  config.cols = pick(1, 9);
  config.operand_bits = pick(2, 16);
  config.accumulator_bits = random_accumulator(prng, config.operand_bits);
  config.overflow = static_cast<Overflow>(pick(0, 2));
  const int ops = below(prng, 3) == 0 ? pick(1, 6) : 7;
  config.fprop = (ops & 1) != 0;
  config.dgrad = (ops & 2) != 0;
  config.wgrad = (ops & 4) != 0;
  const auto words = [&](Buffer buffer) {
    if (!buffer_needed(config, buffer)) return 0;
    return below(prng, 4) == 0 ? pick(1, 9) : pick(10, 200);
  };
  config.buffers = {words(Buffer::x), words(Buffer::delta), words(Buffer::w),
                    words(Buffer::y), words(Buffer::dx),    words(Buffer::dw)};
  config.limits = natural_limits(config);
  if (below(prng, 3) == 0) {
    config.limits.m = pick(1, config.limits.m);
    config.limits.n = pick(1, config.limits.n);
    config.limits.batch = pick(1, config.limits.batch);
  }
  if (config.overflow == Overflow::refuse) {
    while (!sum_fits(config.operand_bits, config.accumulator_bits, longest_sum(config))) {
      if (longest_sum(config) == 1) {  // not even one product fits: another policy
        config.overflow = Overflow::wrap;
        break;
      }
      config.limits.m = std::max(1, config.limits.m / 2);
      config.limits.n = std::max(1, config.limits.n / 2);
      config.limits.batch = std::max(1, config.limits.batch / 2);
    }
  }
  config.queue_depth = pick(1, 5);
  return config;
}

}  // namespace gradloom
