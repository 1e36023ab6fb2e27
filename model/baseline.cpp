// SPDX-License-Identifier: Apache-2.0
#include "model/baseline.hpp"

namespace gradloom::model {
namespace {

std::int64_t folds(std::int64_t size, int lanes) { return (size + lanes - 1) / lanes; }

}  // namespace

const char* name(ScaleSimDataflow dataflow) {
  constexpr std::array names{"os", "ws", "is"};
  return names[static_cast<std::size_t>(dataflow)];
}

ScaleSimProduct scalesim_product(Op op, const GemmShape& shape) {
  if (op == Op::fprop) return {shape.b, shape.n, shape.m};
  if (op == Op::dgrad) return {shape.b, shape.m, shape.n};
  return {shape.m, shape.n, shape.b};
}

ScaleSimCost& ScaleSimCost::operator+=(const ScaleSimCost& other) {
  cycles += other.cycles;
  a_read += other.a_read;
  b_read += other.b_read;
  c_written += other.c_written;
  c_read += other.c_read;
  return *this;
}

ScaleSimCost scalesim_cost(ScaleSimDataflow dataflow, int rows, int cols,
                           const ScaleSimProduct& p) {
  const std::int64_t fill = std::int64_t{rows} + cols - 2;
  if (dataflow == ScaleSimDataflow::os) {
    const std::int64_t down = folds(p.m, rows);
    const std::int64_t across = folds(p.n, cols);
    return {down * across * (fill + p.k) - 1, p.m * p.k * across, p.k * p.n * down, p.m * p.n, 0};
  }
  const std::int64_t down = folds(p.k, rows);
  if (dataflow == ScaleSimDataflow::ws) {
    const std::int64_t across = folds(p.n, cols);
    return {down * across * (rows + fill + p.m) - 1, p.m * p.k * across, p.k * p.n,
            p.m * p.n * down, p.m * p.n * (down - 1)};
  }
  const std::int64_t across = folds(p.m, cols);
  return {down * across * (rows + fill + p.n) - 1, p.m * p.k, p.k * p.n * across, p.m * p.n * down,
          p.m * p.n * (down - 1)};
}

ScaleSimCost scalesim_products_cost(ScaleSimDataflow dataflow, int rows, int cols,
                                    const ScaleSimProduct& product, std::int64_t count) {
  const ScaleSimCost one = scalesim_cost(dataflow, rows, cols, product);
  return {one.cycles * count, one.a_read * count, one.b_read * count, one.c_written * count,
          one.c_read * count};
}

ScaleSimDataflow scalesim_best(int rows, int cols, const ScaleSimProduct& product) {
  ScaleSimDataflow best = ScaleSimDataflow::os;
  for (const ScaleSimDataflow dataflow : kScaleSimDataflows) {
    if (scalesim_cost(dataflow, rows, cols, product).cycles <
        scalesim_cost(best, rows, cols, product).cycles) {
      best = dataflow;
    }
  }
  return best;
}

ScaleSimCost scalesim_best_cost(Op op, int rows, int cols, const GemmShape& shape) {
  if (op == Op::backward) {
    ScaleSimCost both = scalesim_best_cost(Op::dgrad, rows, cols, shape);
    return both += scalesim_best_cost(Op::wgrad, rows, cols, shape);
  }
  const ScaleSimProduct product = scalesim_product(op, shape);
  const ScaleSimDataflow best = scalesim_best(rows, cols, product);
  return scalesim_products_cost(best, rows, cols, product, shape.products);
}

}  // namespace gradloom::model
