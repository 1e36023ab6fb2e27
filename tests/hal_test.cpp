// SPDX-License-Identifier: Apache-2.0
// The driver against registers that are made by hand, and the memory format worked out by hand.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hal/gradloom_hal.h"

namespace gradloom {
namespace {

// lanes 3, a bus of 64 bits; X, DELTA, DERIV 1 byte, W 2, accumulators 4 (BIAS 8, to have it all).
constexpr gradloom_design kDesign{0x89ABCDEF, 0x01234567, 3, 64, 40, {1, 1, 2, 4, 4, 4, 8, 0, 1}};

struct Write {
  std::uint32_t offset;
  std::uint32_t value;
  bool operator==(const Write&) const = default;
};

// Registers that read as they were set, or as `on_read` says.
struct Registers {
  std::map<std::uint32_t, std::uint32_t> value;
  std::vector<Write> writes;
  std::function<void(std::uint32_t)> on_read;
  gradloom_device dev{};

  Registers() {
    value[GRADLOOM_ID] = GRADLOOM_ID_VALUE;
    value[GRADLOOM_HASH_LO] = kDesign.hash_lo;
    value[GRADLOOM_HASH_HI] = kDesign.hash_hi;
    value[GRADLOOM_SHAPE] = 3 | 3 << 16;
    value[GRADLOOM_BUS] = 64 | 40 << 16;
    gradloom_init(&dev, &kDesign, read, write, this);
  }
  static std::uint32_t read(void* user, std::uint32_t offset) {
    auto& self = *static_cast<Registers*>(user);
    if (self.on_read) self.on_read(offset);
    return self.value[offset];
  }
  static void write(void* user, std::uint32_t offset, std::uint32_t value) {
    static_cast<Registers*>(user)->writes.push_back({offset, value});
  }
};

TEST_CASE("a probe finds another device, configuration, array and bus") {
  Registers regs;
  CHECK(gradloom_probe(&regs.dev) == GRADLOOM_OK);
  const std::map<std::uint32_t, gradloom_result> wrong{{GRADLOOM_ID, GRADLOOM_E_ID},
                                                       {GRADLOOM_HASH_LO, GRADLOOM_E_HASH},
                                                       {GRADLOOM_HASH_HI, GRADLOOM_E_HASH},
                                                       {GRADLOOM_SHAPE, GRADLOOM_E_SHAPE},
                                                       {GRADLOOM_BUS, GRADLOOM_E_SHAPE}};
  for (const auto& [offset, result] : wrong) {
    Registers other;
    other.value[offset] ^= 0x100;
    CHECK(gradloom_probe(&other.dev) == result);
    CHECK(other.writes.empty());
  }
}

TEST_CASE("a list is written whole, or refused before anything is written") {
  Registers regs;
  CHECK(gradloom_set_list(&regs.dev, 0x12'3456'7840, 77) == GRADLOOM_OK);
  CHECK(regs.writes == std::vector<Write>{{GRADLOOM_LIST_ADDR_LO, 0x34567840},
                                          {GRADLOOM_LIST_ADDR_HI, 0x12},
                                          {GRADLOOM_LIST_LENGTH, 77}});
  regs.writes.clear();
  const std::uint64_t end = std::uint64_t{1} << 40;
  CHECK(gradloom_set_list(&regs.dev, 0x20, 1) == GRADLOOM_E_ARGUMENT);
  CHECK(gradloom_set_list(&regs.dev, 0x40, 0) == GRADLOOM_E_ARGUMENT);
  CHECK(gradloom_set_list(&regs.dev, 0x40, 65536) == GRADLOOM_E_ARGUMENT);
  CHECK(gradloom_set_list(&regs.dev, end, 1) == GRADLOOM_E_ARGUMENT);
  CHECK(gradloom_set_list(&regs.dev, end - 64, 2) == GRADLOOM_E_ARGUMENT);
  CHECK(gradloom_set_list(&regs.dev, std::uint64_t{0} - 64, 1) == GRADLOOM_E_ARGUMENT);
  CHECK(gradloom_set_batches(&regs.dev, 0) == GRADLOOM_E_ARGUMENT);
  CHECK(gradloom_set_batches(&regs.dev, 65536) == GRADLOOM_E_ARGUMENT);
  CHECK(regs.writes.empty());
  CHECK(gradloom_set_list(&regs.dev, end - 64, 1) == GRADLOOM_OK);
  CHECK(gradloom_set_batches(&regs.dev, 65535) == GRADLOOM_OK);
}

TEST_CASE("an address of 64 bits") {
  gradloom_design design = kDesign;
  design.address_bits = 64;
  Registers regs;
  regs.dev.design = &design;
  CHECK(gradloom_set_list(&regs.dev, std::uint64_t{0} - 64, 1) == GRADLOOM_OK);
  CHECK(gradloom_set_list(&regs.dev, std::uint64_t{0} - 64, 2) == GRADLOOM_E_ARGUMENT);
}

TEST_CASE("nothing that the hardware would refuse is written while it runs or drains") {
  Registers regs;
  regs.value[GRADLOOM_RUN_STATUS] = GRADLOOM_RUN_RUNNING;
  CHECK(gradloom_set_list(&regs.dev, 0, 1) == GRADLOOM_E_BUSY);
  CHECK(gradloom_set_batches(&regs.dev, 1) == GRADLOOM_E_BUSY);
  CHECK(gradloom_set_timeout(&regs.dev, 1) == GRADLOOM_E_BUSY);
  CHECK(gradloom_set_seed(&regs.dev, 1) == GRADLOOM_E_BUSY);
  CHECK(gradloom_clear_counters(&regs.dev) == GRADLOOM_E_BUSY);
  CHECK(gradloom_start(&regs.dev) == GRADLOOM_E_BUSY);
  regs.value[GRADLOOM_RUN_STATUS] = GRADLOOM_RUN_ERROR | GRADLOOM_RUN_DRAINING;
  CHECK(gradloom_start(&regs.dev) == GRADLOOM_E_BUSY);
  CHECK(regs.writes.empty());
  CHECK(gradloom_set_seed(&regs.dev, 5) == GRADLOOM_OK);
  CHECK(regs.writes == std::vector<Write>{{GRADLOOM_SEED, 5}});
}

TEST_CASE("start calls its hook, clears old interrupts and writes START last") {
  Registers regs;
  regs.dev.before_start = [](void* user) {
    static_cast<Registers*>(user)->writes.push_back({0xFFFF, 0});
  };
  CHECK(gradloom_start(&regs.dev) == GRADLOOM_OK);
  CHECK(regs.writes == std::vector<Write>{{GRADLOOM_IRQ_STATUS, 3},
                                          {0xFFFF, 0},
                                          {GRADLOOM_CONTROL, GRADLOOM_CONTROL_START}});
}

TEST_CASE("poll tells how the run stands") {
  Registers regs;
  gradloom_status status{};
  regs.value[GRADLOOM_ITERATION] = 4;
  regs.value[GRADLOOM_ERROR_INDEX] = 9;
  CHECK(gradloom_poll(&regs.dev, &status) == GRADLOOM_E_NO_RUN);
  regs.value[GRADLOOM_RUN_STATUS] = GRADLOOM_RUN_RUNNING;
  CHECK(gradloom_poll(&regs.dev, &status) == GRADLOOM_E_BUSY);
  CHECK(status.running == 1);
  CHECK(status.iteration == 4);
  CHECK(status.index == 0);
  regs.value[GRADLOOM_RUN_STATUS] = GRADLOOM_RUN_DONE;
  CHECK(gradloom_poll(&regs.dev, nullptr) == GRADLOOM_OK);
  regs.value[GRADLOOM_RUN_STATUS] = GRADLOOM_RUN_ERROR | GRADLOOM_RUN_DRAINING | 37 << 8;
  CHECK(gradloom_poll(&regs.dev, &status) == GRADLOOM_E_RUN);
  CHECK(status.error == 1);
  CHECK(status.draining == 1);
  CHECK(status.code == GRADLOOM_ERR_TIMEOUT);
  CHECK(status.index == 9);
}

TEST_CASE("waiting ends with the run, its bound or the idle hook") {
  struct Idle {
    Registers* regs;
    int calls = 0;
    int end_after = 1000;
    int stop_after = 1000;
    static int call(void* user) {
      auto& self = *static_cast<Idle*>(user);
      if (++self.calls == self.end_after) {
        self.regs->value[GRADLOOM_RUN_STATUS] = GRADLOOM_RUN_DONE;
      }
      return self.calls == self.stop_after ? 1 : 0;
    }
  };
  Registers regs;
  gradloom_status status{};
  int ends = 0;
  regs.dev.after_end = [](void* user) { static_cast<Registers*>(user)->value[0xFFFF]++; };
  const auto start = [&] { regs.value[GRADLOOM_RUN_STATUS] = GRADLOOM_RUN_RUNNING; };

  start();
  Idle ended{&regs, 0, 5};
  CHECK(gradloom_wait(&regs.dev, Idle::call, &ended, 0, &status) == GRADLOOM_OK);
  CHECK(ended.calls == 5);
  CHECK(status.done == 1);
  ends = static_cast<int>(regs.value[0xFFFF]);
  CHECK(ends == 1);

  start();
  Idle bounded{&regs};
  CHECK(gradloom_wait(&regs.dev, Idle::call, &bounded, 7, nullptr) == GRADLOOM_E_BOUND);
  CHECK(bounded.calls == 6);

  Idle stopped{&regs, 0, 1000, 3};
  CHECK(gradloom_wait(&regs.dev, Idle::call, &stopped, 0, nullptr) == GRADLOOM_E_STOPPED);
  CHECK(gradloom_wait(&regs.dev, nullptr, nullptr, 3, nullptr) == GRADLOOM_E_BOUND);
  CHECK(regs.value[0xFFFF] == 1);
}

TEST_CASE("a reset waits until nothing is outstanding") {
  Registers regs;
  int reads = 0;
  regs.on_read = [&](std::uint32_t offset) {
    if (offset == GRADLOOM_RUN_STATUS && ++reads == 4) regs.value[offset] = 0;
  };
  regs.value[GRADLOOM_RUN_STATUS] = GRADLOOM_RUN_DRAINING;
  CHECK(gradloom_reset(&regs.dev, 0, nullptr, nullptr, 3) == GRADLOOM_E_BOUND);
  CHECK(gradloom_reset(&regs.dev, 0, nullptr, nullptr, 3) == GRADLOOM_OK);
  CHECK(gradloom_reset(&regs.dev, 1, nullptr, nullptr, 3) == GRADLOOM_OK);
  CHECK(regs.writes ==
        std::vector<Write>{{GRADLOOM_CONTROL, 2}, {GRADLOOM_CONTROL, 2}, {GRADLOOM_CONTROL, 6}});
}

TEST_CASE("interrupts") {
  Registers regs;
  gradloom_irq_enable(&regs.dev, 0xFF);
  regs.value[GRADLOOM_IRQ_ENABLE] = GRADLOOM_IRQ_ERROR;
  regs.value[GRADLOOM_IRQ_STATUS] = GRADLOOM_IRQ_DONE;
  CHECK(gradloom_irq_status(&regs.dev) == GRADLOOM_IRQ_DONE);
  CHECK(gradloom_irq_take(&regs.dev) == 0);
  regs.value[GRADLOOM_IRQ_STATUS] = GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR;
  CHECK(gradloom_irq_take(&regs.dev) == GRADLOOM_IRQ_ERROR);
  gradloom_irq_clear(&regs.dev, GRADLOOM_IRQ_DONE);
  CHECK(regs.writes == std::vector<Write>{{GRADLOOM_IRQ_ENABLE, 3},
                                          {GRADLOOM_IRQ_STATUS, GRADLOOM_IRQ_ERROR},
                                          {GRADLOOM_IRQ_STATUS, GRADLOOM_IRQ_DONE}});
}

TEST_CASE("a counter is read whole while it counts") {
  // It steps before each look at it: the read may fall anywhere around the carry.
  for (std::uint64_t first = 0xFFFFFFF8; first < 0x100000008; ++first) {
    Registers regs;
    std::uint64_t count = first;
    regs.on_read = [&](std::uint32_t) {
      ++count;
      regs.value[GRADLOOM_RUN_CYCLES] = static_cast<std::uint32_t>(count);
      regs.value[GRADLOOM_RUN_CYCLES + 4] = static_cast<std::uint32_t>(count >> 32);
    };
    const std::uint64_t value = gradloom_counter(&regs.dev, GRADLOOM_RUN_CYCLES);
    CHECK(value >= first);
    CHECK(value <= first + 4);
  }
  Registers regs;
  regs.value[GRADLOOM_RUN_CYCLES] = 10;
  regs.value[GRADLOOM_FETCH_BEATS] = 7;
  regs.value[GRADLOOM_FETCH_BEATS + 4] = 1;
  gradloom_run_counters counters{};
  gradloom_get_run_counters(&regs.dev, &counters);
  CHECK(counters.run_cycles == 10);
  CHECK(counters.fetch_beats == 0x100000007);
}

TEST_CASE("sizes: a vector is filled up to whole beats, a matrix is blocks of columns") {
  CHECK(gradloom_vector_bytes(&kDesign, GRADLOOM_X) == 8);
  CHECK(gradloom_vector_bytes(&kDesign, GRADLOOM_W) == 8);
  CHECK(gradloom_vector_bytes(&kDesign, GRADLOOM_Y) == 16);
  CHECK(gradloom_vector_bytes(&kDesign, GRADLOOM_BIAS) == 24);
  CHECK(gradloom_vector_bytes(&kDesign, 7) == 0);
  CHECK(gradloom_vector_bytes(&kDesign, 9) == 0);
  CHECK(gradloom_block_bytes(&kDesign, GRADLOOM_Y, 5) == 80);
  CHECK(gradloom_matrix_bytes(&kDesign, GRADLOOM_Y, 5, 3) == 80);
  CHECK(gradloom_matrix_bytes(&kDesign, GRADLOOM_Y, 5, 4) == 160);
}

TEST_CASE("packing, worked by hand") {
  // Two rows of four columns: a full block and one with a single lane.
  const std::array<std::int32_t, 8> plain{1, -2, 3, 0x1234, 5, 6, -7, -1};
  std::vector<std::uint8_t> memory(40, 0xEE);
  gradloom_pack(&kDesign, GRADLOOM_W, plain.data(), 2, 4, memory.data(), 0);
  const std::vector<std::uint8_t> expected{
      1,    0,    0xFE, 0xFF, 3,    0,    0,    0,      // block 0, row 0
      5,    0,    6,    0,    0xF9, 0xFF, 0,    0,      // row 1
      0x34, 0x12, 0,    0,    0,    0,    0,    0,      // block 1, row 0
      0xFF, 0xFF, 0,    0,    0,    0,    0,    0,      // row 1
      0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE};  // untouched
  CHECK(memory == expected);
  std::array<std::int32_t, 8> back{};
  gradloom_unpack(&kDesign, GRADLOOM_W, memory.data(), 0, back.data(), 2, 4);
  CHECK(back == plain);
}

TEST_CASE("every element size comes back, with gaps between the blocks") {
  for (const int buffer : {GRADLOOM_X, GRADLOOM_W, GRADLOOM_Y, GRADLOOM_BIAS, GRADLOOM_DERIV}) {
    const std::uint32_t bytes = kDesign.element_bytes[buffer];
    const bool is_signed = buffer != GRADLOOM_DERIV;
    const std::int64_t least = is_signed ? INT64_MIN >> (64 - 8 * bytes) : 0;
    const std::int64_t most = is_signed ? -(least + 1) : 255;
    std::vector<std::int64_t> plain;
    for (int i = 0; i < 35; ++i) {
      plain.push_back(i % 5 == 0 ? least : i % 5 == 1 ? most : i % 5 == 2 && is_signed ? -i : i);
    }
    const std::size_t stride = gradloom_block_bytes(&kDesign, buffer, 5) + 64;
    std::vector<std::uint8_t> memory(3 * stride);
    std::vector<std::int64_t> back(plain.size());
    gradloom_pack64(&kDesign, buffer, plain.data(), 5, 7, memory.data(), stride);
    gradloom_unpack64(&kDesign, buffer, memory.data(), stride, back.data(), 5, 7);
    CHECK(back == plain);
    if (bytes > 4) continue;
    std::vector<std::int32_t> narrow(plain.begin(), plain.end());
    std::vector<std::int32_t> narrow_back(plain.size());
    gradloom_pack(&kDesign, buffer, narrow.data(), 5, 7, memory.data(), stride);
    gradloom_unpack(&kDesign, buffer, memory.data(), stride, narrow_back.data(), 5, 7);
    CHECK(narrow_back == narrow);
  }
}

TEST_CASE("names") {
  CHECK(std::string(gradloom_error_name(GRADLOOM_ERR_DEADLOCK)) == "deadlock");
  CHECK(std::string(gradloom_error_name(16 + 8)) == "command_no_fit_x");
  CHECK(std::string(gradloom_error_name(99)) == "unknown");
  CHECK(std::string(gradloom_result_name(GRADLOOM_E_HASH)) ==
        "another configuration than the header's");
}

}  // namespace
}  // namespace gradloom
