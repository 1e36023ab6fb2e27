// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace gradloom::model {

/// How a file of another tool is read.
struct ImportOptions {
  bool skip_unsupported = false;  ///< leave out what has no counterpart here; else it is an error
  std::vector<std::string>* notes =
      nullptr;  ///< gets a line for each thing that is left out or doubtful
};

}  // namespace gradloom::model
