// SPDX-License-Identifier: Apache-2.0
#include "flow/netlist_text.hpp"

#include <fmt/format.h>

#include <map>
#include <regex>
#include <sstream>
#include <string_view>
#include <vector>

#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace {

struct Range {
  int high = 0;
  int low = 0;
};
using Ranges = std::map<std::string, Range>;  // of the vectors of a module

[[noreturn]] void fail(const std::string& line) {
  throw ToolError("yosys: an assign in the netlist is not understood: " + printable(line, 200));
}

// The name in front of `rest`, which is moved behind it. An escaped name ends with a blank.
std::string take_name(std::string_view& rest) {
  const std::size_t end = rest.starts_with('\\') ? rest.find(' ') : rest.find_first_of("[ ,;}");
  std::string name(rest.substr(0, end));
  rest.remove_prefix(std::min(end, rest.size()));
  return name;
}

void add_constant(const std::string& text, std::vector<std::string>& bits) {
  static const std::regex pattern(R"((\d+)'([hb])([0-9a-fxzA-FXZ]+))");
  std::smatch match;
  if (!std::regex_match(text, match, pattern)) fail(text);
  const int width = std::stoi(match[1].str());
  const int step = match[2].str() == "h" ? 4 : 1;
  const std::string digits = match[3].str();
  for (int bit = width - 1; bit >= 0; --bit) {
    const std::size_t from_end = static_cast<std::size_t>(bit / step);
    const char digit = from_end < digits.size() ? digits[digits.size() - 1 - from_end] : '0';
    const bool unknown = digit == 'x' || digit == 'z' || digit == 'X' || digit == 'Z';
    const int value = unknown ? 0 : std::stoi(std::string(1, digit), nullptr, 16);
    bits.push_back(unknown ? "1'bx" : (value >> (bit % step)) % 2 != 0 ? "1'b1" : "1'b0");
  }
}

void add_bits(const std::string& name, const Range& range, std::vector<std::string>& bits) {
  const std::string space = name.starts_with("\\") ? " " : "";
  const int step = range.high >= range.low ? -1 : 1;
  for (int i = range.high; i != range.low + step; i += step) {
    bits.push_back(fmt::format("{}{}[{}]", name, space, i));
  }
}

// The bits of "{ a, b[3:0], 4'h0 }" or of one such part, upper ones first.
std::vector<std::string> bits_of(std::string_view text, const Ranges& ranges) {
  static const std::regex index(R"(^ *\[(\d+)(:(\d+))?\])");
  std::vector<std::string> bits;
  std::string_view rest = text;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" {},;"), rest.size()));
    if (rest.empty()) return bits;
    const std::string name = take_name(rest);
    if (name.empty()) fail(std::string(text));
    if (std::isdigit(static_cast<unsigned char>(name[0])) != 0) {
      add_constant(name, bits);
      continue;
    }
    const std::string after(rest.substr(0, 32));
    std::smatch match;
    if (std::regex_search(after, match, index)) {
      const int high = std::stoi(match[1].str());
      add_bits(name, {high, match[3].matched ? std::stoi(match[3].str()) : high}, bits);
      rest.remove_prefix(static_cast<std::size_t>(match.length(0)));
    } else if (const auto found = ranges.find(name); found != ranges.end()) {
      add_bits(name, found->second, bits);
    } else {
      bits.push_back(name + (name.starts_with("\\") ? " " : ""));
    }
  }
}

}  // namespace

std::string split_assigns(const std::string& verilog) {
  static const std::regex declaration(
      R"(^  (?:wire|input|output|reg)(?: signed)? \[(\d+):(\d+)\] (\S+?) ?;)");
  std::istringstream lines(verilog);
  std::string result, line;
  result.reserve(verilog.size());
  Ranges ranges;
  while (std::getline(lines, line)) {
    std::smatch match;
    if (line.starts_with("module ")) {
      ranges.clear();
    } else if (line.find('[') != std::string::npos && !line.starts_with("    ") &&
               std::regex_search(line, match, declaration)) {
      ranges[match[3].str()] = {std::stoi(match[1].str()), std::stoi(match[2].str())};
    } else if (line.starts_with("  assign {")) {
      const std::size_t equals = line.find(" = ");
      if (equals == std::string::npos || !line.ends_with(";")) fail(line);
      const auto left = bits_of(std::string_view(line).substr(9, equals - 9), ranges);
      const auto right = bits_of(std::string_view(line).substr(equals + 3), ranges);
      if (left.size() != right.size()) fail(line);
      for (std::size_t i = 0; i < left.size(); ++i) {
        result += fmt::format("  assign {} = {};\n", left[i], right[i]);
      }
      continue;
    }
    result += line;
    result += '\n';
  }
  return result;
}

}  // namespace gradloom::flow
