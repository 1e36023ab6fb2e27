// SPDX-License-Identifier: Apache-2.0
// Mutation coverage: how many of all small changes of the RTL the checks of `gradloom verify`
// notice. docs/mutation.md.
//   mutate -c CONFIG [--mutants N] [--modules a,b] [--seed S] [--least PERCENT] [--out DIR]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "generator/command_main.hpp"
#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/progress.hpp"
#include "generator/result_file.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "mutate/equivalence.hpp"
#include "mutate/mutated_circuit.hpp"
#include "mutate/netlist.hpp"
#include "mutate/pool.hpp"
#include "mutate/properties.hpp"
#include "mutate/report.hpp"
#include "mutate/suites.hpp"
#include "sim/harness.hpp"
#include "sim/model_builder.hpp"

namespace gradloom::mutate {
namespace {

namespace fs = std::filesystem;

constexpr int kNoticed = 1;
constexpr int kDefaultMutants = 40;
constexpr int kDefaultLeast = 80;
constexpr int kControlSeconds = 600;  // of processor time
constexpr int kDeepProofSeconds = 120;
constexpr int kCrossCheckSeconds = 3;
constexpr int kMiterSeconds = 60;
constexpr int kPropertySeconds = 60;
constexpr int kLemmaSeconds = 120;

struct Options {
  std::string config;
  int mutants = kDefaultMutants;
  std::string modules;
  std::uint64_t seed = 1;
  std::vector<int> only;      // numbers of the draw; all if empty
  int least = kDefaultLeast;  // percent, of each block
  bool deep = false;
  int cross_check = 0;  // how many killed mutants
  int jobs = 2;
  int seconds = 10;  // of processor time, to look for a proof
  std::string lemmas;
  std::string out = "out";
};

void show_mutants(int done, int count) { show_count("mutant", done, count); }

// One job: nothing noticed, or kNoticed and what it was.
Job suite_job(const Config& config, const fs::path& library, std::vector<int> mutants,
              Depth depth) {
  return [=](int index, std::string& text) {
    text = run_suites(config, library, mutants[static_cast<std::size_t>(index)], depth);
    return text.empty() ? 0 : kNoticed;
  };
}

// The design with no mutant active must pass, or nothing below means anything. Returns the
// processor time it takes.
double control(const Config& config, const fs::path& library, Depth depth) {
  const JobResult result =
      run_jobs(1, 1, kControlSeconds, suite_job(config, library, {0}, depth), {}).at(0);
  if (result.end != End::returned) {
    throw ToolError("the design without a mutant cannot be simulated: " + result.text);
  }
  if (result.value != 0) {
    throw CheckError("the design without a mutant does not pass: " + result.text, {});
  }
  return result.cpu_seconds;
}

Verdict verdict_of(const Mutant& mutant, const JobResult& result) {
  switch (result.end) {
    case End::crashed: return {mutant, Fate::crashed, result.text};
    case End::timed_out: return {mutant, Fate::hung, result.text};
    case End::returned: break;
  }
  return {mutant, result.value == kNoticed ? Fate::killed : Fate::survived, result.text};
}

std::vector<Verdict*> survivors(std::vector<Verdict>& verdicts) {
  std::vector<Verdict*> open;
  for (Verdict& verdict : verdicts) {
    if (verdict.fate == Fate::survived) open.push_back(&verdict);
  }
  return open;
}

// Runs the suites on those that have survived so far.
void simulate(const Options& options, const Config& config, const fs::path& library, Depth depth,
              std::vector<Verdict>& verdicts) {
  const std::vector<Verdict*> open = survivors(verdicts);
  if (open.empty()) return;
  const int limit = 5 + static_cast<int>(4 * control(config, library, depth));
  std::vector<int> numbers;
  for (const Verdict* verdict : open) numbers.push_back(verdict->mutant.number);
  const std::vector<JobResult> results =
      run_jobs(static_cast<int>(open.size()), options.jobs, limit,
               suite_job(config, library, numbers, depth), show_mutants);
  for (std::size_t i = 0; i < open.size(); ++i) {
    *open[i] = verdict_of(open[i]->mutant, results[i]);
  }
}

// Looks for a proof that each cannot be noticed, or for inputs that show the difference.
std::vector<Proof> find_proofs(const Options& options, const Netlist& netlist, int seconds,
                               const std::vector<Verdict*>& open) {
  if (open.empty()) return {};
  std::vector<Mutant> mutants;
  for (const Verdict* verdict : open) mutants.push_back(verdict->mutant);
  const Circuit circuit = mutated_circuit(netlist, mutants, options.lemmas);
  const auto prove = [&](int index, std::string& text) {
    const int number = mutants[static_cast<std::size_t>(index)].number;
    const fs::path stem = netlist.dir / "proofs" / fmt::format("m{}", number);
    const Proof proof = prove_equivalent(circuit, static_cast<unsigned>(index) + 1, stem, seconds);
    text = proof.how;
    return static_cast<int>(proof.proved);
  };
  std::vector<Proof> proofs;
  for (const JobResult& result : run_jobs(static_cast<int>(open.size()), options.jobs,
                                          3 * seconds + kMiterSeconds, prove, show_mutants)) {
    const bool ended = result.end == End::returned;
    proofs.push_back(ended ? Proof{static_cast<Proved>(result.value), result.text}
                           : Proof{Proved::nothing, "the proof ended early"});
  }
  return proofs;
}

void explain_survivors(const Options& options, const Netlist& netlist, int seconds,
                       std::vector<Verdict>& verdicts) {
  const std::vector<Verdict*> open = survivors(verdicts);
  const std::vector<Proof> proofs = find_proofs(options, netlist, seconds, open);
  for (std::size_t i = 0; i < open.size(); ++i) {
    open[i]->how = proofs[i].how;
    if (proofs[i].proved == Proved::equivalent) open[i]->fate = Fate::equivalent;
  }
}

// Runs the proofs of the blocks on those that have survived so far. On the block as it is each must
// hold.
void run_proofs(const Options& options, const Netlist& netlist, std::vector<Verdict>& verdicts) {
  std::vector<Verdict*> open = survivors(verdicts);
  std::erase_if(open, [&](const Verdict* v) { return !has_proof(netlist, v->mutant); });
  std::set<std::string> modules;
  for (const Verdict* verdict : open) {
    if (!modules.insert(verdict->mutant.module).second) continue;
    if (failed_assertion(options.config, netlist, verdict->mutant, false)) {
      throw CheckError("the proof of " + verdict->mutant.module + " fails without a mutant", {});
    }
  }
  const auto prove = [&](int index, std::string& text) {
    const Mutant& mutant = open[static_cast<std::size_t>(index)]->mutant;
    const auto failed = failed_assertion(options.config, netlist, mutant, true);
    text = fmt::format("the proof of {}: {}", mutant.module, failed.value_or(""));
    return failed ? kNoticed : 0;
  };
  const std::vector<JobResult> results =
      run_jobs(static_cast<int>(open.size()), options.jobs, kPropertySeconds, prove, show_mutants);
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (results[i].end != End::returned || results[i].value != kNoticed) continue;
    *open[i] = {open[i]->mutant, Fate::killed, results[i].text, true};
  }
}

// A mutant that the suites kill, with a proof that it cannot be noticed, would mean that proofs are
// worth nothing. Those looked at are spread over the draw.
void cross_check(const Options& options, const Netlist& netlist, std::vector<Verdict>& verdicts) {
  std::vector<Verdict*> killed;
  for (Verdict& verdict : verdicts) {
    if (verdict.fate == Fate::killed && !verdict.by_proof) killed.push_back(&verdict);
  }
  const auto count = static_cast<std::size_t>(options.cross_check);
  if (killed.size() > count) {
    for (std::size_t i = 0; i < count; ++i) killed[i] = killed[i * killed.size() / count];
    killed.resize(count);
  }
  const std::vector<Proof> proofs = find_proofs(options, netlist, kCrossCheckSeconds, killed);
  std::size_t different = 0;
  for (std::size_t i = 0; i < killed.size(); ++i) {
    if (proofs[i].proved == Proved::different) ++different;
    if (proofs[i].proved != Proved::equivalent) continue;
    throw CheckError(fmt::format("mutant {} was killed ({}) and proved equivalent ({})",
                                 killed[i]->mutant.number, killed[i]->how, proofs[i].how),
                     {});
  }
  fmt::print("of {} killed mutants {} are proved different, none equivalent\n", killed.size(),
             different);
}

// Those of the draw that were asked for.
std::vector<Mutant> chosen(const Options& options, const std::vector<Mutant>& drawn) {
  if (options.only.empty()) return drawn;
  std::vector<Mutant> result;
  for (const int number : options.only) {
    if (number < 1 || number > static_cast<int>(drawn.size())) {
      throw InputError(fmt::format("--only: found {}, allowed 1 to {}, the mutants of the draw",
                                   number, drawn.size()));
    }
    result.push_back(drawn[static_cast<std::size_t>(number) - 1]);
  }
  return result;
}

std::vector<Verdict> run_mutants(const Options& options, const Config& config,
                                 const std::vector<Group>& groups, const Netlist& netlist) {
  const std::vector<Mutant> mutants = draw_mutants(netlist, groups, options.mutants, options.seed);
  for (const Group& group : groups) {
    const auto of_group = [&](const Mutant& mutant) { return mutant.group == group.name; };
    if (std::none_of(mutants.begin(), mutants.end(), of_group)) {
      throw ToolError("yosys found nothing to mutate in " + group.name);
    }
  }
  if (!options.lemmas.empty()) {
    prove_lemmas(mutated_circuit(netlist, {}, options.lemmas), netlist.dir / "proofs" / "lemmas",
                 kLemmaSeconds);
  }
  BuildOptions build;
  build.rtl = {{"mutated.v", mutated_verilog(netlist, mutants)}};
  build.mutant_bits = mutant_bits(mutants.size());
  build.progress = show_stage;
  const BuiltModel built = build_model(config, build);
  std::vector<Verdict> verdicts;
  for (const Mutant& mutant : chosen(options, mutants)) {
    verdicts.push_back({mutant, Fate::survived, ""});
  }
  simulate(options, config, built.library, Depth::usual, verdicts);
  run_proofs(options, netlist, verdicts);
  explain_survivors(options, netlist, options.seconds, verdicts);
  if (options.deep) {
    simulate(options, config, built.library, Depth::deep, verdicts);
    explain_survivors(options, netlist, std::max(options.seconds, kDeepProofSeconds), verdicts);
  }
  if (options.cross_check > 0) cross_check(options, netlist, verdicts);
  return verdicts;
}

// Whether the result speaks for the configuration: every block it has, and no less asked of each
// than by default.
bool asks_all(const Options& options, const Netlist& netlist, const std::vector<Group>& groups) {
  const std::vector<Group> all = choose_groups("", netlist.templates());
  const auto same = [](const Group& a, const Group& b) { return a.modules == b.modules; };
  return options.only.empty() && options.mutants >= kDefaultMutants &&
         options.least >= kDefaultLeast &&
         std::equal(groups.begin(), groups.end(), all.begin(), all.end(), same);
}

int run(const Options& options) {
  const Config config = load_config(options.config);
  const fs::path dir = fs::path(options.out) / "mutate" / config.name;
  fs::create_directories(dir);
  const fs::path results = fs::path(options.out) / "results";
  const std::string digest = rtl_digest(config);
  const Netlist netlist = make_netlist(config, fs::absolute(dir));
  const std::vector<Group> groups = choose_groups(options.modules, netlist.templates());
  const bool drawn = options.only.empty();
  const std::string target = asks_all(options, netlist, groups) ? "mutate" : "mutate_part";
  // What was there before must not pass for this run's, nor a part of the draw for the draw.
  if (drawn) fs::remove(results / config.name / (target + ".json"));
  const std::vector<Verdict> verdicts = run_mutants(options, config, groups, netlist);
  std::vector<Tally> lines = tally(groups, verdicts);
  if (!drawn) std::erase_if(lines, [](const Tally& line) { return line.mutants == 0; });
  const bool pass = std::all_of(lines.begin(), lines.end(), [&](const Tally& line) {
    return line.mutants > 0 && line.coverage() >= options.least;
  });
  fmt::print("{}: {} mutants, seed {}\n{}", config.name, verdicts.size(), options.seed,
             table_text(lines, verdicts));
  if (drawn) {
    write_result_file(results,
                      result_json(target, config, digest, options.seed, lines, verdicts, pass));
  }
  if (!pass) fmt::print("FAIL a block is below {} %\n", options.least);
  return pass ? 0 : static_cast<int>(ExitCode::check_failed);
}

int mutate(int argc, char** argv) {
  Options options;
  CLI::App app("Mutation coverage of the RTL of a configuration", "mutate");
  app.add_option("-c,--config", options.config, "configuration, YAML")->required();
  app.add_option("--mutants", options.mutants, "of each block")->check(CLI::Range(1, 5000));
  app.add_option(
      "--modules", options.modules,
      "blocks or modules, with commas; all if left out. Of a part the result is mutate_part");
  app.add_option("--seed", options.seed, "of the draw")->check(CLI::Range(1, 1000000));
  app.add_option("--only", options.only,
                 "numbers of mutants of the draw, with commas; writes no result")
      ->delimiter(',');
  app.add_option("--least", options.least, "percent that must be killed")
      ->check(CLI::Range(0, 100));
  app.add_option("--cross-check", options.cross_check,
                 "look for proofs for so many killed mutants too: one is an error")
      ->check(CLI::Range(1, 5000));
  app.add_flag("--deep", options.deep,
               "more seeds for what is not killed and not proved equivalent");
  app.add_option("--seconds", options.seconds,
                 "of processor time for each way to a proof, for each that is not killed")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.add_option("--lemmas", options.lemmas,
                 "what holds in the design in every cycle, Verilog: it is proved, then used in "
                 "the proofs")
      ->check(CLI::ExistingFile);
  app.add_option("--jobs", options.jobs, "at once")->check(CLI::Range(1, 64));
  app.add_option("--out", options.out, "folder for results and working files");
  app.footer(
      "Examples:\n"
      "  mutate -c tests/mutate/mutate_core.yaml --modules pe,host-port\n"
      "  mutate -c examples/configs/gl2x2_int8.yaml --mutants 200 --deep\n"
      "Exit codes: 0 good; 1 the check failed; 2 bad input; 3 a tool is missing or failed.");
  return parse_and_run(app, argc, argv, [&] { return run(options); });
}

}  // namespace
}  // namespace gradloom::mutate

int main(int argc, char** argv) {
  return gradloom::command_main("mutate", [&] { return gradloom::mutate::mutate(argc, argv); });
}
