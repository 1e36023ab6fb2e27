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

/// For the proofs of `lec`: the design as synthesis has it before words become bits (products are
/// cells `$macc`), and after that, before ABC. As in `synth_script`, with the same gates for the
/// same product. Libraries generic and osu018. Paths are relative to where the script runs.
std::string stages_script(const Design& design, const Elaborated& elaborated,
                          const SynthOptions& options, const std::filesystem::path& liberty,
                          const std::string& words, const std::string& mapped);

/// abc.txt: from a module's logic to cells.
std::string abc_script(const SynthOptions& options);
/// constraints.txt: what drives a module's inputs, and the load of its outputs in fF.
std::string abc_constraints();

/// All that decides how a netlist is made, but for design and liberty.
std::string recipe_text(const SynthOptions& options);

}  // namespace gradloom::flow
