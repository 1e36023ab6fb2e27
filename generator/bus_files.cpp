// SPDX-License-Identifier: Apache-2.0
#include "generator/bus_files.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "generator/config_yaml.hpp"
#include "golden/bus_layout.hpp"
#include "golden/bus_registers.hpp"

namespace gradloom {
namespace {

std::string upper(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return result;
}

std::uint32_t mask_of(int lsb, int width) {
  const std::uint32_t ones = width == 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << width) - 1;
  return ones << lsb;
}

// True for a register that is one field, which has its name.
bool is_plain(const BusRegister& r) {
  return r.fields.size() == 1 && r.fields.front().name == r.name;
}

std::vector<BusRegister> registers_of(const Plan& plan) {
  return bus_register_map(plan.config, config_hash(plan.config));
}

// --- the C header --------------------------------------------------------------------------------

class Header {
 public:
  explicit Header(const Plan& plan) : plan_(plan), prefix_(upper(plan.config.name)) {}

  std::string text() {
    opening();
    design();
    registers();
    descriptors();
    errors();
    out_ += "\n#endif\n";
    return out_;
  }

 private:
  void title(std::string_view words) { out_ += fmt::format("\n/* {} */\n", words); }

  void define(const std::string& name, const std::string& value) {
    out_ += fmt::format("#define {}_{} {}\n", prefix_, name, value);
  }

  void define(const std::string& name, int value) { define(name, fmt::format("{}u", value)); }

  void define_hex(const std::string& name, std::uint32_t value) {
    define(name, fmt::format("0x{:08X}u", value));
  }

  void field(const std::string& name, int lsb, int width) {
    define_hex(name + "_MASK", mask_of(lsb, width));
    define(name + "_SHIFT", lsb);
  }

  void opening() {
    out_ += fmt::format(
        "/* SPDX-License-Identifier: Apache-2.0\n"
        " *\n"
        " * Registers and descriptors of {}:\n"
        " * {}.\n"
        " * Made by gradloom {}, configuration {}.\n"
        " *\n"
        " * Addresses are byte offsets. A field F of a register or descriptor word has F_MASK, in "
        "place,\n"
        " * and F_SHIFT, its lowest bit.\n"
        " */\n"
        "#ifndef {}_REGS_H\n#define {}_REGS_H\n",
        plan_.config.name, plan_.config_line, plan_.version, plan_.config_hash, prefix_, prefix_);
  }

  void design() {
    const Config& c = plan_.config;
    title("The design");
    define("HASH_LO", "0x" + plan_.config_hash.substr(8) + "u");
    define("HASH_HI", "0x" + plan_.config_hash.substr(0, 8) + "u");
    define("ROWS", c.rows);
    define("COLS", c.cols);
    define("LANES", c.rows);
    define("OPERAND_BITS", c.operand_bits);
    define("MASTER_BITS", c.training.master_bits);
    define("ACCUMULATOR_BITS", c.accumulator_bits);
    define("DERIV_BITS", word_bits(c, Buffer::deriv));
    define("DATA_BITS", c.data_bits);
    define("ADDRESS_BITS", c.address_bits);
    define("QUEUE_DEPTH", c.queue_depth);
    define("LIMIT_M", c.limits.m);
    define("LIMIT_N", c.limits.n);
    define("LIMIT_B", c.limits.batch);
    title("Buffers: select code, bytes of an element, beats of a vector, words in a bank");
    for (int i = 0; i < kBufferCount; ++i) {
      const Buffer buffer = static_cast<Buffer>(i);
      const std::string name_text = upper(name(buffer));
      define(name_text + "_CODE", select_code(buffer));
      define(name_text + "_BYTES", element_bytes(c, buffer));
      define(name_text + "_BEATS", vector_beats(c, buffer));
      define(name_text + "_WORDS", depth(c, buffer));
    }
  }

  void registers() {
    title("Registers");
    for (const BusRegister& r : registers_of(plan_)) {
      define("REG_" + r.name, fmt::format("0x{:03X}u", r.address));
      if (r.reset != 0) define_hex("REG_" + r.name + "_RESET", r.reset);
      if (is_plain(r)) continue;
      for (const RegisterField& f : r.fields) field("REG_" + r.name + "_" + f.name, f.lsb, f.width);
    }
  }

  void descriptor_fields(const std::string& kind, const std::vector<DescriptorField>& fields) {
    for (const DescriptorField& f : fields) {
      const std::string name_text = kind + "_" + upper(f.name);
      define(name_text + "_WORD", f.word);
      field(name_text, f.lsb, f.width);
    }
  }

  void descriptors() {
    title("Descriptors: kinds, engines, fields by word");
    define("DESC_BYTES", kDescriptorBytes);
    define("DESC_WORDS", kDescriptorWords);
    define("DESC_VERSION", static_cast<int>(kDescriptorVersion));
    for (int kind = 0; kind < kDescriptorKinds; ++kind) {
      define("KIND_" + upper(name(static_cast<DescriptorKind>(kind))), kind);
    }
    for (int engine = 0; engine < kBusEngines; ++engine) {
      define("ENGINE_" + upper(name(static_cast<BusEngine>(engine))), engine);
    }
    out_ += "/* every kind */\n";
    descriptor_fields("DESC", common_fields());
    out_ += "/* LOAD and STORE */\n";
    descriptor_fields("MOVE", kind_fields(DescriptorKind::load));
    out_ += "/* COMPUTE */\n";
    descriptor_fields("COMPUTE", kind_fields(DescriptorKind::compute));
    out_ += "/* NEXT */\n";
    descriptor_fields("NEXT", kind_fields(DescriptorKind::next));
  }

  void errors() {
    title("Error codes of a run; COMMAND is to be added to the completion code of the command");
    for (const RunError error : run_errors()) {
      define("ERR_" + upper(name(error)), static_cast<int>(error));
    }
  }

  const Plan& plan_;
  std::string prefix_;
  std::string out_;
};

// --- SystemRDL -----------------------------------------------------------------------------------

// Text in a string literal of SystemRDL.
std::string literal(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

// Software and hardware access. A plain field that software can write is storage which the
// hardware reads; one that it cannot is driven by the hardware, or a constant.
std::string field_access(const BusRegister& r, const RegisterField& f) {
  if (f.write_one) return "sw = rw; onwrite = woclr; hw = r; hwset;";
  if (r.access == Access::write) {
    return f.width == 1 ? "sw = w; hw = r; singlepulse;" : "sw = w; hw = r; swmod;";
  }
  if (r.access == Access::read_write) return "sw = rw; hw = r;";
  return f.hardware ? "sw = r; hw = w;" : "sw = r; hw = na;";
}

std::string field_rdl(const BusRegister& r, const RegisterField& f) {
  std::string reset;
  if (r.access != Access::read || !f.hardware) {
    const std::uint32_t value = (r.reset & mask_of(f.lsb, f.width)) >> f.lsb;
    reset = fmt::format(" = {}'h{:x}", f.width, value);
  }
  const std::string words = is_plain(r) ? "" : fmt::format("desc = {}; ", literal(f.description));
  return fmt::format("    field {{ {}{} }} {}[{}:{}]{};\n", words, field_access(r, f), f.name,
                     f.lsb + f.width - 1, f.lsb, reset);
}

std::string register_text(const BusRegister& r) {
  std::string words = r.description;
  if (r.locked) words += "; a write during a run is refused";
  std::string text = "  reg {\n";
  if (!words.empty()) text += fmt::format("    desc = {};\n", literal(words));
  for (const RegisterField& f : r.fields) text += field_rdl(r, f);
  return text + fmt::format("  }} {} @ 0x{:03X};\n", r.name, r.address);
}

// With `pair`: for a pair _LO, _HI together.
std::string meaning(const BusRegister& r, bool pair) {
  std::string text = r.description;
  const std::string_view low = ", bits 31:0";
  if (const std::size_t at = text.find(low); pair && at != std::string::npos) {
    text.erase(at, low.size());
  }
  if (r.reset != 0 && r.access != Access::read) text += fmt::format(". After reset {}", r.reset);
  if (is_plain(r)) return text;
  std::string fields;
  for (const RegisterField& f : r.fields) {
    const std::string bits = f.width == 1 ? fmt::format("bit {}", f.lsb)
                                          : fmt::format("bits {}:{}", f.lsb + f.width - 1, f.lsb);
    fields += fmt::format("{}{} `{}`: {}", fields.empty() ? "" : "; ", bits, f.name, f.description);
  }
  // The page describes its fields itself.
  return fields + (text.empty() || r.page ? "" : ". ") + (r.page ? "" : text);
}

}  // namespace

std::string header_file(const Config& config) { return "sw/" + config.name + "_regs.h"; }

std::string rdl_file(const Config& config) { return config.name + "_regs.rdl"; }

std::string register_meaning(const BusRegister& r) { return meaning(r, false); }

std::string register_header(const Plan& plan) { return Header(plan).text(); }

std::string register_rdl(const Plan& plan) {
  std::string text = fmt::format(
      "// SPDX-License-Identifier: Apache-2.0\n"
      "// Registers of {}:\n"
      "// {}.\n"
      "// Made by gradloom {}, configuration {}.\n"
      "addrmap {}_regs {{\n"
      "  name = {};\n"
      "  default regwidth = 32;\n"
      "  default accesswidth = 32;\n\n",
      plan.config.name, plan.config_line, plan.version, plan.config_hash, plan.config.name,
      literal(plan.config.name));
  for (const BusRegister& r : registers_of(plan)) text += register_text(r);
  return text + "};\n";
}

std::string register_table(const Config& config) {
  const std::vector<BusRegister> map = bus_register_map(config, config_hash(config));
  std::string text = "| address | name | access | meaning |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < map.size(); ++i) {
    const BusRegister& r = map[i];
    if (r.page) continue;
    const bool pair = r.name.ends_with("_LO");
    std::string address = fmt::format("0x{:03X}", r.address);
    std::string names = fmt::format("`{}`", r.name);
    if (pair) {
      ++i;
      address += fmt::format(", 0x{:03X}", map[i].address);
      names += fmt::format(", `{}`", map[i].name);
    }
    text +=
        fmt::format("| {} | {} | {} | {} |\n", address, names, name(r.access), meaning(r, pair));
  }
  return text;
}

}  // namespace gradloom
