// SPDX-License-Identifier: Apache-2.0
// Whole commands at once against the machine that is stepped by cycles.
#include "golden/functional_array.hpp"

#include <doctest/doctest.h>

#include "golden/machine.hpp"
#include "sim/training_commands.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using gradloom::golden::test::Random;

namespace {

Config random_config(Random& random) {
  const auto pick = [&](int low, int high) { return test::pick(random, low, high); };
  const int p = pick(2, 16);
  TrainingHardware training{true, pick(p, 32), pick(0, p), 1, false, false};
  training.activations = static_cast<std::uint8_t>(pick(0, 127) | 1);
  training.stochastic = pick(0, 3) != 0;
  training.weight_decay = pick(0, 1) != 0;
  const int lanes = pick(1, 5);
  const int least = std::max(8, training_accumulator_bits(p, training));
  Config config = test::make_config(lanes, lanes, p, pick(0, 1) != 0 ? least : pick(least, 64),
                                    static_cast<Overflow>(pick(0, 2)));
  config.buffers = {160, 160, 300, 100, 100, 300, 40};
  config.training = training;
  return config;
}

/// Random contents, the same in both.
void fill(const Config& config, Random& random, Machine& machine, FunctionalArray& array) {
  for (int i = 0; i < kBufferCount; ++i) {
    const auto buffer = static_cast<Buffer>(i);
    for (int lane = 0; lane < lanes(config, buffer); ++lane) {
      for (int addr = 0; addr < depth(config, buffer); ++addr) {
        const std::int64_t value = test::value(random, word_bits(config, buffer));
        machine.poke(buffer, lane, addr, value);
        array.write(buffer, lane, addr, value);
      }
    }
  }
}

int differences(const Config& config, const Machine& machine, const FunctionalArray& array) {
  int count = 0;
  for (int i = 0; i < kBufferCount; ++i) {
    const auto buffer = static_cast<Buffer>(i);
    for (int lane = 0; lane < lanes(config, buffer); ++lane) {
      for (int addr = 0; addr < depth(config, buffer); ++addr) {
        count += machine.word(buffer, lane, addr) == array.word(buffer, lane, addr) ? 0 : 1;
      }
    }
  }
  return count;
}

}  // namespace

TEST_CASE("a command leaves in every bank what the machine leaves there") {
  Random random(21);
  int commands = 0;
  for (int i = 0; i < 150; ++i) {
    const Config config = random_config(random);
    Machine machine(config);
    FunctionalArray array(config);
    fill(config, random, machine, array);
    Prng prng(static_cast<std::uint64_t>(i));
    for (int k = 0; k < 4; ++k) {
      Command command = test::random_command(random, config);
      draw_training(config, prng, random_wish(prng), command);
      Tops tops{};
      if (!place_behind(config, prng, command, tops)) continue;
      CAPTURE(i);
      CAPTURE(k);
      CAPTURE(command.op);
      CAPTURE(command.schedule);
      const Status status = array.run(command);
      REQUIRE(test::run(machine, command) > 0);
      REQUIRE(machine.last_code() == status);
      REQUIRE(differences(config, machine, array) == 0);
      commands += status == Status::ok ? 1 : 0;
    }
  }
  CHECK(commands > 300);
}

TEST_CASE("a refused command touches nothing") {
  const Config config = test::make_config(2, 2, 8, 32, Overflow::wrap);
  FunctionalArray array(config);
  Command command = make_command(Op::fprop, Schedule::interleaved, 2, 2, 2);
  command.b = 0;
  CHECK(array.run(command) == Status::zero_size);
  CHECK(!array.defined(Buffer::y, 0, 0));
  CHECK(!array.read_undefined());
}

TEST_CASE("words that nothing has written are told") {
  const Config config = test::make_config(2, 2, 8, 32, Overflow::wrap);
  FunctionalArray array(config);
  for (int addr = 0; addr < 2; ++addr) {
    array.write(Buffer::x, 0, addr, 3);
    array.write(Buffer::w, 0, addr, 4);
  }
  CHECK(array.run(make_command(Op::fprop, Schedule::interleaved, 1, 1, 2)) == Status::ok);
  CHECK(array.word(Buffer::y, 0, 1) == 12);
  CHECK(array.defined(Buffer::y, 0, 1));
  CHECK(!array.defined(Buffer::y, 1, 1));
  CHECK(!array.read_undefined());
  CHECK(array.run(make_command(Op::fprop, Schedule::interleaved, 1, 2, 2)) == Status::ok);
  CHECK(array.read_undefined());
}
