// SPDX-License-Identifier: Apache-2.0
#include "report/gnuplot.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <regex>
#include <string_view>

#include "generator/process.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::report {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kFirst = "<g id=\"gnuplot_canvas\">";
constexpr std::string_view kLast = "</svg>";

std::string file_name(const Figure& figure, const Frame& frame) {
  return figure.id + (frame.narrow ? "_narrow" : "_wide");
}

std::string settings(const std::string& name, const Frame& frame, int height) {
  return fmt::format(
      "reset session\nset encoding utf8\nset decimalsign '.'\n"
      "set terminal svg size {},{} dynamic noenhanced font 'sans-serif,{}' name '{}'\n"
      "set output '{}.svg'\nunset key\nset style fill solid 1 noborder\n"
      "set border 3 lc {}\nset tics tc {} nomirror\n",
      frame.width, height, frame.narrow ? 12 : 13, name, name, gnuplot_rgb(Colour::muted),
      gnuplot_rgb(Colour::ink));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Text between two marks, which must be there.
std::string between(const std::string& text, std::string_view first, std::string_view last) {
  const std::size_t begin = text.find(first);
  const std::size_t end = text.rfind(last);
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    throw ToolError("gnuplot: its SVG is not as expected, there is no " + std::string(first));
  }
  return text.substr(begin + first.size(), end - begin - first.size());
}

std::string without(const std::string& text, std::string_view first, std::string_view last) {
  const std::size_t begin = text.find(first);
  const std::size_t end = text.find(last, begin);
  if (begin == std::string::npos || end == std::string::npos) return text;
  return text.substr(0, begin) + text.substr(end + last.size());
}

std::string named_colours(const std::string& text) {
  static const std::regex placeholder(R"(rgb\( *1, *0, *(\d+)\))");
  std::string result;
  auto rest = text.cbegin();
  for (std::sregex_iterator it(text.begin(), text.end(), placeholder), end; it != end; ++it) {
    result.append(rest, (*it)[0].first);
    result += fmt::format("var({})", css_variable(static_cast<Colour>(std::stoi((*it)[1]))));
    rest = (*it)[0].second;
  }
  result.append(rest, text.cend());
  return result;
}

std::string escaped(const std::string& text) {
  return replaced(replaced(replaced(text, "&", "&amp;"), "<", "&lt;"), "\"", "&quot;");
}

}  // namespace

std::string clean_svg(const std::string& text, const Figure& figure, const std::string& prefix) {
  static const std::regex plot_title("<title>[^<]*</title>");
  static const std::regex plot_group(" id=\"[a-z0-9_]*_plot_[0-9]+[a-z]?\" ?");
  static const std::regex blanks("\n[\t ]*(\n[\t ]*)*");
  std::string body = between(text, kFirst, kLast);
  // Shapes of points, which use one another.
  const std::string no_shapes = without(body, "<defs>", "</defs>");
  if (no_shapes.find("<use ") == std::string::npos) body = no_shapes;
  for (int i = 0; i < 2; ++i) body = without(body, "<filter", "</filter>");
  body = std::regex_replace(body, plot_title, "");
  body = std::regex_replace(body, plot_group, " ");
  body = replaced(replaced(body, "'gp", "'" + prefix + "gp"), "#gp", "#" + prefix + "gp");
  body = replaced(body, "xlink:href", "href");
  body = replaced(replaced(body, "color=\"black\"", "color=\"var(--ink)\""), "'black'",
                  "'var(--ink)'");
  body = replaced(body, "fill=\"black\"", "fill=\"var(--ink)\"");
  body = replaced(body, " font-family=\"sans-serif\"", "");
  body = std::regex_replace(named_colours(body), blanks, "\n");
  static const std::regex view("viewBox=\"[0-9 ]+\"");
  std::smatch box;
  if (!std::regex_search(text, box, view)) throw ToolError("gnuplot: its SVG has no viewBox");
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{0}t {0}d\" {1}>\n"
      "<title id=\"{0}t\">{2}</title>\n<desc id=\"{0}d\">{3}</desc>\n<g>{4}</svg>",
      prefix, box.str(), escaped(figure.title), escaped(figure.description), body);
}

std::vector<Drawing> draw(const std::vector<Figure>& figures) {
  const fs::path gnuplot = require_program("gnuplot", "gnuplot-nox");
  const ScratchDir scratch(fs::temp_directory_path(), "gradloom-report-", "TMPDIR");
  std::string script;
  for (const Figure& figure : figures) {
    if (!figure.draw) continue;
    for (const Frame& frame : kFrames) {
      const Plot plot = figure.draw(frame);
      script += settings(file_name(figure, frame), frame, plot.height) + plot.script;
      script += "unset output\n";
    }
  }
  write_text_file(scratch.path() / "report.gp", script);
  ProcessOptions options;
  options.directory = scratch.path();
  options.environment = {{"LC_ALL", "C.UTF-8"}};
  const ProcessResult result = run_process({gnuplot.string(), "-d", "report.gp"}, options);
  if (!result.good()) {
    throw ToolError("gnuplot failed: " + printable(result.output, 400));
  }
  std::vector<Drawing> drawings(figures.size());
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (!figures[i].draw) continue;
    for (const Frame& frame : kFrames) {
      const std::string name = file_name(figures[i], frame);
      drawings[i].svg.push_back(
          clean_svg(read_text_file(scratch.path() / (name + ".svg")), figures[i], name + "_"));
    }
  }
  return drawings;
}

}  // namespace gradloom::report
