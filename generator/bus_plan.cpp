// SPDX-License-Identifier: Apache-2.0
#include "generator/bus_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "generator/bus_files.hpp"
#include "generator/config_yaml.hpp"
#include "golden/bus_layout.hpp"
#include "golden/bus_ports.hpp"
#include "golden/bus_registers.hpp"

namespace gradloom {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

void add_widths(const Config& config, TemplateContext& context) {
  constexpr int kProductBits = 48;  // of two fields, 32 and 16 bits
  int most_beats = 1;
  for (int i = 0; i < kBufferCount; ++i) {
    most_beats = std::max(most_beats, vector_beats(config, static_cast<Buffer>(i)));
  }
  const int fetch_beats = kDescriptorBytes / beat_bytes(config);
  const int vector_w = index_bits(most_beats + 1);
  const std::vector<std::pair<const char*, int>> numbers{
      {"data_bits", config.data_bits},
      {"beat_bytes", beat_bytes(config)},
      {"beat_shift", index_bits(beat_bytes(config))},
      {"address_bits", config.address_bits},
      {"group_w", group_bits(config)},
      {"bus_lanes", config.rows},
      {"lanes_w", index_bits(config.rows + 1)},
      {"vector_w", vector_w},
      {"beats_w", 16 + vector_w},
      {"sum_w", std::max(config.address_bits, kProductBits) + 2},
      {"fetch_beats", fetch_beats},
      {"fetch_last", fetch_beats - 1},
      {"fetch_ptr_w", index_bits(fetch_beats)},
  };
  for (const auto& [key, value] : numbers) context.values[key] = std::to_string(value);
}

void add_buffers(const Config& config, TemplateContext& context) {
  auto& list = context.lists["bus_buffers"];
  for (int i = 0; i < kBufferCount; ++i) {
    const Buffer buffer = static_cast<Buffer>(i);
    const int bytes = element_bytes(config, buffer);
    const int beats = vector_beats(config, buffer);
    list.push_back({{{"name", name(buffer)},
                     {"NAME", upper(name(buffer))},
                     {"code", std::to_string(select_code(buffer))},
                     {"one_hot", fmt::format("8'b{:08b}", 1 << i)},
                     {"bytes", std::to_string(bytes)},
                     {"byte_shift", std::to_string(bytes == 1 ? 0 : index_bits(bytes))},
                     {"beats", std::to_string(beats)},
                     {"last_beat", std::to_string(beats - 1)},
                     {"words", std::to_string(depth(config, buffer))}},
                    {}});
  }
}

void add_command_fields(const Config& config, TemplateContext& context) {
  std::map<std::string, int> pins;
  for (const Port& port : core_ports(config)) pins[port.name] = port.width;
  for (const DescriptorField& field : kind_fields(DescriptorKind::compute)) {
    const auto pin = pins.find("cmd_" + field.name + "_i");
    const int pin_w = pin == pins.end() ? 0 : pin->second;
    const int taken = std::min(pin_w, field.width);
    const TemplateItem item{
        {{"name", field.name},
         {"NAME", upper(field.name)},
         {"pin_w", std::to_string(pin_w)},
         {"lsb", std::to_string(32 * field.word + field.lsb)},
         {"taken", std::to_string(taken)},
         {"extend_w", std::to_string(pin_w - taken)},
         {"cut_lsb", std::to_string(32 * field.word + field.lsb + taken)},
         {"cut_w", std::to_string(field.width - taken)}},
        {{"pin", pin_w > 0}, {"extend", pin_w > field.width}, {"cut", pin_w < field.width}}};
    context.lists["command_fields"].push_back(item);
    if (pin_w > 0) context.lists["command_pins"].push_back(item);
    if (pin_w < field.width) context.lists["command_cuts"].push_back(item);
  }
}

void add_reserved(DescriptorKind kind, std::vector<TemplateItem>& list) {
  for (int word = 0; word < kDescriptorWords; ++word) {
    const std::uint32_t mask = reserved_bits(kind, word);
    if (mask == 0) continue;
    list.push_back({{{"lsb", std::to_string(32 * word)}, {"mask", fmt::format("{:08x}", mask)}},
                    {{"comma", true}}});
  }
  list.back().flags["comma"] = false;
}

void add_registers(const Plan& plan, TemplateContext& context) {
  auto& list = context.lists["bus_registers"];
  for (const BusRegister& r : bus_register_map(plan.config, config_hash(plan.config))) {
    std::string lower;
    for (const char c : r.name) {
      lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    const TemplateItem item{
        {{"name", lower},
         {"NAME", r.name},
         {"address", fmt::format("0x{:03X}", r.address)},
         {"word", std::to_string(r.address / 4)},
         {"access", name(r.access)},
         {"reset", fmt::format("{:08x}", r.reset)},
         {"meaning", register_meaning(r)}},
        {{"page", r.page}, {"writable", r.access != Access::read}, {"locked", r.locked}}};
    list.push_back(item);
    if (!r.page && r.address < kRunCounters) context.lists["control_registers"].push_back(item);
  }
  int index = 0;
  for (const std::string& counter : run_counter_names()) {
    const int word = kRunCounters / 4 + 2 * index;
    context.lists["run_counters"].push_back({{{"name", counter},
                                              {"NAME", upper(counter)},
                                              {"index", std::to_string(index)},
                                              {"lo", std::to_string(word)},
                                              {"hi", std::to_string(word + 1)}},
                                             {}});
    ++index;
  }
}

}  // namespace

void add_bus_context(const Plan& plan, TemplateContext& context) {
  const bool axi = plan.config.bus == HostBus::axi;
  context.flags["axi"] = axi;
  context.flags["no_bus"] = !axi;
  for (const char* list : {"bus_buffers", "command_fields", "command_pins", "command_cuts",
                           "reserved_transfer", "reserved_compute", "reserved_next", "reserved_end",
                           "bus_registers", "control_registers", "run_counters", "run_errors"}) {
    context.lists[list].clear();
  }
  if (!axi) return;
  add_widths(plan.config, context);
  add_buffers(plan.config, context);
  add_command_fields(plan.config, context);
  add_reserved(DescriptorKind::load, context.lists["reserved_transfer"]);
  add_reserved(DescriptorKind::compute, context.lists["reserved_compute"]);
  add_reserved(DescriptorKind::next, context.lists["reserved_next"]);
  add_reserved(DescriptorKind::end, context.lists["reserved_end"]);
  add_registers(plan, context);
  for (const RunError error : run_errors()) {
    context.lists["run_errors"].push_back({{{"name", name(error)},
                                            {"NAME", upper(name(error))},
                                            {"code", std::to_string(static_cast<int>(error))}},
                                           {}});
  }
}

}  // namespace gradloom
