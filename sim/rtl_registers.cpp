// SPDX-License-Identifier: Apache-2.0
#include "sim/rtl_registers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <regex>
#include <sstream>

namespace gradloom {
namespace {

std::string without_comment(const std::string& line) { return line.substr(0, line.find("//")); }

// A `<=` within parentheses compares.
bool assigns(const std::string& line, const std::regex& target) {
  for (auto it = std::sregex_iterator(line.begin(), line.end(), target);
       it != std::sregex_iterator(); ++it) {
    const std::string before =
        line.substr(0, static_cast<std::size_t>(it->position() + it->length(1)));
    if (std::count(before.begin(), before.end(), '(') ==
        std::count(before.begin(), before.end(), ')')) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(without_comment(line));
  return lines;
}

std::vector<std::string> declared(const std::vector<std::string>& lines) {
  static const std::regex declaration(
      R"(^\s*(?:output\s+)?reg\s+(?:signed\s+)?(?:\[[^\]]*\]\s*)?(\w+(?:\s*,\s*\w+)*))");
  static const std::regex word(R"(\w+)");
  std::vector<std::string> names;
  for (const std::string& line : lines) {
    std::smatch match;
    if (!std::regex_search(line, match, declaration)) continue;
    const std::string list = match[1];
    for (auto it = std::sregex_iterator(list.begin(), list.end(), word);
         it != std::sregex_iterator(); ++it) {
      if (std::find(names.begin(), names.end(), it->str()) == names.end()) {
        names.push_back(it->str());
      }
    }
  }
  return names;
}

}  // namespace

RtlRegisters find_registers(const std::vector<EmittedFile>& rtl) {
  static const std::regex module_line(R"(^\s*module\s+(\w+))");
  static const std::regex instance(R"((?:^|\n)\s*(\w+)\s*(?:#\s*\([^;]*?\)\s*)?(u_\w+)\s*\()");
  RtlRegisters found;
  for (const EmittedFile& file : rtl) {
    const std::vector<std::string> lines = lines_of(file.text);
    RtlModule module;
    for (const std::string& line : lines) {
      std::smatch match;
      if (std::regex_search(line, match, module_line)) module.name = match[1];
    }
    for (const std::string& name : declared(lines)) {
      const std::regex target("(^|[^\\w.])" + name + "\\s*(\\[[^\\]]*\\]\\s*)?<=");
      const bool clocked = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return assigns(line, target);
      });
      if (clocked) module.registers.push_back(name);
    }
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    for (auto it = std::sregex_iterator(text.begin(), text.end(), instance);
         it != std::sregex_iterator(); ++it) {
      found.instances[(*it)[2]].insert((*it)[1]);
    }
    found.modules.push_back(module);
  }
  return found;
}

std::string public_registers(const RtlRegisters& registers) {
  std::string text = "`verilator_config\n";
  for (const RtlModule& module : registers.modules) {
    for (const std::string& name : module.registers) {
      text += fmt::format("public_flat_rw -module \"{}\" -var \"{}\"\n", module.name, name);
    }
  }
  return text;
}

}  // namespace gradloom
