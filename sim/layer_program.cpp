// SPDX-License-Identifier: Apache-2.0
#include "sim/layer_program.hpp"

#include <stdexcept>

#include "generator/interrupt.hpp"
#include "golden/numerics.hpp"
#include "golden/split.hpp"

namespace gradloom {
namespace {

using golden::Chunk;

// The block of a matrix that a chunk works on.
struct Area {
  int row0 = 0;
  int rows = 0;
  int col0 = 0;
  int cols = 0;
};

Area area_of(Buffer buffer, const Chunk& c) {
  switch (buffer) {
    case Buffer::x:
    case Buffer::dx: return {c.b0, c.b, c.m0, c.m};
    case Buffer::delta:
    case Buffer::y: return {c.b0, c.b, c.n0, c.n};
    case Buffer::w:
    case Buffer::dw: return {c.m0, c.m, c.n0, c.n};
    default: break;
  }
  return {};
}

void load(const Config& config, Buffer buffer, const Chunk& chunk, const Matrix& matrix,
          Program& program) {
  const Area area = area_of(buffer, chunk);
  // Of a master weight the array takes the upper bits.
  const int spare = buffer == Buffer::w ? word_bits(config, buffer) - config.operand_bits : 0;
  for (int row = 0; row < area.rows; ++row) {
    for (int col = 0; col < area.cols; ++col) {
      const Location at = locate(config, buffer, chunk.command, row, col);
      const std::int64_t value = matrix.at(area.row0 + row, area.col0 + col);
      program.push_back(write_word(buffer, at.lane, at.addr, value * (std::int64_t{1} << spare)));
    }
  }
}

void read_back(const Config& config, Buffer buffer, const Chunk& chunk, LayerProgram& out) {
  const Area area = area_of(buffer, chunk);
  for (int row = 0; row < area.rows; ++row) {
    for (int col = 0; col < area.cols; ++col) {
      const Location at = locate(config, buffer, chunk.command, row, col);
      out.program.push_back(read_word(buffer, at.lane, at.addr));
      out.targets.push_back({buffer, area.row0 + row, area.col0 + col});
    }
  }
}

// dW as the chunks so far have left it, for the words that the next ones add to.
void add_chunk(const Config& config, const Chunk& chunk, const LayerOperands& operands,
               Matrix& dw) {
  const Matrix x = golden::block(operands.x, chunk.b0, chunk.b, chunk.m0, chunk.m);
  const Matrix delta = golden::block(operands.delta, chunk.b0, chunk.b, chunk.n0, chunk.n);
  const Matrix old = golden::block(dw, chunk.m0, chunk.m, chunk.n0, chunk.n);
  golden::put_block(
      dw, chunk.m0, chunk.n0,
      golden::wgrad(x, delta, golden::accumulator(config), chunk.acc_dw ? &old : nullptr));
}

bool has(Op op, Op part) { return op == part || (op == Op::backward && part != Op::fprop); }

}  // namespace

LayerShape shape_of(Op op, const LayerOperands& operands) {
  const bool use_x = op != Op::dgrad;
  const bool use_w = op != Op::wgrad;
  const bool use_delta = op != Op::fprop;
  LayerShape shape;
  shape.m = use_x ? operands.x.cols : operands.w.rows;
  shape.n = use_w ? operands.w.cols : operands.delta.cols;
  shape.b = use_x ? operands.x.rows : operands.delta.rows;
  if ((use_w && (operands.w.rows != shape.m || operands.w.cols != shape.n)) ||
      (use_delta && (operands.delta.rows != shape.b || operands.delta.cols != shape.n))) {
    throw std::invalid_argument("operands of a layer have different shapes");
  }
  return shape;
}

Location locate(const Config& config, Buffer buffer, const golden::Command& command, int row,
                int col) {
  const int banks = lanes(config, buffer);
  const bool matrix = buffer == Buffer::w || buffer == Buffer::dw;
  const std::uint32_t line = matrix ? command.m : command.b;
  const auto base = command.bases[static_cast<std::size_t>(buffer)];
  return {col % banks,
          base + static_cast<std::uint32_t>(col / banks) * line + static_cast<std::uint32_t>(row)};
}

LayerProgram layer_program(const Config& config, Op op, Schedule schedule,
                           const LayerOperands& operands) {
  const LayerShape shape = shape_of(op, operands);
  golden::require_sum_fits(config, op, shape.m, shape.n, shape.b);
  LayerProgram out;
  Matrix dw(has(op, Op::wgrad) ? shape.m : 0, has(op, Op::wgrad) ? shape.n : 0);
  for (const Chunk& chunk : golden::split(config, op, schedule, shape.m, shape.n, shape.b)) {
    check_interrupt();  // a large layer with small buffers takes seconds
    if (op != Op::dgrad) load(config, Buffer::x, chunk, operands.x, out.program);
    if (op != Op::wgrad) load(config, Buffer::w, chunk, operands.w, out.program);
    if (op != Op::fprop) load(config, Buffer::delta, chunk, operands.delta, out.program);
    if (chunk.acc_dw) load(config, Buffer::dw, chunk, dw, out.program);
    out.program.push_back(Barrier{});
    out.program.push_back(RunCommand{chunk.command});
    out.program.push_back(Barrier{});
    ++out.commands;
    if (has(op, Op::wgrad)) add_chunk(config, chunk, operands, dw);
    if (op == Op::fprop && chunk.m0 + chunk.m == shape.m) {
      read_back(config, Buffer::y, chunk, out);
    }
    if (has(op, Op::dgrad) && chunk.n0 + chunk.n == shape.n) {
      read_back(config, Buffer::dx, chunk, out);
    }
    if (has(op, Op::wgrad)) read_back(config, Buffer::dw, chunk, out);
  }
  return out;
}

LayerResults layer_results(const Config& config, Op op, const LayerShape& shape,
                           const std::vector<ReadTarget>& targets,
                           const std::vector<ReadResult>& reads) {
  if (targets.size() != reads.size()) throw std::invalid_argument("reads without an answer");
  LayerResults results;
  if (op == Op::fprop) results.y = Matrix(shape.b, shape.n);
  if (has(op, Op::dgrad)) results.dx = Matrix(shape.b, shape.m);
  if (has(op, Op::wgrad)) results.dw = Matrix(shape.m, shape.n);
  const int bits = derive(config).host_w;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const ReadTarget& target = targets[i];
    Matrix& matrix = target.buffer == Buffer::y    ? results.y
                     : target.buffer == Buffer::dx ? results.dx
                                                   : results.dw;
    matrix.at(target.row, target.col) =
        golden::wrap(static_cast<std::int64_t>(reads[i].data), bits);
  }
  return results;
}

LayerResults expected_results(const Config& config, Op op, Schedule schedule,
                              const LayerOperands& operands) {
  const LayerShape shape = shape_of(op, operands);
  const auto chunks = golden::split(config, op, schedule, shape.m, shape.n, shape.b);
  LayerResults results;
  if (op == Op::fprop) results.y = golden::split_fprop(config, chunks, operands.x, operands.w);
  if (has(op, Op::dgrad)) {
    results.dx = golden::split_dgrad(config, chunks, operands.delta, operands.w);
  }
  if (has(op, Op::wgrad)) {
    results.dw = golden::split_wgrad(config, chunks, operands.x, operands.delta);
  }
  return results;
}

}  // namespace gradloom
