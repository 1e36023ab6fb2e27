// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace gradloom::flow {

/// A netlist of Yosys with `assign {a, b} = ...;` replaced by assigns of single bits, which is all
/// that OpenSTA reads. Throws ToolError for a line that it does not understand.
std::string split_assigns(const std::string& verilog);

}  // namespace gradloom::flow
