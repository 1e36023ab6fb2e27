// SPDX-License-Identifier: Apache-2.0
// A design and a mutant of it beside each other.
#pragma once

#include <cstddef>
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
  std::vector<Lit> state;     ///< make_lemma_miter: inputs that stand for the registers
};

RegIndex register_count(const Circuit& circuit);

/// `mutant` is the value of kMutantPin.
Miter make_miter(const Circuit& circuit, unsigned mutant, const std::vector<bool>& apart);

/// The design alone, without registers, with a check for each lemma, named after it: that it fails
/// in the first cycle after reset, or, of `after_reset_only` is false, in a cycle that follows one
/// in which all hold, whatever the state was then. If none can fail in either, all always hold.
Miter make_lemma_miter(const Circuit& circuit, bool after_reset_only);

}  // namespace gradloom::mutate
