// SPDX-License-Identifier: Apache-2.0
// Training steps of a network: compiled, run on the Verilated chip and on the golden one, and
// computed layer by layer without any list (golden::TrainingNet).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/lowering.hpp"
#include "golden/config.hpp"
#include "sim/axi_bench.hpp"
#include "sim/axi_testbench.hpp"
#include "sim/chip_case.hpp"
#include "sim/chip_run.hpp"
#include "sim/verify.hpp"

namespace gradloom {

struct StepReport {
  VerifyCount count;
  int batches = 0;
  gradloom_run_counters counters{};  ///< sum over the runs that train
  compiler::Traffic necessary;       ///< beats that these batches need at least
  std::int64_t words = 0;            ///< weights, biases and outputs compared with TrainingNet
};

/// A case with the lists that train it.
struct CompiledCase {
  ChipCase data;
  compiler::CompiledNet net;
  bool keep_outputs = false;  ///< training with the loss on chip stores the outputs too
};

/// Batches are one after the other in memory, or with a loss on the host each in its turn. Throws
/// InputError if the configuration cannot run it.
CompiledCase compile_case(const Config& config, ChipCase data, std::uint64_t base,
                          bool keep_outputs);

/// A random network that fits the buffers, for a random place in memory.
CompiledCase random_compiled_case(const Config& config, std::uint64_t seed);

/// Trains all batches of the case and infers them afterwards. In each run everything is compared
/// that run_and_compare() compares; at the end all weights, biases and outputs with TrainingNet,
/// read from memory as a host does it with the driver. Bench and chip must have had the same runs
/// before. Throws CheckError.
StepReport verify_step(AxiBench& bench, golden::Chip& chip, const CompiledCase& compiled,
                       std::int64_t cycles);

/// The same as a program for the Verilog testbench. With a loss on the host one batch only.
AxiProgram step_program(const Config& config, std::uint64_t config_hash,
                        const CompiledCase& compiled);

/// Some lines: where the cycles went, and the traffic.
std::string step_text(const Config& config, const StepReport& report);

}  // namespace gradloom
