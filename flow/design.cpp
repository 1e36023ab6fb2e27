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
  const Config config = load_config(config_file);
  return prepare_design(config, config_file, out, fs::absolute(out) / "flow" / config.name, {});
}

Design prepare_design(const Config& config, const std::string& config_file, const fs::path& out,
                      const fs::path& work, const std::vector<EmittedFile>& more) {
  Design design;
  design.config = config;
  design.config_file = config_file;
  design.hash = hash_text(design.config);
  design.top = design.config.name + "_top";
  design.out = out;
  design.work = work;
  std::vector<EmittedFile> changed;
  std::error_code error;
  std::vector<EmittedFile> files = emit_rtl(design.config, template_dir());
  files.insert(files.end(), more.begin(), more.end());
  for (const EmittedFile& file : files) {
    const fs::path path = design.work / file.path;
    design.rtl.push_back(path);
    if (!fs::is_regular_file(path, error) || read_text_file(path) != file.text) {
      changed.push_back(file);
    }
  }
  design.rtl_digest = rtl_digest(files);
  write_files(changed, design.work);
  for (const auto& entry : fs::directory_iterator(design.work / "rtl")) {
    const bool known =
        std::find(design.rtl.begin(), design.rtl.end(), entry.path()) != design.rtl.end();
    if (!known) fs::remove(entry.path(), error);  // of a configuration before
  }
  return design;
}

}  // namespace gradloom::flow
