// SPDX-License-Identifier: Apache-2.0
// A list of descriptors in memory, ready to be started; and lists made at random.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "golden/config.hpp"
#include "golden/descriptor.hpp"

namespace gradloom {

/// What a host prepares before START.
struct ChipImage {
  std::uint64_t base = 0;           ///< a multiple of the bytes of a beat
  std::vector<std::uint8_t> bytes;  ///< the memory from base on, with the list in it; whole beats
  std::uint64_t list_address = 0;
  std::uint32_t list_length = 0;
  std::uint32_t batches = 1;
  std::optional<std::uint32_t> seed;  ///< written to SEED
};

/// The descriptors that a run executes, in the order of the list, NEXT followed; without END and
/// NEXT, and without an `ahead` of the last iteration. The list must be good.
struct ExecutedDescriptor {
  golden::Descriptor descriptor;
  std::uint32_t index = 0;
};
std::vector<ExecutedDescriptor> executed(const ChipImage& image);

/// Loads, commands and stores of any buffers, sizes and places, in a loop, with as few tokens as
/// keep their order where it can be told. With `fill` all words of all buffers are loaded before;
/// otherwise they must have been, as by another such list.
ChipImage random_list(const Config& config, std::uint64_t seed, int count, bool fill);

}  // namespace gradloom
