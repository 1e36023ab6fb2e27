// SPDX-License-Identifier: Apache-2.0
// What the tests of chip and compiler share: random configurations with a bus, and a chip whose
// engines work in any order that the tokens permit.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "golden/chip.hpp"
#include "golden/config.hpp"
#include "golden/descriptor.hpp"
#include "tests/golden_support.hpp"

namespace gradloom::golden::test {

/// Training hardware behind a bus; buffers are deep enough for nearly anything small.
inline Config bus_config(Random& random) {
  Config config;
  config.name = "test";
  config.rows = config.cols = pick(random, 1, 5);
  config.operand_bits = pick(random, 3, 10);
  TrainingHardware& training = config.training;
  training.built = true;
  training.master_bits = pick(random, config.operand_bits, config.operand_bits + 9);
  training.step_bits = pick(random, 0, config.operand_bits);
  training.activations = static_cast<std::uint8_t>(pick(random, 0, 127) | 1);
  training.stochastic = pick(random, 0, 3) != 0;
  training.weight_decay = pick(random, 0, 1) != 0;
  config.accumulator_bits = std::max({8, training_accumulator_bits(config.operand_bits, training),
                                      2 * config.operand_bits + pick(random, 0, 8)});
  config.overflow = pick(random, 0, 1) != 0 ? Overflow::wrap : Overflow::saturate;
  config.buffers = {4096, 4096, 4096, 4096, 4096, 64, 256};
  config.limits = {1000, 1000, 100};
  config.queue_depth = pick(random, 1, 4);
  config.bus = HostBus::axi;
  config.data_bits = 32 << pick(random, 0, 3);
  config.address_bits = pick(random, 32, 64);
  return config;
}

/// How the engines take turns.
enum class Turns { any, load_first, compute_first, store_first, store_last };

/// Does a list with its engines in an order that the tokens permit, at random. The fetcher goes as
/// far ahead as the queues allow. Throws std::runtime_error for an error or a deadlock.
class AnyOrder {
 public:
  AnyOrder(Chip& chip, RangeMemory& memory, Random& random, Turns turns)
      : chip_(chip), memory_(memory), random_(random), turns_(turns) {}

  void run(std::uint64_t address, std::uint32_t length, std::uint32_t batches) {
    address_ = address;
    length_ = length;
    batches_ = batches;
    for (;;) {
      while (pick(random_, 0, 3) != 0 && fetch()) continue;
      std::vector<std::size_t> ready;
      for (std::size_t e = 0; e < queues_.size(); ++e) {
        if (can_start(e)) ready.push_back(e);
      }
      if (!ready.empty()) {
        start(choose(ready));
      } else if (!fetch()) {
        break;
      }
    }
    for (const auto& queue : queues_) {
      if (!queue.empty()) throw std::runtime_error("deadlock");
    }
    if (!ended_) throw std::runtime_error("no end");
  }

  int most_tokens() const { return most_tokens_; }
  /// What is left after the run: for a list without `ahead` nothing should be.
  int tokens_left() const {
    int left = 0;
    for (const int count : tokens_) left += count;
    return left;
  }

 private:
  struct Item {
    Descriptor d;
    std::uint32_t iteration = 0;
    std::uint32_t index = 0;
  };

  bool fetch() {
    if (ended_) return false;
    if (index_ >= length_) throw std::runtime_error("ran off the list");
    DescriptorWords words{};
    std::array<std::uint8_t, kDescriptorBytes> bytes{};
    memory_.read(address_ + std::uint64_t{index_} * kDescriptorBytes, bytes.data(), bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      words[i / 4] |= std::uint32_t{bytes[i]} << (8 * (i % 4));
    }
    const Descriptor d = decode(words);
    const bool last = iteration_ + 1 == batches_;
    const std::uint32_t iteration = iteration_ + (d.ahead && !last ? 1U : 0U);
    const RunError code = check_descriptor(chip_.config(), words, {index_, length_, iteration});
    if (code != RunError::none)
      throw std::runtime_error(std::string("bad descriptor: ") + name(code));
    if (d.kind == DescriptorKind::end) {
      ended_ = true;
      return true;
    }
    if (d.kind == DescriptorKind::next) {
      index_ = last ? d.done : d.more;
      if (!last) ++iteration_;
      return true;
    }
    if (!(d.ahead && last)) {
      auto& queue = queues_[static_cast<std::size_t>(engine_of(d.kind))];
      if (queue.size() >= static_cast<std::size_t>(chip_.config().queue_depth)) return false;
      queue.push_back({d, iteration, index_});
    }
    ++index_;
    return true;
  }

  bool can_start(std::size_t engine) {
    if (queues_[engine].empty()) return false;
    for (std::size_t from = 0; from < queues_.size(); ++from) {
      const bool waits = (queues_[engine].front().d.wait >> from & 1U) != 0;
      if (waits && tokens_[from * kBusEngines + engine] == 0) return false;
    }
    return true;
  }

  std::size_t choose(const std::vector<std::size_t>& ready) {
    const auto prefer = [&](std::size_t engine, bool want) {
      for (const std::size_t e : ready) {
        if ((e == engine) == want) return e;
      }
      return ready.front();
    };
    if (pick(random_, 0, 15) != 0) {
      switch (turns_) {
        case Turns::any: break;
        case Turns::load_first: return prefer(0, true);
        case Turns::compute_first: return prefer(1, true);
        case Turns::store_first: return prefer(2, true);
        case Turns::store_last: return prefer(2, false);
      }
    }
    return ready[static_cast<std::size_t>(pick(random_, 0, static_cast<int>(ready.size()) - 1))];
  }

  void start(std::size_t engine) {
    const Item item = queues_[engine].front();
    queues_[engine].pop_front();
    for (std::size_t from = 0; from < queues_.size(); ++from) {
      if ((item.d.wait >> from & 1U) != 0) --tokens_[from * kBusEngines + engine];
    }
    RunResult result;
    const int code = chip_.execute(memory_, item.d, item.iteration, item.index, {}, result);
    if (code != 0) throw std::runtime_error(run_code_name(code));
    for (std::size_t to = 0; to < queues_.size(); ++to) {
      if ((item.d.signal >> to & 1U) == 0) continue;
      most_tokens_ = std::max(most_tokens_, ++tokens_[engine * kBusEngines + to]);
    }
  }

  Chip& chip_;
  RangeMemory& memory_;
  Random& random_;
  Turns turns_;
  std::uint64_t address_ = 0;
  std::uint32_t length_ = 0;
  std::uint32_t batches_ = 0;
  std::uint32_t index_ = 0;
  std::uint32_t iteration_ = 0;
  bool ended_ = false;
  std::array<std::deque<Item>, kBusEngines> queues_;
  std::array<int, kBusEngines * kBusEngines> tokens_{};
  int most_tokens_ = 0;
};

}  // namespace gradloom::golden::test
