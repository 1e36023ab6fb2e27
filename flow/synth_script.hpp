// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "flow/synth.hpp"

namespace gradloom::flow {

/// The Yosys script of `synthesise`: from elab/design.il to netlist.v and stat.json in a directory
/// beside elab. For osu018 it reads abc.txt and constraints.txt there.
std::string synth_script(const Design& design, const Elaborated& elaborated,
                         const SynthOptions& options, const std::filesystem::path& liberty);

/// abc.txt: from a module's logic to cells.
std::string abc_script(const SynthOptions& options);
/// constraints.txt: what drives a module's inputs, and the load of its outputs in fF.
std::string abc_constraints();

/// All that decides how a netlist is made, but for design and liberty.
std::string recipe_text(const SynthOptions& options);

}  // namespace gradloom::flow
