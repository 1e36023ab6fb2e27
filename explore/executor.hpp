// SPDX-License-Identifier: Apache-2.0
// Who runs the tasks of a job folder.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "explore/jobs.hpp"

namespace gradloom::explore {

/// Told how many tasks of this run have ended, of how many, after some time or when one ended.
using TaskProgress = std::function<void(std::size_t ended, std::size_t total)>;

/// Runs the open tasks, `processes` at a time, and returns when all have ended. Throws Interrupted
/// after a signal; the tasks that run then are ended and stay without a result.
void run_local(const JobFolder& folder, int processes, const TaskProgress& progress);

struct SlurmOptions {
  std::vector<std::string> arguments;  ///< handed on to sbatch
  int poll_seconds = 2;                ///< between looks at the queue
};

/// Submits the open tasks as array jobs and waits until none of them is in the queue. A job that an
/// earlier run left in the queue is waited for first, and its tasks are not submitted a second
/// time. Throws ToolError if sbatch or squeue is missing (Debian package slurm-client, part of
/// slurm-wlm), refuses the job, or does not answer; Interrupted after a signal, the jobs being
/// cancelled.
void run_slurm(const JobFolder& folder, const SlurmOptions& options, const TaskProgress& progress);

/// Throws ToolError naming the Debian package if Slurm's commands are missing.
void require_slurm();

}  // namespace gradloom::explore
