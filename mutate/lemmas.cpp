// SPDX-License-Identifier: Apache-2.0
#include "mutate/lemmas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "golden/error.hpp"
#include "mutate/circuit.hpp"
#include "mutate/netlist.hpp"

namespace gradloom::mutate {
namespace {

constexpr std::string_view kOutput = "holds";
constexpr int kFirstPort = 1000000;  // behind all ports of the design; Yosys numbers them anew

struct Wire {
  std::string name;
  int width = 1;
  bool input = false;
};

struct Module {
  std::string name;
  std::vector<Wire> wires;
  std::vector<std::pair<std::string, std::string>> cells;  // type and name
};

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

Wire wire_of(const std::vector<std::string>& words) {
  Wire wire;
  wire.name = words.back();
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (words[i] == "width") wire.width = std::stoi(words[i + 1]);
    if (words[i] == "input") wire.input = true;
  }
  return wire;
}

// Public names only, without the backslash before them.
std::vector<Module> modules_of(std::string_view il) {
  std::vector<Module> modules;
  std::istringstream in{std::string(il)};
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 2 || words.back()[0] != '\\') continue;
    if (words[0] == "module") {
      modules.push_back({words[1].substr(1), {}, {}});
    } else if (words[0] == "wire") {
      Wire wire = wire_of(words);
      wire.name.erase(0, 1);
      modules.back().wires.push_back(wire);
    } else if (words[0] == "cell" && words[1][0] == '\\') {
      modules.back().cells.emplace_back(words[1].substr(1), words[2].substr(1));
    }
  }
  return modules;
}

std::string joined(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

}  // namespace

std::vector<Placed> place_instances(std::string_view il, const std::string& top,
                                    const std::string& prefix) {
  std::map<std::string, Module> modules;
  for (Module& module : modules_of(il)) modules[module.name] = std::move(module);
  std::vector<Placed> places{{"", template_of(top, prefix)}};
  std::vector<std::string> types{top};
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (const auto& [type, name] : modules[types[i]].cells) {
      if (!modules.contains(type)) continue;
      places.emplace_back(joined(places[i].first, name), template_of(type, prefix));
      types.push_back(type);
    }
  }
  return places;
}

std::string with_lemmas(const std::string& flat, const std::string& top, std::string_view lemmas,
                        const std::vector<Placed>& places) {
  std::map<std::string, int> widths;
  for (const Module& module : modules_of(flat)) {
    if (module.name != top) continue;
    for (const Wire& wire : module.wires) widths[wire.name] = wire.width;
  }
  std::string added;
  int port = kFirstPort;
  for (const Module& lemma : modules_of(lemmas)) {
    const auto holds = [](const Wire& wire) { return wire.name == kOutput; };
    if (std::none_of(lemma.wires.begin(), lemma.wires.end(), holds)) continue;
    const std::string of = lemma.name.substr(0, lemma.name.find("__"));
    const int before = port;
    for (const auto& [path, module] : places) {
      if (module != of) continue;
      const std::string pin = fmt::format("{}{}@{}", kLemmaPin, lemma.name, path);
      added += fmt::format("  wire output {} \\{}\n", port++, pin);
      added += fmt::format("  cell \\{} \\{}$cell\n", lemma.name, pin);
      for (const Wire& wire : lemma.wires) {
        if (!wire.input) continue;
        const std::string signal = joined(path, wire.name);
        const auto found = widths.find(signal);
        if (found == widths.end() || found->second != wire.width) {
          throw InputError(fmt::format(
              "lemma {}: found input {} of {} bits, allowed a signal of {}{}", lemma.name,
              wire.name, wire.width, of,
              found == widths.end() ? "" : fmt::format(", it has {} bits", found->second)));
        }
        added += fmt::format("    connect \\{} \\{}\n", wire.name, signal);
      }
      added += fmt::format("    connect \\{} \\{}\n  end\n", kOutput, pin);
    }
    if (port == before) {
      throw InputError(
          fmt::format("lemma {}: found {}, allowed a module that this design has", lemma.name, of));
    }
  }
  const std::size_t begin = flat.find("module \\" + top + "\n");
  const std::size_t end = begin == std::string::npos ? begin : flat.find("\nend\n", begin);
  if (end == std::string::npos) throw ToolError("the flattened design has no module " + top);
  return flat.substr(0, end + 1) + added + flat.substr(end + 1);
}

}  // namespace gradloom::mutate
