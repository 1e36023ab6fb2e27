// SPDX-License-Identifier: Apache-2.0
#include "golden/training_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "golden/numerics.hpp"

namespace gradloom::golden {
namespace {

using Sums = std::vector<std::int64_t>;

std::size_t size_of(int rows, int cols) {
  return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
}

void require(bool good, const std::string& what) {
  if (!good) throw std::invalid_argument(what);
}

/// out[j] += factor * in[j], exactly: the caller knows that T holds the sums.
template <typename T>
void add_scaled(T* out, const std::int16_t* in, std::int32_t factor, int count) {
  for (int j = 0; j < count; ++j) out[j] += static_cast<T>(factor) * static_cast<T>(in[j]);
}

/// out[j] = add(out[j], factor * in[j]).
void add_scaled_saturating(std::int64_t* out, const std::int16_t* in, std::int32_t factor,
                           int count, int bits) {
  for (int j = 0; j < count; ++j) {
    out[j] = add(out[j], std::int64_t{factor} * in[j], bits, Overflow::saturate);
  }
}

/// sum(i, j) over k = 0..depth-1, ascending, of left(i, k) * right[k][j]; rows of `right` have
/// `cols` elements.
template <typename T, typename Left>
std::vector<T> exact_product(int rows, int depth, int cols, Left left, const std::int16_t* right) {
  std::vector<T> sums(size_of(rows, cols));
  for (int k = 0; k < depth; ++k) {
    for (int i = 0; i < rows; ++i) {
      const std::int32_t factor = left(i, k);
      if (factor != 0) add_scaled(&sums[size_of(i, cols)], right + size_of(k, cols), factor, cols);
    }
  }
  return sums;
}

/// The same with the overflow policy of the configuration, as fast as it allows.
template <typename Left>
Sums product(const Config& config, int rows, int depth, int cols, Left left,
             const std::int16_t* right) {
  const int p = config.operand_bits;
  const int a = config.accumulator_bits;
  const bool fits = sum_fits(p, a, depth);
  if (config.overflow == Overflow::saturate && !fits) {
    Sums sums(size_of(rows, cols));
    for (int k = 0; k < depth; ++k) {
      for (int i = 0; i < rows; ++i) {
        add_scaled_saturating(&sums[size_of(i, cols)], right + size_of(k, cols), left(i, k), cols,
                              a);
      }
    }
    return sums;
  }
  if (sum_fits(p, 32, depth)) {
    const auto sums = exact_product<std::int32_t>(rows, depth, cols, left, right);
    Sums result(sums.begin(), sums.end());
    if (!fits) std::for_each(result.begin(), result.end(), [a](auto& v) { v = wrap(v, a); });
    return result;
  }
  Sums sums = exact_product<std::int64_t>(rows, depth, cols, left, right);
  if (!fits) std::for_each(sums.begin(), sums.end(), [a](auto& v) { v = wrap(v, a); });
  return sums;
}

std::vector<std::int16_t> transposed(const std::vector<std::int16_t>& in, int rows, int cols) {
  std::vector<std::int16_t> out(in.size());
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < cols; ++c)
      out[size_of(c, rows) + size_of(r, 1)] = in[size_of(r, cols) + size_of(c, 1)];
  }
  return out;
}

void hash_bytes(std::uint64_t& hash, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    hash ^= value >> (8 * i) & 0xFFU;
    hash *= 0x100000001B3ULL;
  }
}

bool in_bits(std::int64_t value, int bits) {
  return value >= min_value(bits) && value <= max_value(bits);
}

bool in_range(std::int64_t value, std::int64_t low, std::int64_t high) {
  return value >= low && value <= high;
}

}  // namespace

Generators seeded(const Config& config, std::uint32_t seed) {
  Generators generators;
  for (int lane = 0; lane < config.cols; ++lane) {
    generators.column.push_back(seeded_state(seed, Generator::column, lane));
  }
  for (int lane = 0; lane < config.rows; ++lane) {
    generators.row_backward.push_back(seeded_state(seed, Generator::row_backward, lane));
    generators.row_update.push_back(seeded_state(seed, Generator::row_update, lane));
  }
  return generators;
}

std::uint64_t hash_of(const std::vector<LayerState>& layers) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const LayerState& layer : layers) {
    for (const std::int32_t v : layer.masters) hash_bytes(hash, static_cast<std::uint32_t>(v), 4);
    for (const std::int64_t v : layer.bias) hash_bytes(hash, static_cast<std::uint64_t>(v), 8);
  }
  return hash;
}

TrainingNet::TrainingNet(const Config& config, NetNumbers numbers, NetState state,
                         std::vector<LayerCut> cuts)
    : config_(config),
      numbers_(std::move(numbers)),
      state_(std::move(state)),
      cuts_(std::move(cuts)),
      unit_(config.operand_bits) {
  check();
  cuts_.resize(numbers_.layers.size());
  weights_.resize(numbers_.layers.size());
  derivatives_.resize(numbers_.layers.size());
  deltas_.resize(numbers_.layers.size());
  for (std::size_t k = 0; k < numbers_.layers.size(); ++k) load_weights(k);
}

void TrainingNet::check() const {
  require(config_.training.built, "training hardware is not built");
  require(!numbers_.layers.empty(), "there is no layer");
  require(state_.layers.size() == numbers_.layers.size(), "state and numbers differ in layers");
  require(cuts_.empty() || cuts_.size() == numbers_.layers.size(), "cuts and layers differ");
  const bool draws = numbers_.sr_post || numbers_.sr_update;
  require(!draws || config_.training.stochastic, "stochastic rounding is not built");
  const Generators& all = state_.generators;
  require(all.column.size() == static_cast<std::size_t>(config_.cols) &&
              all.row_backward.size() == static_cast<std::size_t>(config_.rows) &&
              all.row_update.size() == static_cast<std::size_t>(config_.rows),
          "generators and lanes differ");
  for (std::size_t k = 0; k < numbers_.layers.size(); ++k) check_layer(k);
}

void TrainingNet::check_layer(std::size_t k) const {
  const LayerNumbers& layer = numbers_.layers[k];
  const LayerState& state = state_.layers[k];
  const int p = config_.operand_bits;
  const auto need = [k](bool good, const char* what) {
    require(good, fmt::format("layer {}: {}", k + 1, what));
  };
  need(layer.m > 0 && layer.n > 0, "m and n must be at least 1");
  need(k == 0 || layer.m == numbers_.layers[k - 1].n, "m must be n of the layer below");
  need(state.masters.size() == size_of(layer.m, layer.n), "masters must be m x n");
  need(state.bias.size() == size_of(layer.n, 1), "there must be n biases");
  need(in_range(layer.act, 0, kActivationCount - 1) &&
           built(config_, static_cast<ActivationCode>(layer.act)),
       "the activation is not built");
  need(in_range(layer.leak, 0, 7), "leak must be in 0..7");
  for (const int scale : {layer.scale, layer.back_scale, layer.bias_scale}) {
    need(in_range(scale, 0, 65535), "a scale must be in 0..65535");
  }
  for (const int shift : {layer.shift, layer.back_shift, layer.bias_shift}) {
    need(in_range(shift, 0, 63), "a shift must be in 0..63");
  }
  need(in_range(layer.rate, 0, max_value(p)), "rate must be below 2^(p-1)");
  need(in_range(layer.rate_shift, 0, 2 * p - 1), "rate_shift must be below 2p");
  need(in_range(layer.decay, 0, config_.training.weight_decay ? max_value(p) : 0),
       "decay must be below 2^(p-1), and 0 if weight decay is not built");
  const auto master = [this](std::int64_t v) { return in_bits(v, config_.training.master_bits); };
  const auto word = [this](std::int64_t v) { return in_bits(v, config_.accumulator_bits); };
  need(std::all_of(state.masters.begin(), state.masters.end(), master),
       "a master weight is out of range");
  need(std::all_of(state.bias.begin(), state.bias.end(), word), "a bias is out of range");
  if (!cuts_.empty()) {
    need(cuts_[k].m % config_.rows == 0 && cuts_[k].n % config_.cols == 0,
         "a cut must be of whole tiles");
  }
}

void TrainingNet::load_weights(std::size_t k) {
  const std::vector<std::int32_t>& masters = state_.layers[k].masters;
  weights_[k].resize(masters.size());
  std::transform(masters.begin(), masters.end(), weights_[k].begin(), [this](std::int32_t master) {
    return static_cast<std::int16_t>(
        weight_of(master, config_.operand_bits, config_.training.master_bits));
  });
}

std::optional<std::uint32_t> TrainingNet::draw(bool stochastic,
                                               std::vector<std::uint32_t>& generators, int lane) {
  if (!stochastic) return std::nullopt;
  std::uint32_t& state = generators[static_cast<std::size_t>(lane)];
  state = next_draw(state);
  return state;
}

Sums TrainingNet::biased_sums(std::size_t k, const Operands& x) const {
  const LayerNumbers& layer = numbers_.layers[k];
  require(x.cols == layer.m, "X [B, M] and W [M, N]");
  const auto left = [&x](int b, int m) { return std::int32_t{x.at(b, m)}; };
  Sums t = product(config_, x.rows, layer.m, layer.n, left, weights_[k].data());
  const std::vector<std::int64_t>& bias = state_.layers[k].bias;
  for (std::size_t i = 0; i < t.size(); ++i) {
    t[i] = add_bias(t[i], bias[i % bias.size()], config_.accumulator_bits);
  }
  return t;
}

void TrainingNet::forward_layer(std::size_t k) {
  const LayerNumbers& layer = numbers_.layers[k];
  const Operands& x = activations_[k];
  const Sums t = biased_sums(k, x);
  Operands out(x.rows, layer.n);
  derivatives_[k].resize(t.size());
  for (int n = 0; n < layer.n; ++n) {  // column tile, then vector, in each lane
    for (int b = 0; b < x.rows; ++b) {
      const std::size_t at = size_of(b, layer.n) + size_of(n, 1);
      const auto drawn = draw(numbers_.sr_post, state_.generators.column, n % config_.cols);
      const std::int64_t z = requantize(t[at], static_cast<std::uint32_t>(layer.scale), layer.shift,
                                        config_.operand_bits, drawn);
      const Activated value = unit_(static_cast<ActivationCode>(layer.act), z, layer.leak);
      out.data[at] = static_cast<std::int16_t>(value.out);
      derivatives_[k][at] = value.derivative;
    }
  }
  activations_.push_back(std::move(out));
}

void TrainingNet::forward(const Operands& x) {
  activations_.assign(1, x);
  for (std::size_t k = 0; k < numbers_.layers.size(); ++k) forward_layer(k);
}

Operands TrainingNet::loss_delta(const Operands& targets) const {
  const Operands& out = activations_.back();
  require(targets.rows == out.rows && targets.cols == out.cols, "targets [B, N]");
  Operands delta(out.rows, out.cols);
  for (std::size_t i = 0; i < delta.data.size(); ++i) {
    delta.data[i] = static_cast<std::int16_t>(
        loss_gradient(out.data[i], targets.data[i], derivatives_.back()[i], config_.operand_bits));
  }
  return delta;
}

void TrainingNet::backward_lane(std::size_t k) {
  const LayerNumbers& layer = numbers_.layers[k];
  const Operands& delta = deltas_[k];
  const auto left = [&delta](int b, int n) { return std::int32_t{delta.at(b, n)}; };
  const auto right = transposed(weights_[k], layer.m, layer.n);
  const Sums dx = product(config_, delta.rows, layer.n, layer.m, left, right.data());
  Operands below(delta.rows, layer.m);
  for (int m = 0; m < layer.m; ++m) {  // row tile, then vector, in each lane
    for (int b = 0; b < delta.rows; ++b) {
      const std::size_t at = size_of(b, layer.m) + size_of(m, 1);
      const auto drawn = draw(numbers_.sr_post, state_.generators.row_backward, m % config_.rows);
      const std::int64_t v = requantize(dx[at], static_cast<std::uint32_t>(layer.back_scale),
                                        layer.back_shift, config_.operand_bits, drawn);
      below.data[at] =
          static_cast<std::int16_t>(derive(v, derivatives_[k - 1][at], config_.operand_bits));
    }
  }
  deltas_[k - 1] = std::move(below);
}

void TrainingNet::update_bias(std::size_t k) {
  const LayerNumbers& layer = numbers_.layers[k];
  const Operands& delta = deltas_[k];
  const int a = config_.accumulator_bits;
  for (int n = 0; n < layer.n; ++n) {
    std::int64_t db = 0;
    for (int b = 0; b < delta.rows; ++b) db = add(db, delta.at(b, n), a, config_.overflow);
    std::int64_t& bias = state_.layers[k].bias[size_of(n, 1)];
    const auto drawn = draw(numbers_.sr_post, state_.generators.column, n % config_.cols);
    bias = updated_bias(bias, db, static_cast<std::uint32_t>(layer.bias_scale), layer.bias_shift, a,
                        drawn);
  }
}

/// One command's part of dW: column tile, then row tile.
void TrainingNet::update_tiles(std::size_t k, const Sums& dw, int m0, int m1, int n0, int n1) {
  const LayerNumbers& layer = numbers_.layers[k];
  const WeightStep step{static_cast<std::uint32_t>(layer.rate), layer.rate_shift,
                        static_cast<std::uint32_t>(layer.decay)};
  std::vector<std::uint32_t>& generators = state_.generators.row_update;
  for (int nt = n0; nt < n1; nt += config_.cols) {
    for (int m = m0; m < m1; ++m) {
      std::optional<UpdateDraws> draws;
      if (numbers_.sr_update) {
        draws.emplace();
        draws->gradient = *draw(true, generators, m % config_.rows);
        draws->weight = *draw(true, generators, m % config_.rows);
      }
      for (int n = nt; n < std::min(nt + config_.cols, n1); ++n) {
        const std::size_t at = size_of(m, layer.n) + size_of(n, 1);
        std::int32_t& master = state_.layers[k].masters[at];
        master = static_cast<std::int32_t>(updated_weight(config_, master, dw[at], step, draws));
      }
    }
  }
}

void TrainingNet::update_weights(std::size_t k) {
  const LayerNumbers& layer = numbers_.layers[k];
  const Operands& x = activations_[k];
  const Operands& delta = deltas_[k];
  const auto left = [&x](int m, int b) { return std::int32_t{x.at(b, m)}; };
  const Sums dw = product(config_, layer.m, x.rows, layer.n, left, delta.data.data());
  const int m_chunk = cuts_[k].m > 0 ? cuts_[k].m : layer.m;
  const int n_chunk = cuts_[k].n > 0 ? cuts_[k].n : layer.n;
  for (int m0 = 0; m0 < layer.m; m0 += m_chunk) {
    for (int n0 = 0; n0 < layer.n; n0 += n_chunk) {
      update_tiles(k, dw, m0, std::min(m0 + m_chunk, layer.m), n0, std::min(n0 + n_chunk, layer.n));
    }
  }
  load_weights(k);
}

void TrainingNet::backward(const Operands& delta) {
  require(activations_.size() == numbers_.layers.size() + 1, "backward needs forward before it");
  require(delta.rows == activations_.back().rows && delta.cols == activations_.back().cols,
          "delta [B, N]");
  deltas_.back() = delta;
  for (std::size_t k = numbers_.layers.size(); k-- > 0;) {
    if (k > 0) backward_lane(k);  // with the old weights
    update_bias(k);
    update_weights(k);
  }
}

void TrainingNet::step(const Operands& x, const Operands& targets) {
  forward(x);
  backward(loss_delta(targets));
}

Operands TrainingNet::lanes_to_nearest(std::size_t k, const Sums& t, int rows) const {
  const LayerNumbers& layer = numbers_.layers[k];
  Operands out(rows, layer.n);
  std::transform(t.begin(), t.end(), out.data.begin(), [&](std::int64_t v) {
    const std::int64_t z = requantize(v, static_cast<std::uint32_t>(layer.scale), layer.shift,
                                      config_.operand_bits, std::nullopt);
    return static_cast<std::int16_t>(
        unit_(static_cast<ActivationCode>(layer.act), z, layer.leak).out);
  });
  return out;
}

Operands TrainingNet::infer(const Operands& x) const {
  Operands values = x;
  for (std::size_t k = 0; k < numbers_.layers.size(); ++k) {
    values = lanes_to_nearest(k, biased_sums(k, values), x.rows);
  }
  return values;
}

}  // namespace gradloom::golden
