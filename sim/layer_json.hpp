// SPDX-License-Identifier: Apache-2.0
// The JSON that verify and model share.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "golden/config.hpp"
#include "golden/timing.hpp"
#include "sim/layer_program.hpp"

namespace gradloom {

/// Keys: config_hash, rows, cols, op, m, n, batch, schedule, cycles, busy_cycles, stall_cycles,
/// macs, utilization (macs / (cycles * rows * cols)), accesses {buffer: {read, write}} in words.
nlohmann::ordered_json layer_json(const Config& config, Op op, Schedule schedule,
                                  const LayerShape& shape, const golden::Cost& counters);

/// The same as a few lines of text.
std::string layer_text(const Config& config, Op op, Schedule schedule, const LayerShape& shape,
                       const golden::Cost& counters);

double utilization(const Config& config, const golden::Cost& counters);

}  // namespace gradloom
