// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/list_builder.hpp"

namespace gradloom::compiler {

struct CutChoice {
  NetCut cut;
  int passing = 3;  ///< choose_pins
};

/// The choice with the fewest estimated cycles for the batches of a run among those looked at: from
/// a cut that uses the buffers well, one width after the other is tried finer and coarser. A cut
/// must exist.
CutChoice search_cut(const ListContext& context);

}  // namespace gradloom::compiler
