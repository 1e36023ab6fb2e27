// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "golden/config.hpp"

namespace gradloom::flow {

/// The configuration with pe.mult_stages 2, and pe.zero_gating as asked for, as a file
/// OUT/flow/<name>_gated.yaml or <name>_ungated.yaml, which is its name too. Returns the file.
/// Throws InputError if the configuration cannot have the keys.
std::filesystem::path write_variant(const Config& config, bool gated,
                                    const std::filesystem::path& out);

}  // namespace gradloom::flow
