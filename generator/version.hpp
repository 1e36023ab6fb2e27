// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace gradloom {

/// The version of the tool; CMakeLists.txt reads it from here.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace gradloom
