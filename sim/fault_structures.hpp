// SPDX-License-Identifier: Apache-2.0
// Where faults are put: the registers of the design by what they hold.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "golden/config.hpp"
#include "sim/model_library.hpp"
#include "sim/rtl_registers.hpp"

namespace gradloom {

struct FaultStructure {
  const char* name;
  const char* holds;  ///< for the table
};

/// All structures, in the order of the table.
const std::vector<FaultStructure>& fault_structures();

/// A register whose bits can be inverted.
struct FaultSite {
  std::size_t structure = 0;  ///< place in fault_structures()
  ModelRegister reg;
  std::string name() const;  ///< instance path and register
};

/// The sites of a model that was built with registers, those of no structure left out; in the same
/// order for every instance of the model.
std::vector<FaultSite> fault_sites(const Config& config, const RtlRegisters& rtl,
                                   const Model& model);

}  // namespace gradloom
