// SPDX-License-Identifier: Apache-2.0
#include "report/report.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"
#include "model/network_cost.hpp"
#include "model/network_file.hpp"
#include "report/figures.hpp"
#include "report/script.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom::report {
namespace {

namespace fs = std::filesystem;

Config example(const std::string& name) {
  return load_config(fs::path(GRADLOOM_TEST_ROOT) / "examples/configs" / (name + ".yaml"));
}

Workload digits() {
  const fs::path file = fs::path(GRADLOOM_TEST_ROOT) / "examples/networks/digits_mlp.yaml";
  return {model::load_model_network(file.string()), 16};
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

nlohmann::json result(const Config& config, const std::string& target) {
  return {{"target", target},
          {"config", config.name},
          {"config_hash", hash_text(config)},
          {"gradloom", kVersion},
          {"pass", true}};
}

TEST_CASE("CSV") {
  const Table table{"", {"name", "words, read"}, 1, {{"a\"b", "-1"}, {"=1+1", "2"}, {"x\ny", ""}}};
  CHECK(csv(table) == "name,\"words, read\"\n\"a\"\"b\",-1\n\"'=1+1\",2\n\"x\ny\",\n");
}

TEST_CASE("numbers and tics that people read") {
  CHECK(short_number(0) == "0");
  CHECK(short_number(7) == "7");
  CHECK(short_number(0.125) == "0.12");
  CHECK(short_number(999) == "999");
  CHECK(short_number(1000) == "1.00 k");
  CHECK(short_number(56789) == "56.8 k");
  CHECK(short_number(999'600) == "1.00 M");
  CHECK(short_number(123'456'789) == "123 M");
  CHECK(tic_step(10, 5) == doctest::Approx(2));
  CHECK(tic_step(11, 5) == doctest::Approx(5));
  CHECK(tic_step(0.3, 4) == doctest::Approx(0.1));
  CHECK(quoted("it's\n") == "'it''s?'");
}

TEST_CASE("the parts of a step are the cost of the network") {
  for (const char* name : {"gl8x8_int8", "gl4x4_axi_int8", "gl3x5_pipe_int16"}) {
    const Config config = example(name);
    const Workload workload = digits();
    const auto steps = step_parts(config, workload);
    REQUIRE(steps.size() == model::kModelSchedules.size());
    for (const StepParts& step : steps) {
      const model::NetworkCost whole =
          model::network_cost(config, workload.network, workload.batch, step.schedule);
      CHECK(step.sum().total() == whole.total);
      REQUIRE(step.layers.size() == 2);
      CHECK(step.layers[0].dgrad.cycles == 0);  // the first layer needs no dX
      const bool interleaved = step.schedule == model::ModelSchedule::interleaved;
      CHECK((step.layers[1].both.cycles > 0) == interleaved);
      CHECK((step.layers[1].dgrad.cycles > 0) == !interleaved);
    }
    CHECK((steps[0].sum().update.cycles > 0) == config.training.built);
  }
}

TEST_CASE("a design that builds only fprop has a step of fprop") {
  const Config config = example("gl4x4_fprop");
  const auto steps = step_parts(config, default_workload(config));
  CHECK(parts_text(config) == "fprop");
  for (const StepParts& step : steps) {
    CHECK(step.sum().fprop.cycles > 0);
    CHECK(step.sum().total() == step.sum().fprop);
    CHECK(step.schedule != model::ModelSchedule::os_only);  // needs wgrad commands
  }
  CHECK(parts_text(example("gl8x8_int8")) == "fprop, dgrad, wgrad and update");
}

TEST_CASE("curves over B/R") {
  const Config config = example("gl8x8_int8");
  const auto curves = ratio_curves(config);
  REQUIRE(curves.size() == 4);
  const RatioCurve& separate = curves[0];
  CHECK(separate.points.front().batch == 1);
  CHECK(separate.points.back().batch == 16 * 8);
  for (const RatioPoint& point : separate.points) {
    const model::GemmShape shape{32, 32, point.batch, 1};
    const auto cost = [&](model::ModelSchedule schedule) {
      return model::product_cost(config, Op::backward, schedule, shape);
    };
    CHECK(point.cycles ==
          doctest::Approx(static_cast<double>(cost(model::ModelSchedule::separate).cycles) /
                          static_cast<double>(cost(model::ModelSchedule::interleaved).cycles)));
    if (point.batch > 8) CHECK(point.cycles == 1.0);
    CHECK(point.words > 1.0);
  }
  CHECK(separate.points.front().cycles > 1.7);
}

TEST_CASE("results: of this configuration, stale, and no results") {
  const test::TempDir dir;
  const Config config = example("gl2x2_int8");
  const fs::path here = fs::path(dir.path()) / config.name;
  CHECK(read_results(dir.path(), config, true).current.empty());
  CHECK_THROWS_AS(read_results(fs::path(dir.path()) / "none", config, true), InputError);
  CHECK(read_results(fs::path(dir.path()) / "none", config, false).current.empty());

  auto sta = result(config, "sta");
  sta["fmax_mhz"] = 100.0;
  write(here / "sta.json", sta.dump());
  auto other = result(config, "synth");
  other["config_hash"] = "0123456789abcdef";
  write(here / "synth.json", other.dump());
  auto old = result(config, "power");
  old["gradloom"] = "0.0.1";
  write(here / "power.json", old.dump());
  auto rtl = result(config, "gatesim");
  rtl["rtl_digest"] = "0123456789abcdef";
  write(here / "gatesim.json", rtl.dump());
  auto same = result(config, "lec");
  same["rtl_digest"] = rtl_digest(config);
  write(here / "lec.json", same.dump());
  write(here / "notes.txt", "no result");
  const Results results = read_results(dir.path(), config, true);
  REQUIRE(results.current.size() == 2);
  CHECK(results.find("lec") != nullptr);
  CHECK(results.find("sta")->pass);
  CHECK(results.find("synth") == nullptr);
  CHECK(results.stale == std::vector<std::string>{"gatesim.json: of other RTL",
                                                  "power.json: of gradloom 0.0.1",
                                                  "synth.json: of configuration 0123456789abcdef"});

  for (const char* bad :
       {"", "[1]", "{\"pass\": true}", "{\"config\": 1}", "{\"config\": \"x\"",
        "{\"config\":\"a\",\"config_hash\":\"b\",\"gradloom\":\"c\",\"pass\":1}"}) {
    write(here / "bad.json", bad);
    CHECK_THROWS_AS(read_results(dir.path(), config, true), InputError);
  }
}

TEST_CASE("verification: recorded claims, results that decide, other configurations") {
  const test::TempDir dir;
  const Config config = example("gl2x2_int8");
  const fs::path plan = fs::path(dir.path()) / "plan.yaml";
  const fs::path status = fs::path(dir.path()) / "status.yaml";
  write(plan,
        "items:\n"
        "  - {name: lint, stage: G1, step: lint, text: nothing to say}\n"
        "  - {name: bus, stage: G1, step: bus, only: bus, text: needs a bus}\n"
        "  - {name: synth, stage: G2, result: synth, text: netlists}\n"
        "  - {name: power, stage: G3, result: power, text: power}\n");
  const auto claims = [&](const std::string& hash) {
    write(status, "gradloom: x\ntemplates: y\nconfigurations:\n  gl2x2_int8:\n    hash: \"" + hash +
                      "\"\n    passed: [lint]\n    failed: [synth]\n");
  };
  claims(hash_text(config));
  Verification found = verification(config, plan, status, {});
  REQUIRE(found.items.size() == 3);
  CHECK(found.stage == "G1");
  CHECK(found.note.empty());
  CHECK(found.items[0].verdict == Verdict::passed);
  CHECK(found.items[0].text == "nothing to say");
  CHECK(found.items[1].verdict == Verdict::failed);
  CHECK(found.items[2].verdict == Verdict::not_run);

  Results results;
  results.current = {{"synth", true, {}}};
  found = verification(config, plan, status, results);
  CHECK(found.stage == "G2");
  CHECK(found.items[1].from == "synth.json");

  claims("0123456789abcdef");
  found = verification(config, plan, status, {});
  CHECK(found.stage == "-");
  CHECK(found.note.find("another configuration") != std::string::npos);
  CHECK(verification(example("gl8x8_int8"), plan, status, {}).note.find("not have") !=
        std::string::npos);
}

ReportInputs inputs_of(const std::string& name) {
  ReportInputs inputs;
  inputs.config = example(name);
  inputs.workload = default_workload(inputs.config);
  inputs.verification = recorded_verification(inputs.config, {});
  return inputs;
}

TEST_CASE("every table has the columns of its header, every figure a title and a description") {
  for (const char* name : {"gl8x8_int8", "gl4x4_fprop", "gl1x8_int16", "gl4x4_axi_int8"}) {
    const Page page = report_page(inputs_of(name));
    CHECK(figures_of(page).size() == 8);
    for (const Section& section : page.sections) {
      std::vector<Table> tables = section.open_tables;
      tables.insert(tables.end(), section.closed_tables.begin(), section.closed_tables.end());
      for (const Figure& figure : section.figures) {
        tables.push_back(figure.table);
        CHECK_FALSE(figure.title.empty());
        CHECK_FALSE(figure.text.empty());
        CHECK_FALSE(figure.description.empty());
        CHECK(figure.draw(kFrames[0]).height > 50);
      }
      for (const Table& table : tables) {
        CHECK_FALSE(table.caption.empty());
        CHECK_FALSE(table.rows.empty());
        for (const auto& row : table.rows) CHECK(row.size() == table.header.size());
      }
    }
  }
}

TEST_CASE("results without what their target writes are refused") {
  ReportInputs inputs = inputs_of("gl2x2_int8");
  inputs.results.current = {{"synth", true, result(inputs.config, "synth")}};
  CHECK_THROWS_AS(report_page(inputs), InputError);
}

TEST_CASE("the page escapes what comes from files") {
  Page page;
  page.title = "<script>alert(1)</script>";
  page.lead = "a & b";
  Table table{"caption \"1\"", {"<i>"}, 1, {{"x<y>&\"z\""}}};
  Figure figure;
  figure.id = "one";
  figure.title = "t";
  figure.table = table;
  page.sections = {{"s", "<b>", {"<p>"}, {figure}, {table}, {table}}};
  const std::string html = render_page(page, {Drawing{{"<svg>wide</svg>", "<svg>narrow</svg>"}}});
  CHECK(html.find("<script>") == std::string::npos);
  CHECK(html.find("&lt;script&gt;") != std::string::npos);
  CHECK(html.find("x&lt;y&gt;&amp;&quot;z&quot;") != std::string::npos);
  CHECK(html.find("<svg>narrow</svg>") != std::string::npos);
  CHECK(html.find("text/csv;charset=utf-8,%3Ci%3E%0A%22x%3Cy%3E%26%22%22z%22%22%22%0A") !=
        std::string::npos);
  CHECK(html.find("{{") == std::string::npos);
}

TEST_CASE("SVG of gnuplot: colours by name, identifiers of their own, no trace of gnuplot") {
  Figure figure;
  figure.title = "a < b";
  figure.description = "c & d";
  const std::string text =
      "<?xml?><svg viewBox=\"0 0 10 20\"><title>x</title><desc>GNUPLOT</desc>\n"
      "<g id=\"gnuplot_canvas\">\n<defs><circle id='gpDot'/></defs>"
      "<use xlink:href='#gpDot' color='rgb(  1,   0,   4)'/><text fill=\"rgb(1,0,11)\">q</text>"
      "<g color=\"black\"/></g></svg>";
  CHECK(clean_svg(text, figure, "f_") ==
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"f_t f_d\" "
        "viewBox=\"0 0 10 20\">\n<title id=\"f_t\">a &lt; b</title>\n<desc id=\"f_d\">c &amp; "
        "d</desc>\n<g>\n<defs><circle id='f_gpDot'/></defs><use href='#f_gpDot' "
        "color='var(--blue)'/><text fill=\"var(--heat-1)\">q</text><g "
        "color=\"var(--ink)\"/></g></svg>");
  CHECK_THROWS_AS(clean_svg("<svg></svg>", figure, "f_"), ToolError);
}

}  // namespace
}  // namespace gradloom::report
