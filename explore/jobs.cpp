// SPDX-License-Identifier: Apache-2.0
#include "explore/jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <system_error>

#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::explore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// For sh: in single quotes.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string command(JobKind job) {
  if (job == JobKind::verify) return "verify -c \"configs/$name.yaml\" --json \"$part\"";
  return "flow synth -c \"configs/$name.yaml\" -o work --json \"$part\"";
}

// One task a call. The result takes its place as the last thing, so that it is whole.
std::string task_script(const JobFolder& folder, const fs::path& program) {
  return fmt::format(
      "#!/bin/sh\n"
      "# task.sh LIST [NUMBER]: runs one task of a list; the number may be that of a Slurm array.\n"
      "cd {} || exit 3\n"
      "name=$(sed -n \"${{2:-$SLURM_ARRAY_TASK_ID}}p\" \"$1\")\n"
      "[ -n \"$name\" ] || exit 3\n"
      "part=results/$name.part\n"
      "rm -f \"$part\" \"results/$name.failed\" \"results/$name.json\"\n"
      "{} {} >\"logs/$name.log\" 2>&1\n"
      "code=$?\n"
      "if [ $code = 0 ] && [ -s \"$part\" ]; then\n"
      "  mv \"$part\" \"results/$name.json\"\n"
      "else\n"
      "  rm -f \"$part\"\n"
      "  echo $code >\"results/$name.part\" && mv \"$part\" \"results/$name.failed\"\n"
      "fi\n"
      "exit $code\n",
      quoted(folder.dir.string()), quoted(program.string()), command(folder.job));
}

void write_if_new(const fs::path& path, const std::string& text) {
  std::error_code error;
  if (fs::is_regular_file(path, error) && read_text_file(path) == text) return;
  replace_text_file(path, text);
}

// A folder that is there must be for this space and job.
void check_folder(const JobFolder& folder, const std::string& identity) {
  const fs::path path = folder.dir / "job.json";
  std::error_code error;
  const bool there = fs::exists(path, error);
  if (there && read_text_file(path) == identity) return;
  if (there || (fs::exists(folder.dir, error) && !fs::is_empty(folder.dir, error))) {
    throw InputError(fmt::format(
        "{}: found {}, allowed a folder of this very space; take another --output or remove it",
        path.string(), there ? "tasks of another space or program" : "files but no job.json"));
  }
}

// What the file says of a task, or a null.
Json result_of(const JobFolder& folder, const Task& task) {
  std::error_code error;
  if (!fs::is_regular_file(folder.result(task), error)) return {};
  return Json::parse(read_text_file(folder.result(task)), nullptr, false);
}

double number(const Json& json, const char* pointer) {
  const auto at = Json::json_pointer(pointer);
  return json.is_object() && json.contains(at) && json[at].is_number() ? json[at].get<double>()
                                                                       : NAN;
}

const char* name(TaskState state) {
  constexpr std::array names{"missing", "failed", "good"};
  return names[static_cast<std::size_t>(state)];
}

}  // namespace

const char* name(JobKind job) { return job == JobKind::verify ? "verify" : "synth"; }

std::vector<Task> tasks_of(const Space& space, const std::vector<std::int64_t>& points,
                           std::size_t most) {
  std::vector<Task> tasks;
  std::set<std::string> names;
  for (const std::int64_t point : points) {
    const Config config = config_at(space, point_at(space, point));
    if (names.insert(config.name).second) tasks.push_back({config.name, config});
  }
  if (tasks.size() <= most) return tasks;
  throw InputError(fmt::format(
      "--job: found {} configurations, allowed {} (--max-tasks), or fewer by sample.points",
      tasks.size(), most));
}

fs::path JobFolder::result(const Task& task) const {
  return dir / "results" / (task.name + ".json");
}
fs::path JobFolder::failed(const Task& task) const {
  return dir / "results" / (task.name + ".failed");
}
fs::path JobFolder::log(const Task& task) const { return dir / "logs" / (task.name + ".log"); }

TaskState JobFolder::state(const Task& task) const {
  std::error_code error;
  if (fs::is_regular_file(result(task), error)) return TaskState::good;
  return fs::is_regular_file(failed(task), error) ? TaskState::failed : TaskState::missing;
}

std::vector<const Task*> JobFolder::open_tasks() const {
  std::vector<const Task*> list;
  for (const Task& task : tasks) {
    if (state(task) != TaskState::good) list.push_back(&task);
  }
  return list;
}

JobFolder prepare_jobs(const Space& space, JobKind job, const fs::path& dir,
                       std::vector<Task> tasks, const fs::path& program) {
  JobFolder folder{job, fs::absolute(dir).lexically_normal() / name(job), std::move(tasks)};
  const std::string identity =
      Json{{"made_by", "gradloom explore"}, {"space", space.hash}, {"job", name(job)}}.dump(2) +
      "\n";
  check_folder(folder, identity);
  std::error_code error;
  for (const char* part : {"configs", "results", "logs"}) {
    fs::create_directories(folder.dir / part, error);
    if (error) throw InputError(fmt::format("{}: {}", folder.dir.string(), error.message()));
  }
  write_if_new(folder.dir / "job.json", identity);
  for (const Task& task : folder.tasks) {
    write_if_new(folder.dir / "configs" / (task.name + ".yaml"), canonical_yaml(task.config));
  }
  write_if_new(folder.dir / "task.sh", task_script(folder, program));
  return folder;
}

fs::path write_list(const JobFolder& folder, const std::vector<const Task*>& tasks, int number) {
  std::string text;
  for (const Task* task : tasks) text += task->name + "\n";
  const fs::path path = folder.dir / fmt::format("list-{}.txt", number);
  replace_text_file(path, text);
  return path;
}

int next_list(const JobFolder& folder) {
  int number = 1;
  std::error_code error;
  while (fs::exists(folder.dir / fmt::format("list-{}.txt", number), error)) ++number;
  return number;
}

JobSummary summarise(const JobFolder& folder) {
  JobSummary summary;
  for (const Task& task : folder.tasks) {
    const TaskState state = folder.state(task);
    if (state == TaskState::good) {
      ++summary.good;
      continue;
    }
    const bool failed = state == TaskState::failed;
    ++(failed ? summary.failed : summary.missing);
    std::string code = failed ? read_text_file(folder.failed(task)) : "";
    code = code.substr(0, code.find('\n'));
    summary.text += fmt::format(
        "  {} {}, log {}\n",
        failed ? fmt::format("failed with exit code {}:", printable(code)) : "no result:",
        task.name, folder.log(task).string());
  }
  return summary;
}

std::string write_summary(const Space& space, const JobFolder& folder) {
  const bool synth = folder.job == JobKind::synth;
  const bool um2 = space.area.unit == AreaUnit::um2;
  std::string text =
      synth ? "configuration,state,synthesised_um2,fitted_um2\n" : "configuration,state,checks\n";
  double sum = 0;
  double most = 0;
  int compared = 0;
  for (const Task& task : folder.tasks) {
    const Json json = result_of(folder, task);
    const double found = number(json, synth ? "/total/area_um2" : "/checks");
    text += fmt::format("{},{},{}", task.name, name(folder.state(task)),
                        std::isnan(found) ? "" : fmt::format("{}", found));
    if (synth) {
      const Area fitted = um2 ? area(space.area, task.config) : Area{};
      const double without_rams = fitted.pes + fitted.rest;
      text += um2 ? fmt::format(",{:.0f}", without_rams) : ",";
      if (um2 && found > 0) {
        const double error = std::abs(without_rams / found - 1);
        sum += error;
        most = std::max(most, error);
        ++compared;
      }
    }
    text += "\n";
  }
  replace_text_file(folder.dir / "summary.csv", text);
  if (compared == 0) return "";
  return fmt::format(
      "area of PEs and rest, fit against {} synthesised designs: error mean {:.1f} %, largest "
      "{:.1f} %\n",
      compared, 100 * sum / compared, 100 * most);
}

}  // namespace gradloom::explore
