// SPDX-License-Identifier: Apache-2.0
#include "model/network_file.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/network_yaml.hpp"

namespace gradloom::model {

ModelNetwork load_model_network(const std::string& path, const ImportOptions&) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".yaml" || ending == ".yml") return read_network_yaml(path);
  throw InputError(fmt::format("{}: found the ending \"{}\", allowed .yaml, .yml",
                               printable(path, 400), printable(ending)));
}

}  // namespace gradloom::model
