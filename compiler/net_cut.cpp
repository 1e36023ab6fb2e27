// SPDX-License-Identifier: Apache-2.0
#include "compiler/net_cut.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>

#include "golden/error.hpp"
#include "golden/numerics.hpp"
#include "golden/split.hpp"

namespace gradloom::compiler {
namespace {

constexpr int kMaxLayers = 31;
constexpr int kMaxSize = 65535;  // of a field of a descriptor

/// One layer of a cut, with its largest chunks.
struct LayerChunk {
  std::size_t k;
  const golden::LayerNumbers& layer;
  std::int64_t batch;
  std::int64_t in;   ///< tiles
  std::int64_t out;  ///< tiles
  int m;
  int n;
  bool first;
  bool last;
};

/// Words that a command of the layer's largest chunk needs.
struct Need {
  Buffer buffer;
  std::int64_t words;
  const char* what;
};

std::vector<Need> needs_of(const LayerChunk& c, Purpose purpose) {
  const bool trains = purpose != Purpose::infer;
  std::vector<Need> needs{
      {Buffer::x, (c.in + (c.last ? 0 : c.out)) * c.batch,
       c.last ? "its input" : "its input and output"},
      {Buffer::y, c.out * c.batch, "its sums"},
      {Buffer::w, c.out * c.m, "its weights"},
      {Buffer::bias, c.out, "its biases"},
  };
  if (trains) {
    needs.push_back({Buffer::delta, (c.out + (c.first ? 0 : c.in)) * c.batch,
                     c.first ? "its delta" : "its delta and that of the layer below"});
    if (!c.first) needs.push_back({Buffer::dx, c.in * c.batch, "its gradient sums"});
    needs.push_back({Buffer::dw, 1, "a word"});
  }
  return needs;
}

std::string misfit_of_limits(const Config& config, const LayerChunk& c) {
  const auto beyond = [&](const char* key, std::int64_t need, int limit) {
    if (need <= limit) return std::string();
    return fmt::format("layer {} ({} x {}, batch {}): found limits.{}: {}, needed {}", c.k + 1,
                       c.layer.m, c.layer.n, c.batch, key, limit, need);
  };
  const Limits& limits = config.limits;
  for (const std::string& text : {beyond("batch", c.batch, limits.batch),
                                  beyond("m", c.m, limits.m), beyond("n", c.n, limits.n)}) {
    if (!text.empty()) return text;
  }
  return "";
}

std::string misfit_of_layer(const Config& config, const LayerChunk& c, Purpose purpose) {
  std::string text = misfit_of_limits(config, c);
  if (!text.empty()) return text;
  for (const Need& need : needs_of(c, purpose)) {
    if (need.words <= depth(config, need.buffer)) continue;
    return fmt::format(
        "layer {} ({} x {}, batch {}): found buffers.{}: {}, needed {} words for {} with chunks of "
        "{} x {}",
        c.k + 1, c.layer.m, c.layer.n, c.batch, name(need.buffer), depth(config, need.buffer),
        need.words, need.what, c.m, c.n);
  }
  return "";
}

[[noreturn]] void refuse(std::size_t layer, const std::string& what) {
  throw InputError(fmt::format("layer {}: {}", layer + 1, what));
}

void require_range(std::size_t layer, const char* field, std::int64_t value, std::int64_t high) {
  if (value >= 0 && value <= high) return;
  refuse(layer, fmt::format("{}: found {}, allowed 0..{}", field, value, high));
}

void require_fields(const Config& config, const golden::NetNumbers& numbers, std::size_t k) {
  const golden::LayerNumbers& layer = numbers.layers[k];
  const std::int64_t factor = golden::max_value(config.operand_bits);
  if (layer.m < 1 || layer.m > kMaxSize || layer.n < 1 || layer.n > kMaxSize) {
    refuse(k, fmt::format("found {} x {}, allowed widths 1..{}", layer.m, layer.n, kMaxSize));
  }
  if (k > 0 && layer.m != numbers.layers[k - 1].n) {
    refuse(k, fmt::format("found {} inputs, allowed {}, the outputs of the layer below", layer.m,
                          numbers.layers[k - 1].n));
  }
  require_range(k, "activation", layer.act, kActivationCount - 1);
  if (!built(config, static_cast<ActivationCode>(layer.act))) {
    refuse(k, fmt::format("found the activation {}, which training.activations of {} does not have",
                          name(static_cast<ActivationCode>(layer.act)), config.name));
  }
  require_range(k, "leak", layer.leak, 7);
  for (const int scale : {layer.scale, layer.back_scale, layer.bias_scale}) {
    require_range(k, "scale", scale, 65535);
  }
  for (const int shift : {layer.shift, layer.back_shift, layer.bias_shift}) {
    require_range(k, "shift", shift, 63);
  }
  require_range(k, "rate", layer.rate, factor);
  require_range(k, "rate_shift", layer.rate_shift, 2 * config.operand_bits - 1);
  require_range(k, "decay", layer.decay, config.training.weight_decay ? factor : 0);
}

void require_sums(const Config& config, const golden::NetNumbers& numbers, Purpose purpose) {
  const int batch = numbers.batch;
  for (std::size_t k = 0; k < numbers.layers.size(); ++k) {
    const golden::LayerNumbers& layer = numbers.layers[k];
    golden::require_sum_fits(config, Op::fprop, layer.m, layer.n, batch);
    if (purpose == Purpose::infer) continue;
    const Op op = k == 0 ? Op::wgrad : Op::backward;
    golden::require_sum_fits(config, op, layer.m, layer.n, batch);
    golden::require_sum_fits(config, Op::wgrad, layer.m, layer.n, batch + kRoundingTerms);
  }
}

}  // namespace

NetCut even_cut(const golden::NetNumbers& numbers, int lanes, int step) {
  NetCut cut;
  if (numbers.layers.empty()) return cut;
  cut.push_back({numbers.layers.front().m, lanes, step});
  for (const golden::LayerNumbers& layer : numbers.layers) cut.push_back({layer.n, lanes, step});
  return cut;
}

std::string misfit(const Config& config, const golden::NetNumbers& numbers, const NetCut& cut,
                   Purpose purpose) {
  for (std::size_t k = 0; k < numbers.layers.size(); ++k) {
    const WidthCut& in = cut[k];
    const WidthCut& out = cut[k + 1];
    const LayerChunk chunk{k,
                           numbers.layers[k],
                           numbers.batch,
                           in.tiles_of(0),
                           out.tiles_of(0),
                           in.features_of(0),
                           out.features_of(0),
                           k == 0,
                           k + 1 == numbers.layers.size()};
    const std::string text = misfit_of_layer(config, chunk, purpose);
    if (!text.empty()) return text;
  }
  return "";
}

void require_possible(const Config& config, const golden::NetNumbers& numbers, Purpose purpose) {
  if (!config.training.built || config.bus == HostBus::none) {
    throw InputError(
        fmt::format("configuration {}: found none of `training` and `host.bus: axi`, "
                    "needed both",
                    config.name));
  }
  if (numbers.layers.empty() || numbers.layers.size() > kMaxLayers) {
    throw InputError(
        fmt::format("found {} layers, allowed 1..{}", numbers.layers.size(), kMaxLayers));
  }
  if (numbers.batch < 1 || numbers.batch > kMaxSize) {
    throw InputError(fmt::format("batch: found {}, allowed 1..{}", numbers.batch, kMaxSize));
  }
  if ((numbers.sr_post || numbers.sr_update) && !config.training.stochastic) {
    throw InputError(
        fmt::format("stochastic rounding is not built in configuration {}", config.name));
  }
  for (std::size_t k = 0; k < numbers.layers.size(); ++k) require_fields(config, numbers, k);
  const std::string text = misfit(config, numbers, even_cut(numbers, config.cols, 1), purpose);
  if (!text.empty()) throw InputError(text);
  require_sums(config, numbers, purpose);
}

std::vector<int> steps_of(int tiles) {
  const auto ceil_div = [](int a, int b) { return (a + b - 1) / b; };
  std::vector<int> steps{tiles};
  while (steps.back() > 1) {
    const int chunks = ceil_div(tiles, steps.back() - 1);
    steps.push_back(ceil_div(tiles, chunks));
  }
  return steps;
}

}  // namespace gradloom::compiler
