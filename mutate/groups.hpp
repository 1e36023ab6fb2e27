// SPDX-License-Identifier: Apache-2.0
// The blocks that mutation coverage is measured for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradloom::mutate {

/// Modules that are reported as one line. Names without the prefix of the configuration.
struct Group {
  std::string name;
  std::vector<std::string> modules;
};

/// Every group, in the order of the table.
const std::vector<Group>& all_groups();

/// `all_groups()` reduced to what the comma-separated `wanted` names (groups or modules; empty:
/// all) and what is among `present`, the modules of a design. Groups without a module are left out.
/// Throws InputError for a name that is neither, and if nothing is left.
std::vector<Group> choose_groups(std::string_view wanted, const std::vector<std::string>& present);

}  // namespace gradloom::mutate
