// SPDX-License-Identifier: Apache-2.0
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "golden/command.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;

namespace {

// 2 x 3 array, so M = 5, N = 7 has 3 x 3 tiles.
Config small() {
  Config config = test::make_config(2, 3, 8, 32, Overflow::wrap);
  config.buffers = {12, 12, 15, 12, 12, 15};
  config.limits = {8, 8, 8};
  return config;
}

Command command(Op op) { return make_command(op, Schedule::separate, 5, 7, 4); }

void set_base(Command& command, Buffer buffer, std::uint32_t base) {
  command.bases[static_cast<std::size_t>(buffer)] = base;
}

}  // namespace

TEST_CASE("words of each buffer") {
  const Config config = small();
  const Command backward = command(Op::backward);
  CHECK(words(config, backward, Buffer::x) == 12);
  CHECK(words(config, backward, Buffer::delta) == 12);
  CHECK(words(config, backward, Buffer::w) == 15);
  CHECK(words(config, backward, Buffer::y) == 0);
  CHECK(words(config, backward, Buffer::dx) == 12);
  CHECK(words(config, backward, Buffer::dw) == 15);
  CHECK(words(config, command(Op::fprop), Buffer::y) == 12);
  CHECK(words(config, command(Op::fprop), Buffer::delta) == 0);
  CHECK(words(config, command(Op::wgrad), Buffer::w) == 0);
  CHECK(tiling(config, backward).mt == 3);
  CHECK(tiling(config, backward).nt == 3);
}

TEST_CASE("good commands, exactly as large as the buffers") {
  const Config config = small();
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    CHECK(check(config, command(op)) == Status::ok);
  }
}

TEST_CASE("each code, and the order in which they apply") {
  Config config = small();
  Command bad = command(Op::fprop);
  bad.bases.fill(100);
  CHECK(check(config, bad) == Status::no_fit_x);
  bad.b = 9;
  CHECK(check(config, bad) == Status::over_limit);
  bad.m = 0;
  CHECK(check(config, bad) == Status::zero_size);
  bad.acc_dw = true;
  CHECK(check(config, bad) == Status::bad_flag);
  bad.schedule = 3;
  CHECK(check(config, bad) == Status::bad_schedule);
  config.fprop = false;
  CHECK(check(config, bad) == Status::bad_op);
  bad.op = 4;
  CHECK(check(small(), bad) == Status::bad_op);
}

TEST_CASE("backward needs both products built") {
  Config config = small();
  config.dgrad = false;
  CHECK(check(config, command(Op::backward)) == Status::bad_op);
  CHECK(check(config, command(Op::dgrad)) == Status::bad_op);
  CHECK(check(config, command(Op::wgrad)) == Status::ok);
}

TEST_CASE("accumulate flags") {
  const Config config = small();
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    Command psum = command(op);
    psum.acc_psum = true;
    CHECK(check(config, psum) == (op == Op::wgrad ? Status::bad_flag : Status::ok));
    Command dw = command(op);
    dw.acc_dw = true;
    const bool useful = op == Op::wgrad || op == Op::backward;
    CHECK(check(config, dw) == (useful ? Status::ok : Status::bad_flag));
  }
}

TEST_CASE("sizes at and beyond their limits") {
  Config config = small();
  config.buffers = {100, 100, 100, 100, 100, 100};
  for (std::uint32_t Command::*size : {&Command::m, &Command::n, &Command::b}) {
    Command sized = command(Op::backward);
    sized.*size = 8;
    CHECK(check(config, sized) == Status::ok);
    sized.*size = 9;
    CHECK(check(config, sized) == Status::over_limit);
    sized.*size = UINT32_MAX;
    CHECK(check(config, sized) == Status::over_limit);
    sized.*size = 0;
    CHECK(check(config, sized) == Status::zero_size);
  }
}

TEST_CASE("a base one too high, for each buffer that the operation uses") {
  const Config config = small();
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    for (int code = 0; code < kBaseCount; ++code) {
      const Buffer buffer = static_cast<Buffer>(code);
      Command moved = command(op);
      set_base(moved, buffer, 1);
      const bool used = words(config, moved, buffer) > 0;
      CHECK(static_cast<int>(check(config, moved)) == (used ? 8 + code : 0));
      set_base(moved, buffer, UINT32_MAX);
      CHECK(static_cast<int>(check(config, moved)) == (used ? 8 + code : 0));
    }
  }
  Command both = command(Op::backward);
  set_base(both, Buffer::w, 1);
  set_base(both, Buffer::dw, 1);
  CHECK(check(config, both) == Status::no_fit_w);
}
