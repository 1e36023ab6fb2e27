// SPDX-License-Identifier: Apache-2.0
// What the tests of the golden model share: random configurations and data, and a driver.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/machine.hpp"
#include "golden/matrix.hpp"
#include "golden/numerics.hpp"

namespace gradloom::golden::test {

using Random = std::mt19937_64;

inline int pick(Random& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

/// A value of `bits` bits; one in four is an extreme.
inline std::int64_t value(Random& random, int bits) {
  switch (pick(random, 0, 7)) {
    case 0: return min_value(bits);
    case 1: return max_value(bits);
    default: return wrap(static_cast<std::int64_t>(random()), bits);
  }
}

inline Matrix matrix(Random& random, int rows, int cols, int bits) {
  Matrix result(rows, cols);
  for (std::int64_t& word : result.data) word = value(random, bits);
  return result;
}

/// All operations, buffers that are deep enough for nearly anything small.
inline Config make_config(int rows, int cols, int operand_bits, int accumulator_bits,
                          Overflow overflow) {
  Config config;
  config.name = "test";
  config.rows = rows;
  config.cols = cols;
  config.operand_bits = operand_bits;
  config.accumulator_bits = accumulator_bits;
  config.overflow = overflow;
  config.buffers = {80, 80, 200, 80, 80, 200};
  config.limits = {5 * rows, 5 * cols, 12};
  config.queue_depth = 2;
  return config;
}

/// Any stages that the overflow policy allows; half of the time none.
inline PeOptions random_pe(Random& random, Overflow overflow) {
  if (pick(random, 0, 1) == 0) return {};
  const int add_stages = overflow == Overflow::saturate ? 1 : pick(random, 1, 2);
  return {pick(random, 0, 2), add_stages, false};
}

/// Hold memories for some or all of the batches up to 12; half of the time none.
inline int random_hold(Random& random) {
  return pick(random, 0, 1) == 0 ? 0 : 1 << pick(random, 1, 4);
}

inline Config random_config(Random& random) {
  const int operand_bits = pick(random, 2, 16);
  const int accumulator_bits = pick(random, std::max(8, 2 * operand_bits), 64);
  const Overflow overflow = static_cast<Overflow>(pick(random, 0, 2));
  Config config =
      make_config(pick(random, 1, 9), pick(random, 1, 9), operand_bits, accumulator_bits, overflow);
  config.pe = random_pe(random, overflow);
  config.buffers.delta_hold = random_hold(random);
  return config;
}

/// A good command of any operation and schedule, up to 4 x 4 tiles.
inline Command random_command(Random& random, const Config& config) {
  const auto op = static_cast<Op>(pick(random, 0, 3));
  const auto schedule = static_cast<Schedule>(pick(random, 0, 2));
  Command command = make_command(op, schedule, pick(random, 1, 4 * config.rows),
                                 pick(random, 1, 4 * config.cols), pick(random, 1, 12));
  command.acc_psum = op != Op::wgrad && pick(random, 0, 1) != 0;
  command.acc_dw = (op == Op::wgrad || op == Op::backward) && pick(random, 0, 1) != 0;
  for (int code = 0; code < kBaseCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    const std::int64_t room = depth(config, buffer) - words(config, command, buffer);
    command.bases[static_cast<std::size_t>(code)] =
        static_cast<std::uint32_t>(pick(random, 0, static_cast<int>(room)));
  }
  return command;
}

/// A value that a word of the buffer can hold. A derivative code is at most 2^(p-1).
inline std::int64_t word(Random& random, const Config& config, Buffer buffer) {
  if (buffer != Buffer::deriv) return value(random, word_bits(config, buffer));
  if (!wide_derivative(config)) return pick(random, 0, 1);
  const int one = 1 << (config.operand_bits - 1);
  return pick(random, 0, 2) == 0 ? one : pick(random, 0, one);
}

/// Puts a random value into every word of every buffer.
inline void fill(Machine& machine, Random& random) {
  const Config& config = machine.config();
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    for (int lane = 0; lane < lanes(config, buffer); ++lane) {
      for (int addr = 0; addr < depth(config, buffer); ++addr) {
        machine.poke(buffer, lane, addr, word(random, config, buffer));
      }
    }
  }
}

/// Every word of every buffer, in a fixed order.
inline std::vector<std::int64_t> snapshot(const Machine& machine) {
  std::vector<std::int64_t> all;
  const Config& config = machine.config();
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    for (int lane = 0; lane < lanes(config, buffer); ++lane) {
      for (int addr = 0; addr < depth(config, buffer); ++addr) {
        all.push_back(machine.word(buffer, lane, addr));
      }
    }
  }
  return all;
}

/// Where an element of a layer's matrix lies (docs/architecture.md, section 2). For X, DELTA, Y
/// and DX `row` is b; for W and DW it is m.
struct Place {
  int lane = 0;
  int addr = 0;
};
inline Place place(const Config& config, const Command& command, Buffer buffer, int row, int col) {
  const int count = lanes(config, buffer);
  const int base = static_cast<int>(command.bases[static_cast<std::size_t>(buffer)]);
  const bool whole_matrix = buffer == Buffer::w || buffer == Buffer::dw;
  const int stride = static_cast<int>(whole_matrix ? command.m : command.b);
  return {col % count, base + (col / count) * stride + row};
}

/// The matrix of a command in a buffer.
inline Matrix read_matrix(const Machine& machine, const Command& command, Buffer buffer) {
  const bool by_row = buffer == Buffer::x || buffer == Buffer::dx;
  const bool whole_matrix = buffer == Buffer::w || buffer == Buffer::dw;
  Matrix result(static_cast<int>(whole_matrix ? command.m : command.b),
                static_cast<int>(by_row ? command.m : command.n));
  for (int row = 0; row < result.rows; ++row) {
    for (int col = 0; col < result.cols; ++col) {
      const Place at = place(machine.config(), command, buffer, row, col);
      result.at(row, col) = machine.word(buffer, at.lane, at.addr);
    }
  }
  return result;
}

inline void write_matrix(Machine& machine, const Command& command, Buffer buffer,
                         const Matrix& values) {
  for (int row = 0; row < values.rows; ++row) {
    for (int col = 0; col < values.cols; ++col) {
      const Place at = place(machine.config(), command, buffer, row, col);
      machine.poke(buffer, at.lane, at.addr, values.at(row, col));
    }
  }
}

/// Clocks without any request.
inline void wait(Machine& machine, int cycles) {
  for (int i = 0; i < cycles; ++i) machine.clock({});
}

/// Offers a command for the present cycle only; the queue must have room.
inline void submit(Machine& machine, const Command& command) {
  Inputs inputs;
  inputs.cmd_valid = true;
  inputs.command = command;
  machine.clock(inputs);
}

/// Runs one command on an idle machine; takes the completion in the first cycle it is offered.
/// Returns the cycles from its acceptance to that one, -1 if it never came.
inline std::int64_t run(Machine& machine, const Command& command) {
  const std::int64_t accepted = machine.cycle();
  submit(machine, command);
  for (int i = 0; i < 1'000'000 && !machine.done_valid(); ++i) machine.clock({});
  if (!machine.done_valid()) return -1;
  const std::int64_t latency = machine.cycle() - accepted;
  Inputs inputs;
  inputs.done_ready = true;
  machine.clock(inputs);
  return latency;
}

/// Value of up to 64 bits of an output pin, from bit `low` on.
inline std::uint64_t pin(const Machine& machine, const std::string& name, int low = 0,
                         int width = 64) {
  for (const Signal& signal : machine.signals()) {
    if (signal.name != name) continue;
    std::uint64_t result = 0;
    for (int bit = 0; bit < width && low + bit < signal.width; ++bit) {
      const int at = low + bit;
      const std::uint32_t word = machine.outputs()[signal.word + static_cast<std::size_t>(at / 32)];
      result |= std::uint64_t{(word >> (at % 32)) & 1} << bit;
    }
    return result;
  }
  throw std::out_of_range(name);
}

/// The result of one buffer by golden/numerics, from the contents before the command ran.
inline Matrix expected(const Machine& before, const Command& command, Buffer buffer) {
  const Accumulator acc = accumulator(before.config());
  const auto get = [&](Buffer from) { return read_matrix(before, command, from); };
  const Matrix start = get(buffer);
  const Matrix* psum = command.acc_psum ? &start : nullptr;
  const Matrix* old_dw = command.acc_dw ? &start : nullptr;
  switch (buffer) {
    case Buffer::y: return fprop(get(Buffer::x), get(Buffer::w), acc, psum);
    case Buffer::dx: return dgrad(get(Buffer::delta), get(Buffer::w), acc, psum);
    default: return wgrad(get(Buffer::x), get(Buffer::delta), acc, old_dw);
  }
}

/// Two machines with the same random contents.
struct Pair {
  Machine before;
  Machine machine;
  Pair(const Config& config, std::uint64_t seed) : before(config), machine(config) {
    Random a(seed);
    Random b(seed);
    fill(before, a);
    fill(machine, b);
  }
};

}  // namespace gradloom::golden::test
