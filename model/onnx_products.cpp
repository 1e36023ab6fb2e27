// SPDX-License-Identifier: Apache-2.0
#include "model/onnx_products.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::model {
namespace {

/// The node in question with what is needed to look at its inputs.
struct Context {
  const OnnxGraph& graph;
  const OnnxFixed& fixed;
  const OnnxNode& node;
  const std::string& file;
};

std::string text(const OnnxShape& shape) {
  std::string joined;
  for (const std::int64_t size : shape) {
    joined += (joined.empty() ? "" : ", ") + (size < 0 ? "?" : std::to_string(size));
  }
  return "[" + joined + "]";
}

[[noreturn]] void reject(const Context& at, std::string_view key, const std::string& found,
                         const std::string& allowed) {
  throw InputError(fmt::format("{}: {}: {}: found {}, allowed {}", at.file, describe(at.node), key,
                               found, allowed));
}

[[noreturn]] void unsupported(const Context& at, std::string_view why) {
  throw OnnxUnsupported{fmt::format("{} {}", at.node.op, why)};
}

bool has_input(const Context& at, std::size_t i) {
  return i < at.node.inputs.size() && !at.node.inputs[i].empty();
}

bool is_fixed(const Context& at, std::size_t i) { return at.fixed.contains(at.node.inputs[i]); }

/// The shape of an input, every size of it known.
const OnnxShape& shape_of(const Context& at, std::size_t i) {
  if (!has_input(at, i)) {
    reject(at, "inputs", std::to_string(at.node.inputs.size()), fmt::format("{} and above", i + 1));
  }
  const auto shape = at.graph.shapes.find(at.node.inputs[i]);
  if (shape == at.graph.shapes.end() || !volume(shape->second)) {
    unsupported(at, "of an input of unknown size");
  }
  if (*volume(shape->second) == 0) {
    reject(at, printable(at.node.inputs[i]), "the shape " + text(shape->second), "sizes above 0");
  }
  return shape->second;
}

int to_int(const Context& at, std::string_view key, std::int64_t value, std::int64_t low,
           std::int64_t high) {
  if (value < low || value > high) {
    reject(at, key, std::to_string(value), fmt::format("an integer in {}..{}", low, high));
  }
  return static_cast<int>(value);
}

/// An attribute of `count` integers in low..kMaxPixels.
std::vector<int> integers(const Context& at, const std::string& key, std::size_t count, int low,
                          int fallback) {
  const auto found = at.node.ints.find(key);
  if (found == at.node.ints.end()) return std::vector<int>(count, fallback);
  if (found->second.size() != count) {
    reject(at, key, fmt::format("{} integers", found->second.size()), std::to_string(count));
  }
  std::vector<int> values;
  for (const std::int64_t value : found->second) {
    values.push_back(to_int(at, key, value, low, kMaxPixels));
  }
  return values;
}

/// Padding before and after of one direction with auto_pad SAME_*: as many output pixels as strides
/// begin in the input.
std::array<int, 2> same_padding(int in, int kernel, int stride, int dilation, bool upper) {
  const std::int64_t outputs = (std::int64_t{in} + stride - 1) / stride;
  const std::int64_t extent = std::int64_t{dilation} * (kernel - 1) + 1;
  const std::int64_t total = std::max<std::int64_t>((outputs - 1) * stride + extent - in, 0);
  const auto less = static_cast<int>(std::min<std::int64_t>(total / 2, kMaxPixels + 1));
  const auto more = static_cast<int>(std::min<std::int64_t>(total - total / 2, kMaxPixels + 1));
  return upper ? std::array{less, more} : std::array{more, less};
}

void set_padding(const Context& at, std::size_t directions, Conv& c) {
  const auto automatic = at.node.texts.find("auto_pad");
  const std::string mode = automatic == at.node.texts.end() ? "NOTSET" : automatic->second;
  if (mode == "NOTSET") {
    const std::vector<int> pads = integers(at, "pads", 2 * directions, 0, 0);
    c.pad_left = pads[directions - 1];
    c.pad_right = pads[2 * directions - 1];
    if (directions == 2) {
      c.pad_top = pads[0];
      c.pad_bottom = pads[2];
    }
  } else if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    const bool upper = mode == "SAME_UPPER";
    const auto h = same_padding(c.in_h, c.kernel_h, c.stride_h, c.dilation_h, upper);
    const auto w = same_padding(c.in_w, c.kernel_w, c.stride_w, c.dilation_w, upper);
    c.pad_top = h[0];
    c.pad_bottom = h[1];
    c.pad_left = w[0];
    c.pad_right = w[1];
  } else if (mode != "VALID") {
    reject(at, "auto_pad", fmt::format("\"{}\"", printable(mode)),
           "NOTSET, SAME_UPPER, SAME_LOWER, VALID");
  }
}

Conv sizes_of_conv(const Context& at, const OnnxShape& x, const OnnxShape& w) {
  const std::size_t directions = x.size() - 2;
  const auto pixels = [&](std::int64_t size) { return to_int(at, "size", size, 1, kMaxPixels); };
  Conv c;
  c.in_channels = to_int(at, "channels", x[1], 1, kMaxSize);
  c.out_channels = to_int(at, "channels", w[0], 1, kMaxSize);
  c.in_w = pixels(x.back());
  c.kernel_w = pixels(w.back());
  const std::vector<int> strides = integers(at, "strides", directions, 1, 1);
  const std::vector<int> dilations = integers(at, "dilations", directions, 1, 1);
  c.stride_w = strides.back();
  c.dilation_w = dilations.back();
  if (directions == 2) {
    c.in_h = pixels(x[2]);
    c.kernel_h = pixels(w[2]);
    c.stride_h = strides[0];
    c.dilation_h = dilations[0];
  }
  c.groups = integers(at, "group", 1, 1, 1)[0];
  set_padding(at, directions, c);
  return c;
}

/// kernel_shape only repeats what the weights say.
void check_kernel_shape(const Context& at, const OnnxShape& w) {
  const auto kernel = at.node.ints.find("kernel_shape");
  const OnnxShape sizes(w.begin() + 2, w.end());
  if (kernel != at.node.ints.end() && kernel->second != sizes) {
    reject(at, "kernel_shape", text(kernel->second), text(sizes) + ", as the weights have");
  }
}

OnnxProduct conv_product(const Context& at) {
  const OnnxShape& x = shape_of(at, 0);
  const OnnxShape& w = shape_of(at, 1);
  if (x.size() != w.size() || x.size() < 3) {
    reject(at, "inputs", fmt::format("shapes {} and {}", text(x), text(w)),
           "[batch, channels, pixels...] and [channels, channels of a group, kernel...]");
  }
  if (x.size() > 4) unsupported(at, "over three dimensions");
  if (!is_fixed(at, 1)) unsupported(at, "by weights that are activations");
  if (x[0] != at.graph.batch) unsupported(at, "of images that are not those of the batch");
  check_kernel_shape(at, w);
  OnnxProduct product;
  product.layer.kind = LayerKind::conv;
  product.layer.conv = sizes_of_conv(at, x, w);
  const Conv& c = product.layer.conv;
  if (c.in_channels != w[1] * c.groups) {
    reject(at, "group", fmt::format("{} of {} channels each", c.groups, w[1]),
           fmt::format("as many as the input has, {}", c.in_channels));
  }
  product.parameters = {at.node.inputs[1]};
  product.layer.bias = has_input(at, 2);
  if (product.layer.bias) product.parameters.push_back(at.node.inputs[2]);
  return product;
}

/// The rows that belong to one sample.
std::int64_t rows_of_sample(const Context& at, std::int64_t rows) {
  if (rows % at.graph.batch != 0) unsupported(at, "of rows that are not those of the batch");
  return rows / at.graph.batch;
}

Gemm sizes_of_gemm(const Context& at, std::int64_t rows, std::int64_t m, std::int64_t n) {
  Gemm g;
  g.rows = to_int(at, "rows", rows, 1, kMaxSize);
  g.m = to_int(at, "input features", m, 1, kMaxSize);
  g.n = to_int(at, "output features", n, 1, kMaxSize);
  return g;
}

void require_same(const Context& at, std::int64_t left, std::int64_t right) {
  if (left == right) return;
  reject(at, "inputs", fmt::format("{} columns times {} rows", left, right), "as many of both");
}

/// Rows of activations times a matrix of parameters.
OnnxProduct parameter_product(const Context& at, std::int64_t rows, std::int64_t m, std::int64_t n,
                              std::size_t weights) {
  OnnxProduct product;
  product.layer.gemm = sizes_of_gemm(at, rows_of_sample(at, rows), m, n);
  product.parameters = {at.node.inputs[weights]};
  return product;
}

OnnxProduct gemm_product(const Context& at) {
  OnnxShape a = shape_of(at, 0);
  OnnxShape b = shape_of(at, 1);
  if (a.size() != 2 || b.size() != 2) {
    reject(at, "inputs", fmt::format("shapes {} and {}", text(a), text(b)), "two matrices");
  }
  if (integers(at, "transA", 1, 0, 0)[0] != 0) std::swap(a[0], a[1]);
  if (integers(at, "transB", 1, 0, 0)[0] != 0) std::swap(b[0], b[1]);
  require_same(at, a[1], b[0]);
  if (is_fixed(at, 0) == is_fixed(at, 1)) unsupported(at, "without one matrix of parameters");
  if (is_fixed(at, 0)) return parameter_product(at, b[1], a[1], a[0], 0);
  OnnxProduct product = parameter_product(at, a[0], a[1], b[1], 1);
  if (has_input(at, 2) && is_fixed(at, 2)) {
    const OnnxShape& c = shape_of(at, 2);
    product.layer.bias = !c.empty() && c.back() == b[1] && *volume(c) == b[1];
    if (product.layer.bias) product.parameters.push_back(at.node.inputs[2]);
  }
  return product;
}

/// Product of all sizes but the last two.
std::int64_t matrices(const OnnxShape& shape) {
  return *volume(OnnxShape(shape.begin(), shape.end() - 2));
}

/// The stacks of matrices of both operands, sizes of 1 repeated.
std::int64_t common_matrices(const Context& at, const OnnxShape& a, const OnnxShape& b) {
  std::int64_t count = 1;
  for (std::size_t i = 3; i <= std::max(a.size(), b.size()); ++i) {
    const std::int64_t left = i <= a.size() ? a[a.size() - i] : 1;
    const std::int64_t right = i <= b.size() ? b[b.size() - i] : 1;
    if (left != right && left != 1 && right != 1) {
      reject(at, "inputs", fmt::format("shapes {} and {}", text(a), text(b)),
             "stacks of as many matrices");
    }
    const std::int64_t both = std::max(left, right);
    if (count > kMaxSize / both) unsupported(at, "of too many matrices");
    count *= both;
  }
  return count;
}

OnnxProduct matmul_product(const Context& at) {
  OnnxShape a = shape_of(at, 0);
  OnnxShape b = shape_of(at, 1);
  if (a.empty() || b.empty()) reject(at, "inputs", "a scalar", "vectors and matrices");
  if (a.size() == 1) a.insert(a.begin(), 1);
  if (b.size() == 1) b.push_back(1);
  const std::int64_t m = a.back();
  const std::int64_t n = b.back();
  const std::int64_t rows = a[a.size() - 2];
  require_same(at, m, b[b.size() - 2]);
  const std::int64_t count = common_matrices(at, a, b);
  if (is_fixed(at, 0) && is_fixed(at, 1)) unsupported(at, "of two matrices of parameters");
  if (is_fixed(at, 1) && matrices(b) == 1) return parameter_product(at, count * rows, m, n, 1);
  // Y = W X is Y^T = X^T W^T.
  if (is_fixed(at, 0) && matrices(a) == 1) return parameter_product(at, count * n, m, rows, 0);
  if (is_fixed(at, 0) || is_fixed(at, 1)) unsupported(at, "by several matrices of parameters");
  OnnxProduct product;
  product.layer.gemm = sizes_of_gemm(at, rows, m, n);
  product.layer.gemm.products = to_int(at, "products", rows_of_sample(at, count), 1, kMaxSize);
  product.layer.gemm.activations = true;
  return product;
}

}  // namespace

OnnxProduct onnx_product(const OnnxGraph& graph, const OnnxFixed& fixed, const OnnxNode& node,
                         const std::string& file) {
  const Context at{graph, fixed, node, file};
  OnnxProduct product = node.op == "Conv"   ? conv_product(at)
                        : node.op == "Gemm" ? gemm_product(at)
                                            : matmul_product(at);
  if (const auto fault = find_fault(product.layer)) {
    reject(at, fault->key, fault->found, fault->allowed);
  }
  return product;
}

}  // namespace gradloom::model
