// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "golden/config.hpp"

namespace gradloom::golden {

/// The contents of all buffers, each word extended from its width (sign or, DERIV, zeros). Words of
/// one address lie side by side for all lanes. A word starts as 0 and not defined; a write makes it
/// defined.
class Banks {
 public:
  explicit Banks(const Config& config);

  std::int64_t word(Buffer buffer, int lane, int addr) const {
    const Memory& memory = at(buffer);
    return memory.words[memory.index(lane, addr)];
  }
  bool defined(Buffer buffer, int lane, int addr) const {
    const Memory& memory = at(buffer);
    return memory.defined[memory.index(lane, addr)] != 0;
  }
  /// Stores the low bits of the value.
  void write(Buffer buffer, int lane, int addr, std::int64_t value);
  /// The words of all lanes at an address.
  const std::int64_t* row(Buffer buffer, std::uint32_t addr) const {
    const Memory& memory = at(buffer);
    return memory.words.data() + memory.index(0, static_cast<int>(addr));
  }

 private:
  struct Memory {
    int lanes = 0;
    int bits = 0;
    bool no_sign = false;
    std::vector<std::int64_t> words;
    std::vector<std::uint8_t> defined;
    std::size_t index(int lane, int addr) const {
      return static_cast<std::size_t>(addr) * static_cast<std::size_t>(lanes) +
             static_cast<std::size_t>(lane);
    }
  };
  Memory& at(Buffer buffer) { return memories_[static_cast<std::size_t>(buffer)]; }
  const Memory& at(Buffer buffer) const { return memories_[static_cast<std::size_t>(buffer)]; }

  std::array<Memory, kBufferCount> memories_;
};

}  // namespace gradloom::golden
