// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "golden/config.hpp"

namespace gradloom::flow {

/// Verilog of module <name>_pins: the top module between a shift register that feeds its inputs and
/// registers that are folded into one output, so that any configuration has four pins: clk_i,
/// rst_ni, serial_i, serial_o. All paths of the top stay between registers. It is for place and
/// route alone: what it does is of no use.
std::string pin_harness(const Config& config);

}  // namespace gradloom::flow
