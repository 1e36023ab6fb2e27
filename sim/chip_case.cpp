// SPDX-License-Identifier: Apache-2.0
#include "sim/chip_case.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "golden/numerics.hpp"
#include "sim/prng.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kNumbersStream = 0xC1;
constexpr std::uint64_t kDataStream = 0xC2;
constexpr std::uint64_t kWildPercent = 10;
constexpr int kMaxScale = 0xFFFF;
constexpr int kMaxShift = 63;

int pick(Prng& prng, int low, int high) {
  return low + static_cast<int>(below(prng, static_cast<std::uint64_t>(high - low) + 1));
}

bool chance(Prng& prng, std::uint64_t percent) { return below(prng, 100) < percent; }

int log2_of(int value) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(value))) - 1;
}

// Bits that a sum of so many products of full-range operands typically has above an operand.
int excess_bits(const Config& config, int terms) {
  return config.operand_bits - 1 + log2_of(terms) / 2;
}

// A factor and a shift whose product is 2^-bits, give or take a bit or two.
void draw_scale(Prng& prng, int bits, int& scale, int& shift) {
  scale = pick(prng, 1, kMaxScale);
  shift = std::clamp(log2_of(scale) + bits + pick(prng, -2, 1), 0, kMaxShift);
}

golden::LayerNumbers draw_layer(const Config& config, Prng& prng, int m, int n, int batch) {
  golden::LayerNumbers layer;
  layer.m = m;
  layer.n = n;
  do {
    layer.act = pick(prng, 0, kActivationCount - 1);
  } while (!built(config, static_cast<ActivationCode>(layer.act)));
  layer.leak = pick(prng, 0, 7);
  const int p = config.operand_bits;
  draw_scale(prng, excess_bits(config, m), layer.scale, layer.shift);
  draw_scale(prng, excess_bits(config, n), layer.back_scale, layer.back_shift);
  layer.rate = pick(prng, 0, (1 << (p - 1)) - 1);
  layer.rate_shift = std::clamp(excess_bits(config, batch) + pick(prng, -2, 2), 0, 2 * p - 1);
  if (config.training.weight_decay) layer.decay = pick(prng, 0, (1 << (p - 1)) - 1);
  draw_scale(prng, log2_of(batch) / 2 + pick(prng, 0, 4), layer.bias_scale, layer.bias_shift);
  if (!chance(prng, kWildPercent)) return layer;
  layer.scale = pick(prng, 0, kMaxScale);
  layer.shift = pick(prng, 0, kMaxShift);
  layer.back_scale = pick(prng, 0, kMaxScale);
  layer.back_shift = pick(prng, 0, kMaxShift);
  layer.rate_shift = pick(prng, 0, 2 * p - 1);
  layer.bias_scale = pick(prng, 0, kMaxScale);
  layer.bias_shift = pick(prng, 0, kMaxShift);
  return layer;
}

int width(const Config& config, Prng& prng, int tiles) {
  const int most = std::min({tiles * config.rows, config.limits.m, config.limits.n});
  return pick(prng, 1, std::max(1, most));
}

// Any value of so many bits; the ends of the range and 0 more often than chance has it.
std::int64_t value_of(Prng& prng, int bits) {
  switch (below(prng, 24)) {
    case 0: return golden::min_value(bits);
    case 1: return golden::max_value(bits);
    case 2: return 0;
    default: break;
  }
  return static_cast<std::int64_t>(prng()) >> (64 - bits);
}

golden::Operands operands(Prng& prng, int rows, int cols, int bits) {
  golden::Operands result(rows, cols);
  for (std::int16_t& value : result.data) value = static_cast<std::int16_t>(value_of(prng, bits));
  return result;
}

}  // namespace

ChipCase random_chip_case(const Config& config, std::uint64_t seed, const ChipCaseLimits& limits) {
  Prng prng = make_prng(seed, kNumbersStream);
  ChipCase result;
  golden::NetNumbers& net = result.numbers;
  net.batch = pick(prng, 1, std::min(config.limits.batch, 2 * config.rows + 3));
  net.loss_on_chip = chance(prng, 60);
  net.sr_post = config.training.stochastic && chance(prng, 50);
  net.sr_update = config.training.stochastic && chance(prng, 50);
  const int layers = pick(prng, 1, limits.layers);
  int m = width(config, prng, limits.tiles);
  for (int k = 0; k < layers; ++k) {
    const int n = width(config, prng, limits.tiles);
    net.layers.push_back(draw_layer(config, prng, m, n, net.batch));
    m = n;
  }
  randomize(config, result, pick(prng, 1, limits.batches), seed);
  return result;
}

ChipCase chip_case_of(const Config& config, const Network& network, int batches,
                      std::uint64_t seed) {
  Prng prng = make_prng(seed, kNumbersStream);
  ChipCase result;
  golden::NetNumbers& net = result.numbers;
  net.batch = network.training.batch;
  net.loss_on_chip = network.loss == Loss::mse;
  net.sr_post = net.sr_update =
      network.on_chip.rounding != Rounding::nearest && config.training.stochastic;
  for (std::size_t k = 0; k + 1 < network.layers.size(); ++k) {
    net.layers.push_back(
        draw_layer(config, prng, network.layers[k], network.layers[k + 1], net.batch));
    net.layers.back().act = static_cast<int>(network.activations.at(k));
    net.layers.back().leak = network.leak;
  }
  randomize(config, result, batches, seed);
  return result;
}

void randomize(const Config& config, ChipCase& chip_case, int batches, std::uint64_t seed) {
  Prng prng = make_prng(seed, kDataStream);
  const golden::NetNumbers& net = chip_case.numbers;
  chip_case.seed = static_cast<std::uint32_t>(prng());
  chip_case.state.generators = golden::seeded(config, chip_case.seed);
  chip_case.state.layers.clear();
  for (const golden::LayerNumbers& layer : net.layers) {
    golden::LayerState state;
    const auto weights = static_cast<std::size_t>(layer.m) * static_cast<std::size_t>(layer.n);
    for (std::size_t i = 0; i < weights; ++i) {
      const std::int64_t value = value_of(prng, config.training.master_bits);
      state.masters.push_back(static_cast<std::int32_t>(value));
    }
    const int bias_bits =
        std::min(config.accumulator_bits, 2 * config.operand_bits - 1 + log2_of(layer.m) / 2);
    for (int n = 0; n < layer.n; ++n) {
      const int bits = chance(prng, 5) ? config.accumulator_bits : bias_bits;
      state.bias.push_back(value_of(prng, bits));
    }
    chip_case.state.layers.push_back(state);
  }
  chip_case.inputs.clear();
  chip_case.targets.clear();
  for (int i = 0; i < batches; ++i) {
    chip_case.inputs.push_back(
        operands(prng, net.batch, net.layers.front().m, config.operand_bits));
    chip_case.targets.push_back(
        operands(prng, net.batch, net.layers.back().n, config.operand_bits));
  }
}

}  // namespace gradloom
