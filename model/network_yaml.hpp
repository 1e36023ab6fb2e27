// SPDX-License-Identifier: Apache-2.0
// Networks in YAML: lists of layers, and the network files of `gradloom train`.
#pragma once

#include <string>

#include "model/layer.hpp"

namespace gradloom::model {

/// Most layers of a file, after `grow` has made one of each repeat.
inline constexpr std::size_t kMaxLayers = 4096;

/// A file of layers has the keys `name`, `source`, `layers`, `other_parameters` and
/// `published: {macs, parameters, source}`. A layer is one of
///   {name, conv: [in channels, out channels], size, kernel, stride, pad, dilation, groups, grow}
///   {name, gemm: [input features, output features], rows, products, activations}
/// with bias (default false), needs_dx (true) and repeat (1). `size` (pixels of the input) must be
/// there; kernel, stride, dilation and groups are 1 by default, pad 0. Sizes are a number or [h,
/// w], pad also [top, bottom, left, right]. With `grow: g` the repeats are layers of their own,
/// name.1, name.2, ..., each with g more input channels than the one before.
///
/// A file whose `layers` is a list of widths is one of `gradloom train`: fully-connected layers
/// fc1, fc2, ... with biases, no dgrad of the first; what only training needs is not looked at.
///
/// Throws InputError, one line "file:line: key: found ..., allowed ...".
ModelNetwork read_network_yaml(const std::string& path);

}  // namespace gradloom::model
