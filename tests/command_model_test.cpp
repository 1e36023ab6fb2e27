// SPDX-License-Identifier: Apache-2.0
#include "sim/command_model.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace gradloom {
namespace {

using golden::Command;

Config small_config() {
  Config config;
  config.name = "t";
  config.rows = config.cols = 2;
  config.operand_bits = 4;
  config.accumulator_bits = 16;
  config.overflow = Overflow::wrap;
  config.training = {true, 6, 2, 0x3, true, false};  // identity and relu
  config.buffers = {10, 10, 10, 10, 10, 10, 4};
  config.limits = natural_limits(config);
  config.queue_depth = 2;
  return config;
}

// Two inputs, one output, one vector.
Command layer(Op op) {
  Command c = golden::make_command(op, Schedule::interleaved, 2, 1, 1);
  c.bases = {0, 1, 2, 3, 4, 5};
  c.training.bias_base = 1;
  c.training.next_base = 6;
  return c;
}

CommandModel loaded() {
  CommandModel model(small_config());
  model.write(Buffer::x, 0, 0, 2);
  model.write(Buffer::x, 1, 0, -1);
  model.write(Buffer::w, 0, 2, 12);  // the array takes 3 of it
  model.write(Buffer::w, 0, 3, -6);  // and -2
  model.write(Buffer::bias, 0, 1, 1);
  model.write(Buffer::delta, 0, 1, 1);
  return model;
}

TEST_CASE("a forward lane, worked by hand") {
  CommandModel model = loaded();
  Command c = layer(Op::fprop);
  c.training.post = c.training.to_x = c.training.to_y = c.training.loss = true;
  c.training.act = static_cast<std::uint32_t>(ActivationCode::relu);
  c.training.scale = 1;
  c.training.shift = 1;
  REQUIRE(golden::check(small_config(), c) == Status::ok);
  model.run(c);
  // 2 * 3 + -1 * -2 + 1 = 9; 9 / 2 is 4 to even.
  CHECK(model.word(Buffer::x, 0, 6) == 4);
  CHECK(model.word(Buffer::y, 0, 3) == 4);
  CHECK(model.word(Buffer::deriv, 0, 6) == 1);  // one bit a word
  CHECK(model.word(Buffer::delta, 0, 1) == 3);  // 4 - 1
  CHECK_FALSE(model.defined(Buffer::x, 1, 6));
}

TEST_CASE("an update of weights and bias, worked by hand") {
  CommandModel model = loaded();
  model.write(Buffer::delta, 0, 1, 3);
  Command c = layer(Op::wgrad);
  c.training.update = c.training.bgrad = true;
  c.training.rate = 2;
  c.training.rate_shift = 1;
  c.training.bias_scale = 3;
  c.training.bias_shift = 1;
  REQUIRE(golden::check(small_config(), c) == Status::ok);
  model.run(c);
  // t = 6: g = 3; v = 48 + 2 - 6 = 44, w = 11 is a tie and odd.
  CHECK(model.word(Buffer::w, 0, 2) == 10);
  // t = -3: t1 = -2, u = -1 is a tie and odd, g = -2; v = -24 + 2 + 4 = -18, w = -5.
  CHECK(model.word(Buffer::w, 0, 3) == -5);
  // db = 3, 9 / 2 is 4 to even.
  CHECK(model.word(Buffer::bias, 0, 1) == -3);
  CHECK_FALSE(model.defined(Buffer::dw, 0, 5));
}

TEST_CASE("a backward lane, worked by hand") {
  CommandModel model = loaded();
  model.write(Buffer::delta, 0, 1, 3);
  model.write(Buffer::deriv, 0, 0, 1);
  model.write(Buffer::deriv, 1, 0, 0);
  Command c = layer(Op::dgrad);
  c.training.post = true;
  c.training.scale = 3;
  c.training.shift = 2;
  REQUIRE(golden::check(small_config(), c) == Status::ok);
  model.run(c);
  CHECK(model.word(Buffer::delta, 0, 6) == 7);  // 9 * 3 / 4 = 6.75
  CHECK(model.word(Buffer::delta, 1, 6) == 0);
  CHECK_FALSE(model.defined(Buffer::dx, 0, 4));
}

TEST_CASE("a refused command changes nothing, and a program with a reset is not played") {
  CommandModel model = loaded();
  Command c = layer(Op::fprop);
  c.training.post = true;
  model.run(c);
  CHECK_FALSE(model.defined(Buffer::y, 0, 3));
  CHECK_THROWS_AS(model.play({Reset{1}}), std::invalid_argument);
  model.play({write_word(Buffer::deriv, 1, 2, 3), HostAccess{true, 9, 0, 0, 1},
              HostAccess{true, 0, 2, 0, 1}});
  CHECK(model.word(Buffer::deriv, 1, 2) == 1);
}

}  // namespace
}  // namespace gradloom
