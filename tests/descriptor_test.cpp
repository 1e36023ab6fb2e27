// SPDX-License-Identifier: Apache-2.0
#include "golden/descriptor.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include "tests/chip_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;
using test::Random;

namespace {

std::uint32_t bits(Random& random, int count) {
  return static_cast<std::uint32_t>(random() & ((std::uint64_t{1} << count) - 1));
}

Descriptor random_descriptor(Random& random) {
  Descriptor d;
  d.kind = static_cast<DescriptorKind>(pick(random, 0, kDescriptorKinds - 1));
  d.wait = bits(random, 3);
  d.signal = bits(random, 3);
  d.ahead = pick(random, 0, 1) != 0;
  if (d.kind == DescriptorKind::load || d.kind == DescriptorKind::store) {
    d.transfer = {random(),         bits(random, 4),  bits(random, 16),
                  bits(random, 16), bits(random, 16), bits(random, 32),
                  bits(random, 32), bits(random, 16), bits(random, 16)};
  }
  if (d.kind == DescriptorKind::next) {
    d.more = bits(random, 32);
    d.done = bits(random, 32);
  }
  if (d.kind != DescriptorKind::compute) return d;
  Command& c = d.command;
  c.op = pick(random, 0, 3);
  c.schedule = pick(random, 0, 3);
  c.acc_psum = pick(random, 0, 1) != 0;
  c.acc_dw = pick(random, 0, 1) != 0;
  for (std::uint32_t* size : {&c.m, &c.n, &c.b}) *size = bits(random, 16);
  for (std::uint32_t& base : c.bases) base = bits(random, 16);
  TrainingFields& t = c.training;
  for (bool* flag :
       {&t.post, &t.to_x, &t.to_y, &t.loss, &t.update, &t.bgrad, &t.sr_post, &t.sr_update}) {
    *flag = pick(random, 0, 1) != 0;
  }
  t.act = bits(random, 3);
  t.leak = bits(random, 3);
  for (std::uint32_t* field :
       {&t.scale, &t.bias_scale, &t.rate, &t.decay, &t.bias_base, &t.next_base}) {
    *field = bits(random, 16);
  }
  t.shift = bits(random, 6);
  t.bias_shift = bits(random, 6);
  t.rate_shift = bits(random, 5);
  return d;
}

/// A good design: 4 lanes, addresses of 10 bits, 64-bit beats.
Config design() {
  Random random(1);
  Config config = test::bus_config(random);
  config.rows = config.cols = 4;
  config.operand_bits = 8;
  config.training.master_bits = 16;
  config.accumulator_bits = 32;
  config.buffers = {1024, 512, 1000, 512, 512, 64, 32};
  config.limits = {100, 100, 100};
  config.data_bits = 64;
  config.address_bits = 40;
  return config;
}

Descriptor good_load() {
  Descriptor d;
  d.kind = DescriptorKind::load;
  d.wait = bit(BusEngine::compute);
  d.signal = bit(BusEngine::store);
  d.transfer = {0x1000, 2, 900, 10, 10, 80, 8, 10, 4};
  return d;
}

Descriptor good_compute() {
  Descriptor d;
  d.kind = DescriptorKind::compute;
  d.command = make_command(Op::fprop, Schedule::interleaved, 4, 4, 4);
  return d;
}

Descriptor good_next() {
  Descriptor d;
  d.kind = DescriptorKind::next;
  d.more = 5;
  d.done = 6;
  return d;
}

RunError checked(const Descriptor& d, const Config& config = design()) {
  return check_descriptor(config, encode(d), {5, 10, 0});
}

/// The code after a change of a good LOAD.
RunError with(const std::function<void(Descriptor&)>& change, const Config& config = design()) {
  Descriptor d = good_load();
  change(d);
  return checked(d, config);
}

}  // namespace

TEST_CASE("encode and decode are the inverse of each other") {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const Descriptor d = random_descriptor(random);
    CHECK(decode(encode(d)) == d);
  }
}

TEST_CASE("the words of docs/bus.md, section 3, by hand") {
  Descriptor load = good_load();
  load.ahead = true;
  load.transfer.address = 0x1234567890;
  const DescriptorWords words = encode(load);
  CHECK(words[0] == (1U | 1U << 4 | 2U << 8 | 4U << 11 | 1U << 14));
  CHECK(words[1] == 0x34567890U);
  CHECK(words[2] == 0x12U);
  CHECK(words[3] == (2U | 900U << 16));
  CHECK(words[4] == (10U | 10U << 16));
  CHECK(words[5] == 80);
  CHECK(words[6] == 8);
  CHECK(words[7] == (10U | 4U << 16));
  for (std::size_t i = 8; i < words.size(); ++i) CHECK(words[i] == 0);
  CHECK(encode(Descriptor{})[0] == 0x10);
  Descriptor compute = good_compute();
  compute.command.training.rate_shift = 17;
  compute.command.training.rate = 3;
  compute.command.training.leak = 5;
  compute.command.bases[5] = 9;
  CHECK(encode(compute)[10] == (3U | 17U << 16));
  CHECK(encode(compute)[1] == 5U << 17);
  CHECK(encode(compute)[2] == (4U | 4U << 16));
  CHECK(encode(compute)[6] == 9U << 16);
}

TEST_CASE("good descriptors") {
  CHECK(checked(good_load()) == RunError::none);
  CHECK(checked(good_compute()) == RunError::none);
  CHECK(checked(good_next()) == RunError::none);
  CHECK(checked(Descriptor{}) == RunError::none);
  Descriptor store = good_load();
  store.kind = DescriptorKind::store;
  store.signal = bit(BusEngine::load);
  CHECK(checked(store) == RunError::none);
}

TEST_CASE("every bit without a name must be 0") {
  const Config config = design();
  for (const Descriptor& good : {good_load(), good_compute(), good_next(), Descriptor{}}) {
    int refused = 0;
    for (std::size_t word = 0; word < kDescriptorWords; ++word) {
      for (unsigned bit_number = 0; bit_number < 32; ++bit_number) {
        DescriptorWords words = encode(good);
        words[word] ^= 1U << bit_number;
        const bool named =
            (reserved_bits(good.kind, static_cast<int>(word)) >> bit_number & 1U) == 0;
        const RunError code = check_descriptor(config, words, {5, 10, 0});
        if (!named) CHECK(code == RunError::reserved);
        const bool kind = word == 0 && bit_number < 4;  // another kind has other fields
        if (named && !kind) CHECK(code != RunError::reserved);
        refused += named ? 0 : 1;
      }
    }
    CHECK(refused > 100);
  }
}

TEST_CASE("bad LOADs, code by code") {
  DescriptorWords words = encode(good_load());
  words[0] ^= 3U << 4;
  CHECK(check_descriptor(design(), words, {5, 10, 0}) == RunError::bad_version);
  words = encode(good_load());
  words[0] |= 5;
  CHECK(check_descriptor(design(), words, {5, 10, 0}) == RunError::bad_kind);
  CHECK(with([](Descriptor& d) { d.wait = bit(BusEngine::load); }) == RunError::bad_sync);
  CHECK(with([](Descriptor& d) { d.signal = bit(BusEngine::load); }) == RunError::bad_sync);
  for (const std::uint32_t code : {7U, 9U, 15U}) {
    CHECK(with([&](Descriptor& d) { d.transfer.buffer = code; }) == RunError::bad_buffer);
  }
  CHECK(with([](Descriptor& d) { d.transfer.vectors = 0; }) == RunError::zero_size);
  CHECK(with([](Descriptor& d) { d.transfer.blocks = 0; }) == RunError::zero_size);
  CHECK(with([](Descriptor& d) { d.transfer.base = 901; }) == RunError::no_fit);
  CHECK(with([](Descriptor& d) { d.transfer.bank_stride = 11; }) == RunError::no_fit);
  CHECK(with([](Descriptor& d) { d.transfer.buffer = 6; }) == RunError::no_fit);
  CHECK(with([](Descriptor& d) { d.transfer.address += 4; }) == RunError::bad_address);
  CHECK(with([](Descriptor& d) { d.transfer.block_stride += 4; }) == RunError::bad_address);
  CHECK(with([](Descriptor& d) { d.transfer.iteration_stride += 4; }) == RunError::bad_address);
  CHECK(with([](Descriptor& d) { d.transfer.last_lanes = 0; }) == RunError::bad_lanes);
  CHECK(with([](Descriptor& d) { d.transfer.last_lanes = 5; }) == RunError::bad_lanes);
  // The last byte is at address + 9 * 80 + 10 * 8 - 1.
  CHECK(with([](Descriptor& d) { d.transfer.address = 0xFFFFFFFCE0; }) == RunError::none);
  CHECK(with([](Descriptor& d) { d.transfer.address = 0xFFFFFFFCE8; }) == RunError::bad_address);
  CHECK(with([](Descriptor& d) { d.transfer.address = 1ULL << 40; }) == RunError::bad_address);
  Config wide = design();
  wide.address_bits = 64;
  CHECK(with([](Descriptor& d) { d.transfer.address = 0xFFFFFFFFFFFFFCE0; }, wide) ==
        RunError::none);
  CHECK(with([](Descriptor& d) { d.transfer.address = 0xFFFFFFFFFFFFFCE8; }, wide) ==
        RunError::bad_address);
}

TEST_CASE("the address of the iteration counts") {
  Descriptor d = good_load();
  d.transfer.address = 0xFFFFFFFCD0;
  const auto at = [&](std::uint32_t iteration) {
    return check_descriptor(design(), encode(d), {5, 10, iteration});
  };
  CHECK(at(0) == RunError::none);
  CHECK(at(2) == RunError::none);
  CHECK(at(3) == RunError::bad_address);
}

TEST_CASE("bad tokens, targets, ends and fields") {
  Descriptor compute = good_compute();
  compute.wait = bit(BusEngine::compute);
  CHECK(checked(compute) == RunError::bad_sync);
  compute = good_compute();
  compute.ahead = true;
  CHECK(checked(compute) == RunError::bad_sync);
  for (Descriptor d : {good_next(), Descriptor{}}) {
    d.wait = bit(BusEngine::load);
    CHECK(checked(d) == RunError::bad_sync);
    d.wait = 0;
    d.ahead = true;
    CHECK(checked(d) == RunError::bad_sync);
  }
  Descriptor next = good_next();
  next.more = 6;
  CHECK(checked(next) == RunError::bad_target);
  next = good_next();
  next.done = 5;
  CHECK(checked(next) == RunError::bad_target);
  next.done = 10;
  CHECK(checked(next) == RunError::bad_target);
  const auto last = [](const Descriptor& d) {
    return check_descriptor(design(), encode(d), {9, 10, 0});
  };
  CHECK(last(good_load()) == RunError::no_end);
  CHECK(last(good_compute()) == RunError::no_end);
  CHECK(last(Descriptor{}) == RunError::none);
  const auto field = [](const std::function<void(Command&)>& change) {
    Descriptor d = good_compute();
    change(d.command);
    return checked(d);
  };
  CHECK(field([](Command& c) { c.bases[0] = 1024; }) == RunError::bad_field);
  CHECK(field([](Command& c) { c.bases[5] = 1023; }) == RunError::none);
  CHECK(field([](Command& c) { c.m = 128; }) == RunError::bad_field);
  CHECK(field([](Command& c) { c.b = 127; }) == RunError::none);
  CHECK(field([](Command& c) { c.training.rate = 128; }) == RunError::bad_field);
  CHECK(field([](Command& c) { c.training.rate_shift = 16; }) == RunError::bad_field);
  CHECK(field([](Command& c) { c.training.bias_base = 1024; }) == RunError::bad_field);
  CHECK(field([](Command& c) { c.training.next_base = 1024; }) == RunError::bad_field);
  Config config = design();
  Descriptor decay = good_compute();
  decay.command.training.decay = 1;
  config.training.weight_decay = false;
  CHECK(checked(decay, config) == RunError::bad_field);
  config.training.weight_decay = true;
  CHECK(checked(decay, config) == RunError::none);
  decay.command.training.decay = 128;
  CHECK(checked(decay, config) == RunError::bad_field);
}

TEST_CASE("the first code of the table counts") {
  Descriptor d = good_load();
  d.transfer.last_lanes = 0;
  CHECK(checked(d) == RunError::bad_lanes);
  d.transfer.address = 1;
  CHECK(checked(d) == RunError::bad_address);
  d.transfer.base = 65535;
  CHECK(checked(d) == RunError::no_fit);
  d.transfer.vectors = 0;
  CHECK(checked(d) == RunError::zero_size);
  d.transfer.buffer = 7;
  CHECK(checked(d) == RunError::bad_buffer);
  d.wait = 1;
  CHECK(checked(d) == RunError::bad_sync);
  DescriptorWords words = encode(d);
  words[15] = 1;
  CHECK(check_descriptor(design(), words, {5, 10, 0}) == RunError::reserved);
  words[0] |= 8;
  CHECK(check_descriptor(design(), words, {5, 10, 0}) == RunError::bad_kind);
  words[0] ^= 1U << 4;
  CHECK(check_descriptor(design(), words, {5, 10, 0}) == RunError::bad_version);
}

TEST_CASE("START: address, length and batches") {
  const Config config = design();
  CHECK(check_list(config, 0x40, 1, 1) == RunError::none);
  CHECK(check_list(config, 0x20, 1, 1) == RunError::bad_list);
  CHECK(check_list(config, 0x40, 0, 1) == RunError::bad_list);
  CHECK(check_list(config, 0x40, 1, 0) == RunError::bad_list);
  CHECK(check_list(config, 0xFFFFFFFFC0, 1, 1) == RunError::none);
  CHECK(check_list(config, 0xFFFFFFFFC0, 2, 1) == RunError::bad_list);
  CHECK(check_list(config, 1ULL << 40, 1, 1) == RunError::bad_list);
}

TEST_CASE("names of codes") {
  CHECK(run_code_name(0) == "none");
  CHECK(run_code_name(8) == "no_fit");
  CHECK(run_code_name(16 + 12) == "command no_fit_dx");
  CHECK(run_code_name(37) == "timeout");
  CHECK(run_code_name(99) == "unknown");
}
