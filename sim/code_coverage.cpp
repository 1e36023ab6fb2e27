// SPDX-License-Identifier: Apache-2.0
#include "sim/code_coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <tuple>

#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

namespace fs = std::filesystem;

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The source of a point, trimmed and without its comment.
class Sources {
 public:
  explicit Sources(fs::path dir) : dir_(std::move(dir)) {}

  std::string line(const std::string& file, int number) {
    auto found = files_.find(file);
    if (found == files_.end()) {
      const fs::path path = dir_ / fs::path(file).filename();
      const bool there = fs::exists(path);
      found =
          files_
              .emplace(file, there ? split_lines(read_text_file(path)) : std::vector<std::string>{})
              .first;
    }
    const auto& lines = found->second;
    if (number < 1 || static_cast<std::size_t>(number) > lines.size()) return {};
    const std::string& text = lines[static_cast<std::size_t>(number) - 1];
    return trimmed(text.substr(0, text.find("//")));
  }

 private:
  fs::path dir_;
  std::map<std::string, std::vector<std::string>> files_;
};

// One line of the file: C '\1key\2value\1key\2value...' count
struct Record {
  std::map<std::string, std::string> fields;
  std::int64_t count = 0;
};

bool parse_record(const std::string& line, Record& record) {
  const std::size_t open = line.find('\'');
  const std::size_t close = line.rfind('\'');
  if (!line.starts_with("C ") || open == close) return false;
  const std::string body = line.substr(open + 1, close - open - 1);
  for (std::size_t at = body.find('\1'); at != std::string::npos;) {
    const std::size_t next = body.find('\1', at + 1);
    const std::string pair = body.substr(at + 1, next == std::string::npos ? next : next - at - 1);
    const std::size_t middle = pair.find('\2');
    if (middle == std::string::npos) return false;
    record.fields[pair.substr(0, middle)] = pair.substr(middle + 1);
    at = next;
  }
  const std::string count = trimmed(line.substr(close + 1));
  const auto [end, error] =
      std::from_chars(count.data(), count.data() + count.size(), record.count);
  return error == std::errc{} && end == count.data() + count.size();
}

// "v_branch/gl2x2_int8_pe"
bool split_page(const std::string& page, std::string& kind, std::string& module) {
  const std::size_t slash = page.find('/');
  if (!page.starts_with("v_") || slash == std::string::npos) return false;
  kind = page.substr(2, slash - 2);
  module = page.substr(slash + 1);
  return true;
}

// Verilator adds "__" and the parameters where they are not the defaults.
std::string short_name(const Config& config, const std::string& module) {
  const std::string prefix = config.name + "_";
  const std::string name = module.substr(0, module.find("__"));
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

}  // namespace

bool CodePoint::operator<(const CodePoint& other) const {
  return std::tie(kind, module, text, line) <
         std::tie(other.kind, other.module, other.text, other.line);
}

void add_counts(CodeCounts& counts, const Config& config, const fs::path& file,
                const fs::path& rtl) {
  Sources sources(rtl);
  int number = 0;
  for (const std::string& line : split_lines(read_text_file(file))) {
    ++number;
    if (line.starts_with("#") || line.empty()) continue;
    Record record;
    CodePoint point;
    if (!parse_record(line, record) ||
        !split_page(record.fields["page"], point.kind, point.module)) {
      throw ToolError(
          fmt::format("{}:{}: not a line of Verilator's coverage", file.string(), number));
    }
    point.module = short_name(config, point.module);
    const std::string& comment = record.fields["o"];
    if (point.kind == "toggle" || point.kind == "user") {
      point.text = comment;
    } else {
      point.line = std::atoi(record.fields["l"].c_str());
      point.text = fmt::format("{} [{}]", sources.line(record.fields["f"], point.line), comment);
    }
    counts[point] += record.count;
  }
}

std::vector<Hole> read_holes(const fs::path& file) {
  std::vector<Hole> holes;
  int number = 0;
  for (const std::string& line : split_lines(read_text_file(file, std::size_t{1} << 20))) {
    ++number;
    if (line.empty() || line.starts_with("#")) continue;
    std::array<std::string, 5> fields;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::size_t end = i + 1 < fields.size() ? line.find(" | ", begin) : line.size();
      if (end == std::string::npos || trimmed(line.substr(begin, end - begin)).empty()) {
        throw InputError(
            fmt::format("{}:{}: found {}, allowed KIND | CONFIG | MODULE | TEXT | REASON",
                        file.string(), number, printable(line)));
      }
      fields[i] = trimmed(line.substr(begin, end - begin));
      begin = end + 3;
    }
    holes.push_back({number, fields[0], fields[1], fields[2], fields[3], fields[4]});
  }
  return holes;
}

bool matches(const std::string& pattern, const std::string& text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

HoleReport compare_holes(const CodeCounts& counts, const std::vector<Hole>& holes,
                         const std::string& config) {
  HoleReport report;
  std::vector<int> about(holes.size(), 0);
  std::vector<int> used(holes.size(), 0);
  for (const auto& [point, count] : counts) {
    if (point.kind == "toggle") continue;
    bool explained = false;
    for (std::size_t i = 0; i < holes.size(); ++i) {
      const Hole& hole = holes[i];
      if (hole.kind != point.kind || !matches(hole.config, config) ||
          !matches(hole.module, point.module.empty() ? "-" : point.module) ||
          !matches(hole.text, point.text)) {
        continue;
      }
      ++about[i];
      if (count > 0) continue;
      ++used[i];
      explained = true;
    }
    if (count > 0) continue;
    if (explained) {
      ++report.explained;
    } else {
      report.unexplained.push_back(point);
    }
  }
  for (std::size_t i = 0; i < holes.size(); ++i) {
    if (about[i] > 0 && used[i] == 0) report.stale.push_back(holes[i]);
  }
  return report;
}

}  // namespace gradloom
