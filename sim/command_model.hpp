// SPDX-License-Identifier: Apache-2.0
// What commands leave in the buffers, without time and without an array: docs/numerics.md applied
// to one command after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "golden/banks.hpp"
#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/training_math.hpp"
#include "sim/program.hpp"

namespace gradloom {

/// The buffers of a design and its random generators.
class CommandModel {
 public:
  /// As after the first reset: no word is defined.
  explicit CommandModel(const Config& config);

  /// A write of the host.
  void write(Buffer buffer, int lane, std::uint32_t addr, std::int64_t value);
  /// A write of SEED; 0 does what a reset does.
  void seed(std::uint32_t value);
  /// A command, from its beginning to its end. One that is refused changes nothing.
  void run(const golden::Command& command);

  /// All of a program, steps in order: right for one whose host writes no words that a command
  /// still uses. Throws std::invalid_argument for a program with a reset.
  void play(const Program& program);

  std::int64_t word(Buffer buffer, int lane, std::uint32_t addr) const;
  /// True if the word was ever written.
  bool defined(Buffer buffer, int lane, std::uint32_t addr) const;

 private:
  /// A matrix in a buffer: element (row, col) is in lane col % lanes.
  struct Place {
    Buffer buffer = Buffer::x;
    std::uint32_t base = 0;
    std::uint32_t stride = 0;
  };
  std::int64_t get(const Place& place, int row, int col) const;
  void put(const Place& place, int row, int col, std::int64_t value);
  Place own(const golden::Command& command, Buffer buffer) const;
  std::int64_t add(std::int64_t acc, std::int64_t term) const;
  std::int64_t weight(const Place& w, int m, int n) const;

  void fprop(const golden::Command& command);
  void forward(const golden::Command& command, int n, int b, std::int64_t sum);
  void dgrad(const golden::Command& command);
  void backward(const golden::Command& command, int m, int b, std::int64_t sum);
  void wgrad(const golden::Command& command);
  void bgrad(const golden::Command& command);
  std::optional<std::uint32_t> draw(bool stochastic, std::vector<std::uint32_t>& states, int lane);

  Config config_;
  golden::ActivationUnit unit_;
  golden::Banks banks_;
  std::vector<std::uint32_t> column_;
  std::vector<std::uint32_t> row_backward_;
  std::vector<std::uint32_t> row_update_;
};

}  // namespace gradloom
