// SPDX-License-Identifier: Apache-2.0
// The registers of the AXI4-Lite slave, once (docs/bus.md, section 6): the RTL's decoder, the C
// header, the SystemRDL file and the table of the document are made from this list.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/config.hpp"

namespace gradloom {

enum class Access : std::uint8_t { read, write, read_write };
const char* name(Access access);

struct RegisterField {
  std::string name;  ///< UPPER_CASE
  int lsb = 0;
  int width = 0;
  std::string description;
  bool hardware = false;   ///< the hardware changes it
  bool write_one = false;  ///< a 1 written clears
};

struct BusRegister {
  int address = 0;   ///< in bytes
  std::string name;  ///< UPPER_CASE
  Access access = Access::read;
  std::uint32_t reset = 0;
  std::string description;
  std::vector<RegisterField> fields;  ///< never empty; bits without a field read 0
  bool page = false;                  ///< in the register page of the core
  bool locked = false;                ///< a write during a run is refused
};

/// All registers by address. `hash` is that of the configuration, which has a bus.
std::vector<BusRegister> bus_register_map(const Config& config, std::uint64_t hash);

/// The counters of a run, in the order of their addresses: 8 bytes each from kRunCounters on.
const std::vector<std::string>& run_counter_names();
inline constexpr int kRunCounters = 0x140;

}  // namespace gradloom
