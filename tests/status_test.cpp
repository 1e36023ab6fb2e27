// SPDX-License-Identifier: Apache-2.0
// Joining a test plan with results: only what was run, passed, and belongs to this configuration
// counts.
#include "status/status.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"
#include "tests/temp_dir.hpp"

using namespace gradloom;
using namespace gradloom::status;
using gradloom::test::TempDir;
namespace fs = std::filesystem;

namespace {

constexpr const char* kPlan = R"(items:
  - {name: one, stage: G1, step: lint, text: a}
  - {name: two, stage: G2, result: lec, text: b}
  - {name: buses, stage: G2, step: smoke, only: bus, text: c}
  - {name: some, stage: G3, step: long, covers: [other], text: d}
  - {name: most, stage: G3, step: broad, except: [tiny], text: e}
)";

// A directory with a plan, one configuration "tiny" and results.
struct Scene : TempDir {
  Scene() {
    for (const char* dir : {"configs", "out/results/steps", "out/results/tiny"}) {
      fs::create_directories(path(dir));
    }
    write("plan.yaml", kPlan);
    write("configs/tiny.yaml",
          "name: tiny\narray: {rows: 2, cols: 2}\n"
          "numbers: {operand_bits: 8, accumulator_bits: 32}\n");
    configs = load_configs(path("configs"));
    hash = hash_text(configs.at("tiny"));
  }
  void step(const std::string& name, bool pass, const std::string& config_hash,
            const std::string& templates = "t1", const std::string& version = kVersion) {
    write("out/results/steps/" + name + ".json",
          std::string("{\"pass\": ") + (pass ? "true" : "false") + ", \"gradloom\": \"" + version +
              "\", \"templates\": \"" + templates + "\", \"configs\": {\"tiny\": \"" + config_hash +
              "\"}}");
  }
  void result(const std::string& target, bool pass, const std::string& config_hash,
              const std::string& rtl = "") {
    write("out/results/tiny/" + target + ".json",
          std::string("{\"pass\": ") + (pass ? "true" : "false") + ", \"gradloom\": \"" + kVersion +
              "\", \"config_hash\": \"" + config_hash + "\", \"rtl_digest\": \"" +
              (rtl.empty() ? rtl_digest(configs.at("tiny")) : rtl) + "\"}");
  }
  Status now() { return collect(load_plan(path("plan.yaml")), configs, path("out"), "t1"); }
  std::string row() {
    const std::string table = status_table(load_plan(path("plan.yaml")), configs, now());
    return table.substr(table.find("| `tiny`"));
  }
  Configs configs;
  std::string hash;
};

std::string error_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("what was not run is not claimed") {
  Scene scene;
  CHECK(scene.row() == "| `tiny` | - | 0/1 | 0/1 | 0/2 | one |\n");
  scene.step("lint", true, scene.hash);
  CHECK(scene.row() == "| `tiny` | G1 | 1/1 | 0/1 | 0/2 | two |\n");
  scene.result("lec", true, scene.hash);
  CHECK(scene.row() == "| `tiny` | G2 | 1/1 | 1/1 | 0/2 | some, most |\n");
  scene.step("long", true, scene.hash);   // covers another configuration only
  scene.step("broad", true, scene.hash);  // covers all but this one
  CHECK(scene.row() == "| `tiny` | G2 | 1/1 | 1/1 | 0/2 | some, most |\n");
  scene.step("lint", false, scene.hash);
  CHECK(scene.row() == "| `tiny` | - | 0/1 | 1/1 | 0/2 | FAILED one |\n");
}

TEST_CASE("an item is needed by configurations of its kind only") {
  Config config;
  PlanItem item;
  CHECK(needed(item, config));
  item.only = "backward";
  CHECK(needed(item, config));
  config.wgrad = false;
  CHECK_FALSE(needed(item, config));
  item.only = "bus";
  CHECK_FALSE(needed(item, config));
  config.bus = HostBus::axi;
  CHECK(needed(item, config));
  item.only = "training";
  CHECK_FALSE(needed(item, config));
  config.training.built = true;
  CHECK(needed(item, config));
}

TEST_CASE("what failed stands before what was not run") {
  Scene scene;
  std::string plan = "items:\n";
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    plan += std::string("  - {name: ") + name + ", stage: G1, step: " + name + ", text: t}\n";
  }
  scene.write("plan.yaml", plan + "  - {name: f, stage: G1, result: lec, text: t}\n");
  scene.result("lec", false, scene.hash);
  CHECK(scene.row() == "| `tiny` | - | 0/6 | 0/0 | 0/0 | FAILED f, a, b, c and 2 more |\n");
}

TEST_CASE("results of another configuration, RTL, templates or version do not count") {
  Scene scene;
  scene.step("lint", true, "0000000000000000");
  CHECK(scene.now().configs.at("tiny").passed.empty());
  scene.step("lint", true, scene.hash, "t2");
  CHECK(scene.now().configs.at("tiny").passed.empty());
  scene.step("lint", true, scene.hash, "t1", "0.0.0");
  CHECK(scene.now().configs.at("tiny").passed.empty());
  scene.result("lec", true, "0000000000000000");
  CHECK(scene.now().configs.at("tiny").passed.empty());
  scene.result("lec", true, scene.hash, "0000000000000000");
  CHECK(scene.now().configs.at("tiny").passed.empty());
  for (const char* text : {"", "[]", "{\"pass\": \"yes\"}", "{\"pass\": tr"}) {
    scene.write("out/results/steps/lint.json", text);
    CHECK(scene.now().configs.at("tiny").passed.empty());
  }
  scene.step("lint", true, scene.hash);
  CHECK(scene.now().configs.at("tiny").passed == std::set<std::string>{"one"});
}

TEST_CASE("the status file reads back; a changed hash makes its claims stale") {
  Scene scene;
  scene.step("lint", true, scene.hash);
  scene.result("lec", false, scene.hash);
  scene.write("status.yaml", status_yaml(scene.now()));
  Status again = load_status(scene.path("status.yaml"));
  CHECK(status_yaml(again) == status_yaml(scene.now()));
  CHECK(again.templates == "t1");
  CHECK(again.configs.at("tiny").failed == std::set<std::string>{"two"});
  again.configs.at("tiny").hash = "0000000000000000";
  const std::string table = status_table(load_plan(scene.path("plan.yaml")), scene.configs, again);
  CHECK(table.find("| `tiny` | - | 0/1 | 0/1 | 0/2 | stale; one |") != std::string::npos);
}

TEST_CASE("bad plans and status files name file and line") {
  Scene scene;
  const auto plan = [&](const std::string& text) {
    scene.write("plan.yaml", text);
    return error_of([&] { load_plan(scene.path("plan.yaml")); });
  };
  const auto has = [](const std::string& text, const std::string& part) {
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
  };
  has(plan(""), "plan.yaml:1: items: found no list");
  has(plan("items: []\n"), "found an empty list");
  has(plan("items: [\n"), "malformed YAML");
  has(plan("items:\n  - {name: a, stage: G4, step: s, text: t}\n"),
      "plan.yaml:2: a: stage: found G4, allowed G1, G2 or G3");
  has(plan("items:\n  - {name: a, stage: G1, text: t}\n"), "neither of step and result");
  has(plan("items:\n  - {name: a, stage: G1, step: s, result: r, text: t}\n"), "both");
  has(plan("items:\n  - {name: a, stage: G1, step: s, text: t, colour: red}\n"), "colour: found");
  has(plan("items:\n  - {name: a, stage: G1, step: s, text: t, only: small}\n"),
      "only: found small");
  has(plan("items:\n  - {name: a, stage: G1, step: s, text: t}\n  - {name: a, stage: G1, step: s, "
           "text: t}\n"),
      "plan.yaml:3: a: found a second time");
  scene.write("status.yaml", "gradloom: x\n");
  has(error_of([&] { load_status(scene.path("status.yaml")); }), "configurations: found no map");
  fs::create_directories(scene.path("none"));
  has(error_of([&] { load_configs(scene.path("none")); }), "found no configurations");
}
