// SPDX-License-Identifier: Apache-2.0
// The bench of the bus variant, with a design that is built: it passes as it is, and what is wrong
// is noticed and said.
#include "sim/chip_suite.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "generator/config_yaml.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "golden/chip.hpp"
#include "sim/axi_testbench.hpp"
#include "sim/bus_errors.hpp"
#include "sim/icarus.hpp"
#include "sim/model_builder.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom {
namespace {

namespace fs = std::filesystem;

Config tiny_config() {
  return parse_config(
      "name: tiny\narray: {rows: 2, cols: 2}\n"
      "numbers: {operand_bits: 4, accumulator_bits: 20, overflow: saturate}\n"
      "training: {master_bits: 8}\n"
      "buffers: {x: 40, delta: 30, w: 24, y: 30, dx: 20, dw: 20, bias: 8}\n"
      "host: {bus: axi, data_bits: 32, address_bits: 32, queue_depth: 2}\n",
      "tiny.yaml");
}

HarnessOptions tiny_options(const Config& config, int stalls) {
  HarnessOptions options;
  options.seed = 3;
  options.stall_percent = stalls;
  options.config_hash = config_hash(config);
  return options;
}

// Models go to a cache of their own, which all cases share.
const BuiltModel& tiny_model() {
  static const test::TempDir dir;
  static const BuiltModel built = [] {
    setenv("GRADLOOM_CACHE_DIR", dir.path().c_str(), 1);
    return build_model(tiny_config(), {});
  }();
  return built;
}

// The message of the CheckError of a design with one text of a template replaced.
std::string message_of_broken(const std::string& file, const std::string& from,
                              const std::string& to) {
  tiny_model();
  const test::TempDir templates;
  const fs::path dir = templates.path("rtl");
  fs::copy(data_dir("rtl_templates"), dir, fs::copy_options::recursive);
  std::string text = read_text_file(dir / file, 1 << 20);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_text_file(dir / file, text.replace(at, from.size(), to));
  const Config config = tiny_config();
  BuildOptions build;
  build.templates = dir;
  const BuiltModel built = build_model(config, build);
  try {
    verify_chip_suite(config, built.library, tiny_options(config, 20), {});
  } catch (const CheckError& error) {
    return error.what();
  }
  return "nothing found";
}

TEST_CASE("the suite passes, and counts what it did") {
  const Config config = tiny_config();
  std::vector<std::string> parts;
  const VerifyCount count =
      verify_chip_suite(config, tiny_model().library, tiny_options(config, 20),
                        [&](const std::string& part) { parts.push_back(part); });
  CHECK(count.cases > 500);
  CHECK(count.commands > 500);
  CHECK(count.checks > 1'000'000);
  CHECK(parts.size() == 9);
}

TEST_CASE("the driver refuses a design that is not that of its header") {
  const Config config = tiny_config();
  AxiBenchOptions options = chip_bench_options(config, tiny_options(config, 0));
  AxiBench bench(config, tiny_model().library, options);
  CHECK(gradloom_probe(&bench.device()) == GRADLOOM_OK);
  options.config_hash ^= 1;
  AxiBench stale(config, tiny_model().library, options);
  CHECK(gradloom_probe(&stale.device()) == GRADLOOM_E_HASH);
}

TEST_CASE("a break of the RTL is named") {
  CHECK(message_of_broken("axi_write.v", "{STRB_W{~drain_q}};", "{STRB_W{1'b1}};")
            .find("data are written after the error") != std::string::npos);
}

TEST_CASE("words on the bus, memory and counters are each compared") {
  const Config config = tiny_config();
  const HarnessOptions options = tiny_options(config, 0);
  const ChipImage image = random_list(config, 1, 12, true);
  const auto message = [&](const ChipImage& other) {
    // The golden chip does one list, the RTL finds another one in its memory.
    AxiBench bench(config, tiny_model().library, chip_bench_options(config, options));
    golden::Chip chip(config);
    try {
      run_and_compare(bench, chip, other, 1'000'000);
    } catch (const CheckError& error) {
      return std::string(error.what());
    }
    return std::string("good");
  };
  CHECK(message(image) == "good");
  // A run that does not end as the golden one, because it does not end at all in time.
  AxiBench bench(config, tiny_model().library, chip_bench_options(config, options));
  golden::Chip chip(config);
  CHECK_THROWS_WITH_AS(run_and_compare(bench, chip, image, 100),
                       doctest::Contains("has not ended after 100 cycles"), CheckError);
  // A chip with another past: some stored words are others.
  AxiBench second(config, tiny_model().library, chip_bench_options(config, options));
  golden::Chip other(config);
  const ChipImage rest = random_list(config, 2, 30, false);
  golden::RangeMemory memory(image.base, image.bytes);
  other.run(memory, image.list_address, image.list_length, image.batches, {});
  CHECK_THROWS_AS(run_and_compare(second, other, rest, 1'000'000), CheckError);
}

TEST_CASE("the Verilog testbench passes, and notices one wrong byte of the memory") {
  const Config config = tiny_config();
  const CompiledCase compiled = random_compiled_case(config, 5);
  AxiProgram program = step_program(config, config_hash(config), compiled);
  const auto run = [&] {
    std::vector<EmittedFile> files = emit_rtl(config, template_dir());
    for (EmittedFile& file : emit_axi_testbench(config, program)) files.push_back(std::move(file));
    IcarusOptions options;
    options.stalls = 20;
    return run_icarus(config, files, options);
  };
  const IcarusResult good = run();
  CHECK(good.passed);
  CHECK(good.checks > 100);
  program.expected.back() ^= 1;
  const IcarusResult bad = run();
  CHECK_FALSE(bad.passed);
  CHECK(bad.message.find("FAIL memory at 0x") != std::string::npos);
  program.expected.back() ^= 1;
  for (AxiStep& step : program.steps) {
    if (step.kind == AxiStep::Kind::read && step.offset == GRADLOOM_ID) step.data ^= 1;
  }
  CHECK(run().message.find("a register") != std::string::npos);
}

}  // namespace
}  // namespace gradloom
