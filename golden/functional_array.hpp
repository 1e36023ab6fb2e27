// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "golden/array_math.hpp"
#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/training_math.hpp"

namespace gradloom::golden {

/// An array with training hardware without its cycles: banks, generators, and whole commands done
/// at once. What a command leaves in the banks is what the hardware leaves there
/// (docs/numerics.md, docs/training.md).
class FunctionalArray {
 public:
  explicit FunctionalArray(const Config& config);

  /// Writes SEED; 0: as after reset.
  void seed(std::uint32_t value);
  /// Does a command. Anything but ok: it was refused, and nothing is touched.
  Status run(const Command& command);

  /// A word of a bank, extended as the buffer says. 0 and not defined until written.
  std::int64_t word(Buffer buffer, int lane, int addr) const {
    return row(buffer, addr)[static_cast<std::size_t>(lane)];
  }
  bool defined(Buffer buffer, int lane, int addr) const {
    const Bank& bank = at(buffer);
    return bank.defined[bank.index(addr) + static_cast<std::size_t>(lane)] != 0;
  }
  /// Stores the low bits of the value.
  void write(Buffer buffer, int lane, int addr, std::int64_t value);
  /// True if a command has read a word that nothing had written: its results mean nothing.
  bool read_undefined() const { return read_undefined_; }

 private:
  struct Bank {
    int bits = 0;
    bool no_sign = false;
    std::size_t lanes = 0;
    std::vector<std::int64_t> words;
    std::vector<std::uint8_t> defined;
    std::size_t index(int addr) const { return static_cast<std::size_t>(addr) * lanes; }
  };
  struct Layer;  // a command, with its tile counts
  struct Tile {  // of W
    int mt = 0;
    int nt = 0;
    int rows = 0;  // inside the layer
    int cols = 0;
  };

  Bank& at(Buffer buffer) { return banks_[static_cast<std::size_t>(buffer)]; }
  const Bank& at(Buffer buffer) const { return banks_[static_cast<std::size_t>(buffer)]; }
  const std::int64_t* row(Buffer buffer, int addr) const {
    const Bank& bank = at(buffer);
    return bank.words.data() + bank.index(addr);
  }
  /// The first `valid` lanes of a row as operands, zeros beyond.
  const std::int16_t* operands(Buffer buffer, int addr, int valid, std::vector<std::int16_t>& to);
  void note_reads(const Bank& bank, std::size_t first, int valid);
  void load_tile(const Layer& layer, const Tile& tile);
  void start_sums(Buffer buffer, int addr, int valid, bool from_bank);
  void write_sums(Buffer buffer, int addr, int valid);
  void fprop(const Layer& layer);
  void dgrad(const Layer& layer);
  void wgrad(const Layer& layer);
  void bgrad(const Layer& layer);
  void forward_lanes(const Layer& layer, const Tile& tile, int b);
  void backward_lanes(const Layer& layer, const Tile& tile, int b);
  void update_row(const Layer& layer, const Tile& tile, int r);
  void drain_tile(const Layer& layer, const Tile& tile);
  std::uint32_t draw(std::vector<std::uint32_t>& generators, int lane);
  std::int64_t derivative_word(std::uint32_t code) const;
  std::uint32_t derivative_code(std::int64_t word) const;

  Config config_;
  std::unique_ptr<ArrayMath> math_;
  ActivationUnit unit_;
  std::array<Bank, kBufferCount> banks_;
  std::vector<std::uint32_t> column_;
  std::vector<std::uint32_t> row_backward_;
  std::vector<std::uint32_t> row_update_;
  bool read_undefined_ = false;
  std::vector<std::int16_t> x_;
  std::vector<std::int16_t> delta_;
  std::vector<std::int64_t> sums_;
};

}  // namespace gradloom::golden
