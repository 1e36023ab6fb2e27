// SPDX-License-Identifier: Apache-2.0
#include "sim/wave_save.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

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

}  // namespace

std::filesystem::path wave_save_path(const std::filesystem::path& waves) {
  std::filesystem::path path = waves;
  return path.replace_extension(".gtkw");
}

std::string wave_save_text(const Config& config, const std::filesystem::path& waves) {
  const std::string scope = "TOP." + config.name + "_top";
  const std::vector<std::pair<std::string, std::string>> groups{
      {"Clock and reset", ""}, {"Command", "cmd_"},       {"Completion", "done_"},
      {"Host", "host_"},       {"Host response", "rsp_"}, {"Array", "trace_"}};
  std::string text = fmt::format("[dumpfile] \"{}\"\n[timestart] 0\n", waves.filename().string());
  for (const auto& [title, prefix] : groups) {
    text += fmt::format("{}-{}\n{}", kTitle, title, kHexadecimal);
    for (const Port& port : top_ports(config)) {
      const bool mine = prefix.empty()
                            ? port.name == "clk_i" || port.name == "rst_ni" || port.name == "busy_o"
                            : port.name.starts_with(prefix);
      // GTKWave and Verilator leave out what is wider than 256 bits.
      if (mine && port.width <= 256) text += signal(scope, port.name, port.width);
    }
  }
  text += fmt::format("{}-Sequencer\n{}", kTitle, kHexadecimal);
  text += signal(scope + ".u_sequencer", "state_q", 3);
  text += signal(scope + ".u_sequencer", "row_slot_o", 8);
  text += signal(scope + ".u_sequencer", "col_slot_o", 6);
  return text;
}

}  // namespace gradloom
