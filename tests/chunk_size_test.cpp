// SPDX-License-Identifier: Apache-2.0
// The size of chunks against a search of all ways to cut, as golden/split.hpp describes them.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <tuple>

#include "golden/split.hpp"

namespace gradloom::golden {
namespace {

struct Problem {
  Config config;
  Op op = Op::fprop;
  int m = 1;
  int n = 1;
  int b = 1;
  bool update = false;
};

int ceil_div(int value, int by) { return (value + by - 1) / by; }

std::set<int> equal_cuts(int tiles) {
  std::set<int> counts;
  for (int chunks = 1; chunks <= tiles; ++chunks) counts.insert(ceil_div(tiles, chunks));
  return counts;
}

/// At most `most` of `size`, by whole tiles if that is possible.
int cut(int size, int most, int lanes) {
  if (most >= size) return size;
  return most >= lanes ? most / lanes * lanes : most;
}

/// Limits of m * columns, n-tiles * b and m-tiles * b, from the buffers that the command uses.
std::tuple<int, int, int> depths(const Problem& p) {
  const BufferDepths& d = p.config.buffers;
  if (p.op == Op::fprop) return {d.w, d.y, d.x};
  if (p.op == Op::dgrad) return {d.w, d.delta, d.dx};
  const int matrix = p.update ? d.w : d.dw;
  if (p.op == Op::wgrad) return {matrix, d.delta, d.x};
  return {std::min(matrix, d.w), d.delta, std::min(d.x, d.dx)};
}

std::optional<ChunkSize> chunk_of(const Problem& p, int mt, int nt) {
  const auto [matrix, column, row] = depths(p);
  const Config& c = p.config;
  const int n = cut(p.n, std::min(nt * c.cols, c.limits.n), c.cols);
  const int nt_cut = ceil_div(n, c.cols);
  const int m = cut(p.m, std::min({mt * c.rows, c.limits.m, matrix / nt_cut}), c.rows);
  if (m < 1) return std::nullopt;
  const int most = std::min({p.b, c.limits.batch, column / nt_cut, row / ceil_div(m, c.rows)});
  if (most < 1 || (p.update && most < p.b)) return std::nullopt;
  return ChunkSize{m, n, ceil_div(p.b, ceil_div(p.b, most))};
}

std::optional<ChunkSize> search(const Problem& p) {
  std::optional<ChunkSize> best;
  const auto rank = [&p](const ChunkSize& s) {
    const int m = ceil_div(p.m, s.m);
    const int n = ceil_div(p.n, s.n);
    const int b = ceil_div(p.b, s.b);
    return std::tuple(m * n * b, b, p.op == Op::fprop ? n : m, s.m, s.n);
  };
  for (const int nt : equal_cuts(ceil_div(p.n, p.config.cols))) {
    for (const int mt : equal_cuts(ceil_div(p.m, p.config.rows))) {
      const auto size = chunk_of(p, mt, nt);
      if (size && (!best || rank(*size) < rank(*best))) best = size;
    }
  }
  return best;
}

int draw(std::mt19937& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
}

Problem draw_problem(std::mt19937& random) {
  Problem p;
  Config& c = p.config;
  c.name = "test";
  c.operand_bits = 8;
  c.accumulator_bits = 32;
  c.rows = draw(random, 1, 6);
  c.cols = draw(random, 1, 6);
  const int deep = draw(random, 0, 1) == 0 ? 20 : 90;
  for (int* words :
       {&c.buffers.x, &c.buffers.delta, &c.buffers.w, &c.buffers.y, &c.buffers.dx, &c.buffers.dw}) {
    *words = draw(random, 1, deep);
  }
  c.limits = natural_limits(c);
  if (draw(random, 0, 1) == 0) {
    c.limits = {draw(random, 1, c.limits.m), draw(random, 1, c.limits.n),
                draw(random, 1, c.limits.batch)};
  }
  p.op = static_cast<Op>(draw(random, 0, 3));
  p.m = draw(random, 1, 120);
  p.n = draw(random, 1, 120);
  p.b = draw(random, 1, draw(random, 0, 1) == 0 ? 10 : 150);
  return p;
}

bool same(const ChunkSize& a, const ChunkSize& b) { return a.m == b.m && a.n == b.n && a.b == b.b; }

}  // namespace

TEST_CASE("of all ways to cut a layer the best is taken") {
  std::mt19937 random(5);
  for (int i = 0; i < 4000; ++i) {
    const Problem p = draw_problem(random);
    CAPTURE(i);
    const auto expected = search(p);
    REQUIRE(expected);
    CHECK(same(chunk_size(p.config, p.op, p.m, p.n, p.b), *expected));
  }
}

TEST_CASE("with update the batch stays whole, and DW is not needed") {
  std::mt19937 random(6);
  int found = 0;
  int none = 0;
  for (int i = 0; i < 4000; ++i) {
    Problem p = draw_problem(random);
    p.op = i % 2 == 0 ? Op::wgrad : Op::backward;
    p.config.training.built = true;
    p.update = true;
    CAPTURE(i);
    const auto expected = search(p);
    const auto got = update_chunk_size(p.config, p.op, p.m, p.n, p.b);
    REQUIRE(got.has_value() == expected.has_value());
    ++(got ? found : none);
    if (!got) continue;
    CHECK(got->b == p.b);
    CHECK(same(*got, *expected));
  }
  CHECK(found > 500);
  CHECK(none > 500);
}

}  // namespace gradloom::golden
