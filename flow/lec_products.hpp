// SPDX-License-Identifier: Apache-2.0
// Proofs of modules with multipliers too wide for `cec` (docs/decisions/0025).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "flow/lec_logic.hpp"
#include "flow/synth.hpp"

namespace gradloom::flow {

/// The products of a module in the output of Yosys's `dump`: of each cell its name and parameters,
/// in the order of the names. Two sides have the same products if these agree.
std::vector<std::string> read_products(const std::string& dump);

/// Makes words.il and mapped.il in `directory`: the design in two stages of its synthesis, with
/// instances turned into ports. Throws ToolError.
void write_stages(const Design& design, const Netlist& netlist, const Elaborated& rtl,
                  const std::filesystem::path& liberty, const std::filesystem::path& directory);

/// The RTL of a module against synthesis before words became bits, products cut out: their factors
/// are compared, what comes out is the same free word on both sides. Then synthesis after that
/// against the netlist, where products have the same gates. `directory` has gold.il, gate.il, and
/// what `write_stages` wrote; files of the module are named `name`. `seconds` is for each of both.
/// With `after_reset` both are compared so (flow/lec_sequential.hpp) where logic alone differs. The
/// points are those of the second.
Comparison compare_around_products(const std::string& module, const std::string& name,
                                   const std::filesystem::path& directory, int seconds,
                                   bool after_reset = false);

}  // namespace gradloom::flow
