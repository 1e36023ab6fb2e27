// SPDX-License-Identifier: Apache-2.0
#include "golden/bus_registers.hpp"

#include <array>
#include <utility>

#include "golden/ports.hpp"

namespace gradloom {
namespace {

constexpr std::uint32_t kId = 0x474C0001;
constexpr std::uint32_t kTimeoutReset = 65536;

/// A register with one field, which has its name.
BusRegister plain(int address, const std::string& name, Access access, int width,
                  const std::string& description) {
  return {address, name, access, 0, description, {{name, 0, width, description, false, false}},
          false,   false};
}

BusRegister with_fields(int address, const std::string& name, Access access,
                        const std::string& description, std::vector<RegisterField> fields) {
  return {address, name, access, 0, description, std::move(fields), false, false};
}

BusRegister locked(BusRegister reg) {
  reg.locked = true;
  return reg;
}

BusRegister hardware(BusRegister reg) {
  for (RegisterField& field : reg.fields) field.hardware = true;
  return reg;
}

/// The register page of the core. What can be told of its registers beyond `register_map`: the
/// values of constants, and fields.
void refine(BusRegister& reg, const Config& config, std::uint64_t hash) {
  if (reg.name == "ID") {
    reg.reset = kId;
  } else if (reg.name == "HASH_LO") {
    reg.reset = static_cast<std::uint32_t>(hash);
  } else if (reg.name == "HASH_HI") {
    reg.reset = static_cast<std::uint32_t>(hash >> 32);
  } else if (reg.name == "SHAPE") {
    reg.reset =
        static_cast<std::uint32_t>(config.rows) | (static_cast<std::uint32_t>(config.cols) << 16);
    reg.fields = {{"ROWS", 0, 16, "rows", false, false}, {"COLS", 16, 16, "columns", false, false}};
  } else if (reg.name == "STATUS") {
    reg.fields = {{"BUSY", 0, 1, "a command is queued, planned or running", true, false},
                  {"CODE", 4, 4, "completion code of the last command", true, false}};
  } else if (reg.name == "CLEAR" || reg.name == "SEED") {
    if (reg.name == "CLEAR") reg.access = Access::write;  // it reads 0
    reg.locked = true;
  } else {
    reg = hardware(reg);
    if (reg.name.ends_with("_HI")) reg.fields.front().width = 16;
  }
}

void add_page(const Config& config, std::uint64_t hash, std::vector<BusRegister>& map) {
  for (const Register& r : register_map(config)) {
    BusRegister reg = plain(4 * r.index, r.name, r.writable ? Access::read_write : Access::read, 32,
                            r.description);
    reg.page = true;
    refine(reg, config, hash);
    map.push_back(reg);
  }
}

void add_control(const Config& config, std::vector<BusRegister>& map) {
  map.push_back(
      with_fields(0x100, "CONTROL", Access::write, "Reads 0",
                  {{"START", 0, 1, "start a run", false, false},
                   {"SOFT_RESET", 1, 1, "stop everything and clear RUN_STATUS", false, false},
                   {"FORCE", 2, 1, "with SOFT_RESET: forget what is outstanding", false, false}}));
  map.push_back(hardware(with_fields(
      0x104, "RUN_STATUS", Access::read, "",
      {{"RUNNING", 0, 1, "a run goes on", false, false},
       {"DONE", 1, 1, "the run ended well", false, false},
       {"ERROR", 2, 1, "the run ended with an error", false, false},
       {"DRAINING", 3, 1, "transactions of an ended or cut run are outstanding", false, false},
       {"CODE", 8, 8, "error code", false, false}})));
  map.push_back(hardware(
      plain(0x108, "ERROR_INDEX", Access::read, 16, "index of the descriptor of the error")));
  map.push_back(locked(plain(0x10C, "LIST_ADDR_LO", Access::read_write, 32,
                             "address of the list, bits 31:0; a multiple of 64")));
  map.push_back(locked(
      plain(0x110, "LIST_ADDR_HI", Access::read_write, 32, "address of the list, bits 63:32")));
  map.push_back(
      locked(plain(0x114, "LIST_LENGTH", Access::read_write, 16, "descriptors, 1..65535")));
  map.push_back(locked(plain(0x118, "BATCHES", Access::read_write, 16, "iterations, 1..65535")));
  map.push_back(locked(plain(0x11C, "TIMEOUT", Access::read_write, 32,
                             "cycles without a handshake before error `timeout`; 0: never")));
  map.back().reset = kTimeoutReset;
  map.push_back(with_fields(0x120, "IRQ_ENABLE", Access::read_write, "",
                            {{"DONE", 0, 1, "the run ended well", false, false},
                             {"ERROR", 1, 1, "the run ended with an error", false, false}}));
  map.push_back(
      with_fields(0x124, "IRQ_STATUS", Access::read_write,
                  "A 1 written clears; `irq_o` is 1 while a bit is 1 here and in IRQ_ENABLE",
                  {{"DONE", 0, 1, "the run ended well", true, true},
                   {"ERROR", 1, 1, "the run ended with an error", true, true}}));
  map.push_back(hardware(
      plain(0x128, "ITERATION", Access::read, 16, "iterations begun before the present one")));
  map.push_back(with_fields(0x12C, "BUS", Access::read, "",
                            {{"DATA_BITS", 0, 16, "width of the data buses", false, false},
                             {"ADDRESS_BITS", 16, 8, "width of the addresses", false, false}}));
  map.back().reset = static_cast<std::uint32_t>(config.data_bits) |
                     (static_cast<std::uint32_t>(config.address_bits) << 16);
}

constexpr std::array<const char*, 8> kCounterTexts{
    "cycles from START to done or error",
    "of these: a slot was issued",
    "of these: LOAD, STALL, or RUN without a slot",
    "of these: TAIL or FINISH",
    "of these: all others; the array waits for data, descriptors or tokens",
    "beats of LOADs",
    "beats of STOREs",
    "beats of descriptors",
};

}  // namespace

const char* name(Access access) {
  static constexpr std::array<const char*, 3> names{"read", "write", "read/write"};
  return names.at(static_cast<std::size_t>(access));
}

const std::vector<std::string>& run_counter_names() {
  static const std::vector<std::string> names{"run_cycles",   "compute_cycles", "load_cycles",
                                              "drain_cycles", "bus_cycles",     "read_beats",
                                              "write_beats",  "fetch_beats"};
  return names;
}

std::vector<BusRegister> bus_register_map(const Config& config, std::uint64_t hash) {
  std::vector<BusRegister> map;
  add_page(config, hash, map);
  add_control(config, map);
  int address = kRunCounters;
  for (std::size_t i = 0; i < run_counter_names().size(); ++i) {
    std::string upper;
    for (const char c : run_counter_names()[i]) {
      upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    const std::string text = kCounterTexts.at(i);
    map.push_back(hardware(plain(address, upper + "_LO", Access::read, 32, text + ", bits 31:0")));
    map.push_back(
        hardware(plain(address + 4, upper + "_HI", Access::read, 16, text + ", bits 47:32")));
    address += 8;
  }
  return map;
}

}  // namespace gradloom
