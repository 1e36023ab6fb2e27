// SPDX-License-Identifier: Apache-2.0
#include "sim/testbench_refusals.hpp"

#include <algorithm>
#include <vector>

namespace gradloom {
namespace {

using golden::Command;

// --- Host port --------------------------------------------------------------------------------

void refuse(ProgramBuilder& b, std::uint32_t sel, std::uint32_t lane, std::uint32_t addr) {
  b.add(HostAccess{true, sel, lane, addr, b.random()});
  b.add(HostAccess{false, sel, lane, addr, 0});
}

void refused_registers(ProgramBuilder& b) {
  for (const std::uint32_t index : {7U, 34U, 63U}) refuse(b, kRegisterSelect, 0, index);
  refuse(b, kRegisterSelect, 1, 0);
  if (b.widths.host_addr_w > 6) refuse(b, kRegisterSelect, 0, 64);
  for (const std::uint32_t read_only : {0U, 4U, 8U}) {
    b.add(HostAccess{true, kRegisterSelect, 0, read_only, 1});
  }
}

// Lanes and addresses just beyond the buffer, and the last that the pins can name.
void refused_words(ProgramBuilder& b, Buffer buffer) {
  const auto sel = static_cast<std::uint32_t>(buffer);
  const auto banks = static_cast<std::uint32_t>(lanes(b.config, buffer));
  const auto words = static_cast<std::uint32_t>(depth(b.config, buffer));
  const std::uint32_t last_lane = (1U << b.widths.lane_w) - 1;
  const std::uint32_t last_addr = (1U << b.widths.host_addr_w) - 1;
  if (words == 0) return refuse(b, sel, 0, 0);
  if (banks <= last_lane) refuse(b, sel, banks, 0);
  if (banks < last_lane) refuse(b, sel, last_lane, words - 1);
  if (words <= last_addr) refuse(b, sel, 0, words);
  if (words < last_addr) refuse(b, sel, banks - 1, last_addr);
}

// The corners of a buffer, with values that sign extension and truncation can get wrong.
void access_corners(ProgramBuilder& b, Buffer buffer, bool write) {
  const int bits = word_bits(b.config, buffer);
  const auto last = static_cast<std::uint32_t>(depth(b.config, buffer) - 1);
  int index = 0;
  for (const int lane : {0, lanes(b.config, buffer) - 1}) {
    for (const std::uint32_t addr : {0U, last}) {
      const std::int64_t value = datum(b, static_cast<Data>(index++), bits, 0);
      b.add(write ? write_word(buffer, lane, addr, value) : read_word(buffer, lane, addr));
    }
  }
}

// --- Bad commands -----------------------------------------------------------------------------

void add_if_bad(ProgramBuilder& b, const Command& command) {
  if (check(b.config, command) != Status::ok) b.add(RunCommand{command});
}

// The good command with each field spoilt in turn; what the pins cannot carry is left out.
void spoil(ProgramBuilder& b, const Command& good) {
  const auto with = [&](auto change) {
    Command command = good;
    change(command);
    add_if_bad(b, command);
  };
  const std::uint32_t dim_max = (std::uint32_t{1} << b.widths.dim_w) - 1;
  const auto beyond = [&](int limit) {
    return std::min(static_cast<std::uint32_t>(limit) + 1, dim_max);
  };
  const Limits& limits = b.config.limits;
  with([](Command& c) { c.schedule = 3; });
  with([](Command& c) { c.schedule = 3, c.m = 0, c.acc_psum = c.acc_dw = true; });
  with([](Command& c) { c.acc_psum = true; });
  with([](Command& c) { c.acc_dw = true; });
  with([](Command& c) { c.m = 0; });
  with([](Command& c) { c.n = 0; });
  with([&](Command& c) { c.b = 0, c.m = beyond(limits.m); });
  with([&](Command& c) { c.m = beyond(limits.m); });
  with([&](Command& c) { c.n = beyond(limits.n); });
  with([&](Command& c) { c.b = beyond(limits.batch); });
  with([&](Command& c) { c.m = static_cast<std::uint32_t>(limits.m); });
  with([&](Command& c) { c.n = static_cast<std::uint32_t>(limits.n); });
  for (std::size_t code = 0; code < kBufferCount; ++code) {
    const auto words = static_cast<std::uint32_t>(depth(b.config, static_cast<Buffer>(code)));
    if (words < (1U << b.widths.addr_w)) with([&](Command& c) { c.bases[code] = words; });
    if (words == 0) continue;
    with([&](Command& c) { c.bases[code] = words - 1, c.b = 2; });
    with([&](Command& c) { c.bases[code] = words - 1, c.m = 2; });
    with([&](Command& c) { c.bases.fill(words - 1), c.b = 2, c.m = 2; });
  }
}

Command random_command(ProgramBuilder& b) {
  Command command;
  command.op = b.pick(0, 3);
  command.schedule = b.pick(0, 3);
  command.acc_psum = b.bits(1) != 0;
  command.acc_dw = b.bits(1) != 0;
  command.m = b.bits(b.widths.dim_w);
  command.n = b.bits(b.widths.dim_w);
  command.b = b.bits(b.widths.dim_w);
  for (std::uint32_t& base : command.bases) base = b.bits(b.widths.addr_w);
  return command;
}

}  // namespace

// The read that follows is answered after the CLEAR was executed.
void clear(ProgramBuilder& b) {
  b.add(clear_counters());
  b.add(read_register(kHostErrorsRegister));
  b.add(Barrier{});
}

void check_host_port(ProgramBuilder& b) {
  for (const Register& r : register_map(b.config)) b.add(read_register(r.index));
  const std::vector<Buffer> buffers = buffers_of(built_ops(b.config));
  for (const Buffer buffer : buffers) access_corners(b, buffer, true);
  refuse(b, 6, 0, 0);
  refused_registers(b);
  for (int code = 0; code < kBufferCount; ++code) refused_words(b, static_cast<Buffer>(code));
  b.add(read_register(kHostErrorsRegister));
  for (const Buffer buffer : buffers) access_corners(b, buffer, false);
  clear(b);
}

void add_random_bad_command(ProgramBuilder& b) { add_if_bad(b, random_command(b)); }

void check_bad_commands(ProgramBuilder& b, bool brief) {
  const std::vector<Op> ops = built_ops(b.config);
  const Command layer = place(b, fit(b.config, {2, 2, 2}, ops), ops);
  prepare(b, layer, ops, Data::random, true);
  clear(b);
  for (int op = brief ? static_cast<int>(ops.back()) : 0; op < 4; ++op) {
    Command good = golden::make_command(static_cast<Op>(op), Schedule::interleaved, 1, 1, 1);
    good.bases = layer.bases;
    add_if_bad(b, good);
    spoil(b, good);
  }
  for (int i = 0; i < 10; ++i) add_random_bad_command(b);
  read_results(b, layer, ops);
}

}  // namespace gradloom
