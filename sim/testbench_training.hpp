// SPDX-License-Identifier: Apache-2.0
// The sections of a test program about training commands (docs/training.md).
#pragma once

#include <cstdint>

#include "sim/program_builder.hpp"

namespace gradloom {

/// Training commands of every kind: each activation that is built, at all its bends and with each
/// place for its output; gradients and updates in every combination under every schedule; alone and
/// as steps of small networks where each command takes what the one before left; with both kinds of
/// rounding and other seeds. Every result word and its neighbours are read. Commands are left out
/// once `budget` clock cycles, roughly, are used up, but for one of each operation. Nothing without
/// training.
void check_training(ProgramBuilder& builder, std::int64_t budget);

/// Training commands, cut off by a reset after some cycles. Nothing without training.
void check_training_reset(ProgramBuilder& builder);

}  // namespace gradloom
