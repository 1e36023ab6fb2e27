// SPDX-License-Identifier: Apache-2.0
// The part of the suite of `gradloom verify` that is about training commands: whole steps of small
// networks.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "sim/harness.hpp"
#include "sim/program.hpp"
#include "sim/verify.hpp"

namespace gradloom {

/// A step of a network as commands, and the program that clears the counters, loads what the
/// commands need, runs them back to back and reads all that they wrote, what is beside it, and the
/// counters.
struct TrainingCase {
  std::vector<golden::Command> commands;
  Program program;
};

/// Networks of several shapes under every schedule, one layer and more, with all kinds of data;
/// then the cases of sim/training_edges.hpp. None without training.
std::vector<TrainingCase> training_cases(const Config& config, std::uint64_t seed);

/// Runs the cases: cycle check, every word against CommandModel (sim/command_model.hpp), counters
/// against the closed form. `done` is called after each. Throws CheckError.
VerifyCount verify_training(Harness& harness, const std::vector<TrainingCase>& cases,
                            const std::function<void()>& done);

}  // namespace gradloom
