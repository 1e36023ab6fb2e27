// SPDX-License-Identifier: Apache-2.0
// The whole design as gates, with mutants and lemmas in it, by Yosys; and the proof of the lemmas.
#pragma once

#include <filesystem>
#include <vector>

#include "mutate/circuit.hpp"
#include "mutate/netlist.hpp"

namespace gradloom::mutate {

/// The whole design as gates, with these mutants in it: value i+1 of kMutantPin chooses mutant i,
/// and with the lemmas of a file (mutate/lemmas.hpp), if a name is given. A bit that is x in the
/// netlist is an input (kUnknown), so a mutant that lets one in differs. Throws ToolError if Yosys
/// is missing or fails, InputError for a lemma that does not fit the design.
Circuit mutated_circuit(const Netlist& netlist, const std::vector<Mutant>& mutants,
                        const std::filesystem::path& lemmas = {});

/// Proves that all lemmas of a circuit hold in the design in every cycle after reset, whatever the
/// inputs are: all of them together by induction over one cycle. Throws CheckError if they do not,
/// and names those that fail in an example, whose registers that are 1 are in `stem`.txt; or if
/// no proof is found in so many seconds of processor time.
void prove_lemmas(const Circuit& circuit, const std::filesystem::path& stem, int seconds);

}  // namespace gradloom::mutate
