// SPDX-License-Identifier: Apache-2.0
// Independent jobs, each in a process of its own: a job may crash, or never end.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace gradloom::mutate {

enum class End {
  returned,   ///< with a value from 0 to 99
  crashed,    ///< a signal, or an exception that was not caught
  timed_out,  ///< used up its processor time
};

struct JobResult {
  End end = End::crashed;
  int value = 0;
  std::string text;        ///< what the job said
  double cpu_seconds = 0;  ///< processor time, of its own children too
};

/// What runs in the process of job `index`; returns 0 to 99, and may say something short.
using Job = std::function<int(int index, std::string& text)>;

/// Runs jobs 0 to count-1, `parallel` at a time, each with at most `cpu_limit` seconds of processor
/// time. Results in the order of the jobs; `progress` is told done and count. Throws Interrupted.
std::vector<JobResult> run_jobs(int count, int parallel, int cpu_limit, const Job& job,
                                const std::function<void(int, int)>& progress);

}  // namespace gradloom::mutate
