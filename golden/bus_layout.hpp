// SPDX-License-Identifier: Apache-2.0
// What host and hardware agree on in memory (docs/bus.md, sections 2, 3 and 5): elements, vectors,
// descriptors, error codes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/config.hpp"

namespace gradloom {

/// Bytes of one element of the buffer in memory: 1, 2, 4 or 8.
int element_bytes(const Config& config, Buffer buffer);
/// Bytes of a beat of the AXI4 data buses. The configuration has a bus.
int beat_bytes(const Config& config);
/// Beats of a vector, which is one bank address of the buffer. The configuration has a bus.
int vector_beats(const Config& config, Buffer buffer);
/// Bits of the number of a beat in a vector: `ld_group_i` and `st_group_i` of the core.
int group_bits(const Config& config);

inline constexpr int kDescriptorBytes = 64;
inline constexpr int kDescriptorWords = 16;
inline constexpr std::uint32_t kDescriptorVersion = 1;

enum class DescriptorKind : std::uint8_t { end = 0, load = 1, store = 2, compute = 3, next = 4 };
inline constexpr int kDescriptorKinds = 5;
const char* name(DescriptorKind kind);

/// The engines that tokens go between; the value is the bit in `wait` and `signal`.
enum class BusEngine : std::uint8_t { load = 0, compute = 1, store = 2 };
inline constexpr int kBusEngines = 3;
const char* name(BusEngine engine);

struct DescriptorField {
  std::string name;
  int word = 0;
  int lsb = 0;
  int width = 0;
  std::string description;
};

/// The fields of word 0, which all kinds have.
const std::vector<DescriptorField>& common_fields();
/// The other fields of a kind; those of COMPUTE have the names of the core's `cmd_<name>_i`.
const std::vector<DescriptorField>& kind_fields(DescriptorKind kind);
/// Bits of a word that no field of the kind names: they must be 0.
std::uint32_t reserved_bits(DescriptorKind kind, int word);

/// Error codes of a run (docs/bus.md, section 5).
enum class RunError : std::uint8_t {
  none = 0,
  bad_list = 1,
  bad_version = 2,
  bad_kind = 3,
  reserved = 4,
  bad_sync = 5,
  bad_buffer = 6,
  zero_size = 7,
  no_fit = 8,
  bad_address = 9,
  bad_lanes = 10,
  bad_target = 11,
  no_end = 12,
  bad_field = 13,
  token_overflow = 14,
  deadlock = 15,
  command = 16,  ///< and the completion code of the command
  read_slverr = 33,
  read_decerr = 34,
  write_slverr = 35,
  write_decerr = 36,
  timeout = 37
};
const char* name(RunError error);
/// All codes that have a name, in order, without `none`.
const std::vector<RunError>& run_errors();

}  // namespace gradloom
