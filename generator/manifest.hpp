// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "generator/plan.hpp"

namespace gradloom {

struct EmittedModule {
  std::string name;    ///< Verilog module
  std::string file;    ///< "rtl/<module>.v"
  std::string source;  ///< template without ".v"
};

/// manifest.json: what a script needs to know of the design. Keys in a fixed order.
std::string manifest_text(const Plan& plan, const std::vector<EmittedModule>& modules,
                          const std::string& rtl_digest);

}  // namespace gradloom
