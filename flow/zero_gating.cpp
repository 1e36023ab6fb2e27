// SPDX-License-Identifier: Apache-2.0
#include "flow/zero_gating.hpp"

#include <system_error>

#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;

fs::path write_variant(const Config& config, bool gated, const fs::path& out) {
  if (config.training.built) {
    throw InputError("zero-gating: found a section training, allowed a configuration without");
  }
  Config variant = config;
  variant.name += gated ? "_gated" : "_ungated";
  variant.pe.mult_stages = 2;
  variant.pe.zero_gating = gated;
  const fs::path path = out / "flow" / (variant.name + ".yaml");
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  write_text_file(path, full_yaml(variant));
  return path;
}

}  // namespace gradloom::flow
