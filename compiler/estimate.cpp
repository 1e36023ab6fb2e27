// SPDX-License-Identifier: Apache-2.0
#include "compiler/estimate.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>

#include "golden/bus_layout.hpp"
#include "golden/timing.hpp"

namespace gradloom::compiler {
namespace {

// Cycles that are not in the timing contract.
constexpr std::int64_t kReadLatency = 24;
constexpr std::int64_t kFetchGap = 12;
constexpr std::int64_t kCommandGap = 4;

struct Engine {
  std::int64_t free = 0;            ///< when the last one is done
  std::deque<std::int64_t> starts;  ///< of those that fill the queue
};

/// Times of all descriptors, in the order of the list.
class Clockwork {
 public:
  Clockwork(const Config& config, const std::vector<golden::Descriptor>& list)
      : config_(config), list_(list) {
    durations_.reserve(list.size());
    for (const golden::Descriptor& d : list) {
      durations_.push_back(duration(d));
      held_.push_back(held(d));
      if (!behind_) durations_.back() += held_.back();
      if (d.kind == DescriptorKind::compute) near_ = d.command;
      behind_ = behind_ || d.kind == DescriptorKind::next;
    }
    behind_ = false;
  }

  /// When each batch has been fetched, and at last when the run is done.
  std::vector<std::int64_t> run(int batches) {
    std::vector<std::int64_t> marks;
    int batch = 0;
    for (std::size_t i = 0; i < list_.size();) {
      const golden::Descriptor& d = list_[i];
      const bool last = batch + 1 == batches;
      if (d.kind == DescriptorKind::end) break;
      if (d.kind == DescriptorKind::next) {
        marks.push_back(engines_[kCompute].free);
        behind_ = last;
        i = last ? d.done : d.more;
        ++batch;
        continue;
      }
      if (!(d.ahead && last)) step(i);
      ++i;
    }
    std::int64_t end = 0;
    for (const Engine& engine : engines_) end = std::max(end, engine.free);
    marks.push_back(end);
    return marks;
  }

  /// Of the commands in the loop, or of all if there is none.
  std::int64_t commands() const {
    std::size_t first = 0;
    std::size_t last = list_.size();
    for (std::size_t i = 0; i < list_.size(); ++i) {
      if (list_[i].kind != DescriptorKind::next) continue;
      first = list_[i].more;
      last = i;
    }
    std::int64_t sum = 0;
    for (std::size_t i = first; i < last; ++i) {
      if (list_[i].kind == DescriptorKind::compute) sum += durations_[i] - kCommandGap;
    }
    return sum;
  }

 private:
  static constexpr std::size_t kLoad = static_cast<std::size_t>(BusEngine::load);
  static constexpr std::size_t kCompute = static_cast<std::size_t>(BusEngine::compute);

  std::int64_t duration(const golden::Descriptor& d) const {
    if (d.kind == DescriptorKind::compute) {
      return golden::cost(config_, d.command)[Counter::cycles] + kCommandGap;
    }
    if (d.kind != DescriptorKind::load && d.kind != DescriptorKind::store) return 0;
    const Buffer buffer = *selected_buffer(d.transfer.buffer);
    const std::int64_t beats =
        std::int64_t{d.transfer.vectors} * d.transfer.blocks * vector_beats(config_, buffer);
    return kReadLatency + beats;
  }

  std::int64_t held(const golden::Descriptor& d) const {
    if (d.kind != DescriptorKind::load && d.kind != DescriptorKind::store) return 0;
    if (*selected_buffer(d.transfer.buffer) != Buffer::w) return 0;
    return held_up(durations_.back() - kReadLatency);
  }

  /// Cycles that beats of W wait because an update writes (or reads) the same banks: those of R
  /// rows and of the lanes of a beat, of each tile.
  std::int64_t held_up(std::int64_t beats) const {
    if (!near_.training.update) return 0;
    const std::int64_t lanes = beat_bytes(config_) / element_bytes(config_, Buffer::w);
    const std::int64_t busy = config_.rows + std::min<std::int64_t>(lanes, config_.cols) - 1;
    const std::int64_t tile = std::max<std::int64_t>(near_.b + 2, config_.rows);
    return beats * busy / std::max<std::int64_t>(tile - busy, busy / 4 + 1);
  }

  void step(std::size_t i) {
    const golden::Descriptor& d = list_[i];
    const auto own = static_cast<std::size_t>(golden::engine_of(d.kind));
    Engine& engine = engines_[own];
    const std::int64_t beats = kDescriptorBytes / beat_bytes(config_);
    // Descriptors and loads take turns on the read channel.
    fetched_ += kFetchGap + (engines_[kLoad].free > fetched_ ? 2 * beats : beats);
    borrowed_ += beats;
    if (engine.starts.size() >= static_cast<std::size_t>(config_.queue_depth)) {
      fetched_ = std::max(fetched_, engine.starts.front());
      engine.starts.pop_front();
    }
    std::int64_t start = std::max(fetched_, engine.free);
    for (std::size_t from = 0; from < engines_.size(); ++from) {
      if ((d.wait >> from & 1U) == 0) continue;
      std::deque<std::int64_t>& tokens = tokens_[from][own];
      if (tokens.empty()) continue;
      start = std::max(start, tokens.front());
      tokens.pop_front();
    }
    engine.starts.push_back(start);
    engine.free = start + durations_[i];
    // Behind the last batch nothing updates any more at some time, and the rest is not held up.
    if (behind_ && own != kCompute) {
      const std::int64_t beside = std::max<std::int64_t>(engines_[kCompute].free - start, 0);
      const std::int64_t updating = beside * held_[i] / (durations_[i] + held_[i] + 1);
      engine.free = start + durations_[i] + std::min(held_[i], updating);
    }
    if (own == kLoad) {
      engine.free += std::min(borrowed_, durations_[i]);
      borrowed_ = 0;
    }
    for (std::size_t to = 0; to < engines_.size(); ++to) {
      if ((d.signal >> to & 1U) != 0) tokens_[own][to].push_back(engine.free);
    }
  }

  const Config& config_;
  const std::vector<golden::Descriptor>& list_;
  std::vector<std::int64_t> durations_;
  std::vector<std::int64_t> held_;  ///< cycles that updates may add to a transfer
  bool behind_ = false;             ///< behind the last batch
  golden::Command near_;            ///< the last one before a transfer in the list
  std::array<Engine, kBusEngines> engines_;
  std::array<std::array<std::deque<std::int64_t>, kBusEngines>, kBusEngines> tokens_;
  std::int64_t fetched_ = 0;
  std::int64_t borrowed_ = 0;  ///< beats of descriptors since the last load began
};

}  // namespace

Estimate estimate(const Config& config, const std::vector<golden::Descriptor>& list, int batches) {
  Estimate result;
  Clockwork clockwork(config, list);
  const std::vector<std::int64_t> marks = clockwork.run(batches);
  result.total = marks.back();
  result.commands = clockwork.commands();
  const std::size_t loops = marks.size() - 1;
  result.batch = loops > 1 ? marks[loops - 1] - marks[loops - 2] : result.total;
  return result;
}

}  // namespace gradloom::compiler
