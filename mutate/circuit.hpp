// SPDX-License-Identifier: Apache-2.0
// A whole design as gates and registers, as Yosys's write_aiger prints it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mutate/graph.hpp"

namespace gradloom::mutate {

/// The input of the top module that chooses a mutant; 0 is the design without one.
inline constexpr std::string_view kMutantPin = "gradloom_mutant_i";

/// How the outputs of the top module begin that are 1 as long as a lemma holds (mutate/lemmas.hpp).
inline constexpr std::string_view kLemmaPin = "gradloom_lemma_";

/// The name of inputs that are no pins: bits that are x in the netlist, or driven by nothing. In
/// every cycle each has any value.
inline constexpr const char* kUnknown = "x";

/// A pin and one of its bits. Of kUnknown the second is the number of the input.
using PinBit = std::pair<std::string, int>;

/// Variables are numbered as in AIGER: first the inputs, then the registers, then the gates, each
/// after what it depends on.
struct Circuit {
  struct Gate {
    Lit out = 0;
    Lit a = 0;
    Lit b = 0;
  };
  std::vector<PinBit> inputs;  ///< input i is literal 2*(i+1)
  std::vector<Lit> next;       ///< of register i, which is literal 2*(inputs + i + 1)
  std::vector<Gate> gates;
  std::map<PinBit, Lit> outputs;
  std::vector<std::string> registers;  ///< a name of each register, with its bit
  std::map<std::string, Lit> lemmas;   ///< outputs that begin with kLemmaPin; 0 where one fails

  Lit input(std::size_t i) const { return static_cast<Lit>(2 * (i + 1)); }
  Lit reg(std::size_t i) const { return static_cast<Lit>(2 * (inputs.size() + i + 1)); }
};

/// Reads the ASCII format of AIGER and the file that `write_aiger -map` writes beside it. Inputs
/// without a name there are kUnknown. Throws ToolError if they are not what Yosys writes.
Circuit read_circuit(std::string_view aiger, std::string_view map);

}  // namespace gradloom::mutate
