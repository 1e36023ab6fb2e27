// SPDX-License-Identifier: Apache-2.0
#include "golden/layer_cost.hpp"

#include <optional>
#include <string>
#include <vector>

#include "golden/error.hpp"

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

void add(Cost& sum, const Cost& part, std::int64_t times) {
  for (std::size_t i = 0; i < sum.counters.size(); ++i) {
    sum.counters[i] += times * part.counters[i];
  }
}

struct Layer {
  Op op;
  Schedule schedule;
  int m, n, b;
  bool update;
};

Command chunk_command(const Layer& layer, const Span& m, const Span& n, const Span& b) {
  const Op op = layer.op;
  Command command = make_command(op, layer.schedule, m.size, n.size, b.size);
  const bool dgrad = op == Op::dgrad || op == Op::backward;
  const bool wgrad = op == Op::wgrad || op == Op::backward;
  command.acc_psum = (op == Op::fprop && !m.first) || (dgrad && !n.first);
  command.acc_dw = wgrad && !b.first;
  command.training.update = layer.update;
  return command;
}

LayerCost chunks_cost(const Config& config, const ChunkSize& size, const Layer& layer) {
  LayerCost sum;
  sum.size = size;
  for (const Span& b : spans(layer.b, size.b)) {
    for (const Span& n : spans(layer.n, size.n)) {
      for (const Span& m : spans(layer.m, size.m)) {
        const std::int64_t times = b.count * n.count * m.count;
        add(sum.cost, cost(config, chunk_command(layer, m, n, b)), times);
        sum.commands += times;
      }
    }
  }
  return sum;
}

}  // namespace

LayerCost layer_cost(const Config& config, Op op, Schedule schedule, int m, int n, int b) {
  return chunks_cost(config, chunk_size(config, op, m, n, b), {op, schedule, m, n, b, false});
}

LayerCost update_cost(const Config& config, Op op, Schedule schedule, int m, int n, int b) {
  const std::optional<ChunkSize> size = update_chunk_size(config, op, m, n, b);
  if (!size) {
    throw InputError("configuration " + config.name + ": no command of operation " + name(op) +
                     " with update fits its buffers and limits");
  }
  return chunks_cost(config, *size, {op, schedule, m, n, b, true});
}

}  // namespace gradloom::golden
