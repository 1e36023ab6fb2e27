// SPDX-License-Identifier: Apache-2.0
#include "generator/template_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <vector>

#include "golden/error.hpp"

namespace gradloom {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::string_view kOpen = "<%";
constexpr std::string_view kClose = "%>";

// The library drops lines by rules of its own, which depend on whether a section is shown. So it
// never sees a line end: this byte, which no text file holds, stands in for it.
constexpr char kLineEnd = '\x1f';

struct Tag {
  std::size_t begin = 0;  // of "<%"
  std::size_t end = 0;    // after "%>"
  int line = 0;
  char kind = 0;  // '#', '^', '/', '!', or 0 for a value
  std::string name;
};

[[noreturn]] void fail(const std::string& file, int line, const std::string& what) {
  throw InputError(fmt::format("{}:{}: template: {}", file, line, what));
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Tag read_tag(std::string_view text, std::size_t begin, int line, const std::string& file) {
  const std::size_t close = text.find(kClose, begin);
  if (close == std::string_view::npos) fail(file, line, "found a tag without an end");
  Tag tag{begin, close + kClose.size(), line, 0, ""};
  std::string_view inside = text.substr(begin + kOpen.size(), close - begin - kOpen.size());
  if (!inside.empty() && std::string_view("#^/!").find(inside.front()) != std::string_view::npos) {
    tag.kind = inside.front();
    inside.remove_prefix(1);
  }
  tag.name = std::string(inside);
  if (tag.kind != '!' && !is_name(inside)) {
    fail(file, line, fmt::format("found the tag <%{}%>, allowed a name", inside));
  }
  return tag;
}

std::vector<Tag> find_tags(std::string_view text, const std::string& file) {
  std::vector<Tag> tags;
  int line = 1;
  std::size_t counted = 0;
  for (std::size_t at = text.find(kOpen); at != std::string_view::npos;
       at = text.find(kOpen, tags.back().end)) {
    line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                        text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted = at;
    tags.push_back(read_tag(text, at, line, file));
  }
  return tags;
}

// A section that is open while the tags are checked; `item` is null unless it repeats a list.
struct Scope {
  const Tag* tag = nullptr;
  const TemplateItem* item = nullptr;
  bool unknown_items = false;  // an empty list: the names of its items cannot be checked
};

void check_name(const Tag& tag, const TemplateContext& context, const std::vector<Scope>& scopes,
                const std::string& file) {
  const auto known = [&](const TemplateItem& item) {
    return tag.kind == 0 ? item.values.contains(tag.name) : item.flags.contains(tag.name);
  };
  bool found = known(context) || (tag.kind != 0 && context.lists.contains(tag.name));
  for (const Scope& scope : scopes) {
    found = found || scope.unknown_items || (scope.item != nullptr && known(*scope.item));
  }
  if (!found) {
    fail(file, tag.line,
         fmt::format("found <%{}%>, which is no {}", tag.name,
                     tag.kind == 0 ? "value of the plan" : "flag or list of the plan"));
  }
}

void check_tags(const std::vector<Tag>& tags, const TemplateContext& context,
                const std::string& file) {
  std::vector<Scope> scopes;
  for (const Tag& tag : tags) {
    if (tag.kind == '!') continue;
    if (tag.kind == '/') {
      if (scopes.empty() || scopes.back().tag->name != tag.name) {
        fail(file, tag.line, fmt::format("found <%/{}%>, which closes nothing", tag.name));
      }
      scopes.pop_back();
      continue;
    }
    check_name(tag, context, scopes, file);
    if (tag.kind == 0) continue;
    Scope scope{&tag, nullptr, false};
    const auto list = context.lists.find(tag.name);
    if (tag.kind == '#' && list != context.lists.end()) {
      scope.unknown_items = list->second.empty();
      scope.item = list->second.empty() ? nullptr : &list->second.front();
    }
    scopes.push_back(scope);
  }
  if (!scopes.empty()) {
    const Tag& open = *scopes.back().tag;
    fail(file, open.line, fmt::format("found <%{}{}%> without an end", open.kind, open.name));
  }
}

// The template without the lines (blanks and line end) around tags that stand alone on theirs, and
// without comments.
std::string strip_lone_tags(std::string_view text, const std::vector<Tag>& tags) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  std::string result;
  std::size_t done = 0;
  for (const Tag& tag : tags) {
    std::size_t from = tag.begin;
    std::size_t to = tag.end;
    while (from > done && is_blank(text[from - 1])) --from;
    while (to < text.size() && is_blank(text[to])) ++to;
    const bool starts = from == 0 || text[from - 1] == '\n';
    const bool ends = to == text.size() || text[to] == '\n';
    const bool alone = tag.kind != 0 && starts && ends;
    if (!alone) {
      from = tag.begin;
      to = tag.end;
    } else if (to < text.size()) {
      ++to;
    }
    result += text.substr(done, from - done);
    if (tag.kind != '!') result += text.substr(tag.begin, tag.end - tag.begin);
    done = to;
  }
  result += text.substr(done);
  return result;
}

mustache::data item_data(const TemplateItem& item) {
  mustache::data data;
  for (const auto& [name, value] : item.values) data.set(name, value);
  for (const auto& [name, flag] : item.flags) data.set(name, flag);
  return data;
}

mustache::data context_data(const TemplateContext& context) {
  mustache::data data = item_data(context);
  for (const auto& [name, items] : context.lists) {
    mustache::data list{mustache::data::type::list};
    for (const TemplateItem& item : items) list.push_back(item_data(item));
    data.set(name, list);
  }
  return data;
}

}  // namespace

std::string render_template(std::string_view text, const TemplateContext& context,
                            const std::string& file) {
  const std::vector<Tag> tags = find_tags(text, file);
  check_tags(tags, context, file);
  std::string source = strip_lone_tags(text, tags);
  std::replace(source.begin(), source.end(), '\n', kLineEnd);
  mustache::mustache engine("{{=<% %>=}}" + source);
  engine.set_custom_escape([](const std::string& value) { return value; });
  if (!engine.is_valid()) fail(file, 1, engine.error_message());
  std::string result = engine.render(context_data(context));
  std::replace(result.begin(), result.end(), kLineEnd, '\n');
  return result;
}

}  // namespace gradloom
