// SPDX-License-Identifier: Apache-2.0
// A list on the Verilated chip and on the golden one: every word on the bus, the memory afterwards,
// and the counters.
#pragma once

#include <cstdint>
#include <string>

#include "golden/chip.hpp"
#include "golden/config.hpp"
#include "sim/axi_bench.hpp"
#include "sim/chip_image.hpp"

namespace gradloom {

struct ChipRunReport {
  gradloom_run_counters counters{};
  golden::RunResult golden;         ///< without its logs
  std::vector<std::uint8_t> after;  ///< the memory from image.base on
  std::uint64_t commands = 0;
  std::int64_t checks = 0;  ///< words on the bus, bytes of memory, counters
};

/// COMPUTE_CYCLES of a good list: the slots of its commands, by the closed form.
std::uint64_t compute_cycles(const Config& config, const ChipImage& image);

/// Writes the image into the memory of the bench, which must keep its beats (AxiMemoryOptions::
/// record), and does a run on both, through the driver. Bench and chip must have had the same runs
/// before. Throws CheckError if
///
/// - the run does not end within `cycles`, or not as that of the golden chip,
/// - a word of a LOAD, STORE or descriptor is another one, in the order of its engine (the
///   descriptor behind a NEXT or END may be fetched in vain),
/// - the memory is another one afterwards,
/// - the cycles do not add up, or compute cycles or beats are others than expected.
ChipRunReport run_and_compare(AxiBench& bench, golden::Chip& chip, const ChipImage& image,
                              std::int64_t cycles);

}  // namespace gradloom
