// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "flow/timing.hpp"

namespace gradloom::flow {

/// Fmax, the worst path module by module, and the slack of each module of the RTL.
std::string timing_text(const Design& design, const Timing& timing, const TimingOptions& options);
nlohmann::ordered_json timing_json(const Timing& timing, const TimingOptions& options);

}  // namespace gradloom::flow
