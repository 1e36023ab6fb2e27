// SPDX-License-Identifier: Apache-2.0
#include "sim/bus_scene.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "golden/bus_layout.hpp"
#include "golden/numerics.hpp"
#include "golden/ports.hpp"
#include "golden/timing.hpp"
#include "sim/prng.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kSceneStream = 0xA421;
constexpr std::uint64_t kPage = 4096;
constexpr std::int64_t kLookCycles = 100;

Matrix random_matrix(Prng& prng, int rows, int cols, int bits) {
  Matrix matrix(rows, cols);
  for (std::int64_t& value : matrix.data) value = static_cast<std::int64_t>(prng()) >> (64 - bits);
  return matrix;
}

void put(std::vector<std::uint8_t>& bytes, std::uint64_t offset,
         const std::vector<std::uint8_t>& part) {
  std::copy(part.begin(), part.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

int tiles(int size, int lanes) { return (size + lanes - 1) / lanes; }

}  // namespace

BusScene::BusScene(const Config& config, std::uint64_t seed)
    : config_(config), design_(driver_design(config, 0)) {
  Prng prng = make_prng(seed, kSceneStream);
  const int lanes = config.rows;
  // Two tiles in each direction, the last ones not full, as far as the banks allow.
  const int b = std::min({3, config.limits.batch, config.buffers.x / 2, config.buffers.y / 2});
  const int m = std::min({lanes + 1, config.limits.m, config.buffers.w / 2});
  const int n = std::min(2 * lanes - 1, config.limits.n);
  const auto vector = [&](Buffer buffer) {
    return static_cast<std::uint64_t>(gradloom_vector_bytes(&design_, select_code(buffer)));
  };
  const auto beat = static_cast<std::uint64_t>(beat_bytes(config));
  const auto size = [](int value) { return static_cast<std::uint64_t>(value); };
  const std::uint64_t x_block = size(b) * vector(Buffer::x) + beat;  // a gap between blocks
  const std::uint64_t w_block = size(m) * vector(Buffer::w);
  const std::uint64_t y_block = size(b) * vector(Buffer::y) + 2 * beat;
  const std::uint64_t mt = size(tiles(m, lanes));
  const std::uint64_t nt = size(tiles(n, lanes));
  x_stride_ = mt * x_block;
  y_stride_ = nt * y_block;
  const std::uint64_t w_bytes = nt * w_block;

  // Y and W lie across a 4 KiB boundary, X ends with the address space.
  const auto whole_pages = [](std::uint64_t count) { return (count + kPage - 1) / kPage * kPage; };
  const auto half = [&](std::uint64_t count) { return (count / beat / 2 + 1) * beat; };
  const std::uint64_t x_bytes = kIterations * x_stride_;
  const std::uint64_t y_offset = whole_pages(half(y_stride_)) - half(y_stride_);
  const std::uint64_t w_offset =
      whole_pages(y_offset + y_bytes()) + whole_pages(half(w_bytes)) - half(w_bytes);
  const std::uint64_t total = whole_pages(w_offset + w_bytes) + whole_pages(x_bytes);
  const std::uint64_t last = ~std::uint64_t{0} >> (64 - config.address_bits);
  data_ = last - total + 1;
  base_ = data_ - kListBytes;
  y_ = data_ + y_offset;
  w_ = data_ + w_offset;
  x_ = last - x_bytes + 1;

  const Matrix w = random_matrix(prng, m, n, config.training.master_bits);
  Matrix operands = w;
  for (std::int64_t& value : operands.data) {
    value >>= config.training.master_bits - config.operand_bits;
  }
  before_.resize(total);
  for (std::uint8_t& byte : before_) byte = static_cast<std::uint8_t>(prng());
  const auto matrix_bytes = [&](Buffer buffer, const Matrix& matrix, std::uint64_t block) {
    std::vector<std::uint8_t> bytes(size(tiles(matrix.cols, lanes)) * block);
    gradloom_pack64(&design_, select_code(buffer), matrix.data.data(),
                    static_cast<std::uint32_t>(matrix.rows),
                    static_cast<std::uint32_t>(matrix.cols), bytes.data(), block);
    return bytes;
  };
  put(before_, w_ - data_, matrix_bytes(Buffer::w, w, w_block));
  std::vector<std::vector<std::uint8_t>> results;
  for (std::uint64_t i = 0; i < kIterations; ++i) {
    const Matrix x = random_matrix(prng, b, m, config.operand_bits);
    put(before_, x_ - data_ + i * x_stride_, matrix_bytes(Buffer::x, x, x_block));
    const Matrix y = golden::fprop(x, operands, golden::accumulator(config));
    results.push_back(matrix_bytes(Buffer::y, y, y_block));
  }
  after_ = before_;
  for (std::uint64_t i = 0; i < kIterations; ++i) {
    // The gaps between the blocks stay as they are.
    for (std::uint64_t j = 0; j < nt; ++j) {
      const auto from = results[i].begin() + static_cast<std::ptrdiff_t>(j * y_block);
      const auto count = static_cast<std::ptrdiff_t>(y_block - 2 * beat);
      put(after_, y_ - data_ + i * y_stride_ + j * y_block, {from, from + count});
    }
  }

  const auto beats = [&](Buffer buffer) {
    return static_cast<std::uint64_t>(vector_beats(config, buffer));
  };
  read_beats_ = kIterations * mt * size(b) * beats(Buffer::x) + nt * size(m) * beats(Buffer::w);
  write_beats_ = kIterations * nt * size(b) * beats(Buffer::y);
  const golden::Command command = golden::make_command(Op::fprop, Schedule::interleaved, m, n, b);
  compute_cycles_ =
      kIterations * static_cast<std::uint64_t>(golden::cost(config, command)[Counter::busy]);

  const std::uint32_t load = engine_bit(BusEngine::load);
  const std::uint32_t compute = engine_bit(BusEngine::compute);
  const std::uint32_t store = engine_bit(BusEngine::store);
  const auto lanes_left = [&](int size_) {
    return size(size_ - (tiles(size_, lanes) - 1) * lanes);
  };
  const DescriptorWords load_x =
      make_descriptor(DescriptorKind::load, {{"address", x_},
                                             {"buffer", size(select_code(Buffer::x))},
                                             {"vectors", size(b)},
                                             {"blocks", mt},
                                             {"block_stride", x_block},
                                             {"iteration_stride", x_stride_},
                                             {"bank_stride", size(b)},
                                             {"last_lanes", lanes_left(m)}});
  good_.push_back(load_x);
  good_.push_back(make_descriptor(DescriptorKind::load, {{"signal", compute},
                                                         {"address", w_},
                                                         {"buffer", size(select_code(Buffer::w))},
                                                         {"vectors", size(m)},
                                                         {"blocks", nt},
                                                         {"block_stride", w_block},
                                                         {"bank_stride", size(m)},
                                                         {"last_lanes", lanes_left(n)}}));
  good_.push_back(make_descriptor(DescriptorKind::compute, {{"wait", load},
                                                            {"signal", load | store},
                                                            {"op", 0},
                                                            {"m", size(m)},
                                                            {"n", size(n)},
                                                            {"b", size(b)}}));
  good_.push_back(make_descriptor(DescriptorKind::store, {{"wait", compute},
                                                          {"signal", load},
                                                          {"address", y_},
                                                          {"buffer", size(select_code(Buffer::y))},
                                                          {"vectors", size(b)},
                                                          {"blocks", nt},
                                                          {"block_stride", y_block},
                                                          {"iteration_stride", y_stride_},
                                                          {"bank_stride", size(b)},
                                                          {"last_lanes", lanes_left(n)}}));
  DescriptorWords ahead = load_x;
  set_field(ahead, DescriptorKind::load, "wait", compute | store);
  set_field(ahead, DescriptorKind::load, "signal", compute);
  set_field(ahead, DescriptorKind::load, "ahead", 1);
  good_.push_back(ahead);
  good_.push_back(make_descriptor(DescriptorKind::next, {{"more", kCompute}, {"done", kEnd}}));
  good_.push_back(make_descriptor(DescriptorKind::end, {}));
}

void BusScene::fill(AxiBench& bench, const BusList& list) const {
  bench.memory().bytes().write(base_, list_bytes(list));
  bench.memory().bytes().write(data_, before_);
}

std::int64_t BusScene::check(const AxiBench& bench, SceneStores stores,
                             const std::string& what) const {
  std::vector<std::uint8_t> now(before_.size());
  bench.memory().bytes().read(data_, now);
  const std::vector<std::uint8_t>& expected = stores == SceneStores::none ? before_ : after_;
  const auto fail = [&](std::size_t i) {
    throw CheckError(
        fmt::format("{}: memory at 0x{:x}: before 0x{:02x}, after a good run 0x{:02x}, "
                    "found 0x{:02x}",
                    what, data_ + i, before_[i], after_[i], now[i]),
        {});
  };
  const std::uint64_t first = y_ - data_;
  // With SceneStores::whole: for each iteration, what the first byte that tells them apart is.
  std::vector<int> ran(kIterations, -1);
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (stores == SceneStores::none || stores == SceneStores::all || before_[i] == after_[i]) {
      if (now[i] != expected[i]) fail(i);
      continue;
    }
    if (now[i] != before_[i] && now[i] != after_[i]) fail(i);
    if (stores == SceneStores::partly) continue;
    int& store = ran.at((i - first) / y_stride_);
    const int is_new = now[i] == after_[i] ? 1 : 0;
    if (store < 0) store = is_new;
    if (store != is_new) fail(i);
  }
  return static_cast<std::int64_t>(now.size());
}

SceneRun wait_for_end(AxiBench& bench, std::int64_t cycles) {
  struct Idle {
    AxiBench* bench;
    std::int64_t end;
    static int call(void* user) {
      const auto& self = *static_cast<Idle*>(user);
      for (std::int64_t i = 0; i < kLookCycles && !self.bench->irq(); ++i) self.bench->cycle();
      return self.bench->cycles() > self.end ? 1 : 0;
    }
  };
  Idle idle{&bench, bench.cycles() + cycles};
  SceneRun run;
  run.result = gradloom_wait(&bench.device(), Idle::call, &idle, 0, &run.status);
  if (run.result == GRADLOOM_E_STOPPED) {
    throw CheckError(fmt::format("the run has not ended after {} cycles", cycles), {});
  }
  gradloom_get_run_counters(&bench.device(), &run.counters);
  const gradloom_run_counters& c = run.counters;
  const std::uint64_t sum = c.compute_cycles + c.load_cycles + c.drain_cycles + c.bus_cycles;
  if (sum != c.run_cycles) {
    throw CheckError(fmt::format("RUN_CYCLES is {}, but the four kinds of cycles add up to {}",
                                 c.run_cycles, sum),
                     {});
  }
  return run;
}

SceneRun run_list(AxiBench& bench, std::uint64_t address, std::uint32_t length,
                  std::uint32_t batches, std::int64_t cycles) {
  gradloom_device& dev = bench.device();
  const auto good = [](gradloom_result result, const char* what) {
    if (result == GRADLOOM_OK) return;
    throw CheckError(fmt::format("{}: {}", what, gradloom_result_name(result)), {});
  };
  good(gradloom_set_list(&dev, address, length), "setting the list");
  good(gradloom_set_batches(&dev, batches), "setting the number of batches");
  good(gradloom_start(&dev), "START");
  return wait_for_end(bench, cycles);
}

}  // namespace gradloom
