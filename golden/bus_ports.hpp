// SPDX-License-Identifier: Apache-2.0
// The pins of a design with a bus (docs/bus.md), and of the core inside it.
#pragma once

#include <vector>

#include "golden/config.hpp"
#include "golden/ports.hpp"

namespace gradloom {

/// The ports of `<name>_top` with host.bus axi, in declaration order; clk_i and rst_ni first, trace
/// ports last.
std::vector<Port> bus_ports(const Config& config);

/// The ports of `<name>_core` with host.bus axi, likewise (docs/bus.md, section 8).
std::vector<Port> core_ports(const Config& config);

}  // namespace gradloom
