// SPDX-License-Identifier: Apache-2.0
// The lists that the RTL is compared on are good themselves, and their tokens are enough.
#include "sim/chip_image.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "golden/chip.hpp"
#include "sim/bus_list.hpp"
#include "sim/chip_case.hpp"
#include "sim/chip_step.hpp"
#include "sim/chip_suite.hpp"
#include "tests/chip_support.hpp"

namespace gradloom {
namespace {

using golden::test::AnyOrder;
using golden::test::Random;
using golden::test::Turns;

TEST_CASE("random lists run well, and in any order that the tokens permit") {
  std::set<std::uint32_t> batches;
  std::size_t waits = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const Config config = random_bus_config(seed);
    const ChipImage image = random_list(config, seed, static_cast<int>(seed % 30), true);
    batches.insert(image.batches);
    golden::Chip in_order(config);
    in_order.seed(*image.seed);
    golden::RangeMemory expected(image.base, image.bytes);
    const golden::RunResult result =
        in_order.run(expected, image.list_address, image.list_length, image.batches, {});
    REQUIRE(result.code == 0);
    REQUIRE_FALSE(in_order.array().read_undefined());
    for (const ExecutedDescriptor& done : executed(image)) {
      waits += done.descriptor.wait != 0 ? 1 : 0;
    }
    Random random(seed);
    for (const Turns turns : {Turns::any, Turns::load_first, Turns::store_last}) {
      golden::Chip chip(config);
      chip.seed(*image.seed);
      golden::RangeMemory memory(image.base, image.bytes);
      AnyOrder(chip, memory, random, turns)
          .run(image.list_address, image.list_length, image.batches);
      REQUIRE(memory.bytes() == expected.bytes());
    }
  }
  CHECK(batches.size() == 4);
  CHECK(waits > 500);
}

TEST_CASE("what is executed: NEXT is followed, ahead is left out in the last iteration") {
  const Config config = random_bus_config(1);
  ChipImage image;
  BusList list;
  DescriptorWords ahead = make_descriptor(DescriptorKind::load, {{"vectors", 1}, {"ahead", 1}});
  list.push_back(make_descriptor(DescriptorKind::compute, {{"m", 1}, {"n", 1}, {"b", 1}}));
  list.push_back(ahead);
  list.push_back(make_descriptor(DescriptorKind::next, {{"more", 0}, {"done", 4}}));
  list.push_back(make_descriptor(DescriptorKind::store, {}));
  list.push_back(make_descriptor(DescriptorKind::end, {}));
  image.bytes = list_bytes(list);
  image.list_length = 5;
  image.batches = 3;
  std::vector<std::uint32_t> indexes;
  for (const ExecutedDescriptor& done : executed(image)) indexes.push_back(done.index);
  CHECK(indexes == std::vector<std::uint32_t>{0, 1, 0, 1, 0});
}

TEST_CASE("random networks fit, and are what they are drawn for") {
  std::set<std::size_t> layers;
  std::set<int> batches;
  int stochastic = 0;
  int on_host = 0;
  int changed = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    CAPTURE(seed);
    const Config config = random_bus_config(seed);
    const CompiledCase compiled = random_compiled_case(config, seed);
    const golden::NetNumbers& net = compiled.data.numbers;
    layers.insert(net.layers.size());
    batches.insert(compiled.data.batches());
    stochastic += net.sr_post || net.sr_update ? 1 : 0;
    on_host += net.loss_on_chip ? 0 : 1;
    // Throws for numbers out of range.
    golden::TrainingNet reference(config, net, compiled.data.state, compiled.net.layer_cuts());
    for (int i = 0; i < compiled.data.batches(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      reference.step(compiled.data.inputs.at(at), compiled.data.targets.at(at));
    }
    changed += reference.state().layers != compiled.data.state.layers ? 1 : 0;
  }
  CHECK(layers.size() == 5);
  CHECK(batches.size() == 4);
  CHECK(stochastic > 10);
  CHECK(on_host > 10);
  CHECK(changed > 60);
}

TEST_CASE("fields of descriptors by name") {
  DescriptorWords words =
      make_descriptor(DescriptorKind::load, {{"address", 0x123456789AULL}, {"vectors", 0x1FFFF}});
  CHECK(words[0] == (1U | 1U << 4));
  CHECK(words[1] == 0x3456789A);
  CHECK(words[2] == 0x12);
  CHECK(words[4] == 0xFFFF);
  set_field(words, DescriptorKind::load, "vectors", 3);
  CHECK(get_field(words, DescriptorKind::load, "vectors") == 3);
  CHECK_THROWS_AS(set_field(words, DescriptorKind::load, "more", 1), std::invalid_argument);
  const std::vector<std::uint8_t> bytes = list_bytes({words});
  CHECK(bytes.size() == 64);
  CHECK(bytes[4] == 0x9A);
  CHECK(bytes[7] == 0x34);
}

}  // namespace
}  // namespace gradloom
