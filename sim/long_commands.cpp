// SPDX-License-Identifier: Apache-2.0
#include "sim/long_commands.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>
#include <vector>

#include "golden/command.hpp"
#include "sim/program_builder.hpp"
#include "sim/region.hpp"

namespace gradloom {
namespace {

using golden::Command;

constexpr int kMost = 1024;  // tiles, vectors: what is deeper takes long
constexpr int kMostPes = 64;
constexpr int kDrawn = 24;  // shapes of each operation
constexpr int kLooks = 16;
constexpr std::int64_t kMostSlots = 4096;

class Builder {
 public:
  Builder(const Config& config, std::uint64_t seed) : b_(config, seed) {}

  void fill() {
    const std::vector<Buffer> used = buffers_of(built_ops(b_.config));
    for (const Buffer buffer : {Buffer::x, Buffer::delta, Buffer::w}) {
      if (std::find(used.begin(), used.end(), buffer) == used.end()) continue;
      for (int lane = 0; lane < lanes(b_.config, buffer); ++lane) {
        for (int addr = 0; addr < depth(b_.config, buffer); ++addr) {
          b_.add(write_word(buffer, lane, static_cast<std::uint32_t>(addr),
                            static_cast<std::int64_t>(b_.random())));
        }
      }
    }
    b_.add(Barrier{});
  }

  void commands(Op op) {
    for (const Shape& shape : longest()) run(op, shape);
    for (int i = 0; i < kDrawn; ++i) {
      run(op,
          {drawn(b_.config.limits.m), drawn(b_.config.limits.n), drawn(b_.config.limits.batch)});
    }
    b_.add(Barrier{});
  }

  Program take() { return std::exchange(b_.program, {}); }
  int count() const { return count_; }

 private:
  // As far as the limits allow, and one less: a power of two, and all bits set below it.
  std::vector<Shape> longest() const {
    const auto tiles = [](int limit, int lanes) {
      return std::min(kMost, std::max(1, limit / lanes)) * lanes;
    };
    const int m = tiles(b_.config.limits.m, b_.config.rows);
    const int n = tiles(b_.config.limits.n, b_.config.cols);
    const int batch = std::min(kMost, b_.config.limits.batch);
    return {{m, 1, 1},     {m - b_.config.rows, 1, 1}, {1, n, 1}, {1, n - b_.config.cols, 1},
            {1, 1, batch}, {1, 1, batch - 1}};
  }

  // Numbers of all lengths come as often.
  int drawn(int limit) {
    const auto most = static_cast<int>(std::bit_width(static_cast<unsigned>(limit)));
    const int length = b_.pick(1, most);
    return std::min(limit, b_.pick(1 << (length - 1), (1 << length) - 1));
  }

  std::int64_t slots(const Command& c) const {
    const golden::Tiling tiles = golden::tiling(b_.config, c);
    return std::int64_t{tiles.mt} * tiles.nt * std::max<std::int64_t>(c.b, b_.config.rows);
  }

  // Puts everything that the command uses at the end of its buffer. False if a buffer is too small.
  bool to_the_end(Command& command) const {
    bool good = true;
    for (const BaseUse& use : base_uses(b_.config, command)) {
      const int left = depth(b_.config, use.buffer) - use.words;
      good = good && left >= 0;
      *use.base = static_cast<std::uint32_t>(std::max(0, left));
    }
    return good && golden::check(b_.config, command) == Status::ok;
  }

  void add(const Command& command) {
    b_.add(RunCommand{command});
    ++count_;
  }

  void refused(const Command& command) {
    if (golden::check(b_.config, command) != Status::ok) add(command);
  }

  // Trace pins tell what is written, not where: some words of each result, the last among them.
  void look_at_results(const Command& command) {
    b_.add(Barrier{});
    for (const Touch& touch : touches(b_.config, command)) {
      const Region& r = touch.region;
      if (!touch.written) continue;
      for (int lane = 0; lane < r.lanes; ++lane) read(r, lane, r.base + r.words - 1);
      for (int i = 0; i < kLooks; ++i) {
        read(r, b_.pick(0, r.lanes - 1), r.base + b_.pick(0, r.words - 1));
      }
    }
    b_.add(Barrier{});
  }

  void read(const Region& r, int lane, int addr) {
    if (r.in_layer(lane, addr)) {
      b_.add(read_word(r.buffer, lane, static_cast<std::uint32_t>(addr)));
    }
  }

  void run(Op op, const Shape& shape) {
    Command command =
        golden::make_command(op, kSchedules[static_cast<std::size_t>(count_) % kSchedules.size()],
                             std::max(1, shape.m), std::max(1, shape.n), std::max(1, shape.b));
    while (!to_the_end(command)) {
      refused(command);
      shrink(command);
    }
    for (const BaseUse& use : base_uses(b_.config, command)) {
      if (*use.base + 1 >= 1U << b_.widths.addr_w) continue;
      ++*use.base;
      refused(command);
      --*use.base;
    }
    if (slots(command) <= std::max<std::int64_t>(kMostSlots, kMost * b_.config.rows)) {
      add(command);
      look_at_results(command);
    }
  }

  // Only a little smaller: the first that fits nearly fills a buffer.
  void shrink(Command& command) {
    std::uint32_t* const sizes[] = {&command.m, &command.n, &command.b};
    std::uint32_t* largest =
        *std::max_element(std::begin(sizes), std::end(sizes),
                          [](const std::uint32_t* a, const std::uint32_t* b) { return *a < *b; });
    *largest -= (*largest + 7) / 8;
  }

  ProgramBuilder b_;
  int count_ = 0;
};

}  // namespace

LongPrograms long_programs(const Config& config, std::uint64_t seed) {
  LongPrograms all;
  if (config.rows * config.cols > kMostPes) return all;
  Builder builder(config, seed);
  builder.fill();
  all.programs.push_back(builder.take());
  for (const Op op : built_ops(config)) {
    builder.commands(op);
    all.programs.push_back(builder.take());
  }
  all.commands = builder.count();
  return all;
}

}  // namespace gradloom
