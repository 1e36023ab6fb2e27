// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/lowering.hpp"
#include "golden/chip.hpp"
#include "golden/error.hpp"
#include "golden/training_step.hpp"
#include "sim/chip_case.hpp"
#include "tests/chip_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using compiler::CompiledList;
using compiler::CompiledNet;
using compiler::LowerOptions;
using test::pick;
using test::Random;
using test::Turns;

namespace {

/// A compiled network with its data in memory, and the same network as documented.
struct Bench {
  Config config;
  ChipCase data;
  LowerOptions options;
  CompiledNet net;
  RangeMemory memory;
  Chip chip;

  Bench(const Config& c, const ChipCase& d, const LowerOptions& o)
      : config(c),
        data(d),
        options(o),
        net(compiler::lower(c, d.numbers, o)),
        memory(o.base, compiler::memory_image(c, net, d.state.layers)),
        chip(c) {
    chip.seed(d.seed);
  }

  TrainingNet reference() const {
    return TrainingNet(config, data.numbers, data.state, net.layer_cuts());
  }
  void put(std::size_t area, int batch, const Operands& values) {
    compiler::write_batch(config, net, area, batch, values, memory.bytes());
  }
  Operands get(std::size_t area, int batch) {
    return compiler::read_batch(config, net, area, batch, memory.bytes());
  }
  void put_data() {
    for (int i = 0; i < options.batches; ++i) {
      put(net.map.inputs, i, data.inputs[static_cast<std::size_t>(i)]);
      if (data.numbers.loss_on_chip) {
        put(net.map.targets, i, data.targets[static_cast<std::size_t>(i)]);
      }
    }
  }
  RunResult run(const std::string& name, int batches) {
    const CompiledList& list = net.list(name);
    const RunResult result =
        chip.run(memory, list.address, list.length(), static_cast<std::uint32_t>(batches));
    CAPTURE(name);
    CAPTURE(run_code_name(result.code));
    CAPTURE(result.error_index);
    REQUIRE(result.code == 0);
    REQUIRE(result.iteration == static_cast<std::uint32_t>(batches) - 1);
    const auto n = static_cast<std::uint64_t>(batches);
    if (list.repeats) {
      // `ahead` loads are left out in the last batch, and done once before the first.
      REQUIRE(result.load_beats == list.once.load + list.batch.load * n - ahead_beats(list));
      REQUIRE(result.store_beats == list.once.store + list.batch.store * n);
    }
    return result;
  }
  std::uint64_t ahead_beats(const CompiledList& list) const {
    std::uint64_t beats = 0;
    for (const Descriptor& d : list.descriptors) {
      if (!d.ahead) continue;
      beats +=
          std::uint64_t{d.transfer.vectors} * d.transfer.blocks *
          static_cast<std::uint64_t>(vector_beats(config, *selected_buffer(d.transfer.buffer)));
    }
    return beats;
  }
  std::vector<LayerState> state() { return compiler::read_state(config, net, memory.bytes()); }
};

void train_and_compare(Bench& bench) {
  TrainingNet reference = bench.reference();
  bench.put_data();
  std::vector<Operands> outputs;
  if (bench.data.numbers.loss_on_chip) {
    bench.run("train", bench.data.batches());
    for (int i = 0; i < bench.data.batches(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      reference.step(bench.data.inputs[at], bench.data.targets[at]);
      if (bench.options.keep_outputs) {
        REQUIRE(bench.get(bench.net.map.outputs, i) == reference.activations().back());
      }
    }
  } else {
    bench.run("load", 1);
    for (int i = 0; i < bench.data.batches(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      bench.put(bench.net.map.inputs, 0, bench.data.inputs[at]);
      bench.run("forward", 1);
      reference.forward(bench.data.inputs[at]);
      REQUIRE(bench.get(bench.net.map.outputs, 0) == reference.activations().back());
      bench.put(bench.net.map.targets, 0, bench.data.targets[at]);
      bench.run("backward", 1);
      reference.backward(bench.data.targets[at]);
    }
    bench.run("save", 1);
  }
  REQUIRE(bench.state() == reference.state().layers);
  REQUIRE(!bench.chip.array().read_undefined());
  bench.put_data();
  bench.run("infer", bench.options.batches);
  for (int i = 0; i < bench.options.batches; ++i) {
    const Operands expected = reference.infer(bench.data.inputs[static_cast<std::size_t>(i)]);
    REQUIRE(bench.get(bench.net.map.outputs, i) == expected);
  }
  REQUIRE(!bench.chip.array().read_undefined());
}

ChipCase small_case(const Config& config, std::uint64_t seed) {
  return random_chip_case(config, seed, {5, 3, 4});
}

/// Buffers that hold `tiles` tiles of the largest layers or so.
void make_tight(Random& random, int batch, Config& config) {
  const int lanes = config.cols;
  const auto size = [&](int least, int most) { return pick(random, least, most); };
  config.buffers.x = size(2 * batch, 6 * batch);
  config.buffers.delta = size(2 * batch, 4 * batch);
  config.buffers.w = size(lanes, 5 * lanes);
  config.buffers.y = size(batch, 3 * batch);
  config.buffers.dx = size(batch, 3 * batch);
  config.buffers.bias = size(1, 4);
}

LowerOptions options_for(Random& random, const ChipCase& data) {
  LowerOptions options;
  options.base = static_cast<std::uint64_t>(pick(random, 0, 3)) * 0x10000U;
  options.batches = data.numbers.loss_on_chip ? data.batches() : 1;
  options.keep_outputs = pick(random, 0, 1) != 0;
  return options;
}

}  // namespace

TEST_CASE("resident networks train as documented") {
  Random random(11);
  for (int i = 0; i < 120; ++i) {
    CAPTURE(i);
    const Config config = test::bus_config(random);
    const ChipCase data = small_case(config, static_cast<std::uint64_t>(i));
    Bench bench(config, data, options_for(random, data));
    train_and_compare(bench);
  }
}

TEST_CASE("networks that do not fit train as documented") {
  Random random(12);
  int cut = 0;
  for (int i = 0; i < 250; ++i) {
    CAPTURE(i);
    Config config = test::bus_config(random);
    const ChipCase data = small_case(config, static_cast<std::uint64_t>(1000 + i));
    make_tight(random, data.numbers.batch, config);
    Bench bench(config, data, options_for(random, data));
    for (const compiler::WidthCut& width : bench.net.cut) cut += width.chunks() > 1 ? 1 : 0;
    train_and_compare(bench);
  }
  CHECK(cut > 300);
}

TEST_CASE("any order that the tokens permit gives the same memory") {
  Random random(13);
  int most = 0;
  for (int i = 0; i < 300; ++i) {
    CAPTURE(i);
    Config config = test::bus_config(random);
    const ChipCase data = small_case(config, static_cast<std::uint64_t>(2000 + i));
    if (i % 3 != 0) make_tight(random, data.numbers.batch, config);
    Bench bench(config, data, options_for(random, data));
    bench.put_data();
    if (!data.numbers.loss_on_chip) {
      bench.put(bench.net.map.inputs, 0, data.inputs[0]);
      bench.put(bench.net.map.targets, 0, data.targets[0]);
    }
    const std::vector<std::uint8_t> before = bench.memory.bytes();
    const auto names =
        data.numbers.loss_on_chip
            ? std::vector<std::string>{"train", "infer"}
            : std::vector<std::string>{"load", "forward", "backward", "save", "infer"};
    for (const std::string& name : names) bench.run(name, bench.options.batches);
    for (const Turns turns : {Turns::any, Turns::load_first, Turns::compute_first,
                              Turns::store_first, Turns::store_last}) {
      RangeMemory memory(bench.options.base, before);
      Chip chip(config);
      chip.seed(data.seed);
      for (const std::string& name : names) {
        CAPTURE(name);
        const CompiledList& list = bench.net.list(name);
        test::AnyOrder order(chip, memory, random, turns);
        order.run(list.address, list.length(), static_cast<std::uint32_t>(bench.options.batches));
        most = std::max(most, order.most_tokens());
        if (!list.repeats) REQUIRE(order.tokens_left() == 0);
      }
      REQUIRE(memory.bytes() == bench.memory.bytes());
    }
  }
  CHECK(most < kMaxTokens / 4);
}

TEST_CASE("a token less can be told") {
  // The lists have no token too many to speak of: without one of them, some order goes wrong.
  Random random(14);
  int wrong = 0;
  int tried = 0;
  for (int i = 0; i < 40; ++i) {
    Config config = test::bus_config(random);
    ChipCase data = small_case(config, static_cast<std::uint64_t>(3000 + i));
    data.numbers.loss_on_chip = true;
    make_tight(random, data.numbers.batch, config);
    LowerOptions options = options_for(random, data);
    options.batches = data.batches();
    Bench bench(config, data, options);
    bench.put_data();
    const std::vector<std::uint8_t> before = bench.memory.bytes();
    bench.run("train", options.batches);
    const CompiledList& list = bench.net.list("train");
    for (int from = 0; from < kBusEngines; ++from) {
      for (int to = 0; to < kBusEngines; ++to) {
        std::vector<std::uint8_t> bytes = before;
        int tokens = 0;
        for (std::size_t d = 0; d < list.descriptors.size(); ++d) {
          Descriptor changed = list.descriptors[d];
          const bool moves =
              changed.kind != DescriptorKind::end && changed.kind != DescriptorKind::next;
          if (!moves) continue;
          const auto engine = static_cast<int>(engine_of(changed.kind));
          tokens += engine == to ? static_cast<int>(changed.wait >> from & 1U) : 0;
          if (engine == to) changed.wait &= ~(1U << from);
          if (engine == from) changed.signal &= ~(1U << to);
          std::size_t at = list.address - options.base + d * kDescriptorBytes;
          for (const std::uint32_t word : encode(changed)) {
            for (int k = 0; k < 4; ++k) bytes[at++] = static_cast<std::uint8_t>(word >> (8 * k));
          }
        }
        if (tokens < 3) continue;
        bool differs = false;
        for (const Turns turns : {Turns::any, Turns::load_first, Turns::compute_first,
                                  Turns::store_first, Turns::store_last}) {
          RangeMemory memory(options.base, bytes);
          Chip chip(config);
          chip.seed(data.seed);
          test::AnyOrder(chip, memory, random, turns)
              .run(list.address, list.length(), static_cast<std::uint32_t>(options.batches));
          const auto state = compiler::read_state(config, bench.net, memory.bytes());
          differs = differs || state != bench.state();
        }
        ++tried;
        wrong += differs ? 1 : 0;
      }
    }
  }
  CHECK(tried > 50);
  CHECK(wrong > tried * 3 / 4);
}

namespace {

NetNumbers plain_net(const std::vector<int>& widths, int batch) {
  NetNumbers numbers;
  numbers.batch = batch;
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    LayerNumbers layer;
    layer.m = widths[k];
    layer.n = widths[k + 1];
    layer.scale = 1;
    numbers.layers.push_back(layer);
  }
  return numbers;
}

/// Four lanes, room for one tile of everything at batch 8.
Config four_lanes() {
  Random random(15);
  Config config = test::bus_config(random);
  config.rows = config.cols = 4;
  config.operand_bits = 8;
  config.training = {true, 16, 6, 1, false, false};
  config.accumulator_bits = 32;
  config.overflow = Overflow::wrap;
  config.buffers = {16, 16, 4, 8, 8, 1, 1};
  config.limits = {4, 4, 8};
  config.data_bits = 64;
  config.address_bits = 32;
  return config;
}

std::string refusal(const Config& config, const NetNumbers& numbers,
                    const LowerOptions& options = {}) {
  try {
    compiler::lower(config, numbers, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("networks that cannot be compiled are refused, with what is missing") {
  const NetNumbers net = plain_net({9, 6, 5}, 8);
  REQUIRE(refusal(four_lanes(), net).empty());
  const auto without = [&](int BufferDepths::*depth) {
    Config config = four_lanes();
    --(config.buffers.*depth);
    return refusal(config, net);
  };
  CHECK(without(&BufferDepths::x) ==
        "layer 1 (9 x 6, batch 8): found buffers.x: 15, needed 16 words for its input and output "
        "with chunks of 4 x 4");
  CHECK(without(&BufferDepths::delta).find("found buffers.delta: 15, needed 16") !=
        std::string::npos);
  CHECK(without(&BufferDepths::w).find("found buffers.w: 3, needed 4") != std::string::npos);
  CHECK(without(&BufferDepths::y).find("found buffers.y: 7, needed 8") != std::string::npos);
  CHECK(without(&BufferDepths::dx).find("found buffers.dx: 7, needed 8") != std::string::npos);
  CHECK(without(&BufferDepths::bias).find("found buffers.bias: 0, needed 1") != std::string::npos);
  Config config = four_lanes();
  config.limits.batch = 7;
  CHECK(refusal(config, net).find("found limits.batch: 7, needed 8") != std::string::npos);
  config = four_lanes();
  config.limits.m = 3;
  CHECK(refusal(config, net).find("found limits.m: 3, needed 4") != std::string::npos);
  config = four_lanes();
  config.overflow = Overflow::refuse;
  config.accumulator_bits = 17;
  CHECK(refusal(config, net).find("fprop: found a sum of 9 products") != std::string::npos);
  config = four_lanes();
  config.bus = HostBus::none;
  CHECK(refusal(config, net).find("host.bus: axi") != std::string::npos);
}

TEST_CASE("numbers that the hardware does not have are refused") {
  const auto with = [](auto change) {
    NetNumbers numbers = plain_net({9, 6, 5}, 8);
    change(numbers);
    return refusal(four_lanes(), numbers);
  };
  CHECK(with([](NetNumbers& n) { n.layers.clear(); }).find("found 0 layers") != std::string::npos);
  CHECK(with([](NetNumbers& n) { n.batch = 0; }).find("batch: found 0") != std::string::npos);
  CHECK(with([](NetNumbers& n) { n.layers[1].m = 7; }).find("layer 2: found 7 inputs") !=
        std::string::npos);
  CHECK(with([](NetNumbers& n) { n.layers[0].act = 1; }).find("found the activation relu") !=
        std::string::npos);
  CHECK(with([](NetNumbers& n) { n.layers[1].rate = 128; }).find("layer 2: rate: found 128") !=
        std::string::npos);
  CHECK(with([](NetNumbers& n) { n.layers[1].decay = 1; }).find("decay: found 1, allowed 0..0") !=
        std::string::npos);
  CHECK(with([](NetNumbers& n) { n.sr_post = true; }).find("stochastic") != std::string::npos);
  CHECK(with([](NetNumbers& n) { n.layers[0].m = 65536; }).find("allowed widths 1..65535") !=
        std::string::npos);
}

TEST_CASE("lists and memory that are too large are refused") {
  Config config = four_lanes();
  CHECK(refusal(config, plain_net({2000, 2000}, 1)).find("commands a batch") != std::string::npos);
  LowerOptions options;
  options.batches = 65535;
  options.base = 0xFFFF0000;
  CHECK(refusal(config, plain_net({9, 6, 5}, 8), options).find("host.address_bits") !=
        std::string::npos);
  options.base = 0;
  options.batches = 0;
  CHECK(refusal(config, plain_net({9, 6, 5}, 8), options).find("batches: found 0") !=
        std::string::npos);
  options.batches = 1;
  options.steps = {1, 1};
  CHECK(refusal(config, plain_net({9, 6, 5}, 8), options).find("found 2 chunk sizes") !=
        std::string::npos);
  options.steps = {3, 1, 1};
  CHECK(refusal(config, plain_net({9, 6, 5}, 8), options).find("limits.m") != std::string::npos);
}

TEST_CASE("a network that fits moves nothing but data") {
  Config config = four_lanes();
  config.buffers = {200, 100, 200, 50, 50, 1, 16};
  config.limits = {100, 100, 8};
  LowerOptions options;
  options.batches = 3;
  const CompiledNet net = compiler::lower(config, plain_net({9, 6, 5}, 8), options);
  const CompiledList& train = net.list("train");
  // 3 tiles of inputs and 2 of targets, 8 vectors of one beat each.
  CHECK(train.batch == compiler::Traffic{40, 0});
  CHECK(train.batch == train.necessary);
  // 9*2 + 6*2 vectors of weights of one beat, 2 + 2 of biases of two, and the loads of the first
  // batch; out go the weights and biases. Words of DW, two beats each, bring tokens.
  const auto words = static_cast<std::uint64_t>(
      std::count_if(train.descriptors.begin(), train.descriptors.end(), [](const Descriptor& d) {
        return d.kind == DescriptorKind::load && selected_buffer(d.transfer.buffer) == Buffer::dw;
      }));
  CHECK(train.once.load == 30 + 8 + 40 + 2 * words);
  CHECK(train.once.store == 38);
  for (const compiler::TensorArea& area : net.map.areas) {
    CHECK(!(area.used && area.name.starts_with("spill")));
  }
}

TEST_CASE("what does not fit is moved, and no less than necessary") {
  Random random(16);
  for (int i = 0; i < 100; ++i) {
    Config config = test::bus_config(random);
    const ChipCase data = small_case(config, static_cast<std::uint64_t>(4000 + i));
    make_tight(random, data.numbers.batch, config);
    const CompiledNet net = compiler::lower(config, data.numbers, options_for(random, data));
    compiler::Traffic moved;
    compiler::Traffic necessary;
    for (const CompiledList& list : net.lists) {
      if (list.name == "infer") continue;
      moved.load += list.batch.load;
      moved.store += list.batch.store;
      necessary.load += list.necessary.load;
      necessary.store += list.necessary.store;
    }
    CHECK(moved.load >= necessary.load);
    CHECK(moved.store >= necessary.store);
  }
}

TEST_CASE("weights arrive while the first batch computes, and leave while the last one does") {
  Config config = four_lanes();
  config.buffers = {2000, 200, 2000, 200, 200, 1, 16};
  config.limits = {200, 200, 8};
  config.queue_depth = 8;
  LowerOptions options;
  options.batches = 3;
  options.steps = {12, 8, 2};
  const CompiledNet net = compiler::lower(config, plain_net({96, 32, 6}, 8), options);
  const CompiledList& train = net.list("train");
  const auto is = [&train](std::size_t i, DescriptorKind kind, Buffer buffer) {
    const Descriptor& d = train.descriptors[i];
    return d.kind == kind && selected_buffer(d.transfer.buffer) == buffer;
  };
  // W and X of the first chunk come before W and X of the second one, each X with a token; all
  // biases in one load with the first ones; then the weights of the layer above, before the
  // targets.
  REQUIRE(train.first == 7);
  const std::vector<Buffer> order{Buffer::w, Buffer::x, Buffer::w,    Buffer::bias,
                                  Buffer::x, Buffer::w, Buffer::delta};
  for (std::size_t i = 0; i < order.size(); ++i) {
    CAPTURE(i);
    CHECK(is(i, DescriptorKind::load, order[i]));
    const bool token = order[i] == Buffer::x || order[i] == Buffer::delta;
    CHECK(train.descriptors[i].signal == (token ? bit(BusEngine::compute) : 0U));
  }
  // The first weights are stored before the last update is over.
  std::vector<std::size_t> words;
  for (std::size_t i = train.first + train.count; i < train.descriptors.size(); ++i) {
    CHECK(train.descriptors[i].kind != DescriptorKind::compute);
    if (is(i, DescriptorKind::load, Buffer::dw)) words.push_back(i);
  }
  REQUIRE(words.size() == 2);
  for (const std::size_t i : words) {
    CHECK(train.descriptors[i].wait == bit(BusEngine::compute));
    CHECK(train.descriptors[i + 1].kind == DescriptorKind::store);
    CHECK(train.descriptors[i + 1].wait == bit(BusEngine::load));
  }
  // So a run takes less than transfers and commands one after the other.
  const auto beats = static_cast<std::int64_t>(train.once.total());
  CHECK(train.cycles.total < 3 * train.cycles.commands + beats * 3 / 4);
}
