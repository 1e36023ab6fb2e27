// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

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
  int jobs = 1;
};

// One point a line, so that differences show.
std::string lines(const Json& list) {
  std::string text = "[";
  for (const Json& entry : list) {
    text += fmt::format("{}\n    {}", text.size() > 1 ? "," : "", entry.dump());
  }
  return text + "\n  ]";
}

// Measures all tasks, `jobs` at a time.
std::vector<Json> measure(const std::vector<flow::AreaTask>& tasks,
                          const std::filesystem::path& work, int jobs) {
  std::vector<Json> found(tasks.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::int64_t done = 0;
  std::exception_ptr error;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < tasks.size(); i = next++) {
        found[i] = flow::measure_area(tasks[i], work);
        const std::lock_guard lock(mutex);
        show_count("netlists", ++done, static_cast<std::int64_t>(tasks.size()));
        fmt::print("{}: {}\n", flow::text(tasks[i]), found[i].dump());
        std::fflush(stdout);
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
      next = tasks.size();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < jobs; ++i) threads.emplace_back(run);
  for (std::thread& thread : threads) thread.join();
  if (error) std::rethrow_exception(error);
  return found;
}

int run(const Options& options) {
  require_writable(options.json);
  flow::default_liberty();  // missing: said before anything is made
  const std::filesystem::path work = std::filesystem::absolute(options.out) / "flow" / "area-fit";
  const std::vector<flow::AreaTask> tasks = flow::area_tasks(options.few);
  const std::vector<Json> found = measure(tasks, work, options.jobs);
  Json pes = Json::array();
  Json designs = Json::array();
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    (tasks[i].rows > 0 ? designs : pes).push_back(found[i]);
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
  command->add_option("--jobs", options->jobs, "netlists made at a time; default 1")
      ->check(CLI::Range(1, 256));
  command->add_flag("--few", options->few, "one small PE and design of each kind, for tests");
  command->footer(
      "Example:\n  gradloom flow area-fit --json examples/explore/area_osu018.json\n"
      "Takes half an hour of a core. docs/explore.md says what is fitted to the points.");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
