// SPDX-License-Identifier: Apache-2.0
#include "mutate/pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <map>

#include "generator/interrupt.hpp"
#include "golden/error.hpp"

namespace gradloom::mutate {
namespace {

constexpr int kCrashed = 100;
constexpr std::size_t kMaxText = 2000;  // fits into a pipe, so that nobody has to read meanwhile

struct Running {
  int index = 0;
  int pipe = -1;
};

[[noreturn]] void run_child(int index, int output, int cpu_limit, const Job& job) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto seconds = static_cast<rlim_t>(cpu_limit);
  const rlimit cpu{seconds, seconds + 2};
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CPU, &cpu);
  setrlimit(RLIMIT_CORE, &no_core);
  const int null = open("/dev/null", O_RDWR);
  dup2(null, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  std::string text;
  int value = kCrashed;
  try {
    value = job(index, text);
  } catch (const std::exception& error) {
    text = error.what();
  }
  text.resize(std::min(text.size(), kMaxText));
  const ssize_t written = write(output, text.data(), text.size());
  _exit(written < 0 ? kCrashed : value);
}

Running start(int index, int cpu_limit, const Job& job, pid_t& pid) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw ToolError(fmt::format("no pipe: {}", std::strerror(errno)));
  }
  pid = fork();
  if (pid < 0) throw ToolError(fmt::format("no process: {}", std::strerror(errno)));
  if (pid == 0) run_child(index, ends[1], cpu_limit, job);
  close(ends[1]);
  return {index, ends[0]};
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

JobResult result_of(int status, const rusage& usage, int pipe) {
  JobResult result;
  result.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    result.end = signal == SIGXCPU ? End::timed_out : End::crashed;
    result.text = strsignal(signal);
  } else {
    result.value = WEXITSTATUS(status);
    result.end = result.value == kCrashed ? End::crashed : End::returned;
  }
  std::array<char, kMaxText> block;
  const ssize_t got = read(pipe, block.data(), block.size());
  if (got > 0) result.text.assign(block.data(), static_cast<std::size_t>(got));
  close(pipe);
  return result;
}

void end_all(const std::map<pid_t, Running>& running) {
  for (const auto& [pid, job] : running) kill(pid, SIGKILL);
  for (const auto& [pid, job] : running) {
    waitpid(pid, nullptr, 0);
    close(job.pipe);
  }
}

}  // namespace

std::vector<JobResult> run_jobs(int count, int parallel, int cpu_limit, const Job& job,
                                const std::function<void(int, int)>& progress) {
  std::vector<JobResult> results(static_cast<std::size_t>(count));
  std::map<pid_t, Running> running;
  int next = 0;
  int done = 0;
  while (done < count) {
    while (next < count && static_cast<int>(running.size()) < parallel) {
      pid_t pid = 0;
      const Running started = start(next++, cpu_limit, job, pid);
      running.emplace(pid, started);
    }
    int status = 0;
    rusage usage{};
    const pid_t pid = wait4(-1, &status, 0, &usage);
    if (interrupted()) {
      if (pid > 0 && running.contains(pid)) {
        close(running.at(pid).pipe);
        running.erase(pid);
      }
      end_all(running);
      throw Interrupted();
    }
    const auto found = running.find(pid);
    if (found == running.end()) continue;
    results[static_cast<std::size_t>(found->second.index)] =
        result_of(status, usage, found->second.pipe);
    running.erase(found);
    ++done;
    if (progress) progress(done, count);
  }
  return results;
}

}  // namespace gradloom::mutate
