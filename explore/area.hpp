// SPDX-License-Identifier: Apache-2.0
// Area and clock period of a configuration, fitted to synthesised PEs and small designs.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "explore/fit.hpp"
#include "golden/config.hpp"

namespace gradloom::explore {

/// What the array can do: fprop and dgrad, wgrad, or all three.
enum class ArrayKind : std::uint8_t { ws, os, both };
inline constexpr std::array kArrayKinds{ArrayKind::ws, ArrayKind::os, ArrayKind::both};
const char* name(ArrayKind kind);
/// That of the built operations; others than those three lists count as both.
ArrayKind kind_of(const Config& config);

/// um2: OSU 0.18 um cells and RAMs in um^2. luts: 7-series LUTs, without RAMs.
enum class AreaUnit : std::uint8_t { um2, luts };

struct Area {
  double pes = 0;      ///< all PEs
  double rest = 0;     ///< lanes, planner, sequencer, counters, host port
  double buffers = 0;  ///< all banks; 0 in LUTs
  double total() const { return pes + rest + buffers; }
};

constexpr int kMaxStages = 2;

/// One fit for each array kind and number of stages.
using PeFits = std::array<std::array<Fit, kMaxStages + 1>, kArrayKinds.size()>;

struct AreaModel {
  AreaUnit unit = AreaUnit::um2;
  PeFits pe;
  PeFits period;   ///< ns, of the PE alone in OSU cells; of AreaUnit::um2 only
  Fit rest;        ///< of all kinds, which differ by a constant
  Fit flip_flops;  ///< a bank of flip-flops; of AreaUnit::um2 only
  Fit sram;        ///< a bank that is an SRAM macro, at 180 nm; likewise
  int min_operand_bits = 0;
  int max_operand_bits = 0;
  int min_accumulator_bits = 0;
  int max_accumulator_bits = 0;  ///< formats beyond these are not covered by points
};

/// Reads what `gradloom flow area-fit` wrote and a file of SRAM macros, and fits. Throws
/// InputError, "file:line: key: ...", for all that is wrong with them, and for too few points of a
/// kind.
AreaModel load_area_model(const std::string& points, const std::string& sram, AreaUnit unit);

/// Of a design without training and bus. A bank is an SRAM macro or flip-flops, whichever is
/// smaller.
Area area(const AreaModel& model, const Config& config);
/// ns; needs AreaUnit::um2.
double period_ns(const AreaModel& model, const Config& config);

/// Coefficients and errors of all fits.
nlohmann::ordered_json fits_json(const AreaModel& model);
/// A line for each quantity: number of points, mean and largest relative error over its fits.
std::string fits_text(const AreaModel& model);

}  // namespace gradloom::explore
