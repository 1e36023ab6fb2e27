// SPDX-License-Identifier: Apache-2.0
#include "mutate/graph.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>

namespace gradloom::mutate {
namespace {

// As AIGER has it: seven bits a byte, the lowest first.
void append_number(std::string& out, Lit value) {
  while (value >= 128) {
    out += static_cast<char>((value & 127) | 128);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

Patterns value_of(const std::vector<Patterns>& values, Lit lit) {
  Patterns result = values[lit >> 1];
  if ((lit & 1) != 0) {
    for (std::uint64_t& word : result) word = ~word;
  }
  return result;
}

}  // namespace

Lit Graph::add(const Node& node) {
  nodes_.push_back(node);
  return static_cast<Lit>(2 * (nodes_.size() - 1));
}

Lit Graph::input() { return add({Kind::input, 0, 0}); }

Lit Graph::reg() { return add({Kind::reg, 0, 0}); }

void Graph::set_next(Lit reg, Lit next) { nodes_[reg >> 1].a = next; }

Lit Graph::both(Lit a, Lit b) {
  if (a < b) std::swap(a, b);
  if (b == kFalse || a == (b ^ 1)) return kFalse;
  if (b == kTrue || a == b) return a;
  const auto [place, is_new] = gates_.try_emplace((std::uint64_t{a} << 32) | b, kFalse);
  if (is_new) place->second = add({Kind::gate, a, b});
  return place->second;
}

Lit Graph::choose(Lit which, Lit if_one, Lit if_zero) {
  if (if_one == if_zero) return if_one;
  return either(both(which, if_one), both(which ^ 1, if_zero));
}

std::vector<bool> Graph::cone(Lit output, bool through_regs) const {
  std::vector<bool> seen(nodes_.size());
  std::vector<Lit> open{output};
  while (!open.empty()) {
    const std::size_t i = open.back() >> 1;
    open.pop_back();
    if (seen[i]) continue;
    seen[i] = true;
    const Node& node = nodes_[i];
    if (node.kind == Kind::gate || (through_regs && node.kind == Kind::reg)) {
      open.push_back(node.a);
    }
    if (node.kind == Kind::gate) open.push_back(node.b);
  }
  return seen;
}

std::string Graph::aiger(Lit output, std::vector<Lit>& inputs, bool any_state) const {
  const std::vector<bool> used = cone(output, !any_state);
  std::vector<Lit> number(nodes_.size(), 0);
  std::vector<std::size_t> regs;
  std::vector<std::size_t> gates;
  Lit last = 0;
  const auto list = [&](Kind kind, auto take) {
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      if (!used[i] || nodes_[i].kind != kind) continue;
      number[i] = ++last;
      take(i);
    }
  };
  inputs.clear();
  const auto add_input = [&](std::size_t i) { inputs.push_back(static_cast<Lit>(2 * i)); };
  list(Kind::input, add_input);
  list(Kind::reg, [&](std::size_t i) { any_state ? add_input(i) : regs.push_back(i); });
  list(Kind::gate, [&](std::size_t i) { gates.push_back(i); });
  const auto renamed = [&](Lit lit) { return 2 * number[lit >> 1] + (lit & 1); };
  std::string text =
      fmt::format("aig {} {} {} 1 {}\n", last, inputs.size(), regs.size(), gates.size());
  for (const std::size_t i : regs) text += fmt::format("{}\n", renamed(nodes_[i].a));
  text += fmt::format("{}\n", renamed(output));
  for (const std::size_t i : gates) {
    Lit a = renamed(nodes_[i].a);
    Lit b = renamed(nodes_[i].b);
    if (a < b) std::swap(a, b);
    append_number(text, 2 * number[i] - a);
    append_number(text, a - b);
  }
  return text;
}

std::vector<Patterns> Graph::simulate(const std::vector<Lit>& inputs,
                                      const std::vector<std::vector<Patterns>>& values,
                                      const std::vector<Lit>& watched, bool any_state) const {
  std::vector<Patterns> now(nodes_.size(), Patterns{});
  std::vector<Patterns> state(nodes_.size(), Patterns{});
  std::mt19937_64 random(2);
  for (std::size_t i = 1; any_state && i < nodes_.size(); ++i) {
    for (std::uint64_t& word : state[i]) word = random();
  }
  for (const std::vector<Patterns>& cycle : values) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::size_t node = inputs[i] >> 1;
      (nodes_[node].kind == Kind::reg ? state : now)[node] = cycle[i];
    }
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      if (node.kind == Kind::reg) now[i] = state[i];
      if (node.kind != Kind::gate) continue;
      const Patterns a = value_of(now, node.a);
      const Patterns b = value_of(now, node.b);
      for (std::size_t w = 0; w < a.size(); ++w) now[i][w] = a[w] & b[w];
    }
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      if (nodes_[i].kind == Kind::reg) state[i] = value_of(now, nodes_[i].a);
    }
  }
  std::vector<Patterns> result;
  for (const Lit lit : watched) result.push_back(value_of(now, lit));
  return result;
}

}  // namespace gradloom::mutate
