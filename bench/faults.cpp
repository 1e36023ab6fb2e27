// SPDX-License-Identifier: Apache-2.0
// Fault injection: single bit flips in the Verilated model of a configuration, and what comes of
// them. Prints a table, writes JSON, and gives the line that repeats each injection.
#include "sim/faults.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "generator/command_main.hpp"
#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/progress.hpp"
#include "generator/result_file.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "sim/harness.hpp"
#include "sim/model_builder.hpp"

namespace gradloom {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kExamples = 5;         // of each outcome that is kept in the JSON
constexpr int kDefaultFaults = 384;  // in each structure
constexpr std::int64_t kMaxPes = 256;

struct Options {
  std::string config;
  int faults = kDefaultFaults;
  std::string structures;
  std::string required;
  std::string results;
  int only = -1;
  FaultOptions fault;
};

std::vector<std::size_t> pick_structures(const std::string& list, const std::string& option) {
  std::vector<std::size_t> picked;
  const auto& all = fault_structures();
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string name = list.substr(begin, end - begin);
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& s) { return name == s.name; });
    if (found == all.end()) {
      std::vector<std::string> names;
      for (const FaultStructure& s : all) names.emplace_back(s.name);
      throw InputError(
          fmt::format("{}: found {}, allowed {}", option, printable(name), fmt::join(names, ", ")));
    }
    picked.push_back(static_cast<std::size_t>(found - all.begin()));
    begin = end + 1;
  }
  return picked;
}

// The array behind a bus is that of the same configuration without one.
Config core_of(Config config) {
  if (std::int64_t{config.rows} * config.cols > kMaxPes) {
    throw InputError(
        fmt::format("array: found {} x {}, allowed up to {} processing elements for "
                    "fault injection",
                    config.rows, config.cols, kMaxPes));
  }
  config.bus = HostBus::none;
  return config;
}

FaultLibrary build(const Config& config) {
  BuildOptions options;
  options.profile = Profile::speed;
  options.registers = true;
  return {build_model(config, options).library, find_registers(emit_rtl(config, template_dir()))};
}

std::string again(const Options& options, std::size_t structure, int number) {
  std::string text =
      fmt::format("build/release/bin/faults -c {} --structure {} --seed {} --only {}",
                  options.config, fault_structures()[structure].name, options.fault.seed, number);
  for (const std::string& name : options.fault.error_registers) text += " --detect " + name;
  return text;
}

Json to_json(const Options& options, std::size_t structure, const FaultResult& r) {
  return {{"outcome", name(r.outcome)},
          {"wrong", r.wrong},
          {"site", r.site},
          {"cycle", r.cycle},
          {"scenario", r.scenario},
          {"how", r.how},
          {"again", again(options, structure, r.number)}};
}

struct StructureReport {
  FaultTally tally;
  Json examples = Json::array();
};

StructureReport run_structure(const Options& options, const Config& config,
                              const FaultLibrary& design, std::size_t structure) {
  StructureReport report;
  for (int number = 0; number < options.faults; ++number) {
    check_interrupt();
    const FaultResult r = inject_fault(config, design, structure, number, options.fault);
    int& count = report.tally.outcomes.at(static_cast<std::size_t>(r.outcome));
    if (++count <= kExamples && r.outcome != FaultOutcome::masked) {
      report.examples.push_back(to_json(options, structure, r));
    }
    if (r.outcome == FaultOutcome::detected && r.wrong) ++report.tally.wrong_detected;
    show_count(fault_structures()[structure].name, number + 1, options.faults);
  }
  return report;
}

int run_one(const Options& options, const Config& config, const FaultLibrary& design,
            std::size_t structure) {
  const FaultResult r = inject_fault(config, design, structure, options.only, options.fault);
  fmt::print("{}: {} in cycle {} of {}\n{}{}{}\n", fault_structures()[structure].name, r.site,
             r.cycle, r.scenario, name(r.outcome), r.how.empty() ? "" : ": ", r.how);
  return 0;
}

void print_table(const std::vector<std::pair<std::size_t, FaultTally>>& rows,
                 const std::vector<std::int64_t>& bits) {
  fmt::print(
      "| structure | bits | faults | masked | detected | silent | hang | margin, 95 % |\n"
      "|---|---|---|---|---|---|---|---|\n");
  for (const auto& row : rows) {
    const std::size_t structure = row.first;
    const FaultTally& tally = row.second;
    const auto share = [&counts = tally.outcomes, n = tally.total()](FaultOutcome outcome) {
      return fmt::format("{:.1f} %", 100.0 * counts[static_cast<std::size_t>(outcome)] / n);
    };
    fmt::print(
        "| {} | {} | {} | {} | {} | {} | {} | +-{:.1f} % |\n", fault_structures()[structure].name,
        bits[structure], tally.total(), share(FaultOutcome::masked), share(FaultOutcome::detected),
        share(FaultOutcome::silent), share(FaultOutcome::hang), 100 * fault_margin(tally.total()));
  }
}

int run_all(const Options& options, const Config& file, const Config& config,
            const FaultLibrary& design, const std::vector<std::size_t>& wanted,
            const std::vector<std::int64_t>& bits) {
  // A part of the structures, or fewer faults, may not pass for what is asked of a configuration.
  const bool whole = options.structures.empty() && options.faults >= kDefaultFaults;
  Json json = result_head(whole ? "faults" : "faults_part", file, rtl_digest(file), true);
  json["seed"] = options.fault.seed;
  json["structures"] = Json::object();
  std::vector<std::pair<std::size_t, FaultTally>> rows;
  const std::vector<std::size_t> required = pick_structures(options.required, "--require");
  std::vector<std::string> failures;
  for (const std::size_t structure : wanted) {
    const StructureReport report = run_structure(options, config, design, structure);
    rows.emplace_back(structure, report.tally);
    Json entry{{"bits", bits[structure]}, {"faults", report.tally.total()}};
    for (int i = 0; i < kFaultOutcomes; ++i) {
      entry[name(static_cast<FaultOutcome>(i))] =
          report.tally.outcomes[static_cast<std::size_t>(i)];
    }
    entry["wrong_and_detected"] = report.tally.wrong_detected;
    entry["margin_95"] = fault_margin(report.tally.total());
    entry["examples"] = report.examples;
    json["structures"][fault_structures()[structure].name] = entry;
    const int silent = report.tally.outcomes[static_cast<std::size_t>(FaultOutcome::silent)];
    const bool must = std::find(required.begin(), required.end(), structure) != required.end();
    if (must && silent > 0) {
      failures.push_back(fmt::format("{}: {} faults changed a result and were not detected",
                                     fault_structures()[structure].name, silent));
    }
  }
  json["pass"] = failures.empty();
  print_table(rows, bits);
  fmt::print("one again: {}\n", again(options, wanted.front(), 0));
  if (!options.results.empty()) write_result_file(options.results, json);
  for (const std::string& failure : failures) fmt::print("FAIL {}\n", failure);
  return failures.empty() ? 0 : 1;
}

int run(const Options& options) {
  const Config file = load_config(options.config);
  const Config config = core_of(file);
  std::vector<std::size_t> wanted = pick_structures(options.structures, "--structure");
  pick_structures(options.required, "--require");
  if (options.only >= 0 && wanted.size() != 1) {
    throw InputError("--only: found without one --structure, allowed with one");
  }
  const FaultLibrary design = build(config);
  const std::vector<std::int64_t> bits = fault_bits(config, design);
  if (wanted.empty()) {
    for (std::size_t i = 0; i < bits.size(); ++i) {
      if (bits[i] > 0) wanted.push_back(i);
    }
  }
  for (const std::size_t structure : wanted) {
    if (bits[structure] > 0) continue;
    throw InputError(fmt::format("--structure: found {}, of which {} has no register",
                                 fault_structures()[structure].name, config.name));
  }
  if (options.only >= 0) return run_one(options, config, design, wanted.front());
  return run_all(options, file, config, design, wanted, bits);
}

int faults(int argc, char** argv) {
  Options options;
  CLI::App app("Single bit flips in the Verilated model, and what comes of them", "faults");
  app.add_option("-c,--config", options.config, "configuration, YAML")->required();
  app.add_option("--faults", options.faults, "in each structure")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--structure", options.structures, "only these, with commas between them");
  app.add_option("--require", options.required,
                 "structures in which no fault may change a result without being detected");
  app.add_option("--detect", options.fault.error_registers,
                 "a register that is not 0 once an error was detected");
  app.add_option("--seed", options.fault.seed, "of layers, places and cycles")
      ->check(CLI::Range(1, 1 << 30))
      ->capture_default_str();
  app.add_option("--only", options.only, "only the fault of that number, of one structure")
      ->check(CLI::Range(0, 1000000));
  app.add_option(
      "--results", options.results,
      "directory for <name>/faults.json; faults_part.json if less is asked than by default");
  app.footer(
      "Examples:\n"
      "  faults -c examples/configs/gl2x2_int8.yaml --faults 96\n"
      "  faults -c examples/configs/gl2x2_int8.yaml --structure weights --seed 1 --only 5");
  return parse_and_run(app, argc, argv, [&] { return run(options); });
}

}  // namespace
}  // namespace gradloom

int main(int argc, char** argv) {
  return gradloom::command_main("faults", [&] { return gradloom::faults(argc, argv); });
}
