// SPDX-License-Identifier: Apache-2.0
#include "golden/split.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "golden/error.hpp"
#include "golden/numerics.hpp"

namespace gradloom::golden {
namespace {

int ceil_div(int value, int by) { return value / by + (value % by != 0 ? 1 : 0); }

/// The least depth among the buffers of the list that the command uses.
int least_depth(const Config& config, const Command& command,
                std::initializer_list<Buffer> buffers) {
  int least = std::numeric_limits<int>::max();
  for (const Buffer buffer : buffers) {
    if (uses(command, buffer)) least = std::min(least, depth(config, buffer));
  }
  return least;
}

/// Bounds that a chunk must keep: mt*b, nt*b and nt*m words, and the limits.
struct Bounds {
  int row_words;
  int col_words;
  int matrix_words;
};

/// At most `most` of `size`, and whole tiles of `lanes` unless it is all of `size` or less than
/// one tile. 0 if nothing is left.
int whole_tiles(int size, int most, int lanes) {
  const int part = std::min(size, most);
  if (part == size || part < lanes) return part;
  return part - part % lanes;
}

/// All tile counts that come from cutting `tiles` into equal numbers of chunks, descending.
std::vector<int> tile_counts(int tiles) {
  std::vector<int> counts{tiles};
  while (counts.back() > 1) {
    // The next smaller count is the one for the fewest chunks that is smaller.
    const int chunks = ceil_div(tiles, counts.back() - 1);
    counts.push_back(ceil_div(tiles, chunks));
  }
  return counts;
}

struct Layer {
  int m, n, b;
};

int lanes_of(int tiles, int lanes) {
  return static_cast<int>(
      std::min<std::int64_t>(std::int64_t{tiles} * lanes, std::numeric_limits<int>::max()));
}

/// Columns of a chunk that shall have `nt` tiles of them; 0 if nothing is left.
int chunk_columns(const Config& config, const Layer& layer, int nt) {
  return whole_tiles(layer.n, std::min(lanes_of(nt, config.cols), config.limits.n), config.cols);
}

/// Rows that a chunk of that many columns may have at most.
int most_rows(const Config& config, const Bounds& bounds, int columns) {
  return std::min(config.limits.m, bounds.matrix_words / ceil_div(columns, config.cols));
}

/// The chunk of `columns` columns and `mt` tile rows; nothing if it does not fit.
std::optional<ChunkSize> fit(const Config& config, const Bounds& bounds, const Layer& layer, int mt,
                             int columns) {
  ChunkSize size;
  size.n = columns;
  const int most_m = std::min(lanes_of(mt, config.rows), most_rows(config, bounds, columns));
  size.m = whole_tiles(layer.m, most_m, config.rows);
  if (size.m < 1) return std::nullopt;
  const int most_b =
      std::min({layer.b, config.limits.batch, bounds.col_words / ceil_div(columns, config.cols),
                bounds.row_words / ceil_div(size.m, config.rows)});
  if (most_b < 1) return std::nullopt;
  size.b = ceil_div(layer.b, ceil_div(layer.b, most_b));
  return size;
}

/// The fewest commands that chunks of `size.n` columns and at most `size.m` rows can give: the
/// batch is cut at least as much as the columns demand.
std::int64_t fewest_commands(const Config& config, const Bounds& bounds, const Layer& layer,
                             const ChunkSize& size) {
  const int most_b =
      std::min(config.limits.batch, bounds.col_words / ceil_div(size.n, config.cols));
  return std::int64_t{ceil_div(layer.m, size.m)} * ceil_div(layer.n, size.n) *
         ceil_div(layer.b, most_b);
}

/// The first of descending tile counts of M worth looking at: those before give what it gives, or
/// nothing.
std::vector<int>::const_iterator first_count(const Config& config, const Bounds& bounds,
                                             const std::vector<int>& counts, int columns) {
  const int most =
      std::min(ceil_div(most_rows(config, bounds, columns), config.rows), bounds.row_words);
  const auto first = std::partition_point(counts.begin(), counts.end(),
                                          [most](int count) { return count > most; });
  return first == counts.begin() ? first : first - 1;
}

/// What chunk_size() makes as small as it can, most important first.
std::tuple<std::int64_t, int, int, int, int> rank(const Layer& layer, Op op,
                                                  const ChunkSize& size) {
  const int m = ceil_div(layer.m, size.m);
  const int n = ceil_div(layer.n, size.n);
  const int b = ceil_div(layer.b, size.b);
  return {std::int64_t{m} * n * b, b, op == Op::fprop ? n : m, size.m, size.n};
}

/// Nothing if no command fits; with `update`, if none with the whole batch does. Ways to cut that
/// must give more commands than the best so far, or the same as the one before, are left out.
std::optional<ChunkSize> best_size(const Config& config, Op op, const Layer& layer, bool update) {
  Command command = make_command(op, Schedule::interleaved, 1, 1, 1);
  command.training.update = update;
  const Bounds bounds{least_depth(config, command, {Buffer::x, Buffer::dx}),
                      least_depth(config, command, {Buffer::delta, Buffer::y}),
                      least_depth(config, command, {Buffer::w, Buffer::dw})};
  const std::vector<int> rows = tile_counts(ceil_div(layer.m, config.rows));
  std::optional<ChunkSize> best;
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  for (const int nt : tile_counts(ceil_div(layer.n, config.cols))) {
    const int columns = chunk_columns(config, layer, nt);
    if (nt > bounds.col_words || columns < 1) continue;
    int last_m = 0;
    for (auto mt = first_count(config, bounds, rows, columns); mt != rows.end(); ++mt) {
      const std::optional<ChunkSize> size = fit(config, bounds, layer, *mt, columns);
      if (!size || size->m == last_m) continue;
      last_m = size->m;
      if (fewest_commands(config, bounds, layer, *size) > fewest) break;
      if (update && size->b < layer.b) continue;
      if (best && rank(layer, op, *size) >= rank(layer, op, *best)) continue;
      best = size;
      fewest = std::get<0>(rank(layer, op, *size));
    }
  }
  return best;
}

void require_layer(const Config& config, Op op, const Layer& layer) {
  if (!built(config, op)) {
    throw InputError(std::string("operation ") + name(op) + " is not built in configuration " +
                     config.name);
  }
  if (layer.m < 1 || layer.n < 1 || layer.b < 1) {
    throw InputError("layer size: found M=" + std::to_string(layer.m) +
                     " N=" + std::to_string(layer.n) + " B=" + std::to_string(layer.b) +
                     ", allowed 1 and above");
  }
}

Chunk make_chunk(Op op, Schedule schedule, const Layer& layer, const ChunkSize& size, int m0,
                 int n0, int b0) {
  Chunk chunk;
  chunk.m0 = m0;
  chunk.m = std::min(size.m, layer.m - m0);
  chunk.n0 = n0;
  chunk.n = std::min(size.n, layer.n - n0);
  chunk.b0 = b0;
  chunk.b = std::min(size.b, layer.b - b0);
  if (op == Op::fprop) chunk.acc_psum = m0 > 0;
  if (op == Op::dgrad || op == Op::backward) chunk.acc_psum = n0 > 0;
  if (op == Op::wgrad || op == Op::backward) chunk.acc_dw = b0 > 0;
  chunk.command = make_command(op, schedule, chunk.m, chunk.n, chunk.b);
  chunk.command.acc_psum = chunk.acc_psum;
  chunk.command.acc_dw = chunk.acc_dw;
  return chunk;
}

void require_terms_fit(const Config& config, Op op, int terms) {
  if (sum_fits(config.operand_bits, config.accumulator_bits, terms)) return;
  throw InputError(std::string(name(op)) + ": found a sum of " + std::to_string(terms) +
                   " products of " + std::to_string(config.operand_bits) +
                   "-bit operands, which may leave the " + std::to_string(config.accumulator_bits) +
                   "-bit accumulator; allowed with overflow refuse are sums that cannot");
}

}  // namespace

ChunkSize chunk_size(const Config& config, Op op, int m, int n, int b) {
  const Layer layer{m, n, b};
  require_layer(config, op, layer);
  const std::optional<ChunkSize> best = best_size(config, op, layer, false);
  if (!best) {
    throw InputError("configuration " + config.name + ": no command of operation " + name(op) +
                     " fits its buffers and limits");
  }
  return *best;
}

std::optional<ChunkSize> update_chunk_size(const Config& config, Op op, int m, int n, int b) {
  const Layer layer{m, n, b};
  require_layer(config, op, layer);
  if (!config.training.built) return std::nullopt;
  return best_size(config, op, layer, true);
}

ChunkCounts chunk_counts(const ChunkSize& size, int m, int n, int b) {
  return {ceil_div(m, size.m), ceil_div(n, size.n), ceil_div(b, size.b)};
}

MemoryLayer memory_layer(const Config& config, Op op, int m, int n, int b) {
  return {op, m, n, b, chunk_counts(chunk_size(config, op, m, n, b), m, n, b)};
}

std::vector<Chunk> split(const Config& config, Op op, Schedule schedule, int m, int n, int b,
                         LoopOrder order) {
  const Layer layer{m, n, b};
  const ChunkSize size = chunk_size(config, op, m, n, b);
  const ChunkCounts counts = chunk_counts(size, m, n, b);
  const LoopNest nest = loop_nest({op, m, n, b, counts}, order);
  const std::array<std::int64_t, 3> most{counts.m, counts.n, counts.b};  // as enum Direction
  std::array<int, 3> at{};
  const auto loop = [&](std::size_t level) -> std::pair<int&, std::int64_t> {
    const auto direction = static_cast<std::size_t>(nest[level]);
    return {at[direction], most[direction]};
  };
  std::vector<Chunk> chunks;
  for (auto [i, i_end] = loop(0); i < i_end; ++i) {
    for (auto [j, j_end] = loop(1); j < j_end; ++j) {
      for (auto [k, k_end] = loop(2); k < k_end; ++k) {
        chunks.push_back(
            make_chunk(op, schedule, layer, size, at[0] * size.m, at[1] * size.n, at[2] * size.b));
      }
      loop(2).first = 0;
    }
    loop(1).first = 0;
  }
  return chunks;
}

void require_sum_fits(const Config& config, Op op, int m, int n, int b) {
  if (config.overflow != Overflow::refuse) return;
  if (op == Op::fprop) require_terms_fit(config, Op::fprop, m);
  if (op == Op::dgrad || op == Op::backward) require_terms_fit(config, Op::dgrad, n);
  if (op == Op::wgrad || op == Op::backward) require_terms_fit(config, Op::wgrad, b);
}

Matrix split_fprop(const Config& config, const std::vector<Chunk>& chunks, const Matrix& x,
                   const Matrix& w) {
  Matrix y(x.rows, w.cols);
  for (const Chunk& c : chunks) {
    const Matrix start = block(y, c.b0, c.b, c.n0, c.n);
    put_block(y, c.b0, c.n0,
              fprop(block(x, c.b0, c.b, c.m0, c.m), block(w, c.m0, c.m, c.n0, c.n),
                    accumulator(config), c.acc_psum ? &start : nullptr));
  }
  return y;
}

Matrix split_dgrad(const Config& config, const std::vector<Chunk>& chunks, const Matrix& delta,
                   const Matrix& w) {
  Matrix dx(delta.rows, w.rows);
  for (const Chunk& c : chunks) {
    const Matrix start = block(dx, c.b0, c.b, c.m0, c.m);
    put_block(dx, c.b0, c.m0,
              dgrad(block(delta, c.b0, c.b, c.n0, c.n), block(w, c.m0, c.m, c.n0, c.n),
                    accumulator(config), c.acc_psum ? &start : nullptr));
  }
  return dx;
}

Matrix split_wgrad(const Config& config, const std::vector<Chunk>& chunks, const Matrix& x,
                   const Matrix& delta) {
  Matrix dw(x.cols, delta.cols);
  for (const Chunk& c : chunks) {
    const Matrix start = block(dw, c.m0, c.m, c.n0, c.n);
    put_block(dw, c.m0, c.n0,
              wgrad(block(x, c.b0, c.b, c.m0, c.m), block(delta, c.b0, c.b, c.n0, c.n),
                    accumulator(config), c.acc_dw ? &start : nullptr));
  }
  return dw;
}

Matrix block(const Matrix& matrix, int row, int rows, int col, int cols) {
  Matrix part(rows, cols);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < cols; ++c) part.at(r, c) = matrix.at(row + r, col + c);
  }
  return part;
}

void put_block(Matrix& whole, int row, int col, const Matrix& part) {
  for (int r = 0; r < part.rows; ++r) {
    for (int c = 0; c < part.cols; ++c) whole.at(row + r, col + c) = part.at(r, c);
  }
}

}  // namespace gradloom::golden
