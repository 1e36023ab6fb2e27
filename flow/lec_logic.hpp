// SPDX-License-Identifier: Apache-2.0
// What the proofs of flow/lec.cpp share: modules alone, and the comparison of two pieces of logic.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "flow/design.hpp"

namespace gradloom::flow {

/// Yosys commands that turn all instances into ports, from the top down.
std::string evert_instances(const Elaborated& rtl, const std::string& top);

/// What ABC said of <name>_gold.blif and <name>_gate.blif.
struct Comparison {
  enum class Verdict : std::uint8_t { equal, differ, undecided, unmatched };
  Verdict verdict = Verdict::undecided;
  std::int64_t points = 0;  ///< outputs that were compared
  std::string reason;       ///< empty if equal
};

/// Compares two models of logic alone in `directory`. `unmatched`: their ports are not the same.
/// Without any output nothing is compared, which is `unmatched` too.
Comparison compare_logic(const std::filesystem::path& directory, const std::string& name,
                         int seconds);

/// Outputs of a BLIF file with one model.
std::int64_t count_outputs(const std::filesystem::path& blif);

}  // namespace gradloom::flow
