// SPDX-License-Identifier: Apache-2.0
// A network that trains in integers, as docs/numerics.md, section 8.10, says: what the chip
// computes, by layers and not by commands or cycles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "golden/config.hpp"
#include "golden/net_numbers.hpp"
#include "golden/training_math.hpp"

namespace gradloom::golden {

/// A row-major matrix of operands (at most 16 bits).
struct Operands {
  int rows = 0;
  int cols = 0;
  std::vector<std::int16_t> data;

  Operands() = default;
  Operands(int row_count, int col_count)
      : rows(row_count),
        cols(col_count),
        data(static_cast<std::size_t>(row_count) * static_cast<std::size_t>(col_count)) {}
  std::int16_t* row(int r) { return data.data() + index(r, 0); }
  const std::int16_t* row(int r) const { return data.data() + index(r, 0); }
  std::int16_t& at(int r, int c) { return data[index(r, c)]; }
  std::int16_t at(int r, int c) const { return data[index(r, c)]; }
  bool operator==(const Operands&) const = default;

 private:
  std::size_t index(int r, int c) const {
    return static_cast<std::size_t>(r) * static_cast<std::size_t>(cols) +
           static_cast<std::size_t>(c);
  }
};

/// The parameters of a layer: master weights [m][n] of q bits, biases [n], accumulator words.
struct LayerState {
  std::vector<std::int32_t> masters;
  std::vector<std::int64_t> bias;
  bool operator==(const LayerState&) const = default;
};

/// The generators of all lanes (section 8.1): one of each kind for each column, or row.
struct Generators {
  std::vector<std::uint32_t> column;
  std::vector<std::uint32_t> row_backward;
  std::vector<std::uint32_t> row_update;
  bool operator==(const Generators&) const = default;
};

/// After SEED was written with `seed`; 0: after reset.
Generators seeded(const Config& config, std::uint32_t seed);

/// All that changes while a network trains.
struct NetState {
  std::vector<LayerState> layers;
  Generators generators;
  bool operator==(const NetState&) const = default;
};

/// FNV-1a, 64 bits, over masters (4 bytes, little-endian) and biases (8 bytes), layer by layer.
std::uint64_t hash_of(const std::vector<LayerState>& layers);

/// How a layer is cut into commands, where that shows: only in the order of the draws of the weight
/// update. Largest chunk of M and N (whole tiles); 0: not cut.
struct LayerCut {
  int m = 0;
  int n = 0;
};

/// A network on an array with training hardware.
class TrainingNet {
 public:
  /// Throws std::invalid_argument if numbers, state and configuration do not agree: shapes, ranges
  /// of the fields, activations and roundings that are not built. `cuts`: one for each layer, or
  /// empty.
  TrainingNet(const Config& config, NetNumbers numbers, NetState state,
              std::vector<LayerCut> cuts = {});

  /// The forward pass of a training step, x [B, M]; takes draws with sr_post.
  void forward(const Operands& x);
  /// The loss gradient of the last layer (section 8.5) from `forward` and targets [B, N].
  Operands loss_delta(const Operands& targets) const;
  /// The rest of the step, from the delta of the last layer [B, N], be it from `loss_delta` or from
  /// the host.
  void backward(const Operands& delta);
  /// The three together.
  void step(const Operands& x, const Operands& targets);

  /// Outputs of the last layer, rounded to nearest; changes nothing.
  Operands infer(const Operands& x) const;

  /// x, then the outputs of each layer, as of the last `forward`.
  const std::vector<Operands>& activations() const { return activations_; }
  /// delta of each layer as of the last `backward`.
  const std::vector<Operands>& deltas() const { return deltas_; }
  const NetState& state() const { return state_; }
  const NetNumbers& numbers() const { return numbers_; }

 private:
  void check() const;
  void check_layer(std::size_t k) const;
  /// t [B, N] of a layer.
  std::vector<std::int64_t> biased_sums(std::size_t k, const Operands& x) const;
  Operands lanes_to_nearest(std::size_t k, const std::vector<std::int64_t>& t, int rows) const;
  std::optional<std::uint32_t> draw(bool stochastic, std::vector<std::uint32_t>& generators,
                                    int lane);
  void forward_layer(std::size_t k);
  void backward_lane(std::size_t k);
  void update_bias(std::size_t k);
  void update_weights(std::size_t k);
  void update_tiles(std::size_t k, const std::vector<std::int64_t>& dw, int m0, int m1, int n0,
                    int n1);
  void load_weights(std::size_t k);

  Config config_;
  NetNumbers numbers_;
  NetState state_;
  std::vector<LayerCut> cuts_;
  ActivationUnit unit_;
  std::vector<std::vector<std::int16_t>> weights_;  // upper bits of the masters
  std::vector<Operands> activations_;
  std::vector<std::vector<std::uint32_t>> derivatives_;  // of the outputs of each layer
  std::vector<Operands> deltas_;
};

}  // namespace gradloom::golden
