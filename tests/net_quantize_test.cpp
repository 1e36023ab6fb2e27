// SPDX-License-Identifier: Apache-2.0
#include "sim/net_quantize.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <string>

#include "golden/error.hpp"
#include "sim/batches.hpp"
#include "sim/prng.hpp"
#include "sim/train.hpp"

using namespace gradloom;

namespace {

/// Four features in 0..8; the class is which of the first three is largest.
Dataset synthetic_data() {
  Prng prng = make_prng(5, 50);
  Dataset data;
  data.features = 4;
  for (int row = 0; row < 300; ++row) {
    const int label = row % 3;
    for (int i = 0; i < 4; ++i) {
      const auto noise = static_cast<float>(below(prng, 6));
      data.values.push_back(i == label ? 6 + noise / 3 : noise);
    }
    data.labels.push_back(label);
  }
  return data;
}

Network synthetic_network() {
  Network network;
  network.name = "synthetic";
  network.layers = {4, 8, 6, 3};
  network.activations = {ActivationCode::relu, ActivationCode::tanh, ActivationCode::identity};
  network.loss = Loss::mse;
  network.target_off = -0.5;
  network.target_on = 0.5;
  network.data = {4, 3, 8};
  network.training = {1, 16, 0.1, 0, 3};
  return network;
}

Config training_config(int p, int q, int f) {
  Config config;
  config.rows = config.cols = 4;
  config.operand_bits = p;
  config.accumulator_bits = 56;
  config.overflow = Overflow::wrap;
  config.training = {true, q, f, 0x7F, true, true};
  return config;
}

std::string refusal(const Config& config, const Network& network) {
  const std::vector<LayerRanges> ranges(network.layers.size() - 1, {1, 1, 1, 1});
  try {
    quantize_net(config, network, ranges);
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

double distance(const FloatMatrix& found, const FloatMatrix& wanted) {
  double error = 0;
  double size = 0;
  for (std::size_t i = 0; i < wanted.data.size(); ++i) {
    const auto value = static_cast<double>(wanted.data[i]);
    error += std::pow(static_cast<double>(found.data[i]) - value, 2);
    size += value * value;
  }
  return std::sqrt(error / size);
}

FloatMatrix minus(const FloatMatrix& a, const FloatMatrix& b) {
  FloatMatrix result = a;
  for (std::size_t i = 0; i < result.data.size(); ++i) result.data[i] -= b.data[i];
  return result;
}

FloatMatrix row_of(const std::vector<float>& values) {
  FloatMatrix result(1, static_cast<int>(values.size()));
  result.data = values;
  return result;
}

}  // namespace

TEST_CASE("a step with 16-bit operands is a step in real numbers, for every activation") {
  const Dataset data = synthetic_data();
  std::vector<int> rows(16);
  std::iota(rows.begin(), rows.end(), 0);
  for (int hidden = 0; hidden < kActivationCount; ++hidden) {
    for (int output = 0; output < kActivationCount; ++output) {
      CAPTURE(hidden);
      CAPTURE(output);
      Network network = synthetic_network();
      const auto code = static_cast<ActivationCode>(hidden);
      network.activations = {code, code, static_cast<ActivationCode>(output)};
      network.target_off = 0;
      network.target_on = 0.25;
      network.on_chip.rounding = Rounding::nearest;
      network.on_chip.output_range = 40;
      network.on_chip.weight_room = 1;
      const Config config = training_config(16, 26, 4);
      const std::vector<LayerRanges> wide(3, {2, 40, 4, 40});
      const NetQuantization net = quantize_net(config, network, wide);
      CHECK(net.notes.empty());

      const Mlp before = make_mlp(network.layers, 8);  // no sum is near a kink
      golden::TrainingNet chip(config, net.numbers, quantize_state(config, net, before, 1));
      const Batch batch = gather(data, 8, rows);
      const golden::Operands x = quantize_inputs(net, batch.x);
      chip.step(x, make_targets(net, batch.labels));

      FloatProducts products;
      const Activations activations{network.activations, network.leak};
      const auto values = forward(before, activations, batch.x, products);
      FloatMatrix outputs = values.back();
      for (std::size_t i = 0; i < outputs.data.size(); ++i) {
        outputs.data[i] =
            static_cast<float>(chip.activations().back().data[i] * net.layers.back().out);
      }
      const bool tables = hidden > 4 || output > 4;  // of 256 entries
      CHECK(distance(outputs, values.back()) < (tables ? 0.2 : 0.02));

      const LossResult loss =
          mean_squared_error(values.back(), batch.labels, static_cast<float>(network.target_off),
                             static_cast<float>(network.target_on));
      const Mlp gradient = gradients(before, activations, values, loss.delta, products);
      Mlp after = before;
      Mlp velocity = zeros_like(before);
      update(after, velocity, gradient, static_cast<float>(network.training.learning_rate), 0);
      const Mlp found = real_weights(net, chip.state());
      for (std::size_t k = 0; k < before.size(); ++k) {
        CAPTURE(k);
        CHECK(distance(minus(found[k].w, before[k].w), minus(after[k].w, before[k].w)) < 0.06);
        CHECK(distance(row_of(found[k].b), row_of(after[k].b)) < 0.06);
      }
    }
  }
}

TEST_CASE("weights there and back; beyond the range they saturate") {
  Network network = synthetic_network();
  const std::vector<LayerRanges> ranges(3, {1, 1, 1, 1});
  for (const int q : {8, 9, 16, 32}) {
    CAPTURE(q);
    network.training.learning_rate = std::ldexp(1.0, 8 - q / 2);  // one that can be represented
    const Config config = training_config(8, q, 0);
    const NetQuantization net = quantize_net(config, network, ranges);
    Mlp mlp = make_mlp(network.layers, 4);
    mlp[1].b[2] = 0.25F;
    const golden::NetState state = quantize_state(config, net, mlp, 5);
    CHECK(state.generators == golden::seeded(config, 5));
    const Mlp back = real_weights(net, state);
    for (std::size_t k = 0; k < mlp.size(); ++k) {
      const double step = std::ldexp(net.layers[k].weight, 8 - q);
      for (std::size_t i = 0; i < mlp[k].w.data.size(); ++i) {
        const double error = std::fabs(static_cast<double>(back[k].w.data[i] - mlp[k].w.data[i]));
        CHECK(error <= step / 2 + 1e-7);
        // The operand is the weight rounded to the nearest.
        const std::int64_t operand = golden::weight_of(state.layers[k].masters[i], 8, q);
        const double cut = static_cast<double>(operand) * net.layers[k].weight;
        CHECK(std::fabs(cut - static_cast<double>(mlp[k].w.data[i])) <=
              net.layers[k].weight / 2 + step);
      }
    }
    CHECK(static_cast<double>(back[1].b[2]) == doctest::Approx(0.25).epsilon(0.001));
    mlp[0].w.data[0] = 1e9F;
    mlp[0].w.data[1] = -1e9F;
    const auto limited = quantize_state(config, net, mlp, 5).layers[0].masters;
    CHECK(limited[0] == (std::int64_t{1} << (q - 1)) - 1);
    CHECK(limited[1] == -(std::int64_t{1} << (q - 1)));
  }
}

TEST_CASE("factors and rates stand for the real ones") {
  Network network = synthetic_network();
  network.training.weight_decay = 0.01;
  const Config config = training_config(8, 16, 6);
  const std::vector<LayerRanges> ranges{{0.5, 2, 0.25, 0.9}, {1, 1, 0.5, 2}, {0.7, 1, 1, 0.9}};
  const NetQuantization net = quantize_net(config, network, ranges);
  CHECK(net.notes.empty());
  CHECK(net.numbers.batch == 16);
  CHECK(net.numbers.loss_on_chip);
  CHECK(net.numbers.sr_post);
  CHECK(net.input == 1.0 / 127);
  CHECK(net.layers[0].weight == 1.0 / 127);
  CHECK(net.layers[0].out == doctest::Approx(2.4 / 127));
  CHECK(net.layers[0].delta == 0.25 / 127);
  CHECK(net.layers[1].out == 1.0 / 128);
  CHECK(net.layers[2].out == 1.0 / 127);
  CHECK(net.layers[2].delta == net.layers[2].out);
  CHECK(net.target_off == -64);  // -63.5, to the even one
  CHECK(net.target_on == 64);
  const auto real = [](int scale, int shift) { return std::ldexp(scale, -shift); };
  for (std::size_t k = 0; k < 3; ++k) {
    CAPTURE(k);
    const golden::LayerNumbers& n = net.numbers.layers[k];
    const double input = k == 0 ? net.input : net.layers[k - 1].out;
    const double z = k == 1 ? 4.0 / 128 : net.layers[k].out;
    CHECK(n.scale >= 32768);
    CHECK(real(n.scale, n.shift) ==
          doctest::Approx(input * net.layers[k].weight / z).epsilon(1e-4));
    CHECK(real(n.bias_scale, n.bias_shift) ==
          doctest::Approx(0.1 / 16 * net.layers[k].delta / (input * net.layers[k].weight))
              .epsilon(1e-4));
    const double master = net.layers[k].weight / 256;
    CHECK(real(n.rate, n.rate_shift + 6) ==
          doctest::Approx(0.1 / 16 * input * net.layers[k].delta / master).epsilon(0.07));
    CHECK(net.layers[k].learning_rate == doctest::Approx(0.1).epsilon(0.07));
    CHECK(ranges[k].gradient / (input * net.layers[k].delta) <= std::ldexp(127, n.rate_shift));
    CHECK(n.decay == 16);  // 0.1 * 0.01 * 2^(16 - 8 + 6) = 16.4
    if (k > 0) {
      CHECK(real(n.back_scale, n.back_shift) ==
            doctest::Approx(net.layers[k].delta * net.layers[k].weight / net.layers[k - 1].delta)
                .epsilon(1e-4));
    }
  }
}

TEST_CASE("inputs and targets") {
  const Network network = synthetic_network();
  const NetQuantization net =
      quantize_net(training_config(4, 8, 2), network, std::vector<LayerRanges>(3, {1, 1, 1, 1}));
  FloatMatrix x(1, 4);
  x.data = {0, 0.5F, 0.25F, 1};
  CHECK(quantize_inputs(net, x).data == std::vector<std::int16_t>{0, 4, 2, 7});
  const golden::Operands targets = make_targets(net, std::vector<int>{2, 0});
  CHECK(targets.data == std::vector<std::int16_t>{-4, -4, 4, 4, -4, -4});
  CHECK(count_correct(targets, std::vector<int>{2, 1}) == 1);
  golden::Operands equal(1, 3);
  CHECK(count_correct(equal, std::vector<int>{0}) == 1);
}

TEST_CASE("what the chip cannot train is refused in one line") {
  const Config config = training_config(8, 16, 6);
  const auto with = [&](auto change) {
    Network network = synthetic_network();
    Config changed = config;
    change(network, changed);
    return refusal(changed, network);
  };
  CHECK(with([](Network&, Config&) {}) == "none");
  CHECK(with([](Network&, Config& c) { c.training = {}; }) ==
        "network synthetic: on_chip: found a design without training, allowed one");
  CHECK(with([](Network& n, Config&) { n.training.momentum = 0.5; }) ==
        "network synthetic: training.momentum: found 0.5, allowed 0 on the chip");
  CHECK(with([](Network&, Config& c) { c.training.activations = 3; }) ==
        "network synthetic: activation: found tanh, allowed those that the design has");
  CHECK(with([](Network& n, Config& c) {
          c.training.stochastic = false;
          n.on_chip.rounding = Rounding::stochastic;
        }) ==
        "network synthetic: on_chip.rounding: found stochastic, allowed nearest, which is all the "
        "design has");
  CHECK(with([](Network&, Config& c) { c.training.stochastic = false; }) == "none");
  CHECK(with([](Network& n, Config& c) {
          c.training.weight_decay = false;
          n.training.weight_decay = 0.1;
        }) ==
        "network synthetic: training.weight_decay: found 0.1, allowed 0, because weight decay is "
        "not built");
  CHECK(with([](Network& n, Config&) { n.training.weight_decay = 1e-4; }) ==
        "network synthetic: training.weight_decay: found 0.0001, allowed 0 or 0.00061..0.078 with "
        "this learning rate on this design");
  CHECK(with([](Network& n, Config&) {
          n.training.learning_rate = 1e-7;
        }).find("network synthetic: training.learning_rate: found 1e-07, allowed ") == 0);
  CHECK(with([](Network& n, Config&) {
          n.training.learning_rate = 900;
        }).find("network synthetic: training.learning_rate: found 900, allowed ") == 0);
  CHECK(with([](Network& n, Config&) {
          n.on_chip.output_range = 1e-6, n.on_chip.weight_room = 100;
        }).find("network synthetic: layer 3: scale: found a factor of ") == 0);
}

TEST_CASE("what can be represented only badly is noted") {
  Network network = synthetic_network();
  const std::vector<LayerRanges> ranges(3, {1, 1, 1, 100});
  const NetQuantization net = quantize_net(training_config(4, 12, 4), network, ranges);
  REQUIRE(!net.notes.empty());
  CHECK(net.notes[0].find("layer 1: gradients are limited to ") == 0);
  network.training.learning_rate = 2.6;
  const NetQuantization small = quantize_net(training_config(4, 4, 0), network, ranges);
  REQUIRE(!small.notes.empty());
  CHECK(small.notes[0].find("layer 1: the learning rate is ") == 0);
}
