// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/import_options.hpp"
#include "model/layer.hpp"

namespace gradloom::model {

/// The products of an ONNX model, for one sample (docs/import.md): Conv over one or two dimensions,
/// Gemm, MatMul by a matrix of parameters or of two activations. A sample is one step along the
/// first dimension of the model's first input. Parameters that are in no product are
/// `other_parameters`. A layer needs dX if something below it learns.
///
/// Throws InputError, one line with the file in front, for a file that is no complete ONNX model,
/// for a graph with a cycle, for products whose sizes do not fit, and for what cannot be imported,
/// all of it named; with `skip_unsupported` that is left out and becomes notes.
ModelNetwork read_onnx(const std::string& path, const ImportOptions& options);

}  // namespace gradloom::model
