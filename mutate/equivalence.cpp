// SPDX-License-Identifier: Apache-2.0
#include "mutate/equivalence.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <random>
#include <sstream>

#include "generator/process.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "mutate/lemmas.hpp"
#include "mutate/miter.hpp"
#include "sim/harness.hpp"

namespace gradloom::mutate {
namespace {

namespace fs = std::filesystem;

// More registers apart than this, and something real is different.
constexpr std::size_t kMaxApart = 300;

// Of a search that may lead to nothing, and how many of them there may be.
constexpr int kQuickSeconds = 2;
constexpr int kQuickShare = 20;

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

// Lets ABC look for a cycle with a failing check, or a proof that there is none. Commands for
// circuits without registers look at one cycle.
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
  const auto says = [&](const char* words) { return said.find(words) != std::string::npos; };
  if (says("Property proved") || says("UNSATISFIABLE")) return {true, {}};
  const std::string_view asserted = "was asserted in frame ";
  const std::size_t at = said.find(asserted);
  if ((at == std::string::npos && !says("SATISFIABLE")) || !fs::exists(example)) return {};
  std::size_t cycles = 1;
  if (at != std::string::npos) {
    cycles += std::strtoul(said.c_str() + at + asserted.size(), nullptr, 10);
  }
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

// One cycle, from any state at all, in which a check fails; no example if there is none, or it was
// not found in the time. `holds` if there is none.
Search search_any_state(const Miter& miter, const fs::path& stem, std::vector<Lit>& inputs,
                        int seconds) {
  const std::string aiger = miter.graph.aiger(miter.bad, inputs, true);
  return search(stem, aiger, inputs.size(), "dsat", seconds);
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
      "setundef -undriven -zero\n"
      "simplemap\ntechmap\ndffunmap\nopt_expr\naigmap\nopt_clean\n"
      "cd\n"
      "write_aiger -ascii -map proofs/mutated.map proofs/mutated.aag\n");
  run_yosys(netlist.dir, "gates", script);
  return read_circuit(read_text_file(dir / "mutated.aag"), read_text_file(dir / "mutated.map"));
}

namespace {

std::size_t count_of(const std::vector<bool>& apart) {
  return static_cast<std::size_t>(std::count(apart.begin(), apart.end(), true));
}

std::string registers(const std::vector<bool>& apart) {
  return fmt::format("{} registers apart", count_of(apart));
}

// If one of the checks is an output, it differs.
std::optional<Proof> output_differs(const std::vector<const Check*>& checks, std::size_t cycles) {
  for (const Check* check : checks) {
    if (check->is_reg) continue;
    return Proof{Proved::different,
                 fmt::format("{} differs in cycle {} after reset", check->pin, cycles)};
  }
  return std::nullopt;
}

// A first attempt, with little time for each search. Registers are put apart that differ in any
// state in which the lemmas hold, be it reachable or not, unless a short search says that it is
// not.
std::optional<Proof> prove_quickly(const Circuit& circuit, unsigned mutant, const fs::path& stem,
                                   int seconds) {
  std::vector<bool> apart(register_count(circuit), false);
  const int each = std::max(kQuickSeconds, seconds / kQuickShare);
  const double before = seconds_used();
  while (count_of(apart) <= kMaxApart && seconds_used() - before < seconds / 3) {
    const Miter miter = make_miter(circuit, mutant, apart);
    if (miter.bad == kFalse) return Proof{Proved::equivalent, "same gates, " + registers(apart)};
    std::vector<Lit> inputs;
    const Search any = search_any_state(miter, stem, inputs, each);
    if (any.holds) return Proof{Proved::equivalent, "by induction, " + registers(apart)};
    if (any.example.empty()) return std::nullopt;
    std::vector<const Check*> fails = failing(miter, inputs, any.example, false);
    const std::string aiger = miter.graph.aiger(miter.bad, inputs);
    const Search found =
        search(stem, aiger, inputs.size(), fmt::format("pdr -T {}", each), 2 * each);
    if (found.holds) return Proof{Proved::equivalent, "by induction, " + registers(apart)};
    if (!found.example.empty()) {
      fails = failing(miter, inputs, found.example, false);
      if (const auto proof = output_differs(fails, found.example.size())) return proof;
    }
    if (!put_apart(fails, apart)) return std::nullopt;
  }
  return std::nullopt;
}

// The example as the first pattern, and variations of it: they often speak against more at once.
std::vector<Patterns> varied(std::vector<Patterns> values, std::mt19937_64& random) {
  for (Patterns& value : values) {
    const std::uint64_t first = value[0] & 1;
    for (std::uint64_t& word : value) word ^= random() & random() & random() & random() & random();
    value[0] = (value[0] & ~std::uint64_t{1}) | first;
  }
  return values;
}

bool meet(const Patterns& a, const Patterns& b) {
  for (std::size_t w = 0; w < a.size(); ++w) {
    if ((a[w] & b[w]) != 0) return true;
  }
  return false;
}

// Takes back what an example speaks against: that registers are the same, or conditions of those
// apart. False if an output differs.
bool weaken(const Miter& miter, const std::vector<Lit>& inputs, const std::vector<Patterns>& cycle,
            const std::vector<Condition>& possible, Apart& apart) {
  std::vector<Lit> watched{miter.assumed};
  for (const Check& check : miter.checks) watched.push_back(check.differs);
  const std::size_t first = watched.size();
  for (const Condition& condition : possible) {
    watched.push_back(miter.next[condition.reg] ^ (condition.is_0 ? 1U : 0U));
  }
  const std::vector<Patterns> values = miter.graph.simulate(inputs, {cycle}, watched);
  for (std::size_t i = 0; i < miter.checks.size(); ++i) {
    const Check& check = miter.checks[i];
    Patterns fails = values[1 + i];
    for (std::size_t w = 0; w < fails.size(); ++w) fails[w] &= values[0][w];
    if (!meet(fails, fails)) continue;
    if (!check.is_reg) return false;
    const auto [entry, is_new] = apart.try_emplace(check.reg);
    const std::vector<Condition> before = is_new ? possible : entry->second;
    entry->second.clear();
    for (std::size_t k = 0; k < possible.size(); ++k) {
      const bool was = std::find(before.begin(), before.end(), possible[k]) != before.end();
      if (was && !meet(fails, values[first + k])) entry->second.push_back(possible[k]);
    }
  }
  return true;
}

// Registers are put apart that may differ, and of each is said under which conditions it does not:
// first under all, then under those that no example in one cycle speaks against. What is left is
// kept from cycle to cycle.
std::optional<Proof> prove_under_conditions(const Circuit& circuit, unsigned mutant,
                                            const fs::path& stem, int seconds) {
  const std::vector<Condition> possible = possible_conditions(circuit);
  Apart apart = apart_after_reset(circuit, mutant, possible);
  std::mt19937_64 random(3);
  const double before = seconds_used();
  while (apart.size() <= kMaxApart && seconds_used() - before < seconds) {
    const Miter miter = make_step_miter(circuit, mutant, apart);
    const std::string how =
        fmt::format("by induction, {} registers apart, under conditions", apart.size());
    if (miter.bad == kFalse) return Proof{Proved::equivalent, how};
    std::vector<Lit> inputs;
    const Search found = search_any_state(miter, stem, inputs, seconds);
    if (found.holds) return Proof{Proved::equivalent, how};
    if (found.example.empty()) return std::nullopt;
    const auto cycle = varied(found.example.at(0), random);
    if (!weaken(miter, inputs, cycle, possible, apart)) return std::nullopt;
  }
  return std::nullopt;
}

// Registers are put apart as examples show that they may differ, until nothing else does. Where
// none is found and no proof either, those that would differ in states that may not come are put
// apart.
Proof prove_slowly(const Circuit& circuit, unsigned mutant, const fs::path& stem, int seconds) {
  std::vector<bool> apart(register_count(circuit), false);
  const double before = seconds_used();
  for (;;) {
    const Miter miter = make_miter(circuit, mutant, apart);
    if (miter.bad == kFalse) return {Proved::equivalent, "same gates, " + registers(apart)};
    if (count_of(apart) > kMaxApart) return {Proved::nothing, "open, " + registers(apart)};
    std::vector<Lit> inputs;
    const std::string aiger = miter.graph.aiger(miter.bad, inputs);
    const auto random = random_cycle(inputs.size());
    // What differs at once needs no search.
    Search found{false, random};
    std::vector<const Check*> fails = failing(miter, inputs, random, false);
    for (const char* commands : kStrategies) {
      if (!fails.empty()) break;
      const int left = seconds - static_cast<int>(seconds_used() - before);
      if (left < 2) return {Proved::nothing, "open, " + registers(apart)};
      const int share = (left + 1) / 2;
      found = search(stem, aiger, inputs.size(),
                     fmt::format(fmt::runtime(commands), std::max(1, 2 * share / 3)), share);
      if (found.holds) return {Proved::equivalent, "by induction, " + registers(apart)};
      if (!found.example.empty()) fails = failing(miter, inputs, found.example, false);
    }
    if (const auto proof = output_differs(fails, found.example.size())) return *proof;
    if (fails.empty()) fails = failing(miter, inputs, random, true);
    if (!put_apart(fails, apart)) return {Proved::nothing, "open, " + registers(apart)};
  }
}

}  // namespace

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

Proof prove_equivalent(const Circuit& circuit, unsigned mutant, const fs::path& stem, int seconds) {
  if (const auto proof = prove_under_conditions(circuit, mutant, stem, seconds)) return *proof;
  if (const auto proof = prove_quickly(circuit, mutant, stem, seconds)) return *proof;
  return prove_slowly(circuit, mutant, stem, seconds);
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
