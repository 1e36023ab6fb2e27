// SPDX-License-Identifier: Apache-2.0
// Proofs that a mutant cannot be noticed, with Yosys and ABC.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mutate/circuit.hpp"
#include "mutate/netlist.hpp"

namespace gradloom::mutate {

enum class Proved {
  nothing,     ///< neither of the others, in the time given
  equivalent,  ///< no output differs, and no word of a RAM, whatever the inputs are
  different,   ///< some inputs make an output differ, or what is written to a RAM
};

struct Proof {
  Proved proved = Proved::nothing;
  std::string how;
};

/// The whole design as gates, with these mutants in it: value i+1 of kMutantPin chooses mutant i,
/// and with the lemmas of a file (mutate/lemmas.hpp), if a name is given. Throws ToolError if Yosys
/// is missing or fails, InputError for a lemma that does not fit the design.
Circuit mutated_circuit(const Netlist& netlist, const std::vector<Mutant>& mutants,
                        const std::filesystem::path& lemmas = {});

/// Proves that all lemmas of a circuit hold in the design in every cycle after reset, whatever the
/// inputs are: all of them together by induction over one cycle. Throws CheckError if they do not,
/// and names those that fail in an example, whose registers that are 1 are in `stem`.txt; or if
/// no proof is found in so many seconds of processor time.
void prove_lemmas(const Circuit& circuit, const std::filesystem::path& stem, int seconds);

/// Compares the design with the mutant that value `mutant` of the pin chooses, from a state after
/// reset on (mutate/miter.hpp). The lemmas of the circuit are taken to hold: prove_lemmas. Uses
/// about `seconds` of processor time, and files called `stem` with endings. Throws ToolError if ABC
/// is missing.
Proof prove_equivalent(const Circuit& circuit, unsigned mutant, const std::filesystem::path& stem,
                       int seconds);

}  // namespace gradloom::mutate
