// SPDX-License-Identifier: Apache-2.0
#include "flow/toggles.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <unordered_map>
#include <vector>

#include "generator/interrupt.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace {

struct Net {
  char value = 'x';
  bool clock = false;
  std::int64_t toggles = 0;
  std::vector<std::string> outputs;  // instances whose output it is
};

using Nets = std::unordered_map<std::string, Net>;

bool is_output(const std::string& pin) {
  return pin == "Y" || pin == "Q" || pin == "YC" || pin == "YS";
}

std::string plain(std::string name) {
  if (name.starts_with('\\')) name.erase(0, 1);
  return name;
}

// Where the header is.
struct Scopes {
  std::vector<std::string> names;
  std::string place(std::size_t from) const {
    std::string text;
    for (std::size_t i = from; i < names.size(); ++i) text += (i > from ? "/" : "") + names[i];
    return text;
  }
};

// "$var wire 1 ! Y $end"
void add_variable(const std::string& line, const Scopes& scopes, const std::string& clock,
                  Nets& nets) {
  std::istringstream words(line);
  std::string word, kind, bits, id, name;
  words >> word >> kind >> bits >> id >> name;
  if (bits != "1") return;
  name = plain(name);
  if (scopes.names.size() == 2 && name == clock) nets[id].clock = true;
  if (scopes.names.size() > 2 && is_output(name)) nets[id].outputs.push_back(scopes.place(2));
}

Nets read_header(std::istream& file, const std::string& top, const std::string& instance,
                 const std::string& clock) {
  Nets nets;
  Scopes scopes;
  for (std::string line; std::getline(file, line);) {
    if (line.find("$enddefinitions") != std::string::npos) return nets;
    if (line.starts_with("$scope")) {
      std::istringstream words(line);
      std::string word, kind, name;
      words >> word >> kind >> name;
      scopes.names.push_back(plain(name));
    } else if (line.starts_with("$upscope")) {
      if (!scopes.names.empty()) scopes.names.pop_back();
    } else if (line.starts_with("$var") && scopes.names.size() >= 2 && scopes.names[0] == top &&
               scopes.names[1] == instance) {
      add_variable(line, scopes, clock, nets);
    }
  }
  return nets;
}

}  // namespace

Toggles count_toggles(const std::filesystem::path& vcd, const std::string& top,
                      const std::string& instance, const std::string& clock) {
  std::ifstream file(vcd);
  Nets nets = read_header(file, top, instance, clock);
  Toggles result;
  std::int64_t lines = 0;
  bool has_clock = false;
  for (std::string line; std::getline(file, line);) {
    if (++lines % 65536 == 0) check_interrupt();
    if (line.size() < 2 || (line[0] != '0' && line[0] != '1' && line[0] != 'x')) continue;
    const auto found = nets.find(line.substr(1));
    if (found == nets.end()) continue;
    Net& net = found->second;
    const char before = net.value;
    net.value = line[0];
    if (before == 'x' || net.value == 'x' || before == net.value) continue;
    ++net.toggles;
    if (net.clock && net.value == '1') ++result.cycles;
  }
  for (const auto& [id, net] : nets) {
    has_clock = has_clock || net.clock;
    for (const std::string& place : net.outputs) result.outputs[place] += net.toggles;
  }
  if (!has_clock || result.outputs.empty()) {
    throw ToolError(fmt::format("{}: no waves of {}.{}", vcd.string(), top, instance));
  }
  return result;
}

}  // namespace gradloom::flow
