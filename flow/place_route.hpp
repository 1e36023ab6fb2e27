// SPDX-License-Identifier: Apache-2.0
// Place and route on an iCE40, by nextpnr.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flow/synth.hpp"

namespace gradloom::flow {

struct Device {
  std::string name;     ///< up5k, as nextpnr-ice40 --up5k
  std::string package;  ///< the default
  bool dsp = false;     ///< it has SB_MAC16
};

/// Throws InputError listing the devices.
const Device& find_device(const std::string& name);
std::vector<std::string> device_names();

struct PlaceOptions {
  std::string device = "up5k";
  std::string package;  ///< empty: that of the device
  int seed = 1;
  bool bitstream = false;  ///< icepack too
};

struct Use {
  int used = 0;
  int available = 0;
};

struct Placed {
  std::map<std::string, Use> use;  ///< by kind of cell as nextpnr names it
  double fmax_mhz = 0;
  int harness_luts = 0;  ///< LUTs and flip-flops of the pin harness
  int harness_flip_flops = 0;
  std::filesystem::path directory;  ///< design.asc, design.bin, nextpnr.log
};

/// Synthesises the design within a pin harness and places it. Throws InputError if the device is
/// too small, saying what is needed and what there is; ToolError.
Placed place_and_route(const Design& design, const PlaceOptions& options);

std::string placed_text(const Design& design, const PlaceOptions& options, const Placed& placed);
nlohmann::ordered_json placed_json(const PlaceOptions& options, const Placed& placed);

}  // namespace gradloom::flow
