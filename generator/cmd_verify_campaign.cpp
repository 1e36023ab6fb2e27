// SPDX-License-Identifier: Apache-2.0
// `gradloom verify --campaign`, and what it shares with the checks of one configuration.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "generator/cmd_verify.hpp"
#include "generator/config_yaml.hpp"
#include "generator/plan.hpp"
#include "golden/error.hpp"
#include "sim/campaign.hpp"
#include "sim/chip_suite.hpp"
#include "sim/icarus.hpp"
#include "sim/model_builder.hpp"
#include "sim/testbench_program.hpp"
#include "sim/verify.hpp"

namespace gradloom::verify_command {

IcarusOptions icarus_options(const HarnessOptions& harness) {
  IcarusOptions options;
  options.seed = harness.seed;
  options.stalls = harness.stall_percent;
  options.waves = harness.waves;
  return options;
}

std::int64_t passed_checks(const IcarusResult& result) {
  if (!result.passed) throw CheckError("Icarus: " + result.message, {});
  return result.checks;
}

std::int64_t icarus_checks(const Config& config, const Program& program,
                           const HarnessOptions& harness) {
  return passed_checks(run_icarus(config, program, icarus_options(harness)));
}

void print_failure(const CheckError& error, const std::string& again) {
  fmt::print("FAIL {}\n", error.what());
  for (const Mismatch& m : error.mismatches()) fmt::print("  {}\n", to_string(m));
  fmt::print("reproduce: {}\n", again);
}

namespace {

constexpr int kCampaignCommands = 40;

// One random configuration. Its model does not stay in the cache.
VerifyCount campaign_case(const Options& options, const Config& config,
                          const HarnessOptions& harness) {
  if (with_icarus(options) && options.step) {
    return {1, 0, 0, icarus_step_checks(config, harness)};
  }
  if (with_icarus(options)) {
    const Program program = default_testbench_program(config, harness.seed);
    const auto is_command = [](const Step& step) {
      return std::holds_alternative<RunCommand>(step);
    };
    const auto commands = std::count_if(program.begin(), program.end(), is_command);
    return {1, commands, 0, icarus_checks(config, program, harness)};
  }
  const BuiltModel built = build_model(config, {});
  struct Remove {
    std::filesystem::path dir;
    ~Remove() {
      std::error_code ignored;
      std::filesystem::remove_all(dir, ignored);
    }
  } remove{built.library.parent_path()};
  if (options.step) return verify_chip_suite(config, built.library, harness, {});
  return verify_random(config, built.library, kCampaignCommands, harness);
}

}  // namespace

int run_campaign(const Options& options) {
  const std::uint64_t first = options.seed != 0 ? options.seed : 1;
  VerifyCount total;
  int failed = 0;
  for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(options.campaign);
       ++seed) {
    const Config config = options.step ? random_bus_config(seed) : random_config(seed);
    HarnessOptions harness;
    harness.seed = seed;
    harness.stall_percent = options.stalls >= 0 ? options.stalls : static_cast<int>(seed % 3) * 20;
    harness.config_hash = config_hash(config);
    fmt::print("seed {}: {}: ", seed, make_plan(config).config_line);
    std::fflush(stdout);
    try {
      const VerifyCount count = campaign_case(options, config, harness);
      total += count;
      fmt::print("{} commands, {} comparisons, good\n", count.commands, count.checks);
    } catch (const CheckError& error) {
      ++failed;
      print_failure(
          error, fmt::format("gradloom verify --campaign 1{} --seed {} --simulator {} --stalls {}",
                             options.step ? " --op step" : "", seed, options.simulator,
                             harness.stall_percent));
    }
  }
  fmt::print("campaign: {} configurations, {} commands, {} cycles, {} comparisons, {} failed\n",
             options.campaign, total.commands, total.cycles, total.checks, failed);
  return failed == 0 ? 0 : static_cast<int>(ExitCode::check_failed);
}

}  // namespace gradloom::verify_command
