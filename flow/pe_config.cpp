// SPDX-License-Identifier: Apache-2.0
#include "flow/pe_config.hpp"

#include <fmt/format.h>

#include "generator/config_yaml.hpp"

namespace gradloom::flow {

Config pe_config(const PeVariant& variant, const PeFormat& format, bool saturate, int size) {
  std::string yaml = fmt::format(
      "name: pe\narray: {{rows: {0}, cols: {0}}}\n"
      "numbers: {{operand_bits: {1}, accumulator_bits: {2}, overflow: {3}}}\noperations: [{4}]\n",
      size, format.operand_bits, format.accumulator_bits, saturate ? "saturate" : "wrap",
      variant.operations);
  if (variant.mult_stages != 0 || variant.add_stages != 1) {
    yaml += fmt::format("pe: {{mult_stages: {}, add_stages: {}{}}}\n", variant.mult_stages,
                        variant.add_stages, variant.zero_gating ? ", zero_gating: true" : "");
  }
  return parse_config(yaml, "pe-table");
}

}  // namespace gradloom::flow
