// SPDX-License-Identifier: Apache-2.0
#include "flow/power.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "flow/gate_sim.hpp"
#include "flow/ram_liberty.hpp"
#include "flow/timing.hpp"
#include "flow/toggles.hpp"
#include "flow/tools.hpp"
#include "generator/config_yaml.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "golden/timing.hpp"
#include "sim/testbench.hpp"
#include "sim/verify.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

// Power of every instance if no output toggles, and if every output toggles once a cycle.
// set_power_activity of this OpenSTA does not reach the pins of logic cells; a global activity
// does.
std::string script(const Netlist& netlist, const fs::path& liberty, bool rams) {
  std::string text = fmt::format("read_liberty {{{}}}\n", liberty.string());
  if (rams) text += "read_liberty rams.lib\n";
  text += fmt::format("read_verilog {{{}}}\nlink_design {}\nsource constraints.sdc\n",
                      netlist.verilog.string(), netlist.top);
  return text +
         "report_checks > checks.rpt\n"
         "set corner [sta::cmd_corner]\n"
         "foreach {activity name} {0.0 still.txt 1.0 toggling.txt} {\n"
         "  sta::set_power_global_activity $activity 0.5\n"
         "  set file [open $name w]\n"
         "  foreach instance [sta::network_leaf_instances] {\n"
         "    puts $file \"[get_full_name $instance] [get_property $instance ref_name] "
         "[lindex [sta::instance_power $instance $corner] 3]\"\n"
         "  }\n"
         "  close $file\n"
         "}\n"
         "puts \"gradloom: done\"\nexit\n";
}

struct CellPower {
  std::string cell;
  double watts = 0;
};

std::map<std::string, CellPower> read_powers(const fs::path& path) {
  std::istringstream lines(read_text_file(path));
  std::map<std::string, CellPower> result;
  std::string place, cell;
  double watts = 0;
  while (lines >> place >> cell >> watts) result[place] = {cell, watts};
  if (result.empty()) throw ToolError("sta: no power was reported");
  return result;
}

// Opens the waves while a command runs. The unit of time makes a cycle 100 ns, long enough for the
// delays of any path.
EmittedFile window(const std::string& name) {
  return {"tb/window.v", fmt::format("`timescale 10ns/10ps\n"
                                     "module gradloom_window;\n"
                                     "  reg on = 1'b0;\n"
                                     "  initial begin\n"
                                     "    $dumpfile(\"activity.vcd\");\n"
                                     "    $dumpvars(0, {0}_tb.u_dut);\n"
                                     "    $dumpoff;\n"
                                     "  end\n"
                                     "  always @(posedge {0}_tb.clk_i)\n"
                                     "    if (on !== ({0}_tb.busy_o === 1'b1)) begin\n"
                                     "      on = {0}_tb.busy_o === 1'b1;\n"
                                     "      if (on) $dumpon; else $dumpoff;\n"
                                     "    end\n"
                                     "endmodule\n",
                                     name)};
}

// The module of the RTL that a cell lies in.
std::string module_of(const Elaborated& elaborated, const std::string& top,
                      const std::string& place) {
  std::string module = top;
  std::istringstream parts(place);
  for (std::string part; std::getline(parts, part, '/');) {
    const auto& instances = elaborated.modules.at(module).instances;
    const auto found = instances.find(part);
    if (found == instances.end()) break;
    module = found->second;
  }
  return elaborated.modules.at(module).base;
}

}  // namespace

std::map<std::string, CellEnergy> cell_energies(const Design& design, const Netlist& netlist,
                                                double period_ns) {
  tool("sta");
  const Elaborated elaborated = elaborate(design);
  const fs::path liberty = find_liberty(netlist.options.liberty);
  const bool rams = !netlist.rams.empty() && !elaborated.ram_names.empty();
  const ScratchDir work(netlist.directory, "power-", "OUT");
  TimingOptions timing;
  timing.period_ns = period_ns;
  if (rams) {
    write_text_file(work.path() / "rams.lib", ram_liberty(elaborated, timing.ram_access_ns));
  }
  write_text_file(work.path() / "constraints.sdc", constraints(timing));
  write_text_file(work.path() / "power.tcl", script(netlist, liberty, rams));
  const std::string output =
      run_tool("sta", {"-exit", "-no_splash", "power.tcl"}, work.path(), "power.log");
  if (output.find("gradloom: done") == std::string::npos) {
    throw ToolError("sta: the power script did not end: " + printable(output, 300));
  }
  const auto still = read_powers(work.path() / "still.txt");
  const auto toggling = read_powers(work.path() / "toggling.txt");
  std::map<std::string, CellEnergy> result;
  for (const auto& [place, power] : still) {
    const double outputs = power.cell == "FAX1" || power.cell == "HAX1" ? 2 : 1;
    const double seconds = period_ns * 1e-9;
    result[place] = {power.watts * seconds,
                     (toggling.at(place).watts - power.watts) * seconds / outputs};
  }
  return result;
}

LayerShape power_shape(const Design& design) {
  const Config& config = design.config;
  const std::string file = printable(design.config_file, 400);
  if (config.bus != HostBus::none) {
    throw InputError(fmt::format(
        "{}: host.bus: found axi, allowed none: energy is measured on the array alone", file));
  }
  if (!config.dgrad || !config.wgrad) {
    throw InputError(fmt::format(
        "{}: array.operations: found no dgrad or no wgrad, allowed both of them", file));
  }
  LayerShape shape{4 * config.rows, 2 * config.cols, 16};
  const auto good = [&] {
    return golden::check(config, golden::make_command(Op::backward, Schedule::interleaved, shape.m,
                                                      shape.n, shape.b)) == Status::ok;
  };
  while (!good()) {
    if (shape.m > config.rows)
      shape.m /= 2;
    else if (shape.n > config.cols)
      shape.n /= 2;
    else if (shape.b > 1)
      shape.b /= 2;
    else
      throw InputError(fmt::format("{}: buffers: found room for no tile", file));
  }
  return shape;
}

PowerRun measure(const Design& design, const Netlist& netlist,
                 const std::map<std::string, CellEnergy>& energies, const LayerOperands& operands,
                 Schedule schedule) {
  const Config& config = design.config;
  const ScratchDir work(netlist.directory, "activity-", "OUT");
  std::vector<EmittedFile> files{window(config.name)};
  const Program program = layer_check_program(config, Op::backward, schedule, operands);
  for (EmittedFile& file : emit_testbench(config, program, config_hash(config))) {
    files.push_back(std::move(file));
  }
  IcarusOptions icarus = gate_options(sources_of(netlist), true);
  icarus.roots = {"gradloom_window"};
  icarus.work = work.path();
  const IcarusResult run = run_icarus(config, files, icarus);
  if (!run.passed) {
    throw Error(ExitCode::check_failed,
                fmt::format("{}: the netlist with delays: {}", config.name, run.message));
  }
  const Toggles toggles =
      count_toggles(work.path() / "activity.vcd", config.name + "_tb", "u_dut", "clk_i");
  const Elaborated elaborated = elaborate(design);
  const golden::Cost cost =
      layer_cost(config, Op::backward, schedule, shape_of(Op::backward, operands));
  PowerRun result;
  result.schedule = schedule;
  result.cycles = toggles.cycles;
  result.checks = run.checks;
  result.macs = cost[Counter::macs];
  for (int i = static_cast<int>(Counter::x_read); i <= static_cast<int>(Counter::dw_write); ++i) {
    result.words += cost[static_cast<Counter>(i)];
  }
  std::size_t seen = 0;
  for (const auto& [place, energy] : energies) {
    const auto found = toggles.outputs.find(place);
    const double toggled = found == toggles.outputs.end() ? 0 : static_cast<double>(found->second);
    seen += found == toggles.outputs.end() ? 0 : 1;
    const double joules =
        energy.cycle * static_cast<double>(toggles.cycles) + energy.toggle * toggled;
    result.joules += joules;
    result.part[module_of(elaborated, netlist.top, place)] += joules;
  }
  // All cells have waves, and all waves a cell; only RAMs have none.
  if (seen != toggles.outputs.size() || seen + 1000 < energies.size()) {
    throw ToolError(fmt::format("{} cells of {} in the waves are known to sta, which has {}", seen,
                                toggles.outputs.size(), energies.size()));
  }
  return result;
}

}  // namespace gradloom::flow
