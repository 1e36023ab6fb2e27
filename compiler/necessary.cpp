// SPDX-License-Identifier: Apache-2.0
#include "compiler/necessary.hpp"

#include <algorithm>
#include <cstdint>

#include "golden/bus_layout.hpp"

namespace gradloom::compiler {
namespace {

/// Vectors of a tensor: what it takes up of each bank.
struct Counter {
  const ListContext& context;

  std::uint64_t tiles(int features) const {
    const int lanes = context.config.cols;
    return static_cast<std::uint64_t>((features + lanes - 1) / lanes);
  }
  std::uint64_t samples(int features) const {
    return tiles(features) * static_cast<std::uint64_t>(context.numbers.batch);
  }
  std::uint64_t beats(Buffer buffer) const {
    return static_cast<std::uint64_t>(vector_beats(context.config, buffer));
  }
  std::uint64_t excess(std::uint64_t vectors, Buffer buffer) const {
    const auto room = static_cast<std::uint64_t>(depth(context.config, buffer));
    return vectors > room ? vectors - room : 0;
  }
};

void add_parameters(const Counter& count, bool trains, Traffic& traffic) {
  std::uint64_t weights = 0;
  std::uint64_t biases = 0;
  for (const golden::LayerNumbers& layer : count.context.numbers.layers) {
    weights += count.tiles(layer.n) * static_cast<std::uint64_t>(layer.m);
    biases += count.tiles(layer.n);
  }
  const std::uint64_t beats = count.excess(weights, Buffer::w) * count.beats(Buffer::w) +
                              count.excess(biases, Buffer::bias) * count.beats(Buffer::bias);
  traffic.load += beats;
  if (trains) traffic.store += beats;
}

void add_activations(const Counter& count, Traffic& traffic) {
  const auto& layers = count.context.numbers.layers;
  const int batch = count.context.numbers.batch;
  std::uint64_t alive = 0;  // at the end of the forward pass
  for (const golden::LayerNumbers& layer : layers) alive += count.samples(layer.m);
  const std::uint64_t excess = count.excess(alive, Buffer::x);
  const std::uint64_t input = std::min(excess, count.samples(layers.front().m));
  const std::uint64_t pair = count.beats(Buffer::x) + count.beats(Buffer::deriv);
  traffic.load += input * count.beats(Buffer::x) + (excess - input) * pair;
  traffic.store += (excess - input) * pair;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    // Of a layer below the last one there is at least a tile of the layer above too.
    const bool last = k + 1 == layers.size();
    if (last && count.context.purpose == Purpose::host) break;  // it is in memory anyway
    const std::uint64_t vectors =
        count.samples(layers[k].n) + (last ? 0 : static_cast<std::uint64_t>(batch));
    const std::uint64_t beats = count.excess(vectors, Buffer::delta) * count.beats(Buffer::delta);
    traffic.load += beats;
    traffic.store += beats;
  }
}

}  // namespace

Traffic necessary_traffic(const ListContext& context, Purpose purpose) {
  const Counter count{context};
  const auto& layers = context.numbers.layers;
  const std::uint64_t outputs = count.samples(layers.back().n);
  const bool trains = purpose != Purpose::infer;
  Traffic traffic;
  traffic.load = count.samples(layers.front().m) * count.beats(Buffer::x);
  if (trains) traffic.load += outputs * count.beats(Buffer::delta);
  if (purpose != Purpose::train || context.keep_outputs) {
    traffic.store += outputs * count.beats(Buffer::y);
  }
  add_parameters(count, trains, traffic);
  if (trains) add_activations(count, traffic);
  return traffic;
}

}  // namespace gradloom::compiler
