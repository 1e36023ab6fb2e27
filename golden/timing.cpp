// SPDX-License-Identifier: Apache-2.0
#include "golden/timing.hpp"

#include <algorithm>

namespace gradloom::golden {
namespace {

/// The layer of a command in 64 bits.
struct Shape {
  std::int64_t m, n, b, mt, nt;
};

/// RUN and STALL cycles of an overlapping pass, and the STALL cycles among them.
struct Run {
  std::int64_t cycles = 0;
  std::int64_t stall = 0;
};

Run overlapped(const Config& config, const Shape& shape, const Command& command, Pass pass) {
  const std::int64_t slots = slots_per_tile(config, command, pass);
  const std::int64_t period = std::max<std::int64_t>(slots, config.rows);
  const std::int64_t inner = pass == Pass::fprop ? shape.nt : shape.mt;
  const std::int64_t outer = pass == Pass::fprop ? shape.mt : shape.nt;
  Run run;
  run.stall = (outer - 1) * std::max<std::int64_t>(0, turnaround(config, pass) - inner * period);
  run.cycles = (inner * outer - 1) * period + slots + run.stall;
  return run;
}

void add_cycles(const Config& config, const Shape& shape, const Command& command, Cost& total) {
  const PassList list = passes(command);
  const std::int64_t tiles = shape.mt * shape.nt;
  const bool serial = command.schedule == static_cast<int>(Schedule::serial);
  for (int i = 0; i < list.count; ++i) {
    const Pass pass = list.pass[static_cast<std::size_t>(i)];
    const std::int64_t load = loads_weights(command, pass) ? load_cycles(config) : 0;
    const std::int64_t tail = tail_cycles(config, command, pass);
    const std::int64_t slots = slots_per_tile(config, command, pass);
    const std::int64_t waits =
        update_cycles(config, command, pass) - update_slots(config, command, pass);
    total[Counter::busy] += tiles * (slots - waits);
    if (serial) {
      total[Counter::cycles] += tiles * (load + slots + tail);
      continue;
    }
    const Run run = overlapped(config, shape, command, pass);
    total[Counter::cycles] += run.cycles;
    total[Counter::stall] += run.stall;
    total[Counter::cycles] += load;
    if (i + 1 == list.count) total[Counter::cycles] += tail;
    if (i > 0 && load == 0) {
      total[Counter::cycles] += pass_gap(config) - 1;
      total[Counter::stall] += pass_gap(config) - 1;
    }
  }
}

void add_forward_lane(const TrainingFields& t, std::int64_t n, std::int64_t b, Cost& total) {
  total[Counter::bias_read] += n * b;
  if (t.to_y) total[Counter::y_write] += n * b;
  if (t.to_x) total[Counter::x_write] += n * b;
  if (t.to_x) total[Counter::deriv_write] += n * b;
  if (t.loss) total[Counter::delta_read] += n * b;
  if (t.loss) total[Counter::delta_write] += n * b;
}

/// The delta words of a pass: MT times the layer's, all from DELTA or, where the command holds
/// them, but the first time from the hold memory.
void add_delta_reads(const Shape& shape, bool holds, Cost& total) {
  const std::int64_t words = shape.n * shape.b;
  total[Counter::delta_read] += holds ? words : shape.mt * words;
  if (!holds) return;
  total[Counter::hold_write] += words;
  total[Counter::hold_read] += (shape.mt - 1) * words;
}

void add_events(const Shape& shape, Pass pass, const Command& command, bool holds, Cost& total) {
  const auto [m, n, b, mt, nt] = shape;
  const std::int64_t again = command.acc_psum ? 1 : 0;  // the first outer iteration reads too
  const bool dgrad = pass == Pass::dgrad || pass == Pass::interleaved;
  const bool wgrad = drains(pass);
  const TrainingFields& t = command.training;
  const std::int64_t post = t.post ? 1 : 0;  // the last outer iteration goes through the lanes
  total[Counter::macs] += slots_per_vector(pass) * m * n * b;
  if (loads_weights(command, pass)) total[Counter::w_read] += m * n;
  if (pass == Pass::fprop) {
    total[Counter::y_read] += (mt - 1 + again) * n * b;
    total[Counter::y_write] += (mt - post) * n * b;
    if (t.post) add_forward_lane(t, n, b, total);
  }
  if (dgrad) {
    total[Counter::dx_read] += (nt - 1 + again) * m * b;
    total[Counter::dx_write] += (nt - post) * m * b;
    total[Counter::deriv_read] += post * m * b;
    total[Counter::delta_write] += post * m * b;
  }
  if (pass == Pass::fprop || wgrad) total[Counter::x_read] += nt * m * b;
  if (pass != Pass::fprop) add_delta_reads(shape, holds, total);
  if (wgrad) {
    total[Counter::dw_read] += command.acc_dw ? m * n : 0;
    total[t.update ? Counter::w_write : Counter::dw_write] += m * n;
    total[Counter::bias_read] += t.bgrad ? n : 0;
    total[Counter::bias_write] += t.bgrad ? n : 0;
  }
}

}  // namespace

PassList passes(const Command& command) {
  switch (static_cast<Op>(command.op)) {
    case Op::fprop: return {1, {Pass::fprop}};
    case Op::dgrad: return {1, {Pass::dgrad}};
    case Op::wgrad: return {1, {Pass::wgrad}};
    case Op::backward: break;
  }
  if (command.schedule == static_cast<int>(Schedule::interleaved)) return {1, {Pass::interleaved}};
  return {2, {Pass::dgrad, Pass::wgrad}};
}

bool holds_delta(const Config& config, const Command& command) {
  const std::int64_t words = config.buffers.delta_hold;
  // In an array of one row, tiles of a single vector follow each other too fast.
  const bool apart = config.rows > 1 || command.b > 1;
  return words >= std::int64_t{command.b} && apart && tiling(config, command).mt > 1;
}

int turnaround(const Config& config, Pass pass) {
  if (pass == Pass::wgrad) return 0;
  return kPsumTurnaround + config.pe.add_stages + (pass == Pass::fprop ? config.rows : config.cols);
}

int pass_gap(const Config& config) { return 1 + lag(config); }

bool updates(const Command& command, Pass pass) { return drains(pass) && command.training.update; }

bool loads_weights(const Command& command, Pass pass) {
  return pass != Pass::wgrad || updates(command, pass);
}

int update_slots(const Config& config, const Command& command, Pass pass) {
  if (!updates(command, pass)) return 0;
  return config.training.weight_decay ? 3 : 2;
}

int update_cycles(const Config& config, const Command& command, Pass pass) {
  return updates(command, pass) ? update_slots(config, command, pass) + 2 * lag(config) : 0;
}

int update_slot(const Config& config, int k) {
  if (k == 0) return 1;
  const int slot = k - lag(config) + 1;
  return slot == 2 || (slot == 3 && config.training.weight_decay) ? slot : 0;
}

std::int64_t slots_per_tile(const Config& config, const Command& command, Pass pass) {
  return std::int64_t{slots_per_vector(pass)} * command.b + update_cycles(config, command, pass);
}

int tail_cycles(const Config& config, const Command& command, Pass pass) {
  const int lane = command.training.post || command.training.bgrad ? kLaneTail : 0;
  const int late = result_lag(config) + lane;
  if (drains(pass)) return 2 * config.rows + config.cols + 2 + late;
  return config.rows + config.cols + 1 + late;
}

int load_cycles(const Config& config) { return config.rows + kSwapCycles; }

Cost cost(const Config& config, const Command& full) {
  Cost total;
  if (check(config, full) != Status::ok) return total;
  const Command command = seen_by(config, full);
  const Tiling tiles = tiling(config, command);
  const Shape shape{command.m, command.n, command.b, tiles.mt, tiles.nt};
  add_cycles(config, shape, command, total);
  const PassList list = passes(command);
  const bool holds = holds_delta(config, command);
  for (int i = 0; i < list.count; ++i) {
    add_events(shape, list.pass[static_cast<std::size_t>(i)], command, holds, total);
  }
  return total;
}

}  // namespace gradloom::golden
