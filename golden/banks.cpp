// SPDX-License-Identifier: Apache-2.0
#include "golden/banks.hpp"

#include "golden/numerics.hpp"

namespace gradloom::golden {

Banks::Banks(const Config& config) {
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    Memory& memory = at(buffer);
    memory.lanes = lanes(config, buffer);
    memory.bits = word_bits(config, buffer);
    memory.no_sign = is_unsigned(buffer);
    const std::size_t size =
        static_cast<std::size_t>(memory.lanes) * static_cast<std::size_t>(depth(config, buffer));
    memory.words.assign(size, 0);
    memory.defined.assign(size, 0);
  }
}

void Banks::write(Buffer buffer, int lane, int addr, std::int64_t value) {
  Memory& memory = at(buffer);
  const std::size_t index = memory.index(lane, addr);
  memory.words[index] =
      memory.no_sign ? value & ((std::int64_t{1} << memory.bits) - 1) : wrap(value, memory.bits);
  memory.defined[index] = 1;
}

}  // namespace gradloom::golden
