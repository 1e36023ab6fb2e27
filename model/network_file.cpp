// SPDX-License-Identifier: Apache-2.0
#include "model/network_file.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/network_yaml.hpp"
#include "model/onnx_import.hpp"
#include "model/scalesim_csv.hpp"

namespace gradloom::model {

ModelNetwork load_model_network(const std::string& path, const ImportOptions& options) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".yaml" || ending == ".yml") return read_network_yaml(path);
  if (ending == ".csv") return read_scalesim_csv(path);
  if (ending == ".onnx") return read_onnx(path, options);
  throw InputError(fmt::format("{}: found the ending \"{}\", allowed .yaml, .yml, .csv, .onnx",
                               printable(path, 400), printable(ending)));
}

}  // namespace gradloom::model
