// SPDX-License-Identifier: Apache-2.0
#include "sim/chip_suite.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "golden/chip.hpp"
#include "golden/error.hpp"
#include "sim/bus_errors.hpp"
#include "sim/bus_wide.hpp"
#include "sim/campaign.hpp"
#include "sim/chip_image.hpp"
#include "sim/chip_step.hpp"
#include "sim/prng.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kMannersStream = 0xA430;
constexpr std::uint64_t kConfigStream = 0xA432;
constexpr int kLists = 60;
constexpr int kSlowLists = 12;
constexpr int kNetworks = 12;
constexpr int kSlow = 200;  // cycles of latency
constexpr int kLongestList = 50;

// Anything that AXI4 allows.
void draw_manners(AxiMemoryOptions& memory, std::uint64_t seed, int stalls) {
  Prng prng = make_prng(seed, kMannersStream);
  const auto any = [&](std::uint64_t count) { return static_cast<int>(below(prng, count)); };
  // Mostly one percentage, now and then a channel that stalls much more or not at all.
  const auto percent = [&] {
    const int kind = any(6);
    return kind == 0 ? 0 : kind == 1 ? std::min(90, stalls + 40) : stalls;
  };
  memory.stalls = {percent(), percent(), percent(), percent(), percent()};
  memory.read_latency = 1 + any(40);
  memory.write_latency = 1 + any(40);
  memory.random_latency = any(60);
  memory.read_order = static_cast<AxiReadOrder>(any(3));
  memory.reorder_writes = any(2) != 0;
  memory.ready = static_cast<AxiReadyMode>(any(2));
  memory.write_order = static_cast<AxiWriteOrder>(any(3));
  memory.read_capacity = 1 + any(10);
  memory.write_capacity = 1 + any(10);
}

VerifyCount to_count(const BusErrorCount& count) {
  return {count.cases, 0, count.cycles, count.checks};
}

VerifyCount verify_lists(const Config& config, const std::filesystem::path& library,
                         const HarnessOptions& options, const AxiBenchOptions& bench_options,
                         int count) {
  AxiBench bench(config, library, bench_options);
  golden::Chip chip(config);
  VerifyCount total;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t seed = options.seed * 1'000'003 + static_cast<std::uint64_t>(i);
    const ChipImage image = random_list(config, seed, 4 + i % kLongestList, i == 0);
    try {
      const ChipRunReport report = run_and_compare(bench, chip, image, options.timeout_cycles);
      total += {1, static_cast<std::int64_t>(report.commands), 0, report.checks};
    } catch (const CheckError& error) {
      throw CheckError(fmt::format("random list {}: {}", i, error.what()), error.mismatches());
    }
  }
  bench.finish();
  total.cycles = bench.cycles();
  total.checks += bench.checks();
  return total;
}

// Random networks that fit the buffers, on one bench.
VerifyCount verify_networks(const Config& config, const std::filesystem::path& library,
                            const HarnessOptions& options, int count) {
  AxiBench bench(config, library, chip_bench_options(config, options));
  golden::Chip chip(config);
  VerifyCount total;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t seed = options.seed * 1'000'003 + static_cast<std::uint64_t>(i);
    try {
      const CompiledCase compiled = random_compiled_case(config, seed);
      total += verify_step(bench, chip, compiled, options.timeout_cycles).count;
    } catch (const CheckError& error) {
      throw CheckError(fmt::format("random network {}: {}", i, error.what()), error.mismatches());
    }
  }
  bench.finish();
  return total;
}

}  // namespace

Config random_bus_config(std::uint64_t seed) {
  Prng prng = make_prng(seed, kConfigStream);
  const auto any = [&](std::uint64_t count) { return static_cast<int>(below(prng, count)); };
  Config config = random_training_config(seed);
  config.bus = HostBus::axi;
  config.data_bits = 32 << any(4);
  if (config.accumulator_bits > 32) config.data_bits = std::max(64, config.data_bits);
  config.address_bits = 32 + any(33);
  config.queue_depth = 1 + any(16);
  BufferDepths& depths = config.buffers;
  const int least = std::max(8, config.rows);
  for (int* depth : {&depths.x, &depths.delta, &depths.w, &depths.y, &depths.dx, &depths.dw}) {
    *depth = std::max(*depth, least);
  }
  config.limits.m = std::max(config.limits.m, 2);
  config.limits.n = std::max(config.limits.n, 2);
  config.limits.batch = std::max(config.limits.batch, 2);
  return config;
}

AxiBenchOptions bench_options(const Config& config, const HarnessOptions& options) {
  AxiBenchOptions bench;
  bench.seed = options.seed;
  bench.host_stalls = options.stall_percent;
  bench.config_hash = options.config_hash;
  bench.reset = options.reset;
  bench.waves = options.waves;
  bench.coverage = options.coverage;
  bench.at_end = options.at_end;
  bench.mutant = options.mutant;
  bench.memory.data_bits = config.data_bits;
  if (options.stall_percent > 0) {
    draw_manners(bench.memory, options.seed, options.stall_percent);
  }
  return bench;
}

AxiBenchOptions chip_bench_options(const Config& config, const HarnessOptions& options) {
  AxiBenchOptions bench = bench_options(config, options);
  bench.memory.base = 0;
  bench.memory.bytes =
      config.address_bits < 64 ? std::uint64_t{1} << config.address_bits : ~std::uint64_t{0};
  bench.memory.record = true;
  return bench;
}

std::vector<SuitePart> chip_suite_parts(const Config& config, const std::filesystem::path& library,
                                        const HarnessOptions& options) {
  constexpr int kResets = 20;
  constexpr int kStorm = 1500;
  BusErrorOptions bus;
  bus.bench = bench_options(config, options);
  const AxiBenchOptions plain = chip_bench_options(config, options);
  // So slow that as much is outstanding as may be.
  AxiBenchOptions slow_bench = plain;
  slow_bench.memory = {};
  slow_bench.memory.bytes = plain.memory.bytes;
  slow_bench.memory.record = true;
  slow_bench.memory.read_latency = slow_bench.memory.write_latency = kSlow;
  HarnessOptions slow = options;
  slow.seed += 1;
  return {
      {"registers", [=] { return to_count(check_register_bus(config, library, bus, kStorm)); }},
      {"bad lists", [=] { return to_count(check_bad_lists(config, library, bus)); }},
      {"errors of the bus", [=] { return to_count(check_bus_errors(config, library, bus)); }},
      {"time-outs", [=] { return to_count(check_timeouts(config, library, bus)); }},
      {"resets", [=] { return to_count(check_resets(config, library, bus, kResets)); }},
      {"wide lists", [=] { return to_count(check_wide_lists(config, library, plain)); }},
      {"random lists", [=] { return verify_lists(config, library, options, plain, kLists); }},
      {"lists on a slow bus",
       [=] { return verify_lists(config, library, slow, slow_bench, kSlowLists); }},
      {"random networks", [=] { return verify_networks(config, library, options, kNetworks); }},
  };
}

VerifyCount verify_chip_suite(const Config& config, const std::filesystem::path& library,
                              const HarnessOptions& options,
                              const std::function<void(const std::string&)>& progress) {
  VerifyCount total;
  for (const SuitePart& part : chip_suite_parts(config, library, options)) {
    if (progress) progress(part.name);
    total += part.run();
  }
  return total;
}

}  // namespace gradloom
