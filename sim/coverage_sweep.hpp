// SPDX-License-Identifier: Apache-2.0
// Commands for what random programs reach only now and then: every operation under every schedule
// on every class of shapes, every pair of operations in a row, host accesses beside commands.
#pragma once

#include <cstdint>
#include <filesystem>

#include "golden/config.hpp"
#include "sim/program.hpp"
#include "sim/verify.hpp"

namespace gradloom {

/// For a configuration without a bus.
Program sweep_program(const Config& config, std::uint64_t seed);

/// Commands offered, cycle by cycle, around the moment at which a full queue has room again.
Program full_queue_program(const Config& config, std::uint64_t seed);

/// Runs both, the second without stalls: every pin in every cycle, and all words in the end,
/// against the golden model.
VerifyCount verify_sweep(const Config& config, const std::filesystem::path& library,
                         const HarnessOptions& options);

}  // namespace gradloom
