// SPDX-License-Identifier: Apache-2.0
// The sections of a test program about what the design refuses.
#pragma once

#include "sim/program_builder.hpp"

namespace gradloom {

/// Register of the refused host accesses, HOST_ERRORS.
inline constexpr int kHostErrorsRegister = 5;

/// CLEAR. No command begins before it was executed.
void clear(ProgramBuilder& builder);

/// All registers after reset, the corners of all buffers, and refused accesses of every kind.
void check_host_port(ProgramBuilder& builder);

/// Writes SEED while nothing else is going on, and reads it back. The configuration must have
/// training.
void set_seed(ProgramBuilder& builder, std::uint32_t seed);

/// SEED takes what is written and shows it; nothing without training.
void check_seed(ProgramBuilder& builder);

/// A command with random fields, unless it happens to be good.
void add_random_bad_command(ProgramBuilder& builder);

/// Commands with every error that the pins can carry, all in one queue; none may touch a layer or
/// a counter. `brief`: only for the last operation.
void check_bad_commands(ProgramBuilder& builder, bool brief);

/// The same for the errors of training commands; nothing without training. `brief`: only backward.
void check_bad_training_commands(ProgramBuilder& builder, bool brief);

}  // namespace gradloom
