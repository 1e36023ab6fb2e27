// SPDX-License-Identifier: Apache-2.0
// Layers larger than the buffers, cut into commands (docs/numerics.md, section 5).
#pragma once

#include <optional>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/engine.hpp"
#include "golden/loop_order.hpp"
#include "golden/matrix.hpp"

namespace gradloom::golden {

/// Rows [m0, m0+m), columns [n0, n0+n) and vectors [b0, b0+b) of a layer, and the command for
/// them, at base 0 of every buffer. With acc_psum the partial sums of the chunk must be in the
/// buffer, with acc_dw its DW words: as left by the chunk before that added to the same sums. The
/// tools put them back if another block was in the buffer in between.
struct Chunk {
  int m0 = 0;
  int m = 0;
  int n0 = 0;
  int n = 0;
  int b0 = 0;
  int b = 0;
  bool acc_psum = false;
  bool acc_dw = false;
  Command command;
};

/// Largest chunk in each direction. The last chunk of a direction may be smaller.
struct ChunkSize {
  int m = 0;
  int n = 0;
  int b = 0;
};

/// The chunk size for a layer. Considered are all ways to cut the tile rows and the tile columns
/// into equal numbers of tiles (the last may have fewer), made smaller if a limit or the depth of W
/// or DW demands (by whole tiles, or below one tile if not even one fits), each with the longest
/// batch that then fits, cut evenly. Taken is the one with the fewest commands; among these the one
/// with the fewest chunks of B (dW is loaded again for each), then with the fewest of N (fprop) or
/// of M (the others), then the smallest chunk of M and of N (an even cut). Throws InputError if the
/// operation is not built or a size is below 1. With `saturate` the chunks of B show in dW, so
/// whoever drives the array must cut the layer with this function to get the same numbers.
ChunkSize chunk_size(const Config& config, Op op, int m, int n, int b);

/// The same for wgrad or backward commands with update: W is changed by each, so the batch is not
/// cut, and there is no DW. Nothing if no such command fits.
std::optional<ChunkSize> update_chunk_size(const Config& config, Op op, int m, int n, int b);

/// Chunks of that size in each direction.
ChunkCounts chunk_counts(const ChunkSize& size, int m, int n, int b);

/// The layer with the chunks that chunk_size() gives it. Throws as chunk_size.
MemoryLayer memory_layer(const Config& config, Op op, int m, int n, int b);

/// The commands of a layer, in an order of docs/numerics.md, section 5. Throws as chunk_size.
std::vector<Chunk> split(const Config& config, Op op, Schedule schedule, int m, int n, int b,
                         LoopOrder order = LoopOrder::fixed);

/// Throws InputError if overflow is `refuse` and a sum over the whole layer (M terms for fprop, N
/// for dgrad, B for wgrad, both for backward) could leave the accumulator.
void require_sum_fits(const Config& config, Op op, int m, int n, int b);

/// Results of a layer as its chunks form them one after the other; with `saturate` that is not the
/// same as the unsplit layer for dW. The chunks must be those of split() for an operation that
/// includes the one asked for. Throw std::invalid_argument if the shapes do not agree.
Matrix split_fprop(const Config& config, const std::vector<Chunk>& chunks, const Matrix& x,
                   const Matrix& w);
Matrix split_dgrad(const Config& config, const std::vector<Chunk>& chunks, const Matrix& delta,
                   const Matrix& w);
Matrix split_wgrad(const Config& config, const std::vector<Chunk>& chunks, const Matrix& x,
                   const Matrix& delta);

/// Rows [row, row+rows), columns [col, col+cols) of a matrix. They must exist.
Matrix block(const Matrix& matrix, int row, int rows, int col, int cols);
/// Writes `part` into `whole` from (row, col) on. It must fit.
void put_block(Matrix& whole, int row, int col, const Matrix& part);

}  // namespace gradloom::golden
