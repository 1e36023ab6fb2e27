// SPDX-License-Identifier: Apache-2.0
// Files that describe a network, told by their ending.
#pragma once

#include <string>

#include "model/import_options.hpp"
#include "model/layer.hpp"

namespace gradloom::model {

/// `.yaml` or `.yml`: read_network_yaml(); `.csv`: read_scalesim_csv(); `.onnx`: read_onnx().
/// Throws InputError, one line "file:line: key: found ..., allowed ...", for another ending and for
/// all that is wrong with the file.
ModelNetwork load_model_network(const std::string& path, const ImportOptions& options = {});

}  // namespace gradloom::model
