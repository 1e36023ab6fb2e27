// SPDX-License-Identifier: Apache-2.0
#include "flow/gate_sim.hpp"

#include <fmt/format.h>

#include <array>
#include <system_error>

#include "flow/tools.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

// Yosys's models of its own cells, beside the program.
fs::path generic_models() {
  const fs::path program = tool("yosys");
  const fs::path path = program.parent_path().parent_path() / "share/yosys/simcells.v";
  std::error_code error;
  if (fs::is_regular_file(path, error)) return path;
  throw ToolError(fmt::format("{}: not found; it is in the Debian package yosys", path.string()));
}

}  // namespace

GateSources sources_of(const Netlist& netlist) {
  return {netlist.options.library, netlist.verilog, netlist.rams};
}

GateSources gate_sources(const Netlist& netlist, const fs::path& other, const std::string& top) {
  if (other.empty()) return sources_of(netlist);
  const std::string text = read_text_file(other);
  if (text.find("module " + top + "(") == std::string::npos &&
      text.find("module " + top + " ") == std::string::npos) {
    throw InputError(fmt::format("--netlist: {}: found no module {}, allowed a netlist that has it",
                                 printable(other.string(), 400), top));
  }
  return {netlist.options.library, fs::absolute(other), netlist.rams};
}

void require_cells(Library library) {
  if (black_box_rams(library)) return;
  throw InputError(fmt::format("--library: found {}, allowed generic or osu018", name(library)));
}

IcarusOptions gate_options(const GateSources& sources, bool delays) {
  IcarusOptions options;
  const bool osu = sources.library == Library::osu018;
  // The models give delays as min:typ:max; without -Ttyp each of them is a warning.
  options.flags = {"-Ttyp"};
  if (delays) options.flags.emplace_back("-gspecify");
  options.sources = {osu ? default_cell_models() : generic_models(), sources.netlist};
  if (!sources.rams.empty()) options.sources.push_back(sources.rams);
  return options;
}

}  // namespace gradloom::flow
