// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "flow/pe_table.hpp"
#include "golden/config.hpp"

namespace gradloom::flow {

/// A design named `pe` with the PE of a variant: its module is pe_pe. `size` x `size` of them.
Config pe_config(const PeVariant& variant, const PeFormat& format, bool saturate, int size = 8);

}  // namespace gradloom::flow
