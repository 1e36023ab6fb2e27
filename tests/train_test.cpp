// SPDX-License-Identifier: Apache-2.0
#include "sim/train.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <stdexcept>

#include "generator/interrupt.hpp"
#include "golden/error.hpp"
#include "sim/prng.hpp"
#include "sim/train_report.hpp"
#include "tests/direct_engine.hpp"

using gradloom::Dataset;
using gradloom::EpochResult;
using gradloom::Network;
using gradloom::run_train;
using gradloom::TrainOptions;
using gradloom::TrainResult;
using gradloom::test::DirectEngine;

namespace {

/// Four features in 0..8; the class is which of the first three is largest.
Dataset synthetic_data(int rows) {
  gradloom::Prng prng = gradloom::make_prng(5, 50);
  Dataset data;
  data.features = 4;
  for (int row = 0; row < rows; ++row) {
    const int label = row % 3;
    for (int i = 0; i < 4; ++i) {
      const auto noise = static_cast<float>(gradloom::below(prng, 6));
      data.values.push_back(i == label ? 6 + noise / 3 : noise);
    }
    data.labels.push_back(label);
  }
  return data;
}

Network synthetic_network() {
  Network network;
  network.name = "synthetic";
  network.layers = {4, 8, 3};
  network.activations = {gradloom::ActivationCode::relu, gradloom::ActivationCode::identity};
  network.data = {4, 3, 8};
  network.training = {12, 16, 0.2, 0.5, 3};
  return network;
}

TrainResult train(const Network& network, int operand_bits, std::int64_t max_steps = 0) {
  DirectEngine engine;
  TrainOptions options;
  options.operand_bits = operand_bits;
  options.max_steps = max_steps;
  return run_train(network, synthetic_data(300), engine, options);
}

double held_out(const gradloom::TrainRun& run) { return run.epochs.back().held_out_accuracy; }

}  // namespace

TEST_CASE("integer training learns, beside float32") {
  for (const int bits : {4, 8, 16}) {
    CAPTURE(bits);
    const TrainResult result = train(synthetic_network(), bits);
    CHECK(result.train_rows == 240);
    CHECK(result.held_out_rows == 60);
    REQUIRE(result.engine.epochs.size() == 12);
    REQUIRE(result.reference.epochs.size() == 12);
    CHECK(result.engine.epochs.front().epoch == 1);
    CHECK(result.engine.epochs.back().loss < result.engine.epochs.front().loss / 2);
    CHECK(result.engine.epochs.back().train_accuracy > 0.9);
    CHECK(held_out(result.engine) > 0.9);
    CHECK(held_out(result.reference) > 0.9);
    CHECK(result.engine.steps == 12 * 15);
  }
}

TEST_CASE("training is reproducible to the bit, and depends on the seed") {
  Network network = synthetic_network();
  const TrainResult first = train(network, 8);
  const TrainResult second = train(network, 8);
  CHECK(first.engine == second.engine);
  CHECK(first.reference == second.reference);
  network.training.seed = 4;
  CHECK_FALSE(train(network, 8).engine.mlp == first.engine.mlp);
}

TEST_CASE("steps end the training within an epoch, at the end of one, or not at all") {
  CHECK(gradloom::count_steps({8, 32, 0.1, 0, 1}, 1438, 0) == 8 * 45);
  CHECK(gradloom::count_steps({8, 32, 0.1, 0, 1}, 1438, 7) == 7);
  CHECK(gradloom::count_steps({1, 32, 0.1, 0, 1}, 3, 99) == 1);
  for (const int steps : {1, 15, 16, 1000}) {
    CAPTURE(steps);
    const TrainResult result = train(synthetic_network(), 8, steps);
    const int done = std::min(steps, 180);
    CHECK(result.engine.steps == done);
    CHECK(result.reference.steps == done);
    CHECK(result.engine.epochs.size() == static_cast<std::size_t>((done + 14) / 15));
  }
}

TEST_CASE("batches need not divide the rows, nor be smaller than the data") {
  for (const int batch : {1, 7, 240, 5000}) {
    CAPTURE(batch);
    Network network = synthetic_network();
    network.training.batch = batch;
    network.training.epochs = 2;
    network.training.learning_rate = 0.02;
    CHECK(train(network, 8).engine.steps == 2 * ((240 + batch - 1) / batch));
  }
}

TEST_CASE("the reference alone: whole batches, and every value of a step") {
  Network network = synthetic_network();
  network.loss = gradloom::Loss::mse;
  network.activations = {gradloom::ActivationCode::tanh, gradloom::ActivationCode::sigmoid};
  network.training.batch = 50;
  const gradloom::Split split = gradloom::split_rows(300, 20, network.training.seed);
  int steps = 0;
  gradloom::ReferenceOptions options;
  options.whole_batches = true;
  options.on_values = [&](const gradloom::FloatStep& step) {
    ++steps;
    CHECK(step.values.size() == 3);
    CHECK(step.deltas.size() == 2);
    CHECK(step.deltas[0].rows == 50);
    CHECK(step.gradient.size() == 2);
  };
  const gradloom::TrainRun run = train_reference(network, synthetic_data(300), split, options);
  CHECK(steps == 12 * 4);  // 240 rows, of which 40 are left out
  CHECK(run.steps == steps);
  CHECK(run.epochs.back().loss < run.epochs.front().loss);
  network.training.batch = 241;
  CHECK_THROWS_WITH(train_reference(network, synthetic_data(300), split, options),
                    "synthetic: training.batch: found 241, allowed at most 240, the rows to train "
                    "on");
}

TEST_CASE("callbacks see every epoch and every step, and may stop the training") {
  DirectEngine engine;
  TrainOptions options;
  std::vector<int> epochs;
  std::int64_t steps = 0;
  options.on_epoch = [&](const EpochResult& trained, const EpochResult& reference) {
    epochs.push_back(trained.epoch);
    CHECK(reference.epoch == trained.epoch);
  };
  options.on_step = [&](std::int64_t done, std::int64_t total) {
    CHECK(done == ++steps);
    CHECK(total == 180);
    if (done == 40) throw std::runtime_error("enough");
  };
  CHECK_THROWS_WITH(run_train(synthetic_network(), synthetic_data(300), engine, options), "enough");
  CHECK(epochs == std::vector<int>{1, 2});
  CHECK(engine.wgrads == 40);
  CHECK(engine.backwards == 40);
}

TEST_CASE("a training that leaves the range of float is said to diverge") {
  Network network = synthetic_network();
  network.layers = {4, 3};
  network.activations = {gradloom::ActivationCode::identity};
  network.training.learning_rate = 1000;
  Dataset data = synthetic_data(300);
  for (float& value : data.values) value *= 1e30F;
  DirectEngine engine;
  try {
    run_train(network, data, engine, {});
    FAIL("the training did not diverge");
  } catch (const gradloom::InputError& error) {
    CHECK(std::string(error.what()) ==
          "synthetic: training.learning_rate: found 1000, with which the training in float32 "
          "diverged at step 2, allowed a smaller one");
  }
}

TEST_CASE("Ctrl-C ends the training") {
  gradloom::set_interrupted(true);
  CHECK_THROWS_AS(train(synthetic_network(), 8), gradloom::Interrupted);
  gradloom::set_interrupted(false);
}

TEST_CASE("the digits in int8: at least 90 % on held-out rows") {
  const Network network =
      gradloom::load_network(GRADLOOM_TEST_ROOT "/examples/networks/digits_mlp.yaml");
  const Dataset digits =
      gradloom::read_dataset(GRADLOOM_TEST_ROOT "/examples/data/optdigits.csv.gz", network.data);
  DirectEngine engine;
  const TrainResult result = run_train(network, digits, engine, {});
  CHECK(held_out(result.engine) >= 0.90);
  CHECK(held_out(result.reference) >= 0.90);
  CHECK(result.train_rows == 1438);
  CHECK(result.held_out_rows == 359);
}

TEST_CASE("report") {
  TrainResult result;
  result.train_rows = 1438;
  result.held_out_rows = 359;
  result.engine.steps = 90;
  result.engine.epochs = {{1, 1.5, 0.5, 0.75}, {2, 0.25, 0.9, 0.9625}};
  result.reference.epochs = {{1, 1.25, 0.5, 0.8}, {2, 0.125, 0.9, 0.97}};
  CHECK(gradloom::epoch_line(result.engine.epochs[1], result.reference.epochs[1], 2) ==
        "epoch  2/2  loss 0.2500  train accuracy  90.0 %  held-out accuracy  96.2 %  (float32  "
        "97.0 %)");
  CHECK(gradloom::train_summary(result, "golden", 8) ==
        "trained on 1438 rows in 90 steps, tested on 359 held-out rows\n"
        "held-out accuracy   96.2 %  int8 on the golden engine\n"
        "                    97.0 %  float32, same network, data order and steps\n");
  const auto json =
      gradloom::train_json(result, "0123456789abcdef", "golden", "digits_mlp", {{"cycles", 12}});
  CHECK(json.dump() ==
        R"({"config_hash":"0123456789abcdef","engine":"golden","network":"digits_mlp","epochs":)"
        R"([{"epoch":1,"loss":1.5,"train_accuracy":0.5,"held_out_accuracy":0.75},)"
        R"({"epoch":2,"loss":0.25,"train_accuracy":0.9,"held_out_accuracy":0.9625}],)"
        R"("held_out_accuracy":0.9625,"float_held_out_accuracy":0.97,"steps":90,)"
        R"("hardware":{"cycles":12}})");
}
