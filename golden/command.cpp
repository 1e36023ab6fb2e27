// SPDX-License-Identifier: Apache-2.0
#include "golden/command.hpp"

namespace gradloom::golden {
namespace {

std::int64_t ceil_div(std::int64_t value, std::int64_t by) { return (value + by - 1) / by; }

bool bad_flag(const Command& command, Op op) {
  if (command.acc_psum && op == Op::wgrad) return true;
  return command.acc_dw && (op == Op::fprop || op == Op::dgrad);
}

bool over_limit(const Config& config, const Command& command) {
  const auto above = [](std::uint32_t value, int limit) { return std::int64_t{value} > limit; };
  return above(command.m, config.limits.m) || above(command.n, config.limits.n) ||
         above(command.b, config.limits.batch);
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
  }
  return false;
}

std::int64_t words(const Config& config, const Command& command, Buffer buffer) {
  if (!uses(command.op, buffer)) return 0;
  const std::int64_t mt = ceil_div(command.m, config.rows);
  const std::int64_t nt = ceil_div(command.n, config.cols);
  switch (buffer) {
    case Buffer::x:
    case Buffer::dx: return mt * command.b;
    case Buffer::delta:
    case Buffer::y: return nt * command.b;
    case Buffer::w:
    case Buffer::dw: return nt * command.m;
  }
  return 0;
}

Status check(const Config& config, const Command& command) {
  if (command.op < 0 || command.op > static_cast<int>(Op::backward)) return Status::bad_op;
  const Op op = static_cast<Op>(command.op);
  if (!built(config, op)) return Status::bad_op;
  if (command.schedule < 0 || command.schedule > static_cast<int>(Schedule::serial)) {
    return Status::bad_schedule;
  }
  if (bad_flag(command, op)) return Status::bad_flag;
  if (command.m == 0 || command.n == 0 || command.b == 0) return Status::zero_size;
  if (over_limit(config, command)) return Status::over_limit;
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    if (!uses(command.op, buffer)) continue;
    const std::int64_t base = command.bases[static_cast<std::size_t>(code)];
    if (base + words(config, command, buffer) > depth(config, buffer)) {
      return static_cast<Status>(static_cast<int>(Status::no_fit_x) + code);
    }
  }
  return Status::ok;
}

}  // namespace gradloom::golden
