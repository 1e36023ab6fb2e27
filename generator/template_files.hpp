// SPDX-License-Identifier: Apache-2.0
// Where the templates are, and which modules there are.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gradloom {

/// A directory of data that comes with gradloom, such as "rtl_templates" or "sim/templates":
/// <prefix>/share/gradloom/<name> beside an installed executable, the source tree for one in the
/// build tree. Throws InputError if it is in neither place.
std::filesystem::path data_dir(std::string_view name);

/// $GRADLOOM_TEMPLATES if set, else data_dir("rtl_templates").
std::filesystem::path template_dir();

/// One line of modules.txt.
struct ModuleTemplate {
  std::string source;     ///< "pe": template pe.v
  std::string condition;  ///< a flag of the plan, or empty
  std::string name;       ///< "pe": module <name>_pe, file rtl/<name>_pe.v; the source if not given
};

/// modules.txt of a template directory: leaves first. Throws InputError.
std::vector<ModuleTemplate> read_module_list(const std::filesystem::path& dir);

}  // namespace gradloom
