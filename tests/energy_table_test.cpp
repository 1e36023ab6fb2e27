// SPDX-License-Identifier: Apache-2.0
// Energy tables: what is read, what is refused, and energies worked out by hand.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/energy.hpp"
#include "model/energy_report.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom::model {
namespace {

const std::string kRoot = GRADLOOM_TEST_ROOT;

const std::string kGood =
    "name: test\n"
    "note: by hand\n"
    "mac:\n"
    "  int4: {pj: 1, source: a}\n"
    "  int16: {pj: 16, interleaved_pj: 64, source: b}\n"
    "buffer:\n"
    "  - {kbytes: 1, bits: 8, pj: 8, source: c}\n"
    "  - {kbytes: 16, bits: 16, pj: 64, source: d}\n"
    "dram: {bits: 32, pj: 320, source: e}\n"
    "idle: {pj: 0.5, source: f}\n";

EnergyTable load(const std::string& text) {
  const test::TempDir dir;
  return load_energy_table(dir.write("table.yaml", text));
}

/// The message about `text`, from the line number on.
std::string message(const std::string& text) {
  try {
    load(text);
  } catch (const InputError& error) {
    const std::string what = error.what();
    const std::string file = "table.yaml:";
    const auto at = what.find(file);
    CHECK(at != std::string::npos);
    CHECK(what.find('\n') == std::string::npos);
    return at == std::string::npos ? what : what.substr(at + file.size());
  }
  return "no error";
}

std::string with(const std::string& old, const std::string& fresh) {
  std::string text = kGood;
  const auto at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), fresh);
}

Config array_of(int rows, int cols, int words) {
  Config config;
  config.rows = rows;
  config.cols = cols;
  config.operand_bits = 8;
  config.accumulator_bits = 32;
  config.buffers = {1, 1, 1, 1, 1, 1, 0};
  config.queue_depth = 2;
  return with_buffers(config, words);
}

}  // namespace

TEST_CASE("a table is read as it is written") {
  const EnergyTable table = load(kGood);
  CHECK(table.name == "test");
  CHECK(table.note == "by hand");
  REQUIRE(table.macs.size() == 2);
  CHECK(table.macs[0] == MacEnergy{4, 1, 1, "a"});
  CHECK(table.macs[1] == MacEnergy{16, 16, 64, "b"});
  REQUIRE(table.buffers.size() == 2);
  CHECK(table.buffers[1] == BufferEnergy{16, 16, 64, "d"});
  CHECK(table.dram == DramEnergy{32, 320, "e"});
  CHECK(table.idle == IdleEnergy{0.5, "f"});
  CHECK(load(with("idle: {pj: 0.5, source: f}\n", "")).idle == IdleEnergy{});
}

TEST_CASE("between the points of a table: a line in logarithms") {
  const EnergyTable table = load(kGood);
  CHECK(mac_pj(table, 4, false) == 1);
  CHECK(mac_pj(table, 8, false) == doctest::Approx(4));  // half way from 1 to 16
  CHECK(mac_pj(table, 8, true) == doctest::Approx(8));   // half way from 1 to 64
  CHECK(mac_pj(table, 16, true) == doctest::Approx(64));
  CHECK_THROWS_WITH_AS(mac_pj(table, 3, false),
                       "energy table test: mac: found no format for int3, allowed int4 to int16",
                       InputError);
  const double kbyte = 8192;
  CHECK(buffer_bit_pj(table, kbyte) == doctest::Approx(1));
  CHECK(buffer_bit_pj(table, 4 * kbyte) == doctest::Approx(2));  // half way from 1 to 4
  CHECK(buffer_bit_pj(table, 16 * kbyte) == doctest::Approx(4));
  CHECK(buffer_bit_pj(table, 100) == doctest::Approx(1));
  CHECK(buffer_bit_pj(table, 1e9) == doctest::Approx(4));
}

TEST_CASE("the energy of a cost by hand") {
  const EnergyTable table = load(kGood);
  const Config config = array_of(2, 3, 1024);  // a bank of X: 1 kB, of DX: 4 kB
  Cost cost;
  cost.cycles = 100;
  cost.macs = 500;
  cost.buffer[static_cast<std::size_t>(Buffer::x)] = {10, 1};
  cost.buffer[static_cast<std::size_t>(Buffer::dx)] = {3, 4};
  cost.dram[static_cast<std::size_t>(Buffer::w)] = {20, 0};
  cost.dram[static_cast<std::size_t>(Buffer::dw)] = {0, 5};
  const EnergySplit split = energy(config, table, cost);
  CHECK(split.mac == doctest::Approx(500 * 4));
  CHECK(split.buffer == doctest::Approx(11 * 8 * 1.0 + 7 * 32 * 2.0));
  CHECK(split.dram == doctest::Approx((20 * 8 + 5 * 32) * 10.0));
  CHECK(split.idle == doctest::Approx((100 * 6 - 500) * 0.5));
  CHECK(split.total() == doctest::Approx(split.mac + split.buffer + split.dram + split.idle));
  CHECK(energy_pj(config, table, cost) == split.total());
  CHECK(energy(config, table, cost, true).mac == doctest::Approx(500 * 8));
  Config held = config;
  held.buffers.delta_hold = 64;  // 512 bits, below the smallest size of the table
  cost.hold = {5, 2};
  CHECK(energy(held, table, cost).buffer == doctest::Approx(split.buffer + 7 * 8 * 1.0));
  CHECK(interleaved_macs(Op::backward, ModelSchedule::interleaved));
  CHECK_FALSE(interleaved_macs(Op::fprop, ModelSchedule::interleaved));
  CHECK_FALSE(interleaved_macs(Op::backward, ModelSchedule::separate));
}

TEST_CASE("the energy of a network is that of its layers, interleaved MACs in backward only") {
  const EnergyTable table = load(kGood);
  ModelNetwork network;
  network.name = "two";
  for (const int n : {5, 7}) {
    Layer layer;
    layer.name = "fc" + std::to_string(n);
    layer.gemm.m = 6;
    layer.gemm.n = n;
    network.layers.push_back(layer);
  }
  const Config config = array_of(2, 3, 64);
  const CostQuestion question{config, network, 4, ModelOp::step, UpdatePlace::outside};
  std::vector<ScheduleCost> answers;
  for (const ModelSchedule schedule : {ModelSchedule::interleaved, ModelSchedule::separate}) {
    answers.push_back({schedule, network_cost(config, network, 4, schedule)});
  }
  const double macs = 6 * (5 + 7) * 4;  // of fprop; twice as many of backward
  CHECK(network_energy(question, answers[0], table).mac ==
        doctest::Approx(macs * 4 + 2 * macs * 8));
  CHECK(network_energy(question, answers[1], table).mac == doctest::Approx(3 * macs * 4));
  auto json = cost_json(question, answers);
  add_energy(json, question, answers, table);
  CHECK(json["energy_table"] == "test");
  for (const auto& schedule : json["schedules"]) {
    double sum = 0;
    for (const auto& layer : schedule["layers"]) sum += layer["energy_pj"]["total"].get<double>();
    const auto& e = schedule["energy_pj"];
    CHECK(e["total"].get<double>() == doctest::Approx(sum));
    CHECK(e["total"].get<double>() ==
          doctest::Approx(e["mac"].get<double>() + e["buffer"].get<double>() +
                          e["dram"].get<double>() + e["idle"].get<double>()));
  }
  CHECK(energy_text(question, answers, table).find("table test") != std::string::npos);
}

TEST_CASE("bad tables: line, key, what was found, what is allowed") {
  CHECK(message(with("pj: 1,", "pj: nan,")) ==
        "4: mac.int4.pj: found nan, allowed a number of pJ in 0..1e+12");
  CHECK(message(with("pj: 1,", "pj: .nan,")).starts_with("4: mac.int4.pj: found .nan"));
  CHECK(message(with("16, pj: 64,", "16, pj: inf,")).starts_with("8: buffer[1].pj: found inf"));
  CHECK(message(with("pj: 320,", "pj: -320,")).starts_with("9: dram.pj: found -320, allowed"));
  CHECK(message(with("pj: 0.5,", "pj: 1e999,")).starts_with("10: idle.pj: found 1e999"));
  CHECK(message(with("pj: 8,", "pj: cheap,")).starts_with("7: buffer[0].pj: found cheap"));
  CHECK(message(with("pj: 8,", "")).starts_with("7: buffer[0].pj: found nothing, allowed"));
  CHECK(message(with("bits: 32,", "bits: 0,")).starts_with("9: dram.bits: found 0, allowed"));
  CHECK(message(with("kbytes: 16", "kbytes: 1")) ==
        "8: buffer[1].kbytes: found 1, allowed more than the 1 before it");
  CHECK(message(with("int4:", "bf16:")).starts_with("4: mac.bf16: found an unknown key, allowed"));
  CHECK(message(with(", source: c", "")).starts_with("7: buffer[0].source: found nothing"));
  CHECK(message(with("source: e", "source: ''")).starts_with("9: dram.source: found"));
  CHECK(message(with("dram:", "dran:")).find("did you mean \"dram\"?") != std::string::npos);
  CHECK(message(with("name: test\n", "")).starts_with("1: name: found nothing, allowed a text"));
  CHECK(message("name: x\nnote: y\nmac: {}\n").starts_with("3: mac: found no format, allowed"));
  CHECK(message("name: x\nnote: y\nmac: 3\n").starts_with("3: mac: found 3, allowed a map"));
  CHECK(message(kGood.substr(0, kGood.find("buffer:")))
            .starts_with("1: buffer: found nothing, allowed a list"));
  CHECK(message(with("  - {kbytes: 1, bits: 8, pj: 8, source: c}\n", "  - 7\n"))
            .starts_with("7: buffer[0]: found 7, allowed a map"));
  CHECK(message("").starts_with("1: top level: found nothing, allowed a map"));
  CHECK(message(kGood + kGood).find("a second time") != std::string::npos);
}

TEST_CASE("the tables of examples/energy") {
  const EnergyTable horowitz = load_energy_table(kRoot + "/examples/energy/horowitz_45nm.yaml");
  CHECK(mac_pj(horowitz, 8, false) == doctest::Approx(0.3));
  CHECK(mac_pj(horowitz, 8, true) == mac_pj(horowitz, 8, false));
  CHECK(buffer_bit_pj(horowitz, 8 * 8192.0) == doctest::Approx(10.0 / 64));
  CHECK(buffer_bit_pj(horowitz, 1024 * 8192.0) == doctest::Approx(100.0 / 64));
  const EnergyTable gates = load_energy_table(kRoot + "/examples/energy/osu018_gates.yaml");
  // What the gate-level run printed for a MAC: docs/gates.md, row gl2x2_int8_pe.
  const Config config = array_of(2, 2, 64);
  const auto per_mac = [&](std::int64_t cycles, bool interleaved) {
    Cost cost;
    cost.cycles = cycles;
    cost.macs = 1024;
    return energy_pj(config, gates, cost, interleaved) / 1024;
  };
  const std::string document = read_text_file(kRoot + "/docs/gates.md");
  CHECK(document.find("gl2x2_int8_pe                111.338    78.800  93.923") !=
        std::string::npos);
  CHECK(per_mac(281, true) == doctest::Approx(111.338).epsilon(1e-4));
  CHECK(per_mac(281, false) == doctest::Approx(78.800).epsilon(1e-4));
  CHECK(per_mac(398, false) == doctest::Approx(93.923).epsilon(1e-4));
}

}  // namespace gradloom::model
