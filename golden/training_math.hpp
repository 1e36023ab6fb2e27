// SPDX-License-Identifier: Apache-2.0
// The arithmetic of the vector lanes and of the weight update (docs/numerics.md, section 8), one
// element at a time. `p` operand bits, `a` accumulator bits, `q` master bits, `f` step bits.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "golden/config.hpp"

namespace gradloom::golden {

/// Holds every exact product and sum of section 8.
using Wide = __int128;

/// sat_k: `v` limited to -2^(k-1) .. 2^(k-1)-1, k = 1..64.
std::int64_t saturated(Wide v, int k);

// --- random numbers (section 8.1) ----------------------------------------------------------------

/// What a generator serves. The value is what is added to 4 * lane.
enum class Generator : std::uint32_t { column = 1, row_backward = 2, row_update = 3 };

/// The state of a lane's generator after SEED was written with `seed`; 0 gives that after reset.
std::uint32_t seeded_state(std::uint32_t seed, Generator generator, int lane);

/// The next state, which is the draw.
std::uint32_t next_draw(std::uint32_t state);

// --- rounding (sections 8.2 and 8.3) -------------------------------------------------------------

/// v / 2^s to the nearest integer, ties to even; s = 0..63, `v` of up to 80 bits.
Wide round_nearest(Wide v, int s);
/// v / 2^s, rounded up with the chance of its fraction, in units of 2^-16.
Wide round_stochastic(Wide v, int s, std::uint32_t draw);
/// Stochastic with a draw, else nearest.
Wide round(Wide v, int s, std::optional<std::uint32_t> draw);

/// An operand of p bits from an accumulator word. scale: 16 bits unsigned, shift: 0..63.
std::int64_t requantize(std::int64_t v, std::uint32_t scale, int shift, int p,
                        std::optional<std::uint32_t> draw);

// --- activations (section 8.4) -------------------------------------------------------------------

/// The operand that leaves an activation, and its derivative code in units of 2^-(p-1),
/// 0 .. 2^(p-1).
struct Activated {
  std::int64_t out = 0;
  std::uint32_t derivative = 0;
  bool operator==(const Activated&) const = default;
};

/// Bits of the index of a table: min(p, 8).
constexpr int table_bits(int p) { return p < 8 ? p : 8; }

/// The 2^table_bits(p) entries of `sigmoid` or `tanh`, p = 2..16, by the upper bits of z read as an
/// unsigned number. Throws std::invalid_argument for another activation.
std::vector<Activated> activation_table(ActivationCode activation, int p);

/// All activations for operands of p bits.
class ActivationUnit {
 public:
  explicit ActivationUnit(int p);
  /// z: an operand; leak: 0..7, for `leaky_relu` only.
  Activated operator()(ActivationCode activation, std::int64_t z, int leak) const;

 private:
  int p_;
  std::vector<Activated> sigmoid_;
  std::vector<Activated> tanh_;
};

/// An operand times a derivative code: an operand (section 8.5).
std::int64_t derive(std::int64_t v, std::uint32_t derivative, int p);
/// The loss gradient of an output and its target, both operands (section 8.5).
std::int64_t loss_gradient(std::int64_t out, std::int64_t target, std::uint32_t derivative, int p);

/// sat_a(y + bias), both accumulator words of a bits (section 8.4).
std::int64_t add_bias(std::int64_t y, std::int64_t bias, int a);

// --- updates (sections 8.7 and 8.8) --------------------------------------------------------------

/// The operand that the array multiplies with: the upper p of the q bits of a master weight.
std::int64_t weight_of(std::int64_t master, int p, int q);

struct WeightStep {
  std::uint32_t rate = 0;   ///< below 2^(p-1)
  int rate_shift = 0;       ///< 0..2p-1
  std::uint32_t decay = 0;  ///< below 2^(p-1); 0 if weight decay is not built
};

/// The two draws of a row for a tile.
struct UpdateDraws {
  std::uint32_t gradient = 0;  ///< for r1
  std::uint32_t weight = 0;    ///< for r2
};

/// The new master weight (q bits) from the old one and the wgrad sum `t` (a bits). Stochastic with
/// draws, else nearest.
std::int64_t updated_weight(const Config& config, std::int64_t master, std::int64_t t,
                            const WeightStep& step, std::optional<UpdateDraws> draws);

/// The new bias (a bits) from the old one and db (a bits). scale: 16 bits unsigned, shift: 0..63.
std::int64_t updated_bias(std::int64_t bias, std::int64_t db, std::uint32_t scale, int shift, int a,
                          std::optional<std::uint32_t> draw);

}  // namespace gradloom::golden
