// SPDX-License-Identifier: Apache-2.0
// Whole-RTL jobs of many configurations: one task each, one result file a task, as processes here
// or as an array job of Slurm. A folder DIR/<job>/ has
//   configs/NAME.yaml   the configuration of a task
//   results/NAME.json   what the task found; there only if it was good
//   results/NAME.failed its exit code, if it was not
//   logs/NAME.log       what it printed
//   task.sh             runs one task of a list
//   job.json            the space and the job that the folder is for
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "explore/space.hpp"

namespace gradloom::explore {

enum class JobKind : std::uint8_t { verify, synth };
const char* name(JobKind job);

/// One configuration of a space.
struct Task {
  std::string name;  ///< of the configuration, unique
  Config config;
};

/// The configurations of these points, each once, by first point. Throws InputError if there are
/// more than `most`.
std::vector<Task> tasks_of(const Space& space, const std::vector<std::int64_t>& points,
                           std::size_t most);

enum class TaskState : std::uint8_t { missing, failed, good };

struct JobFolder {
  JobKind job = JobKind::verify;
  std::filesystem::path dir;  ///< absolute
  std::vector<Task> tasks;

  std::filesystem::path result(const Task& task) const;
  std::filesystem::path failed(const Task& task) const;
  std::filesystem::path log(const Task& task) const;
  TaskState state(const Task& task) const;
  /// Those without a good result.
  std::vector<const Task*> open_tasks() const;
};

/// Makes or opens dir/<job>/ and writes what tasks need; results that are there stay. `program` is
/// what a task runs as gradloom. Throws InputError if the folder is for another space.
JobFolder prepare_jobs(const Space& space, JobKind job, const std::filesystem::path& dir,
                       std::vector<Task> tasks, const std::filesystem::path& program);

/// Writes the names of tasks, one a line, as list number `number`; the path.
std::filesystem::path write_list(const JobFolder& folder, const std::vector<const Task*>& tasks,
                                 int number);
/// The first number that no list has.
int next_list(const JobFolder& folder);

struct JobSummary {
  std::size_t good = 0;
  std::size_t failed = 0;
  std::size_t missing = 0;  ///< neither a result nor a failure: lost, or never ran
  std::string text;         ///< a line for each task that is not good, with its log
};
JobSummary summarise(const JobFolder& folder);

/// Writes summary.csv: each task, its state, and what its result says: comparisons of verify; of
/// synth the area without RAMs, beside the one of the fit. Returns that errors as a line of text,
/// empty for verify and if no area is known.
std::string write_summary(const Space& space, const JobFolder& folder);

}  // namespace gradloom::explore
