// SPDX-License-Identifier: Apache-2.0
#include "generator/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "generator/interrupt.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kPollMs = 100;          // how soon an interrupt is seen at the latest
constexpr milliseconds kGrace{2000};  // between SIGTERM and SIGKILL
constexpr milliseconds kDrain{200};   // for output after the program itself has ended

// A file descriptor that closes itself.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }
  void reset(int fd = -1) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

// A started program. Its process group ends with it at the latest when this is destroyed. The
// program is not reaped before: until then the group's number cannot become someone else's.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (!ended()) {
      kill(-pid_, SIGTERM);
      const Clock::time_point deadline = Clock::now() + kGrace;
      while (!ended() && Clock::now() < deadline) std::this_thread::sleep_for(milliseconds(10));
    }
    kill(-pid_, SIGKILL);  // whatever is left of the group
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  bool ended() {
    if (ended_) return true;
    siginfo_t info{};
    const int result = waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    ended_ = result == 0 && info.si_pid == pid_;
    if (ended_) exit_code_ = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    return ended_;
  }
  int exit_code() const { return exit_code_; }

 private:
  pid_t pid_;
  bool ended_ = false;
  int exit_code_ = 0;
};

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& extra) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    if (!extra.contains(text.substr(0, text.find('=')))) result.push_back(text);
  }
  for (const auto& [name, value] : extra) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

pid_t spawn(const fs::path& program, std::vector<std::string> command,
            const ProcessOptions& options, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  if (!options.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&defaults, number);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> environment = merged_environment(options.environment);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, program.c_str(), &actions, &attributes,
                                pointers(command).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    throw ToolError(fmt::format("{}: cannot be started: {}", command[0], std::strerror(error)));
  }
  return pid;
}

// Reads what is there, waiting up to `wait_ms`. False at the end of the output.
bool read_some(int fd, int wait_ms, std::string& output) {
  pollfd event{fd, POLLIN, 0};
  if (poll(&event, 1, wait_ms) <= 0) return true;
  std::array<char, 16384> block;
  const ssize_t got = read(fd, block.data(), block.size());
  if (got > 0) output.append(block.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

std::string collect(Child& child, int fd) {
  std::string output;
  while (!child.ended() && read_some(fd, kPollMs, output)) check_interrupt();
  while (!child.ended()) {  // it closed its output but still runs
    check_interrupt();
    std::this_thread::sleep_for(milliseconds(5));
  }
  const Clock::time_point deadline = Clock::now() + kDrain;
  for (std::size_t before = 0; Clock::now() < deadline; before = output.size()) {
    if (!read_some(fd, 0, output) || output.size() == before) break;
  }
  check_interrupt();
  return output;
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
  check_interrupt();
  const std::optional<fs::path> program = find_program(command.at(0));
  if (!program) throw ToolError(command[0] + ": found no such program in PATH");
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw ToolError(fmt::format("{}: no pipe: {}", command[0], std::strerror(errno)));
  }
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  Child child(spawn(*program, command, options, writer.get()));
  writer.reset();
  ProcessResult result;
  result.output = collect(child, reader.get());
  result.exit_code = child.exit_code();
  if (!options.log.empty()) std::ofstream(options.log, std::ios::binary) << result.output;
  return result;
}

std::optional<fs::path> find_program(std::string_view name) {
  if (name.find('/') != std::string_view::npos) {
    if (access(std::string(name).c_str(), X_OK) != 0) return std::nullopt;
    return fs::absolute(name);
  }
  const char* path = std::getenv("PATH");
  std::istringstream dirs(path == nullptr ? "" : path);
  for (std::string dir; std::getline(dirs, dir, ':');) {
    const fs::path candidate = fs::path(dir.empty() ? "." : dir) / name;
    std::error_code error;
    if (fs::is_regular_file(candidate, error) && access(candidate.c_str(), X_OK) == 0) {
      return fs::absolute(candidate);
    }
  }
  return std::nullopt;
}

fs::path require_program(std::string_view name, std::string_view debian_package) {
  if (const auto path = find_program(name)) return *path;
  throw ToolError(
      fmt::format("{}: found no such program in PATH; it comes with the Debian package "
                  "{} (apt-get install {})",
                  name, debian_package, debian_package));
}

}  // namespace gradloom
