// SPDX-License-Identifier: Apache-2.0
// Logical equivalence of RTL and netlist, module by module (docs/decisions/0025).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "flow/gate_sim.hpp"

namespace gradloom::flow {

/// combinational: flip-flops matched by name, the logic between them compared as a whole (ABC).
/// around_products: for modules with a product that is too wide for the first: the products of both
/// sides are cut out and their factors compared.
/// induction: for modules whose flip-flops do not all have a partner: SAT and temporal induction
/// (Yosys).
/// after_reset: for modules whose states were recoded: from a cycle of reset on, flip-flops without
/// a partner on their own on each side, by property-directed reachability (ABC).
enum class Proof : std::uint8_t {
  combinational,
  around_products,
  after_reset,
  around_products_after_reset,
  induction
};
const char* name(Proof proof);

struct ModuleProof {
  std::string module;
  Proof proof = Proof::combinational;  ///< the last one tried
  bool proven = false;
  std::int64_t points = 0;  ///< outputs and inputs of flip-flops and instances that were compared
  double seconds = 0;
  std::string reason;  ///< if not proven
};

/// Proves each module of the elaborated RTL against the module of that name in the netlist; what
/// lies in modules below it is left out there. RAM modules are not in it unless the netlist has
/// them. `only`: the names of those to prove; empty: all. `seconds` is the limit of each proof.
/// `progress` is told each module. Throws InputError if the netlist lacks a module or `only` names
/// none of the RTL, ToolError if a tool fails.
std::vector<ModuleProof> prove_modules(const Design& design, const Netlist& netlist,
                                       const GateSources& sources,
                                       const std::vector<std::string>& only, int seconds,
                                       const std::function<void(const std::string&)>& progress);

}  // namespace gradloom::flow
