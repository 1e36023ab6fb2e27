// SPDX-License-Identifier: Apache-2.0
#include "mutate/mutated_circuit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generator/text_file.hpp"
#include "mutate/lemmas.hpp"
#include "mutate/search.hpp"
#include "sim/harness.hpp"

namespace gradloom::mutate {

namespace fs = std::filesystem;

namespace {

// The registers that are 1 in an example.
std::string state_text(const Circuit& circuit, const Miter& miter, const std::vector<Lit>& inputs,
                       const std::vector<Patterns>& values) {
  std::string text;
  for (std::size_t i = 0; i < circuit.registers.size(); ++i) {
    const auto at = std::find(inputs.begin(), inputs.end(), miter.state[i]);
    if (at == inputs.end() || values[static_cast<std::size_t>(at - inputs.begin())][0] == 0) {
      continue;
    }
    text += circuit.registers[i] + "\n";
  }
  return text;
}

}  // namespace

Circuit mutated_circuit(const Netlist& netlist, const std::vector<Mutant>& mutants,
                        const fs::path& lemmas) {
  const int bits = mutant_bits(mutants.size());
  const std::string ram = netlist.prefix + "ram*";
  std::string script = "read_rtlil design.il\n";
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    script += fmt::format("mutate -ctrl {} {} {} -module {} {}\n", kMutantPin, bits, i + 1,
                          mutants[i].instance, mutants[i].change);
  }
  const auto names = [&](const char* text) {
    return fmt::format(fmt::runtime(text), fmt::arg("ram", ram), fmt::arg("top", netlist.top));
  };
  script += names(
      "setattr -mod -set keep_hierarchy 1 {ram}\n"
      "flatten {top}\n"
      "delete {ram}/c:*\n"
      "setundef -anyseq {top}\n"
      "memory_map {top}\n"
      "hierarchy -top {top}\n");
  const fs::path dir = netlist.dir / "proofs";
  fs::create_directories(dir);
  if (!lemmas.empty()) {
    run_yosys(netlist.dir, "flat", script + "write_rtlil proofs/flat.il\n");
    run_yosys(netlist.dir, "lemmas",
              fmt::format("read_verilog {}\nproc\nopt_clean\nwrite_rtlil proofs/lemmas.il\n",
                          fs::absolute(lemmas).string()));
    const std::string design = read_text_file(netlist.dir / "design.il");
    write_text_file(
        dir / "joined.il",
        with_lemmas(read_text_file(dir / "flat.il"), netlist.top, read_text_file(dir / "lemmas.il"),
                    place_instances(design, netlist.top, netlist.prefix)));
    script = names(
        "read_rtlil proofs/joined.il\n"
        "read_rtlil proofs/lemmas.il\n"
        "flatten {top}\n"
        "hierarchy -top {top}\n");
  }
  script += names(
      "cd {top}\n"
      "dffunmap\nopt_expr\nopt_clean\n"
      "expose -evert t:{ram}\n"
      "setundef -undriven -anyseq\n"
      "simplemap\ntechmap\ndffunmap\nopt_expr\naigmap\nopt_clean\n"
      "cd\n"
      "write_aiger -ascii -map proofs/mutated.map proofs/mutated.aag\n");
  run_yosys(netlist.dir, "gates", script);
  Circuit circuit =
      read_circuit(read_text_file(dir / "mutated.aag"), read_text_file(dir / "mutated.map"));
  // An input without a name is an x. If this pin were one, every mutant would be the design itself.
  const auto chooses = [](const PinBit& pin) { return pin.first == kMutantPin; };
  const auto pins = std::count_if(circuit.inputs.begin(), circuit.inputs.end(), chooses);
  if (pins != (mutants.empty() ? 0 : bits)) {
    throw ToolError(
        fmt::format("what yosys wrote as AIGER has {} bits that choose a mutant", pins));
  }
  return circuit;
}

void prove_lemmas(const Circuit& circuit, const fs::path& stem, int seconds) {
  for (const bool after_reset_only : {true, false}) {
    const Miter miter = make_lemma_miter(circuit, after_reset_only);
    if (miter.bad == kFalse) continue;
    std::vector<Lit> inputs;
    const Search found = search_any_state(miter, stem, inputs, seconds);
    if (found.holds) continue;
    if (found.example.empty()) throw CheckError("no proof of the lemmas was found", {});
    std::string names;
    for (const Check* check : failing(miter, inputs, found.example, false)) {
      names += " " + check->pin.substr(kLemmaPin.size());
    }
    const std::string state = stem.string() + ".txt";
    write_text_file(state, state_text(circuit, miter, inputs, found.example.at(0)));
    throw CheckError(
        fmt::format("lemmas not kept {}:{}; see {}",
                    after_reset_only ? "by reset" : "from cycle to cycle", names, state),
        {});
  }
}

}  // namespace gradloom::mutate
