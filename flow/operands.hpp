// SPDX-License-Identifier: Apache-2.0
// Operands that a hidden layer has in the middle of a training run.
#pragma once

#include <filesystem>

#include "golden/config.hpp"
#include "sim/layer_program.hpp"

namespace gradloom::flow {

/// X, W and delta of a layer with ReLU below it and ReLU behind it, as the golden model sees them
/// while a multilayer perceptron is trained on `data` (examples/data/optdigits.csv.gz: 64 pixels,
/// 10 classes): both X and delta have the zeros of ReLU. The layer is at least `shape`, and its
/// first rows and columns are returned. Quantized to the operands of `config`. The same for the
/// same arguments. Throws InputError for `data`.
LayerOperands recorded_operands(const Config& config, const LayerShape& shape,
                                const std::filesystem::path& data);

/// Share of zeros in a matrix.
double zero_share(const Matrix& matrix);

}  // namespace gradloom::flow
