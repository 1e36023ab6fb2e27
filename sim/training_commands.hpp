// SPDX-License-Identifier: Apache-2.0
// Training commands drawn at random (docs/training.md), and the data for them. Factors and shifts
// are such that results mostly spread over the range: neither all 0 nor all at its ends.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "sim/prng.hpp"

namespace gradloom {

/// Kinds of test data.
enum class Data { random, minimum, maximum, alternating };
inline constexpr int kDataCount = 4;

/// Random, low..high.
int pick(Prng& prng, int low, int high);

/// What a random training command shall do, as far as its operation can.
struct TrainingWish {
  bool post = false;
  bool update = false;
  bool bgrad = false;
};
TrainingWish random_wish(Prng& prng);

/// Gives a command, whose operation, sizes and accumulate flags are set, random training fields
/// with which check() does not refuse it for a flag or a field. Fields and bases that it does not
/// use get random values within their pins. `acc_dw` goes away where W is updated. The
/// configuration must have training.
void draw_training(const Config& config, Prng& prng, const TrainingWish& wish,
                   golden::Command& command);

/// A word that a command may find in the buffer. `index` tells neighbours apart.
std::int64_t training_word(const Config& config, Prng& prng, Buffer buffer, Data data, int index);

/// A value for SEED. One in four is one that would leave a generator at 0.
std::uint32_t draw_seed(const Config& config, Prng& prng);

/// First free word of each buffer. DERIV is as X.
using Tops = std::array<std::uint32_t, kBufferCount>;

/// Puts what the command uses behind the words in use, up to three words further on; next_base
/// before or behind the operand in the same buffer. False, and nothing changed, if it does not fit.
bool place_behind(const Config& config, Prng& prng, golden::Command& command, Tops& tops);

/// A fully connected network for one step.
struct StepShape {
  std::vector<int> widths;  ///< input first; at least two
  int batch = 1;
};

struct StepOptions {
  int schedule = 0;  ///< of all commands; 3: each its own, at random
  /// All layers update weights and bias, sums go where the next command looks for them, and the
  /// loss is formed. Otherwise commands are left as plain as they happen to be drawn.
  bool complete = true;
};

/// One training step as docs/numerics.md, section 8.10, has it: fprop of all layers, backward of
/// the layers from the last to the second, wgrad of the first; each finds what the ones before
/// left. Behind the words in use, which `tops` is moved beyond. Empty, and nothing changed, if it
/// does not fit.
std::vector<golden::Command> draw_step(const Config& config, Prng& prng, const StepShape& shape,
                                       const StepOptions& options, Tops& tops);

}  // namespace gradloom
