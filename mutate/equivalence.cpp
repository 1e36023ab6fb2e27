// SPDX-License-Identifier: Apache-2.0
#include "mutate/equivalence.hpp"

#include <fmt/format.h>

#include <sstream>

#include "generator/text_file.hpp"

namespace gradloom::mutate {
namespace {

namespace fs = std::filesystem;

// Module and mutant beside each other, with the same inputs; `trigger` is 1 when an output differs.
// RAMs are cut out: what goes into them are outputs, what comes out of them is an input of both.
// Registers are outputs too. Writes the names of registers to `state`.
std::string miter_script(const Netlist& netlist, const Mutant& mutant, const std::string& stem) {
  const std::string ram = netlist.prefix + "ram*";
  return fmt::format(
      "read_rtlil {dir}/design.il\n"
      "hierarchy -top {module}\n"
      "copy {module} gold\n"
      "rename {module} gate\n"
      "mutate {change} -module gate\n"
      "setattr -mod -unset top gold gate\n"
      "setattr -mod -set keep_hierarchy 1 {ram}\n"
      "flatten gold gate\n"
      "delete gold gate %u {ram} %u %n\n"
      "memory_map\ndffunmap\nopt_clean\nopt_expr\n"
      "expose -evert gold/t:{ram} gate/t:{ram}\n"
      "expose -dff gold gate\n"
      "tee -q -o {stem}.state select -list gold/t:$dff %co1:+[Q] gold/o:* %i\n"
      "miter -equiv -flatten -make_outputs gold gate miter\n"
      "hierarchy -top miter\n"
      "opt_expr\nopt_merge -share_all\nopt_clean\n"
      "write_rtlil {stem}.il\n",
      fmt::arg("dir", netlist.dir.string()), fmt::arg("module", mutant.instance),
      fmt::arg("change", mutant.change), fmt::arg("ram", ram), fmt::arg("stem", stem));
}

// All registers are the same in cycle 1. Two runs: this can be (or all would follow from it), and
// then no output and no register differs in cycles 1 and 2; so none ever does.
std::string proof_script(const std::string& stem, const std::string& state) {
  std::string same;
  std::istringstream in(state);
  for (std::string line; std::getline(in, line);) {
    const std::size_t slash = line.find('/');
    if (slash == std::string::npos) continue;
    const std::string name = line.substr(slash + 1);
    same += fmt::format(" -set-at 1 gold_{} gate_{}", name, name);
  }
  return fmt::format(
      "read_rtlil {0}.il\n"
      "sat -seq 2{1} miter\n"
      "sat -verify -seq 2{1} -prove trigger 0 miter\n",
      stem, same);
}

}  // namespace

Proof prove_equivalent(const Netlist& netlist, const Mutant& mutant) {
  const fs::path dir = netlist.dir / "proofs";
  fs::create_directories(dir);
  const std::string stem = fmt::format("m{}", mutant.number);
  bool good = false;
  run_yosys(dir, stem + ".miter", miter_script(netlist, mutant, stem), &good);
  if (!good) return {};
  const std::string state = read_text_file(dir / (stem + ".state"));
  const std::string said = run_yosys(dir, stem, proof_script(stem, state), &good);
  const auto says = [&](const char* text) { return said.find(text) != std::string::npos; };
  const bool proved = good && says("SAT solving finished - model found") &&
                      says("SAT proof finished - no model found: SUCCESS!");
  if (!proved) return {};
  return {true, "same outputs and registers in every cycle, by induction"};
}

}  // namespace gradloom::mutate
