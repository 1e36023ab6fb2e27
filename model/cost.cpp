// SPDX-License-Identifier: Apache-2.0
#include "model/cost.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "golden/error.hpp"
#include "golden/layer_cost.hpp"

namespace gradloom::model {
namespace {

using golden::LoopOrder;

Schedule array_schedule(ModelSchedule schedule) {
  switch (schedule) {
    case ModelSchedule::interleaved: return Schedule::interleaved;
    case ModelSchedule::serial: return Schedule::serial;
    default: return Schedule::separate;
  }
}

ArrayRun plain(Op op, ModelSchedule schedule, const GemmShape& s) {
  return {op, array_schedule(schedule), s.m, s.n, s.b, ArrayRun{}.tensor, false};
}

// Y[b,n] = sum over m of X[b,m] W[m,n], accumulated in the PEs: a wgrad command sums over its
// batch, so M stands there.
ArrayRun os_fprop(const GemmShape& s) {
  return {Op::wgrad, Schedule::separate,
          s.b,       s.n,
          s.m,       {Buffer::x, Buffer::w, Buffer::delta, Buffer::dw, Buffer::dx, Buffer::y},
          false};
}

// dX[b,m] = sum over n of delta[b,n] W[m,n], accumulated in the PEs.
ArrayRun os_dgrad(const GemmShape& s) {
  return {Op::wgrad, Schedule::separate,
          s.b,       s.m,
          s.n,       {Buffer::delta, Buffer::w, Buffer::x, Buffer::y, Buffer::dw, Buffer::dx},
          false};
}

// dW[m,n] = sum over b of X[b,m] delta[b,n] with delta in the place of the weights: an fprop
// command sums over its M, so B stands there.
ArrayRun ws_wgrad(const GemmShape& s) {
  return {Op::fprop, Schedule::separate,
          s.b,       s.n,
          s.m,       {Buffer::x, Buffer::w, Buffer::delta, Buffer::dw, Buffer::dx, Buffer::y},
          false};
}

int to_int(std::int64_t value) {
  if (value < 1 || value > std::numeric_limits<int>::max()) {
    throw InputError("product: found a size of " + std::to_string(value) +
                     ", allowed 1 to 2147483647");
  }
  return static_cast<int>(value);
}

/// Memory words of a run that is cut into chunks of `size`.
TensorWords chunk_words(const ArrayRun& run, const golden::ChunkSize& size) {
  const golden::MemoryLayer layer{
      run.op, run.m, run.n, run.b,
      golden::chunk_counts(size, to_int(run.m), to_int(run.n), to_int(run.b))};
  golden::BufferWords at = golden::memory_words(layer, golden::loop_nest(layer, run.order));
  if (run.update) {  // the batch is not cut, so W comes and goes once; dW stays in the PEs
    at[static_cast<std::size_t>(Buffer::w)] = {run.m * run.n, run.m * run.n};
    at[static_cast<std::size_t>(Buffer::dw)] = {};
  }
  TensorWords words{};
  for (std::size_t i = 0; i < at.size(); ++i) {
    words[static_cast<std::size_t>(run.tensor[i])] = {at[i].read, at[i].written};
  }
  return words;
}

/// A product of one MAC takes less than 800 cycles on the largest array: no count of a run within
/// this leaves 64 bits.
void require_countable(const ArrayRun& run) {
  const double macs =
      static_cast<double>(run.m) * static_cast<double>(run.n) * static_cast<double>(run.b);
  if (macs <= static_cast<double>(kMaxCount)) return;
  throw InputError("product: found M * N * B = " + std::to_string(macs) + ", allowed at most " +
                   std::to_string(kMaxCount));
}

Cost run_cost(const Config& config, const ArrayRun& run) {
  require_countable(run);
  const auto layer_cost = run.update ? golden::update_cost : golden::layer_cost;
  const golden::LayerCost layer =
      layer_cost(config, run.op, run.schedule, to_int(run.m), to_int(run.n), to_int(run.b));
  const auto count = [&](Counter counter) { return layer.cost[counter]; };
  Cost cost;
  cost.cycles = count(Counter::cycles);
  cost.busy = count(Counter::busy);
  cost.stall = count(Counter::stall);
  cost.macs = count(Counter::macs);
  cost.commands = layer.commands;
  const TensorWords at_place{{{count(Counter::x_read), count(Counter::x_write)},
                              {count(Counter::delta_read), count(Counter::delta_write)},
                              {count(Counter::w_read), count(Counter::w_write)},
                              {count(Counter::y_read), count(Counter::y_write)},
                              {count(Counter::dx_read), count(Counter::dx_write)},
                              {count(Counter::dw_read), count(Counter::dw_write)}}};
  cost.hold = {count(Counter::hold_read), count(Counter::hold_write)};
  for (std::size_t i = 0; i < at_place.size(); ++i) {
    cost.buffer[static_cast<std::size_t>(run.tensor[i])] = at_place[i];
  }
  cost.dram = chunk_words(run, layer.size);
  return cost;
}

[[noreturn]] void too_large() {
  throw InputError("cost: found a count above 9223372036854775807, allowed are fewer");
}

/// Each count of `a` becomes f(it, that of `b`).
template <typename Function>
void combine(Cost& a, const Cost& b, Function f) {
  a.cycles = f(a.cycles, b.cycles);
  a.busy = f(a.busy, b.busy);
  a.stall = f(a.stall, b.stall);
  a.macs = f(a.macs, b.macs);
  a.commands = f(a.commands, b.commands);
  a.hold = {f(a.hold.read, b.hold.read), f(a.hold.written, b.hold.written)};
  for (const auto words : {&Cost::buffer, &Cost::dram}) {
    for (std::size_t i = 0; i < (a.*words).size(); ++i) {
      Words& w = (a.*words)[i];
      w = {f(w.read, (b.*words)[i].read), f(w.written, (b.*words)[i].written)};
    }
  }
}

/// The runs of one gradient, or of fprop, on one dataflow.
ArrayRun ws_run(Op op, const GemmShape& shape) {
  return op == Op::wgrad ? ws_wgrad(shape) : plain(op, ModelSchedule::ws_only, shape);
}
ArrayRun os_run(Op op, const GemmShape& shape) {
  if (op == Op::fprop) return os_fprop(shape);
  return op == Op::dgrad ? os_dgrad(shape) : plain(op, ModelSchedule::os_only, shape);
}

/// A run and what it costs.
struct CostedRun {
  ArrayRun run;
  Cost cost;
};

/// The run of one gradient, or of fprop, that takes fewer cycles; of equals the weight-stationary.
CostedRun best_run(const Config& config, Op op, const GemmShape& shape, LoopOrder order) {
  CostedRun ws{ws_run(op, shape), {}};
  CostedRun os{os_run(op, shape), {}};
  ws.run.order = order;
  os.run.order = order;
  ws.cost = run_cost(config, ws.run);
  os.cost = run_cost(config, os.run);
  return ws.cost.cycles <= os.cost.cycles ? ws : os;
}

ArrayRun dataflow_run(const Config& config, Op op, ModelSchedule schedule, const GemmShape& shape) {
  if (schedule == ModelSchedule::ws_only) return ws_run(op, shape);
  if (schedule == ModelSchedule::os_only) return os_run(op, shape);
  return best_run(config, op, shape, LoopOrder::fixed).run;
}

bool one_dataflow(ModelSchedule schedule) {
  return schedule == ModelSchedule::ws_only || schedule == ModelSchedule::os_only ||
         schedule == ModelSchedule::best;
}

}  // namespace

const char* name(ModelSchedule schedule) {
  constexpr std::array names{"interleaved", "separate", "serial", "ws_only", "os_only", "best"};
  return names[static_cast<std::size_t>(schedule)];
}

std::vector<ArrayRun> array_runs(const Config& config, Op op, ModelSchedule schedule,
                                 const GemmShape& shape, LoopOrder order) {
  std::vector<ArrayRun> runs;
  if (!one_dataflow(schedule)) {
    runs = {plain(op, schedule, shape)};
  } else if (op != Op::backward) {
    runs = {dataflow_run(config, op, schedule, shape)};
  } else {
    runs = {dataflow_run(config, Op::dgrad, schedule, shape),
            dataflow_run(config, Op::wgrad, schedule, shape)};
  }
  for (ArrayRun& run : runs) run.order = order;
  return runs;
}

std::optional<std::vector<ArrayRun>> update_runs(const Config& config, Op op,
                                                 ModelSchedule schedule, const GemmShape& shape,
                                                 LoopOrder order) {
  if (op != Op::wgrad && op != Op::backward) return std::nullopt;
  std::vector<ArrayRun> runs = array_runs(config, op, schedule, shape, order);
  ArrayRun& last = runs.back();
  if (last.op != Op::wgrad && last.op != Op::backward) return std::nullopt;
  if (!golden::update_chunk_size(config, last.op, to_int(last.m), to_int(last.n), to_int(last.b)))
    return std::nullopt;
  last.update = true;
  last.order = LoopOrder::fixed;
  return runs;
}

Cost& Cost::operator+=(const Cost& other) {
  combine(*this, other, [](std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) too_large();
    return sum;
  });
  return *this;
}

Cost& Cost::operator*=(std::int64_t times) {
  combine(*this, *this, [times](std::int64_t a, std::int64_t) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, times, &product)) too_large();
    return product;
  });
  return *this;
}

Cost operator*(Cost cost, std::int64_t times) { return cost *= times; }

Cost operator-(Cost cost, const Cost& other) { return cost += other * -1; }

std::int64_t total_words(const TensorWords& words) {
  std::int64_t sum = 0;
  for (const Words& w : words) sum += w.total();
  return sum;
}

double utilization(const Config& config, const Cost& cost) {
  if (cost.cycles == 0) return 0;
  return static_cast<double>(cost.macs) /
         (static_cast<double>(cost.cycles) * config.rows * config.cols);
}

Cost runs_cost(const Config& config, const std::vector<ArrayRun>& runs, std::int64_t times) {
  Cost cost;
  for (const ArrayRun& run : runs) cost += run_cost(config, run);
  return cost * times;
}

Cost product_cost(const Config& config, Op op, ModelSchedule schedule, const GemmShape& shape,
                  LoopOrder order) {
  if (schedule == ModelSchedule::best) {
    Cost cost;
    if (op != Op::backward) return best_run(config, op, shape, order).cost * shape.products;
    for (const Op part : {Op::dgrad, Op::wgrad}) cost += best_run(config, part, shape, order).cost;
    return cost * shape.products;
  }
  return runs_cost(config, array_runs(config, op, schedule, shape, order), shape.products);
}

TensorWords dram_words(const Config& config, const ArrayRun& run) {
  const int m = to_int(run.m);
  const int n = to_int(run.n);
  const int b = to_int(run.b);
  return chunk_words(run, run.update ? golden::update_chunk_size(config, run.op, m, n, b).value()
                                     : golden::chunk_size(config, run.op, m, n, b));
}

Config with_buffers(Config config, int words) {
  for (int* depth : {&config.buffers.x, &config.buffers.delta, &config.buffers.w, &config.buffers.y,
                     &config.buffers.dx, &config.buffers.dw, &config.buffers.bias}) {
    if (*depth > 0) *depth = words;
  }
  config.limits = natural_limits(config);
  return config;
}

}  // namespace gradloom::model
