// SPDX-License-Identifier: Apache-2.0
// Files about the registers and descriptors of a design with a bus, all from
// golden/bus_registers.hpp and golden/bus_layout.hpp.
#pragma once

#include <string>

#include "generator/plan.hpp"
#include "golden/bus_registers.hpp"

namespace gradloom {

/// sw/<name>_regs.h: addresses, masks and shifts of registers, descriptors, error codes, and what a
/// driver needs of the configuration, as C99 macros.
std::string register_header(const Plan& plan);

/// <name>_regs.rdl: the registers in SystemRDL 2.0.
std::string register_rdl(const Plan& plan);

/// What a register means, with its fields, for a table.
std::string register_meaning(const BusRegister& reg);

/// Where they go, below the directory of the design.
std::string header_file(const Config& config);
std::string rdl_file(const Config& config);

/// The registers from 0x100 on as a Markdown table, as in docs/bus.md, section 6.
std::string register_table(const Config& config);

}  // namespace gradloom
