// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/list_builder.hpp"

namespace gradloom::compiler {

/// Beats that a batch needs at least, whatever the list: inputs, targets and outputs once; weights
/// and biases that do not fit into their buffers in, and if they change out, once; activations that
/// do not fit into X between the passes out and in once, with their derivative codes (the input
/// only in, once more); likewise delta, of which a layer and a tile of another are alive at a time.
Traffic necessary_traffic(const ListContext& context, Purpose purpose);

}  // namespace gradloom::compiler
