// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/layer.hpp"

namespace gradloom::model {

/// A topology file of SCALE-Sim (docs/import.md): a header, then a line for each layer. The header
/// tells the form; the columns have fixed places, as for SCALE-Sim itself:
///   Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter,
///     Strides[, Stride width]      a convolution over an input that is padded already
///   Layer, M, N, K[, Batch]        C[M,N] = A[M,K] B[K,N], one sample; Batch of them side by side
/// What stands behind is left alone (sparsity, comments), and so are blank lines. A convolution has
/// ceil((in - filter) / stride) + 1 output pixels a direction: where SCALE-Sim rounds up, the input
/// gets as many rows or columns of padding at its end. DP in the name of a convolution is
/// SCALE-Sim's mark for a depthwise one, Num Filter filters a channel. The first convolution needs
/// no dX. Throws InputError, "file:line: column: found ..., allowed ...".
ModelNetwork read_scalesim_csv(const std::string& path);

}  // namespace gradloom::model
