// SPDX-License-Identifier: Apache-2.0
// What flow/lec.cpp needs for modules whose flip-flops do not all have a partner on the other side.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "flow/lec_logic.hpp"

namespace gradloom::flow {

/// Yosys commands that rename, in the netlist, the words that have another width than in the RTL:
/// states that synthesis recoded, whose flip-flops must not be taken for those of the RTL.
/// Both texts are in the format of `write_rtlil`; ports and words without a name stay.
std::string rename_recoded(std::string_view rtl, std::string_view netlist);

/// Two models `gold` and `gate` in BLIF, whose matched flip-flops are ports (`x.q` in, `x.d` out,
/// the clock `x.c`), beside each other as the model `miter`: with the same inputs, matched
/// flip-flops with one value for both, and `rst_ni`, if there is one, low in the first cycle. What
/// the flip-flops hold in that cycle is free, and so, on each side, is what comes out of products
/// that were cut out; in later cycles it is the same on both. The only output is 1 if in a later
/// cycle an output, or the next value of a matched flip-flop, is not the same on both sides. Throws
/// ToolError if the ports do not agree.
std::string sequential_miter(const std::string& gold, const std::string& gate);

/// Shows with ABC (`scorr`, `pdr`) that the miter of <name>_gold.blif and <name>_gate.blif in
/// `directory` never gives 1. `seconds` is for `pdr`.
Comparison compare_after_reset(const std::filesystem::path& directory, const std::string& name,
                               int seconds);

}  // namespace gradloom::flow
