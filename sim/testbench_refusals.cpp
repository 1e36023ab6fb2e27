// SPDX-License-Identifier: Apache-2.0
#include "sim/testbench_refusals.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "sim/training_pins.hpp"

namespace gradloom {
namespace {

using golden::Command;

// --- Host port --------------------------------------------------------------------------------

void refuse(ProgramBuilder& b, std::uint32_t sel, std::uint32_t lane, std::uint32_t addr) {
  b.add(HostAccess{true, sel, lane, addr, b.random()});
  b.add(HostAccess{false, sel, lane, addr, 0});
}

void refused_registers(ProgramBuilder& b) {
  const auto end =
      static_cast<std::uint32_t>(b.config.training.built ? counter_register(Counter::deriv_write)
                                                         : counter_register(Counter::dw_write)) +
      2;
  if (!b.config.training.built) refuse(b, kRegisterSelect, 0, kSeedRegister);
  for (const std::uint32_t index : {end, 63U}) refuse(b, kRegisterSelect, 0, index);
  if (b.config.buffers.delta_hold > 0) {
    refuse(b, kRegisterSelect, 0,
           static_cast<std::uint32_t>(counter_register(Counter::hold_write)) + 2);
  }
  refuse(b, kRegisterSelect, 1, 0);
  refuse(b, kRegisterSelect, 1, kSeedRegister);
  if (b.widths.host_addr_w > 6) refuse(b, kRegisterSelect, 0, 64);
  for (const std::uint32_t read_only : {0U, 4U, 8U}) {
    b.add(HostAccess{true, kRegisterSelect, 0, read_only, 1});
  }
}

// Lanes and addresses just beyond the buffer, and the last that the pins can name.
void refused_words(ProgramBuilder& b, Buffer buffer) {
  const auto sel = static_cast<std::uint32_t>(select_code(buffer));
  const auto banks = static_cast<std::uint32_t>(lanes(b.config, buffer));
  const auto words = static_cast<std::uint32_t>(depth(b.config, buffer));
  const std::uint32_t last_lane = (1U << b.widths.lane_w) - 1;
  const std::uint32_t last_addr = (1U << b.widths.host_addr_w) - 1;
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
  for (std::size_t code = 0; code < kBaseCount; ++code) {
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
  for (const TrainingPin& pin : training_pins(b.config)) {
    pin.set(command.training, b.bits(pin.width));
  }
  return command;
}

// --- Bad training commands --------------------------------------------------------------------

using Change = std::function<void(Command&)>;

std::vector<Change> bad_flags() {
  return {[](Command& c) { c.training.post = true, c.op = static_cast<int>(Op::wgrad); },
          [](Command& c) { c.training.post = false, c.training.to_x = true; },
          [](Command& c) { c.training.post = false, c.training.to_y = true; },
          [](Command& c) { c.training.post = false, c.training.loss = true; },
          [](Command& c) { c.training.to_x = c.training.to_y = c.training.loss = false; },
          [](Command& c) { c.training.to_x = true; },
          [](Command& c) { c.training.to_y = true; },
          [](Command& c) { c.training.loss = true; },
          [](Command& c) { c.training.update = true; },
          [](Command& c) { c.training.bgrad = true; },
          [](Command& c) { c.training.update = c.acc_dw = true; },
          [](Command& c) {
            c.training.sr_post = true, c.training.post = c.training.bgrad = false;
            c.training.to_x = c.training.to_y = c.training.loss = false;
          },
          [](Command& c) { c.training.sr_update = true, c.training.update = false; }};
}

std::vector<Change> bad_fields(const Config& config) {
  std::vector<Change> changes{[](Command& c) { c.training.sr_post = true; },
                              [](Command& c) { c.training.sr_update = true; },
                              [](Command& c) { c.training.sr_post = true, c.n = 0; }};
  for (std::uint32_t code = 1; code < 8; ++code) {
    changes.push_back([code](Command& c) { c.training.act = code; });
  }
  const auto beyond = static_cast<std::uint32_t>(2 * config.operand_bits);
  for (const std::uint32_t shift : {beyond, (1U << derive(config).rate_shift_w) - 1}) {
    if (index_bits(std::int64_t{shift} + 1) > derive(config).rate_shift_w) continue;
    changes.push_back([shift](Command& c) { c.training.rate_shift = shift; });
  }
  return changes;
}

// Bases around the edges of the buffers and of what the command itself reads, for a command of one
// tile in each direction and two vectors.
std::vector<Change> bad_bases(ProgramBuilder& b, const Command& good) {
  std::vector<Change> changes;
  const auto add = [&](auto set, std::int64_t base) {
    if (base < 0 || base >> b.widths.addr_w != 0) return;
    changes.push_back([=](Command& c) { set(c, static_cast<std::uint32_t>(base)); });
  };
  const auto next = [](Command& c, std::uint32_t base) { c.training.next_base = base; };
  const auto bias = [](Command& c, std::uint32_t base) { c.training.bias_base = base; };
  const auto x = [](Command& c, std::uint32_t base) { c.bases[0] = base; };
  const auto delta = [](Command& c, std::uint32_t base) { c.bases[1] = base; };
  const auto w = [](Command& c, std::uint32_t base) { c.bases[2] = base; };
  const auto dw = [](Command& c, std::uint32_t base) { c.bases[5] = base; };
  const auto depth_of = [&](Buffer buffer) { return std::int64_t{depth(b.config, buffer)}; };
  const std::int64_t own = good.bases[good.op == static_cast<int>(Op::fprop) ? 0 : 1];
  for (const std::int64_t offset : {-1, 0, 1}) add(next, own + offset);
  for (const std::int64_t less : {0, 1}) {
    add(next, depth_of(Buffer::x) - less);
    add(next, depth_of(Buffer::delta) - less);
    add(x, depth_of(Buffer::x) - less);
    add(delta, depth_of(Buffer::delta) - less);
    add(w, depth_of(Buffer::w) - less);
    add(dw, depth_of(Buffer::dw) - less);
  }
  add(bias, depth_of(Buffer::bias));
  add(bias, (std::int64_t{1} << b.widths.addr_w) - 1);
  // Two errors in one: the first in the order of the checks is the one that is told.
  const auto both = [&](auto first, auto second) {
    changes.push_back([=](Command& c) { first(c), second(c); });
  };
  const auto too_large = [limit = b.config.limits.batch, w = b.widths.dim_w](Command& c) {
    c.b = std::min(static_cast<std::uint32_t>(limit) + 1, (std::uint32_t{1} << w) - 1);
  };
  const auto bad_act = [](Command& c) { c.training.act = 7; };
  const auto bad_step = [](Command& c) { c.training.sr_update = true; };
  const auto high = [top = (std::uint32_t{1} << b.widths.addr_w) - 1](Command& c) {
    c.bases.fill(top), c.training.bias_base = top;
  };
  const auto same = [](Command& c) {
    c.training.next_base = c.bases[c.op == static_cast<int>(Op::fprop) ? 0 : 1];
  };
  both(bad_act, too_large);
  both(bad_step, too_large);
  both(bad_act, high);
  both(bad_step, high);
  both(high, same);
  both(same, bad_act);
  if (const auto words = depth_of(Buffer::bias); words >> b.widths.addr_w == 0) {
    both(same, [=](Command& c) { bias(c, static_cast<std::uint32_t>(words)); });
  }
  return changes;
}

// A good training command, spoilt in every way that the pins carry; without `flags` only in its
// numbers.
void spoil_training(ProgramBuilder& b, const Command& good, bool flags) {
  const std::vector<Change> none;
  for (const auto& changes :
       {flags ? bad_flags() : none, bad_fields(b.config), bad_bases(b, good)}) {
    for (const Change& change : changes) {
      Command command = good;
      change(command);
      add_if_bad(b, command);
    }
  }
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
  std::vector<Buffer> buffers;
  for (int i = 0; i < kBufferCount; ++i) {
    const Buffer buffer = static_cast<Buffer>(i);
    if (depth(b.config, buffer) > 0) buffers.push_back(buffer);
  }
  for (const Buffer buffer : buffers) access_corners(b, buffer, true);
  for (std::uint32_t sel = 0; sel >> b.widths.sel_w == 0; ++sel) {
    const std::optional<Buffer> buffer = selected_buffer(sel);
    const bool none = !buffer || depth(b.config, *buffer) == 0;
    if (none && sel != kRegisterSelect) refuse(b, sel, 0, 0);
  }
  refused_registers(b);
  for (const Buffer buffer : buffers) refused_words(b, buffer);
  b.add(read_register(kHostErrorsRegister));
  for (const Buffer buffer : buffers) access_corners(b, buffer, false);
  clear(b);
}

void add_random_bad_command(ProgramBuilder& b) { add_if_bad(b, random_command(b)); }

void check_seed(ProgramBuilder& b) {
  if (!b.config.training.built) return;
  for (const std::uint32_t seed : {0U, ~0U, draw_seed(b.config, b.random)}) set_seed(b, seed);
}

void set_seed(ProgramBuilder& b, std::uint32_t seed) {
  b.add(Barrier{});
  b.add(write_seed(seed));
  b.add(read_register(kSeedRegister));
  b.add(Barrier{});
}

void check_bad_training_commands(ProgramBuilder& b, bool brief) {
  if (!b.config.training.built) return;
  // All that an operation can do, then its parts alone.
  struct Kind {
    Op op;
    TrainingWish wish;
    int targets;
  };
  std::vector<Kind> kinds{{Op::backward, {true, true, true}, 0}};
  if (!brief) {
    kinds.insert(kinds.end(), {{Op::fprop, {true, false, false}, 7},
                               {Op::dgrad, {true, false, false}, 0},
                               {Op::wgrad, {false, true, true}, 0},
                               {Op::fprop, {true, false, false}, 1},
                               {Op::fprop, {true, false, false}, 2},
                               {Op::fprop, {true, false, false}, 4},
                               {Op::wgrad, {false, false, true}, 0},
                               {Op::backward, {true, false, false}, 0},
                               {Op::backward, {false, true, false}, 0},
                               {Op::backward, {false, false, true}, 0}});
  }
  std::vector<Command> layers;
  for (const Kind& kind : kinds) {
    Command command = golden::make_command(kind.op, Schedule::interleaved, 2, 2, 2);
    draw_training(b.config, b.random, kind.wish, command);
    if (kind.targets != 0) {
      command.training.to_x = (kind.targets & 1) != 0;
      command.training.to_y = (kind.targets & 2) != 0;
      command.training.loss = (kind.targets & 4) != 0;
    }
    Tops tops{};
    if (!place_behind(b.config, b.random, command, tops)) {
      command.m = command.n = command.b = 1;
      tops = {};
      // Buffers of one word have no room for a second operand.
      if (!place_behind(b.config, b.random, command, tops)) continue;
    }
    layers.push_back(command);
  }
  const auto words = [&](bool write) {
    for (const Command& layer : layers) {
      const Footprint footprint = gradloom::footprint(b.config, {layer});
      for (const auto* list : {&footprint.written, &footprint.watched}) {
        for (const Word& w : *list) {
          b.add(write ? write_word(w.buffer, w.lane, w.addr, datum(b, Data::random, 64, 0))
                      : read_word(w.buffer, w.lane, w.addr));
        }
      }
    }
  };
  words(true);
  clear(b);
  for (std::size_t i = 0; i < layers.size(); ++i) spoil_training(b, layers[i], i < 4);
  b.add(Barrier{});
  words(false);
  read_counters(b);
}

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
