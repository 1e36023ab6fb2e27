// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <tuple>

#include "golden/bus_layout.hpp"

namespace gradloom::compiler {
namespace {

constexpr int kNone = -1;
using PerEngine = std::array<int, kBusEngines>;

constexpr PerEngine nobody() { return {kNone, kNone, kNone}; }

std::size_t index(BusEngine engine) { return static_cast<std::size_t>(engine); }
std::size_t index(Buffer buffer) { return static_cast<std::size_t>(buffer); }

BusEngine engine_of(const Event& event) { return golden::engine_of(event.d.kind); }

/// Who has last touched a place, by engine: numbers that only grow.
struct Touch {
  PerEngine any = nobody();
  PerEngine write = nobody();
};

/// What has been touched, words of banks and parts of areas. Words that are always touched together
/// are one place.
class History {
 public:
  explicit History(const std::vector<PlacedStep>& steps) {
    for (const PlacedStep& step : steps) {
      for (const Event& event : step.loads) add_bounds(event);
      add_bounds(step.compute);
      for (const Event& event : step.stores) add_bounds(event);
    }
    for (std::size_t b = 0; b < bounds_.size(); ++b) {
      std::sort(bounds_[b].begin(), bounds_[b].end());
      bounds_[b].erase(std::unique(bounds_[b].begin(), bounds_[b].end()), bounds_[b].end());
      places_[b].resize(bounds_[b].size());
    }
  }

  /// For each engine the last event that must be done before this one. Its own engine too.
  PerEngine conflicts(const Event& event) const {
    PerEngine last = nobody();
    const auto see = [&last](const Touch& touch, bool write) {
      for (std::size_t e = 0; e < last.size(); ++e) {
        last[e] = std::max(last[e], write ? touch.any[e] : touch.write[e]);
      }
    };
    each_place(*this, event, see);
    return last;
  }

  void add(const Event& event, int number) {
    const std::size_t e = index(engine_of(event));
    each_place(*this, event, [&](Touch& touch, bool write) {
      touch.any[e] = number;
      if (write) touch.write[e] = number;
    });
  }

 private:
  using AreaKey = std::pair<int, Chunk>;

  void add_bounds(const Event& event) {
    for (const Access& access : event.accesses) {
      bounds_[index(access.buffer)].push_back(access.from);
      bounds_[index(access.buffer)].push_back(access.to);
    }
    if (event.area != kNoArea) areas_[{event.area, event.chunk}];
  }

  template <typename Self, typename Visit>
  static void each_place(Self& self, const Event& event, Visit visit) {
    for (const Access& access : event.accesses) {
      const std::vector<int>& bounds = self.bounds_[index(access.buffer)];
      auto& places = self.places_[index(access.buffer)];
      const auto first = std::lower_bound(bounds.begin(), bounds.end(), access.from);
      for (auto at = first; *at < access.to; ++at) {
        visit(places[static_cast<std::size_t>(at - bounds.begin())], access.write);
      }
    }
    if (event.area == kNoArea) return;
    visit(self.areas_.at({event.area, event.chunk}), event.d.kind == DescriptorKind::store);
  }

  std::array<std::vector<int>, kBufferCount> bounds_;
  std::array<std::vector<Touch>, kBufferCount> places_;
  std::map<AreaKey, Touch> areas_;
};

/// An event in its place: behind the computation (and the stores) of step `behind`.
struct Placed {
  Event event;
  int behind = kNone;
};

/// Puts the loads where they can be done early, and finds those of the next batch.
class Order {
 public:
  Order(const std::vector<PlacedStep>& steps, const ScheduleOptions& options)
      : steps_(steps), options_(options), last_step_(static_cast<int>(steps.size()) - 1) {}

  std::vector<Placed> make() {
    find_places();
    if (options_.repeats) find_ahead();
    std::vector<Placed> list;
    std::size_t load = 0;
    std::size_t next = 0;
    const auto add_loads = [&](int behind) {
      while (load < loads_.size() && loads_[load].behind == behind) list.push_back(loads_[load++]);
      while (next < ahead_.size() && ahead_[next].behind == behind) list.push_back(ahead_[next++]);
    };
    add_loads(kNone);
    for (int s = 0; s <= last_step_; ++s) {
      const PlacedStep& step = steps_[static_cast<std::size_t>(s)];
      list.push_back({step.compute, s});
      for (const Event& store : step.stores) list.push_back({store, s});
      add_loads(s);
    }
    wait_early(list);
    return list;
  }

 private:
  /// A load goes behind the step after the last one that it must wait for, so that this one need
  /// not wait to be fetched behind it.
  void find_places() {
    History history(steps_);
    int behind = kNone;
    for (int s = 0; s <= last_step_; ++s) {
      const PlacedStep& step = steps_[static_cast<std::size_t>(s)];
      for (const Event& load : step.loads) {
        const PerEngine last = history.conflicts(load);
        const int after = std::max(last[index(BusEngine::compute)], last[index(BusEngine::store)]);
        const int place = after == kNone ? kNone : std::min(after + 1, s - 1);
        behind = std::max({behind, place, s - 1 - options_.distance});
        const bool first = behind == kNone && options_.repeats;
        (first ? ahead_ : loads_).push_back({load, behind});
        history.add(load, s);
      }
      history.add(step.compute, s);
      for (const Event& store : step.stores) history.add(store, s);
    }
  }

  void find_ahead() {
    History history(steps_);
    for (int s = 0; s <= last_step_; ++s) {
      const PlacedStep& step = steps_[static_cast<std::size_t>(s)];
      history.add(step.compute, s);
      for (const Event& store : step.stores) history.add(store, s);
    }
    int behind = loads_.empty() ? kNone : loads_.back().behind;
    for (Placed& load : ahead_) {
      const PerEngine last = history.conflicts(load.event);
      const int after = std::max(last[index(BusEngine::compute)], last[index(BusEngine::store)]);
      behind = std::max(behind, std::min(after + 1, last_step_));
      load.behind = behind;
      load.event.d.ahead = true;
    }
  }

  /// The last load that is `ahead` counts as read by the first step that brings something along
  /// behind the steps of the other ones.
  void wait_early(std::vector<Placed>& list) const {
    if (ahead_.empty()) return;
    int others = kNone;
    for (std::size_t i = 0; i + 1 < ahead_.size(); ++i) {
      others = std::max(others, ahead_[i].event.step);
    }
    const Event& load = ahead_.back().event;
    const auto first = std::upper_bound(options_.firsts.begin(), options_.firsts.end(), others);
    if (first == options_.firsts.end() || *first >= load.step) return;
    const auto reader = std::find_if(list.begin(), list.end(), [&](const Placed& placed) {
      return placed.event.d.kind == DescriptorKind::compute && placed.event.step == *first;
    });
    for (Access access : load.accesses) {
      access.write = false;
      reader->event.accesses.push_back(access);
    }
  }

  const std::vector<PlacedStep>& steps_;
  const ScheduleOptions& options_;
  int last_step_;
  std::vector<Placed> loads_;
  std::vector<Placed> ahead_;
};

/// Finds which events need tokens. Batch after batch is looked at, until they need the same.
class Tokens {
 public:
  Tokens(const std::vector<PlacedStep>& steps, const std::vector<Placed>& list, bool repeats)
      : list_(list), repeats_(repeats), history_(steps) {
    number_.reserve(list.size());
    for (const Placed& placed : list) {
      const BusEngine engine = engine_of(placed.event);
      number_.push_back(static_cast<int>(of_[index(engine)].size()));
      of_[index(engine)].push_back(static_cast<int>(number_.size()) - 1);
    }
  }

  Schedule make() {
    const int batches = repeats_ ? kBatches : 1;
    for (int batch = 0; batch < batches; ++batch) add_batch(batch);
    Schedule result;
    // In steady state a batch waits as the one before it, and gives what the next one waits for.
    const int shown = repeats_ ? kBatches - 2 : 0;
    for (std::size_t i = 0; i < list_.size(); ++i) {
      Event event = list_[i].event;
      event.d.wait = masks(waits_, shown, i);
      event.d.signal = masks(signals_, shown, i);
      if (repeats_ && (event.d.wait != masks(waits_, shown + 1, i) ||
                       event.d.signal != masks(signals_, shown - 1, i))) {
        throw std::logic_error("the tokens of a batch do not repeat");
      }
      result.events.push_back(event);
    }
    if (repeats_) {
      count_primes(shown, result);
      find_left(shown, result);
    }
    return result;
  }

 private:
  static constexpr int kBatches = 5;

  struct Link {
    BusEngine from;
    BusEngine to;
    int signal_batch;
    std::size_t signal;
    int wait_batch;
    std::size_t wait;
  };

  static std::uint32_t masks(const std::vector<std::vector<std::uint32_t>>& all, int batch,
                             std::size_t i) {
    return all[static_cast<std::size_t>(batch)][i];
  }

  int total(std::size_t engine) const { return static_cast<int>(of_[engine].size()); }

  void add_batch(int batch) {
    waits_.emplace_back(list_.size());
    signals_.emplace_back(list_.size());
    for (std::size_t i = 0; i < list_.size(); ++i) add_event(batch, i);
  }

  void add_event(int batch, std::size_t i) {
    const Event& event = list_[i].event;
    const std::size_t own = index(engine_of(event));
    const PerEngine needed = history_.conflicts(event);
    PerEngine& known = known_[own];
    // What a computation knows makes most other tokens needless, so it comes first.
    for (const BusEngine engine : {BusEngine::compute, BusEngine::load, BusEngine::store}) {
      const std::size_t from = index(engine);
      if (from == own || needed[from] <= known[from]) continue;
      const int number = later(batch, list_[i], from, needed[from]);
      wait_for(from, number, batch, i, own);
      const PerEngine& then = done_[from][static_cast<std::size_t>(number)];
      for (std::size_t e = 0; e < known.size(); ++e) known[e] = std::max(known[e], then[e]);
    }
    const int number = batch * total(own) + number_[i];
    known[own] = number;
    done_[own].push_back(known);
    history_.add(event, number);
  }

  /// A later event of engine `from` than `needed`, but one that should be done as early: so that
  /// fewer tokens are under way, and none from one batch to the next where it can be avoided.
  int later(int batch, const Placed& placed, std::size_t from, int needed) const {
    const BusEngine engine = engine_of(placed.event);
    const int begin = batch * total(from);
    int best = needed;
    if (from == index(BusEngine::compute) && engine == BusEngine::load) {
      best = std::max(needed, begin + std::max(placed.behind - 1, 0));
    }
    if (from == index(BusEngine::store)) {
      const int behind = engine == BusEngine::load ? placed.behind - 2 : placed.event.step - 2;
      best = std::max(needed, begin + stores_until(behind) - 1);
      // All stores of the batch before share one token.
      if (best < begin) best = begin - 1;
    }
    return best;
  }

  /// Stores of steps up to this one.
  int stores_until(int step) const {
    const std::vector<int>& stores = of_[index(BusEngine::store)];
    const auto until = std::partition_point(stores.begin(), stores.end(), [&](int i) {
      return list_[static_cast<std::size_t>(i)].event.step <= step;
    });
    return static_cast<int>(until - stores.begin());
  }

  void wait_for(std::size_t from, int number, int batch, std::size_t i, std::size_t own) {
    const int signal_batch = number / total(from);
    const auto signal =
        static_cast<std::size_t>(of_[from][static_cast<std::size_t>(number % total(from))]);
    waits_[static_cast<std::size_t>(batch)][i] |= 1U << from;
    signals_[static_cast<std::size_t>(signal_batch)][signal] |= 1U << own;
    links_.push_back({static_cast<BusEngine>(from), static_cast<BusEngine>(own), signal_batch,
                      signal, batch, i});
  }

  /// Tokens that the batch `shown` takes from the one before it.
  void count_primes(int shown, Schedule& result) const {
    int to_load = 0;
    int to_compute = 0;
    for (const Link& link : links_) {
      if (link.wait_batch != shown || link.signal_batch == shown) continue;
      const bool ahead = list_[link.signal].event.d.ahead && link.signal_batch + 1 == shown;
      if (ahead && link.to == BusEngine::compute) continue;
      if (link.from != BusEngine::store || link.signal_batch + 1 != shown) {
        throw std::logic_error("a token that no prologue can give");
      }
      ++(link.to == BusEngine::load ? to_load : to_compute);
    }
    if (to_load > 1 || to_compute > 1) throw std::logic_error("too many tokens between batches");
    result.primes_load = to_load > 0;
    result.primes_compute = to_compute > 0;
  }

  /// Tokens that computations of the batch `shown` give to loads that are left out in the last one.
  void find_left(int shown, Schedule& result) const {
    for (const Link& link : links_) {
      if (link.wait_batch != shown || link.from != BusEngine::compute) continue;
      if (!list_[link.wait].event.d.ahead) continue;
      result.left.push_back(list_[link.signal].event.step);
    }
  }

  const std::vector<Placed>& list_;
  bool repeats_;
  History history_;
  std::vector<int> number_;                       // of the event within its engine
  std::array<std::vector<int>, kBusEngines> of_;  // events of the engine, by place in list_
  std::array<PerEngine, kBusEngines> known_{nobody(), nobody(), nobody()};
  std::array<std::vector<PerEngine>, kBusEngines> done_;  // known when each event is done
  std::vector<std::vector<std::uint32_t>> waits_;         // [batch][event]
  std::vector<std::vector<std::uint32_t>> signals_;
  std::vector<Link> links_;
};

}  // namespace

Schedule schedule(const std::vector<PlacedStep>& steps, const ScheduleOptions& options) {
  const std::vector<Placed> list = Order(steps, options).make();
  return Tokens(steps, list, options.repeats).make();
}

}  // namespace gradloom::compiler
