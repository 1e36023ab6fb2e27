// SPDX-License-Identifier: Apache-2.0
#include "generator/process.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "generator/interrupt.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "tests/temp_dir.hpp"

using namespace gradloom;
using gradloom::test::TempDir;
namespace fs = std::filesystem;

TEST_CASE("output and exit code come back") {
  const ProcessResult good = run_process({"sh", "-c", "echo out; echo err >&2"});
  CHECK(good.good());
  CHECK(good.output == "out\nerr\n");
  CHECK(run_process({"sh", "-c", "exit 7"}).exit_code == 7);
  CHECK(run_process({"sh", "-c", "kill -9 $$"}).exit_code == 128 + SIGKILL);
  CHECK(run_process({"cat"}).good());  // standard input is empty
}

TEST_CASE("much output is not lost, nor is output after it closed nothing") {
  const ProcessResult result = run_process({"sh", "-c", "seq 1 200000"});
  CHECK(result.output.size() == 1288895);
  CHECK(result.output.ends_with("\n200000\n"));
  CHECK(run_process({"sh", "-c", "exec >&- 2>&-; sleep 0.2; exit 3"}).exit_code == 3);
}

TEST_CASE("directory, environment and log") {
  const TempDir dir;
  ProcessOptions options;
  options.directory = dir.path();
  options.log = dir.path("log");
  options.environment = {{"GL_TEST", "a b"}, {"HOME", "/nowhere"}};
  const ProcessResult result = run_process({"sh", "-c", "pwd; echo \"$GL_TEST $HOME\""}, options);
  CHECK(result.output == fs::canonical(dir.path()).string() + "\na b /nowhere\n");
  CHECK(read_text_file(dir.path("log")) == result.output);
}

TEST_CASE("what a program leaves behind is ended, and not waited for") {
  const auto start = std::chrono::steady_clock::now();
  const ProcessResult result = run_process({"sh", "-c", "sleep 60 & echo $!"});
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  const pid_t left = std::stoi(result.output);
  bool gone = false;
  for (int i = 0; i < 100 && !gone; ++i) {
    std::error_code error;
    std::string state;
    if (fs::exists("/proc/" + std::to_string(left), error)) {
      try {
        state = read_text_file("/proc/" + std::to_string(left) + "/stat");
      } catch (const InputError&) {
      }
    }
    gone = state.empty() || state.find(") Z") != std::string::npos;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(gone);
}

TEST_CASE("an interrupt ends the whole process group") {
  const TempDir dir;
  install_interrupt_handlers();
  std::thread killer([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    kill(getpid(), SIGTERM);
  });
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(run_process({"sh", "-c", "(sleep 1; touch " + dir.path("late") + ") & sleep 60"}),
                  Interrupted);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  killer.join();
  CHECK_THROWS_AS(run_process({"true"}), Interrupted);
  set_interrupted(false);
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  CHECK_FALSE(fs::exists(dir.path("late")));
}

TEST_CASE("programs are looked up in PATH") {
  CHECK(find_program("sh").has_value());
  CHECK_FALSE(find_program("no_such_program_here").has_value());
  CHECK_FALSE(find_program("/no/such/program").has_value());
  CHECK(require_program("sh", "dash").filename() == "sh");
  try {
    require_program("no_such_program_here", "some-package");
    FAIL("found");
  } catch (const ToolError& error) {
    CHECK(error.code() == ExitCode::tool);
    CHECK(std::string(error.what()).find("Debian package some-package") != std::string::npos);
  }
  CHECK_THROWS_AS(run_process({"no_such_program_here"}), ToolError);
}
