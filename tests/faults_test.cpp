// SPDX-License-Identifier: Apache-2.0
#include "sim/faults.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <set>

#include "generator/emitter.hpp"
#include "generator/template_files.hpp"
#include "golden/error.hpp"
#include "sim/model_builder.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom {
namespace {

Config tiny_config() {
  Config config;
  config.name = "tiny";
  config.rows = 2;
  config.cols = 2;
  config.operand_bits = 4;
  config.accumulator_bits = 16;
  config.overflow = Overflow::wrap;
  config.buffers = {30, 30, 30, 30, 30, 30};
  config.limits = natural_limits(config);
  config.queue_depth = 2;
  return config;
}

std::size_t structure(const std::string& name) {
  for (std::size_t i = 0; i < fault_structures().size(); ++i) {
    if (name == fault_structures()[i].name) return i;
  }
  throw std::logic_error(name);
}

TEST_CASE("the margin is that of the normal approximation") {
  CHECK(fault_margin(384) == doctest::Approx(0.05).epsilon(0.001));
  CHECK(fault_margin(9604) == doctest::Approx(0.01).epsilon(0.001));
  CHECK(fault_margin(0) == 1.0);
}

TEST_CASE("scenarios are commands with results, and their seed decides") {
  const Config config = tiny_config();
  std::set<std::string> what;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const FaultScenario scenario = fault_scenario(config, seed);
    what.insert(scenario.what);
    CHECK(scenario.first < scenario.last);
    CHECK(scenario.last < scenario.end);
    CHECK(scenario.reads.size() == scenario.results.size());
    CHECK(fault_scenario(config, seed).reads == scenario.reads);
  }
  CHECK(what.size() > 20);
}

TEST_CASE("faults in the Verilated model") {
  const test::TempDir cache;
  setenv("GRADLOOM_CACHE_DIR", cache.path().c_str(), 1);
  const Config config = tiny_config();
  BuildOptions build;
  build.profile = Profile::speed;
  build.registers = true;
  const FaultLibrary design{build_model(config, build).library,
                            find_registers(emit_rtl(config, template_dir()))};

  // Two weights a PE, an accumulator and its shadow.
  const std::vector<std::int64_t> bits = fault_bits(config, design);
  CHECK(bits.at(structure("weights")) == 4 * 4);
  CHECK(bits.at(structure("shadow_weights")) == 4 * 4);
  CHECK(bits.at(structure("accumulators")) == 4 * 16);
  CHECK(bits.at(structure("shadow_accumulators")) == 4 * 16);
  CHECK(bits.at(structure("sequencer")) > 50);
  CHECK(bits.at(structure("vector_lanes")) == 0);

  std::set<std::string> outcomes;
  for (const char* name : {"weights", "sequencer", "planner"}) {
    for (int number = 0; number < 24; ++number) {
      const FaultResult r = inject_fault(config, design, structure(name), number, {});
      outcomes.insert(gradloom::name(r.outcome));
      CHECK_FALSE(r.site.empty());
      if (number >= 4) continue;
      const FaultResult again = inject_fault(config, design, structure(name), number, {});
      CHECK(again.site == r.site);
      CHECK(again.cycle == r.cycle);
      CHECK(again.outcome == r.outcome);
      CHECK(again.how == r.how);
    }
  }
  CHECK(outcomes.contains("masked"));
  CHECK(outcomes.contains("silent"));
  CHECK(outcomes.size() >= 3);

  // A register that is never 0 makes every end a detected one.
  const FaultResult r = inject_fault(config, design, structure("weights"), 1, {1, {"ID"}});
  CHECK(r.outcome == FaultOutcome::detected);
  CHECK_THROWS_AS(inject_fault(config, design, structure("weights"), 1, {1, {"NONE"}}), InputError);
}

}  // namespace
}  // namespace gradloom
