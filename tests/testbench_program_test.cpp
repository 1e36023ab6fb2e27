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

// Everything of training, or nearly nothing.
Config training_config(bool full) {
  return make_config("{rows: 3, cols: 3}",
                     std::string("buffers: {x: 40, delta: 40, w: 40, y: 30, dx: 30, dw: 30, ") +
                         "bias: 10}\n" +
                         (full ? "training: {master_bits: 12, weight_decay: true}\n"
                               : "training: {master_bits: 8, activations: [relu], "
                                 "stochastic: false}\n"));
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

TEST_CASE("with training the default program reaches its codes too") {
  for (const bool full : {true, false}) {
    const Config config = training_config(full);
    const std::set<std::uint64_t> codes = codes_of(config, program_of(config));
    for (std::uint64_t code = 0; code < 15; ++code) {
      if (code == 1) continue;  // all operations are built
      CAPTURE(code);
      CHECK(codes.contains(code));
    }
  }
}

TEST_CASE("the default program has every activation, update and rounding that is built") {
  const Config config = training_config(true);
  std::set<std::string> seen;
  for (const Step& step : program_of(config)) {
    const auto* access = std::get_if<HostAccess>(&step);
    if (access != nullptr && access->write && access->sel == kRegisterSelect) {
      if (access->addr == kSeedRegister) seen.insert("seed");
    }
    const auto* run = std::get_if<RunCommand>(&step);
    if (run == nullptr || golden::check(config, run->command) != Status::ok) continue;
    const golden::TrainingFields& t = run->command.training;
    const std::string op = name(static_cast<Op>(run->command.op));
    const std::string schedule = name(static_cast<Schedule>(run->command.schedule));
    if (t.post && op == "fprop") {
      seen.insert(name(static_cast<ActivationCode>(t.act)));
      seen.insert("targets " + std::to_string(t.to_x + 2 * t.to_y + 4 * t.loss));
    }
    if (t.post) seen.insert(op + " post " + schedule + (t.sr_post ? " stochastic" : ""));
    if (t.update) seen.insert(op + " update " + schedule + (t.sr_update ? " stochastic" : ""));
    if (t.bgrad) seen.insert(op + " bgrad");
  }
  std::vector<std::string> wanted{"seed", "wgrad bgrad", "backward bgrad"};
  for (int code = 0; code < kActivationCount; ++code) {
    wanted.emplace_back(name(static_cast<ActivationCode>(code)));
  }
  for (int targets = 1; targets < 8; ++targets) {
    wanted.push_back("targets " + std::to_string(targets));
  }
  for (const char* what :
       {"fprop post", "dgrad post", "backward post", "backward update", "wgrad update"}) {
    for (const char* schedule : {" interleaved", " separate", " serial"}) {
      for (const char* rounding : {"", " stochastic"}) {
        wanted.push_back(std::string(what) + schedule + rounding);
      }
    }
  }
  for (const std::string& kind : wanted) {
    CAPTURE(kind);
    CHECK(seen.contains(kind));
  }
}

TEST_CASE("the answers to the default program do not depend on stalls") {
  for (const Config& config : {small_config(), training_config(true)}) {
    Program program = program_of(config);
    // A reset drops a number of answers that does depend on them.
    std::replace_if(
        program.begin(), program.end(),
        [](const Step& step) { return std::holds_alternative<Reset>(step); }, Step{Barrier{}});
    const std::vector<ReadResult> reads = stalled_reads(config, program, 0);
    for (const int stalls : {20, 60, 90}) CHECK(stalled_reads(config, program, stalls) == reads);
  }
}

TEST_CASE("large arrays get a short program that never leaves the buffers undefined") {
  for (const Config& config :
       {make_config("{rows: 256, cols: 256}"), make_config("{rows: 256, cols: 1}"),
        make_config("{rows: 256, cols: 256}", "training: {master_bits: 16}\n")}) {
    const Program program = program_of(config);
    CHECK(program.size() > 300);
    CHECK(program.size() < 8000);
    const std::vector<Answer> answers = golden_answers(config, program, 0);
    std::size_t open = 0;
    for (std::size_t i = 0; i < program.size(); ++i) {
      const auto* access = std::get_if<HostAccess>(&program[i]);
      if (access != nullptr && !access->write && !answers[i].known) ++open;
    }
    CHECK(open < 60);  // those that a reset dropped
  }
}
