// SPDX-License-Identifier: Apache-2.0
// The lists of sim/bus_wide.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "golden/config.hpp"
#include "golden/descriptor.hpp"
#include "sim/axi_memory.hpp"
#include "sim/bus_list.hpp"
#include "sim/prng.hpp"

namespace gradloom {

/// Descriptors by index, and what else lies in the memory. Words that no index names are what they
/// were.
struct WideList {
  std::uint64_t address = 0;
  std::uint32_t length = 0;
  std::uint32_t batches = 1;
  std::map<std::uint32_t, DescriptorWords> descriptors;
  std::vector<std::pair<std::uint64_t, std::vector<std::uint8_t>>> data;
  std::optional<AxiFault> fault;
};

/// Draws lists for a configuration; the seed says which.
class WideLists {
 public:
  WideLists(const Config& config, std::uint64_t seed);

  /// A list of one descriptor and END.
  WideList single(const DescriptorWords& words);
  /// Transfers of X far apart, with NEXT from each to the next; it ends with END (0), a bad
  /// descriptor (1), or an error of the bus (2).
  WideList chain(int end);
  /// The last block or iteration of a LOAD begins 2^bit bytes behind the first. Nothing if no
  /// fields say so.
  std::optional<WideList> far(int bit, bool by_iteration);
  /// The last block of a LOAD begins 2^bit bank words behind the first.
  WideList deep(int bit);
  /// A LOAD whose last byte has the last address.
  WideList top();
  /// One that goes on for 2^bit bytes (at most 2^32) behind the last address.
  WideList beyond_top(int bit);
  /// END at the start of a list of so many descriptors, `beyond` of them behind the last address.
  WideList list_at_top(std::uint32_t length, std::uint32_t beyond);
  /// 65535 blocks in, and as many out.
  WideList many_blocks();
  /// COMPUTEs that wait for a LOAD of so many blocks: their queue is full, one more is offered.
  WideList waiting(int blocks);

 private:
  WideList empty();
  golden::Transfer blocks_of_x();
  DescriptorWords add_transfer(WideList& list, bool store, bool wait);
  void invert_bit(WideList& list, std::uint32_t index);
  void add_fault(WideList& list, std::uint32_t transfer);
  golden::Transfer plain() const;
  std::vector<std::uint8_t> random_bytes(std::uint64_t count);
  std::uint32_t wide_stride();
  std::uint64_t first_op() const;
  std::uint64_t any(std::uint64_t count) { return below(prng_, count); }
  std::uint64_t beat() const { return static_cast<std::uint64_t>(beat_bytes(config_)); }
  std::uint64_t last_address() const { return ~std::uint64_t{0} >> (64 - config_.address_bits); }

  Config config_;
  Prng prng_;
};

}  // namespace gradloom
