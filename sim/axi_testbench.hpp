// SPDX-License-Identifier: Apache-2.0
// A run of the bus variant as a self-checking Verilog testbench that runs in any simulator, without
// gradloom.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "generator/emitter.hpp"
#include "golden/config.hpp"

namespace gradloom {

/// What the host of the testbench does, one after the other.
struct AxiStep {
  enum class Kind : std::uint8_t {
    write = 1,  ///< data to a register
    read = 2,   ///< compared with data in the bits of mask
    poll = 3,   ///< read until it is data in the bits of mask
    irq = 4,    ///< wait until irq_o is data
    idle = 5,   ///< wait data cycles
  };
  Kind kind = Kind::write;
  std::uint32_t offset = 0;
  std::uint32_t mask = 0;
  std::uint32_t data = 0;
};

struct AxiProgram {
  std::vector<AxiStep> steps;
  std::uint64_t base = 0;              ///< a multiple of the bytes of a beat
  std::vector<std::uint8_t> before;    ///< the memory from base on; whole beats
  std::vector<std::uint8_t> expected;  ///< as long as `before`
};

/// A run of a list with the driver's accesses: identity, seed (if any), list, batches, START, the
/// end of the run by interrupt and status.
std::vector<AxiStep> run_steps(const Config& config, std::uint64_t config_hash,
                               std::uint64_t list_address, std::uint32_t list_length,
                               std::uint32_t batches, std::optional<std::uint32_t> seed);

/// tb/<name>_tb.v, tb/steps.hex, tb/memory.hex, tb/expected.hex and tb/README.md.
std::vector<EmittedFile> emit_axi_testbench(const Config& config, const AxiProgram& program);

}  // namespace gradloom
