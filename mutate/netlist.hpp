// SPDX-License-Identifier: Apache-2.0
// A design as a word-level netlist of Yosys, and mutants in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "mutate/groups.hpp"

namespace gradloom::mutate {

/// A mutant: one changed bit at one port of one cell, in all instances of a module.
struct Mutant {
  int number = 0;     ///< value of gradloom_mutant_i; 1 and up
  std::string group;  ///< Group::name
  std::string
      instance;        ///< module of the netlist: `<config>_pe__3`, one for each set of parameters
  std::string module;  ///< of the templates: `pe`
  std::string change;  ///< options of Yosys's `mutate`: "-mode const0 -cell ... -port A ..."
  std::string source;  ///< lines of the template's Verilog, "pe.v:118.3-118.61"
};

/// The template of a module of the netlist: `pe` of `<config>_pe__3`; `prefix` is "<config>_".
std::string template_of(const std::string& module, const std::string& prefix);

/// "pe.v:118.3-118.61 const0 $procmux$4291.A[9]", for people.
std::string describe(const Mutant& mutant);

/// The elaborated design of a configuration, with every parameterised module under a name of its
/// own, in `dir/design.il`.
struct Netlist {
  std::filesystem::path dir;
  std::string top;
  std::vector<std::string> modules;  ///< of the netlist
  /// Those of the templates, without the configuration's prefix.
  std::vector<std::string> templates() const;
  /// The modules of the netlist that come from a template.
  std::vector<std::string> instances(const std::string& module) const;
  std::string prefix;  ///< "<config>_"
};

/// Emits the design into `dir` and elaborates it. Throws ToolError if Yosys is missing or fails.
Netlist make_netlist(const Config& config, const std::filesystem::path& dir);

/// `count` mutants of each group, drawn evenly by Yosys; a small module may have fewer.
std::vector<Mutant> draw_mutants(const Netlist& netlist, const std::vector<Group>& groups,
                                 int count, std::uint64_t seed);

/// Bits of gradloom_mutant_i for so many mutants.
int mutant_bits(std::size_t mutants);

/// The whole design as Verilog, with all mutants in it, chosen by the input gradloom_mutant_i of
/// the top module.
std::string mutated_verilog(const Netlist& netlist, const std::vector<Mutant>& mutants);

/// Runs Yosys on a script; returns what it printed. `good` tells whether it ended with 0; without
/// it a failure is a ToolError.
std::string run_yosys(const std::filesystem::path& dir, const std::string& name,
                      const std::string& script, bool* good = nullptr);

}  // namespace gradloom::mutate
