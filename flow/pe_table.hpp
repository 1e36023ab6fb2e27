// SPDX-License-Identifier: Apache-2.0
// Processing elements of one template, synthesised the same way, side by side.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flow/design.hpp"

namespace gradloom::flow {

struct PeFormat {
  int operand_bits = 8;
  int accumulator_bits = 32;
};

/// One line of the table.
struct PeVariant {
  std::string key;  ///< "ws", for directories and JSON
  std::string label;
  std::string operations;  ///< as in YAML
  bool per_layer = false;  ///< the operation is an input that stands still during a layer
  int mult_stages = 0;
  int add_stages = 1;
  bool zero_gating = false;
};

/// All lines: the four dataflows, then pipeline stages and zero gating of the interleaved one.
std::vector<PeVariant> pe_variants(bool saturate);

struct PeMeasure {
  PeVariant variant;
  PeFormat format;
  // Of the fastest netlist.
  double area_um2 = 0;
  std::int64_t cells = 0;
  std::int64_t flip_flops = 0;
  double min_period_ns = 0;
  double median_period_ns = 0;  ///< of all netlists
  std::vector<double> periods;  ///< ns: all orders, then all without restructuring for area
  // 7-series, no DSPs.
  std::int64_t luts = 0;
  std::int64_t carries = 0;     ///< CARRY4
  std::int64_t wide_luts = 0;   ///< LUTs where MUXF7 and MUXF8 are allowed
  std::int64_t wide_muxes = 0;  ///< MUXF7 and MUXF8 then
  // 7-series with DSPs.
  std::int64_t luts_dsp = 0;
  std::int64_t dsps = 0;
};

/// Synthesises and times one PE below `base`.work, twice for each of `orders` orders in which abc
/// sees its logic: with and without restructuring for area before. Throws ToolError.
PeMeasure measure_pe(const Design& base, const PeVariant& variant, const PeFormat& format,
                     const std::filesystem::path& liberty, int orders);

/// The layer of the table of times.
struct PeLayer {
  int size = 8;  ///< rows and columns of the array
  int m = 64;
  int n = 64;
  int batch = 32;
};

struct PeReport {
  std::string text;
  nlohmann::ordered_json json;
  bool aims_met = false;
};

/// Tables of area and Fmax, of times of a backward pass, and what became of the aims. `measures`
/// has all variants of each format, in their order.
PeReport pe_report(const Design& base, const std::vector<PeMeasure>& measures,
                   const PeLayer& layer);

}  // namespace gradloom::flow
