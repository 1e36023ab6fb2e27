// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "golden/config.hpp"
#include "golden/descriptor.hpp"

namespace gradloom::compiler {

/// Clock cycles of a list, roughly: commands take what the timing contract says, transfers their
/// beats and a latency. For choosing between lists; nothing depends on how good it is.
struct Estimate {
  std::int64_t total = 0;     ///< of all batches
  std::int64_t batch = 0;     ///< of one more batch
  std::int64_t commands = 0;  ///< of the commands of one batch, by the timing contract: exact
};
Estimate estimate(const Config& config, const std::vector<golden::Descriptor>& list, int batches);

}  // namespace gradloom::compiler
