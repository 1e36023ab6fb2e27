// SPDX-License-Identifier: Apache-2.0
// Configurations that are good: reading, defaults, canonical form, hash, schema.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

#include "generator/config_schema.hpp"
#include "generator/config_yaml.hpp"
#include "generator/suggest.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

using namespace gradloom;
namespace fs = std::filesystem;

namespace {

const std::string kSmallest =
    "name: gl8x8_int8\n"
    "array: {rows: 8, cols: 8}\n"
    "numbers: {operand_bits: 8, accumulator_bits: 32}\n";

Config parse(const std::string& text) { return parse_config(text, "c.yaml"); }

}  // namespace

TEST_CASE("the smallest configuration gets all defaults") {
  const Config c = parse(kSmallest);
  CHECK(c.name == "gl8x8_int8");
  CHECK(c.rows == 8);
  CHECK(c.cols == 8);
  CHECK(c.operand_bits == 8);
  CHECK(c.accumulator_bits == 32);
  CHECK(c.overflow == Overflow::refuse);
  CHECK((c.fprop && c.dgrad && c.wgrad));
  CHECK(c.buffers == BufferDepths{1024, 1024, 1024, 1024, 1024, 1024});
  CHECK(c.limits == Limits{1024, 8192, 1024});
  CHECK(c.queue_depth == 4);
  CHECK(c.testbench == TestbenchOptions{});
}

TEST_CASE("every key is read") {
  const Config c = parse(
      "name: all_keys\n"
      "array: {rows: 3, cols: 5}\n"
      "numbers:\n  operand_bits: 4\n  accumulator_bits: 20\n  overflow: saturate\n"
      "operations: [wgrad, fprop, dgrad]\n"
      "buffers: {x: 11, delta: 12, w: 13, y: 14, dx: 15, dw: 16}\n"
      "limits: {m: 7, n: 9, batch: 10}\n"
      "host: {queue_depth: 16}\n"
      "testbench: {seed: 9223372036854775807, stall_percent: 90, timeout_cycles: 99}\n");
  CHECK(c.overflow == Overflow::saturate);
  CHECK(c.buffers == BufferDepths{11, 12, 13, 14, 15, 16});
  CHECK(c.limits == Limits{7, 9, 10});
  CHECK(c.queue_depth == 16);
  CHECK(c.testbench == TestbenchOptions{9223372036854775807U, 90, 99});
}

TEST_CASE("a buffer that no operation uses is not built") {
  const Config f = parse(kSmallest + "operations: [fprop]\n");
  CHECK(f.buffers == BufferDepths{1024, 0, 1024, 1024, 0, 0});
  CHECK(parse(kSmallest + "operations: [dgrad]\n").buffers ==
        BufferDepths{0, 1024, 1024, 0, 1024, 0});
  CHECK(parse(kSmallest + "operations: [wgrad]\n").buffers ==
        BufferDepths{1024, 1024, 0, 0, 0, 1024});
}

TEST_CASE("training: not built unless named; defaults; identity always is") {
  const Config none = parse(kSmallest);
  CHECK(none.training == TrainingHardware{});
  CHECK(none.buffers.bias == 0);
  CHECK(canonical_yaml(none).find("training") == std::string::npos);
  CHECK(canonical_yaml(none).find("bias") == std::string::npos);

  const Config c = parse(kSmallest + "training: {master_bits: 16}\n");
  CHECK(c.training == TrainingHardware{true, 16, 6, 0x7F, true, false});
  CHECK(c.buffers == BufferDepths{1024, 1024, 1024, 1024, 1024, 1024, 256});
  CHECK(longest_sum(c) == 8192);
  CHECK(word_bits(c, Buffer::w) == 16);
  CHECK(word_bits(c, Buffer::bias) == 32);
  CHECK(word_bits(c, Buffer::deriv) == 8);
  CHECK(depth(c, Buffer::deriv) == 1024);

  const Config all = parse(kSmallest +
                           "training:\n  master_bits: 8\n  step_bits: 0\n"
                           "  activations: [hard_tanh, relu]\n  stochastic: false\n"
                           "  weight_decay: true\nbuffers: {bias: 3, x: 5}\n");
  CHECK(all.training == TrainingHardware{true, 8, 0, 0b0010011, false, true});
  CHECK(all.buffers.bias == 3);
  CHECK(depth(all, Buffer::deriv) == 5);
  CHECK(word_bits(all, Buffer::deriv) == 1);
  const std::string canonical = canonical_yaml(all);
  CHECK(canonical.find("training:\n  master_bits: 8\n  step_bits: 0\n"
                       "  activations: [identity, relu, hard_tanh]\n  stochastic: false\n"
                       "  weight_decay: true\nbuffers:\n  x: 5\n") != std::string::npos);
  CHECK(parse(canonical) == all);

  std::set<std::uint64_t> hashes{config_hash(none), config_hash(c)};
  CHECK(hashes.size() == 2);
  for (const char* change :
       {"training: {master_bits: 15}\n", "training: {master_bits: 16, step_bits: 5}\n",
        "training: {master_bits: 16, activations: [relu]}\n",
        "training: {master_bits: 16, stochastic: false}\n",
        "training: {master_bits: 16, weight_decay: true}\n",
        "training: {master_bits: 16}\nbuffers: {bias: 255}\n"}) {
    CAPTURE(change);
    CHECK(hashes.insert(config_hash(parse(kSmallest + change))).second);
  }
}

TEST_CASE("pe: defaults are as if the section were not there") {
  const Config none = parse(kSmallest);
  CHECK(none.pe == PeOptions{0, 1, false});
  CHECK(lag(none) == 0);
  CHECK(result_lag(none) == 0);
  const Config named =
      parse(kSmallest + "pe: {mult_stages: 0, add_stages: 1, zero_gating: false}\n");
  CHECK(named == none);
  CHECK(config_hash(named) == config_hash(none));
  CHECK(canonical_yaml(none).find("pe:") == std::string::npos);
  CHECK(full_yaml(none).find("operations: [fprop, dgrad, wgrad]\npe:\n  mult_stages: 0\n"
                             "  add_stages: 1\n  zero_gating: false\nabft: false\nbuffers:\n") !=
        std::string::npos);
  CHECK(parse(full_yaml(none)) == none);
  // The defaults go with all that excludes other values.
  CHECK(parse(kSmallest + "pe: {mult_stages: 0}\ntraining: {master_bits: 16}\n").training.built);

  std::set<std::uint64_t> hashes{config_hash(none)};
  for (const char* change :
       {"{mult_stages: 1}", "{mult_stages: 2}", "{add_stages: 2}",
        "{mult_stages: 1, add_stages: 2}", "{mult_stages: 2, zero_gating: true}",
        "{mult_stages: 2, add_stages: 2}"}) {
    CAPTURE(change);
    const Config c = parse(kSmallest + "pe: " + change + "\n");
    CHECK(hashes.insert(config_hash(c)).second);
    CHECK(parse(canonical_yaml(c)) == c);
    CHECK(parse(full_yaml(c)) == c);
  }
  CHECK(canonical_yaml(parse(kSmallest + "pe: {mult_stages: 2, zero_gating: true}\n"))
            .find("pe:\n  mult_stages: 2\n  zero_gating: true\nbuffers:") != std::string::npos);
}

TEST_CASE("the lag of the sum: even where DGRAD and WGRAD take turns") {
  const auto pe = [](int mult, int add, const std::string& operations) {
    return parse(kSmallest + "operations: " + operations + "\npe: {mult_stages: " +
                 std::to_string(mult) + ", add_stages: " + std::to_string(add) + "}\n");
  };
  for (const int add : {1, 2}) {
    for (const char* operations : {"[fprop]", "[dgrad]", "[wgrad]", "[fprop, dgrad]",
                                   "[fprop, wgrad]", "[dgrad, wgrad]", "[fprop, dgrad, wgrad]"}) {
      const bool turns = std::string(operations).find("dgrad, wgrad") != std::string::npos;
      CAPTURE(operations);
      CHECK(lag(pe(0, add, operations)) == 0);
      CHECK(lag(pe(1, add, operations)) == (turns ? 2 : 1));
      CHECK(lag(pe(2, add, operations)) == 2);
      CHECK(result_lag(pe(0, add, operations)) == add - 1);
      CHECK(result_lag(pe(1, add, operations)) == (turns ? 1 : 0) + add);
      CHECK(result_lag(pe(2, add, operations)) == 1 + add);
    }
  }
}

TEST_CASE("the least accumulator for training") {
  CHECK(training_accumulator_bits(8, {true, 16, 6, 1, false, false}) == 23);
  CHECK(training_accumulator_bits(8, {true, 8, 0, 1, false, true}) == 20);
  CHECK(training_accumulator_bits(8, {true, 8, 8, 1, false, false}) == 20);
  CHECK(training_accumulator_bits(2, {true, 2, 2, 1, false, true}) == 6);
  CHECK(training_accumulator_bits(16, {true, 32, 16, 1, false, false}) == 49);
}

TEST_CASE("anchors, flow and block style, comments and byte order mark are fine") {
  const Config c = parse(
      "\xEF\xBB\xBF# comment\nname: gl8x8_int8\narray: {rows: &size 8, cols: *size}\n"
      "numbers:\n  operand_bits: 8 # eight\n  accumulator_bits: 32\n...\n");
  CHECK(c == parse(kSmallest));
}

TEST_CASE("refuse: the longest sum that fits is accepted") {
  // 2^6 * 511 <= 2^15 - 1 < 2^6 * 512
  const std::string text =
      "name: tight\narray: {rows: 3, cols: 5}\nnumbers: {operand_bits: 4, accumulator_bits: 16}\n"
      "limits: {m: 511, n: 511, batch: 511}\n";
  CHECK(longest_sum(parse(text)) == 511);
  CHECK_THROWS_AS(parse(std::string(text).replace(text.find("batch: 511"), 10, "batch: 512")),
                  InputError);
}

TEST_CASE("the canonical form reads back to the same configuration") {
  for (const auto& entry : fs::directory_iterator(GRADLOOM_TEST_ROOT "/examples/configs")) {
    CAPTURE(entry.path().string());
    const Config config = load_config(entry.path());
    CHECK(config.name == entry.path().stem().string());
    const std::string canonical = canonical_yaml(config);
    CHECK(parse(canonical) == config);
    CHECK(canonical_yaml(parse(canonical)) == canonical);
  }
}

TEST_CASE("the hash covers what the hardware is made from, and only that") {
  const Config config = parse(kSmallest);
  CHECK(hash_text(config) == "9a4223557463cf95");
  CHECK(hash_text(
            parse("numbers: {accumulator_bits: 32, operand_bits: 8}\n# other order\n"
                  "name: gl8x8_int8\narray:\n  cols: 8\n  rows: 8\nhost: {queue_depth: 4}\n")) ==
        hash_text(config));
  CHECK(config_hash(parse(kSmallest + "testbench: {seed: 7}\n")) == config_hash(config));
  std::set<std::uint64_t> hashes{config_hash(config)};
  for (const char* change : {"operations: [fprop]\n", "buffers: {x: 1023}\n", "limits: {n: 8191}\n",
                             "host: {queue_depth: 3}\n", "abft: true\n"}) {
    CAPTURE(change);
    CHECK(hashes.insert(config_hash(parse(kSmallest + change))).second);
  }
  CHECK(config_hash(parse(kSmallest + "abft: false\n")) == config_hash(config));
  Config other = config;
  other.name = "another";
  CHECK(hashes.insert(config_hash(other)).second);
  other = config;
  other.overflow = Overflow::wrap;
  CHECK(hashes.insert(config_hash(other)).second);
}

TEST_CASE("the clock: keys, defaults, canonical form; not in the hash") {
  const Config none = parse(kSmallest);
  CHECK(none.clock == ClockOptions{10'000, 500, 20});
  CHECK(canonical_yaml(none).find("clock:\n  period_ns: 10\n  uncertainty_ns: 0.5\n"
                                  "  io_delay_percent: 20\n") != std::string::npos);
  CHECK(parse(kSmallest + "clock: {period_ns: 4}\n").clock == ClockOptions{4'000, 200, 20});
  const Config all =
      parse(kSmallest + "clock: {uncertainty_ns: 0.625, period_ns: 2.5, io_delay_percent: 0}\n");
  CHECK(all.clock == ClockOptions{2'500, 625, 0});
  CHECK(parse(canonical_yaml(all)) == all);
  CHECK(parse(kSmallest + "clock: {period_ns: 0.1, uncertainty_ns: 0}\n").clock ==
        ClockOptions{100, 0, 20});
  CHECK(parse(kSmallest + "clock: {period_ns: 1000000}\n").clock.period_ps == 1'000'000'000);
  CHECK(config_hash(all) == config_hash(none));
  CHECK(nanoseconds_text(12'345) == "12.345");
  CHECK(nanoseconds_text(100'000) == "100");
  CHECK(nanoseconds_text(50) == "0.05");
}

TEST_CASE("the bus: keys, defaults, canonical form and hash") {
  const std::string base = kSmallest + "training: {master_bits: 16}\n";
  const Config none = parse(base);
  CHECK(none.bus == HostBus::none);
  CHECK(none.data_bits == 0);
  CHECK(none.address_bits == 0);
  CHECK(parse(base + "host: {bus: none}\n") == none);
  CHECK(canonical_yaml(none).find("bus") == std::string::npos);

  const Config axi = parse(base + "host: {bus: axi}\n");
  CHECK(axi.bus == HostBus::axi);
  CHECK(axi.data_bits == 64);
  CHECK(axi.address_bits == 32);
  CHECK(canonical_yaml(axi).find("  queue_depth: 4\n  bus: axi\n  data_bits: 64\n"
                                 "  address_bits: 32\n") != std::string::npos);
  CHECK(parse(canonical_yaml(axi)) == axi);

  std::set<std::uint64_t> hashes{config_hash(none)};
  for (const char* host : {"bus: axi", "bus: axi, data_bits: 128", "bus: axi, address_bits: 64",
                           "queue_depth: 5, bus: axi"}) {
    CAPTURE(host);
    CHECK(hashes.insert(config_hash(parse(base + "host: {" + host + "}\n"))).second);
  }
  CHECK(parse(base + "host: {data_bits: 32, address_bits: 64, bus: axi}\n").data_bits == 32);
}

TEST_CASE("every key of the schema is complete and documented") {
  const std::string document =
      read_text_file(GRADLOOM_TEST_ROOT "/docs/configuration.md", std::size_t{1} << 20);
  CHECK_MESSAGE(document == schema_markdown(), "run: make -f Makefile.hw docs-update");
  for (const Key& key : config_keys()) {
    CAPTURE(key.path);
    CHECK_FALSE(key.description.empty());
    CHECK((key.type == KeyType::identifier || (key.get != nullptr && key.set != nullptr)));
    CHECK((key.required || key.default_value || !key.default_rule.empty()));
    CHECK(document.find("| `" + std::string(key.path) + "` |") != std::string::npos);
    if (key.set == nullptr) continue;
    Config config;
    const std::int64_t value = key.type == KeyType::integer ? key.max : 1;
    key.set(config, value);
    CHECK(key.get(config) == value);
  }
}

TEST_CASE("edit distance and the nearest word") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("rows", "rosw") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  const std::vector<std::string_view> words{"rows", "cols", "saturate"};
  CHECK(nearest("row", words) == "rows");
  CHECK(nearest("SATURATED", words) == "saturate");
  CHECK(nearest("zzz", words).empty());
  CHECK(nearest(std::string(1000, 'r'), words).empty());
}
