// SPDX-License-Identifier: Apache-2.0
// The proofs of formal/ on a mutant of their block.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "mutate/netlist.hpp"

namespace gradloom::mutate {

/// Whether formal/proofs.txt has a proof of this block, named after it, that a netlist can be given
/// to: of the design as it is, in which the module has one set of parameters only.
bool has_proof(const Netlist& netlist, const Mutant& mutant);

/// Runs that proof with the mutant in place of the block; without a mutant (`changed` is false)
/// with the block as it is. Returns what failed: an assertion, with its line. Nothing if the proof
/// holds, or did not come to an end. `config` is the file of the configuration. Throws ToolError if
/// a program is missing.
std::optional<std::string> failed_assertion(const std::string& config, const Netlist& netlist,
                                            const Mutant& mutant, bool changed);

}  // namespace gradloom::mutate
