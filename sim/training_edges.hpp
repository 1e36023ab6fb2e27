// SPDX-License-Identifier: Apache-2.0
// The part of the suite of `gradloom verify` about what random training steps rarely meet: sums on
// the edge of rounding up, seeds next to the one that would leave a generator at 0, and weight
// updates at the ends of their range.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/verify_training.hpp"

namespace gradloom {

/// For each bit, and a lane of each kind of generator (every lane of an array of up to 16
/// processing elements), a seed that differs in that bit alone from the one that gives 0; after it
/// draws that show the state, then one that is just enough to round up, and one just not enough.
/// Also updates of W with the largest sums and with ties, and with sums that one bit keeps from
/// being a tie. A batch of more than the limit is cut. None without training, and none of what the
/// configuration does not build or has no room for.
std::vector<TrainingCase> edge_cases(const Config& config, std::uint64_t seed);

}  // namespace gradloom
