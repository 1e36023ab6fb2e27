// SPDX-License-Identifier: Apache-2.0
// What the bus variant does when something is wrong: docs/bus.md, section 5, on the Verilated
// model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "sim/axi_bench.hpp"
#include "sim/bus_list.hpp"
#include "sim/bus_scene.hpp"

namespace gradloom {

/// A list that must end with an error.
struct BadList {
  std::string name;
  BusList list;
  int code = 0;
  int index = 0;
  SceneStores stores = SceneStores::none;
  int length = -1;                       ///< LIST_LENGTH; -1: of the list
  int batches = -1;                      ///< -1: BusScene::kIterations
  std::optional<std::uint64_t> address;  ///< LIST_ADDR, if not that of the list
};

/// At least one for each error code that a list alone can bring about; for codes of commands each
/// that this configuration can give. `seed` picks among the reserved bits.
std::vector<BadList> bad_lists(const Config& config, const BusScene& scene, std::uint64_t seed);

/// Lists at the very edge of what is good; code, index and stores do not count. They store nothing.
std::vector<BadList> edge_lists(const Config& config, const BusScene& scene);

struct BusErrorCount {
  std::int64_t cases = 0;
  std::int64_t cycles = 0;
  std::int64_t checks = 0;
  BusErrorCount& operator+=(const BusErrorCount& other);
};

struct BusErrorOptions {
  AxiBenchOptions bench;  ///< memory.base and memory.bytes are set
  /// Told what is about to be done; may be empty.
  std::function<void(const std::string&)> progress;
};

/// Each is a part of the suite and throws CheckError with the name of the case. After each case a
/// good list must run as ever.
///
/// Bad lists: code, index and interrupt; memory as it was, but for STOREs that ran wholly.
BusErrorCount check_bad_lists(const Config& config, const std::filesystem::path& library,
                              const BusErrorOptions& options);
/// SLVERR and DECERR on each descriptor, LOAD and STORE; answers that nobody needs.
BusErrorCount check_bus_errors(const Config& config, const std::filesystem::path& library,
                               const BusErrorOptions& options);
/// Each channel stops: time-out, draining, SOFT_RESET, FORCE.
BusErrorCount check_timeouts(const Config& config, const std::filesystem::path& library,
                             const BusErrorOptions& options);
/// `count` times each: rst_ni, SOFT_RESET, and SOFT_RESET with FORCE at a random moment of a run.
BusErrorCount check_resets(const Config& config, const std::filesystem::path& library,
                           const BusErrorOptions& options, int count);
/// The register bus: each register, each refused access, storms of accesses, also during a run.
BusErrorCount check_register_bus(const Config& config, const std::filesystem::path& library,
                                 const BusErrorOptions& options, int storm);

}  // namespace gradloom
