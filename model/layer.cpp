// SPDX-License-Identifier: Apache-2.0
#include "model/layer.hpp"

namespace gradloom::model {
namespace {

/// Rounded towards minus infinity, so that a kernel that does not fit gives 0 or less.
int floor_div(int value, int by) { return value >= 0 ? value / by : -((-value + by - 1) / by); }

int out_size(int in, int pad, int kernel, int stride, int dilation) {
  return floor_div(in + pad - dilation * (kernel - 1) - 1, stride) + 1;
}

}  // namespace

int out_h(const Conv& c) {
  return out_size(c.in_h, c.pad_top + c.pad_bottom, c.kernel_h, c.stride_h, c.dilation_h);
}

int out_w(const Conv& c) {
  return out_size(c.in_w, c.pad_left + c.pad_right, c.kernel_w, c.stride_w, c.dilation_w);
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
