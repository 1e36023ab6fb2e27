// SPDX-License-Identifier: Apache-2.0
// And-inverter graphs: what the proofs of mutate/equivalence.hpp are about, and how it is written
// for ABC.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace gradloom::mutate {

/// Twice the number of a variable, plus 1 if inverted. kFalse is variable 0.
using Lit = std::uint32_t;
inline constexpr Lit kFalse = 0;
inline constexpr Lit kTrue = 1;

/// 256 patterns that are simulated beside each other.
using Patterns = std::array<std::uint64_t, 4>;

/// A graph in the making. Equal gates are made once, so functions that are built the same way are
/// the same literal.
class Graph {
 public:
  Lit input();
  /// A register that starts at 0; `set_next` must follow.
  Lit reg();
  void set_next(Lit reg, Lit next);

  Lit both(Lit a, Lit b);
  Lit either(Lit a, Lit b) { return both(a ^ 1, b ^ 1) ^ 1; }
  Lit differ(Lit a, Lit b) { return either(both(a, b ^ 1), both(a ^ 1, b)); }
  Lit choose(Lit which, Lit if_one, Lit if_zero);

  /// The part that `output` depends on, in the binary AIGER format, with that one output.
  /// `inputs` gets its inputs in their order. With `any_state` registers are inputs too, behind the
  /// others: the output in one cycle, whatever came before.
  std::string aiger(Lit output, std::vector<Lit>& inputs, bool any_state = false) const;

  /// Runs from the start, as many cycles as `values` has entries, each with a value for every one
  /// of `inputs`, which may be registers; other inputs are 0. Registers start at 0, or at random if
  /// `any_state` is set.
  /// Returns the patterns of each literal of `watched` in the last cycle.
  std::vector<Patterns> simulate(const std::vector<Lit>& inputs,
                                 const std::vector<std::vector<Patterns>>& values,
                                 const std::vector<Lit>& watched, bool any_state = false) const;

 private:
  enum class Kind : std::uint8_t { constant, input, reg, gate };
  struct Node {
    Kind kind = Kind::constant;
    Lit a = 0;  // a gate's operands, a >= b; of a register its next value
    Lit b = 0;
  };
  Lit add(const Node& node);
  /// What `output` depends on, in earlier cycles too if `through_regs` is set.
  std::vector<bool> cone(Lit output, bool through_regs) const;

  std::vector<Node> nodes_{Node{}};
  std::unordered_map<std::uint64_t, Lit> gates_;
};

}  // namespace gradloom::mutate
