// SPDX-License-Identifier: Apache-2.0
// The cost of a layer that is cut into commands, without listing them.
#pragma once

#include <cstdint>

#include "golden/config.hpp"
#include "golden/split.hpp"
#include "golden/timing.hpp"

namespace gradloom::golden {

struct LayerCost {
  Cost cost;                  ///< the sum of cost() over the commands of split()
  std::int64_t commands = 0;  ///< of split()
  ChunkSize size;             ///< of the largest of them
};

/// Chunks differ only in whether they are the first, a middle or the last one in each direction, so
/// that at most 27 costs are worked out, whatever the layer. Throws as split() does.
LayerCost layer_cost(const Config& config, Op op, Schedule schedule, int m, int n, int b);

/// The same for wgrad or backward commands with update, cut as update_chunk_size() says. Throws
/// InputError if no such command fits.
LayerCost update_cost(const Config& config, Op op, Schedule schedule, int m, int n, int b);

}  // namespace gradloom::golden
