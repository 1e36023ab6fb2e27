// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradloom::model {

/// The fields of a line of comma-separated values (RFC 4180), without the blanks and tabs around
/// them. Nothing if the quotes are wrong: open at the end, or in the middle of a field.
std::optional<std::vector<std::string>> csv_fields(std::string_view line);

}  // namespace gradloom::model
