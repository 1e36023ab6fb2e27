// SPDX-License-Identifier: Apache-2.0
// Costs in closed form against a walk over the commands, one by one.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <tuple>

#include "golden/error.hpp"
#include "golden/layer_cost.hpp"
#include "golden/split.hpp"
#include "model/cost.hpp"
#include "sim/layer_data.hpp"
#include "sim/layer_program.hpp"

namespace gradloom::model {
namespace {

Config array_of(int rows, int cols, int words) {
  Config config;
  config.name = "test";
  config.rows = rows;
  config.cols = cols;
  config.operand_bits = 8;
  config.accumulator_bits = 64;
  config.buffers = {1, 1, 1, 1, 1, 1, 0};
  config.queue_depth = 2;
  return with_buffers(config, words);
}

golden::Cost walk(const Config& config, Op op, Schedule schedule, int m, int n, int b) {
  golden::Cost sum;
  for (const auto& chunk : golden::split(config, op, schedule, m, n, b)) {
    const golden::Cost part = golden::cost(config, chunk.command);
    for (std::size_t i = 0; i < sum.counters.size(); ++i) sum.counters[i] += part.counters[i];
  }
  return sum;
}

using Block = std::tuple<int, int>;

/// Fetches a block if another one is in the buffer.
void fetch(std::optional<Block>& held, Block block, std::int64_t words, Words& count) {
  if (held != block) count.read += words;
  held = block;
}

/// A block of sums in a buffer.
struct Sums {
  std::optional<Block> held;
  std::int64_t words = 0;
};

/// Another block goes out, and what has been added to the new one before comes in.
void exchange(Sums& sums, Block block, std::int64_t words, bool accumulate, Words& count) {
  if (sums.held == block) return;
  count.written += sums.words;
  if (accumulate) count.read += words;
  sums = {block, words};
}

/// Memory words of a layer, by what is in each buffer after each chunk.
TensorWords walk_dram(const Config& config, Op op, int m, int n, int b, golden::LoopOrder order) {
  TensorWords words{};
  const auto of = [&](Buffer buffer) -> Words& { return words[static_cast<std::size_t>(buffer)]; };
  std::optional<Block> x, delta, w;
  Sums y, dx, dw;
  const bool wgrad = op == Op::wgrad || op == Op::backward;
  const bool dgrad = op == Op::dgrad || op == Op::backward;
  for (const auto& c : golden::split(config, op, Schedule::separate, m, n, b, order)) {
    const std::int64_t mn = std::int64_t{c.m} * c.n;
    const std::int64_t bn = std::int64_t{c.b} * c.n;
    const std::int64_t bm = std::int64_t{c.b} * c.m;
    if (op == Op::fprop || wgrad) fetch(x, {c.b0, c.m0}, bm, of(Buffer::x));
    if (dgrad || wgrad) fetch(delta, {c.b0, c.n0}, bn, of(Buffer::delta));
    if (op == Op::fprop || dgrad) fetch(w, {c.m0, c.n0}, mn, of(Buffer::w));
    if (op == Op::fprop) exchange(y, {c.b0, c.n0}, bn, c.acc_psum, of(Buffer::y));
    if (dgrad) exchange(dx, {c.b0, c.m0}, bm, c.acc_psum, of(Buffer::dx));
    if (wgrad) exchange(dw, {c.m0, c.n0}, mn, c.acc_dw, of(Buffer::dw));
  }
  of(Buffer::y).written += y.words;
  of(Buffer::dx).written += dx.words;
  of(Buffer::dw).written += dw.words;
  return words;
}

Matrix transposed(const Matrix& matrix) {
  Matrix result(matrix.cols, matrix.rows);
  for (int r = 0; r < matrix.rows; ++r) {
    for (int c = 0; c < matrix.cols; ++c) result.at(c, r) = matrix.at(r, c);
  }
  return result;
}

int draw(std::mt19937& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
}

}  // namespace

TEST_CASE("a layer in closed form is the sum over its commands") {
  std::mt19937 random(1);
  int cut = 0;
  int fewer = 0;
  for (int i = 0; i < 400; ++i) {
    const Config config = array_of(draw(random, 1, 9), draw(random, 1, 9), draw(random, 4, 70));
    const int m = draw(random, 1, 90);
    const int n = draw(random, 1, 90);
    const int b = draw(random, 1, 120);
    for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
      for (const Schedule schedule : kSchedules) {
        const golden::LayerCost layer = golden::layer_cost(config, op, schedule, m, n, b);
        CHECK(layer.cost == walk(config, op, schedule, m, n, b));
        cut += layer.commands > 1 ? 1 : 0;
      }
      ArrayRun run{op, Schedule::separate, m, n, b, ArrayRun{}.tensor, false};
      const TensorWords fixed = dram_words(config, run);
      CHECK(fixed == walk_dram(config, op, m, n, b, golden::LoopOrder::fixed));
      run.order = golden::LoopOrder::best;
      const TensorWords best = dram_words(config, run);
      CHECK(best == walk_dram(config, op, m, n, b, golden::LoopOrder::best));
      CHECK(total_words(best) <= total_words(fixed));
      fewer += total_words(best) < total_words(fixed) ? 1 : 0;
    }
  }
  CHECK(cut > 1000);
  CHECK(fewer > 100);
}

TEST_CASE("one dataflow for all: operands change places, products stay") {
  const Config config = array_of(4, 4, 4096);
  const GemmShape shape{12, 8, 20, 3};
  const std::int64_t macs = 12 * 8 * 20 * 3;
  for (const ModelSchedule schedule : kModelSchedules) {
    CHECK(product_cost(config, Op::fprop, schedule, shape).macs == macs);
    CHECK(product_cost(config, Op::backward, schedule, shape).macs == 2 * macs);
    const Cost dgrad = product_cost(config, Op::dgrad, schedule, shape);
    // A result word leaves for memory once, an operand comes at least once.
    CHECK(dgrad.dram[static_cast<std::size_t>(Buffer::dx)].written == 3 * 20 * 12);
    CHECK(dgrad.dram[static_cast<std::size_t>(Buffer::w)].read == 3 * 12 * 8);
    CHECK(dgrad.dram[static_cast<std::size_t>(Buffer::delta)].read == 3 * 20 * 8);
    CHECK(total_words(dgrad.dram) == 3 * (20 * 12 + 12 * 8 + 20 * 8));
    const Cost wgrad = product_cost(config, Op::wgrad, schedule, shape);
    CHECK(total_words(wgrad.dram) == 3 * (20 * 12 + 12 * 8 + 20 * 8));
    const Cost fprop = product_cost(config, Op::fprop, schedule, shape);
    CHECK(fprop.dram[static_cast<std::size_t>(Buffer::y)].written == 3 * 20 * 8);
  }
  const Cost ws = product_cost(config, Op::wgrad, ModelSchedule::ws_only, shape);
  const Cost os = product_cost(config, Op::wgrad, ModelSchedule::os_only, shape);
  CHECK(product_cost(config, Op::wgrad, ModelSchedule::best, shape).cycles ==
        std::min(ws.cycles, os.cycles));
  // wgrad on fprop commands: ceil(20/4) * ceil(8/4) tiles of 12 vectors.
  CHECK(ws.busy == 3 * 5 * 2 * 12);
  // dgrad on wgrad commands: ceil(20/4) * ceil(12/4) tiles of 8 vectors.
  CHECK(product_cost(config, Op::dgrad, ModelSchedule::os_only, shape).busy == 3 * 5 * 3 * 8);
}

// docs/model.md, section 3.
TEST_CASE("the commands of one dataflow form the same products") {
  const Config config = array_of(3, 4, 4096);
  const GemmShape shape{7, 5, 6, 1};
  const LayerOperands layer = make_operands(config, {7, 5, 6}, DataKind::random, 3);
  const LayerResults fprop = expected_results(config, Op::fprop, Schedule::separate, layer);
  const LayerResults both = expected_results(config, Op::backward, Schedule::separate, layer);
  const auto run = [&](Op op, ModelSchedule schedule, const LayerOperands& operands) {
    const auto runs = array_runs(config, op, schedule, shape);
    REQUIRE(runs.size() == 1);
    const LayerShape asked = shape_of(runs[0].op, operands);
    CHECK(asked.m == runs[0].m);
    CHECK(asked.n == runs[0].n);
    CHECK(asked.b == runs[0].b);
    return expected_results(config, runs[0].op, runs[0].schedule, operands);
  };
  CHECK(run(Op::fprop, ModelSchedule::os_only, {transposed(layer.x), {}, layer.w}).dw == fprop.y);
  CHECK(run(Op::dgrad, ModelSchedule::os_only, {transposed(layer.delta), {}, transposed(layer.w)})
            .dw == both.dx);
  CHECK(run(Op::wgrad, ModelSchedule::ws_only, {transposed(layer.x), layer.delta, {}}).y ==
        both.dw);
}

TEST_CASE("a size that no command can have is an error") {
  const Config config = array_of(4, 4, 64);
  CHECK_THROWS_AS(product_cost(config, Op::fprop, ModelSchedule::separate, {0, 1, 1, 1}),
                  InputError);
  CHECK_THROWS_AS(
      product_cost(config, Op::fprop, ModelSchedule::separate, {1, 1, std::int64_t{1} << 31, 1}),
      InputError);
}

TEST_CASE("lowering of convolutions and products") {
  Layer conv;
  conv.kind = LayerKind::conv;
  conv.conv = {3, 224, 224, 64, 7, 7, 2, 2, 3, 3, 3, 3, 1, 1, 1};
  conv.bias = true;
  CHECK(lower(conv, 2) == GemmShape{147, 64, 2 * 112 * 112, 1});
  CHECK(macs(conv) == 118013952);  // 147 * 64 * 112 * 112
  CHECK(parameters(conv) == 148 * 64);
  Layer depthwise;
  depthwise.kind = LayerKind::conv;
  depthwise.conv = {32, 112, 112, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 32};
  CHECK(lower(depthwise, 1) == GemmShape{9, 1, 12544, 32});
  Layer heads;
  heads.gemm = {128, 64, 128, 12, true};
  heads.repeat = 2;
  CHECK(lower(heads, 4) == GemmShape{64, 128, 128, 96});
  CHECK(parameters(heads) == 0);
  Conv dilated;
  dilated.in_h = 5;
  dilated.kernel_h = 3;
  dilated.dilation_h = 3;
  CHECK(out_h(dilated) == -1);
}

}  // namespace gradloom::model
