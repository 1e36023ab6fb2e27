// SPDX-License-Identifier: Apache-2.0
#include "flow/place_route.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <regex>
#include <sstream>

#include "flow/pin_harness.hpp"
#include "flow/results.hpp"
#include "flow/synth_report.hpp"
#include "flow/tools.hpp"
#include "generator/process.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

const std::vector<Device>& devices() {
  static const std::vector<Device> list{{"up5k", "sg48", true}, {"hx8k", "ct256", false}};
  return list;
}

std::string package_of(const PlaceOptions& options) {
  return options.package.empty() ? find_device(options.device).package : options.package;
}

// "Info:  ICESTORM_LC:  4890/ 5280    92%"
std::map<std::string, Use> read_use(const std::string& log) {
  static const std::regex pattern(R"(Info:\s+(\w+):\s*(\d+)/\s*(\d+)\s+\d+%)");
  std::map<std::string, Use> use;
  for (auto match = std::sregex_iterator(log.begin(), log.end(), pattern);
       match != std::sregex_iterator(); ++match) {
    use[(*match)[1].str()] = {std::stoi((*match)[2].str()), std::stoi((*match)[3].str())};
  }
  return use;
}

// The last figure, which is that after routing.
double read_fmax(const std::string& log) {
  static const std::regex pattern(R"(Max frequency for clock\s+'[^']*': ([0-9.]+) MHz)");
  double fmax = 0;
  for (auto match = std::sregex_iterator(log.begin(), log.end(), pattern);
       match != std::sregex_iterator(); ++match) {
    fmax = std::stod((*match)[1].str());
  }
  return fmax;
}

void require_fit(const Design& design, const PlaceOptions& options,
                 const std::map<std::string, Use>& use) {
  std::vector<std::string> over;
  for (const auto& [name, u] : use) {
    if (u.used > u.available) over.push_back(fmt::format("{} {} of {}", u.used, name, u.available));
  }
  if (over.empty()) return;
  throw InputError(
      fmt::format("{}: too large for {}: found a need of {}, allowed what the device has",
                  printable(design.config_file, 400), options.device, fmt::join(over, " and ")));
}

Design in_harness(const Design& design) {
  Design result = prepare_design(design.config, design.config_file, design.out, design.work / "pnr",
                                 {{"rtl/pins.v", pin_harness(design.config)}});
  result.top = design.config.name + "_pins";
  return result;
}

}  // namespace

std::vector<std::string> device_names() {
  std::vector<std::string> names;
  for (const Device& device : devices()) names.push_back(device.name);
  return names;
}

const Device& find_device(const std::string& name) {
  for (const Device& device : devices()) {
    if (device.name == name) return device;
  }
  throw InputError(fmt::format("--device: found \"{}\", allowed {}", printable(name),
                               fmt::join(device_names(), ", ")));
}

Placed place_and_route(const Design& design, const PlaceOptions& options) {
  const Device& device = find_device(options.device);
  tool("nextpnr-ice40");
  if (options.bitstream) tool("icepack");
  const Design harness = in_harness(design);
  SynthOptions synth;
  synth.library = Library::ice40;
  synth.dsp = device.dsp;
  const Netlist netlist = synthesise(harness, synth);
  const ScratchDir work(harness.work, "place-", "OUT");
  const ProcessResult run =
      run_process({tool("nextpnr-ice40").string(), "--" + device.name, "--package",
                   package_of(options), "--json", (netlist.directory / "nextpnr.json").string(),
                   "--asc", "design.asc", "--seed", std::to_string(options.seed), "--freq", "50",
                   "--pcf-allow-unconstrained", "--timing-allow-fail"},
                  {work.path(), work.path() / "nextpnr.log", {}});
  Placed placed;
  placed.use = read_use(run.output);
  require_fit(design, options, placed.use);
  placed.fmax_mhz = read_fmax(run.output);
  if (!run.good() || placed.use.empty() || placed.fmax_mhz <= 0) {
    if (run.output.find("package") != std::string::npos && placed.use.empty()) {
      throw InputError(
          fmt::format("--package: found \"{}\", allowed a package of {} that nextpnr knows",
                      printable(package_of(options)), device.name));
    }
    fail_tool("nextpnr-ice40", run.output, work.path(), "nextpnr.log");
  }
  if (options.bitstream) {
    run_tool("icepack", {"design.asc", "design.bin"}, work.path(), "icepack.log");
  }
  const CellCount own = own_cells(netlist, elaborate(harness), harness.top);
  placed.harness_luts = static_cast<int>(own.luts);
  placed.harness_flip_flops = static_cast<int>(own.flip_flops);
  placed.directory = harness.work / device.name;
  replace_directory(work.path(), placed.directory);
  return placed;
}

std::string placed_text(const Design& design, const PlaceOptions& options, const Placed& placed) {
  std::string text =
      fmt::format("{}, configuration {}, {}-{}, seed {}: Fmax {:.1f} MHz\n", design.config.name,
                  design.hash, options.device, package_of(options), options.seed, placed.fmax_mhz);
  Table table({"cells", "used", "of", "%"});
  for (const auto& [name, use] : placed.use) {
    if (use.used == 0) continue;
    table.add({name, std::to_string(use.used), std::to_string(use.available),
               fmt::format("{:.0f}", 100.0 * use.used / use.available)});
  }
  return text + table.text() +
         fmt::format("of these the pin harness: {} LUTs, {} flip-flops\n", placed.harness_luts,
                     placed.harness_flip_flops);
}

nlohmann::ordered_json placed_json(const PlaceOptions& options, const Placed& placed) {
  nlohmann::ordered_json use = nlohmann::ordered_json::object();
  for (const auto& [name, u] : placed.use) {
    use[name] = {{"used", u.used}, {"available", u.available}};
  }
  return {{"device", options.device},
          {"package", package_of(options)},
          {"seed", options.seed},
          {"fmax_mhz", placed.fmax_mhz},
          {"utilization", use},
          {"harness", {{"luts", placed.harness_luts}, {"flip_flops", placed.harness_flip_flops}}}};
}

}  // namespace gradloom::flow
