// SPDX-License-Identifier: Apache-2.0
// Coverage of the RTL of a configuration under the suite of `gradloom verify`: lines, branches,
// toggles and cover points by module, and the functional cover points of the harness. Every hole
// must be explained in a list.
//   coverage -c CONFIG [--holes FILE] [--results DIR] [--list]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "generator/command_main.hpp"
#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/progress.hpp"
#include "generator/result_file.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "sim/chip_suite.hpp"
#include "sim/code_coverage.hpp"
#include "sim/coverage_sweep.hpp"
#include "sim/functional_coverage.hpp"
#include "sim/model_builder.hpp"
#include "sim/verify.hpp"

namespace gradloom {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kMaxPes = 16;  // coverage costs a hundredfold in speed
constexpr std::array<const char*, 4> kKinds{"line", "branch", "user", "toggle"};

struct Options {
  std::string config;
  std::string holes = "tests/coverage_holes.txt";
  std::string results;
  int programs = 12;  // random ones, of 60 commands
  bool list = false;
};

struct Share {
  std::int64_t hit = 0;
  std::int64_t all = 0;
};

std::string text(const Share& share) {
  if (share.all == 0) return "-";
  return fmt::format("{:.1f} % of {}",
                     100.0 * static_cast<double>(share.hit) / static_cast<double>(share.all),
                     share.all);
}

// Runs what `gradloom verify` runs, with and without stalls, and more random programs.
VerifyCount run_suite(const Options& options, const Config& config, const BuiltModel& built,
                      HarnessOptions harness) {
  VerifyCount total;
  if (config.bus == HostBus::axi) {
    for (const int stalls : {0, 30}) {
      harness.stall_percent = stalls;
      total += verify_chip_suite(config, built.library, harness, show_stage);
      ++harness.seed;
    }
    return total;
  }
  for (const int stalls : {0, 30}) {
    harness.stall_percent = stalls;
    total += verify_suite(config, built.library, harness, {});
    show_stage(fmt::format("suite with {} % stalls", stalls));
    ++harness.seed;
  }
  harness.stall_percent = 10;
  total += verify_sweep(config, built.library, harness);
  show_stage("sweep of shapes");
  for (int i = 0; i < options.programs; ++i) {
    harness.stall_percent = i % 2 == 0 ? 0 : 40;
    total += verify_random(config, built.library, 60, harness);
    ++harness.seed;
  }
  return total;
}

CodeCounts measure(const Options& options, const Config& config, VerifyCount& count) {
  BuildOptions build;
  build.coverage = true;
  build.progress = show_stage;
  const BuiltModel built = build_model(config, build);
  const ScratchDir work(fs::temp_directory_path(), "gradloom-coverage-", "TMPDIR");
  FunctionalCoverage functional(config);
  CodeCounts counts;
  HarnessOptions harness;
  harness.config_hash = config_hash(config);
  // From random values registers would toggle, and branches be taken, before anything was done.
  harness.reset = RandomReset::zeros;
  harness.coverage = &functional;
  bool good = true;
  harness.at_end = [&](const Model& model) {
    try {
      const fs::path file = work.path() / "counts.dat";
      model.write_coverage(file);
      add_counts(counts, config, file, built.rtl);
    } catch (const std::exception&) {
      good = false;
    }
  };
  count = run_suite(options, config, built, harness);
  if (!good || counts.empty()) throw ToolError("Verilator wrote no coverage");
  for (const auto& [point, hits] : functional.points()) counts[{"function", "", point, 0}] += hits;
  return counts;
}

using Modules = std::map<std::string, std::map<std::string, Share>>;

Modules by_module(const CodeCounts& counts) {
  Modules modules;
  for (const auto& [point, hits] : counts) {
    for (const std::string& name : {point.module, std::string("all")}) {
      Share& share = modules[name][point.kind];
      ++share.all;
      if (hits > 0) ++share.hit;
    }
  }
  return modules;
}

void print_modules(const Modules& modules) {
  fmt::print("| module | lines | branches | cover points | toggles |\n|---|---|---|---|---|\n");
  const auto print = [&](const std::string& name, std::map<std::string, Share> kinds) {
    fmt::print("| {} ", name);
    for (const char* kind : kKinds) fmt::print("| {} ", text(kinds[kind]));
    fmt::print("|\n");
  };
  for (const auto& [name, kinds] : modules) {
    if (!name.empty() && name != "all") print(name, kinds);
  }
  print("all", modules.at("all"));
}

Json to_json(const Share& share) { return {{"hit", share.hit}, {"all", share.all}}; }

Json report_json(const Config& config, const std::string& digest, const Modules& modules,
                 const HoleReport& report) {
  Json json =
      result_head("coverage", config, digest, report.unexplained.empty() && report.stale.empty());
  json["modules"] = Json::object();
  for (const auto& [name, kinds] : modules) {
    Json entry = Json::object();
    for (const auto& [kind, share] : kinds) entry[kind] = to_json(share);
    json["modules"][name.empty() ? "harness" : name] = entry;
  }
  json["explained_holes"] = report.explained;
  json["unexplained"] = Json::array();
  for (const CodePoint& p : report.unexplained) {
    json["unexplained"].push_back({{"kind", p.kind}, {"module", p.module}, {"text", p.text}});
  }
  return json;
}

int run(const Options& options) {
  const Config config = load_config(options.config);
  if (std::int64_t{config.rows} * config.cols > kMaxPes) {
    throw InputError(
        fmt::format("{}: array: found {} x {}, allowed up to {} processing elements for "
                    "coverage",
                    printable(options.config, 400), config.rows, config.cols, kMaxPes));
  }
  const std::vector<Hole> holes = read_holes(options.holes);
  const std::string digest = rtl_digest(config);
  VerifyCount count;
  const CodeCounts counts = measure(options, config, count);
  const Modules modules = by_module(counts);
  const HoleReport report = compare_holes(counts, holes, config.name);
  print_modules(modules);
  fmt::print("functional cover points: {}; {} holes explained\n",
             text(modules.at("").at("function")), report.explained);
  fmt::print("{}: {} cases, {} commands, {} cycles, {} comparisons\n", config.name, count.cases,
             count.commands, count.cycles, count.checks);
  if (!options.results.empty()) {
    write_result_file(options.results, report_json(config, digest, modules, report));
  }
  for (const CodePoint& p : report.unexplained) {
    fmt::print("FAIL no hit and not explained: {} | {} | {} | {}\n", p.kind, config.name,
               p.module.empty() ? "-" : p.module, p.text);
  }
  for (const Hole& hole : report.stale) {
    fmt::print("FAIL {}:{}: explained, but hit: {}\n", options.holes, hole.line, hole.text);
  }
  if (options.list) {
    for (const auto& [point, hits] : counts) {
      fmt::print("{} {} | {} | {}\n", hits, point.kind, point.module, point.text);
    }
  }
  return report.unexplained.empty() && report.stale.empty() ? 0 : 1;
}

int coverage(int argc, char** argv) {
  Options options;
  CLI::App app("Coverage of the RTL under the suite of gradloom verify", "coverage");
  app.add_option("-c,--config", options.config, "configuration, YAML")->required();
  app.add_option("--holes", options.holes, "list of explained holes")->capture_default_str();
  app.add_option("--programs", options.programs, "random programs beside the suite")
      ->check(CLI::Range(0, 10000))
      ->capture_default_str();
  app.add_option("--results", options.results, "directory for <name>/coverage.json");
  app.add_flag("--list", options.list, "print all points with their hits");
  app.footer(
      "Examples:\n"
      "  coverage -c examples/configs/gl2x2_int8.yaml\n"
      "  coverage -c examples/configs/gl2x2_int8.yaml --programs 0 --list");
  return parse_and_run(app, argc, argv, [&] { return run(options); });
}

}  // namespace
}  // namespace gradloom

int main(int argc, char** argv) {
  return gradloom::command_main("coverage", [&] { return gradloom::coverage(argc, argv); });
}
