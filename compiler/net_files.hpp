// SPDX-License-Identifier: Apache-2.0
// What `gradloom compile` says about a compiled network.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "compiler/lowering.hpp"

namespace gradloom::compiler {

/// What the files name beside the compiled network itself.
struct NetTitle {
  std::string network;     ///< letters, digits, '_', '-' and '.'
  std::string design;      ///< name of the configuration
  std::uint64_t hash = 0;  ///< of the configuration
  std::uint32_t seed = 0;  ///< for SEED
  int data_batches = 0;    ///< batches of data that are in the image
};

/// The name as it is in identifiers and file names: what is neither a letter nor a digit is '_'.
std::string identifier(const std::string& name);

/// memory_map.json.
nlohmann::ordered_json memory_map_json(const Config& config, const CompiledNet& net,
                                       const NetTitle& title);
/// <name>_net.h, C99.
std::string net_header(const CompiledNet& net, const NetTitle& title);
/// listing.txt: the lists, a line a descriptor.
std::string listing(const Config& config, const CompiledNet& net);

}  // namespace gradloom::compiler
