// SPDX-License-Identifier: Apache-2.0
// The batches of a data set, in the order in which a network is trained on them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/dataset.hpp"
#include "sim/prng.hpp"
#include "sim/quantize.hpp"

namespace gradloom {

struct Batch {
  FloatMatrix x;  ///< scaled to 0..1
  std::vector<int> labels;
};

/// The rows as a batch, values divided by feature_max. Throws if the user interrupted.
Batch gather(const Dataset& data, double feature_max, std::span<const int> rows);

/// Calls `use` with slices of `size` rows, until it returns false. The last one may be smaller; it
/// is left out with `whole_only`.
template <typename Use>
void for_batches(std::span<const int> rows, int size, bool whole_only, Use use) {
  while (!rows.empty()) {
    const std::size_t count = std::min(rows.size(), static_cast<std::size_t>(size));
    if (whole_only && count < static_cast<std::size_t>(size)) return;
    if (!use(rows.first(count))) return;
    rows = rows.subspan(count);
  }
}

/// Row numbers, shuffled anew for each epoch.
class DataOrder {
 public:
  DataOrder(std::vector<int> rows, std::uint64_t seed)
      : rows_(std::move(rows)), prng_(make_prng(seed, kStream)) {}
  const std::vector<int>& next_epoch() {
    shuffle(rows_, prng_);
    return rows_;
  }

 private:
  static constexpr std::uint64_t kStream = 3;
  std::vector<int> rows_;
  Prng prng_;
};

}  // namespace gradloom
