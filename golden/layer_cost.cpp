// SPDX-License-Identifier: Apache-2.0
#include "golden/layer_cost.hpp"

#include <vector>

namespace gradloom::golden {
namespace {

/// `count` chunks of `size` that are the first of their direction, or that are not.
struct Span {
  std::int64_t count;
  int size;
  bool first;
};

std::vector<Span> spans(int whole, int part) {
  const int full = whole / part;
  const int rest = whole % part;
  std::vector<Span> list;
  if (full > 0) list.push_back({1, part, true});
  if (full > 1) list.push_back({full - 1, part, false});
  if (rest > 0) list.push_back({1, rest, full == 0});
  return list;
}

std::int64_t ceil_div(int value, int by) { return value / by + (value % by != 0 ? 1 : 0); }

void add(Cost& sum, const Cost& part, std::int64_t times) {
  for (std::size_t i = 0; i < sum.counters.size(); ++i) {
    sum.counters[i] += times * part.counters[i];
  }
}

Command chunk_command(Op op, Schedule schedule, const Span& m, const Span& n, const Span& b) {
  Command command = make_command(op, schedule, m.size, n.size, b.size);
  const bool dgrad = op == Op::dgrad || op == Op::backward;
  const bool wgrad = op == Op::wgrad || op == Op::backward;
  command.acc_psum = (op == Op::fprop && !m.first) || (dgrad && !n.first);
  command.acc_dw = wgrad && !b.first;
  return command;
}

}  // namespace

ChunkCounts chunk_counts(const ChunkSize& size, int m, int n, int b) {
  return {ceil_div(m, size.m), ceil_div(n, size.n), ceil_div(b, size.b)};
}

LayerCost layer_cost(const Config& config, Op op, Schedule schedule, int m, int n, int b) {
  const ChunkSize size = chunk_size(config, op, m, n, b);
  LayerCost layer;
  for (const Span& bs : spans(b, size.b)) {
    for (const Span& ns : spans(n, size.n)) {
      for (const Span& ms : spans(m, size.m)) {
        const std::int64_t times = bs.count * ns.count * ms.count;
        add(layer.cost, cost(config, chunk_command(op, schedule, ms, ns, bs)), times);
        layer.commands += times;
      }
    }
  }
  return layer;
}

}  // namespace gradloom::golden
