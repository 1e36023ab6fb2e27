// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "flow/area_points.hpp"
#include "flow/tools.hpp"
#include "generator/cmd_flow.hpp"
#include "generator/progress.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"

namespace gradloom {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string out = "out";
  std::string json;
  bool few = false;
};

// One point a line, so that differences show.
std::string lines(const Json& list) {
  std::string text = "[";
  for (const Json& entry : list) {
    text += fmt::format("{}\n    {}", text.size() > 1 ? "," : "", entry.dump());
  }
  return text + "\n  ]";
}

int run(const Options& options) {
  require_writable(options.json);
  flow::default_liberty();  // missing: said before anything is made
  const std::filesystem::path work = std::filesystem::absolute(options.out) / "flow" / "area-fit";
  const std::vector<flow::AreaTask> tasks = flow::area_tasks(options.few);
  Json pes = Json::array();
  Json designs = Json::array();
  const auto total = static_cast<std::int64_t>(tasks.size());
  std::int64_t done = 0;
  for (const flow::AreaTask& task : tasks) {
    show_count(flow::text(task), done, total);
    (task.rows > 0 ? designs : pes).push_back(flow::measure_area(task, work));
    show_count("netlists", ++done, total);
    fmt::print("{}: {}\n", flow::text(task), (task.rows > 0 ? designs : pes).back().dump());
    std::fflush(stdout);
  }
  Json rams = Json::array();
  for (const int bits : options.few ? std::vector{2} : std::vector{4, 8}) {
    for (const Json& ram : flow::measure_ram(bits, work)) rams.push_back(ram);
  }
  const std::string text = fmt::format(
      "{{\n  \"made_by\": \"gradloom flow area-fit\",\n  \"gradloom\": \"{}\",\n"
      "  \"library\": \"osu018_stdcells (OSU 0.18 um, typical corner)\",\n"
      "  \"pe\": {},\n  \"rest\": {},\n  \"flip_flop_ram\": {}\n}}\n",
      kVersion, lines(pes), lines(designs), lines(rams));
  if (!options.json.empty()) replace_text_file(options.json, text);
  fmt::print("{} PEs, {} designs, {} RAMs of flip-flops\n", pes.size(), designs.size(),
             rams.size());
  return 0;
}

}  // namespace

void add_flow_area_fit(CLI::App& flow, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = flow.add_subcommand(
      "area-fit", "Areas, LUTs and periods of many PEs and small designs, for gradloom explore");
  command->add_option("-o,--output", options->out,
                      "directory of flow/, made if needed; netlists there are used again; default "
                      "out");
  command->add_option("--json", options->json, "file for the points");
  command->add_flag("--few", options->few, "one small PE and design of each kind, for tests");
  command->footer(
      "Example:\n  gradloom flow area-fit --json examples/explore/area_osu018.json\n"
      "Takes an hour of one core. docs/explore.md says what is fitted to the points.");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
