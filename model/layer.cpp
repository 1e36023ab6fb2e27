// SPDX-License-Identifier: Apache-2.0
#include "model/layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace gradloom::model {
namespace {

/// Rounded towards minus infinity, so that a kernel that does not fit gives 0 or less.
std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value >= 0 ? value / by : -((-value + by - 1) / by);
}

/// Pixels from the first to the last that a kernel covers.
std::int64_t extent(int kernel, int dilation) {
  return std::int64_t{dilation} * (kernel - 1) + 1;
}

int out_size(int in, int pad, int kernel, int stride, int dilation) {
  const std::int64_t room = std::int64_t{in} + pad - extent(kernel, dilation);
  return static_cast<int>(std::max<std::int64_t>(floor_div(room, stride) + 1, -kMaxPixels));
}

struct Range {
  const char* key;
  int value;
  int low;
  int high;
};

std::optional<LayerFault> out_of_range(std::initializer_list<Range> ranges) {
  for (const Range& r : ranges) {
    if (r.value >= r.low && r.value <= r.high) continue;
    return LayerFault{r.key, std::to_string(r.value),
                      fmt::format("an integer in {}..{}", r.low, r.high)};
  }
  return std::nullopt;
}

std::optional<LayerFault> conv_out_of_range(const Conv& c) {
  return out_of_range({{"conv", c.in_channels, 1, kMaxSize},
                       {"conv", c.out_channels, 1, kMaxSize},
                       {"size", c.in_h, 1, kMaxPixels},
                       {"size", c.in_w, 1, kMaxPixels},
                       {"kernel", c.kernel_h, 1, kMaxPixels},
                       {"kernel", c.kernel_w, 1, kMaxPixels},
                       {"stride", c.stride_h, 1, kMaxPixels},
                       {"stride", c.stride_w, 1, kMaxPixels},
                       {"pad", c.pad_top, 0, kMaxPixels},
                       {"pad", c.pad_bottom, 0, kMaxPixels},
                       {"pad", c.pad_left, 0, kMaxPixels},
                       {"pad", c.pad_right, 0, kMaxPixels},
                       {"dilation", c.dilation_h, 1, kMaxPixels},
                       {"dilation", c.dilation_w, 1, kMaxPixels},
                       {"groups", c.groups, 1, kMaxSize}});
}

std::optional<LayerFault> conv_fault(const Conv& c) {
  if (auto fault = conv_out_of_range(c)) return fault;
  if (c.in_channels % c.groups != 0 || c.out_channels % c.groups != 0) {
    return LayerFault{"groups", std::to_string(c.groups),
                      fmt::format("a divisor of the channel counts, {} and {}", c.in_channels,
                                  c.out_channels)};
  }
  if (out_h(c) < 1 || out_w(c) < 1) {
    return LayerFault{
        "kernel",
        fmt::format("a kernel that spans {} x {} pixels", extent(c.kernel_h, c.dilation_h),
                    extent(c.kernel_w, c.dilation_w)),
        fmt::format("at most the padded input, {} x {} pixels", c.in_h + c.pad_top + c.pad_bottom,
                    c.in_w + c.pad_left + c.pad_right)};
  }
  return std::nullopt;
}

std::optional<LayerFault> gemm_fault(const Gemm& g) {
  return out_of_range({{"gemm", g.m, 1, kMaxSize},
                       {"gemm", g.n, 1, kMaxSize},
                       {"rows", g.rows, 1, kMaxSize},
                       {"products", g.products, 1, kMaxSize}});
}

/// As a floating-point number, which cannot overflow.
double approximate_macs(const Layer& layer) {
  const GemmShape s = lower(layer, 1);
  return static_cast<double>(s.m) * static_cast<double>(s.n) * static_cast<double>(s.b) *
         static_cast<double>(s.products);
}

/// Of one product with all its operands in one sample.
double approximate_parameters(const Layer& layer) {
  const GemmShape s = lower(layer, 1);
  return static_cast<double>(s.m + 1) * static_cast<double>(s.n) * static_cast<double>(s.products);
}

std::optional<LayerFault> count_fault(const char* key, double macs, double parameters) {
  constexpr auto kMost = static_cast<double>(kMaxCount);
  if (macs <= kMost && parameters <= kMost) return std::nullopt;
  return LayerFault{
      key, fmt::format("{:.3g} multiply-accumulates and {:.3g} parameters", macs, parameters),
      fmt::format("at most {} of each", kMaxCount)};
}

}  // namespace

int out_h(const Conv& c) {
  return out_size(c.in_h, c.pad_top + c.pad_bottom, c.kernel_h, c.stride_h, c.dilation_h);
}

int out_w(const Conv& c) {
  return out_size(c.in_w, c.pad_left + c.pad_right, c.kernel_w, c.stride_w, c.dilation_w);
}

std::optional<LayerFault> find_fault(const Layer& layer) {
  const bool conv = layer.kind == LayerKind::conv;
  if (auto fault = conv ? conv_fault(layer.conv) : gemm_fault(layer.gemm)) return fault;
  if (auto fault = out_of_range({{"repeat", layer.repeat, 1, kMaxSize}})) return fault;
  return count_fault(conv ? "conv" : "gemm", approximate_macs(layer),
                     approximate_parameters(layer));
}

std::optional<LayerFault> find_fault(const ModelNetwork& network) {
  double macs = 0;
  auto parameters = static_cast<double>(network.other_parameters);
  for (const Layer& layer : network.layers) {
    macs += approximate_macs(layer);
    parameters += approximate_parameters(layer);
  }
  return count_fault("layers", macs, parameters);
}

GemmShape lower(const Layer& layer, std::int64_t batch) {
  if (layer.kind == LayerKind::conv) {
    const Conv& c = layer.conv;
    return {std::int64_t{c.kernel_h} * c.kernel_w * (c.in_channels / c.groups),
            c.out_channels / c.groups, batch * out_h(c) * out_w(c),
            std::int64_t{c.groups} * layer.repeat};
  }
  const Gemm& g = layer.gemm;
  const std::int64_t products = std::int64_t{g.products} * layer.repeat;
  if (g.activations) return {g.m, g.n, g.rows, products * batch};
  return {g.m, g.n, batch * g.rows, products};
}

std::int64_t macs(const Layer& layer) {
  const GemmShape shape = lower(layer, 1);
  return shape.m * shape.n * shape.b * shape.products;
}

std::int64_t parameters(const Layer& layer) {
  if (layer.kind == LayerKind::gemm && layer.gemm.activations) return 0;
  const GemmShape shape = lower(layer, 1);
  return (shape.m + (layer.bias ? 1 : 0)) * shape.n * shape.products;
}

std::int64_t macs(const ModelNetwork& network) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) sum += macs(layer);
  return sum;
}

std::int64_t parameters(const ModelNetwork& network) {
  std::int64_t sum = network.other_parameters;
  for (const Layer& layer : network.layers) sum += parameters(layer);
  return sum;
}

}  // namespace gradloom::model
