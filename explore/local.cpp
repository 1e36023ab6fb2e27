// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "explore/executor.hpp"
#include "generator/process.hpp"

namespace gradloom::explore {
namespace fs = std::filesystem;

void run_local(const JobFolder& folder, int processes, const TaskProgress& progress) {
  const std::vector<const Task*> tasks = folder.open_tasks();
  if (tasks.empty()) return;
  const fs::path list = write_list(folder, tasks, next_list(folder));
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::size_t ended = 0;
  std::exception_ptr error;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < tasks.size(); i = next++) {
        // Whether it was good is in its result.
        run_process(
            {"sh", (folder.dir / "task.sh").string(), list.string(), std::to_string(i + 1)});
        const std::lock_guard lock(mutex);
        progress(++ended, tasks.size());
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
      next = tasks.size();
    }
  };
  std::vector<std::thread> threads;
  const auto count = std::min(static_cast<std::size_t>(processes), tasks.size());
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  if (error) std::rethrow_exception(error);
}

}  // namespace gradloom::explore
