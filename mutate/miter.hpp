// SPDX-License-Identifier: Apache-2.0
// A design and a mutant of it beside each other.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "mutate/circuit.hpp"
#include "mutate/graph.hpp"

namespace gradloom::mutate {

/// A register of the circuit; registers from Circuit::next.size() on are the read registers of the
/// RAMs, which are not in the circuit.
using RegIndex = std::size_t;

/// Where design and mutant are compared.
struct Check {
  Lit differs = kFalse;
  bool is_reg = false;  ///< the next value of `reg`, else an output
  RegIndex reg = 0;
  std::string pin;  ///< of an output
};

/// Design and mutant with the same inputs, from a state after reset on: registers that reset sets
/// have that value, the others any, the same in both. `apart` has a flag for each register: such a
/// register is there twice, and nothing is said of it later. All other registers are there once,
/// and their next values are compared, as outputs are; as long as no check has failed, that is no
/// restriction.
///
/// RAMs are cut out. They start with the same contents, and their write ports are compared; a read
/// gives any word, the same in both if both read. Where both read, the addresses are compared.
///
/// If the circuit has lemmas, a check counts as long as all of them have held in the design. That
/// leaves nothing out if they always hold (make_lemma_miter).
struct Miter {
  Graph graph;
  std::vector<Check> checks;  ///< those that are not the same by structure
  Lit bad = kFalse;           ///< one of the checks fails, and no lemma has
  std::vector<Lit> state;     ///< without registers: inputs that stand for those of the design
  std::vector<Lit> next;      ///< make_step_miter: their next values
  Lit assumed = kTrue;  ///< make_step_miter: what is taken to hold in the cycle that is looked at
};

RegIndex register_count(const Circuit& circuit);

/// `mutant` is the value of kMutantPin.
Miter make_miter(const Circuit& circuit, unsigned mutant, const std::vector<bool>& apart);

/// That a register of the design is 1, or 0.
struct Condition {
  RegIndex reg = 0;
  bool is_0 = false;
  friend bool operator==(const Condition&, const Condition&) = default;
};

/// Registers that are there twice. As long as one of its conditions holds, each is the same in
/// both.
using Apart = std::map<RegIndex, std::vector<Condition>>;

/// Design and mutant without registers, in any state in which the lemmas hold and `apart` is right.
/// Checks are the outputs, the next values of registers that are there once, and of those apart
/// that they differ though one of their conditions holds then. If none can fail, and `apart` is
/// right after reset (apart_after_reset), nothing ever differs.
Miter make_step_miter(const Circuit& circuit, unsigned mutant, const Apart& apart);

/// Registers that may differ right after reset, with those of the conditions that do not hold then.
Apart apart_after_reset(const Circuit& circuit, unsigned mutant,
                        const std::vector<Condition>& conditions);

/// What may serve as a condition: registers that reset sets, of at most 16 bits, and their
/// inverses.
std::vector<Condition> possible_conditions(const Circuit& circuit);

/// The design alone, without registers, with a check for each lemma, named after it: that it fails
/// in the first cycle after reset, or, of `after_reset_only` is false, in a cycle that follows one
/// in which all hold, whatever the state was then. If none can fail in either, all always hold.
Miter make_lemma_miter(const Circuit& circuit, bool after_reset_only);

}  // namespace gradloom::mutate
