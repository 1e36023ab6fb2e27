// SPDX-License-Identifier: Apache-2.0
// Networks as lists of layers, and the matrix products that their layers become.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradloom::model {

/// A two-dimensional convolution over one image, sizes in pixels and channels. The output has
/// (in + pad before + pad after - dilation * (kernel - 1) - 1) / stride + 1 pixels a direction,
/// rounded down.
struct Conv {
  int in_channels = 1;
  int in_h = 1;
  int in_w = 1;
  int out_channels = 1;
  int kernel_h = 1;
  int kernel_w = 1;
  int stride_h = 1;
  int stride_w = 1;
  int pad_top = 0;
  int pad_bottom = 0;
  int pad_left = 0;
  int pad_right = 0;
  int dilation_h = 1;
  int dilation_w = 1;
  int groups = 1;  ///< divides both channel counts; in_channels for a depthwise convolution
  bool operator==(const Conv&) const = default;
};

/// A product Y[rows,n] = X[rows,m] W[m,n] of one sample, `products` times side by side.
struct Gemm {
  int rows = 1;  ///< rows of X a sample: 1 of a fully-connected layer, tokens of a transformer
  int m = 1;     ///< input features
  int n = 1;     ///< output features
  int products = 1;          ///< products of this shape with their own operands: attention heads
  bool activations = false;  ///< W is no parameter but an activation (attention), one a sample
  bool operator==(const Gemm&) const = default;
};

enum class LayerKind : std::uint8_t { conv, gemm };

struct Layer {
  std::string name;  ///< not empty, unique in the network
  LayerKind kind = LayerKind::gemm;
  Conv conv;  ///< of LayerKind::conv
  Gemm gemm;  ///< of LayerKind::gemm
  bool bias = false;
  bool needs_dx = true;  ///< false: nothing below learns, so no dgrad (the first layer)
  int repeat = 1;        ///< layers of this very shape; the name stands for all of them
  bool operator==(const Layer&) const = default;
};

/// What the source of a network says of it, to check the list of layers by. 0: it says nothing.
struct Published {
  double macs = 0;        ///< multiply-accumulates of a forward pass of one sample
  double parameters = 0;  ///< weights and biases, with what `other_parameters` counts
  std::string source;
  bool operator==(const Published&) const = default;
};

struct ModelNetwork {
  std::string name;
  std::string source;  ///< where the architecture is from
  std::vector<Layer> layers;
  /// Parameters that are in no product: of normalisation and embedding.
  std::int64_t other_parameters = 0;
  Published published;
  bool operator==(const ModelNetwork&) const = default;
};

/// `products` products Y[b,n] = X[b,m] W[m,n], each with operands of its own.
struct GemmShape {
  std::int64_t m = 1;
  std::int64_t n = 1;
  std::int64_t b = 1;
  std::int64_t products = 1;
  bool operator==(const GemmShape&) const = default;
};

/// Sizes that a layer may have: features, channels, products; pixels, kernels, strides and pads.
inline constexpr int kMaxSize = 1 << 24;
inline constexpr int kMaxPixels = 1 << 16;
/// Most multiply-accumulates and parameters of a layer, and of a network.
inline constexpr std::int64_t kMaxCount = std::int64_t{1} << 53;

/// What is wrong with a layer or network. `key` is a key of network files (model/network_yaml.hpp).
struct LayerFault {
  std::string key;
  std::string found;
  std::string allowed;
};
/// The first fault: sizes out of range, groups that do not divide the channels, a kernel larger
/// than the padded input, counts above kMaxCount. Whoever makes a layer from a file asks this.
std::optional<LayerFault> find_fault(const Layer& layer);
/// Counts of all layers together above kMaxCount; layers by themselves are not looked at.
std::optional<LayerFault> find_fault(const ModelNetwork& network);

/// Output pixels of a convolution in each direction; 0 or less if the kernel does not fit.
int out_h(const Conv& conv);
int out_w(const Conv& conv);

/// The products of a layer for a batch of samples: a convolution becomes, for each group, the
/// product of its im2col matrix [batch * out_h * out_w, kernel_h * kernel_w * in_channels / groups]
/// with its weights [.., out_channels / groups]. Its gradients are dgrad (followed by col2im) and
/// wgrad of that same product: no zeros are inserted, whatever the stride. `repeat` is in
/// `products`.
GemmShape lower(const Layer& layer, std::int64_t batch);

/// Multiply-accumulates of a forward pass of one sample, all repeats together.
std::int64_t macs(const Layer& layer);
std::int64_t macs(const ModelNetwork& network);
/// Weights and biases, all repeats together; those of the network with `other_parameters`.
std::int64_t parameters(const Layer& layer);
std::int64_t parameters(const ModelNetwork& network);

}  // namespace gradloom::model
