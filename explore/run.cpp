// SPDX-License-Identifier: Apache-2.0
#include "explore/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "generator/interrupt.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::explore {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kAhead = 64;                        // chunks that may wait to be written
constexpr std::chrono::milliseconds kStateEvery{250};      // between writes of state.json
constexpr std::chrono::milliseconds kInterruptEvery{100};  // how soon Ctrl-C is seen

struct State {
  std::int64_t done = 0;   // points
  std::int64_t bytes = 0;  // of points.csv, with these points and the head
};

fs::path state_file(const fs::path& dir) { return dir / "state.json"; }
fs::path points_file(const fs::path& dir) { return dir / "points.csv"; }

void write_state(const Space& space, const fs::path& dir, const State& state, std::int64_t total) {
  const Json json{{"made_by", "gradloom explore"},
                  {"space", space.hash},
                  {"points", total},
                  {"done", state.done},
                  {"bytes", state.bytes}};
  replace_text_file(state_file(dir), json.dump(2) + "\n");
}

[[noreturn]] void refuse_directory(const fs::path& path, const std::string& found) {
  throw InputError(fmt::format(
      "{}: found {}, allowed a missing or empty directory, or one with results of this very space",
      path.string(), found));
}

State read_state(const Space& space, const fs::path& dir) {
  const fs::path path = state_file(dir);
  const Json json = Json::parse(read_text_file(path), nullptr, false);
  if (!json.is_object() || json.value("made_by", "") != "gradloom explore" ||
      !json.contains("space") || !json["space"].is_string()) {
    refuse_directory(path, "something else than a state of gradloom explore");
  }
  if (json["space"] != space.hash) {
    refuse_directory(path, fmt::format("the state of space {}, which is not {}",
                                       printable(json["space"].get<std::string>()), space.hash));
  }
  if (!json.contains("done") || !json["done"].is_number_integer() || !json.contains("bytes") ||
      !json["bytes"].is_number_integer()) {
    refuse_directory(path, "a state without done and bytes");
  }
  return {json["done"].get<std::int64_t>(), json["bytes"].get<std::int64_t>()};
}

// Throws unless `dir` is missing, empty, or of this space.
void check_directory(const Space& space, const fs::path& dir) {
  std::error_code error;
  if (!fs::exists(dir, error)) return;
  if (!fs::is_directory(dir, error)) refuse_directory(dir, "a file");
  if (fs::exists(state_file(dir), error)) {
    read_state(space, dir);
  } else if (!fs::is_empty(dir, error)) {
    refuse_directory(dir, "files without a state.json");
  }
}

// What an earlier run left, cut to the chunks that are complete. Or a fresh start.
State open_directory(const Space& space, const fs::path& dir, std::int64_t total) {
  claim_directory(space, dir);
  const State state = read_state(space, dir);
  std::error_code error;
  const auto size = fs::file_size(points_file(dir), error);
  if (state.done == 0) {
    write_text_file(points_file(dir), csv_head(space));
    return state;
  }
  if (error || size < static_cast<std::uintmax_t>(state.bytes) || state.done > total ||
      (state.done % kChunk != 0 && state.done != total)) {
    refuse_directory(points_file(dir), "less than state.json says");
  }
  fs::resize_file(points_file(dir), static_cast<std::uintmax_t>(state.bytes));
  return state;
}

/// Threads that evaluate chunks, and whoever takes these in order.
class Chunks {
 public:
  Chunks(const Space& space, const std::vector<std::int64_t>& numbers, std::int64_t first)
      : space_(space), numbers_(numbers), next_(first), taken_(first) {
    count_ = (static_cast<std::int64_t>(numbers.size()) + kChunk - 1) / kChunk;
  }

  void start(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }

  ~Chunks() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  /// The lines of the next chunk in order, if there is one. Throws what its evaluation threw, and
  /// Interrupted.
  std::optional<std::string> take() {
    if (taken_ == count_) return std::nullopt;
    std::unique_lock lock(mutex_);
    while (!ready_.contains(taken_)) {
      if (error_) std::rethrow_exception(error_);
      check_interrupt();
      changed_.wait_for(lock, kInterruptEvery);
    }
    std::string text = std::move(ready_.at(taken_));
    ready_.erase(taken_++);
    changed_.notify_all();
    return text;
  }

 private:
  void work() {
    Evaluator evaluator(space_);
    try {
      for (std::int64_t chunk = claim(); chunk < count_; chunk = claim()) {
        std::string text;
        const std::int64_t end =
            std::min((chunk + 1) * kChunk, static_cast<std::int64_t>(numbers_.size()));
        for (std::int64_t i = chunk * kChunk; i < end && !stopped(); ++i) {
          text += csv_line(space_, evaluator.evaluate(numbers_[static_cast<std::size_t>(i)]));
        }
        if (stopped()) return;
        const std::lock_guard lock(mutex_);
        ready_[chunk] = std::move(text);
        changed_.notify_all();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      changed_.notify_all();
    }
  }

  bool stopped() const { return stop_ || interrupted(); }

  // The next chunk that nobody has; count_ if there is none, or no more are wanted.
  std::int64_t claim() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stop_ || error_ || next_ < taken_ + kAhead; });
    if (stop_ || error_ || next_ == count_) return count_;
    return next_++;
  }

  const Space& space_;
  const std::vector<std::int64_t>& numbers_;
  std::int64_t count_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t next_;
  std::int64_t taken_;
  std::atomic<bool> stop_ = false;
  std::exception_ptr error_;
  std::map<std::int64_t, std::string> ready_;
  std::vector<std::thread> threads_;
};

void append(std::ofstream& file, const fs::path& path, const std::string& text) {
  file << text << std::flush;
  if (!file) throw InputError(path.string() + ": cannot be written");
}

}  // namespace

void claim_directory(const Space& space, const fs::path& dir) {
  check_directory(space, dir);
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) throw InputError(fmt::format("{}: {}", dir.string(), error.message()));
  if (fs::exists(state_file(dir), error)) return;
  const auto total = std::min(point_count(space), space.sample_points);
  write_state(space, dir, {0, static_cast<std::int64_t>(csv_head(space).size())}, total);
}

RunCount run_points(const Space& space, const fs::path& dir, const RunOptions& options) {
  const std::vector<std::int64_t> numbers = chosen_points(space);
  const auto total = static_cast<std::int64_t>(numbers.size());
  State state = open_directory(space, dir, total);
  const RunCount count{total, state.done};
  if (state.done == total) return count;
  std::ofstream file(points_file(dir), std::ios::binary | std::ios::app);
  Clock::time_point last = Clock::now();
  const auto save = [&] { write_state(space, dir, state, total); };
  Chunks chunks(space, numbers, state.done / kChunk);
  chunks.start(options.threads);
  try {
    while (const std::optional<std::string> text = chunks.take()) {
      append(file, points_file(dir), *text);
      state.done = std::min(state.done + kChunk, total);
      state.bytes += static_cast<std::int64_t>(text->size());
      if (options.progress) options.progress(state.done, total);
      if (Clock::now() - last < kStateEvery && state.done < total) continue;
      save();
      last = Clock::now();
    }
  } catch (const Interrupted&) {
    save();
    throw;
  }
  return count;
}

std::vector<Result> load_results(const Space& space, const fs::path& dir) {
  std::ifstream file(points_file(dir), std::ios::binary);
  if (!file) throw InputError(points_file(dir).string() + ": cannot be read");
  std::vector<Result> results;
  std::string line;
  std::getline(file, line);
  if (line + "\n" != csv_head(space)) {
    throw InputError(points_file(dir).string() + ":1: found another head than that of this space");
  }
  while (std::getline(file, line)) results.push_back(parse_csv_line(space, line));
  return results;
}

}  // namespace gradloom::explore
