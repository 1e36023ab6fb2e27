// SPDX-License-Identifier: Apache-2.0
#include "mutate/equivalence.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>

#include "mutate/miter.hpp"
#include "mutate/search.hpp"

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

Proof prove_equivalent(const Circuit& circuit, unsigned mutant, const fs::path& stem, int seconds) {
  if (const auto proof = prove_under_conditions(circuit, mutant, stem, seconds)) return *proof;
  if (const auto proof = prove_quickly(circuit, mutant, stem, seconds)) return *proof;
  return prove_slowly(circuit, mutant, stem, seconds);
}

}  // namespace gradloom::mutate
