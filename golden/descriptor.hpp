// SPDX-License-Identifier: Apache-2.0
// Descriptors: the list that a chip with a bus works through (docs/bus.md, sections 3 to 5).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "golden/bus_layout.hpp"
#include "golden/command.hpp"
#include "golden/config.hpp"

namespace gradloom::golden {

/// Descriptors in a list, and iterations of a run, at most.
inline constexpr std::uint32_t kMaxListLength = 65535;
inline constexpr std::uint32_t kMaxIterations = 65535;
/// What a token counter holds at most.
inline constexpr int kMaxTokens = 255;

using DescriptorWords = std::array<std::uint32_t, kDescriptorWords>;

/// The engine of a LOAD, COMPUTE or STORE.
BusEngine engine_of(DescriptorKind kind);
/// The bit of an engine in `wait` and `signal`.
constexpr std::uint32_t bit(BusEngine engine) { return 1U << static_cast<unsigned>(engine); }

/// LOAD and STORE: `blocks` blocks of `vectors` vectors, the words of all banks at an address.
struct Transfer {
  std::uint64_t address = 0;
  std::uint32_t buffer = 0;  ///< select code
  std::uint32_t base = 0;
  std::uint32_t vectors = 0;
  std::uint32_t blocks = 0;
  std::uint32_t block_stride = 0;      ///< bytes
  std::uint32_t iteration_stride = 0;  ///< bytes
  std::uint32_t bank_stride = 0;       ///< bank addresses
  std::uint32_t last_lanes = 0;
  bool operator==(const Transfer&) const = default;
};

/// A descriptor of any kind: only the members of its kind count.
struct Descriptor {
  DescriptorKind kind = DescriptorKind::end;
  std::uint32_t wait = 0;    ///< a bit an engine
  std::uint32_t signal = 0;  ///< a bit an engine
  bool ahead = false;        ///< LOAD
  Transfer transfer;         ///< LOAD, STORE
  Command command;           ///< COMPUTE
  std::uint32_t more = 0;    ///< NEXT
  std::uint32_t done = 0;    ///< NEXT
  bool operator==(const Descriptor&) const = default;
};

/// The words of a descriptor. Bits of a value beyond its field are dropped.
DescriptorWords encode(const Descriptor& descriptor);
/// The fields of any 16 words. Bits without a name, and the version, do not show.
Descriptor decode(const DescriptorWords& words);

/// The name of a code of RUN_STATUS, with that of the command's code for 16 + c.
std::string run_code_name(int code);

/// Bytes of a vector in memory.
int vector_bytes(const Config& config, Buffer buffer);

/// Address of the first byte, and the number of bytes up to the last one, that a LOAD or STORE
/// touches in an iteration.
struct ByteSpan {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};
/// `transfer.buffer` must be the code of a buffer.
ByteSpan byte_span(const Config& config, const Transfer& transfer, std::uint32_t iteration);

/// Where a descriptor stands when it is fetched.
struct FetchPlace {
  std::uint32_t index = 0;
  std::uint32_t length = 0;     ///< of the list
  std::uint32_t iteration = 0;  ///< the iteration that its addresses are for
};

/// The check of docs/bus.md, section 5, codes 2 to 13, in its order.
RunError check_descriptor(const Config& config, const DescriptorWords& words,
                          const FetchPlace& place);

/// The check of START: bad_list or none.
RunError check_list(const Config& config, std::uint64_t address, std::uint32_t length,
                    std::uint32_t batches);

}  // namespace gradloom::golden
