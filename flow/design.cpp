// SPDX-License-Identifier: Apache-2.0
#include "flow/design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "flow/tools.hpp"
#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;

std::string digest(std::string_view text) { return fmt::format("{:016x}", fnv1a64(text)); }

void replace_directory(const fs::path& made, const fs::path& place) {
  std::error_code error;
  fs::remove_all(place, error);
  if (!error) fs::rename(made, place, error);
  if (error) {
    throw InputError(fmt::format("{}: cannot be replaced: {}", place.string(), error.message()));
  }
}

Design prepare_design(const std::string& config_file, const fs::path& out) {
  Design design;
  design.config = load_config(config_file);
  design.config_file = config_file;
  design.hash = hash_text(design.config);
  design.top = design.config.name + "_top";
  design.out = out;
  design.work = fs::absolute(out) / "flow" / design.config.name;
  std::vector<EmittedFile> changed;
  std::string all;
  std::error_code error;
  for (const EmittedFile& file : emit_rtl(design.config, template_dir())) {
    const fs::path path = design.work / file.path;
    all += file.path + "\n" + file.text;
    design.rtl.push_back(path);
    if (!fs::is_regular_file(path, error) || read_text_file(path) != file.text) {
      changed.push_back(file);
    }
  }
  design.rtl_digest = digest(all);
  write_files(changed, design.work);
  for (const auto& entry : fs::directory_iterator(design.work / "rtl")) {
    const bool known =
        std::find(design.rtl.begin(), design.rtl.end(), entry.path()) != design.rtl.end();
    if (!known) fs::remove(entry.path(), error);  // of a configuration before
  }
  return design;
}

}  // namespace gradloom::flow
