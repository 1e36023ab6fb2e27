// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "golden/numerics.hpp"
#include "golden/timing.hpp"
#include "sim/layer_data.hpp"
#include "sim/prng.hpp"
#include "sim/region.hpp"
#include "sim/training_commands.hpp"

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
      if (config_.training.built && below(prng_, 3) == 0) {
        training_item(resets);
        continue;
      }
      const auto kind = below(prng_, 12);
      if (kind == 0) {
        bad_command();
      } else if (kind == 1) {
        tight_command();
      } else if (kind == 3) {
        refused_access();
      } else if (kind == 4) {
        host_beside_command();
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
  int pick(int low, int high) { return gradloom::pick(prng_, low, high); }

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
    if (config_.training.built && below(prng_, 4) != 0) {
      draw_training(config_, prng_, random_wish(prng_), command);
    }
    return command;
  }

  // Puts the command behind the words in use. False if it does not fit there.
  bool place(Command& command) { return place_behind(config_, prng_, command, top_); }

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
      if (command.m * command.n * command.b == 1) command.training = {};  // takes two places
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

  // What the commands, one after the other, need before the first begins.
  void load_needed(const std::vector<Command>& commands) {
    const auto data = static_cast<Data>(below(prng_, 8) < 5 ? 0 : below(prng_, kDataCount));
    const Footprint words = footprint(config_, commands);
    for (const Word& w : words.needed) {
      const bool sums = w.buffer == Buffer::y || w.buffer == Buffer::dx || w.buffer == Buffer::dw;
      // With `refuse` nothing may overflow: partial sums stay small.
      const bool zero = sums && config_.overflow == Overflow::refuse;
      const int index = w.lane + static_cast<int>(w.addr);
      const std::int64_t value = zero ? 0 : training_word(config_, prng_, w.buffer, data, index);
      plan_.program.push_back(write_word(w.buffer, w.lane, w.addr, value));
      written_.emplace_back(w.buffer, Location{w.lane, w.addr});
    }
    results_.insert(results_.end(), words.written.begin(), words.written.end());
  }

  void load_operands(const Command& command) {
    if (config_.training.built) return load_needed({command});
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
    if (golden::check(config_, command) == Status::ok) last_ = command;
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

  // Mostly one that the last command uses: DELTA often, whose words are held at their read port.
  Buffer any_buffer() {
    const int buffers = config_.training.built ? kBufferCount : kBaseCount;
    const auto buffer = static_cast<Buffer>(pick(0, buffers - 1));
    if (!last_ || below(prng_, 4) == 0) return buffer;
    if (last_->op == static_cast<int>(Op::backward) && below(prng_, 2) == 0) return Buffer::delta;
    const std::vector<Touch> used = touches(config_, *last_);
    return used.at(below(prng_, used.size())).region.buffer;
  }

  // Writes to words of one buffer that no waiting command uses, one in every cycle: they meet the
  // accesses of the array.
  void scribble(int count) {
    const Buffer buffer = any_buffer();
    const int words = depth(config_, buffer);
    const Buffer place = buffer == Buffer::deriv ? Buffer::x : buffer;
    const auto top = static_cast<int>(top_.at(static_cast<std::size_t>(place)));
    for (int i = 0; i < count && top < words; ++i) {
      const Location at{pick(0, lanes(config_, buffer) - 1),
                        static_cast<std::uint32_t>(pick(top, words - 1))};
      plan_.program.push_back(
          write_word(buffer, at.lane, at.addr, static_cast<std::int64_t>(prng_())));
      written_.emplace_back(buffer, at);
    }
  }

  // A command alone, half of the time an interleaved backward if there is one, and in the middle of
  // it host writes to the banks it uses.
  void host_beside_command() {
    barrier();
    Command command = placed_command();
    const bool wanted = built(config_, Op::backward) && below(prng_, 2) == 0;
    for (int i = 0; wanted && i < kShapeTries; ++i) {
      if (command.op == static_cast<int>(Op::backward)) {
        command.schedule = static_cast<int>(Schedule::interleaved);
        break;
      }
      barrier();
      command = placed_command();
    }
    load_operands(command);
    plan_.program.push_back(Barrier{});
    run(command);
    // The plan, and the first weights.
    plan_.program.push_back(Idle{golden::kPlanCycles + pick(0, config_.rows + 10)});
    for (int i = 0; i < 3; ++i) scribble(pick(5, 40));
    barrier();
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

  // Everything that the command uses to the end of its buffer; where it uses two places there, in
  // any order and without a gap. False if it is refused all the same.
  bool to_the_end(Command& command) {
    std::vector<BaseUse> uses = base_uses(config_, command);
    if (below(prng_, 2) == 0) std::reverse(uses.begin(), uses.end());
    std::array<int, kBufferCount> taken{};
    bool good = true;
    for (const BaseUse& use : uses) {
      int& end = taken.at(static_cast<std::size_t>(use.buffer));
      end += use.words;
      good = good && end <= depth(config_, use.buffer);
      *use.base = static_cast<std::uint32_t>(std::max(0, depth(config_, use.buffer) - end));
    }
    return good && golden::check(config_, command) == Status::ok;
  }

  // A command whose words end with the last one of a bank, or one size at its limit; and the same
  // with one buffer moved a word too far.
  void tight_command() {
    barrier();
    Command command = random_command();
    if (below(prng_, 2) == 0) command.m = static_cast<std::uint32_t>(config_.limits.m);
    if (below(prng_, 3) == 0) command.b = static_cast<std::uint32_t>(config_.limits.batch);
    command.acc_psum = command.acc_dw = false;
    while (!to_the_end(command) || elements(command) > kMaxElements) {
      if (command.m * command.n * command.b == 1) command.training = {};
      if (command.n > 1) {
        command.n /= 2;
      } else if (command.b > 1) {
        command.b /= 2;
      } else {
        command.m = std::max(1U, command.m / 2);
      }
    }
    to_the_end(command);
    for (int code = 0; code < kBaseCount; ++code) {
      Command beyond = command;
      std::uint32_t& base = beyond.bases.at(static_cast<std::size_t>(code));
      if (base + 1 < (1U << derive(config_).addr_w)) ++base;
      if (golden::check(config_, beyond) != Status::ok) run(beyond);
    }
    if (config_.training.built) {
      for (const auto field :
           {&golden::TrainingFields::bias_base, &golden::TrainingFields::next_base}) {
        Command beyond = command;
        std::uint32_t& base = beyond.training.*field;
        if (base + 1 < (1U << derive(config_).addr_w)) ++base;
        if (golden::check(config_, beyond) != Status::ok) run(beyond);
      }
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
    access.sel = static_cast<std::uint32_t>(pick(0, (1 << widths.sel_w) - 1));
    const std::optional<Buffer> selected = selected_buffer(access.sel);
    if (selected && (config_.training.built || *selected < Buffer::bias)) {
      const Buffer buffer = *selected;
      const bool lane = below(prng_, 2) == 0;
      access.lane = static_cast<std::uint32_t>(lane ? lanes(config_, buffer) : 0);
      access.addr = static_cast<std::uint32_t>(lane ? 0 : depth(config_, buffer));
      const bool built = depth(config_, buffer) > 0;
      if (access.lane >> widths.lane_w != 0 || access.addr >> widths.host_addr_w != 0) return;
      if (built && !lane && static_cast<int>(access.addr) < depth(config_, buffer)) return;
    } else if (access.sel == kRegisterSelect) {
      access.lane = below(prng_, 4) == 0 ? 1 : 0;
      access.addr = static_cast<std::uint32_t>(below(prng_, 2) == 0 ? pick(0, 5) : pick(0, 63));
      // CLEAR would hide what was counted, and SEED must not change while a command runs.
      if (access.addr == 6) access.write = false;
      if (access.addr == kSeedRegister && access.lane == 0) access.write = false;
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

  // --- Training -------------------------------------------------------------------------------

  void training_item(bool resets) {
    switch (below(prng_, 9)) {
      case 0: seed(); break;
      case 1: bad_training_command(); break;
      case 2: side_by_side(); break;
      case 3: again_and_again(); break;
      case 4: network_step(resets); break;
      default: network_step(false); break;
    }
    if (below(prng_, 3) == 0) barrier();
  }

  void seed() {
    barrier();
    plan_.program.push_back(write_seed(draw_seed(config_, prng_)));
    plan_.program.push_back(read_register(kSeedRegister));
    plan_.program.push_back(Barrier{});
  }

  // Host accesses beside the commands.
  void traffic() {
    if (below(prng_, 3) == 0) plan_.program.push_back(Idle{pick(1, 60)});
    if (below(prng_, 2) == 0) look_around(pick(1, 40));
    if (below(prng_, 2) == 0) scribble(pick(1, 80));
  }

  void run_all(const std::vector<Command>& commands) {
    load_needed(commands);
    plan_.program.push_back(Idle{1});
    for (const Command& command : commands) {
      run(command);
      traffic();
    }
  }

  std::vector<Command> placed_step() {
    const StepOptions options{below(prng_, 2) == 0 ? 3 : pick(0, 2), below(prng_, 4) != 0};
    const int widest = std::min(config_.limits.m, config_.limits.n);
    StepShape shape;
    for (int i = pick(2, 4); i > 0; --i) shape.widths.push_back(size(config_.rows, widest));
    shape.batch = size(config_.rows, config_.limits.batch);
    for (int i = 0; i < kShapeTries; ++i) {
      std::vector<Command> commands = draw_step(config_, prng_, shape, options, top_);
      if (!commands.empty()) return commands;
      if (i == 0) {
        barrier();
        continue;
      }
      int& width = shape.widths.at(below(prng_, shape.widths.size()));
      int& largest = shape.batch > width ? shape.batch : width;
      largest = std::max(1, largest / 2);
      if (i % 8 == 7 && shape.widths.size() > 2) shape.widths.pop_back();
    }
    return {};
  }

  // A step or two of a network; with `reset` one that is cut off.
  void network_step(bool reset) {
    if (reset) barrier();
    std::vector<Command> commands = placed_step();
    if (below(prng_, 3) == 0) {
      const std::vector<Command> first = commands;
      commands.insert(commands.end(), first.begin(), first.end());
    }
    run_all(commands);
    if (!reset) return;
    plan_.program.push_back(Idle{pick(1, 120)});
    plan_.program.push_back(Reset{pick(1, 3)});
    barrier();
  }

  // The same command several times: what it updates goes on and on.
  void again_and_again() {
    const Command command = placed_command();
    run_all(std::vector<Command>(static_cast<std::size_t>(pick(2, 4)), command));
  }

  // What a command reads and what its lane writes to the same buffer: a word apart, next to each
  // other, and with a word in common, which is refused.
  void side_by_side() {
    barrier();
    const std::array<Op, 3> ops{Op::fprop, Op::dgrad, Op::backward};
    Command command = golden::make_command(
        ops.at(below(prng_, ops.size())), static_cast<Schedule>(pick(0, 2)),
        size(config_.rows, config_.limits.m), size(config_.cols, config_.limits.n), pick(1, 3));
    draw_training(config_, prng_, {true, true, true}, command);
    const bool fprop = command.op == static_cast<int>(Op::fprop);
    if (fprop) command.training.to_x = true;
    if (!place(command)) return;
    const Buffer buffer = fprop ? Buffer::x : Buffer::delta;
    std::uint32_t& own = command.bases.at(static_cast<std::size_t>(buffer));
    std::uint32_t& next = command.training.next_base;
    const bool below_own = next < own;
    std::int64_t words = 0;  // of the lower one
    std::int64_t both = 0;
    for (const BaseUse& use : base_uses(config_, command)) {
      if (use.buffer != buffer) continue;
      both += use.words;
      if (use.base == (below_own ? &next : &own)) words = use.words;
    }
    std::uint32_t& low = below_own ? next : own;
    std::uint32_t& high = below_own ? own : next;
    low = static_cast<std::uint32_t>(pick(0, static_cast<int>(depth(config_, buffer) - both)));
    const std::uint32_t edge = low + static_cast<std::uint32_t>(words);
    std::uint32_t& top = top_.at(static_cast<std::size_t>(buffer));
    top = std::max(top, low + static_cast<std::uint32_t>(both));
    for (const std::uint32_t base : {edge - 1, low}) {
      high = base;
      run(command);
    }
    high = edge;
    run_all({command});
    barrier();
  }

  void bad_training_command() {
    Command c = golden::make_command(static_cast<Op>(pick(0, 3)), static_cast<Schedule>(pick(0, 2)),
                                     size(config_.rows, config_.limits.m),
                                     size(config_.cols, config_.limits.n),
                                     size(config_.rows, config_.limits.batch));
    draw_training(config_, prng_, random_wish(prng_), c);
    Tops tops{};
    place_behind(config_, prng_, c, tops);
    golden::TrainingFields& t = c.training;
    const auto top = static_cast<int>((1U << derive(config_).addr_w) - 1);
    switch (below(prng_, 8)) {
      case 0: t.post = !t.post; break;
      case 1: (below(prng_, 2) == 0 ? t.to_x : t.loss) = true; break;
      case 2: (below(prng_, 2) == 0 ? t.update : t.bgrad) = true; break;
      case 3: (below(prng_, 2) == 0 ? t.sr_post : t.sr_update) = true; break;
      case 4: t.act = static_cast<std::uint32_t>(pick(0, 7)); break;
      case 5: t.rate_shift = (1U << derive(config_).rate_shift_w) - 1; break;
      case 6: t.bias_base = static_cast<std::uint32_t>(pick(0, top)); break;
      default: t.next_base = static_cast<std::uint32_t>(pick(0, top)); break;
    }
    if (golden::check(config_, c) != Status::ok) run(c);
  }

  void barrier() {
    plan_.program.push_back(Barrier{});
    top_.fill(0);
    for (const Word& w : results_) written_.emplace_back(w.buffer, Location{w.lane, w.addr});
    results_.clear();
  }

  Config config_;
  Prng prng_;
  std::vector<Op> ops_;
  ProgramPlan plan_;
  Tops top_{};
  std::vector<std::pair<Buffer, Location>> written_;
  std::vector<Word> results_;    // of commands that may still run
  std::optional<Command> last_;  // that was good
};

int random_accumulator(Prng& prng, int low) {
  const std::array<int, 4> choices{low, std::min(64, low + 1), 32, 64};
  if (below(prng, 2) == 0) return std::max(low, choices.at(below(prng, choices.size())));
  return low + static_cast<int>(below(prng, static_cast<std::uint64_t>(64 - low) + 1));
}

int random_depth(Prng& prng, int most) {
  return below(prng, 4) == 0 ? pick(prng, 1, 9) : pick(prng, 10, most);
}

// Any training hardware that fits the operands.
TrainingHardware random_hardware(Prng& prng, int operand_bits) {
  const auto coin = [&] { return below(prng, 2) == 0; };
  TrainingHardware hardware;
  hardware.built = true;
  hardware.master_bits =
      coin() ? pick(prng, operand_bits, 32) : std::min(32, operand_bits + pick(prng, 0, 8));
  hardware.step_bits =
      coin() ? pick(prng, 0, operand_bits) : std::max(0, operand_bits - pick(prng, 0, 2));
  const unsigned activations =
      coin() ? (1U << kActivationCount) - 1 : static_cast<unsigned>(prng());
  hardware.activations =
      static_cast<std::uint8_t>((activations & ((1U << kActivationCount) - 1)) | 1U);
  hardware.stochastic = below(prng, 3) != 0;
  hardware.weight_decay = coin();
  return hardware;
}

// Any stages of the PE; in one of three configurations none. A generator of its own, so that what a
// seed gives otherwise does not depend on them.
PeOptions random_pe(std::uint64_t seed, Overflow overflow) {
  Prng prng = make_prng(seed, 23);
  PeOptions pe;
  if (below(prng, 3) == 0) return pe;
  pe.mult_stages = pick(prng, 0, 2);
  if (overflow != Overflow::saturate) pe.add_stages = pick(prng, 1, 2);
  pe.zero_gating = pe.mult_stages == 2 && below(prng, 2) == 0;
  return pe;
}

// Hold memories that are too short for some batches, or for none; in half of the configurations
// that could have them, none. A generator of its own, as above.
int random_hold(std::uint64_t seed, const Config& config) {
  Prng prng = make_prng(seed, 29);
  if (config.buffers.delta < 2 || below(prng, 2) == 0) return 0;
  return 1 << pick(prng, 1, index_bits(config.buffers.delta + 1) - 1);
}

void random_limits(Prng& prng, Config& config) {
  config.limits = natural_limits(config);
  if (below(prng, 3) == 0) {
    config.limits.m = pick(prng, 1, config.limits.m);
    config.limits.n = pick(prng, 1, config.limits.n);
    config.limits.batch = pick(prng, 1, config.limits.batch);
  }
  if (config.overflow != Overflow::refuse) return;
  const int least = config.training.built ? 1 + kRoundingTerms : 1;
  if (!sum_fits(config.operand_bits, config.accumulator_bits, least)) {
    config.overflow = Overflow::wrap;
    return;
  }
  Limits& limits = config.limits;
  while (!sum_fits(config.operand_bits, config.accumulator_bits, longest_sum(config))) {
    limits.m = std::max(1, limits.m / 2);
    limits.n = std::max(1, limits.n / 2);
    limits.batch = std::max(1, limits.batch / 2);
  }
}

}  // namespace

ProgramPlan random_program(const Config& config, std::uint64_t seed, int count, bool resets) {
  return Builder(config, seed).build(count, resets);
}

Config random_training_config(std::uint64_t seed) {
  Prng prng = make_prng(seed, 17);
  Config config;
  config.name = fmt::format("rnd{}", seed);
  config.rows = config.cols = pick(prng, 1, 6);
  config.operand_bits = pick(prng, 2, 16);
  config.training = random_hardware(prng, config.operand_bits);
  const int least = training_accumulator_bits(config.operand_bits, config.training);
  config.accumulator_bits = random_accumulator(prng, std::max(8, least));
  config.overflow = static_cast<Overflow>(pick(prng, 0, 2));
  const auto words = [&] { return random_depth(prng, 200); };
  config.buffers.x = words();
  config.buffers.delta = words();
  config.buffers.w = words();
  config.buffers.y = words();
  config.buffers.dx = words();
  config.buffers.dw = words();
  config.buffers.bias = random_depth(prng, 40);
  config.buffers.delta_hold = random_hold(seed, config);
  random_limits(prng, config);
  config.pe = random_pe(seed, config.overflow);
  config.pe.add_stages = 1;  // all that training can have
  config.queue_depth = pick(prng, 1, 5);
  return config;
}

Config random_config(std::uint64_t seed) {
  Prng kind = make_prng(seed, 19);
  if (below(kind, 3) == 0) return random_training_config(seed);
  Prng prng = make_prng(seed, 13);
  Config config;
  config.name = fmt::format("rnd{}", seed);
  config.rows = pick(prng, 1, 9);
  config.cols = pick(prng, 1, 9);
  config.operand_bits = pick(prng, 2, 16);
  config.accumulator_bits = random_accumulator(prng, std::max(8, 2 * config.operand_bits));
  config.overflow = static_cast<Overflow>(pick(prng, 0, 2));
  const int ops = below(prng, 3) == 0 ? pick(prng, 1, 6) : 7;
  config.fprop = (ops & 1) != 0;
  config.dgrad = (ops & 2) != 0;
  config.wgrad = (ops & 4) != 0;
  const auto words = [&](Buffer buffer) {
    return buffer_needed(config, buffer) ? random_depth(prng, 200) : 0;
  };
  config.buffers = {words(Buffer::x), words(Buffer::delta), words(Buffer::w),
                    words(Buffer::y), words(Buffer::dx),    words(Buffer::dw)};
  config.buffers.delta_hold = random_hold(seed, config);
  random_limits(prng, config);
  config.pe = random_pe(seed, config.overflow);  // the limits can make `refuse` a `wrap`
  config.queue_depth = pick(prng, 1, 5);
  const bool possible = config.overflow != Overflow::saturate && config.pe == PeOptions{};
  config.abft = possible && below(kind, 2) == 0;
  return config;
}

}  // namespace gradloom
