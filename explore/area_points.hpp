// SPDX-License-Identifier: Apache-2.0
// The data files behind the fits of areas.
#pragma once

#include <string>
#include <vector>

#include "explore/area.hpp"

namespace gradloom::explore {

/// A synthesised PE.
struct PePoint {
  ArrayKind kind = ArrayKind::both;
  int operand_bits = 0;
  int accumulator_bits = 0;
  int mult_stages = 0;
  double area_um2 = 0;
  double luts = 0;
  double min_period_ns = 0;
};

/// A synthesised design without its PEs and RAMs; `pe.min_period_ns` is 0.
struct RestPoint {
  PePoint pe;
  int rows = 0;
  int cols = 0;
  int words = 0;  ///< of each bank
};

struct RamPoint {
  double bits = 0;
  double area = 0;  ///< um^2
};

struct AreaPoints {
  std::string file;
  std::vector<PePoint> pe;
  std::vector<RestPoint> rest;
  std::vector<RamPoint> flip_flop_ram;
};

/// What `gradloom flow area-fit --json` writes. Throws InputError, "file:line: key: found ...,
/// allowed ...".
AreaPoints load_area_points(const std::string& file);

/// SRAM macros with their areas scaled from `node_nm` to `scale_to_nm` by the square. Throws as
/// load_area_points().
std::vector<RamPoint> load_sram_macros(const std::string& file);

}  // namespace gradloom::explore
