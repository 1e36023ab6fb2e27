// SPDX-License-Identifier: Apache-2.0
#include "golden/command.hpp"

namespace gradloom::golden {
namespace {

std::int64_t ceil_div(std::int64_t value, std::int64_t by) { return (value + by - 1) / by; }

bool bad_flag(const Command& command, Op op) {
  if (command.acc_psum && op == Op::wgrad) return true;
  if (command.acc_dw && command.training.update) return true;
  return command.acc_dw && (op == Op::fprop || op == Op::dgrad);
}

bool over_limit(const Config& config, const Command& command) {
  const auto above = [](std::uint32_t value, int limit) { return std::int64_t{value} > limit; };
  return above(command.m, config.limits.m) || above(command.n, config.limits.n) ||
         above(command.b, config.limits.batch);
}

/// What the fields of training add to bad_flag. All are 0 if it is not built.
bool bad_training_flag(const TrainingFields& t, Op op) {
  const bool fprop = op == Op::fprop;
  const bool wgrad = op == Op::wgrad || op == Op::backward;
  const bool output = t.to_x || t.to_y || t.loss;
  if (t.post && op == Op::wgrad) return true;
  if (output && !(t.post && fprop)) return true;
  if (t.post && fprop && !output) return true;
  if ((t.update || t.bgrad) && !wgrad) return true;
  return (t.sr_post && !t.post && !t.bgrad) || (t.sr_update && !t.update);
}

bool bad_field(const Config& config, const TrainingFields& t, Op op) {
  if ((t.sr_post || t.sr_update) && !config.training.stochastic) return true;
  if (t.post && op == Op::fprop) {
    if (t.act >= kActivationCount || !built(config, static_cast<ActivationCode>(t.act)))
      return true;
  }
  return t.update && t.rate_shift >= 2 * static_cast<std::uint32_t>(config.operand_bits);
}

bool fits(const Config& config, const Command& command, Buffer buffer) {
  const auto within = [&](std::int64_t base, std::int64_t count) {
    return count == 0 || base + count <= depth(config, buffer);
  };
  if (!within(base_of(command, buffer), words(config, command, buffer))) return false;
  return next_buffer(command) != buffer ||
         within(command.training.next_base, next_words(config, command));
}

/// True if what the lanes write from next_base on has a word in common with the operands.
bool overlaps(const Config& config, const Command& command) {
  const std::optional<Buffer> buffer = next_buffer(command);
  if (!buffer) return false;
  const std::int64_t from = base_of(command, *buffer);
  const std::int64_t next = command.training.next_base;
  return next < from + words(config, command, *buffer) && from < next + next_words(config, command);
}

}  // namespace

Command make_command(Op op, Schedule schedule, int m, int n, int b) {
  Command command;
  command.op = static_cast<int>(op);
  command.schedule = static_cast<int>(schedule);
  command.m = static_cast<std::uint32_t>(m);
  command.n = static_cast<std::uint32_t>(n);
  command.b = static_cast<std::uint32_t>(b);
  return command;
}

Tiling tiling(const Config& config, const Command& command) {
  return {static_cast<int>(ceil_div(command.m, config.rows)),
          static_cast<int>(ceil_div(command.n, config.cols))};
}

bool uses(int op, Buffer buffer) {
  const bool fprop = op == static_cast<int>(Op::fprop);
  const bool dgrad = op == static_cast<int>(Op::dgrad) || op == static_cast<int>(Op::backward);
  const bool wgrad = op == static_cast<int>(Op::wgrad) || op == static_cast<int>(Op::backward);
  switch (buffer) {
    case Buffer::x: return fprop || wgrad;
    case Buffer::delta: return dgrad || wgrad;
    case Buffer::w: return fprop || dgrad;
    case Buffer::y: return fprop;
    case Buffer::dx: return dgrad;
    case Buffer::dw: return wgrad;
    default: break;
  }
  return false;
}

bool uses(const Command& command, Buffer buffer) {
  const TrainingFields& t = command.training;
  const bool fprop = command.op == static_cast<int>(Op::fprop);
  switch (buffer) {
    case Buffer::delta: return uses(command.op, buffer) || (fprop && t.loss);
    case Buffer::w: return uses(command.op, buffer) || t.update;
    case Buffer::dw: return uses(command.op, buffer) && !t.update;
    case Buffer::bias: return t.bgrad || (fprop && t.post);
    case Buffer::deriv: return t.post && !fprop;
    default: return uses(command.op, buffer);
  }
}

std::int64_t words(const Config& config, const Command& full, Buffer buffer) {
  const Command command = seen_by(config, full);
  const std::int64_t mt = ceil_div(command.m, config.rows);
  const std::int64_t nt = ceil_div(command.n, config.cols);
  if (!uses(command, buffer) && !(buffer == Buffer::x && uses(command, Buffer::deriv))) return 0;
  switch (buffer) {
    case Buffer::x:
    case Buffer::deriv:
    case Buffer::dx: return mt * command.b;
    case Buffer::delta:
    case Buffer::y: return nt * command.b;
    case Buffer::w:
    case Buffer::dw: return nt * command.m;
    case Buffer::bias: return nt;
  }
  return 0;
}

std::optional<Buffer> next_buffer(const Command& command) {
  const TrainingFields& t = command.training;
  if (!t.post) return std::nullopt;
  if (command.op != static_cast<int>(Op::fprop)) return Buffer::delta;
  return t.to_x ? std::optional(Buffer::x) : std::nullopt;
}

std::int64_t next_words(const Config& config, const Command& full) {
  const Command command = seen_by(config, full);
  const std::optional<Buffer> buffer = next_buffer(command);
  if (!buffer) return 0;
  // What leaves at the south goes to X, what leaves at the east to DELTA.
  const Tiling tiles = tiling(config, command);
  return std::int64_t{*buffer == Buffer::x ? tiles.nt : tiles.mt} * command.b;
}

std::uint32_t base_of(const Command& command, Buffer buffer) {
  if (buffer == Buffer::bias) return command.training.bias_base;
  if (buffer == Buffer::deriv) return base_of(command, Buffer::x);
  return command.bases[static_cast<std::size_t>(buffer)];
}

Command seen_by(const Config& config, const Command& command) {
  Command seen = command;
  if (!config.training.built) seen.training = {};
  if (!config.training.weight_decay) seen.training.decay = 0;
  return seen;
}

Status check(const Config& config, const Command& full) {
  const Command command = seen_by(config, full);
  if (command.op < 0 || command.op > static_cast<int>(Op::backward)) return Status::bad_op;
  const Op op = static_cast<Op>(command.op);
  if (!built(config, op)) return Status::bad_op;
  if (command.schedule < 0 || command.schedule > static_cast<int>(Schedule::serial)) {
    return Status::bad_schedule;
  }
  if (bad_flag(command, op) || bad_training_flag(command.training, op)) return Status::bad_flag;
  if (command.m == 0 || command.n == 0 || command.b == 0) return Status::zero_size;
  if (over_limit(config, command)) return Status::over_limit;
  if (bad_field(config, command.training, op)) return Status::bad_field;
  for (int code = 0; code <= static_cast<int>(Buffer::bias); ++code) {
    if (!fits(config, command, static_cast<Buffer>(code))) {
      return static_cast<Status>(static_cast<int>(Status::no_fit_x) + code);
    }
  }
  return overlaps(config, command) ? Status::overlap : Status::ok;
}

}  // namespace gradloom::golden
