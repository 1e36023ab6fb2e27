// SPDX-License-Identifier: Apache-2.0
#include "mutate/netlist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "generator/emitter.hpp"
#include "generator/process.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "mutate/circuit.hpp"

namespace gradloom::mutate {
namespace {

namespace fs = std::filesystem;

constexpr int kSpare = 20;  // in place of mutants that are left out

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Yosys names a module with parameters after a hash of them. A name that says which module it is,
// and is legal in Verilog, is put in its place everywhere.
std::string with_plain_names(const std::string& il, const std::string& prefix) {
  static const std::regex mangled(R"(\$paramod(\$[0-9a-f]{40})?\\([A-Za-z0-9_]+)([^\s]*))");
  std::map<std::string, std::string> names;
  std::map<std::string, int> numbers;
  std::string out;
  auto last = il.cbegin();
  for (std::sregex_iterator it(il.begin(), il.end(), mangled), end; it != end; ++it) {
    const std::string base = (*it)[2];
    out.append(last, (*it)[0].first);
    last = (*it)[0].second;
    if (!base.starts_with(prefix)) {
      out += (*it)[0];
      continue;
    }
    auto [name, is_new] = names.try_emplace((*it)[0]);
    if (is_new) name->second = fmt::format("\\{}__{}", base, ++numbers[base]);
    out += name->second;
  }
  return out.append(last, il.cend());
}

std::vector<std::string> module_names(const std::string& il) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(il)) {
    if (line.starts_with("module \\")) names.push_back(line.substr(8));
  }
  return names;
}

std::string option(const std::string& command, const std::string& name) {
  const std::regex pattern(" -" + name + " ([^ ]+)");
  std::smatch match;
  return std::regex_search(command, match, pattern) ? match[1].str() : "";
}

// The last -src of a command is the place of the cell; those before it are of the wire.
std::string source_of(const std::string& command) {
  const std::size_t at = command.rfind(" -src ");
  if (at == std::string::npos) return "";
  std::string source = command.substr(at + 6);
  return source.substr(source.rfind('/') + 1);
}

Mutant parse_mutant(const Netlist& netlist, const std::string& group, const std::string& command) {
  Mutant mutant;
  mutant.group = group;
  mutant.instance = option(command, "module");
  mutant.module = template_of(mutant.instance, netlist.prefix);
  mutant.change =
      fmt::format("-mode {} -cell {} -port {} -portbit {}", option(command, "mode"),
                  option(command, "cell"), option(command, "port"), option(command, "portbit"));
  const std::string control = option(command, "ctrlbit");
  if (!control.empty()) mutant.change += " -ctrlbit " + control;
  mutant.source = source_of(command);
  return mutant;
}

// An inverted clock is not a fault of logic, and neither simulation nor proof looks at edges.
bool is_clock(const Mutant& mutant) {
  const std::string port = option(" " + mutant.change, "port");
  return port == "CLK" || port == "clk_i";
}

}  // namespace

std::string template_of(const std::string& module, const std::string& prefix) {
  const std::string name = module.substr(prefix.size());
  return name.substr(0, name.find("__"));
}

std::string describe(const Mutant& mutant) {
  const std::string with = option(" " + mutant.change, "ctrlbit");
  std::string cell = option(" " + mutant.change, "cell");
  if (const std::size_t end = cell.find("$rtl/"); end != std::string::npos) cell.resize(end);
  return fmt::format("{} {}{} {}.{}[{}]", mutant.source, option(" " + mutant.change, "mode"),
                     with.empty() ? "" : " by bit " + with, cell,
                     option(" " + mutant.change, "port"), option(" " + mutant.change, "portbit"));
}

std::vector<std::string> Netlist::templates() const {
  std::set<std::string> names;
  for (const std::string& module : modules) names.insert(template_of(module, prefix));
  return {names.begin(), names.end()};
}

std::vector<std::string> Netlist::instances(const std::string& module) const {
  std::vector<std::string> found;
  for (const std::string& name : modules) {
    if (template_of(name, prefix) == module) found.push_back(name);
  }
  return found;
}

std::string run_yosys(const fs::path& dir, const std::string& name, const std::string& script,
                      bool* good) {
  const fs::path yosys = require_program("yosys", "yosys");
  write_text_file(dir / (name + ".ys"), script);
  ProcessOptions options;
  options.directory = dir;
  const ProcessResult result = run_process({yosys.string(), "-Q", "-T", name + ".ys"}, options);
  if (good != nullptr) {
    *good = result.good();
  } else if (!result.good()) {
    const std::size_t from = result.output.find("ERROR");
    throw ToolError(fmt::format("yosys failed with {}: {}", result.exit_code,
                                result.output.substr(std::min(from, result.output.size()), 500)));
  }
  return result.output;
}

Netlist make_netlist(const Config& config, const fs::path& dir) {
  Netlist netlist{dir, config.name + "_top", {}, config.name + "_"};
  const std::vector<EmittedFile> rtl = emit_rtl(config, template_dir());
  write_files(rtl, dir);
  std::string script = "read_verilog -DGRADLOOM_TRACE";
  for (const EmittedFile& file : rtl) script += " " + file.path;
  // A table as a ROM would be a memory with an initial value, and that cannot be mutated.
  script +=
      fmt::format("\nhierarchy -check -top {}\nproc -norom\nopt -fast\nwrite_rtlil elaborated.il\n",
                  netlist.top);
  run_yosys(dir, "elaborate", script);
  const std::string il = with_plain_names(read_text_file(dir / "elaborated.il"), netlist.prefix);
  write_text_file(dir / "design.il", il);
  netlist.modules = module_names(il);
  return netlist;
}

int mutant_bits(std::size_t mutants) {
  int bits = 1;
  while ((std::size_t{1} << bits) <= mutants) ++bits;
  return bits;
}

std::vector<Mutant> draw_mutants(const Netlist& netlist, const std::vector<Group>& groups,
                                 int count, std::uint64_t seed) {
  std::string script = "read_rtlil design.il\n";
  for (const Group& group : groups) {
    script += fmt::format("mutate -list {} -seed {} -o {}.list", count + kSpare, seed, group.name);
    for (const std::string& module : group.modules) {
      for (const std::string& instance : netlist.instances(module)) script += " " + instance;
    }
    script += "\n";
  }
  run_yosys(netlist.dir, "draw", script);
  std::vector<Mutant> mutants;
  for (const Group& group : groups) {
    int left = count;
    for (const std::string& line : lines_of(read_text_file(netlist.dir / (group.name + ".list")))) {
      if (!line.starts_with("mutate ")) continue;
      const Mutant mutant = parse_mutant(netlist, group.name, line);
      if (is_clock(mutant) || left == 0) continue;
      --left;
      mutants.push_back(mutant);
      mutants.back().number = static_cast<int>(mutants.size());
    }
  }
  return mutants;
}

std::string mutated_verilog(const Netlist& netlist, const std::vector<Mutant>& mutants) {
  const int bits = mutant_bits(mutants.size());
  std::string script = "read_rtlil design.il\n";
  for (const Mutant& mutant : mutants) {
    script += fmt::format("mutate -ctrl {} {} {} -module {} {}\n", kMutantPin, bits, mutant.number,
                          mutant.instance, mutant.change);
  }
  script += "clean\nwrite_verilog -noattr mutated.v\n";
  run_yosys(netlist.dir, "apply", script);
  return read_text_file(netlist.dir / "mutated.v");
}

}  // namespace gradloom::mutate
