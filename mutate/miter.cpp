// SPDX-License-Identifier: Apache-2.0
#include "mutate/miter.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace gradloom::mutate {
namespace {

constexpr std::string_view kReset = "rst_ni";
constexpr std::string_view kRead = ".rdata_o";

// Pins of the design have no dot in their names, pins of the RAMs have one.
std::pair<std::string, std::string> ram_and_pin(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return {"", name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

bool is_read_data(const PinBit& pin) { return pin.first.ends_with(kRead); }

// The read register of each input that is one.
std::vector<RegIndex> read_registers(const Circuit& circuit) {
  std::vector<RegIndex> numbers;
  RegIndex next = circuit.next.size();
  for (const PinBit& pin : circuit.inputs) numbers.push_back(is_read_data(pin) ? next++ : 0);
  return numbers;
}

enum class Level : unsigned { none = 0, zero = 1, one = 2, any = 3 };

Level inverted(Level level) {
  const auto bits = static_cast<unsigned>(level);
  return static_cast<Level>(((bits & 1U) << 1) | (bits >> 1));
}

// The registers one cycle after reset, whatever they were before.
std::vector<Level> after_reset(const Circuit& circuit, unsigned mutant) {
  const std::size_t variables = circuit.inputs.size() + circuit.next.size() + 1;
  std::vector<Level> levels(variables + circuit.gates.size(), Level::any);
  levels[0] = Level::zero;
  for (std::size_t i = 0; i < circuit.inputs.size(); ++i) {
    const PinBit& pin = circuit.inputs[i];
    if (pin.first == kReset) levels[i + 1] = Level::zero;
    if (pin.first == kMutantPin) {
      levels[i + 1] = ((mutant >> pin.second) & 1U) != 0 ? Level::one : Level::zero;
    }
  }
  const auto level_of = [&](Lit lit) {
    const Level level = levels[lit >> 1];
    return (lit & 1) != 0 ? inverted(level) : level;
  };
  for (const Circuit::Gate& gate : circuit.gates) {
    const auto a = static_cast<unsigned>(level_of(gate.a));
    const auto b = static_cast<unsigned>(level_of(gate.b));
    levels.at(gate.out >> 1) = static_cast<Level>(((a | b) & 1U) | (a & b & 2U));
  }
  std::vector<Level> result;
  for (const Lit next : circuit.next) result.push_back(level_of(next));
  return result;
}

// One of the two circuits in the graph.
struct Copy {
  std::vector<Lit> values;  // of the circuit's variables
  std::vector<Lit> regs;    // of each register the value now,
  std::vector<Lit> next;    // and the next one
  std::vector<Lit> held;    // and what stores it
};

class Builder {
 public:
  Builder(const Circuit& circuit, unsigned mutant, std::vector<bool> apart)
      : circuit_(circuit),
        mutant_(mutant),
        apart_(std::move(apart)),
        reads_(read_registers(circuit)) {}

  Miter build() {
    place_copies();
    compare_registers();
    compare_outputs();
    watch(lemmas_hold(copies_[0]));
    return std::move(miter_);
  }

  Miter build_step(const Apart& apart) {
    Graph& g = miter_.graph;
    for (RegIndex i = 0; i < register_count(circuit_); ++i) {
      miter_.state.push_back(g.input());
      copies_[0].regs.push_back(miter_.state.back());
      copies_[1].regs.push_back(apart_[i] ? g.input() : miter_.state.back());
    }
    add_inputs();
    for (const unsigned which : {0U, 1U}) {
      copies_[which].next.resize(miter_.state.size());
      add_copy(which);
    }
    miter_.next = copies_[0].next;
    miter_.assumed = lemmas_hold(copies_[0]);
    for (const auto& [reg, conditions] : apart) {
      const Lit differs = g.differ(copies_[0].regs[reg], copies_[1].regs[reg]);
      const Lit wrong = g.both(any_of(conditions, copies_[0].regs), differs);
      miter_.assumed = g.both(miter_.assumed, wrong ^ 1);
      const Lit will_differ = g.differ(copies_[0].next[reg], copies_[1].next[reg]);
      const Lit fails = g.both(any_of(conditions, copies_[0].next), will_differ);
      if (fails != kFalse) miter_.checks.push_back({fails, true, reg, ""});
    }
    for (RegIndex i = 0; i < apart_.size(); ++i) {
      if (apart_[i]) continue;
      const Lit differs = g.differ(copies_[0].next[i], copies_[1].next[i]);
      if (differs != kFalse) miter_.checks.push_back({differs, true, i, ""});
    }
    compare_outputs();
    watch(kTrue);
    miter_.bad = g.both(miter_.bad, miter_.assumed);
    return std::move(miter_);
  }

  // Lemmas in the cycle after reset, or in the one after a cycle in which all hold.
  Miter build_lemmas(bool after_reset_only) {
    levels_ = {after_reset(circuit_, 0), {}};
    Copy& first = copies_[0];
    for (RegIndex i = 0; i < register_count(circuit_); ++i) {
      const Lit any = miter_.graph.input();
      miter_.state.push_back(any);
      first.regs.push_back(after_reset_only ? start_at(level(0, i), any) : any);
    }
    first.next.resize(first.regs.size());
    add_inputs();
    add_copy(0);
    Lit before = kTrue;
    if (!after_reset_only) {
      before = lemmas_hold(first);
      copies_[1].regs = first.next;
      copies_[1].next.resize(first.regs.size());
      add_inputs();
      add_copy(1);
    }
    for (const auto& [name, lit] : circuit_.lemmas) {
      const Lit holds = of(copies_[after_reset_only ? 0 : 1], lit);
      const Lit fails = miter_.graph.both(before, holds ^ 1);
      if (fails != kFalse) miter_.checks.push_back({fails, false, 0, name});
    }
    watch(kTrue);
    return std::move(miter_);
  }

 private:
  void add_inputs() {
    Graph& g = miter_.graph;
    pins_.clear();
    words_.clear();
    for (const PinBit& pin : circuit_.inputs) {
      pins_.push_back(is_read_data(pin) || pin.first == kMutantPin ? kFalse : g.input());
      words_.push_back(is_read_data(pin) ? g.input() : kFalse);
    }
  }

  Lit lemmas_hold(const Copy& copy) {
    Lit holds = kTrue;
    for (const auto& [name, lit] : circuit_.lemmas) holds = miter_.graph.both(holds, of(copy, lit));
    return holds;
  }

  Lit any_of(const std::vector<Condition>& conditions, const std::vector<Lit>& values) {
    Lit any = kFalse;
    for (const Condition& condition : conditions) {
      any = miter_.graph.either(any, values[condition.reg] ^ (condition.is_0 ? 1U : 0U));
    }
    return any;
  }

  void place_copies() {
    Graph& g = miter_.graph;
    running_ = g.reg();
    g.set_next(running_, kTrue);
    add_inputs();
    levels_ = {after_reset(circuit_, 0), after_reset(circuit_, mutant_)};
    place_registers();
    for (const unsigned which : {0U, 1U}) add_copy(which);
    for (const Copy& copy : copies_) {
      for (RegIndex i = 0; i < copy.regs.size(); ++i) {
        if (copy.held[i] != kFalse) g.set_next(copy.held[i], copy.next[i]);
      }
    }
  }

  // A check that fails is bad as long as `holds` was never 0.
  void watch(Lit holds) {
    Graph& g = miter_.graph;
    for (const Check& check : miter_.checks) {
      miter_.bad = g.either(miter_.bad, check.differs);
    }
    if (holds == kTrue) return;
    const Lit failed = g.reg();  // 0 in the first cycle
    const Lit still = g.both(failed ^ 1, holds);
    g.set_next(failed, still ^ 1);
    miter_.bad = g.both(miter_.bad, still);
  }

  void place_registers() {
    Graph& g = miter_.graph;
    const RegIndex count = register_count(circuit_);
    for (Copy& copy : copies_) {
      copy.regs.resize(count);
      copy.next.resize(count);
      copy.held.assign(count, kFalse);
    }
    for (RegIndex i = 0; i < count; ++i) {
      const Level design = level(0, i);
      const Level mutant = level(1, i);
      const Lit any = g.input();
      hold(copies_[0], i, start_at(design != Level::any ? design : mutant, any));
      if (apart_[i]) {
        const bool alone = mutant == Level::any && design != Level::any;
        hold(copies_[1], i, start_at(mutant, alone ? g.input() : any));
      } else {
        copies_[1].regs[i] = copies_[0].regs[i];
      }
    }
  }

  // After reset.
  Level level(unsigned which, RegIndex i) const {
    return i < circuit_.next.size() ? levels_[which][i] : Level::any;
  }

  static Lit start_at(Level level, Lit any) {
    return level == Level::zero ? kFalse : level == Level::one ? kTrue : any;
  }

  void hold(Copy& copy, RegIndex i, Lit start) {
    copy.held[i] = miter_.graph.reg();
    copy.regs[i] = miter_.graph.choose(running_, copy.held[i], start);
  }

  void add_copy(unsigned which) {
    Graph& g = miter_.graph;
    Copy& copy = copies_[which];
    const std::size_t first_gate = circuit_.inputs.size() + circuit_.next.size() + 1;
    copy.values.assign(first_gate + circuit_.gates.size(), kFalse);
    for (std::size_t i = 0; i < circuit_.inputs.size(); ++i) {
      const PinBit& pin = circuit_.inputs[i];
      Lit value = pins_[i];
      if (is_read_data(pin)) value = copy.regs[reads_[i]];
      if (pin.first == kMutantPin && which == 1) value = (mutant_ >> pin.second) & 1U;
      copy.values[i + 1] = value;
    }
    for (std::size_t i = 0; i < circuit_.next.size(); ++i) {
      copy.values[circuit_.reg(i) >> 1] = copy.regs[i];
    }
    for (const Circuit::Gate& gate : circuit_.gates) {
      copy.values.at(gate.out >> 1) = g.both(of(copy, gate.a), of(copy, gate.b));
    }
    for (std::size_t i = 0; i < circuit_.next.size(); ++i) {
      copy.next[i] = of(copy, circuit_.next[i]);
    }
    for (std::size_t i = 0; i < circuit_.inputs.size(); ++i) {
      if (!is_read_data(circuit_.inputs[i])) continue;
      const RegIndex reg = reads_[i];
      const Lit reads = output(copy, ram_and_pin(circuit_.inputs[i].first).first + ".re_i");
      copy.next[reg] = g.choose(reads, words_[i], copy.regs[reg]);
    }
  }

  static Lit of(const Copy& copy, Lit lit) { return copy.values[lit >> 1] ^ (lit & 1); }

  Lit output(const Copy& copy, const std::string& pin) const {
    return of(copy, circuit_.outputs.at({pin, 0}));
  }

  void compare_registers() {
    Graph& g = miter_.graph;
    for (RegIndex i = 0; i < apart_.size(); ++i) {
      if (apart_[i]) continue;
      // Where reset sets the register of the design, it must set that of the mutant.
      if (level(0, i) != Level::any && level(0, i) != level(1, i)) {
        miter_.checks.push_back({running_ ^ 1, true, i, ""});
      }
      const Lit differs = g.differ(copies_[0].next[i], copies_[1].next[i]);
      if (differs != kFalse) miter_.checks.push_back({differs, true, i, ""});
    }
  }

  void compare_outputs() {
    Graph& g = miter_.graph;
    for (const auto& [bit, lit] : circuit_.outputs) {
      const auto [ram, pin] = ram_and_pin(bit.first);
      Lit differs = g.differ(of(copies_[0], lit), of(copies_[1], lit));
      if (!ram.empty()) {
        if (pin == "re_i" || pin == "clk_i") continue;
        const std::string enable = ram + (pin == "raddr_i" ? ".re_i" : ".we_i");
        const Lit both = g.both(output(copies_[0], enable), output(copies_[1], enable));
        if (pin != "we_i") differs = g.both(differs, both);
      }
      if (differs != kFalse) miter_.checks.push_back({differs, false, 0, bit.first});
    }
  }

  const Circuit& circuit_;
  unsigned mutant_;
  std::vector<bool> apart_;
  std::vector<RegIndex> reads_;
  std::vector<Lit> pins_;   // of each input,
  std::vector<Lit> words_;  // and what is read if it is of a RAM
  std::array<std::vector<Level>, 2> levels_;
  std::array<Copy, 2> copies_;
  Lit running_ = kFalse;  // 0 in the first cycle only
  Miter miter_;
};

}  // namespace

RegIndex register_count(const Circuit& circuit) {
  RegIndex count = circuit.next.size();
  for (const PinBit& pin : circuit.inputs) count += is_read_data(pin) ? 1 : 0;
  return count;
}

Miter make_miter(const Circuit& circuit, unsigned mutant, const std::vector<bool>& apart) {
  return Builder(circuit, mutant, apart).build();
}

Miter make_step_miter(const Circuit& circuit, unsigned mutant, const Apart& apart) {
  std::vector<bool> twice(register_count(circuit), false);
  for (const auto& [reg, conditions] : apart) twice[reg] = true;
  return Builder(circuit, mutant, std::move(twice)).build_step(apart);
}

Apart apart_after_reset(const Circuit& circuit, unsigned mutant,
                        const std::vector<Condition>& conditions) {
  const std::vector<Level> design = after_reset(circuit, 0);
  const std::vector<Level> changed = after_reset(circuit, mutant);
  Apart apart;
  for (RegIndex i = 0; i < design.size(); ++i) {
    if (design[i] == Level::any || design[i] == changed[i]) continue;
    for (const Condition& condition : conditions) {
      const Level holds = condition.is_0 ? inverted(design[condition.reg]) : design[condition.reg];
      if (holds == Level::zero) apart[i].push_back(condition);
    }
  }
  return apart;
}

std::vector<Condition> possible_conditions(const Circuit& circuit) {
  constexpr int kMostBits = 16;
  const auto whole = [](const std::string& bit) { return bit.substr(0, bit.rfind('[')); };
  std::map<std::string, int> bits;
  for (const std::string& name : circuit.registers) ++bits[whole(name)];
  const std::vector<Level> levels = after_reset(circuit, 0);
  std::vector<Condition> conditions;
  for (RegIndex i = 0; i < levels.size(); ++i) {
    if (levels[i] == Level::any || bits[whole(circuit.registers[i])] > kMostBits) continue;
    conditions.push_back({i, false});
    conditions.push_back({i, true});
  }
  return conditions;
}

Miter make_lemma_miter(const Circuit& circuit, bool after_reset_only) {
  return Builder(circuit, 0, {}).build_lemmas(after_reset_only);
}

}  // namespace gradloom::mutate
