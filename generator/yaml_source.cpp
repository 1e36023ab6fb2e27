// SPDX-License-Identifier: Apache-2.0
#include "generator/yaml_source.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "generator/config_schema.hpp"
#include "generator/suggest.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

int line_of_node(const YAML::Node& node) { return std::max(node.Mark().line, 0) + 1; }

std::string list_names(std::string_view section) {
  return fmt::format("{}", fmt::join(names_in(section), ", "));
}

void check_is_text(std::string_view text, const std::string& file) {
  const std::size_t offset = find_non_text(text);
  if (offset == std::string_view::npos) return;
  const auto line =
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  reject(file, static_cast<int>(line) + 1, "byte " + std::to_string(offset),
         fmt::format("0x{:02x}", static_cast<unsigned char>(text[offset])), "UTF-8 text");
}

// Notes where documents start; their content is not looked at.
class DocumentMarks : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> marks;

  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Throws InputError if there is a second document. Two at most are looked at: yaml-cpp 0.7 finds
// documents without end where a token stands that can start none, such as a comma.
void check_one_document(const std::string& text, const std::string& file) {
  std::istringstream input(text);
  YAML::Parser parser(input);
  DocumentMarks documents;
  while (documents.marks.size() < 2 && parser.HandleNextDocument(documents)) {
  }
  if (documents.marks.size() < 2) return;
  const YAML::Mark& second = documents.marks[1];
  if (second.pos == documents.marks[0].pos) {
    throw InputError(fmt::format("{}:{}: malformed YAML: found {}, allowed the start of a map",
                                 file, second.line + 1,
                                 printable(text.substr(0, text.find('\n')), 20)));
  }
  reject(file, second.line + 1, "top level", "a second document", "one");
}

// A key of another section whose last part is what was written, as it should be written.
std::string suggest_elsewhere(std::string_view name) {
  const std::string_view leaf = leaf_of(name);
  std::vector<std::string_view> leaves;
  for (const Key& key : config_keys()) leaves.push_back(leaf_of(key.path));
  const std::string_view close = nearest(leaf, leaves);
  if (close.empty() || close.size() < 3) return {};
  for (const Key& key : config_keys()) {
    if (leaf_of(key.path) != close) continue;
    if (section_of(key.path).empty()) return std::string(key.path) + " at the top level";
    return fmt::format("{}: {{{}: ...}}", section_of(key.path), close);
  }
  return {};
}

[[noreturn]] void reject_unknown(const std::string& file, int line, std::string_view section,
                                 std::string_view name) {
  const std::vector<std::string_view> names = names_in(section);
  std::string hint(nearest(name, names));
  if (hint.empty()) hint = suggest_elsewhere(name);
  const std::string shown = printable(name);
  const std::string path = section.empty() ? shown : fmt::format("{}.{}", section, shown);
  std::string allowed = list_names(section);
  if (!hint.empty()) allowed += fmt::format("; did you mean \"{}\"?", hint);
  reject(file, line, path, "an unknown key", allowed);
}

void read_map(YamlSource& source, const YAML::Node& map, const std::string& section);

void read_pair(YamlSource& source, const YAML::Node& key, const YAML::Node& value,
               const std::string& section) {
  const int line = line_of_node(key);
  if (!key.IsScalar()) {
    reject(source.file, line, section.empty() ? "top level" : section, found_text(key) + " as key",
           list_names(section));
  }
  const std::string& name = key.Scalar();
  const std::string path = section.empty() ? name : section + "." + name;
  const bool is_section = section.empty() && !names_in(name).empty() && !name.empty();
  if (!is_section && (find_key(path) == nullptr || section_of(path) != section)) {
    reject_unknown(source.file, line, section, name);
  }
  const auto entry = source.entries.find(path);
  const int first = is_section
                        ? (source.sections.contains(name) ? source.sections.find(name)->second : 0)
                        : (entry == source.entries.end() ? 0 : entry->second.line);
  if (first != 0) {
    reject(source.file, line, path, fmt::format("a second time (first on line {})", first), "once");
  }
  if (!is_section) {
    source.entries[path] = {value, line};
    return;
  }
  source.sections[name] = line;
  if (!value.IsMap()) {
    reject(source.file, line, name, found_text(value), "a map with the keys " + list_names(name));
  }
  read_map(source, value, name);
}

void read_map(YamlSource& source, const YAML::Node& map, const std::string& section) {
  for (const auto& pair : map) read_pair(source, pair.first, pair.second, section);
}

}  // namespace

int YamlSource::line_of(std::string_view path) const {
  if (const auto entry = entries.find(path); entry != entries.end()) return entry->second.line;
  const auto section = sections.find(section_of(path));
  return section == sections.end() ? 1 : section->second;
}

void reject(const std::string& file, int line, std::string_view key, std::string_view found,
            std::string_view allowed) {
  throw InputError(fmt::format("{}:{}: {}: found {}, allowed {}", file, line, key, found, allowed));
}

std::string found_text(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  if (!node.IsScalar() || (is_plain(node) && node.Scalar().empty())) return "nothing";
  const std::string text = printable(node.Scalar());
  if (is_plain(node)) return text;
  return node.Tag() == "!" ? "the text \"" + text + "\""
                           : printable(node.Tag()) + " \"" + text + "\"";
}

bool is_plain(const YAML::Node& node) { return node.IsScalar() && node.Tag() == "?"; }

YAML::Node load_document(const std::string& text, const std::string& file) {
  check_is_text(text, file);
  YAML::Node root;
  try {
    check_one_document(text, file);
    root = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    throw InputError(fmt::format("{}:{}: malformed YAML: {}", file,
                                 std::max(error.mark.line, 0) + 1, printable(error.msg, 200)));
  } catch (const std::logic_error& error) {  // of the standard library, through yaml-cpp
    throw InputError(fmt::format("{}:1: malformed YAML: {}", file, printable(error.what(), 200)));
  }
  return root;
}

YamlSource parse_yaml_source(std::string_view text, const std::string& file) {
  YamlSource source;
  source.file = file;
  const YAML::Node root = load_document(std::string(text), file);
  if (!root.IsMap()) {
    reject(file, root.IsNull() ? 1 : line_of_node(root), "top level", found_text(root),
           "a map with the keys " + list_names(""));
  }
  read_map(source, root, "");
  return source;
}

}  // namespace gradloom
