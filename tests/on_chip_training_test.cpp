// SPDX-License-Identifier: Apache-2.0
#include "sim/on_chip_training.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "generator/config_yaml.hpp"
#include "golden/error.hpp"

using namespace gradloom;

namespace {

Network digits_network() {
  return load_network(GRADLOOM_TEST_ROOT "/examples/networks/digits_on_chip.yaml");
}

Dataset digits(const Network& network) {
  return read_dataset(GRADLOOM_TEST_ROOT "/examples/data/optdigits.csv.gz", network.data);
}

Config int8_config() {
  return load_config(GRADLOOM_TEST_ROOT "/examples/configs/gl8x8_train_int8.yaml");
}

}  // namespace

TEST_CASE("the digits in int8, all on the chip: within a point of float32") {
  const Network network = digits_network();
  const Dataset data = digits(network);
  const OnChipResult result = run_on_chip(int8_config(), network, data);
  REQUIRE(result.epochs.size() == 30);
  REQUIRE(result.reference.epochs.size() == 30);
  const EpochResult& chip = result.epochs.back().result;
  const EpochResult& reference = result.reference.epochs.back();
  MESSAGE("held out: int8 ", chip.held_out_accuracy, ", float32 ", reference.held_out_accuracy);
  CHECK(reference.held_out_accuracy > 0.95);
  CHECK(chip.held_out_accuracy > reference.held_out_accuracy - 0.01);
  CHECK(chip.loss < result.epochs.front().result.loss / 2);
  CHECK(result.plan.net.notes.empty());
  CHECK(result.plan.net.numbers.loss_on_chip);
  CHECK(result.plan.net.numbers.sr_post);
  CHECK(result.epochs.back().state_hash == golden::hash_of(result.final_state.layers));
}

TEST_CASE("the same to the bit each time; another seed, other weights") {
  Network network = digits_network();
  network.training.epochs = 3;
  const Dataset data = digits(network);
  for (const Loss loss : {Loss::mse, Loss::softmax_cross_entropy}) {
    network.loss = loss;
    network.training.seed = 1;
    if (loss != Loss::mse) network.activations.back() = ActivationCode::identity;
    const OnChipResult first = run_on_chip(int8_config(), network, data);
    const OnChipResult second = run_on_chip(int8_config(), network, data);
    CHECK(first.epochs == second.epochs);
    CHECK(first.final_state == second.final_state);
    CHECK(first.epochs[0].state_hash != first.epochs[1].state_hash);
    network.training.seed = 2;
    CHECK(run_on_chip(int8_config(), network, data).epochs[0].state_hash !=
          first.epochs[0].state_hash);
  }
}

TEST_CASE("softmax with the delta of the host learns too, and so does rounding to nearest") {
  Network network = digits_network();
  network.training.epochs = 8;
  const Dataset data = digits(network);
  network.on_chip.rounding = Rounding::nearest;
  const OnChipResult nearest = run_on_chip(int8_config(), network, data);
  CHECK_FALSE(nearest.plan.net.numbers.sr_post);
  CHECK(nearest.epochs.back().result.held_out_accuracy > 0.9);
  CHECK(nearest.final_state.generators == nearest.plan.initial.generators);
  network.loss = Loss::softmax_cross_entropy;
  network.activations.back() = ActivationCode::identity;
  network.on_chip.rounding = Rounding::automatic;
  const OnChipResult softmax = run_on_chip(int8_config(), network, data);
  CHECK_FALSE(softmax.plan.net.numbers.loss_on_chip);
  CHECK(softmax.epochs.back().result.held_out_accuracy > 0.9);
  CHECK(softmax.epochs.back().result.loss < 0.5);
}

TEST_CASE("an epoch is whole batches in the order of the reference") {
  Network network = digits_network();
  const Dataset data = digits(network);
  const OnChipPlan plan = plan_on_chip(int8_config(), network, data);
  DataOrder order(plan.split.train, network.training.seed);
  const std::vector<int> rows = order.next_epoch();
  const EpochData epoch = epoch_data(plan, network, data, rows);
  CHECK(rows.size() == 1438);
  CHECK(epoch.x.rows == 44 * 32);
  CHECK(epoch.targets.rows == 44 * 32);
  REQUIRE(epoch.labels.size() == 44 * 32);
  for (const int r : {0, 1, 500, 1407}) {
    const auto row = static_cast<std::size_t>(rows[static_cast<std::size_t>(r)]);
    CHECK(epoch.labels[static_cast<std::size_t>(r)] == data.labels[row]);
    CHECK(epoch.targets.at(r, data.labels[row]) == plan.net.target_on);
    const auto value = static_cast<double>(data.values[row * 64 + 20]);
    CHECK(epoch.x.at(r, 20) == quantize_value(value / 16, plan.net.input, 8));
  }
  network.training.batch = 2000;
  CHECK_THROWS_AS(plan_on_chip(int8_config(), network, data), InputError);
}
