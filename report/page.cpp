// SPDX-License-Identifier: Apache-2.0
#include "report/page.hpp"

#include <fmt/format.h>

#include <cctype>
#include <kainjow/mustache.hpp>

#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::report {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

std::string percent_encoded(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      result += c;
    } else {
      result += fmt::format("%{:02X}", byte);
    }
  }
  return result;
}

std::string cell_class(const Table& table, std::size_t column, const std::string& cell) {
  if (column >= table.text_columns) return "number";
  if (cell == "pass") return "pass";
  return cell == "FAIL" ? "fail" : "text";
}

data cells_of(const Table& table, const std::vector<std::string>& row) {
  data cells{data::type::list};
  for (std::size_t i = 0; i < row.size(); ++i) {
    data cell;
    cell.set("text", row[i]);
    cell.set("class", cell_class(table, i, row[i]));
    cells.push_back(cell);
  }
  return cells;
}

data table_data(const Table& table) {
  data result;
  result.set("caption", table.caption);
  result.set("header", cells_of(table, table.header));
  data rows{data::type::list};
  for (const auto& row : table.rows) {
    data line;
    line.set("cells", cells_of(table, row));
    rows.push_back(line);
  }
  result.set("rows", rows);
  return result;
}

data tables_data(const std::vector<Table>& tables) {
  data list{data::type::list};
  for (const Table& table : tables) {
    data item = table_data(table);
    item.set("count", std::to_string(table.rows.size()));
    list.push_back(item);
  }
  return list;
}

data legend_data(const std::vector<LegendItem>& legend) {
  data list{data::type::list};
  for (const LegendItem& item : legend) {
    data entry;
    entry.set("colour", css_variable(item.colour));
    entry.set("text", item.text);
    list.push_back(entry);
  }
  return list;
}

data figure_data(const Figure& figure, const Drawing& drawing) {
  data result;
  result.set("id", figure.id);
  result.set("title", figure.title);
  result.set("reading", figure.text);
  result.set("has_legend", !figure.legend.empty());
  result.set("legend", legend_data(figure.legend));
  result.set("wide", drawing.svg.at(0));
  result.set("narrow", drawing.svg.at(1));
  result.set("csv", percent_encoded(csv(figure.table)));
  result.set("table", tables_data({figure.table}));
  return result;
}

data section_data(const Section& section, std::vector<Drawing>::const_iterator& drawing) {
  data result;
  result.set("id", section.id);
  result.set("title", section.title);
  data paragraphs{data::type::list};
  for (const std::string& text : section.paragraphs) {
    data paragraph;
    paragraph.set("paragraph", text);
    paragraphs.push_back(paragraph);
  }
  result.set("paragraphs", paragraphs);
  data figures{data::type::list};
  for (const Figure& figure : section.figures) figures.push_back(figure_data(figure, *drawing++));
  result.set("figures", figures);
  result.set("open_tables", tables_data(section.open_tables));
  result.set("closed_tables", tables_data(section.closed_tables));
  return result;
}

std::string rendered(const std::filesystem::path& file, data& values) {
  mustache engine(read_text_file(file));
  if (!engine.is_valid()) throw InputError(file.string() + ": " + engine.error_message());
  return engine.render(values);
}

}  // namespace

std::string render_page(const Page& page, const std::vector<Drawing>& drawings) {
  const std::filesystem::path dir = data_dir("report_templates");
  const std::filesystem::path table = dir / "table.mustache";
  const std::string table_text = read_text_file(table);
  data values;
  values.set("title", page.title);
  values.set("lead", page.lead);
  values.set("style", read_text_file(dir / "report.css"));
  values.set("table_html", data(kainjow::mustache::partial([table_text] { return table_text; })));
  data sections{data::type::list};
  auto drawing = drawings.begin();
  for (const Section& section : page.sections) sections.push_back(section_data(section, drawing));
  values.set("sections", sections);
  return rendered(dir / "report.mustache", values);
}

Table verification_table(const Verification& verification) {
  Table table{fmt::format("Test plan: stage {}", verification.stage),
              {"stage", "item", "verdict", "what it is", "from"},
              5,
              {}};
  for (const VerifiedItem& item : verification.items) {
    const char* verdict = item.verdict == Verdict::passed   ? "pass"
                          : item.verdict == Verdict::failed ? "FAIL"
                                                            : "not run";
    table.rows.push_back(
        {fmt::format("G{}", item.stage), item.name, verdict, item.text, item.from});
  }
  return table;
}

}  // namespace gradloom::report
