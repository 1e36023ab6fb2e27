// SPDX-License-Identifier: Apache-2.0
#include "sim/program_builder.hpp"

#include <array>

#include "golden/numerics.hpp"

namespace gradloom {
namespace {

using golden::Command;

bool used_by(const std::vector<Op>& ops, Buffer buffer) {
  return std::any_of(ops.begin(), ops.end(),
                     [&](Op op) { return golden::uses(static_cast<int>(op), buffer); });
}

}  // namespace

ProgramBuilder::ProgramBuilder(const Config& for_config, std::uint64_t seed)
    : config(for_config), widths(derive(for_config)), random(make_prng(seed, 7)) {}

int ProgramBuilder::pick(int low, int high) {
  return low + static_cast<int>(below(random, static_cast<std::uint64_t>(high - low) + 1));
}

std::vector<Op> built_ops(const Config& config) {
  std::vector<Op> ops;
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    if (built(config, op)) ops.push_back(op);
  }
  return ops;
}

std::vector<Buffer> buffers_of(const std::vector<Op>& ops) {
  std::vector<Buffer> buffers;
  for (int code = 0; code < kBaseCount; ++code) {
    if (used_by(ops, static_cast<Buffer>(code))) buffers.push_back(static_cast<Buffer>(code));
  }
  return buffers;
}

bool is_result(Buffer buffer) {
  return buffer == Buffer::y || buffer == Buffer::dx || buffer == Buffer::dw;
}

Shape fit(const Config& config, Shape shape, const std::vector<Op>& ops) {
  shape.m = std::min(shape.m, config.limits.m);
  shape.n = std::min(shape.n, config.limits.n);
  shape.b = std::min(shape.b, config.limits.batch);
  const auto fits = [&](Op op) {
    return check(config, golden::make_command(op, Schedule::serial, shape.m, shape.n, shape.b)) ==
           Status::ok;
  };
  while (!std::all_of(ops.begin(), ops.end(), fits)) {
    int& largest = shape.b > 1 ? shape.b : shape.m >= shape.n ? shape.m : shape.n;
    --largest;
  }
  return shape;
}

Command place(ProgramBuilder& builder, Shape shape, const std::vector<Op>& ops) {
  Command layer =
      golden::make_command(ops.front(), Schedule::interleaved, shape.m, shape.n, shape.b);
  for (int code = 0; code < kBaseCount; ++code) {
    const Region r = region(builder.config, layer, static_cast<Buffer>(code));
    layer.bases[static_cast<std::size_t>(code)] =
        used_by(ops, r.buffer) ? static_cast<std::uint32_t>(builder.pick(0, r.depth - r.words))
                               : builder.bits(builder.widths.addr_w);
  }
  return layer;
}

Command on(const Command& layer, Op op, Schedule schedule, bool accumulate) {
  Command command = layer;
  command.op = static_cast<int>(op);
  command.schedule = static_cast<int>(schedule);
  command.acc_psum = accumulate && op != Op::wgrad;
  command.acc_dw = accumulate && (op == Op::wgrad || op == Op::backward);
  return command;
}

std::int64_t datum(ProgramBuilder& builder, Data data, int bits, int index) {
  switch (data) {
    case Data::minimum: return golden::min_value(bits);
    case Data::maximum: return golden::max_value(bits);
    case Data::alternating:
      return index % 2 == 0 ? golden::min_value(bits) : golden::max_value(bits);
    case Data::random: break;
  }
  return static_cast<std::int64_t>(builder.random());
}

void prepare(ProgramBuilder& builder, const Command& layer, const std::vector<Op>& ops, Data data,
             bool accumulate) {
  for (const Buffer buffer : buffers_of(ops)) {
    const Region r = region(builder.config, layer, buffer);
    const int bits = word_bits(builder.config, buffer);
    for_each_watched(r, [&](int lane, std::uint32_t addr) {
      const bool in_layer = r.in_layer(lane, static_cast<int>(addr));
      if (is_result(buffer) ? in_layer && !accumulate : !in_layer) return;
      const int index = lane + static_cast<int>(addr);
      builder.add(write_word(buffer, lane, addr, datum(builder, data, bits, index)));
    });
  }
  builder.add(Barrier{});
}

void prepare_training(ProgramBuilder& builder, const std::vector<Command>& commands, Data data) {
  const Footprint words = footprint(builder.config, commands);
  for (const auto* list : {&words.needed, &words.watched}) {
    for (const Word& w : *list) {
      const int index = w.lane + static_cast<int>(w.addr);
      builder.add(write_word(w.buffer, w.lane, w.addr,
                             training_word(builder.config, builder.random, w.buffer, data, index)));
    }
  }
  builder.add(Barrier{});
}

void read_counters(ProgramBuilder& builder) {
  for (const Counter counter : built_counters(builder.config)) {
    builder.add(read_register(counter_register(counter)));
  }
  builder.add(read_register(4));
}

void read_results(ProgramBuilder& builder, const Command& layer, const std::vector<Op>& ops) {
  builder.add(Barrier{});
  for (const Buffer buffer : buffers_of(ops)) {
    if (!is_result(buffer)) continue;
    for_each_watched(region(builder.config, layer, buffer), [&](int lane, std::uint32_t addr) {
      builder.add(read_word(buffer, lane, addr));
    });
  }
  read_counters(builder);
}

void read_training(ProgramBuilder& builder, const std::vector<Command>& commands) {
  builder.add(Barrier{});
  const Footprint words = footprint(builder.config, commands);
  for (const auto* list : {&words.written, &words.watched}) {
    for (const Word& w : *list) builder.add(read_word(w.buffer, w.lane, w.addr));
  }
  read_counters(builder);
}

}  // namespace gradloom
