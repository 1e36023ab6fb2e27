// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <thread>

#include "explore/executor.hpp"
#include "generator/interrupt.hpp"
#include "generator/process.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::explore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kArray = 1000;  // tasks of an array job; MaxArraySize is 1001 by default
constexpr int kSilent = 30;           // looks at the queue in a row that may stay unanswered

fs::path jobs_file(const JobFolder& folder) { return folder.dir / "slurm.json"; }

struct SlurmJob {
  std::string id;
  std::vector<std::string> tasks;
};

std::string first_line(const std::string& text) {
  return printable(text.substr(0, text.find('\n')), 200);
}

// What a run that ended early may have left in the queue.
std::vector<SlurmJob> left_jobs(const JobFolder& folder) {
  std::error_code error;
  if (!fs::is_regular_file(jobs_file(folder), error)) return {};
  const Json json = Json::parse(read_text_file(jobs_file(folder)), nullptr, false);
  std::vector<SlurmJob> jobs;
  if (!json.is_array()) return jobs;
  for (const Json& job : json) {
    if (!job.is_object() || !job.contains("id") || !job.contains("tasks")) continue;
    jobs.push_back({job["id"].get<std::string>(), job["tasks"].get<std::vector<std::string>>()});
  }
  return jobs;
}

void save_jobs(const JobFolder& folder, const std::vector<SlurmJob>& jobs) {
  Json json = Json::array();
  for (const SlurmJob& job : jobs) json.push_back({{"id", job.id}, {"tasks", job.tasks}});
  replace_text_file(jobs_file(folder), json.dump(2) + "\n");
}

// "123", or "123;cluster" where there are several.
std::string parse_id(const std::string& output) {
  const std::size_t end = output.find_first_not_of("0123456789");
  const std::string id = output.substr(0, end);
  if (id.empty() || (end != std::string::npos && output[end] != '\n' && output[end] != ';')) {
    throw ToolError(fmt::format("sbatch: printed \"{}\", and no job number", first_line(output)));
  }
  return id;
}

SlurmJob submit(const JobFolder& folder, const std::vector<const Task*>& tasks,
                const SlurmOptions& options) {
  const int number = next_list(folder);
  const fs::path list = write_list(folder, tasks, number);
  std::vector<std::string> command{
      "sbatch",
      "--parsable",
      fmt::format("--job-name=gradloom-{}", name(folder.job)),
      fmt::format("--array=1-{}", tasks.size()),
      fmt::format("--chdir={}", folder.dir.string()),
      fmt::format("--output={}",
                  (folder.dir / "logs" / fmt::format("slurm-{}-%a.log", number)).string())};
  command.insert(command.end(), options.arguments.begin(), options.arguments.end());
  command.push_back((folder.dir / "task.sh").string());
  command.push_back(list.string());
  const ProcessResult result = run_process(command);
  if (!result.good()) {
    throw ToolError(
        fmt::format("sbatch: exit code {}: {}", result.exit_code, first_line(result.output)));
  }
  SlurmJob job{parse_id(result.output), {}};
  for (const Task* task : tasks) job.tasks.push_back(task->name);
  return job;
}

enum class Queue { waits, ended, silent };

// Whether tasks of the job are in the queue. A job that ended some minutes ago is not known any
// more.
Queue look(const SlurmJob& job, std::string& message) {
  const ProcessResult result =
      run_process({"squeue", "--noheader", "--format=%T", "--jobs=" + job.id});
  message = first_line(result.output);
  if (result.output.find("Invalid job id") != std::string::npos) return Queue::ended;
  if (!result.good()) return Queue::silent;
  return result.output.find_first_not_of(" \n") == std::string::npos ? Queue::ended : Queue::waits;
}

std::size_t ended_tasks(const JobFolder& folder, const std::set<std::string>& names) {
  const auto ended = [&](const Task& task) {
    return names.contains(task.name) && folder.state(task) != TaskState::missing;
  };
  return static_cast<std::size_t>(std::count_if(folder.tasks.begin(), folder.tasks.end(), ended));
}

void pause(int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    check_interrupt();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void wait_for(const JobFolder& folder, const std::vector<SlurmJob>& jobs,
              const SlurmOptions& options, const TaskProgress& progress) {
  std::set<std::string> names;
  for (const SlurmJob& job : jobs) names.insert(job.tasks.begin(), job.tasks.end());
  int silent = 0;
  for (const SlurmJob& job : jobs) {
    std::string message;
    for (Queue queue = look(job, message); queue != Queue::ended; queue = look(job, message)) {
      silent = queue == Queue::silent ? silent + 1 : 0;
      if (silent == kSilent) {
        throw ToolError(
            fmt::format("squeue: no answer about job {}: {}; the job is left alone, "
                        "run this again later",
                        job.id, message));
      }
      progress(ended_tasks(folder, names), names.size());
      pause(options.poll_seconds);
    }
  }
  progress(names.size(), names.size());
}

// Also called when a signal has arrived, so not with run_process() as it is.
void cancel(const std::vector<SlurmJob>& jobs) {
  set_interrupted(false);
  for (const SlurmJob& job : jobs) {
    try {
      run_process({"scancel", job.id});
    } catch (const Error&) {  // a second signal, or no scancel: nothing more can be done
    }
  }
  set_interrupted(true);
}

void wait_or_cancel(const JobFolder& folder, const std::vector<SlurmJob>& jobs,
                    const SlurmOptions& options, const TaskProgress& progress) {
  try {
    wait_for(folder, jobs, options, progress);
  } catch (const Interrupted&) {
    cancel(jobs);
    save_jobs(folder, {});
    throw;
  }
  save_jobs(folder, {});
}

}  // namespace

void require_slurm() {
  for (const char* program : {"sbatch", "squeue", "scancel"}) require_program(program, "slurm-wlm");
}

void run_slurm(const JobFolder& folder, const SlurmOptions& options, const TaskProgress& progress) {
  require_slurm();
  const std::vector<SlurmJob> left = left_jobs(folder);
  if (!left.empty()) wait_or_cancel(folder, left, options, progress);
  const std::vector<const Task*> open = folder.open_tasks();
  // A failure of the run before must not look like one of this run.
  std::error_code ignored;
  for (const Task* task : open) fs::remove(folder.failed(*task), ignored);
  std::vector<SlurmJob> jobs;
  for (std::size_t i = 0; i < open.size(); i += kArray) {
    const std::vector<const Task*> part(
        open.begin() + static_cast<std::ptrdiff_t>(i),
        open.begin() + static_cast<std::ptrdiff_t>(std::min(open.size(), i + kArray)));
    jobs.push_back(submit(folder, part, options));
    save_jobs(folder, jobs);
  }
  if (!jobs.empty()) wait_or_cancel(folder, jobs, options, progress);
}

}  // namespace gradloom::explore
