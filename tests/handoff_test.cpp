// SPDX-License-Identifier: Apache-2.0
// What the handoff files of a design say of its ports, files, clock and RAMs. tests/handoff.sh uses
// them.
#include "generator/handoff.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "generator/config_yaml.hpp"
#include "generator/template_files.hpp"
#include "sim/testbench.hpp"

using namespace gradloom;

namespace {

const std::string kConfigs = GRADLOOM_TEST_ROOT "/examples/configs/";

std::map<std::string, std::string> files_of(const Config& config, bool testbench) {
  std::vector<EmittedFile> files = emit_design(config, template_dir());
  if (testbench) add_testbench(config, files);
  add_handoff(config, files);
  std::map<std::string, std::string> result;
  for (const EmittedFile& file : files) {
    CHECK(result.emplace(file.path, file.text).second);
  }
  return result;
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("the plan has each port but the clock once, and the RTL in order") {
  for (const char* name : {"gl2x2_int8", "gl4x4_axi_int8", "gl4x4_fprop"}) {
    CAPTURE(name);
    const Config config = load_config(kConfigs + name + ".yaml");
    const auto files = emit_design(config, template_dir());
    const HandoffPlan plan = make_handoff_plan(config, files);
    std::size_t pins = 0;
    for (const Port& port : plan.design.ports) pins += port.trace ? 0 : 1;
    CHECK(plan.inputs.size() + plan.outputs.size() + 1 == pins);
    CHECK(plan.rtl.front() == "rtl/" + config.name + "_ram.v");
    CHECK(plan.rtl.back() == "rtl/" + config.name + "_top.v");
    CHECK(plan.testbench_top.empty());
    CHECK(plan.testbench.empty());
  }
}

TEST_CASE("RAMs: one shape a buffer that is built") {
  const Config config = load_config(kConfigs + "gl4x4_fprop.yaml");
  const HandoffPlan plan = make_handoff_plan(config, emit_design(config, template_dir()));
  REQUIRE(plan.rams.size() == 3);  // X, W, Y
  CHECK(plan.rams[0].instance == "u_core.u_array.g_row[*].u_lane.u_x");
  CHECK(plan.rams[1].instance == "u_core.u_array.g_col[*].u_lane.u_w");
  CHECK(plan.rams[2].width == 32);
  std::int64_t largest = 0;
  for (const RamShape& ram : plan.rams) {
    largest = std::max<std::int64_t>(largest, std::int64_t{ram.width} * ram.depth);
  }
  CHECK(plan.largest_ram_bits == largest);
}

TEST_CASE("RAMs: a hold memory a column") {
  const Config config = load_config(kConfigs + "gl3x5_hold_int4.yaml");
  const HandoffPlan plan = make_handoff_plan(config, emit_design(config, template_dir()));
  REQUIRE(plan.rams.size() == 7);
  const RamShape& hold = plan.rams.back();
  CHECK(hold.instance == "u_core.u_array.g_col[*].u_lane.u_hold");
  CHECK(hold.count == 5);
  CHECK(hold.width == 4);
  CHECK(hold.depth == 8);
  CHECK(hold.addr_bits == 3);
}

TEST_CASE("constraints: one clock, a delay for each other port, no exceptions") {
  Config config = load_config(kConfigs + "gl2x2_int8.yaml");
  config.clock = {2'500, 62, 30};
  const auto files = files_of(config, false);
  const HandoffPlan plan = make_handoff_plan(config, emit_design(config, template_dir()));
  for (const char* file :
       {"handoff/gl2x2_int8.sdc", "handoff/gl2x2_int8.xdc", "handoff/orfs/constraint.sdc"}) {
    CAPTURE(file);
    const std::string& text = files.at(file);
    CHECK(count(text, "\ncreate_clock ") == 1);
    CHECK(count(text, "\nset_input_delay ") == static_cast<int>(plan.inputs.size()));
    CHECK(count(text, "\nset_output_delay ") == static_cast<int>(plan.outputs.size()));
    for (const char* word : {"set_false_path", "set_multicycle_path", "set_clock_groups",
                             "set_max_delay", "set_min_delay", "set_case_analysis"}) {
      CHECK(text.find(word) == std::string::npos);
    }
    CHECK(text.find("0.75") != std::string::npos);
    CHECK(text.find("0.062") != std::string::npos);
  }
  const std::string& sdc = files.at("handoff/gl2x2_int8.sdc");
  CHECK(sdc.find("create_clock -name core_clk -period 2.5 [get_ports {clk_i}]\n") !=
        std::string::npos);
  CHECK(sdc.find("set_input_delay 0.75 -clock core_clk [get_ports {rst_ni}]\n") !=
        std::string::npos);
  CHECK(sdc.find("[get_ports {host_wdata_i[*]}]") != std::string::npos);
}

TEST_CASE("the clock changes the handoff files, the manifest and config.yaml, and nothing else") {
  Config config = load_config(kConfigs + "gl2x2_int8.yaml");
  const auto before = files_of(config, false);
  config.clock = {20'000, 1'000, 10};
  const auto after = files_of(config, false);
  REQUIRE(before.size() == after.size());
  int changed = 0;
  for (const auto& entry : before) {
    const std::string& path = entry.first;
    if (entry.second == after.at(path)) continue;
    CAPTURE(path);
    ++changed;
    CHECK((path.starts_with("handoff/") || path == "config.json" || path == "manifest.json" ||
           path == "config.yaml"));
  }
  CHECK(changed == 6);
  CHECK(nlohmann::json::parse(after.at("config.json"))["CLOCK_PERIOD"] == 20.0);
}

TEST_CASE("a target for simulation only with a testbench; the manifest lists the files") {
  const Config config = load_config(kConfigs + "gl2x2_int8.yaml");
  const auto without = files_of(config, false);
  const auto with = files_of(config, true);
  CHECK(without.at("gl2x2_int8.core").starts_with("CAPI=2:\n"));
  CHECK(without.at("gl2x2_int8.core").find("\n  sim:") == std::string::npos);
  CHECK(without.at("handoff/edam.yaml").find("tb/") == std::string::npos);
  CHECK(with.at("gl2x2_int8.core").find("\n  sim:") != std::string::npos);
  CHECK(with.at("handoff/edam.yaml").find("toplevel: \"gl2x2_int8_tb\"") != std::string::npos);
  for (const auto& files : {without, with}) {
    const auto manifest = nlohmann::json::parse(files.at("manifest.json"));
    CHECK(manifest["handoff"].size() == 12);
    for (const auto& file : manifest["handoff"]) {
      CHECK(files.count(file.get<std::string>()) == 1);
    }
  }
}
