// SPDX-License-Identifier: Apache-2.0
#include "sim/testbench_program.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "generator/config_yaml.hpp"
#include "golden/machine.hpp"
#include "sim/pin_driver.hpp"
#include "sim/testbench.hpp"

using namespace gradloom;

namespace {

Config make_config(const std::string& array, const std::string& rest = "") {
  return parse_config("name: t\narray: " + array +
                          "\nnumbers: {operand_bits: 8, accumulator_bits: 24, overflow: wrap}\n" +
                          rest,
                      "t.yaml");
}

Config small_config() {
  return make_config("{rows: 2, cols: 2}",
                     "buffers: {x: 20, delta: 20, w: 24, y: 20, dx: 20, dw: 24}\n");
}

Program program_of(const Config& config) { return default_testbench_program(config, 1); }

// Completion codes that the golden model gives to a program.
std::set<std::uint64_t> codes_of(const Config& config, const Program& program) {
  const std::vector<Answer> answers = golden_answers(config, program, 0);
  std::set<std::uint64_t> codes;
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (std::holds_alternative<RunCommand>(program[i]) && answers[i].known) {
      codes.insert(answers[i].value);
    }
  }
  return codes;
}

// The answers of the golden model to a driver that stalls.
std::vector<ReadResult> stalled_reads(const Config& config, const Program& program, int stalls) {
  golden::Machine machine(config);
  PinDriver driver(config, 3, stalls);
  driver.add(program);
  while (!driver.finished()) {
    const golden::Inputs inputs = driver.inputs();
    driver.observe(handshake_of(machine));
    machine.clock(inputs);
  }
  return driver.take_reads();
}

}  // namespace

TEST_CASE("answers lost in a reset and words never written are not compared") {
  const Config config = small_config();
  const Program program{read_word(Buffer::x, 0, 0), read_register(0), Reset{2}, Reset{1},
                        read_register(0),           read_register(3)};
  const std::vector<Answer> answers = golden_answers(config, program, 0);
  REQUIRE(answers.size() == 6);
  CHECK_FALSE(answers[0].known);
  CHECK_FALSE(answers[1].known);
  CHECK(answers[4].known);
  CHECK(answers[4].value == 0x474C0001);
  CHECK(answers[5].value == 0x00020002);
}

TEST_CASE("the default program reaches every completion code, the same twice") {
  for (const Config& config :
       {small_config(), make_config("{rows: 3, cols: 5}", "limits: {m: 10, n: 10, batch: 10}\n")}) {
    const Program program = program_of(config);
    const std::set<std::uint64_t> codes = codes_of(config, program);
    for (const std::uint64_t code : {0U, 2U, 3U, 4U, 5U, 8U, 9U, 10U, 11U, 12U, 13U}) {
      CAPTURE(code);
      CHECK(codes.contains(code));
    }
    const auto first = emit_testbench(config, program, 5);
    const auto second = emit_testbench(config, program_of(config), 5);
    REQUIRE(first.size() == second.size());
    for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i].text == second[i].text);
  }
  const Config forward = make_config("{rows: 2, cols: 2}", "operations: [fprop]\n");
  CHECK(codes_of(forward, program_of(forward)).contains(1));
}

TEST_CASE("the answers to the default program do not depend on stalls") {
  const Config config = small_config();
  Program program = program_of(config);
  // A reset drops a number of answers that does depend on them.
  std::replace_if(
      program.begin(), program.end(),
      [](const Step& step) { return std::holds_alternative<Reset>(step); }, Step{Barrier{}});
  const std::vector<ReadResult> reads = stalled_reads(config, program, 0);
  for (const int stalls : {20, 60, 90}) CHECK(stalled_reads(config, program, stalls) == reads);
}

TEST_CASE("large arrays get a short program that never leaves the buffers undefined") {
  for (const char* array : {"{rows: 256, cols: 256}", "{rows: 256, cols: 1}"}) {
    const Config config = make_config(array);
    const Program program = program_of(config);
    CHECK(program.size() > 300);
    CHECK(program.size() < 4000);
    const std::vector<Answer> answers = golden_answers(config, program, 0);
    std::size_t open = 0;
    for (std::size_t i = 0; i < program.size(); ++i) {
      const auto* access = std::get_if<HostAccess>(&program[i]);
      if (access != nullptr && !access->write && !answers[i].known) ++open;
    }
    CHECK(open < 60);  // those that a reset dropped
  }
}
