// SPDX-License-Identifier: Apache-2.0
#include "generator/template_files.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>

#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace fs = std::filesystem;
namespace {

// Whether `path` lies below `dir`, both without symbolic links.
bool is_below(const fs::path& path, const fs::path& dir) {
  const fs::path relative = path.lexically_relative(dir);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

fs::path data_dir(std::string_view name) {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = executable.parent_path().parent_path() / "share/gradloom" / name;
  if (fs::is_directory(installed, error)) return installed;
  if (is_below(executable, GRADLOOM_BINARY_DIR)) {
    const fs::path source = fs::path(GRADLOOM_SOURCE_DIR) / name;
    if (fs::is_directory(source, error)) return source;
  }
  throw InputError(
      fmt::format("{}: found no such directory; gradloom needs it beside its "
                  "executable, as cmake --install puts it",
                  installed.string()));
}

fs::path template_dir() {
  const char* override_dir = std::getenv("GRADLOOM_TEMPLATES");
  if (override_dir != nullptr && *override_dir != '\0') return override_dir;
  return data_dir("rtl_templates");
}

std::vector<ModuleTemplate> read_module_list(const fs::path& dir) {
  const fs::path file = dir / "modules.txt";
  std::istringstream lines(read_text_file(file, std::size_t{1} << 16));
  std::vector<ModuleTemplate> modules;
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    ModuleTemplate module;
    if (!(words >> module.source)) continue;
    words >> module.condition;
    if (!(words >> module.name)) module.name = module.source;
    if (std::string rest; words >> rest) {
      throw InputError(fmt::format("{}:{}: found \"{}\" after the name, allowed nothing",
                                   file.string(), number, printable(rest)));
    }
    modules.push_back(module);
  }
  return modules;
}

}  // namespace gradloom
