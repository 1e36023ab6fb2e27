// SPDX-License-Identifier: Apache-2.0
#include "sim/fault_structures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gradloom {
namespace {

enum Structure : std::size_t {
  weights,
  shadow_weights,
  accumulators,
  shadow_accumulators,
  operands,
  pe_control,
  lanes,
  vector_lanes,
  sequencer,
  planner,
};

/// The first rule that fits decides. "*" is any register of the module.
struct Rule {
  std::string_view module;  ///< without the name of the design
  std::string_view reg;
  Structure structure;
};

constexpr std::array kRules{
    Rule{"pe", "weight_q", weights},
    Rule{"pe", "weight_o", shadow_weights},
    Rule{"pe", "acc_q", accumulators},
    Rule{"pe", "drain_o", shadow_accumulators},
    Rule{"pe", "ctl_o", pe_control},
    Rule{"pe", "*", operands},
    Rule{"ram", "rdata_o", operands},
    Rule{"row_lane", "*", lanes},
    Rule{"col_lane", "*", lanes},
    Rule{"psum_writer", "*", lanes},
    Rule{"drain_writer", "*", lanes},
    Rule{"delay", "*", lanes},
    Rule{"forward_lane", "*", vector_lanes},
    Rule{"backward_lane", "*", vector_lanes},
    Rule{"update_lane", "*", vector_lanes},
    Rule{"requantize", "*", vector_lanes},
    Rule{"activate", "*", vector_lanes},
    Rule{"multiplier", "*", vector_lanes},
    Rule{"draw", "*", vector_lanes},
    Rule{"sequencer", "*", sequencer},
    Rule{"tile_walker", "*", sequencer},
    Rule{"planner", "*", planner},
};

std::string leaf(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

const RtlModule* find_module(const RtlRegisters& rtl, const std::string& name) {
  for (const RtlModule& module : rtl.modules) {
    if (module.name == name) return &module;
  }
  return nullptr;
}

// Of the modules that the instance may be of, the one that has the register.
std::optional<std::string> module_of(const RtlRegisters& rtl, const ModelRegister& reg) {
  const auto names = rtl.instances.find(leaf(reg.scope));
  if (names == rtl.instances.end()) return std::nullopt;
  for (const std::string& name : names->second) {
    const RtlModule* module = find_module(rtl, name);
    if (module != nullptr && std::find(module->registers.begin(), module->registers.end(),
                                       reg.name) != module->registers.end()) {
      return name;
    }
  }
  return std::nullopt;
}

// A register in a generate block has the scope of the block, below that of its instance.
std::optional<std::string> module_around(const RtlRegisters& rtl, ModelRegister reg) {
  while (true) {
    if (const auto module = module_of(rtl, reg)) return module;
    const std::size_t dot = reg.scope.rfind('.');
    if (dot == std::string::npos) return std::nullopt;
    reg.scope.resize(dot);
  }
}

std::optional<Structure> structure_of(std::string_view module, std::string_view reg) {
  for (const Rule& rule : kRules) {
    if (rule.module == module && (rule.reg == "*" || rule.reg == reg)) return rule.structure;
  }
  return std::nullopt;
}

}  // namespace

const std::vector<FaultStructure>& fault_structures() {
  static const std::vector<FaultStructure> structures{
      {"weights", "active weights of the PEs"},
      {"shadow_weights", "weights that are being loaded"},
      {"accumulators", "dW of the PEs"},
      {"shadow_accumulators", "dW that is being drained"},
      {"operands", "links between PEs: operands and partial sums; read registers of the banks"},
      {"pe_control", "control bits that travel with the wavefront"},
      {"lanes", "control and addresses at the array edge"},
      {"vector_lanes", "requantize, activation, loss, update, random generators"},
      {"sequencer", "sequencer and its tile counters"},
      {"planner", "planner"},
  };
  return structures;
}

std::string FaultSite::name() const { return reg.scope + "." + reg.name; }

std::vector<FaultSite> fault_sites(const Config& config, const RtlRegisters& rtl,
                                   const Model& model) {
  std::vector<FaultSite> sites;
  for (const ModelRegister& reg : model.registers()) {
    const std::optional<std::string> module = module_around(rtl, reg);
    if (!module || !module->starts_with(config.name + "_")) continue;
    const auto structure = structure_of(module->substr(config.name.size() + 1), reg.name);
    if (structure) sites.push_back({*structure, reg});
  }
  std::sort(sites.begin(), sites.end(),
            [](const FaultSite& a, const FaultSite& b) { return a.name() < b.name(); });
  return sites;
}

}  // namespace gradloom
