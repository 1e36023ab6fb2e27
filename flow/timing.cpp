// SPDX-License-Identifier: Apache-2.0
#include "flow/timing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <system_error>

#include "flow/ram_liberty.hpp"
#include "flow/tools.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

// Module and instance that the cell of a pin is in. In an array of instances the instance names
// have no '/', so each part of the path is one.
struct Place {
  std::string module;
  std::string instance;
};

Place place_of(const Elaborated& elaborated, const std::string& top, const std::string& pin) {
  Place place{top, ""};
  std::size_t start = 0;
  for (std::size_t slash = pin.find('/'); slash != std::string::npos;
       slash = pin.find('/', start)) {
    const auto found = elaborated.modules.find(place.module);
    if (found == elaborated.modules.end()) break;
    const auto child = found->second.instances.find(pin.substr(start, slash - start));
    if (child == found->second.instances.end()) break;
    place.module = child->second;
    place.instance = pin.substr(0, slash);
    start = slash + 1;
  }
  const auto found = elaborated.modules.find(place.module);
  if (found != elaborated.modules.end()) place.module = found->second.base;
  return place;
}

std::string sta_script(const Netlist& netlist, const fs::path& liberty, bool rams) {
  std::string text = fmt::format("read_liberty {{{}}}\n", liberty.string());
  if (rams) text += "read_liberty rams.lib\n";
  text += fmt::format("read_verilog {{{}}}\nlink_design {}\nsource constraints.sdc\n",
                      netlist.verilog.string(), netlist.top);
  text +=
      "report_checks -path_delay max -digits 4 > setup.rpt\n"
      "report_checks -path_delay max -format end -digits 4 -group_count 10000000 > ends.rpt\n"
      "report_checks -path_delay min -format end -digits 4 > hold.rpt\n"
      "puts \"gradloom: done\"\nexit\n";
  return text;
}

struct End {
  std::string pin;
  double slack;
};

std::vector<End> read_ends(const fs::path& path) {
  static const std::regex pattern(
      R"(^(\S+) \((\S+)\)\s+(-?[0-9.]+)\s+(-?[0-9.]+)\s+(-?[0-9.]+) \((?:MET|VIOLATED)\))");
  std::istringstream lines(read_text_file(path));
  std::vector<End> ends;
  std::string line;
  while (std::getline(lines, line)) {
    std::smatch match;
    if (std::regex_search(line, match, pattern)) {
      ends.push_back({match[1].str(), std::stod(match[5].str())});
    }
  }
  if (ends.empty()) throw ToolError("sta: no path was found: " + path.filename().string());
  return ends;
}

std::vector<PathStep> read_path(const fs::path& path, const Elaborated& elaborated,
                                const std::string& top) {
  static const std::regex pattern(R"(^\s*(-?[0-9.]+)\s+(-?[0-9.]+) [v^] (\S+) \((\S+)\))");
  std::istringstream lines(read_text_file(path));
  std::vector<PathStep> steps;
  std::string line;
  while (std::getline(lines, line) && line.find("data arrival time") == std::string::npos) {
    std::smatch match;
    if (!std::regex_search(line, match, pattern)) continue;
    const Place place = place_of(elaborated, top, match[3].str());
    steps.push_back({std::stod(match[1].str()), std::stod(match[2].str()), match[3].str(),
                     match[4].str(), place.module, place.instance});
  }
  if (steps.empty()) throw ToolError("sta: the worst path cannot be read");
  return steps;
}

}  // namespace

std::string constraints(const TimingOptions& options) {
  std::string text = fmt::format(
      "create_clock -name clk -period {} [get_ports clk_i]\n"
      "foreach port [all_inputs] {{\n"
      "  set name [get_property $port full_name]\n"
      "  if {{$name == \"clk_i\"}} continue\n"
      "  set_input_delay 0 -clock clk $port\n"
      "  if {{$name != \"rst_ni\"}} {{ set_driving_cell -lib_cell INVX4 $port }}\n"
      "}}\n"
      "set_output_delay 0 -clock clk [all_outputs]\n"
      "set_load 0.05 [all_outputs]\n",
      options.period_ns);
  for (const std::string& port : options.static_ports) {
    text += fmt::format("set_false_path -from [get_ports {{{}}}]\n", port);
  }
  return text;
}

Timing analyse(const Design& design, const Netlist& netlist, const TimingOptions& options) {
  tool("sta");
  const Elaborated elaborated = elaborate(design);
  const fs::path liberty = find_liberty(netlist.options.liberty);
  const bool rams = !netlist.rams.empty() && !elaborated.ram_names.empty();
  const ScratchDir work(netlist.directory, "sta-", "OUT");
  if (rams)
    write_text_file(work.path() / "rams.lib", ram_liberty(elaborated, options.ram_access_ns));
  write_text_file(work.path() / "constraints.sdc", constraints(options));
  write_text_file(work.path() / "sta.tcl", sta_script(netlist, liberty, rams));
  const std::string output =
      run_tool("sta", {"-exit", "-no_splash", "sta.tcl"}, work.path(), "sta.log");
  if (output.find("gradloom: done") == std::string::npos ||
      output.find("Error") != std::string::npos || output.find("black box") != std::string::npos) {
    fail_tool("sta", output, work.path(), "sta.log");
  }
  Timing timing;
  const std::vector<End> ends = read_ends(work.path() / "ends.rpt");
  timing.endpoints = static_cast<std::int64_t>(ends.size());
  timing.setup_slack_ns = ends.front().slack;
  for (const End& end : ends) {
    timing.setup_slack_ns = std::min(timing.setup_slack_ns, end.slack);
    const bool port = end.pin.find('/') == std::string::npos;
    const std::string module = port ? "" : place_of(elaborated, netlist.top, end.pin).module;
    const auto [place, added] = timing.module_slack_ns.try_emplace(module, end.slack);
    place->second = std::min(place->second, end.slack);
  }
  timing.hold_slack_ns = read_ends(work.path() / "hold.rpt").front().slack;
  timing.min_period_ns = options.period_ns - timing.setup_slack_ns;
  timing.fmax_mhz = 1000 / timing.min_period_ns;
  timing.worst = read_path(work.path() / "setup.rpt", elaborated, netlist.top);
  replace_directory(work.path(), netlist.directory / "sta");
  return timing;
}

}  // namespace gradloom::flow
