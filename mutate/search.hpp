// SPDX-License-Identifier: Apache-2.0
// Searches by ABC for a cycle in which design and mutant differ, or for a proof that there is none.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mutate/miter.hpp"

namespace gradloom::mutate {

/// What came of a search. `example` is empty unless one was found: the inputs of each cycle, the
/// last one with a failing check.
struct Search {
  bool holds = false;
  std::vector<std::vector<Patterns>> example;
};

/// Lets ABC run `commands` on a circuit in the binary AIGER format with so many inputs, for at most
/// `seconds` of processor time. Commands for circuits without registers look at one cycle. Leaves
/// files called `stem` with endings. Throws ToolError if ABC is missing.
Search search(const std::filesystem::path& stem, const std::string& aiger, std::size_t inputs,
              const std::string& commands, int seconds);

/// Looks at one cycle, from any state at all. `inputs` gets the inputs and registers in the order
/// of the example.
Search search_any_state(const Miter& miter, const std::filesystem::path& stem,
                        std::vector<Lit>& inputs, int seconds);

/// Checks that fail in the last cycle, in any of the patterns.
std::vector<const Check*> failing(const Miter& miter, const std::vector<Lit>& inputs,
                                  const std::vector<std::vector<Patterns>>& values, bool any_state);

}  // namespace gradloom::mutate
