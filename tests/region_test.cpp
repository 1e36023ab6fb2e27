// SPDX-License-Identifier: Apache-2.0
#include "sim/region.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "golden/machine.hpp"
#include "sim/campaign.hpp"
#include "sim/pin_driver.hpp"
#include "sim/training_commands.hpp"

namespace gradloom {
namespace {

using golden::Command;

Config training_config() {
  Config config;
  config.name = "t";
  config.rows = config.cols = 3;
  config.operand_bits = 4;
  config.accumulator_bits = 16;
  config.overflow = Overflow::wrap;
  config.training = {true, 6, 2, 0x7f, true, true};
  config.buffers = {30, 30, 30, 30, 30, 30, 8};
  config.limits = natural_limits(config);
  config.queue_depth = 2;
  return config;
}

std::set<Word> words_of(const std::vector<Word>& list) { return {list.begin(), list.end()}; }

TEST_CASE("a training fprop touches what docs/training.md says") {
  const Config config = training_config();
  // Two row tiles (the second with one row), one column tile with two columns.
  Command c = golden::make_command(Op::fprop, Schedule::serial, 4, 2, 1);
  c.bases = {1, 2, 3, 4, 5, 6};
  c.training.post = c.training.to_x = c.training.loss = true;
  c.training.bias_base = 7;
  c.training.next_base = 9;
  REQUIRE(golden::check(config, c) == Status::ok);
  const Footprint words = footprint(config, {c});
  const std::set<Word> needed{
      {Buffer::x, 0, 1},    {Buffer::x, 1, 1},    {Buffer::x, 2, 1},     {Buffer::x, 0, 2},
      {Buffer::w, 0, 3},    {Buffer::w, 0, 4},    {Buffer::w, 0, 5},     {Buffer::w, 0, 6},
      {Buffer::w, 1, 3},    {Buffer::w, 1, 4},    {Buffer::w, 1, 5},     {Buffer::w, 1, 6},
      {Buffer::bias, 0, 7}, {Buffer::bias, 1, 7}, {Buffer::delta, 0, 2}, {Buffer::delta, 1, 2}};
  CHECK(words_of(words.needed) == needed);
  // Y has the sums of the first row tile.
  const std::set<Word> written{{Buffer::y, 0, 4},     {Buffer::y, 1, 4},     {Buffer::x, 0, 9},
                               {Buffer::x, 1, 9},     {Buffer::deriv, 0, 9}, {Buffer::deriv, 1, 9},
                               {Buffer::delta, 0, 2}, {Buffer::delta, 1, 2}};
  CHECK(words_of(words.written) == written);
  const std::set<Word> watched = words_of(words.watched);
  CHECK(watched.contains({Buffer::x, 2, 9}));
  CHECK(watched.contains({Buffer::x, 0, 8}));
  CHECK(watched.contains({Buffer::deriv, 1, 10}));
  CHECK_FALSE(watched.contains({Buffer::x, 0, 9}));
}

TEST_CASE("what one command writes the next one does not need") {
  const Config config = training_config();
  Command c = golden::make_command(Op::backward, Schedule::separate, 2, 2, 2);
  c.bases = {0, 0, 0, 0, 0, 0};
  c.training.post = c.training.update = c.training.bgrad = true;
  c.training.next_base = 4;
  Command below = golden::make_command(Op::wgrad, Schedule::separate, 2, 2, 2);
  below.bases = {10, 4, 10, 0, 0, 0};
  below.training.update = true;
  for (const Command& command : {c, below}) CHECK(golden::check(config, command) == Status::ok);
  const std::set<Word> needed = words_of(footprint(config, {c, below}).needed);
  CHECK(needed.contains({Buffer::delta, 0, 0}));
  CHECK(needed.contains({Buffer::deriv, 1, 1}));
  CHECK(needed.contains({Buffer::bias, 0, 0}));
  CHECK(needed.contains({Buffer::w, 0, 0}));
  CHECK(needed.contains({Buffer::x, 0, 10}));
  CHECK_FALSE(needed.contains({Buffer::delta, 0, 4}));
  const std::set<Word> alone = words_of(footprint(config, {below}).needed);
  CHECK(alone.contains({Buffer::delta, 0, 4}));
}

// The contents of all banks after a command that starts from `words`.
using Contents = std::vector<std::pair<Word, std::int64_t>>;

Contents contents(const golden::Machine& machine) {
  Contents all;
  for (int i = 0; i < kBufferCount; ++i) {
    const Buffer buffer = static_cast<Buffer>(i);
    for (int lane = 0; lane < lanes(machine.config(), buffer); ++lane) {
      for (int addr = 0; addr < depth(machine.config(), buffer); ++addr) {
        all.emplace_back(Word{buffer, lane, static_cast<std::uint32_t>(addr)},
                         machine.word(buffer, lane, addr));
      }
    }
  }
  return all;
}

void run(golden::Machine& machine, const Command& command) {
  PinDriver driver(machine.config(), 1, 0);
  driver.add({RunCommand{command}, Barrier{}});
  while (!driver.finished()) {
    const golden::Inputs inputs = driver.inputs();
    driver.observe(handshake_of(machine));
    machine.clock(inputs);
  }
}

TEST_CASE("the golden model writes what a command touches, from what it touches") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Config config = random_training_config(seed);
    Prng prng = make_prng(seed, 1);
    Command c = golden::make_command(static_cast<Op>(pick(prng, 0, 3)),
                                     static_cast<Schedule>(pick(prng, 0, 2)), 1, 1, 1);
    c.m = static_cast<std::uint32_t>(pick(prng, 1, std::min(config.limits.m, 2 * config.rows + 1)));
    c.n = static_cast<std::uint32_t>(pick(prng, 1, std::min(config.limits.n, 2 * config.cols + 1)));
    c.b = static_cast<std::uint32_t>(pick(prng, 1, std::min(config.limits.batch, 3)));
    c.acc_psum = c.op != 2 && pick(prng, 0, 1) != 0;
    c.acc_dw = c.op >= 2 && pick(prng, 0, 1) != 0;
    draw_training(config, prng, random_wish(prng), c);
    Tops tops{};
    if (!place_behind(config, prng, c, tops)) continue;
    CAPTURE(seed);
    const Footprint words = footprint(config, {c});
    const std::set<Word> needed = words_of(words.needed);
    const std::set<Word> written = words_of(words.written);
    // Two machines that differ in every word that the command does not need.
    golden::Machine a(config);
    golden::Machine b(config);
    for (const auto& [word, zero] : contents(a)) {
      const std::int64_t value =
          training_word(config, prng, word.buffer, Data::random, static_cast<int>(word.addr));
      const int addr = static_cast<int>(word.addr);
      a.poke(word.buffer, word.lane, addr, value);
      b.poke(word.buffer, word.lane, addr, needed.contains(word) ? value : ~value);
    }
    const Contents before_a = contents(a);
    const Contents before_b = contents(b);
    run(a, c);
    run(b, c);
    const Contents after_a = contents(a);
    const Contents after_b = contents(b);
    std::size_t wrong = 0;
    std::size_t changed = 0;
    for (std::size_t i = 0; i < after_a.size(); ++i) {
      if (written.contains(after_a[i].first)) {
        wrong += after_a[i].second != after_b[i].second;
        changed += after_a[i].second != before_a[i].second;
      } else {
        wrong += after_a[i].second != before_a[i].second;
        wrong += after_b[i].second != before_b[i].second;
      }
    }
    CHECK(wrong == 0);
    if (written.size() > 20) CHECK(changed > 0);
  }
}

TEST_CASE("bases take as many words as the checks of the command demand") {
  int moved = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Config config = random_training_config(seed);
    Prng prng = make_prng(seed, 2);
    Command c = golden::make_command(static_cast<Op>(pick(prng, 0, 3)), Schedule::separate,
                                     std::min(config.limits.m, pick(prng, 1, 8)),
                                     std::min(config.limits.n, pick(prng, 1, 8)), 1);
    draw_training(config, prng, random_wish(prng), c);
    Tops tops{};
    if (!place_behind(config, prng, c, tops)) continue;
    for (std::size_t i = 0; i < base_uses(config, c).size(); ++i) {
      Command edge = c;
      const BaseUse use = base_uses(config, edge).at(i);
      const int room = depth(config, use.buffer) - use.words;
      *use.base = static_cast<std::uint32_t>(room);
      const auto no_fit =
          static_cast<Status>(static_cast<int>(Status::no_fit_x) + static_cast<int>(use.buffer));
      CHECK(golden::check(config, edge) != no_fit);
      if (static_cast<std::uint32_t>(room) + 1 >= 1U << derive(config).addr_w) continue;
      ++*use.base;
      CHECK(golden::check(config, edge) == no_fit);
      ++moved;
    }
  }
  CHECK(moved > 500);
}

}  // namespace
}  // namespace gradloom
