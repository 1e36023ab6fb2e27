// SPDX-License-Identifier: Apache-2.0
#include "compiler/net_map.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "golden/bus_layout.hpp"
#include "golden/descriptor.hpp"
#include "golden/error.hpp"
#include "golden/numerics.hpp"

namespace gradloom::compiler {
namespace {

constexpr std::uint64_t kPage = 4096;  // no burst crosses it
constexpr std::uint64_t kLine = 64;

int ceil_div(int a, int b) { return (a + b - 1) / b; }

std::uint64_t wide(int value) { return static_cast<std::uint64_t>(value); }

std::uint64_t start_of(const TensorArea& area, int batch, std::uint64_t base) {
  if (batch < 0 || batch >= area.batches) {
    throw std::out_of_range(fmt::format("{} has no batch {}", area.name, batch));
  }
  return area.address - base + wide(batch) * area.batch_bytes;
}

/// Calls `visit(row, col, offset of the element in its tensor)`.
template <typename Visit>
void each_element(const Config& config, const TensorArea& area, Visit visit) {
  const int lanes = config.cols;
  const std::uint64_t vector = wide(golden::vector_bytes(config, area.buffer));
  const std::uint64_t element = wide(element_bytes(config, area.buffer));
  for (int col = 0; col < area.features; ++col) {
    const std::uint64_t tile = wide(col / lanes) * tile_bytes(config, area);
    for (int row = 0; row < area.vectors; ++row) {
      visit(row, col, tile + wide(row) * vector + wide(col % lanes) * element);
    }
  }
}

}  // namespace

std::uint64_t tile_bytes(const Config& config, const TensorArea& area) {
  return wide(area.vectors) * wide(golden::vector_bytes(config, area.buffer));
}

std::uint64_t tensor_bytes(const Config& config, const TensorArea& area) {
  return wide(ceil_div(area.features, config.cols)) * tile_bytes(config, area);
}

void pack(const Config& config, const TensorArea& area, int batch, std::uint64_t base,
          std::vector<std::uint8_t>& image, const ReadValue& value) {
  const std::uint64_t start = start_of(area, batch, base);
  const int bytes = element_bytes(config, area.buffer);
  each_element(config, area, [&](int row, int col, std::uint64_t offset) {
    auto bits = static_cast<std::uint64_t>(value(row, col));
    for (int i = 0; i < bytes; ++i) {
      image[start + offset + wide(i)] = static_cast<std::uint8_t>(bits);
      bits >>= 8;
    }
  });
}

void unpack(const Config& config, const TensorArea& area, int batch, std::uint64_t base,
            const std::vector<std::uint8_t>& image, const TakeValue& take) {
  const std::uint64_t start = start_of(area, batch, base);
  const int bytes = element_bytes(config, area.buffer);
  each_element(config, area, [&](int row, int col, std::uint64_t offset) {
    std::uint64_t bits = 0;
    for (int i = bytes; i-- > 0;) bits = bits << 8 | image[start + offset + wide(i)];
    const bool no_sign = is_unsigned(area.buffer);
    const auto value = static_cast<std::int64_t>(bits);
    take(row, col, no_sign ? value : golden::wrap(value, 8 * bytes));
  });
}

NetMap make_map(const Config& config, const golden::NetNumbers& numbers, int batches) {
  NetMap map;
  const auto add = [&](std::string name, Buffer buffer, int features, int vectors, int count,
                       bool used) {
    TensorArea area{std::move(name), buffer, features, vectors, count, 0, 0, used};
    const std::uint64_t bytes = tensor_bytes(config, area);
    area.batch_bytes = count > 1 ? aligned(bytes, bytes) : bytes;
    // Strides are fields of 32 bits.
    if (area.batch_bytes > 0xFFFFFFFFU) {
      throw InputError(
          fmt::format("{}: found {} bytes, allowed less than 2^32", area.name, area.batch_bytes));
    }
    map.areas.push_back(area);
  };
  const std::size_t layers = numbers.layers.size();
  const int batch = numbers.batch;
  const auto next = [&map] { return map.areas.size(); };
  const auto each = [&](const char* name, Buffer buffer, auto features, auto vectors, bool used) {
    for (std::size_t k = 0; k < layers; ++k) {
      add(fmt::format("{}{}", name, k + 1), buffer, features(numbers.layers[k]),
          vectors(numbers.layers[k]), 1, used);
    }
  };
  const auto m_of = [](const golden::LayerNumbers& layer) { return layer.m; };
  const auto n_of = [](const golden::LayerNumbers& layer) { return layer.n; };
  const auto batch_of = [batch](const golden::LayerNumbers&) { return batch; };
  const auto one = [](const golden::LayerNumbers&) { return 1; };
  map.weights = next();
  each("weights", Buffer::w, n_of, m_of, true);
  map.biases = next();
  each("bias", Buffer::bias, n_of, one, true);
  map.inputs = next();
  add("inputs", Buffer::x, numbers.layers.front().m, batch, batches, true);
  map.targets = next();
  add(numbers.loss_on_chip ? "targets" : "delta", Buffer::delta, numbers.layers.back().n, batch,
      batches, true);
  map.outputs = next();
  add("outputs", Buffer::y, numbers.layers.back().n, batch, batches, true);
  map.acts = next();
  each("spill_x", Buffer::x, m_of, batch_of, false);
  map.derivs = next();
  each("spill_deriv", Buffer::deriv, m_of, batch_of, false);
  map.deltas = next();
  each("spill_delta", Buffer::delta, n_of, batch_of, false);
  map.scratch = next();
  add("scratch", Buffer::dw, config.cols, 1, 1, false);
  return map;
}

std::uint64_t aligned(std::uint64_t address, std::uint64_t bytes) {
  const std::uint64_t unit = bytes >= kPage ? kPage : kLine;
  return (address + unit - 1) / unit * unit;
}

void place_areas(NetMap& map, std::uint64_t base) {
  map.base = base;
  std::uint64_t at = base;
  for (TensorArea& area : map.areas) {
    if (!area.used) continue;
    at = aligned(at, area.bytes());
    area.address = at;
    at += area.bytes();
  }
  map.lists = aligned(at, kPage);
}

}  // namespace gradloom::compiler
