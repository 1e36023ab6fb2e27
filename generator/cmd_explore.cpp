// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "explore/executor.hpp"
#include "explore/output.hpp"
#include "explore/pareto.hpp"
#include "explore/run.hpp"
#include "generator/commands.hpp"
#include "generator/interrupt.hpp"
#include "generator/process.hpp"
#include "generator/progress.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace {

using Clock = std::chrono::steady_clock;
namespace ex = explore;

struct Options {
  std::string space;
  std::string out;
  int threads = 0;  // 0: as many as there are cores
  bool plot = false;
  std::string job;
  std::string executor = "local";
  std::string points = "all";
  std::string program;
  std::size_t max_tasks = 1000;
  ex::SlurmOptions slurm;
};

int cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Evaluates what is missing. Ctrl-C leaves what was done.
void run_missing(const Options& options, const ex::Space& space, int threads) {
  const Clock::time_point start = Clock::now();
  std::int64_t first = -1;
  ex::RunOptions run;
  run.threads = threads;
  run.progress = [&](std::int64_t done, std::int64_t total) {
    if (first < 0) first = std::max<std::int64_t>(0, done - ex::kChunk);
    const double rate = static_cast<double>(done - first) / seconds_since(start);
    show_bar(
        done, total,
        fmt::format("{:.0f}/s, {:.0f} s left", rate, static_cast<double>(total - done) / rate));
  };
  try {
    const ex::RunCount count = ex::run_points(space, options.out, run);
    const double seconds = seconds_since(start);
    const std::int64_t made = count.total - count.before;
    fmt::print("{} points of {}", count.total, ex::point_count(space));
    if (count.before > 0) fmt::print(", {} of them found in {}", count.before, options.out);
    if (made > 0) {
      fmt::print(", {} in {:.2f} s: {:.0f} points/s on {} threads", made, seconds,
                 static_cast<double>(made) / seconds, threads);
    }
    fmt::print("\n");
  } catch (const Interrupted&) {
    if (on_terminal()) {
      fmt::print(stderr, "\nexplore: the same command goes on from here: {}\n", options.out);
    }
    throw;
  }
}

int run_exploration(const Options& options, const ex::Space& space) {
  if (options.plot) ex::require_gnuplot();
  run_missing(options, space, options.threads > 0 ? options.threads : cores());
  const std::vector<ex::Result> results = ex::load_results(space, options.out);
  const std::vector<ex::Result> pareto = ex::pareto_set(results);
  ex::write_outputs(space, options.out, results, pareto);
  fmt::print("fits:\n{}{}", ex::fits_text(space.area), ex::pareto_text(space, pareto, 12));
  const auto infeasible = std::count_if(results.begin(), results.end(),
                                        [](const ex::Result& r) { return !r.feasible; });
  if (infeasible > 0) fmt::print("{} points are infeasible: no command fits\n", infeasible);
  if (!options.plot) return 0;
  for (const auto& file : ex::draw_plots(space, options.out, results, pareto)) {
    fmt::print("plot: {}\n", file.string());
  }
  return 0;
}

// The points whose configurations become tasks.
std::vector<std::int64_t> task_points(const Options& options, const ex::Space& space) {
  if (options.points == "all") return ex::chosen_points(space);
  const std::filesystem::path file = std::filesystem::path(options.out) / "pareto.csv";
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    throw InputError(fmt::format(
        "--points: found no {}, allowed pareto after an exploration without --job", file.string()));
  }
  std::vector<std::int64_t> points;
  for (const ex::Result& r : ex::pareto_set(ex::load_results(space, options.out))) {
    points.push_back(r.number);
  }
  return points;
}

std::filesystem::path task_program(const Options& options) {
  if (options.program.empty()) return std::filesystem::read_symlink("/proc/self/exe");
  const auto program = find_program(options.program);
  if (!program) {
    throw InputError(fmt::format("--program: found {}, allowed a program that is there",
                                 printable(options.program, 200)));
  }
  return std::filesystem::absolute(*program);
}

int run_job(const Options& options, const ex::Space& space) {
  const bool slurm = options.executor == "slurm";
  if (slurm) ex::require_slurm();
  const ex::JobKind job = options.job == "verify" ? ex::JobKind::verify : ex::JobKind::synth;
  std::vector<ex::Task> tasks = ex::tasks_of(space, task_points(options, space), options.max_tasks);
  const std::filesystem::path program = task_program(options);
  ex::claim_directory(space, options.out);
  const ex::JobFolder folder = ex::prepare_jobs(space, job, options.out, std::move(tasks), program);
  const std::size_t open = folder.open_tasks().size();
  fmt::print("{}: {} configurations, {} to run, {}\n", options.job, folder.tasks.size(), open,
             slurm ? "by Slurm" : "here");
  std::fflush(stdout);
  const ex::TaskProgress progress = [](std::size_t ended, std::size_t total) {
    show_bar(static_cast<std::int64_t>(ended), static_cast<std::int64_t>(total), "tasks");
  };
  if (slurm) {
    ex::run_slurm(folder, options.slurm, progress);
  } else {
    ex::run_local(folder, options.threads > 0 ? options.threads : cores(), progress);
  }
  const std::string comparison = ex::write_summary(space, folder);
  const ex::JobSummary summary = ex::summarise(folder);
  fmt::print("{}: {} good, {} failed, {} without a result\n{}{}", options.job, summary.good,
             summary.failed, summary.missing, summary.text, comparison);
  if (summary.good == folder.tasks.size()) return 0;
  fmt::print("the same command runs these again, and only these\n");
  return static_cast<int>(ExitCode::check_failed);
}

int run(const Options& options) {
  const ex::Space space = ex::load_space(options.space);
  return options.job.empty() ? run_exploration(options, space) : run_job(options, space);
}

void add_job_options(CLI::App& command, Options& options) {
  CLI::Option* job =
      command
          .add_option("--job", options.job,
                      "instead of the closed forms: verify or synth each configuration, whole RTL")
          ->check(CLI::IsMember({"verify", "synth"}));
  const auto of_job = [&](CLI::Option* option) { option->needs(job); };
  of_job(command
             .add_option("--executor", options.executor,
                         "who runs the tasks of --job: local processes, or slurm by an array job")
             ->check(CLI::IsMember({"local", "slurm"}))
             ->capture_default_str());
  of_job(command
             .add_option("--points", options.points,
                         "configurations of all points, or of the Pareto set found before")
             ->check(CLI::IsMember({"all", "pareto"}))
             ->capture_default_str());
  of_job(command.add_option("--max-tasks", options.max_tasks, "more configurations are refused")
             ->check(CLI::Range(1, 1000000))
             ->capture_default_str());
  of_job(command.add_option("--program", options.program,
                            "what a task runs as gradloom; default this one"));
  of_job(command.add_option("--sbatch", options.slurm.arguments,
                            "an argument for sbatch, such as --sbatch=--partition=long; may be "
                            "repeated"));
  of_job(command
             .add_option("--poll", options.slurm.poll_seconds,
                         "seconds between looks at the queue of Slurm")
             ->check(CLI::Range(1, 3600))
             ->capture_default_str());
}

}  // namespace

void add_explore(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "explore", "Time, area and energy of many configurations, and the Pareto set");
  command->add_option("space", options->space, "ranges of what is to be tried, YAML")->required();
  command
      ->add_option("-o,--output", options->out,
                   "directory of the results; a run that was cut "
                   "short goes on there")
      ->required();
  command
      ->add_option("--threads", options->threads,
                   "threads, or local tasks at a time; default one a core")
      ->check(CLI::Range(1, 1024));
  command->add_flag("--plot", options->plot, "also draw pareto_<workload>.svg with gnuplot");
  add_job_options(*command, *options);
  command->footer(
      "Examples:\n"
      "  gradloom explore examples/explore/int8_arrays.yaml -o out/explore --plot\n"
      "  gradloom explore examples/explore/small.yaml -o out/small --job verify --threads 2\n"
      "  gradloom explore examples/explore/small.yaml -o out/small --job synth --executor slurm\n"
      "Run again after Ctrl-C or a failed task, it does what is missing. docs/explore.md has the "
      "keys of the file, and says what the areas are fitted to.");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
