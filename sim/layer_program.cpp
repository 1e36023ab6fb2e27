// SPDX-License-Identifier: Apache-2.0
#include "sim/layer_program.hpp"

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

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
  bool operator==(const Area&) const = default;
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

bool has(Op op, Op part) { return op == part || (op == Op::backward && part != Op::fprop); }

/// Carries the blocks of the chunks between memory and the buffers. What lies in a buffer stays
/// until another block is needed there.
class ProgramMaker {
 public:
  /// `words`: what will move; sums that never come back need not be known.
  ProgramMaker(const Config& config, Op op, const LayerShape& shape,
               const golden::BufferWords& words)
      : config_(config),
        op_(op),
        words_(words),
        y_(op == Op::fprop ? shape.b : 0, op == Op::fprop ? shape.n : 0),
        dx_(has(op, Op::dgrad) ? shape.b : 0, has(op, Op::dgrad) ? shape.m : 0),
        dw_(has(op, Op::wgrad) ? shape.m : 0, has(op, Op::wgrad) ? shape.n : 0) {}

  void add(const Chunk& chunk, const LayerOperands& operands) {
    if (op_ != Op::dgrad) fetch(Buffer::x, chunk, operands.x);
    if (op_ != Op::wgrad) fetch(Buffer::w, chunk, operands.w);
    if (op_ != Op::fprop) fetch(Buffer::delta, chunk, operands.delta);
    if (op_ == Op::fprop) make_room(Buffer::y, chunk, chunk.acc_psum, y_);
    if (has(op_, Op::dgrad)) make_room(Buffer::dx, chunk, chunk.acc_psum, dx_);
    if (has(op_, Op::wgrad)) make_room(Buffer::dw, chunk, chunk.acc_dw, dw_);
    out_.program.push_back(Barrier{});
    out_.program.push_back(RunCommand{chunk.command});
    out_.program.push_back(Barrier{});
    ++out_.commands;
    add_sums(chunk, operands);
  }

  LayerProgram finish() {
    for (const Buffer buffer : {Buffer::y, Buffer::dx, Buffer::dw}) take_out(buffer);
    return std::move(out_);
  }

 private:
  std::optional<Chunk>& held(Buffer buffer) { return held_[static_cast<std::size_t>(buffer)]; }
  golden::MemoryWords& moved(Buffer buffer) { return out_.moved[static_cast<std::size_t>(buffer)]; }

  bool comes_back(Buffer buffer) const { return words_[static_cast<std::size_t>(buffer)].read > 0; }

  bool holds(Buffer buffer, const Chunk& chunk) {
    return held(buffer) && area_of(buffer, *held(buffer)) == area_of(buffer, chunk);
  }

  void fetch(Buffer buffer, const Chunk& chunk, const Matrix& matrix) {
    if (!holds(buffer, chunk)) load(buffer, chunk, matrix);
    held(buffer) = chunk;
  }

  void make_room(Buffer buffer, const Chunk& chunk, bool accumulate, const Matrix& sums) {
    if (!holds(buffer, chunk)) {
      take_out(buffer);
      if (accumulate) load(buffer, chunk, sums);
    }
    held(buffer) = chunk;
  }

  void load(Buffer buffer, const Chunk& chunk, const Matrix& matrix) {
    const Area area = area_of(buffer, chunk);
    // Of a master weight the array takes the upper bits.
    const int spare = buffer == Buffer::w ? word_bits(config_, buffer) - config_.operand_bits : 0;
    for (int row = 0; row < area.rows; ++row) {
      for (int col = 0; col < area.cols; ++col) {
        const Location at = locate(config_, buffer, chunk.command, row, col);
        const std::int64_t value = matrix.at(area.row0 + row, area.col0 + col);
        out_.program.push_back(
            write_word(buffer, at.lane, at.addr, value * (std::int64_t{1} << spare)));
        ++moved(buffer).read;
      }
    }
  }

  void take_out(Buffer buffer) {
    if (!held(buffer)) return;
    const Area area = area_of(buffer, *held(buffer));
    for (int row = 0; row < area.rows; ++row) {
      for (int col = 0; col < area.cols; ++col) {
        const Location at = locate(config_, buffer, held(buffer)->command, row, col);
        out_.program.push_back(read_word(buffer, at.lane, at.addr));
        out_.targets.push_back({buffer, area.row0 + row, area.col0 + col});
        ++moved(buffer).written;
      }
    }
  }

  /// Sums as the chunks so far have left them, for those that come back into a buffer.
  void add_sums(const Chunk& c, const LayerOperands& operands) {
    const auto acc = golden::accumulator(config_);
    const auto part = [&](Buffer buffer, const Matrix& whole) {
      const Area area = area_of(buffer, c);
      return golden::block(whole, area.row0, area.rows, area.col0, area.cols);
    };
    if (comes_back(Buffer::y)) {
      const Matrix old = part(Buffer::y, y_);
      golden::put_block(y_, c.b0, c.n0,
                        golden::fprop(part(Buffer::x, operands.x), part(Buffer::w, operands.w), acc,
                                      c.acc_psum ? &old : nullptr));
    }
    if (comes_back(Buffer::dx)) {
      const Matrix old = part(Buffer::dx, dx_);
      golden::put_block(
          dx_, c.b0, c.m0,
          golden::dgrad(part(Buffer::delta, operands.delta), part(Buffer::w, operands.w), acc,
                        c.acc_psum ? &old : nullptr));
    }
    if (comes_back(Buffer::dw)) {
      const Matrix old = part(Buffer::dw, dw_);
      golden::put_block(
          dw_, c.m0, c.n0,
          golden::wgrad(part(Buffer::x, operands.x), part(Buffer::delta, operands.delta), acc,
                        c.acc_dw ? &old : nullptr));
    }
  }

  const Config& config_;
  Op op_;
  golden::BufferWords words_;
  Matrix y_;
  Matrix dx_;
  Matrix dw_;
  std::array<std::optional<Chunk>, kBaseCount> held_;
  LayerProgram out_;
};

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
                           const LayerOperands& operands, golden::LoopOrder order) {
  const LayerShape shape = shape_of(op, operands);
  golden::require_sum_fits(config, op, shape.m, shape.n, shape.b);
  const auto layer = golden::memory_layer(config, op, shape.m, shape.n, shape.b);
  const auto words = golden::memory_words(layer, golden::loop_nest(layer, order));
  ProgramMaker maker(config, op, shape, words);
  for (const Chunk& chunk : golden::split(config, op, schedule, shape.m, shape.n, shape.b, order)) {
    check_interrupt();  // a large layer with small buffers takes seconds
    maker.add(chunk, operands);
  }
  return maker.finish();
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
