// SPDX-License-Identifier: Apache-2.0
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "golden/error.hpp"
#include "golden/golden_engine.hpp"
#include "golden/machine.hpp"
#include "golden/split.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;

namespace {

Config tight(test::Random& random) {
  Config config = test::random_config(random);
  const auto size = [&] { return pick(random, 1, 30); };
  config.buffers = {size(), size(), size(), size(), size(), size()};
  config.limits = {pick(random, 1, 40), pick(random, 1, 40), pick(random, 1, 12)};
  return config;
}

/// Runs the chunks on the machine as a tool would: operands in, results out and back in.
void run_chunks(Machine& machine, const std::vector<Chunk>& chunks, const Matrix& x,
                const Matrix& delta, const Matrix& w, std::map<Buffer, Matrix>& results) {
  for (const Chunk& c : chunks) {
    const auto put = [&](Buffer buffer, const Matrix& part) {
      if (uses(c.command.op, buffer)) test::write_matrix(machine, c.command, buffer, part);
    };
    put(Buffer::x, block(x, c.b0, c.b, c.m0, c.m));
    put(Buffer::delta, block(delta, c.b0, c.b, c.n0, c.n));
    put(Buffer::w, block(w, c.m0, c.m, c.n0, c.n));
    put(Buffer::dw, block(results[Buffer::dw], c.m0, c.m, c.n0, c.n));
    REQUIRE(test::run(machine, c.command) > 0);
    REQUIRE(machine.last_code() == Status::ok);
    // Y and DX stay in the buffer from one chunk to the next that adds to them.
    const auto get = [&](Buffer buffer, int row, int col) {
      if (!uses(c.command.op, buffer)) return;
      put_block(results[buffer], row, col, test::read_matrix(machine, c.command, buffer));
    };
    get(Buffer::y, c.b0, c.n0);
    get(Buffer::dx, c.b0, c.m0);
    get(Buffer::dw, c.m0, c.n0);
  }
}

}  // namespace

TEST_CASE("a layer that fits is one command") {
  const Config config = test::make_config(2, 3, 8, 32, Overflow::wrap);
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    const auto chunks = split(config, op, Schedule::serial, 7, 8, 9);
    REQUIRE(chunks.size() == 1);
    CHECK(chunks[0].command == make_command(op, Schedule::serial, 7, 8, 9));
  }
}

TEST_CASE("order and flags, by hand") {
  Config config = test::make_config(2, 2, 8, 32, Overflow::wrap);
  config.limits = {4, 4, 4};
  const auto order = [&](Op op) {
    std::vector<std::vector<int>> list;
    for (const Chunk& c : split(config, op, Schedule::separate, 6, 5, 7)) {
      list.push_back({c.b0, c.m0, c.n0, c.acc_psum, c.acc_dw});
      CHECK(c.command.acc_psum == c.acc_psum);
      CHECK(c.command.acc_dw == c.acc_dw);
    }
    return list;
  };
  CHECK(order(Op::fprop) == std::vector<std::vector<int>>{{0, 0, 0, 0, 0},
                                                          {0, 4, 0, 1, 0},
                                                          {0, 0, 4, 0, 0},
                                                          {0, 4, 4, 1, 0},
                                                          {4, 0, 0, 0, 0},
                                                          {4, 4, 0, 1, 0},
                                                          {4, 0, 4, 0, 0},
                                                          {4, 4, 4, 1, 0}});
  CHECK(order(Op::backward) == std::vector<std::vector<int>>{{0, 0, 0, 0, 0},
                                                             {0, 0, 4, 1, 0},
                                                             {0, 4, 0, 0, 0},
                                                             {0, 4, 4, 1, 0},
                                                             {4, 0, 0, 0, 1},
                                                             {4, 0, 4, 1, 1},
                                                             {4, 4, 0, 0, 1},
                                                             {4, 4, 4, 1, 1}});
  CHECK(order(Op::wgrad)[1] == std::vector<int>{0, 0, 4, 0, 0});
  CHECK(order(Op::dgrad)[5] == std::vector<int>{4, 0, 4, 1, 0});
}

TEST_CASE("chunks are whole tiles, and as few as possible: by hand") {
  Config config = test::make_config(4, 4, 8, 32, Overflow::wrap);
  config.limits = {18, 40, 100};
  config.buffers = {100, 100, 1000, 100, 100, 1000};
  // M = 35: at most 16, so 3 chunks of 12. N = 20, five tile columns: DELTA holds 5 * 20 words a
  // bank, 1 * 4 chunks of N and B; or 3 * 33 words, 2 * 2 chunks. As many, but fewer chunks of B.
  ChunkSize size = chunk_size(config, Op::backward, 35, 20, 64);
  CHECK(size.n == 12);
  CHECK(size.m == 12);
  CHECK(size.b == 32);
  size = chunk_size(config, Op::backward, 35, 20, 40);
  CHECK(size.n == 20);  // 1 * 2 chunks
  CHECK(size.m == 12);
  CHECK(size.b == 20);
  // W holds fewer rows than the array has.
  config.buffers.w = 3;
  size = chunk_size(config, Op::fprop, 8, 4, 5);
  CHECK(size.m == 3);
  CHECK(size.n == 4);
}

TEST_CASE("every element is covered exactly once, by good commands") {
  test::Random random(1);
  for (int i = 0; i < 500; ++i) {
    const Config config = tight(random);
    const auto op = static_cast<Op>(pick(random, 0, 3));
    const int M = pick(random, 1, 30);
    const int N = pick(random, 1, 30);
    const int B = pick(random, 1, 20);
    std::map<std::tuple<int, int, int>, int> seen;
    for (const Chunk& c : split(config, op, Schedule::interleaved, M, N, B)) {
      REQUIRE(check(config, c.command) == Status::ok);
      REQUIRE(c.command.m == static_cast<std::uint32_t>(c.m));
      for (int b = c.b0; b < c.b0 + c.b; ++b) {
        for (int m = c.m0; m < c.m0 + c.m; ++m) {
          for (int n = c.n0; n < c.n0 + c.n; ++n) ++seen[{b, m, n}];
        }
      }
    }
    REQUIRE(seen.size() == static_cast<std::size_t>(M * N * B));
    for (const auto& [key, times] : seen) REQUIRE(times == 1);
    REQUIRE(std::get<0>(seen.rbegin()->first) == B - 1);
  }
}

TEST_CASE("the split shows only in dW under saturate") {
  test::Random random(2);
  int different = 0;
  for (int i = 0; i < 200; ++i) {
    Config config = tight(random);
    if (i % 2 == 0) {
      config.operand_bits = 4;
      config.accumulator_bits = 8;
    }
    const int M = pick(random, 1, 20);
    const int N = pick(random, 1, 20);
    const int B = pick(random, 1, 20);
    const Matrix x = test::matrix(random, B, M, config.operand_bits);
    const Matrix w = test::matrix(random, M, N, config.operand_bits);
    const Matrix delta = test::matrix(random, B, N, config.operand_bits);
    const Accumulator acc = accumulator(config);
    const auto chunks = [&](Op op) { return split(config, op, Schedule::separate, M, N, B); };
    REQUIRE(split_fprop(config, chunks(Op::fprop), x, w) == fprop(x, w, acc));
    REQUIRE(split_dgrad(config, chunks(Op::backward), delta, w) == dgrad(delta, w, acc));
    const Matrix dw = split_wgrad(config, chunks(Op::backward), x, delta);
    if (config.overflow != Overflow::saturate) REQUIRE(dw == wgrad(x, delta, acc));
    different += dw == wgrad(x, delta, acc) ? 0 : 1;
  }
  CHECK(different > 0);
}

TEST_CASE("no result depends on the order of the loops") {
  test::Random random(5);
  int other_order = 0;
  for (int i = 0; i < 200; ++i) {
    Config config = tight(random);
    config.operand_bits = 4;
    config.accumulator_bits = 8;
    config.overflow = Overflow::saturate;
    const int M = pick(random, 1, 20);
    const int N = pick(random, 1, 20);
    const int B = pick(random, 1, 20);
    const Matrix x = test::matrix(random, B, M, config.operand_bits);
    const Matrix w = test::matrix(random, M, N, config.operand_bits);
    const Matrix delta = test::matrix(random, B, N, config.operand_bits);
    const auto chunks = [&](Op op, LoopOrder order) {
      return split(config, op, Schedule::separate, M, N, B, order);
    };
    const auto both = {LoopOrder::fixed, LoopOrder::best};
    std::vector<Matrix> results;
    for (const LoopOrder order : both) {
      results.push_back(split_fprop(config, chunks(Op::fprop, order), x, w));
      results.push_back(split_dgrad(config, chunks(Op::backward, order), delta, w));
      results.push_back(split_wgrad(config, chunks(Op::backward, order), x, delta));
    }
    for (std::size_t k = 0; k < 3; ++k) REQUIRE(results[k] == results[k + 3]);
    const auto fixed = chunks(Op::backward, LoopOrder::fixed);
    const auto best = chunks(Op::backward, LoopOrder::best);
    REQUIRE(fixed.size() == best.size());
    const auto same = [](const Chunk& a, const Chunk& b) {
      return a.m0 == b.m0 && a.n0 == b.n0 && a.b0 == b.b0 && a.command == b.command;
    };
    other_order += std::equal(fixed.begin(), fixed.end(), best.begin(), same) ? 0 : 1;
    REQUIRE(std::is_permutation(fixed.begin(), fixed.end(), best.begin(), same));
  }
  CHECK(other_order > 50);
}

TEST_CASE("memory words by hand: the loops that keep W and dW in their buffers") {
  using enum Direction;
  // 2 chunks of 10 rows, 3 of 20 columns, 4 of 30 vectors.
  const MemoryLayer layer{Op::backward, 20, 60, 120, {2, 3, 4}};
  const auto words = [&](const LoopNest& nest, Buffer buffer) {
    return memory_words(layer, nest)[static_cast<std::size_t>(buffer)];
  };
  const LoopNest fixed{b, m, n};
  CHECK(loop_nest(layer, LoopOrder::fixed) == fixed);
  CHECK(words(fixed, Buffer::x) == MemoryWords{120 * 20, 0});
  CHECK(words(fixed, Buffer::delta) == MemoryWords{2 * 120 * 60, 0});
  CHECK(words(fixed, Buffer::w) == MemoryWords{4 * 20 * 60, 0});
  CHECK(words(fixed, Buffer::dx) == MemoryWords{0, 120 * 20});
  CHECK(words(fixed, Buffer::dw) == MemoryWords{3 * 20 * 60, 4 * 20 * 60});
  const LoopNest stationary{m, n, b};
  CHECK(words(stationary, Buffer::x) == MemoryWords{3 * 120 * 20, 0});
  CHECK(words(stationary, Buffer::delta) == MemoryWords{2 * 120 * 60, 0});
  CHECK(words(stationary, Buffer::w) == MemoryWords{20 * 60, 0});
  CHECK(words(stationary, Buffer::dx) == MemoryWords{2 * 120 * 20, 3 * 120 * 20});
  CHECK(words(stationary, Buffer::dw) == MemoryWords{0, 20 * 60});
  // 32400 words in the fixed order, 36000 in this one.
  CHECK(loop_nest(layer, LoopOrder::best) == fixed);
  // A batch that is cut four times as often: 75600, and still 36000.
  CHECK(loop_nest({Op::backward, 20, 60, 120, {2, 3, 16}}, LoopOrder::best) == stationary);
  CHECK(loop_nest({Op::fprop, 20, 60, 120, {1, 1, 7}}, LoopOrder::best) == LoopNest{b, n, m});
  CHECK(text(stationary) == "m, n, b");
}

TEST_CASE("saturating dW by hand: two chunks of B") {
  Config config = test::make_config(1, 1, 5, 10, Overflow::saturate);
  config.limits.batch = 2;
  Matrix x(4, 1);
  x.data = {-16, -16, -16, 15};
  Matrix delta(4, 1);
  delta.data = {-16, -16, 15, 15};
  // 256 + 256 -> 511; -240 + 225 = -15; 511 - 15 = 496. Unsplit: 511 - 240 + 225 = 496 too.
  GoldenEngine engine(config);
  CHECK(engine.wgrad(x, delta).at(0, 0) == 496);
  // 225 - 240 = -15 first, then 511: 496 split. Unsplit: -15 + 256 + 256 = 497.
  x.data = {15, -16, -16, -16};
  delta.data = {15, 15, -16, -16};
  CHECK(engine.wgrad(x, delta).at(0, 0) == 496);
  CHECK(wgrad(x, delta, accumulator(config)).at(0, 0) == 497);
}

TEST_CASE("the machine gives the results of a split layer") {
  test::Random random(3);
  for (int i = 0; i < 60; ++i) {
    Config config = tight(random);
    if (i % 2 == 0) {
      config.operand_bits = 4;
      config.accumulator_bits = 8;
    }
    config.overflow = i % 3 == 0 ? Overflow::wrap : Overflow::saturate;
    const auto op = static_cast<Op>(pick(random, 0, 3));
    const int M = pick(random, 1, 12);
    const int N = pick(random, 1, 12);
    const int B = pick(random, 1, 12);
    const Matrix x = test::matrix(random, B, M, config.operand_bits);
    const Matrix w = test::matrix(random, M, N, config.operand_bits);
    const Matrix delta = test::matrix(random, B, N, config.operand_bits);
    std::map<Buffer, Matrix> results{
        {Buffer::y, Matrix(B, N)}, {Buffer::dx, Matrix(B, M)}, {Buffer::dw, Matrix(M, N)}};
    Machine machine(config);
    const auto schedule = static_cast<Schedule>(pick(random, 0, 2));
    run_chunks(machine, split(config, op, schedule, M, N, B), x, delta, w, results);
    GoldenEngine engine(config);
    if (op == Op::fprop) REQUIRE(results[Buffer::y] == engine.fprop(x, w));
    if (op == Op::wgrad) REQUIRE(results[Buffer::dw] == engine.wgrad(x, delta));
    if (op == Op::dgrad) REQUIRE(results[Buffer::dx] == engine.backward(x, delta, w).dx);
    if (op == Op::backward) {
      const BackwardResult backward = engine.backward(x, delta, w);
      REQUIRE(results[Buffer::dx] == backward.dx);
      REQUIRE(results[Buffer::dw] == backward.dw);
    }
  }
}

TEST_CASE("refuse: a sum that could overflow is refused, by the operation's own length") {
  // 8-bit operands, 17-bit accumulator: 3 * 2^14 <= 2^16 - 1 < 4 * 2^14.
  Config config = test::make_config(2, 2, 8, 17, Overflow::refuse);
  CHECK_NOTHROW(require_sum_fits(config, Op::fprop, 3, 100, 100));
  CHECK_THROWS_AS(require_sum_fits(config, Op::fprop, 4, 1, 1), InputError);
  CHECK_NOTHROW(require_sum_fits(config, Op::dgrad, 100, 3, 100));
  CHECK_THROWS_AS(require_sum_fits(config, Op::dgrad, 1, 4, 1), InputError);
  CHECK_NOTHROW(require_sum_fits(config, Op::wgrad, 100, 100, 3));
  CHECK_THROWS_AS(require_sum_fits(config, Op::wgrad, 1, 1, 4), InputError);
  CHECK_NOTHROW(require_sum_fits(config, Op::backward, 100, 3, 3));
  CHECK_THROWS_AS(require_sum_fits(config, Op::backward, 1, 4, 3), InputError);
  CHECK_THROWS_AS(require_sum_fits(config, Op::backward, 1, 3, 4), InputError);
  config.limits = {2, 2, 2};  // each command fits, the whole layer does not
  GoldenEngine engine(config);
  CHECK_THROWS_AS(engine.fprop(Matrix(1, 4), Matrix(4, 1)), InputError);
  CHECK_NOTHROW(engine.fprop(Matrix(1, 3), Matrix(3, 1)));
  config.overflow = Overflow::wrap;
  CHECK_NOTHROW(require_sum_fits(config, Op::fprop, 4, 1, 1));
}

TEST_CASE("layers that cannot be cut") {
  Config config = test::make_config(2, 2, 8, 32, Overflow::wrap);
  CHECK_THROWS_AS(split(config, Op::fprop, Schedule::separate, 0, 1, 1), InputError);
  config.dgrad = false;
  CHECK_THROWS_AS(split(config, Op::backward, Schedule::separate, 1, 1, 1), InputError);
  CHECK_THROWS_AS(GoldenEngine(config).backward(Matrix(1, 1), Matrix(1, 1), Matrix(1, 1)),
                  InputError);
  config.buffers.y = 0;
  CHECK_THROWS_AS(split(config, Op::fprop, Schedule::separate, 1, 1, 1), InputError);
  CHECK_THROWS_AS(GoldenEngine(config).fprop(Matrix(1, 2), Matrix(3, 1)), std::invalid_argument);
}
