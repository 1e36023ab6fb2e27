// SPDX-License-Identifier: Apache-2.0
#include "mutate/circuit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "golden/error.hpp"

namespace gradloom::mutate {
namespace {

[[noreturn]] void fail(const char* what) {
  throw ToolError(std::string("what yosys wrote as AIGER has ") + what);
}

}  // namespace

Circuit read_circuit(std::string_view aiger, std::string_view map) {
  std::istringstream in{std::string(aiger)};
  std::string format;
  std::size_t last = 0;
  std::size_t inputs = 0;
  std::size_t regs = 0;
  std::size_t outputs = 0;
  std::size_t gates = 0;
  if (!(in >> format >> last >> inputs >> regs >> outputs >> gates) || format != "aag") {
    fail("another header");
  }
  Circuit circuit;
  circuit.inputs.resize(inputs);
  Lit lit = 0;
  for (std::size_t i = 0; i < inputs; ++i) {
    if (!(in >> lit) || lit != circuit.input(i)) fail("inputs in another order");
  }
  in >> std::ws;
  for (std::size_t i = 0; i < regs; ++i) {
    std::string line;  // a start value may follow, which the proofs do without
    Lit next = 0;
    std::getline(in, line);
    std::istringstream words(line);
    if (!(words >> lit >> next) || lit != circuit.reg(i)) fail("registers in another order");
    circuit.next.push_back(next);
    circuit.registers.emplace_back();
  }
  std::vector<Lit> outs(outputs);
  for (Lit& out : outs) in >> out;
  for (std::size_t i = 0; i < gates; ++i) {
    Circuit::Gate gate;
    if (!(in >> gate.out >> gate.a >> gate.b) || gate.out <= gate.a || gate.out <= gate.b) {
      fail("gates in another order");
    }
    circuit.gates.push_back(gate);
  }
  std::istringstream names{std::string(map)};
  std::string kind;
  std::string name;
  std::size_t index = 0;
  int bit = 0;
  while (names >> kind >> index >> bit >> name) {
    if (kind == "input") circuit.inputs.at(index) = {name, bit};
    if (kind == "latch") circuit.registers.at(index) = fmt::format("{}[{}]", name, bit);
    if (kind != "output") continue;
    if (name.starts_with(kLemmaPin)) {
      circuit.lemmas[name] = outs.at(index);
    } else {
      circuit.outputs[{name, bit}] = outs.at(index);
    }
  }
  const auto has_name = [](const PinBit& pin) { return !pin.first.empty(); };
  if (std::none_of(circuit.inputs.begin(), circuit.inputs.end(), has_name)) {
    fail("no names of inputs");
  }
  for (std::size_t i = 0; i < inputs; ++i) {
    if (!has_name(circuit.inputs[i])) circuit.inputs[i] = {kUnknown, static_cast<int>(i)};
  }
  return circuit;
}

}  // namespace gradloom::mutate
