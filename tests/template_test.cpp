// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>

#include "generator/template_engine.hpp"
#include "golden/error.hpp"

using namespace gradloom;

namespace {

TemplateContext context() {
  TemplateContext c;
  c.values = {{"name", "gl"}, {"rows", "8"}, {"html", "<a> & \"b\""}, {"empty", ""}};
  c.flags = {{"yes", true}, {"no", false}};
  c.lists["none"] = {};
  c.lists["ports"] = {{{{"name", "clk_i"}, {"bits", "1"}}, {{"comma", true}}},
                      {{{"name", "q_o"}, {"bits", "9"}}, {{"comma", false}}}};
  return c;
}

std::string render(const std::string& text) { return render_template(text, context(), "t.v"); }

std::string error_of(const std::string& text) {
  try {
    render(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "rendered";
}

}  // namespace

TEST_CASE("values are put in as they are") {
  CHECK(render("") == "");
  CHECK(render("module <%name%>_pe;\n") == "module gl_pe;\n");
  CHECK(render("<%html%><%empty%>|") == "<a> & \"b\"|");
  CHECK(render("a\n\n\n  b \n\t\n") == "a\n\n\n  b \n\t\n");
}

TEST_CASE("Verilog that looks like mustache is left alone") {
  const std::string verilog = "assign y = {{8{a[7]}}, {{b}}, {{{c}}}}; // {{=x y=}} 100% <a> %\n";
  CHECK(render(verilog) == verilog);
}

TEST_CASE("sections take their own lines with them, and nothing else") {
  CHECK(render("a\n<%#yes%>\nb\n<%/yes%>\nc\n") == "a\nb\nc\n");
  CHECK(render("a\n<%#no%>\nb\n<%/no%>\nc\n") == "a\nc\n");
  CHECK(render("a\n<%^no%>\nb\n<%/no%>\nc\n") == "a\nb\nc\n");
  CHECK(render("a\n<%^yes%>\nb\n<%/yes%>\nc\n") == "a\nc\n");
  CHECK(render("  <%#yes%>  \n  b\n\t<%/yes%>") == "  b\n");
  // Empty lines beside sections stay, shown or not.
  CHECK(render("a\n\n<%#yes%>\n\nb\n\n<%/yes%>\n\nc\n") == "a\n\n\nb\n\n\nc\n");
  CHECK(render("a\n\n<%#no%>\n\nb\n\n<%/no%>\n\nc\n") == "a\n\n\nc\n");
  CHECK(render("<%#yes%>x<%/yes%>, <%#no%>y<%/no%>z\n") == "x, z\n");
  CHECK(render("<%#yes%><%/yes%>\nz\n") == "\nz\n");
  CHECK(render("<%#yes%>\n<%#no%>\n1\n<%/no%>\n<%^no%>\n2\n<%/no%>\n<%/yes%>\n") == "2\n");
}

TEST_CASE("lists repeat their section; inner names hide outer ones") {
  CHECK(
      render(
          "<%#ports%>\n<%name%> <%bits%> <%rows%><%#comma%>,<%/comma%>\n<%/ports%>\n<%name%>\n") ==
      "clk_i 1 8,\nq_o 9 8\ngl\n");
  CHECK(render("<%#none%>\nx\n<%/none%>\n<%^none%>\nno ports\n<%/none%>\n") == "no ports\n");
}

TEST_CASE("comments vanish") { CHECK(render("a\n<%! why this is so %>\nb<%!c%>d\n") == "a\nbd\n"); }

TEST_CASE("mistakes are found, with their line") {
  CHECK(error_of("\n<%nmae%>\n") ==
        "t.v:2: template: found <%nmae%>, which is no value of the plan");
  CHECK(
      error_of("a\nb\n<%#yse%><%/yse%>").find("t.v:3: template: found <%yse%>, which is no flag") ==
      0);
  CHECK(error_of("<%yes%>").find("no value") != std::string::npos);
  CHECK(error_of("<%#name%><%/name%>").find("no flag") != std::string::npos);
  CHECK(error_of("<%bits%>").find("no value") != std::string::npos);
  CHECK(error_of("<%#yes%>\n").find("t.v:1: template: found <%#yes%> without an end") == 0);
  CHECK(error_of("<%/yes%>").find("closes nothing") != std::string::npos);
  CHECK(error_of("<%#yes%><%#no%><%/yes%><%/no%>").find("closes nothing") != std::string::npos);
  CHECK(error_of("\n\n<%name").find("t.v:3: template: found a tag without an end") == 0);
  CHECK(error_of("<%>name%>").find("allowed a name") != std::string::npos);
  CHECK(error_of("<%=a b=%>").find("allowed a name") != std::string::npos);
  CHECK(error_of("<% name %>").find("allowed a name") != std::string::npos);
  CHECK(error_of("<%%>").find("allowed a name") != std::string::npos);
}
