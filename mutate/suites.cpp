// SPDX-License-Identifier: Apache-2.0
#include "mutate/suites.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "generator/config_yaml.hpp"
#include "sim/chip_suite.hpp"
#include "sim/harness.hpp"
#include "sim/verify.hpp"

namespace gradloom::mutate {
namespace {

struct Stage {
  std::uint64_t seed;
  int stalls;
  RandomReset reset = RandomReset::random;  // initial values, and what an x of the netlist is
  bool cheap = false;                       // with a bus: only the parts that take little
};

constexpr RandomReset kOnes = RandomReset::ones;
constexpr RandomReset kZeros = RandomReset::zeros;

// They differ in data, shapes, stalls and initial values. A mutant may let in an x that is noticed
// as a 1 only, or as a 0. A suite with a bus takes much longer.
constexpr std::array<Stage, 2> kUsual{{{1, 20}, {2, 0}}};
constexpr std::array<Stage, 6> kDeep{
    {{3, 50, kOnes}, {4, 0, kZeros}, {5, 10}, {6, 30}, {7, 0}, {8, 70}}};
constexpr std::array<Stage, 2> kUsualBus{{{1, 20}, {2, 0, RandomReset::random, true}}};
constexpr std::array<Stage, 2> kDeepBus{{{2, 0, kOnes}, {3, 50, kZeros}}};

std::span<const Stage> stages(const Config& config, Depth depth) {
  const bool bus = config.bus == HostBus::axi;
  if (depth == Depth::usual) return bus ? std::span<const Stage>(kUsualBus) : kUsual;
  return bus ? std::span<const Stage>(kDeepBus) : kDeep;
}

// Many times what any run of the suites takes on small arrays.
constexpr std::int64_t kTimeoutCycles = 300'000;

// What is not here comes last: "bad lists", "wide lists".
constexpr std::array kCheapParts{"random networks", "errors of the bus", "resets",
                                 "registers",       "time-outs",         "lists on a slow bus",
                                 "random lists"};

std::size_t place_of(const SuitePart& part) {
  const auto* found = std::find(kCheapParts.begin(), kCheapParts.end(), part.name);
  return static_cast<std::size_t>(found - kCheapParts.begin());
}

void run_chip_parts(const Config& config, const std::filesystem::path& library,
                    const HarnessOptions& options, bool cheap) {
  std::vector<SuitePart> parts = chip_suite_parts(config, library, options);
  std::stable_sort(parts.begin(), parts.end(), [](const SuitePart& a, const SuitePart& b) {
    return place_of(a) < place_of(b);
  });
  for (const SuitePart& part : parts) {
    if (cheap && place_of(part) == kCheapParts.size()) continue;
    try {
      part.run();
    } catch (const CheckError& error) {
      throw CheckError(part.name + ": " + error.what(), error.mismatches());
    }
  }
}

}  // namespace

std::string run_suites(const Config& config, const std::filesystem::path& library, int mutant,
                       Depth depth) {
  for (const Stage& stage : stages(config, depth)) {
    HarnessOptions options;
    options.seed = stage.seed;
    options.stall_percent = stage.stalls;
    options.reset = stage.reset;
    options.timeout_cycles = kTimeoutCycles;
    options.config_hash = config_hash(config);
    options.mutant = mutant;
    try {
      if (config.bus == HostBus::axi) {
        run_chip_parts(config, library, options, stage.cheap);
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
