// SPDX-License-Identifier: Apache-2.0
#include "mutate/groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::mutate {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  std::istringstream in{std::string(text)};
  for (std::string name; std::getline(in, name, ',');) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

void check_names(const std::vector<std::string>& names) {
  std::vector<std::string> allowed;
  for (const Group& group : all_groups()) {
    allowed.push_back(group.name);
    allowed.insert(allowed.end(), group.modules.begin(), group.modules.end());
  }
  for (const std::string& name : names) {
    if (contains(allowed, name)) continue;
    throw InputError(
        fmt::format("--modules: found {}, allowed {}", printable(name), fmt::join(allowed, ", ")));
  }
}

}  // namespace

const std::vector<Group>& all_groups() {
  static const std::vector<Group> groups{
      {"pe", {"pe"}},
      {"edge-lanes", {"row_lane", "col_lane"}},
      {"sequencer", {"sequencer", "planner", "tile_walker"}},
      {"chains", {"drain_writer", "psum_writer", "place"}},
      {"host-port", {"host_port"}},
      {"vector-lanes",
       {"forward_lane", "backward_lane", "update_lane", "requantize", "activate", "derive",
        "draw"}},
      {"dma",
       {"dma_load", "dma_store", "dma_beats", "dma_regions", "axi_read", "axi_write", "burst",
        "fetch", "descriptor_check", "tokens", "token_counter", "issue"}},
      {"axi-lite", {"axil_slave", "bus_registers", "run_control", "run_counters"}},
  };
  return groups;
}

std::vector<Group> choose_groups(std::string_view wanted, const std::vector<std::string>& present) {
  const std::vector<std::string> names = split_names(wanted);
  check_names(names);
  std::vector<Group> chosen;
  for (const Group& group : all_groups()) {
    Group part{group.name, {}};
    const bool whole = names.empty() || contains(names, group.name);
    for (const std::string& module : group.modules) {
      if ((whole || contains(names, module)) && contains(present, module)) {
        part.modules.push_back(module);
      }
    }
    if (!part.modules.empty()) chosen.push_back(part);
  }
  if (chosen.empty()) {
    throw InputError(
        fmt::format("--modules: found {}, allowed a module that this configuration has",
                    names.empty() ? "none" : printable(std::string(wanted), 200)));
  }
  return chosen;
}

}  // namespace gradloom::mutate
