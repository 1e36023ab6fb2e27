// SPDX-License-Identifier: Apache-2.0
// A whole layer as a program: split into commands, operands loaded, partial sums carried over,
// results read back.
#pragma once

#include <vector>

#include "golden/config.hpp"
#include "golden/loop_order.hpp"
#include "golden/matrix.hpp"
#include "golden/ports.hpp"
#include "sim/program.hpp"

namespace gradloom {

/// Operands of a layer; those that the operation does not use may be empty.
struct LayerOperands {
  Matrix x;      ///< [B, M]
  Matrix w;      ///< [M, N]
  Matrix delta;  ///< [B, N]
};

/// Results of a layer; those that the operation does not form stay empty.
struct LayerResults {
  Matrix y;   ///< [B, N]
  Matrix dx;  ///< [B, M]
  Matrix dw;  ///< [M, N]
  bool operator==(const LayerResults&) const = default;
};

/// Shape of a layer.
struct LayerShape {
  int m = 0;
  int n = 0;
  int b = 0;
};

/// The shape that the operands of an operation have. Throws std::invalid_argument if they do not
/// agree with each other.
LayerShape shape_of(Op op, const LayerOperands& operands);

/// Where the answer to a read belongs.
struct ReadTarget {
  Buffer buffer = Buffer::y;  ///< Y, DX or DW
  int row = 0;
  int col = 0;
};

struct LayerProgram {
  Program program;
  std::vector<ReadTarget> targets;  ///< one for each read, in order
  int commands = 0;
  /// Words that go into the buffers and out of them: those of golden::memory_words().
  golden::BufferWords moved{};
};

/// Throws InputError if the operation is not built or a sum could overflow under `refuse`,
/// Interrupted.
LayerProgram layer_program(const Config& config, Op op, Schedule schedule,
                           const LayerOperands& operands,
                           golden::LoopOrder order = golden::LoopOrder::fixed);

/// Puts the answers where they belong.
LayerResults layer_results(const Config& config, Op op, const LayerShape& shape,
                           const std::vector<ReadTarget>& targets,
                           const std::vector<ReadResult>& reads);

/// What docs/numerics.md says the results are, computed without any model of the array.
LayerResults expected_results(const Config& config, Op op, Schedule schedule,
                              const LayerOperands& operands);

/// Where element (row, col) of a matrix lies: X and DX by column (m), the others by column (n),
/// as docs/architecture.md, section 2 says. `batch` and `m` are those of the command.
struct Location {
  int lane = 0;
  std::uint32_t addr = 0;
};
Location locate(const Config& config, Buffer buffer, const golden::Command& command, int row,
                int col);

}  // namespace gradloom
