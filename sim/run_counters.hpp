// SPDX-License-Identifier: Apache-2.0
// The counters of a run, as the driver reads them.
#pragma once

#include <nlohmann/json.hpp>

#include "hal/gradloom_hal.h"

namespace gradloom {

/// Adds the counters of a run to a sum.
void add_counters(gradloom_run_counters& sum, const gradloom_run_counters& run);

/// Cycles and beats under the names of docs/bus.md, small letters.
nlohmann::ordered_json counters_json(const gradloom_run_counters& counters);

}  // namespace gradloom
