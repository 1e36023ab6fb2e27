// SPDX-License-Identifier: Apache-2.0
// What became of the mutants, as a table and as JSON.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "mutate/netlist.hpp"

namespace gradloom::mutate {

enum class Fate {
  killed,      ///< a check of the suites failed
  hung,        ///< the simulation did not come to an end
  crashed,     ///< the simulation broke off; not noticed by a check
  equivalent,  ///< proved to behave as the module does, whatever its inputs
  survived,    ///< none of these
};

struct Verdict {
  Mutant mutant;
  Fate fate = Fate::survived;
  std::string how;        ///< the check that failed, or the proof
  bool by_proof = false;  ///< killed by the proof of its block, not by the suites
};

/// Counts of one line of the table.
struct Tally {
  std::string name;
  std::vector<std::string> modules;
  int mutants = 0;
  int killed = 0;  ///< with hung and crashed
  int equivalent = 0;
  int survived = 0;
  /// Killed of those that are not proved equivalent, in percent.
  double coverage() const;
};

/// One line a group, in the order in which the groups come.
std::vector<Tally> tally(const std::vector<Group>& groups, const std::vector<Verdict>& verdicts);

/// A Markdown table; then a line for each survivor.
std::string table_text(const std::vector<Tally>& lines, const std::vector<Verdict>& verdicts);

/// `target` is the name of the result, "mutate" or "mutate_part".
nlohmann::ordered_json result_json(const std::string& target, const Config& config,
                                   const std::string& rtl_digest, std::uint64_t seed,
                                   const std::vector<Tally>& lines,
                                   const std::vector<Verdict>& verdicts, bool pass);

const char* name(Fate fate);

}  // namespace gradloom::mutate
