// SPDX-License-Identifier: Apache-2.0
#include "mutate/suites.hpp"

#include <array>
#include <cstdint>
#include <span>

#include "generator/config_yaml.hpp"
#include "sim/chip_suite.hpp"
#include "sim/harness.hpp"
#include "sim/verify.hpp"

namespace gradloom::mutate {
namespace {

struct Stage {
  std::uint64_t seed;
  int stalls;
};

// They differ in data, shapes, stalls and initial values. A suite with a bus takes much longer.
constexpr std::array<Stage, 2> kUsual{{{1, 20}, {2, 0}}};
constexpr std::array<Stage, 6> kDeep{{{3, 50}, {4, 0}, {5, 10}, {6, 30}, {7, 0}, {8, 70}}};
constexpr std::array<Stage, 1> kUsualBus{{{1, 20}}};
constexpr std::array<Stage, 2> kDeepBus{{{2, 0}, {3, 50}}};

std::span<const Stage> stages(const Config& config, Depth depth) {
  const bool bus = config.bus == HostBus::axi;
  if (depth == Depth::usual) return bus ? std::span<const Stage>(kUsualBus) : kUsual;
  return bus ? std::span<const Stage>(kDeepBus) : kDeep;
}

// Many times what any run of the suites takes on small arrays.
constexpr std::int64_t kTimeoutCycles = 300'000;

}  // namespace

std::string run_suites(const Config& config, const std::filesystem::path& library, int mutant,
                       Depth depth) {
  for (const Stage& stage : stages(config, depth)) {
    HarnessOptions options;
    options.seed = stage.seed;
    options.stall_percent = stage.stalls;
    options.timeout_cycles = kTimeoutCycles;
    options.config_hash = config_hash(config);
    options.mutant = mutant;
    try {
      if (config.bus == HostBus::axi) {
        verify_chip_suite(config, library, options, {});
      } else {
        verify_suite(config, library, options, {});
      }
    } catch (const CheckError& error) {
      return error.what();
    }
  }
  return "";
}

}  // namespace gradloom::mutate
