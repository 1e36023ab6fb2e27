// SPDX-License-Identifier: Apache-2.0
#include "flow/lec_sequential.hpp"

#include <fmt/format.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "flow/tools.hpp"
#include "generator/process.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

using Widths = std::map<std::string, std::map<std::string, int>>;

// Of each module the words with names that are no ports.
Widths word_widths(std::string_view rtlil) {
  Widths result;
  std::string module;
  std::istringstream lines{std::string(rtlil)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    std::string word;
    words >> first;
    if (first == "module") words >> module;
    if (first != "wire") continue;
    int width = 1;
    bool port = false;
    while (words >> word) {
      if (word == "width") words >> width;
      port = port || word == "input" || word == "output" || word == "inout";
    }
    if (!port && word.starts_with('\\')) result[module][word.substr(1)] = width;
  }
  return result;
}

struct Ports {
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
};

Ports read_ports(const std::string& blif) {
  Ports ports;
  std::istringstream lines(blif);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word != ".inputs" && word != ".outputs") continue;
    std::vector<std::string>& list = word == ".inputs" ? ports.inputs : ports.outputs;
    while (words >> word) list.push_back(word);
  }
  return ports;
}

// The pin `to` (.d or .c) of the flip-flop whose pin this is; empty if it is none with `from`. An
// index may stand before or behind the name of the pin.
std::string other_pin(const std::string& port, const std::string& from, const std::string& to) {
  const std::size_t bracket = port.ends_with(']') ? port.rfind('[') : port.size();
  if (bracket == std::string::npos || bracket < from.size()) return "";
  const std::size_t at = bracket - from.size();
  if (port.compare(at, from.size(), from) != 0) return "";
  return port.substr(0, at) + to + port.substr(bracket);
}

// What comes out of a product that was cut out (flow/lec_products.cpp).
bool is_product(const std::string& input) { return input.starts_with("lec_product_"); }

std::string instance(const std::string& model, const Ports& ports, const std::string& prefix) {
  std::string text = ".subckt " + model;
  for (const std::string& name : ports.inputs) {
    const bool own = is_product(name) && prefix == "gold:";
    text +=
        fmt::format(" {}={}", name, name == "rst_ni" ? "miter:reset" : (own ? "own:" : "") + name);
  }
  for (const std::string& name : ports.outputs) text += fmt::format(" {0}={1}{0}", name, prefix);
  return text + "\n";
}

}  // namespace

std::string rename_recoded(std::string_view rtl, std::string_view netlist) {
  const Widths gold = word_widths(rtl);
  std::string script;
  for (const auto& [module, words] : word_widths(netlist)) {
    const auto same = gold.find(module);
    if (same == gold.end()) continue;
    for (const auto& [word, width] : words) {
      const auto other = same->second.find(word);
      if (other == same->second.end() || other->second == width) continue;
      script += fmt::format("cd {}\nrename {} recoded_{}\ncd\n", module.substr(1), word, word);
    }
  }
  return script;
}

std::string sequential_miter(const std::string& gold, const std::string& gate) {
  const Ports a = read_ports(gold);
  const Ports b = read_ports(gate);
  const std::set<std::string> outputs(a.outputs.begin(), a.outputs.end());
  std::set<std::string> inputs(a.inputs.begin(), a.inputs.end());
  inputs.insert(b.inputs.begin(), b.inputs.end());
  if (outputs != std::set<std::string>(b.outputs.begin(), b.outputs.end())) {
    throw ToolError("the outputs of the two sides are not the same");
  }
  std::string ports;
  std::string body =
      ".outputs miter:bad\n.names miter:one\n1\n.latch miter:one miter:begun 0\n"
      ".names miter:begun rst_ni miter:reset\n11 1\n";
  if (!inputs.contains("rst_ni")) ports += " rst_ni";
  for (const std::string& name : inputs) {
    const std::string next = other_pin(name, ".q", ".d");
    if (is_product(name)) {  // its factors may differ in the first cycle, so what comes out too
      ports += fmt::format(" {0} first:{0}", name);
      body += fmt::format(".names miter:begun {0} first:{0} own:{0}\n11- 1\n0-1 1\n", name);
      continue;
    }
    if (!outputs.contains(next)) {
      ports += " " + name;
      continue;
    }
    ports += " first:" + name;
    body += fmt::format(
        ".latch gold:{0} held:{1} 0\n.names miter:begun held:{1} first:{1} {1}\n11- 1\n0-1 1\n",
        next, name);
  }
  body += instance("gold", a, "gold:") + instance("gate", b, "gate:");
  std::string differ;
  std::size_t count = 0;
  for (const std::string& name : outputs) {
    if (!other_pin(name, ".c", ".q").empty()) continue;
    body += fmt::format(".names gold:{0} gate:{0} differ:{0}\n10 1\n01 1\n", name);
    differ += " differ:" + name;
    ++count;
  }
  body += fmt::format(".names{} miter:any\n{} 0\n", differ, std::string(count, '0'));
  return ".model miter\n.inputs" + ports + "\n" + body +
         ".names miter:any miter:begun miter:bad\n11 1\n.end\n" + gold + gate;
}

Comparison compare_after_reset(const fs::path& directory, const std::string& name, int seconds) {
  const fs::path gold = directory / (name + "_gold.blif");
  const std::string miter = name + "_miter.blif";
  Comparison result;
  result.verdict = Comparison::Verdict::unmatched;
  try {
    write_text_file(
        directory / miter,
        sequential_miter(read_text_file(gold), read_text_file(directory / (name + "_gate.blif"))));
  } catch (const ToolError& error) {
    result.reason = error.what();
    return result;
  }
  const ProcessResult run = run_process(
      {tool("timeout").string(), std::to_string(2 * seconds), tool("yosys-abc").string(), "-c",
       fmt::format("read_blif {}; undc; strash; scorr; pdr -T {}", miter, seconds)},
      {directory, directory / (name + "_pdr.log"), {}});
  static const std::regex frame("was asserted in frame (\\d+)");
  std::smatch match;
  result.points = count_outputs(gold);
  if (result.points == 0) {
    result.reason = "nothing was compared";
  } else if (run.good() && run.output.find("Property proved") != std::string::npos) {
    result.verdict = Comparison::Verdict::equal;
  } else if (std::regex_search(run.output, match, frame)) {
    result.verdict = Comparison::Verdict::differ;
    result.reason = fmt::format("differs in cycle {}", match[1].str());
  } else {
    result.verdict = Comparison::Verdict::undecided;
    result.reason = fmt::format("not decided in {} s", seconds);
  }
  return result;
}

}  // namespace gradloom::flow
