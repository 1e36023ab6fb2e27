// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace gradloom {

/// True for the reserved words of Verilog (IEEE 1364-2005) and SystemVerilog (IEEE 1800-2017), so
/// that the emitted files can be read by tools of either.
bool is_verilog_keyword(std::string_view word);

}  // namespace gradloom
