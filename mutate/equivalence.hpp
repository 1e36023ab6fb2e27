// SPDX-License-Identifier: Apache-2.0
// Proofs that a mutant cannot be noticed, with Yosys.
#pragma once

#include <string>

#include "mutate/netlist.hpp"

namespace gradloom::mutate {

struct Proof {
  bool found = false;
  std::string how;
};

/// Tries to prove that the mutant behaves as its module does, whatever the inputs, if both start
/// with the same registers. Throws ToolError if Yosys is missing.
Proof prove_equivalent(const Netlist& netlist, const Mutant& mutant);

}  // namespace gradloom::mutate
