// SPDX-License-Identifier: Apache-2.0
#include "golden/loop_order.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace gradloom::golden {
namespace {

/// A matrix over two directions of a layer.
struct Tensor {
  Buffer buffer;
  Direction first;
  Direction second;
  Direction third;  ///< that it does not have
  bool sums;        ///< of products along the third direction
};

std::span<const Tensor> tensors_of(Op op) {
  using enum Direction;
  static constexpr std::array fprop{Tensor{Buffer::x, b, m, n, false},
                                    Tensor{Buffer::w, m, n, b, false},
                                    Tensor{Buffer::y, b, n, m, true}};
  static constexpr std::array dgrad{Tensor{Buffer::delta, b, n, m, false},
                                    Tensor{Buffer::w, m, n, b, false},
                                    Tensor{Buffer::dx, b, m, n, true}};
  static constexpr std::array wgrad{Tensor{Buffer::x, b, m, n, false},
                                    Tensor{Buffer::delta, b, n, m, false},
                                    Tensor{Buffer::dw, m, n, b, true}};
  static constexpr std::array backward{
      Tensor{Buffer::x, b, m, n, false}, Tensor{Buffer::delta, b, n, m, false},
      Tensor{Buffer::w, m, n, b, false}, Tensor{Buffer::dx, b, m, n, true},
      Tensor{Buffer::dw, m, n, b, true}};
  switch (op) {
    case Op::fprop: return fprop;
    case Op::dgrad: return dgrad;
    case Op::wgrad: return wgrad;
    default: return backward;
  }
}

std::int64_t size_of(const MemoryLayer& layer, Direction direction) {
  return direction == Direction::m ? layer.m : direction == Direction::n ? layer.n : layer.b;
}

std::int64_t count_of(const ChunkCounts& chunks, Direction direction) {
  return direction == Direction::m ? chunks.m : direction == Direction::n ? chunks.n : chunks.b;
}

/// How often each block of a tensor comes into its buffer.
std::int64_t visits(const MemoryLayer& layer, const LoopNest& nest, const Tensor& tensor) {
  const auto third = std::find(nest.begin(), nest.end(), tensor.third);
  const bool moves = std::any_of(
      third + 1, nest.end(), [&](Direction inner) { return count_of(layer.chunks, inner) > 1; });
  return moves ? count_of(layer.chunks, tensor.third) : 1;
}

/// As a floating-point number, since counts of a bad order may leave 64 bits.
double total(const MemoryLayer& layer, const LoopNest& nest) {
  double sum = 0;
  for (const Tensor& tensor : tensors_of(layer.op)) {
    const auto times = static_cast<double>(visits(layer, nest, tensor));
    sum += static_cast<double>(size_of(layer, tensor.first)) *
           static_cast<double>(size_of(layer, tensor.second)) *
           (tensor.sums ? 2 * times - 1 : times);
  }
  return sum;
}

}  // namespace

const char* name(LoopOrder order) { return order == LoopOrder::best ? "best" : "fixed"; }

std::string text(const LoopNest& nest) {
  constexpr std::array names{"m", "n", "b"};
  std::string joined;
  for (const Direction direction : nest) {
    joined += (joined.empty() ? "" : ", ");
    joined += names[static_cast<std::size_t>(direction)];
  }
  return joined;
}

BufferWords memory_words(const MemoryLayer& layer, const LoopNest& nest) {
  BufferWords words{};
  for (const Tensor& tensor : tensors_of(layer.op)) {
    const std::int64_t size = size_of(layer, tensor.first) * size_of(layer, tensor.second);
    const std::int64_t times = visits(layer, nest, tensor);
    MemoryWords& of = words[static_cast<std::size_t>(tensor.buffer)];
    of.read = size * (tensor.sums ? times - 1 : times);
    if (tensor.sums) of.written = size * times;
  }
  return words;
}

LoopNest loop_nest(const MemoryLayer& layer, LoopOrder order) {
  using enum Direction;
  LoopNest nest = layer.op == Op::fprop ? LoopNest{b, n, m} : LoopNest{b, m, n};
  if (order == LoopOrder::fixed) return nest;
  LoopNest other{m, n, b};
  do {
    if (total(layer, other) < total(layer, nest)) nest = other;
  } while (std::next_permutation(other.begin(), other.end()));
  return nest;
}

}  // namespace gradloom::golden
