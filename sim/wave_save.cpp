// SPDX-License-Identifier: Apache-2.0
#include "sim/wave_save.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "golden/bus_ports.hpp"
#include "golden/ports.hpp"

namespace gradloom {
namespace {

// GTKWave trace flags: hexadecimal and right-justified; a group title is a "blank" trace.
constexpr const char* kHexadecimal = "@22\n";
constexpr const char* kTitle = "@200\n";

std::string signal(const std::string& scope, const std::string& name, int width) {
  return width > 1 ? fmt::format("{}.{}[{}:0]\n", scope, name, width - 1)
                   : fmt::format("{}.{}\n", scope, name);
}

// Titles of groups, and what the names of their ports begin with; empty: clock, reset and busy.
using Groups = std::vector<std::pair<std::string, std::string>>;

std::string groups_text(const std::string& scope, const std::vector<Port>& ports,
                        const Groups& groups) {
  std::string text;
  for (const auto& [title, prefix] : groups) {
    text += fmt::format("{}-{}\n{}", kTitle, title, kHexadecimal);
    for (const Port& port : ports) {
      const bool mine = prefix.empty()
                            ? port.name == "clk_i" || port.name == "rst_ni" || port.name == "busy_o"
                            : port.name.starts_with(prefix);
      // GTKWave and Verilator leave out what is wider than 256 bits. The number of a beat is a
      // vector in the core even if it has one bit.
      const bool narrow = port.name.ends_with("_group_i") && port.width == 1;
      if (mine && !narrow && port.width <= 256) text += signal(scope, port.name, port.width);
    }
  }
  return text;
}

}  // namespace

std::filesystem::path wave_save_path(const std::filesystem::path& waves) {
  std::filesystem::path path = waves;
  return path.replace_extension(".gtkw");
}

std::string wave_save_text(const Config& config, const std::filesystem::path& waves) {
  const std::string scope = "TOP." + config.name + "_top";
  std::string text = fmt::format("[dumpfile] \"{}\"\n[timestart] 0\n", waves.filename().string());
  if (config.bus == HostBus::axi) {
    const std::vector<Port> pins = bus_ports(config);
    text += groups_text(scope, pins,
                        {{"Clock and reset", ""},
                         {"Registers", "s_axil_"},
                         {"Interrupt", "irq_"},
                         {"Read addresses", "m_axi_ar"},
                         {"Read data", "m_axi_r"},
                         {"Write addresses", "m_axi_aw"},
                         {"Write data", "m_axi_w"},
                         {"Write responses", "m_axi_b"}});
    text += groups_text(
        scope + ".u_core", core_ports(config),
        {{"Command", "cmd_"}, {"Completion", "done_"}, {"Loads", "ld_"}, {"Stores", "st_"}});
    text += groups_text(scope, pins, {{"Array", "trace_"}});
  } else {
    text += groups_text(scope, top_ports(config),
                        {{"Clock and reset", ""},
                         {"Command", "cmd_"},
                         {"Completion", "done_"},
                         {"Host", "host_"},
                         {"Host response", "rsp_"},
                         {"Array", "trace_"}});
  }
  // With training: the U slots, and what becomes of final sums.
  const TrainingHardware& training = config.training;
  const int update_slots = !training.built ? 0 : training.weight_decay ? 3 : 2;
  const std::string sequencer = scope + ".u_core.u_sequencer";
  text += fmt::format("{}-Sequencer\n{}", kTitle, kHexadecimal);
  text += signal(sequencer, "state_q", 3);
  text += signal(sequencer, "row_slot_o", 8 + update_slots);
  text += signal(sequencer, "col_slot_o", training.built ? 9 : 6);
  return text;
}

}  // namespace gradloom
