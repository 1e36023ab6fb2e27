// SPDX-License-Identifier: Apache-2.0
// Proofs that a mutant cannot be noticed, with ABC.
#pragma once

#include <filesystem>
#include <string>

#include "mutate/circuit.hpp"

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

/// Compares the design with the mutant that value `mutant` of the pin chooses, from a state after
/// reset on (mutate/miter.hpp). The lemmas of the circuit are taken to hold: prove_lemmas. Uses
/// about `seconds` of processor time for each way to a proof, and files called `stem` with endings.
/// Throws ToolError if ABC is missing.
Proof prove_equivalent(const Circuit& circuit, unsigned mutant, const std::filesystem::path& stem,
                       int seconds);

}  // namespace gradloom::mutate
