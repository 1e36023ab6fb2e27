// SPDX-License-Identifier: Apache-2.0
#include "sim/region.hpp"

#include <set>

namespace gradloom {
namespace {

using golden::Command;

bool is_matrix(Buffer buffer) { return buffer == Buffer::w || buffer == Buffer::dw; }

int tiles_of(int extent, int lanes) { return (extent + lanes - 1) / lanes; }

Region make_region(const Config& config, Buffer buffer, std::uint32_t base, std::uint32_t stride,
                   std::uint32_t extent) {
  Region r;
  r.buffer = buffer;
  r.lanes = lanes(config, buffer);
  r.depth = depth(config, buffer);
  r.base = static_cast<int>(base);
  r.stride = static_cast<int>(stride);
  r.extent = static_cast<int>(extent);
  r.words = tiles_of(r.extent, r.lanes) * r.stride;
  return r;
}

// How far the lane is inside the edge of the layer in the tile of that address. For a neighbour of
// the region, the first tile is what counts.
int inside(const Region& r, int lane, int addr) {
  const int offset = addr - r.base;
  const int tile = offset < 0 || offset >= r.words ? 0 : offset / r.stride;
  return r.extent - (tile * r.lanes + lane);
}

// What a command is made of.
struct Parts {
  bool fprop;
  bool dgrad;
  bool wgrad;
  bool update;    // of W, and dW is not written
  bool forward;   // forward lane
  bool backward;  // backward lane
  bool bias_update;
};

Parts parts_of(const Command& c) {
  const Op op = static_cast<Op>(c.op);
  Parts p{};
  p.fprop = op == Op::fprop;
  p.dgrad = op == Op::dgrad || op == Op::backward;
  p.wgrad = op == Op::wgrad || op == Op::backward;
  p.update = p.wgrad && c.training.update;
  p.forward = p.fprop && c.training.post;
  p.backward = p.dgrad && c.training.post;
  p.bias_update = p.wgrad && c.training.bgrad;
  return p;
}

}  // namespace

bool Region::in_layer(int lane, int addr) const {
  return addr >= base && addr < base + words && inside(*this, lane, addr) > 0;
}

bool Region::watched(int lane, int addr) const {
  return addr >= base - 1 && addr <= base + words && inside(*this, lane, addr) >= 0;
}

Region region(const Config& config, const Command& layer, Buffer buffer) {
  return make_region(config, buffer, layer.bases.at(static_cast<std::size_t>(buffer)),
                     is_matrix(buffer) ? layer.m : layer.b, by_row(buffer) ? layer.m : layer.n);
}

std::vector<Touch> touches(const Config& config, const Command& c) {
  const Parts p = parts_of(c);
  const golden::Tiling tiles = golden::tiling(config, c);
  std::vector<Touch> list;
  const auto add = [&](const Region& r, bool read, bool written) {
    if (read || written) list.push_back({r, read, written});
  };
  const auto own = [&](Buffer buffer, bool read, bool written) {
    add(region(config, c, buffer), read, written);
  };
  const auto at = [&](Buffer buffer, std::uint32_t base, std::uint32_t stride,
                      std::uint32_t extent) {
    return make_region(config, buffer, base, stride, extent);
  };
  const std::uint32_t x_base = c.bases[static_cast<std::size_t>(Buffer::x)];
  own(Buffer::x, p.fprop || p.wgrad, false);
  own(Buffer::delta, p.dgrad || p.wgrad || (p.forward && c.training.loss),
      p.forward && c.training.loss);
  own(Buffer::w, p.fprop || p.dgrad || p.update, p.update);
  // Sums that are not final are written whatever becomes of the final ones.
  own(Buffer::y, p.fprop && c.acc_psum, p.fprop && (!p.forward || c.training.to_y || tiles.mt > 1));
  own(Buffer::dx, p.dgrad && c.acc_psum, p.dgrad && (!p.backward || tiles.nt > 1));
  own(Buffer::dw, p.wgrad && !p.update && c.acc_dw, p.wgrad && !p.update);
  add(at(Buffer::bias, c.training.bias_base, 1, c.n), p.forward || p.bias_update, p.bias_update);
  add(at(Buffer::deriv, x_base, c.b, c.m), p.backward, false);
  const bool to_x = p.forward && c.training.to_x;
  add(at(Buffer::x, c.training.next_base, c.b, c.n), false, to_x);
  add(at(Buffer::deriv, c.training.next_base, c.b, c.n), false, to_x);
  add(at(Buffer::delta, c.training.next_base, c.b, c.m), false, p.backward);
  return list;
}

std::vector<BaseUse> base_uses(const Config& config, Command& c) {
  const Parts p = parts_of(c);
  const golden::Tiling tiles = golden::tiling(config, c);
  std::vector<BaseUse> list;
  const auto add = [&](bool used, Buffer buffer, std::uint32_t& base, std::int64_t words) {
    if (used) list.push_back({buffer, static_cast<int>(words), &base});
  };
  const auto own = [&](bool used, Buffer buffer, std::int64_t words) {
    add(used, buffer, c.bases[static_cast<std::size_t>(buffer)], words);
  };
  const std::int64_t row_words = std::int64_t{tiles.mt} * c.b;
  const std::int64_t col_words = std::int64_t{tiles.nt} * c.b;
  const std::int64_t matrix_words = std::int64_t{tiles.nt} * c.m;
  own(p.fprop || p.wgrad || p.backward, Buffer::x, row_words);
  own(p.dgrad || p.wgrad || (p.forward && c.training.loss), Buffer::delta, col_words);
  own(p.fprop || p.dgrad || p.update, Buffer::w, matrix_words);
  own(p.fprop, Buffer::y, col_words);
  own(p.dgrad, Buffer::dx, row_words);
  own(p.wgrad && !p.update, Buffer::dw, matrix_words);
  add(p.forward || p.bias_update, Buffer::bias, c.training.bias_base, tiles.nt);
  add(p.forward && c.training.to_x, Buffer::x, c.training.next_base, col_words);
  add(p.backward, Buffer::delta, c.training.next_base, row_words);
  return list;
}

Footprint footprint(const Config& config, const std::vector<Command>& commands) {
  std::set<Word> needed;
  std::set<Word> written;
  std::set<Word> watched;
  for (const Command& command : commands) {
    const std::vector<Touch> list = touches(config, command);
    for (const Touch& touch : list) {
      if (!touch.read) continue;
      for_each_word(touch.region, [&](int lane, std::uint32_t addr) {
        const Word word{touch.region.buffer, lane, addr};
        if (!written.contains(word)) needed.insert(word);
      });
    }
    for (const Touch& touch : list) {
      if (!touch.written) continue;
      const Buffer buffer = touch.region.buffer;
      for_each_word(touch.region, [&](int lane, std::uint32_t addr) {
        written.insert({buffer, lane, addr});
      });
      for_each_watched(touch.region, [&](int lane, std::uint32_t addr) {
        watched.insert({buffer, lane, addr});
      });
    }
  }
  Footprint result;
  result.needed.assign(needed.begin(), needed.end());
  result.written.assign(written.begin(), written.end());
  for (const Word& word : watched) {
    if (!written.contains(word)) result.watched.push_back(word);
  }
  return result;
}

}  // namespace gradloom
