// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "flow/design.hpp"

namespace gradloom::flow {

/// A liberty file of the RAM modules, for OpenSTA: clock to rdata_o, set-up and hold of the inputs.
/// These are placeholders, not measured (docs/flow.md): set-up and hold near those of DFFPOSX1, and
/// `access_ns` from clock to output. Areas are 0.
std::string ram_liberty(const Elaborated& elaborated, double access_ns);

}  // namespace gradloom::flow
