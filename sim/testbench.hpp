// SPDX-License-Identifier: Apache-2.0
// A program as a self-checking Verilog testbench that runs in any simulator, without gradloom.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/emitter.hpp"
#include "golden/config.hpp"
#include "sim/program.hpp"

namespace gradloom {

/// What the golden model answers to one step of a program.
struct Answer {
  /// False for steps without an answer, and if the documents leave the answer open or a reset
  /// dropped it.
  bool known = false;
  std::uint64_t value = 0;  ///< data of a read, completion code of a command
  bool error = false;       ///< of a read
};

/// Plays the program on the golden model without stalls: one answer a step. Throws InputError if
/// it does not end within `testbench.timeout_cycles`.
std::vector<Answer> golden_answers(const Config& config, const Program& program,
                                   std::uint64_t config_hash);

/// tb/<name>_tb.v, tb/program.hex, tb/commands.hex and tb/README.md. `config_hash` is what the
/// HASH registers show. The answers to the program must not depend on timing: the testbench
/// compares the same ones whatever the stalls. Throws InputError.
std::vector<EmittedFile> emit_testbench(const Config& config, const Program& program,
                                        std::uint64_t config_hash);

/// The testbench with the default program of the configuration; `cycles` as in
/// sim/testbench_program.hpp, without effect behind a bus.
std::vector<EmittedFile> default_testbench(const Config& config, std::int64_t cycles = 0);

/// Adds the testbench with the default program (sim/testbench_program.hpp; with a bus the training
/// of a random network, sim/chip_step.hpp) to the files of a design, and its place to their
/// manifest.
void add_testbench(const Config& config, std::vector<EmittedFile>& files);

}  // namespace gradloom
