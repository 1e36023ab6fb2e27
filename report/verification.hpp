// SPDX-License-Identifier: Apache-2.0
// How far a configuration has been verified: the test plan joined with what was recorded.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "report/results.hpp"

namespace gradloom::report {

enum class Verdict { passed, failed, not_run };

struct VerifiedItem {
  std::string name;
  int stage = 1;  ///< G1, G2, G3
  std::string text;
  Verdict verdict = Verdict::not_run;
  std::string from;  ///< what says so: status.yaml, or a file of the results
};

struct Verification {
  std::string stage;  ///< "G2", or "-" if not even G1 is complete
  std::string note;   ///< why status.yaml says nothing; empty if it does
  std::vector<VerifiedItem> items;
};

/// The items of `plan` (tests/testplan.yaml) that the configuration needs. A result among `results`
/// decides before `status` (docs/status.yaml), whose claims count only for the very hash of the
/// configuration. Throws InputError if one of the two files is broken.
Verification verification(const Config& config, const std::filesystem::path& plan,
                          const std::filesystem::path& status, const Results& results);

}  // namespace gradloom::report
