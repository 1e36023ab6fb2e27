// SPDX-License-Identifier: Apache-2.0
// What Verilator counted (--coverage-line, -toggle, -user), by module, and the list of the holes
// that are explained.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "golden/config.hpp"

namespace gradloom {

/// A line, branch, toggle or cover point; all instances of the module together.
struct CodePoint {
  std::string kind;    ///< line, branch, toggle, user, or function for those of the harness
  std::string module;  ///< without the name of the design and parameters; empty for `function`
  std::string text;    ///< line of the source and what of it, signal, or name of the point
  int line = 0;        ///< of the source; tells equal texts apart
  bool operator<(const CodePoint& other) const;
};

/// Hits by point.
using CodeCounts = std::map<CodePoint, std::int64_t>;

/// Adds the counts of a file that Verilator wrote, whose sources are in `rtl`. Throws ToolError if
/// it cannot be understood.
void add_counts(CodeCounts& counts, const Config& config, const std::filesystem::path& file,
                const std::filesystem::path& rtl);

/// A line of the list of holes: "KIND | CONFIG | MODULE | TEXT | REASON". A `*` stands for
/// anything.
struct Hole {
  int line = 0;
  std::string kind;
  std::string config;
  std::string module;
  std::string text;
  std::string reason;
};

/// Throws InputError "file:line: ...".
std::vector<Hole> read_holes(const std::filesystem::path& file);

/// Points without a hit that no line of the list explains, and lines that are about points of this
/// configuration all of which are hit. Toggles need no explanation.
struct HoleReport {
  std::vector<CodePoint> unexplained;
  std::vector<Hole> stale;
  std::int64_t explained = 0;
};
HoleReport compare_holes(const CodeCounts& counts, const std::vector<Hole>& holes,
                         const std::string& config);

/// Whole-text match; `*` stands for any text.
bool matches(const std::string& pattern, const std::string& text);

}  // namespace gradloom
