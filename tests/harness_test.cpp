// SPDX-License-Identifier: Apache-2.0
#include "sim/harness.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "generator/config_yaml.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "sim/layer_data.hpp"
#include "sim/model_builder.hpp"
#include "sim/rtl_engine.hpp"
#include "sim/verify.hpp"
#include "sim/verify_training.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom {
namespace {

namespace fs = std::filesystem;

Config tiny_config() {
  Config config;
  config.name = "tiny";
  config.rows = 2;
  config.cols = 3;
  config.operand_bits = 5;
  config.accumulator_bits = 16;
  config.overflow = Overflow::wrap;
  config.buffers = {20, 20, 20, 20, 20, 20};
  config.limits = natural_limits(config);
  config.queue_depth = 2;
  return config;
}

HarnessOptions tiny_options(const Config& config, int stalls) {
  HarnessOptions options;
  options.seed = 3;
  options.stall_percent = stalls;
  options.config_hash = config_hash(config);
  return options;
}

// Models go to a cache of their own.
struct Cache {
  test::TempDir dir;
  Cache() { setenv("GRADLOOM_CACHE_DIR", dir.path().c_str(), 1); }
};

// The templates with one text replaced by another.
void break_templates(const fs::path& dir, const std::string& file, const std::string& from,
                     const std::string& to) {
  fs::copy(data_dir("rtl_templates"), dir, fs::copy_options::recursive);
  std::string text = read_text_file(dir / file, 1 << 20);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_text_file(dir / file, text.replace(at, from.size(), to));
}

TEST_CASE("a model is built once, runs layers and random programs, and matches") {
  const Cache cache;
  const Config config = tiny_config();
  const BuiltModel first = build_model(config, {});
  CHECK_FALSE(first.cached);
  const BuiltModel second = build_model(config, {});
  CHECK(second.cached);
  CHECK(second.library == first.library);

  const LayerOperands operands = make_operands(config, {5, 7, 6}, DataKind::random, 1);
  const LayerReport report =
      verify_layer(config, first.library, Op::backward, Schedule::interleaved, operands,
                   tiny_options(config, 30));
  CHECK(report.count.checks > 1000);
  CHECK(report.counters[Counter::macs] == 2 * 5 * 7 * 6);
  CHECK(verify_random(config, first.library, 20, tiny_options(config, 20)).commands >= 10);
}

TEST_CASE("steps of networks run on a model with training, and match") {
  const Cache cache;
  Config config = tiny_config();
  config.cols = 2;
  config.training = {true, 9, 3, 0x7f, true, true};
  config.accumulator_bits = 17;
  config.buffers = {30, 30, 30, 20, 20, 20, 6};
  config.limits = natural_limits(config);
  const BuiltModel built = build_model(config, {});
  Harness harness(config, built.library, tiny_options(config, 30));
  const std::vector<TrainingCase> cases = training_cases(config, 1);
  CHECK(cases.size() > 10);
  int done = 0;
  const VerifyCount count = verify_training(harness, cases, [&] { ++done; });
  CHECK(done == static_cast<int>(cases.size()));
  CHECK(count.commands > 2 * done);
  CHECK(verify_random(config, built.library, 20, tiny_options(config, 20)).commands >= 10);
  // A layer without training: of the weights the array takes the upper bits.
  const LayerOperands operands = make_operands(config, {5, 3, 4}, DataKind::random, 1);
  CHECK(verify_layer(config, built.library, Op::fprop, Schedule::serial, operands,
                     tiny_options(config, 0))
            .count.checks > 1000);
}

TEST_CASE("the engine gives the results of docs/numerics.md and the counters of the RTL") {
  const Cache cache;
  const Config config = tiny_config();
  const BuiltModel built = build_model(config, {});
  const LayerOperands operands = make_operands(config, {5, 7, 6}, DataKind::random, 1);
  RtlEngine engine(config, built.library, Schedule::interleaved, tiny_options(config, 0));
  const LayerResults expected =
      expected_results(config, Op::backward, Schedule::interleaved, operands);
  const BackwardResult both = engine.backward(operands.x, operands.delta, operands.w);
  CHECK(both.dx == expected.dx);
  CHECK(both.dw == expected.dw);
  CHECK(engine.counters().at(Op::backward)[Counter::macs] == 2 * 5 * 7 * 6);
}

TEST_CASE("a cached model that was cut off is built again") {
  const Cache cache;
  const Config config = tiny_config();
  const BuiltModel first = build_model(config, {});
  fs::resize_file(first.library, 100);
  const BuiltModel second = build_model(config, {});
  CHECK_FALSE(second.cached);
  CHECK(fs::file_size(second.library) > 1000);
}

TEST_CASE("a break of the RTL is reported with cycle, signal and element") {
  const Cache cache;
  const test::TempDir templates;
  const fs::path dir = templates.path("rtl");
  break_templates(dir, "pe.v", "ctl[1] ? sum[OP_W-1:0] :",
                  "ctl[1] ? sum[OP_W-1:0] ^ {{(OP_W - 1) {1'b0}}, 1'b1} :");
  const Config config = tiny_config();
  BuildOptions build;
  build.templates = dir;
  const BuiltModel built = build_model(config, build);
  const LayerOperands operands = make_operands(config, {2, 3, 4}, DataKind::random, 1);
  std::string message;
  try {
    verify_layer(config, built.library, Op::dgrad, Schedule::separate, operands,
                 tiny_options(config, 0));
  } catch (const CheckError& error) {
    message = error.what();
    REQUIRE_FALSE(error.mismatches().empty());
    const Mismatch& first = error.mismatches().front();
    CHECK(first.signal == "trace_dx_wdata_o");
    CHECK(first.lane == 0);
    REQUIRE(first.element.has_value());
    CHECK(first.element->b == 0);
    CHECK(first.element->m == 0);
    CHECK(first.expected != first.got);
  }
  CHECK(message.find("cycle ") != std::string::npos);
  CHECK(message.find("tile (0, 0)") != std::string::npos);
}

TEST_CASE("the wrong configuration hash is noticed") {
  const Cache cache;
  const Config config = tiny_config();
  const BuiltModel built = build_model(config, {});
  HarnessOptions options = tiny_options(config, 0);
  options.config_hash ^= 1;
  Harness harness(config, built.library, options);
  CHECK_THROWS_AS(harness.run({read_register(1), Barrier{}}), CheckError);
}

}  // namespace
}  // namespace gradloom
