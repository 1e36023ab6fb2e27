// SPDX-License-Identifier: Apache-2.0
// Lists whose numbers are as large as their fields: what small networks never need.
#pragma once

#include <cstdint>
#include <filesystem>

#include "golden/config.hpp"
#include "sim/axi_bench.hpp"
#include "sim/bus_errors.hpp"

namespace gradloom {

/// The bench's memory must have every address, and keep its beats (chip_bench_options). All is
/// compared with golden::Chip: code and index of each run, and beats where nothing went wrong.
///
/// Chains of descriptors at any index up to 65534, each transfer with strides of up to 32 bits, in
/// a late iteration; then one with a bit inverted, an error of the bus, or END. Sizes and strides
/// that make each bit of a product alone. Every bit of a descriptor that makes it bad. 65535
/// blocks. Descriptors are fetched while one that came before them waits for a place in its queue.
/// Throws CheckError.
BusErrorCount check_wide_lists(const Config& config, const std::filesystem::path& library,
                               const AxiBenchOptions& options);

}  // namespace gradloom
