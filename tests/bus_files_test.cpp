// SPDX-License-Identifier: Apache-2.0
// Registers and descriptors of a design with a bus: the one description, and what is made of it.
#include "generator/bus_files.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "golden/bus_layout.hpp"
#include "golden/bus_ports.hpp"
#include "golden/bus_registers.hpp"

using namespace gradloom;

namespace {

Config example(const std::string& name) {
  return load_config(std::string(GRADLOOM_TEST_ROOT "/examples/configs/") + name + ".yaml");
}

Config config(const std::string& operand_bits, const std::string& accumulator_bits,
              const std::string& master_bits, const std::string& lanes,
              const std::string& data_bits) {
  return parse_config("name: t\narray: {rows: " + lanes + ", cols: " + lanes +
                          "}\nnumbers: {operand_bits: " + operand_bits +
                          ", accumulator_bits: " + accumulator_bits +
                          ", overflow: wrap}\ntraining: {master_bits: " + master_bits +
                          "}\nhost: {bus: axi, data_bits: " + data_bits + "}\n",
                      "t.yaml");
}

std::string file(const std::vector<EmittedFile>& files, const std::string& path) {
  for (const EmittedFile& f : files) {
    if (f.path == path) return f.text;
  }
  return "no such file";
}

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

std::uint32_t mask(int lsb, int width) {
  return (width == 32 ? ~0U : (1U << static_cast<unsigned>(width)) - 1U)
         << static_cast<unsigned>(lsb);
}

}  // namespace

TEST_CASE("memory format: bytes of elements and beats of vectors") {
  const Config c = config("8", "32", "16", "5", "64");
  CHECK(element_bytes(c, Buffer::x) == 1);
  CHECK(element_bytes(c, Buffer::w) == 2);
  CHECK(element_bytes(c, Buffer::y) == 4);
  CHECK(element_bytes(c, Buffer::deriv) == 1);
  CHECK(vector_beats(c, Buffer::x) == 1);   // 5 bytes of 8
  CHECK(vector_beats(c, Buffer::w) == 2);   // 10
  CHECK(vector_beats(c, Buffer::dw) == 3);  // 20
  CHECK(group_bits(c) == 2);

  const Config wide = config("12", "48", "20", "16", "256");
  CHECK(element_bytes(wide, Buffer::delta) == 2);
  CHECK(element_bytes(wide, Buffer::w) == 4);
  CHECK(element_bytes(wide, Buffer::bias) == 8);
  CHECK(vector_beats(wide, Buffer::x) == 1);
  CHECK(vector_beats(wide, Buffer::bias) == 4);
  CHECK(element_bytes(config("4", "32", "8", "2", "32"), Buffer::w) == 1);
}

TEST_CASE("descriptor fields lie beside each other; the rest is reserved") {
  for (int k = 0; k < kDescriptorKinds; ++k) {
    const auto kind = static_cast<DescriptorKind>(k);
    CAPTURE(name(kind));
    std::array<std::uint32_t, kDescriptorWords> named{};
    for (const auto* fields : {&common_fields(), &kind_fields(kind)}) {
      for (const DescriptorField& f : *fields) {
        CAPTURE(f.name);
        std::uint32_t& word = named.at(static_cast<std::size_t>(f.word));
        CHECK((word & mask(f.lsb, f.width)) == 0);
        word |= mask(f.lsb, f.width);
      }
    }
    for (int w = 0; w < kDescriptorWords; ++w) {
      CHECK(reserved_bits(kind, w) == ~named.at(static_cast<std::size_t>(w)));
    }
  }
  CHECK(reserved_bits(DescriptorKind::end, 0) == 0xFFFF8000U);
  CHECK(reserved_bits(DescriptorKind::store, 3) == 0x0000FFF0U);
  CHECK(reserved_bits(DescriptorKind::compute, 1) == 0xFFF00000U);
  CHECK(reserved_bits(DescriptorKind::next, 2) == 0);
  CHECK(run_errors().size() == 21);
  CHECK(static_cast<int>(run_errors().back()) == 37);
}

TEST_CASE("every field of COMPUTE but decay has a pin of the core, and every pin a field") {
  std::set<std::string> pins;
  for (const Port& port : core_ports(example("gl4x4_axi_int8"))) {
    if (port.name.starts_with("cmd_") && port.input) pins.insert(port.name);
  }
  pins.erase("cmd_valid_i");
  for (const DescriptorField& f : kind_fields(DescriptorKind::compute)) {
    CHECK_MESSAGE(pins.erase("cmd_" + f.name + "_i") == 1, f.name);
  }
  CHECK(pins.empty());
}

TEST_CASE("register map: addresses, names, fields") {
  const Config c = example("gl8x8_axi_int8");
  const std::vector<BusRegister> map = bus_register_map(c, 0x0123456789ABCDEF);
  std::set<std::string> names;
  int last = -4;
  for (const BusRegister& r : map) {
    CAPTURE(r.name);
    CHECK(r.address % 4 == 0);
    CHECK(r.address > last);
    CHECK(r.page == (r.address < 0x100));
    last = r.address;
    CHECK(names.insert(r.name).second);
    std::uint32_t used = 0;
    CHECK_FALSE(r.fields.empty());
    for (const RegisterField& f : r.fields) {
      CHECK((used & mask(f.lsb, f.width)) == 0);
      used |= mask(f.lsb, f.width);
    }
    CHECK((r.reset & ~used) == 0);
  }
  const auto find = [&](const std::string& text) {
    for (const BusRegister& r : map) {
      if (r.name == text) return r;
    }
    return BusRegister{};
  };
  CHECK(find("HASH_LO").reset == 0x89ABCDEF);
  CHECK(find("HASH_HI").reset == 0x01234567);
  CHECK(find("SHAPE").reset == 0x00080008);
  CHECK(find("SEED").address == 0x1C);
  CHECK(find("CONTROL").access == Access::write);
  CHECK(find("IRQ_STATUS").address == 0x124);
  CHECK(find("TIMEOUT").reset == 65536);
  CHECK(find("BUS").reset == 0x00200040);
  CHECK(find("FETCH_BEATS_HI").address == 0x17C);
  for (const char* text :
       {"LIST_ADDR_LO", "LIST_ADDR_HI", "LIST_LENGTH", "BATCHES", "TIMEOUT", "SEED", "CLEAR"}) {
    CHECK(find(text).locked);
  }
  CHECK_FALSE(find("IRQ_ENABLE").locked);
}

TEST_CASE("header, SystemRDL, RTL and manifest say the same of every register") {
  const Config c = example("gl4x4_axi_int8");
  const std::vector<EmittedFile> files = emit_design(c, GRADLOOM_TEST_ROOT "/rtl_templates");
  const std::string header = file(files, "sw/gl4x4_axi_int8_regs.h");
  const std::string rdl = file(files, "gl4x4_axi_int8_regs.rdl");
  const std::string rtl = file(files, "rtl/gl4x4_axi_int8_bus_registers.v");
  const auto manifest = nlohmann::json::parse(file(files, "manifest.json"));
  CHECK(manifest["header"] == "sw/gl4x4_axi_int8_regs.h");
  CHECK(manifest["systemrdl"] == "gl4x4_axi_int8_regs.rdl");
  CHECK(manifest["modules"].back()["name"] == "gl4x4_axi_int8_top");
  const std::vector<BusRegister> map = bus_register_map(c, config_hash(c));
  CHECK(manifest["registers"].size() == map.size());
  for (std::size_t i = 0; i < map.size(); ++i) {
    const BusRegister& r = map[i];
    CAPTURE(r.name);
    CHECK(manifest["registers"][i]["address"] == r.address);
    CHECK(has(header, fmt::format("_REG_{} 0x{:03X}u\n", r.name, r.address)));
    CHECK(has(rdl, fmt::format("}} {} @ 0x{:03X};\n", r.name, r.address)));
    CHECK(has(rtl, fmt::format("10'd{}: begin  // {}\n", r.address / 4, r.name)));
  }
  CHECK(has(header, "#define GL4X4_AXI_INT8_REG_RUN_STATUS_CODE_MASK 0x0000FF00u\n"));
  CHECK(has(header, "#define GL4X4_AXI_INT8_MOVE_LAST_LANES_SHIFT 16u\n"));
  CHECK(has(header, "#define GL4X4_AXI_INT8_ERR_TIMEOUT 37u\n"));
  CHECK(has(header, "#define GL4X4_AXI_INT8_HASH_LO 0x" + hash_text(c).substr(8) + "u\n"));
  CHECK(has(rdl, "onwrite = woclr"));
  CHECK(has(register_table(c), "| 0x114 | `LIST_LENGTH` | read/write |"));
}

TEST_CASE("without a bus nothing of it is emitted") {
  for (const EmittedFile& f :
       emit_design(example("gl8x8_train_int8"), GRADLOOM_TEST_ROOT "/rtl_templates")) {
    CAPTURE(f.path);
    CHECK_FALSE(has(f.path, "axi"));
    CHECK_FALSE(has(f.path, "regs"));
    CHECK_FALSE(has(f.path, "fetch"));
    if (!has(f.path, "README")) CHECK_FALSE(has(f.text, "axi_"));
  }
}
