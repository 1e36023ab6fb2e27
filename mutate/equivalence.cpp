// SPDX-License-Identifier: Apache-2.0
#include "mutate/equivalence.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <sstream>

#include "generator/process.hpp"
#include "generator/text_file.hpp"
#include "mutate/miter.hpp"

namespace gradloom::mutate {
namespace {

namespace fs = std::filesystem;

// More registers apart than this, and something real is different.
constexpr std::size_t kMaxApart = 300;

// {0} stands for seconds. The first finds what differs soon. Registers and gates that are always
// equal are merged by `scorr`, which often leaves nothing to prove. `gla` frees all gates that no
// example needed so far: what holds then holds for the whole, and what does not is an example of
// the whole only if simulation says so.
constexpr std::array kStrategies{"pdr -T 1", "scorr -F 1; pdr -T {0}",
                                 "&get; &gla -T {0}; &gla_derive; &put; pdr -T {0}",
                                 "scorr -F 2; pdr"};

double seconds_used() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What came of it, with the cycles of an example in which a check fails, if there is one.
struct Search {
  bool holds = false;
  std::vector<std::vector<Patterns>> example;
};

// The last lines of the file are the inputs of each cycle; ABC puts a remark behind the last one.
std::vector<std::vector<Patterns>> read_example(const std::string& text, std::size_t inputs,
                                                std::size_t cycles) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    line.resize(std::min(line.size(), line.find('#')));
    if (line.size() == inputs && line.find_first_not_of("01") == std::string::npos) {
      lines.push_back(line);
    }
  }
  if (lines.size() < cycles) return {};
  std::vector<std::vector<Patterns>> values;
  for (std::size_t i = lines.size() - cycles; i < lines.size(); ++i) {
    values.emplace_back();
    for (const char c : lines[i]) {
      const std::uint64_t word = c == '1' ? ~std::uint64_t{0} : 0;
      values.back().push_back({word, word, word, word});
    }
  }
  return values;
}

// Lets ABC look for a cycle with a failing check, or a proof that there is none.
Search search(const fs::path& stem, const std::string& aiger, std::size_t inputs,
              const std::string& commands, int seconds) {
  const fs::path abc = require_program("yosys-abc", "yosys");
  const std::string name = stem.filename().string();
  write_text_file(stem.string() + ".aig", aiger);
  const fs::path example = stem.string() + ".cex";
  fs::remove(example);
  ProcessOptions options;
  options.directory = stem.parent_path();
  options.log = stem.string() + ".log";
  const std::string script =
      fmt::format("read_aiger {0}.aig; strash; {1}; write_cex -a {0}.cex", name, commands);
  const std::string limited =
      fmt::format("ulimit -t {}; exec {} -c '{}'", seconds, abc.string(), script);
  const std::string said = run_process({"sh", "-c", limited}, options).output;
  if (said.find("Property proved") != std::string::npos) return {true, {}};
  const std::string_view asserted = "was asserted in frame ";
  const std::size_t at = said.find(asserted);
  if (at == std::string::npos || !fs::exists(example)) return {};
  const std::size_t cycles =
      std::strtoul(said.c_str() + at + asserted.size(), nullptr, 10) + std::size_t{1};
  return {false, read_example(read_text_file(example), inputs, cycles)};
}

// Checks that fail in the last cycle, in any of the patterns.
std::vector<const Check*> failing(const Miter& miter, const std::vector<Lit>& inputs,
                                  const std::vector<std::vector<Patterns>>& values,
                                  bool any_state) {
  std::vector<Lit> watched;
  for (const Check& check : miter.checks) watched.push_back(check.differs);
  const std::vector<Patterns> found = miter.graph.simulate(inputs, values, watched, any_state);
  std::vector<const Check*> result;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool any = std::any_of(found[i].begin(), found[i].end(), [](auto w) { return w != 0; });
    if (any) result.push_back(&miter.checks[i]);
  }
  return result;
}

std::vector<std::vector<Patterns>> random_cycle(std::size_t inputs) {
  std::mt19937_64 random(1);
  std::vector<Patterns> values(inputs);
  for (Patterns& value : values) {
    for (std::uint64_t& word : value) word = random();
  }
  return {values};
}

// Puts the registers of these checks apart. False if there are none.
bool put_apart(const std::vector<const Check*>& checks, std::vector<bool>& apart) {
  bool any = false;
  for (const Check* check : checks) {
    if (!check->is_reg) continue;
    apart[check->reg] = true;
    any = true;
  }
  return any;
}

}  // namespace

Circuit mutated_circuit(const Netlist& netlist, const std::vector<Mutant>& mutants) {
  const int bits = mutant_bits(mutants.size());
  const std::string ram = netlist.prefix + "ram*";
  std::string script = "read_rtlil design.il\n";
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    script += fmt::format("mutate -ctrl {} {} {} -module {} {}\n", kMutantPin, bits, i + 1,
                          mutants[i].instance, mutants[i].change);
  }
  script += fmt::format(
      "setattr -mod -set keep_hierarchy 1 {ram}\n"
      "flatten {top}\n"
      "delete {ram}/c:*\n"
      "memory_map {top}\n"
      "hierarchy -top {top}\n"
      "cd {top}\n"
      "dffunmap\nopt_expr\nopt_clean\n"
      "expose -evert t:{ram}\n"
      "setundef -undriven -zero\n"
      "simplemap\ntechmap\ndffunmap\nopt_expr\naigmap\nopt_clean\n"
      "cd\n"
      "write_aiger -ascii -map proofs/mutated.map proofs/mutated.aag\n",
      fmt::arg("ram", ram), fmt::arg("top", netlist.top));
  const fs::path dir = netlist.dir / "proofs";
  fs::create_directories(dir);
  run_yosys(netlist.dir, "gates", script);
  return read_circuit(read_text_file(dir / "mutated.aag"), read_text_file(dir / "mutated.map"));
}

// Registers are put apart as examples show that they may differ, until nothing else does. Where
// none is found and no proof either, those that would differ in states that may not come are put
// apart.
Proof prove_equivalent(const Circuit& circuit, unsigned mutant, const fs::path& stem, int seconds) {
  std::vector<bool> apart(register_count(circuit), false);
  const double before = seconds_used();
  for (;;) {
    const Miter miter = make_miter(circuit, mutant, apart);
    const auto count = static_cast<std::size_t>(std::count(apart.begin(), apart.end(), true));
    const std::string registers = fmt::format("{} registers apart", count);
    if (miter.bad == kFalse) return {Proved::equivalent, "same gates, " + registers};
    if (count > kMaxApart) return {Proved::nothing, "open, " + registers};
    std::vector<Lit> inputs;
    const std::string aiger = miter.graph.aiger(miter.bad, inputs);
    const auto random = random_cycle(inputs.size());
    // What differs at once needs no search.
    Search found{false, random};
    std::vector<const Check*> fails = failing(miter, inputs, random, false);
    for (const char* commands : kStrategies) {
      if (!fails.empty()) break;
      const int left = seconds - static_cast<int>(seconds_used() - before);
      if (left < 2) return {Proved::nothing, "open, " + registers};
      const int share = (left + 1) / 2;
      found = search(stem, aiger, inputs.size(),
                     fmt::format(fmt::runtime(commands), std::max(1, 2 * share / 3)), share);
      if (found.holds) return {Proved::equivalent, "by induction, " + registers};
      if (!found.example.empty()) fails = failing(miter, inputs, found.example, false);
    }
    for (const Check* check : fails) {
      if (check->is_reg) continue;
      return {Proved::different,
              fmt::format("{} differs in cycle {} after reset", check->pin, found.example.size())};
    }
    if (fails.empty()) fails = failing(miter, inputs, random, true);
    if (!put_apart(fails, apart)) return {Proved::nothing, "open, " + registers};
  }
}

}  // namespace gradloom::mutate
