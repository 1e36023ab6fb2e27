// SPDX-License-Identifier: Apache-2.0
// The checks that a mutant has to get through to survive: those of `gradloom verify`.
#pragma once

#include <filesystem>
#include <string>

#include "golden/config.hpp"

namespace gradloom::mutate {

/// How much is tried: `usual` finds nearly all that can be found, `deep` is for the rest of them.
enum class Depth { usual, deep };

/// Runs the suites of `gradloom verify` (without a bus verify_suite(), with one
/// verify_chip_suite()), with one seed and chance of stalls after the other, on mutant `mutant` of
/// the model. Returns what was noticed first; empty if nothing was. Throws other errors.
std::string run_suites(const Config& config, const std::filesystem::path& library, int mutant,
                       Depth depth);

}  // namespace gradloom::mutate
