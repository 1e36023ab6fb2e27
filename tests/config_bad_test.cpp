// SPDX-License-Identifier: Apache-2.0
// Configurations that are bad: what the message says, and that nothing else ever comes out.
#include <doctest/doctest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "generator/config_schema.hpp"
#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

using namespace gradloom;
namespace fs = std::filesystem;

namespace {

// A good configuration, key by key, so that one can be replaced.
struct Parts {
  std::string name = "name: good\n";
  std::string array = "array: {rows: 8, cols: 8}\n";
  std::string numbers = "numbers: {operand_bits: 8, accumulator_bits: 32}\n";
  std::string rest;
  std::string text() const { return name + array + numbers + rest; }
};

std::string with_array(const std::string& line) {
  Parts parts;
  parts.array = line;
  return parts.text();
}

std::string with_numbers(const std::string& line, const std::string& rest = "") {
  Parts parts;
  parts.numbers = line;
  parts.rest = rest;
  return parts.text();
}

std::string with_name(const std::string& line) {
  Parts parts;
  parts.name = line;
  return parts.text();
}

std::string with(const std::string& line) {
  Parts parts;
  parts.rest = line;
  return parts.text();
}

// The message, or "accepted".
std::string message_of(const std::string& text) {
  try {
    parse_config(text, "c.yaml");
  } catch (const InputError& error) {
    CHECK(error.code() == ExitCode::bad_input);
    return error.what();
  }
  return "accepted";
}

struct Case {
  std::string text;
  std::vector<std::string> fragments;
};

void check_cases(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const std::string message = message_of(c.text);
    CAPTURE(c.text);
    CAPTURE(message);
    CHECK(message.find('\n') == std::string::npos);
    CHECK(message.starts_with("c.yaml:"));
    for (const std::string& fragment : c.fragments) {
      CAPTURE(fragment);
      CHECK(message.find(fragment) != std::string::npos);
    }
  }
}

}  // namespace

TEST_CASE("what is no configuration at all") {
  check_cases({
      {"", {"c.yaml:1: top level: found nothing", "name, array, numbers"}},
      {"# only a comment\n", {"c.yaml:1: top level: found nothing"}},
      {"---\n...\n", {"c.yaml:1: top level: found nothing"}},
      {"- a\n- b\n", {"c.yaml:1: top level: found a list, allowed a map"}},
      {"just text\n", {"found just text, allowed a map"}},
      {"name: [a\n", {"malformed YAML"}},
      {", name: good\n", {"c.yaml:1: malformed YAML: found , name: good"}},
      {"name: good\n\tarray: {}\n", {"c.yaml:2: malformed YAML"}},
      {"name: *nowhere\n", {"malformed YAML"}},
      {"name: good\n name2: bad\n", {"c.yaml:2: malformed YAML"}},
      {with("---\nname: second\n"), {"c.yaml:4: top level: found a second document, allowed one"}},
      {"name: a\xFF\n", {"c.yaml:1: byte 7: found 0xff, allowed UTF-8 text"}},
      {std::string("na\nme\0: x\n", 10), {"c.yaml:2: byte 5: found 0x00"}},
      {"\x7F"
       "ELF\x02\x01",
       {"c.yaml:1: byte 0: found 0x7f"}},
      {"\xC0\x80", {"found 0xc0"}},      // overlong
      {"\xED\xA0\x80", {"found 0xed"}},  // surrogate
      {std::string(5000, '['), {"malformed YAML"}},
      {std::string(5000, '{'), {"malformed YAML"}},
  });
}

TEST_CASE("keys: unknown, duplicate, missing, misplaced") {
  check_cases({
      {with("colour: red\n"), {"c.yaml:4: colour: found an unknown key, allowed name, array"}},
      {with_array("aray: {rows: 8, cols: 8}\n"),
       {"c.yaml:2: aray: found an unknown key", "did you mean \"array\"?"}},
      {with_array("array: {row: 8, cols: 8}\n"),
       {"c.yaml:2: array.row: found an unknown key, allowed rows, cols; did you mean \"rows\"?"}},
      {with_array("array:\n  rows: 8\n  columns: 8\n"),
       {"c.yaml:4: array.columns: found an unknown"}},
      {with("rows: 8\n"), {"c.yaml:4: rows: ", "did you mean \"array: {rows: ...}\"?"}},
      {with("array.rows: 8\n"), {"array.rows: found an unknown key", "array: {rows: ...}"}},
      {with_array("array: {rows: 8, cols: 8, operations: [fprop]}\n"),
       {"array.operations: found an unknown key", "\"operations at the top level\""}},
      {with("\"\": 1\n"), {"c.yaml:4: : found an unknown key"}},
      {with("? [a, b]\n: 1\n"), {"c.yaml:4: top level: found a list as key"}},
      {with("? {a: b}\n: 1\n"), {"found a map as key"}},
      {with("name: again\n"),
       {"c.yaml:4: name: found a second time (first on line 1), allowed once"}},
      {with("array: {rows: 2}\n"), {"c.yaml:4: array: found a second time (first on line 2)"}},
      {with_array("array:\n  rows: 8\n  cols: 8\n  rows: 8\n"),
       {"c.yaml:5: array.rows: found a second time (first on line 3)"}},
      {with_name(""), {"c.yaml:1: name: found nothing", "required"}},
      {with_array(""), {"c.yaml:1: array.rows: found nothing, allowed 1..256"}},
      {with_array("array: {rows: 8}\n"), {"c.yaml:2: array.cols: found nothing, allowed 1..256"}},
      {with_numbers("numbers: {operand_bits: 8}\n"),
       {"c.yaml:3: numbers.accumulator_bits: found noth"}},
      {with_numbers("numbers: {accumulator_bits: 32}\n"), {"numbers.operand_bits: found nothing"}},
  });
}

TEST_CASE("the clock") {
  const auto period = [](const std::string& value) {
    return with("clock: {period_ns: " + value + "}\n");
  };
  const std::string number = "allowed a number with at most three decimals 0.1..1000000";
  check_cases({
      {period("0"), {"c.yaml:4: clock.period_ns: found 0, allowed 0.1..1000000"}},
      {period("0.099"), {"found 0.099, allowed 0.1..1000000"}},
      {period("1000000.001"), {"found 1000000.001, allowed 0.1..1000000"}},
      {period("-1"), {"found -1, " + number}},
      {period("+1"), {"found +1, " + number}},
      {period("fast"), {"found fast, " + number}},
      {period("10ns"), {"found 10ns, " + number}},
      {period("1e1"), {"found 1e1, " + number}},
      {period("08.5"), {"found 08.5, " + number}},
      {period("1.2345"), {"found 1.2345, " + number}},
      {period("1."), {"found 1., " + number}},
      {period(".5"), {"found .5, " + number}},
      {period("1.5.5"), {"found 1.5.5, " + number}},
      {period("99999999999999999999"), {"found 99999999999999999999, " + number}},
      {period("\"10\""), {"found the text \"10\", " + number}},
      {period("[10]"), {"found a list, " + number}},
      {period(""), {"clock.period_ns: found nothing, " + number}},
      {with("clock: {period_ns: 10, uncertainty_ns: 2.501}\n"),
       {"clock.uncertainty_ns: found 2.501, allowed 0..2.5 (at most a quarter of "
        "clock.period_ns)"}},
      {with("clock: {uncertainty_ns: -0.1}\n"), {"found -0.1, allowed a number"}},
      {with("clock: {io_delay_percent: 71}\n"),
       {"c.yaml:4: clock.io_delay_percent: found 71, allowed 0..70"}},
      {with("clock: {io_delay_percent: 12.5}\n"), {"found 12.5, allowed an integer 0..70"}},
      {with("clock: {period: 10}\n"),
       {"clock.period: found an unknown key", "did you mean \"period_ns\"?"}},
      {with("clock: 10\n"), {"clock: found 10, allowed a map"}},
      {with("period_ns: 10\n"), {"did you mean \"clock: {period_ns: ...}\"?"}},
  });
}

TEST_CASE("wrong types") {
  check_cases({
      {with_array("array: [8, 8]\n"),
       {"c.yaml:2: array: found a list, allowed a map", "rows, cols"}},
      {with_array("array: 8\n"), {"array: found 8, allowed a map"}},
      {with_array("array:\n"), {"array: found nothing, allowed a map"}},
      {with_array("array: {rows: 8.0, cols: 8}\n"), {"rows: found 8.0, allowed an integer 1..256"}},
      {with_array("array: {rows: 1e2, cols: 8}\n"), {"found 1e2, allowed an integer"}},
      {with_array("array: {rows: \"8\", cols: 8}\n"), {"found the text \"8\", allowed an integer"}},
      {with_array("array: {rows: !!int 8, cols: 8}\n"), {"array.rows: found", "an integer 1..256"}},
      {with_array("array: {rows: 0x8, cols: 8}\n"), {"found 0x8, allowed an integer"}},
      {with_array("array: {rows: 08, cols: 8}\n"), {"found 08, allowed an integer"}},
      {with_array("array: {rows: +8, cols: 8}\n"), {"found +8, allowed an integer"}},
      {with_array("array: {rows: 8 9, cols: 8}\n"), {"found 8 9, allowed an integer"}},
      {with_array("array: {rows: eight, cols: 8}\n"), {"found eight, allowed an integer"}},
      {with_array("array: {rows: , cols: 8}\n"), {"array.rows: found nothing, allowed an integer"}},
      {with_array("array: {rows: ~, cols: 8}\n"), {"array.rows: found"}},
      {with_array("array: {rows: [8], cols: 8}\n"),
       {"array.rows: found a list, allowed an integer"}},
      {with_array("array: {rows: {a: 8}, cols: 8}\n"), {"array.rows: found a map"}},
      {with_name("name: [a]\n"), {"name: found a list, allowed a Verilog identifier"}},
      {with_name("name:\n"), {"name: found nothing, allowed a Verilog identifier"}},
      {with("operations: fprop\n"), {"operations: found fprop, allowed a list"}},
      {with("operations: {fprop: 1}\n"), {"operations: found a map, allowed a list"}},
      {with("operations:\n"), {"operations: found nothing, allowed a list"}},
      {with("operations: &a [*a]\n"), {"operations: found a list"}},
      {with("testbench: {seed: true}\n"), {"testbench.seed: found true, allowed an integer"}},
  });
}

TEST_CASE("out of range") {
  check_cases({
      {with_array("array: {rows: 0, cols: 8}\n"),
       {"c.yaml:2: array.rows: found 0, allowed 1..256"}},
      {with_array("array: {rows: -4, cols: 8}\n"), {"array.rows: found -4, allowed 1..256"}},
      {with_array("array: {rows: 300, cols: 8}\n"), {"array.rows: found 300, allowed 1..256"}},
      {with_array("array: {rows: 8, cols: 257}\n"), {"array.cols: found 257, allowed 1..256"}},
      {with_array("array: {rows: 99999999999999999999999, cols: 8}\n"),
       {"found 99999999999999999999999, allowed an integer 1..256"}},
      {with_array("array: {rows: -9223372036854775809, cols: 8}\n"),
       {"found -9223372036854775809"}},
      {with_array("array: {rows: 4294967304, cols: 8}\n"), {"found 4294967304, allowed 1..256"}},
      {with_numbers("numbers: {operand_bits: 1, accumulator_bits: 32}\n"),
       {"found 1, allowed 2..16"}},
      {with_numbers("numbers: {operand_bits: 17, accumulator_bits: 64}\n"), {"found 17"}},
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 65}\n"),
       {"found 65, allowed 16..64"}},
      {with_numbers("numbers: {operand_bits: 2, accumulator_bits: 7}\n"),
       {"found 7, allowed 8..64"}},
      {with_numbers("numbers: {operand_bits: 16, accumulator_bits: 31}\n"),
       {"numbers.accumulator_bits: found 31, allowed 32..64 (at least twice "
        "numbers.operand_bits)"}},
      {with("buffers: {x: 0}\n"), {"c.yaml:4: buffers.x: found 0, allowed 1..65536"}},
      {with("buffers: {dw: 65537}\n"), {"buffers.dw: found 65537, allowed 1..65536"}},
      {with("limits: {m: 0}\n"),
       {"limits.m: found 0, allowed 1..1024 (what the buffers can hold)"}},
      {with("limits: {m: 1025}\n"), {"limits.m: found 1025, allowed 1..1024 (what the buffers"}},
      {with("limits: {n: 8193}\n"), {"limits.n: found 8193, allowed 1..8192"}},
      {with("buffers: {dx: 9, x: 9}\nlimits: {batch: 10}\n"),
       {"c.yaml:5: limits.batch: found 10, allowed 1..9"}},
      {with("host: {queue_depth: 17}\n"), {"host.queue_depth: found 17, allowed 1..16"}},
      {with("testbench: {seed: 0}\n"), {"testbench.seed: found 0, allowed 1.."}},
      {with("testbench: {stall_percent: 91}\n"), {"stall_percent: found 91, allowed 0..90"}},
      {with("testbench: {timeout_cycles: 2147483648}\n"),
       {"found 2147483648, allowed 1..2147483647"}},
  });
}

TEST_CASE("names and words") {
  const std::string letters =
      "a lower-case letter, then lower-case letters, digits and underscores";
  check_cases({
      {with_name("name: 8x8\n"), {"c.yaml:1: name: found 8x8, allowed " + letters}},
      {with_name("name: Upper\n"), {"name: found Upper, allowed " + letters}},
      {with_name("name: _a\n"), {letters}},
      {with_name("name: a-b\n"), {letters}},
      {with_name("name: a b\n"), {letters}},
      {with_name("name: \"a\\nb\"\n"), {"found the text \"a?b\"", letters}},
      {with_name("name: ä\n"), {letters}},
      {with_name("name: a__b\n"), {"no double underscore"}},
      {with_name("name: a_\n"), {"none at the end"}},
      {with_name("name: " + std::string(41, 'a') + "\n"), {"at most 40 characters"}},
      {with_name("name: " + std::string(4000, 'a') + "\n"), {"...", "at most 40 characters"}},
      {with_name("name: module\n"), {"no reserved word"}},
      {with_name("name: logic\n"), {"no reserved word"}},
      {with_name("name: \"null\"\n"), {"no reserved word"}},
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 32, overflow: saturated}\n"),
       {"numbers.overflow: found saturated, allowed refuse, wrap or saturate; did you mean "
        "\"saturate\"?"}},
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 32, overflow: none}\n"),
       {"numbers.overflow: found none, allowed refuse, wrap or saturate"}},
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 32, overflow: }\n"),
       {"numbers.overflow: found nothing"}},
      {with("operations: []\n"),
       {"operations: found an empty list, allowed a list of some of fprop"}},
      {with("operations: [fprop, fprop]\n"), {"operations: found fprop twice, allowed each once"}},
      {with("operations: [fprob]\n"), {"operations: found fprob", "did you mean \"fprop\"?"}},
      {with("operations: [backward]\n"), {"operations: found backward, allowed a list of some of"}},
  });
}

TEST_CASE("keys that do not go together") {
  check_cases({
      {with("operations: [fprop]\nbuffers: {dw: 64}\n"),
       {"c.yaml:5: buffers.dw: found 64, allowed nothing: no operation"}},
      {with("operations: [wgrad]\nbuffers: {x: 64, w: 64}\n"),
       {"buffers.w: found 64, allowed nothing"}},
      {with("operations: [fprop]\nbuffers: {delta_hold: 64}\n"),
       {"c.yaml:5: buffers.delta_hold: found 64, allowed 0: no operation of this configuration"}},
      {with("buffers: {delta: 100, delta_hold: 128}\n"),
       {"c.yaml:4: buffers.delta_hold: found 128, allowed 0 or a power of two from 2 to "
        "buffers.delta (100)"}},
      {with("buffers: {delta_hold: 24}\n"), {"found 24, allowed 0 or a power of two from 2 to"}},
      {with("buffers: {delta_hold: 1}\n"), {"found 1, allowed 0 or a power of two from 2 to"}},
      {with("buffers: {delta_hold: -1}\n"), {"buffers.delta_hold: found -1, allowed 0..65536"}},
      {with("buffers: {delta_hold: 131072}\n"), {"found 131072, allowed 0..65536"}},
      // The limits come from the buffers: the accumulator is named.
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 20}\n"),
       {"c.yaml:3: numbers.accumulator_bits: found 20, allowed 29..64 for sums of 8192 products",
        "limits.m and limits.n and limits.batch at most 31"}},
      // The file names the limit: the limit is named. Whole layer (m, n) or batch.
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 20}\n",
                    "limits: {m: 31, n: 31, batch: 32}\n"),
       {"c.yaml:4: limits.batch: found 32, allowed 1..31", "numbers.accumulator_bits 21 or more"}},
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 20}\n",
                    "limits: {m: 40, n: 31, batch: 31}\n"),
       {"limits.m: found 40, allowed 1..31"}},
      {with_numbers("numbers: {operand_bits: 16, accumulator_bits: 32}\n"),
       {"numbers.accumulator_bits: found 32", "at most 1,"}},
  });
  // The same are accepted if the operation with the long sum is not built, or overflow is allowed.
  CHECK(message_of(with_numbers("numbers: {operand_bits: 8, accumulator_bits: 20}\n",
                                "operations: [fprop, dgrad]\nlimits: {m: 31, n: 31}\n")) ==
        "accepted");
  CHECK(message_of(with_numbers(
            "numbers: {operand_bits: 16, accumulator_bits: 32, overflow: wrap}\n")) == "accepted");
}

TEST_CASE("pe: keys and what they ask of the others") {
  const std::string saturate =
      "numbers: {operand_bits: 8, accumulator_bits: 32, overflow: saturate}\n";
  check_cases({
      {with("pe: true\n"),
       {"c.yaml:4: pe: found true, allowed a map with the keys mult_stages, add_stages"}},
      {with("pe: {stages: 2}\n"),
       {"c.yaml:4: pe.stages: found an unknown key, allowed mult_stages, add_stages, zero_gating"}},
      {with("pe: {mult_stages: 3}\n"), {"c.yaml:4: pe.mult_stages: found 3, allowed 0..2"}},
      {with("pe: {mult_stages: -1}\n"), {"pe.mult_stages: found -1, allowed 0..2"}},
      {with("pe: {mult_stages: two}\n"), {"pe.mult_stages: found two, allowed an integer 0..2"}},
      {with("pe: {add_stages: 0}\n"), {"pe.add_stages: found 0, allowed 1..2"}},
      {with("pe:\n  mult_stages: 2\n  add_stages: 3\n"),
       {"c.yaml:6: pe.add_stages: found 3, allowed 1..2"}},
      {with("pe: {zero_gating: 1}\n"), {"pe.zero_gating: found 1, allowed false or true"}},
      {with("pe: {zero_gating: true}\n"),
       {"c.yaml:4: pe.zero_gating: found true, allowed false with pe.mult_stages 0 (only with 2"}},
      {with("pe:\n  mult_stages: 1\n  zero_gating: true\n"),
       {"c.yaml:6: pe.zero_gating: found true, allowed false with pe.mult_stages 1"}},
      {with_numbers(saturate, "pe:\n  mult_stages: 2\n  add_stages: 2\n"),
       {"c.yaml:6: pe.add_stages: found 2, allowed 1 with numbers.overflow saturate (a "
        "saturating sum must be complete"}},
      {with("training: {master_bits: 16}\npe: {add_stages: 2}\n"),
       {"c.yaml:5: pe.add_stages: found 2, allowed 1 with a section training (the update takes the "
        "whole"}},
  });
  CHECK(message_of(with_numbers(saturate, "pe: {mult_stages: 2, zero_gating: true}\n")) ==
        "accepted");
  CHECK(message_of(with("pe: {add_stages: 2}\n")) == "accepted");
}

TEST_CASE("what the array checksum asks for") {
  check_cases({
      {with("abft: 1\n"), {"c.yaml:4: abft: found 1, allowed false or true"}},
      {with("abft: true\ntraining: {master_bits: 16}\n"),
       {"c.yaml:4: abft: found true, allowed false with a section training"}},
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 32, overflow: saturate}\n",
                    "abft: true\n"),
       {"c.yaml:4: abft: found true, allowed false with numbers.overflow saturate"}},
      {with("pe: {mult_stages: 1}\nabft: true\n"),
       {"c.yaml:5: abft: found true, allowed false with pe.mult_stages above 0"}},
      {with("pe: {add_stages: 2}\nabft: true\n"),
       {"c.yaml:5: abft: found true, allowed false with pe.add_stages 2"}},
  });
  CHECK(message_of(with_numbers("numbers: {operand_bits: 8, accumulator_bits: 32, overflow: "
                                "saturate}\n",
                                "abft: false\ntraining: {master_bits: 16}\n")) == "accepted");
}

TEST_CASE("what a bus asks for") {
  const std::string training = "training: {master_bits: 16}\n";
  check_cases({
      {with("host: {bus: axi}\n"), {"c.yaml:4: host.bus: found axi, allowed none without"}},
      {with("host: {bus: apb}\n"), {"c.yaml:4: host.bus: found apb, allowed none or axi"}},
      {with(training + "host: {data_bits: 64}\n"),
       {"c.yaml:5: host.data_bits: found 64, allowed nothing without host.bus axi"}},
      {with(training + "host: {bus: none, address_bits: 32}\n"),
       {"host.address_bits: found 32, allowed nothing without host.bus axi"}},
      {with(training + "host: {bus: axi, data_bits: 96}\n"),
       {"host.data_bits: found 96, allowed 32, 64, 128 or 256"}},
      {with(training + "host: {bus: axi, data_bits: wide}\n"),
       {"host.data_bits: found wide, allowed 32, 64, 128 or 256"}},
      {with(training + "host: {bus: axi, address_bits: 31}\n"),
       {"host.address_bits: found 31, allowed 32..64"}},
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 40}\n",
                    training + "host: {bus: axi, data_bits: 32}\n"),
       {"c.yaml:5: host.data_bits: found 32, allowed 64, 128 or 256 with"}},
  });
}

TEST_CASE("training: keys and what they ask of the others") {
  const auto numbers = [](int p, int a, const std::string& rest) {
    return with_numbers("numbers: {operand_bits: " + std::to_string(p) +
                            ", accumulator_bits: " + std::to_string(a) + ", overflow: wrap}\n",
                        rest);
  };
  check_cases({
      {with("training:\n"), {"c.yaml:4: training: found nothing, allowed a map"}},
      {with("training: true\n"), {"training: found true, allowed a map with the keys master_bits"}},
      {with("training: {}\n"),
       {"c.yaml:4: training.master_bits: found nothing, allowed numbers.operand_bits..32 (a "
        "required key)"}},
      {with("training: {step_bits: 2}\n"), {"training.master_bits: found nothing"}},
      {with("training: {master_bits: 7}\n"),
       {"training.master_bits: found 7, allowed 8..32 (at least numbers.operand_bits)"}},
      {with("training: {master_bits: 33}\n"), {"training.master_bits: found 33, allowed 8..32"}},
      {with("training: {master_bits: 16, step_bits: 9}\n"),
       {"training.step_bits: found 9, allowed 0..8 (at most numbers.operand_bits)"}},
      {with("training: {master_bits: 16, step_bits: -1}\n"), {"found -1, allowed 0..8"}},
      {with("training: {master_bits: 16, activations: []}\n"),
       {"training.activations: found an empty list, allowed a list of some of identity, relu"}},
      {with("training: {master_bits: 16, activations: [softmax]}\n"),
       {"training.activations: found softmax, allowed a list of some of"}},
      {with("training: {master_bits: 16, activations: [relu, relu]}\n"), {"found relu twice"}},
      {with("training: {master_bits: 16, stochastic: 1}\n"),
       {"training.stochastic: found 1, allowed false or true"}},
      {with("training: {master_bits: 16, weight_decay: on}\n"),
       {"training.weight_decay: found on, allowed false or true"}},
      {with("training: {master_bits: 16, momentum: 1}\n"),
       {"training.momentum: found an unknown key, allowed master_bits, step_bits"}},
      {with("buffers: {bias: 64}\n"),
       {"c.yaml:4: buffers.bias: found 64, allowed nothing without a section training"}},
      {with("training: {master_bits: 16}\nbuffers: {bias: 0}\n"),
       {"c.yaml:5: buffers.bias: found 0, allowed 1..65536"}},
      {with_array("array: {rows: 8, cols: 4}\n") + "training: {master_bits: 16}\n",
       {"c.yaml:2: array.cols: found 4, allowed 8 (with training, as many columns as"}},
      {with("operations: [fprop, wgrad]\ntraining: {master_bits: 16}\n"),
       {"c.yaml:4: operations: found [fprop, wgrad], allowed fprop, dgrad and wgrad with "
        "training"}},
      // q + f + 1; 2p + index_bits(2p); p + f + 1.
      {numbers(8, 30, "training: {master_bits: 24}\n"),
       {"c.yaml:3: numbers.accumulator_bits: found 30, allowed 31..64 (for training with "
        "master_bits 24 and step_bits 6)"}},
      {numbers(8, 19, "training: {master_bits: 8, step_bits: 0}\n"), {"found 19, allowed 20..64"}},
      {numbers(16, 48, "training: {master_bits: 32, step_bits: 16}\n"),
       {"found 48, allowed 49..64"}},
      // Sums of limits.batch + 2 products: 31 fit into 20 bits.
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 20}\n",
                    "training: {master_bits: 8}\nlimits: {m: 31, n: 31, batch: 30}\n"),
       {"c.yaml:5: limits.batch: found 30, allowed 1..29", "numbers.accumulator_bits 21 or more"}},
      {with_numbers("numbers: {operand_bits: 8, accumulator_bits: 20}\n",
                    "training: {master_bits: 8}\nbuffers: {x: 3, w: 30, dw: 30}\n"),
       {"c.yaml:3: numbers.accumulator_bits: found 20, allowed 26..64 for sums of 1026 products",
        "limits.n and limits.batch at most 29"}},
  });
  CHECK(message_of(with("training: {master_bits: 16}\n")) == "accepted");
  CHECK(message_of(numbers(8, 31, "training: {master_bits: 24}\n")) == "accepted");
  CHECK(message_of(numbers(8, 20, "training: {master_bits: 8, step_bits: 0}\n")) == "accepted");
  CHECK(message_of(with_numbers("numbers: {operand_bits: 8, accumulator_bits: 20}\n",
                                "training: {master_bits: 8}\n"
                                "limits: {m: 31, n: 31, batch: 29}\n")) == "accepted");
}

TEST_CASE("files that cannot be read") {
  const auto message = [](const fs::path& path) -> std::string {
    try {
      load_config(path);
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  CHECK(message("/nonexistent/c.yaml").find("/nonexistent/c.yaml: cannot be read: No such file") ==
        0);
  CHECK(message(GRADLOOM_TEST_ROOT).find("found a directory, allowed a file") != std::string::npos);
  CHECK(message("").find("cannot be read") != std::string::npos);
  CHECK(message("/dev/zero").find("allowed up to that") != std::string::npos);
}

TEST_CASE("mutated files are accepted or refused, never anything else") {
  const std::string seed_text = read_text_file(
      GRADLOOM_TEST_ROOT "/examples/configs/gl4x4_int8_sat.yaml", std::size_t{1} << 20);
  const std::string alphabet = " \n\t:,{}[]&*!|>'\"%@`#?-~<=.0123456789abcxyz_\\\x01\x80\xC3\xFF";
  std::mt19937 random(1);
  const auto pick = [&](std::size_t count) { return static_cast<std::size_t>(random()) % count; };
  int accepted = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text = seed_text;
    for (std::size_t edits = pick(6) + 1; edits > 0 && !text.empty(); --edits) {
      const std::size_t at = pick(text.size());
      switch (pick(4)) {
        case 0: text[at] = alphabet[pick(alphabet.size())]; break;
        case 1: text.insert(at, 1, alphabet[pick(alphabet.size())]); break;
        case 2: text.erase(at, pick(8) + 1); break;
        default: text.insert(at, text.substr(pick(text.size()), pick(40))); break;
      }
    }
    const std::string message = message_of(text);
    accepted += message == "accepted" ? 1 : 0;
    if (message.find('\n') == std::string::npos && message.size() < 1000) continue;
    CAPTURE(text);
    CHECK(message == "");
  }
  CHECK(accepted > 0);
}
