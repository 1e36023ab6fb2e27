// SPDX-License-Identifier: Apache-2.0
#include "sim/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <string>

#include "golden/error.hpp"
#include "sim/batches.hpp"
#include "sim/products.hpp"

namespace gradloom {
namespace {

/// What does not change during a run.
struct Task {
  const Network& network;
  const Dataset& data;
  const Split& split;
  std::int64_t total_steps;
  bool whole_batches = false;
  Activations activations{network.activations, network.leak};
};

LossResult loss_of(const Network& network, const FloatMatrix& outputs,
                   std::span<const int> labels) {
  if (network.loss == Loss::softmax_cross_entropy) return softmax_cross_entropy(outputs, labels);
  return mean_squared_error(outputs, labels, static_cast<float>(network.target_off),
                            static_cast<float>(network.target_on));
}

double held_out_accuracy(const Task& task, const Mlp& mlp, Products& products) {
  std::int64_t correct = 0;
  const int size = task.network.training.batch;
  for_batches(task.split.held_out, size, false, [&](std::span<const int> rows) {
    const Batch batch = gather(task.data, task.network.data.feature_max, rows);
    const FloatMatrix outputs = forward(mlp, task.activations, batch.x, products).back();
    correct += loss_of(task.network, outputs, batch.labels).correct;
    return true;
  });
  return static_cast<double>(correct) / static_cast<double>(task.split.held_out.size());
}

[[noreturn]] void diverged(const Task& task, const std::string& numbers, std::int64_t step) {
  throw InputError(fmt::format(
      "{}: training.learning_rate: found {}, with which the training in {} diverged at step {}, "
      "allowed a smaller one",
      task.network.name, task.network.training.learning_rate, numbers, step));
}

struct Observer {
  std::function<void(const EpochResult&)> on_epoch;
  std::function<void(std::int64_t, std::int64_t)> on_step;
  std::function<void(const FloatStep&)> on_values;
};

LossResult train_step(const Task& task, std::span<const int> rows, Mlp& mlp, Mlp& velocity,
                      Products& products, const Observer& observer) {
  const TrainPlan& plan = task.network.training;
  const Batch batch = gather(task.data, task.network.data.feature_max, rows);
  const std::vector<FloatMatrix> values = forward(mlp, task.activations, batch.x, products);
  LossResult loss = loss_of(task.network, values.back(), batch.labels);
  if (!std::isfinite(loss.loss_sum)) throw std::domain_error("the loss is not finite");
  std::vector<FloatMatrix> deltas;
  const Mlp gradient = gradients(mlp, task.activations, values, loss.delta, products,
                                 observer.on_values ? &deltas : nullptr);
  if (observer.on_values) observer.on_values({mlp, values, deltas, gradient});
  update(mlp, velocity, gradient, static_cast<float>(plan.learning_rate),
         static_cast<float>(plan.momentum), static_cast<float>(plan.weight_decay));
  return loss;
}

EpochResult train_epoch(const Task& task, const std::vector<int>& order, TrainRun& run,
                        Mlp& velocity, Products& products, const Observer& observer) {
  EpochResult epoch;
  epoch.epoch = static_cast<int>(run.epochs.size()) + 1;
  std::size_t seen = 0;
  std::int64_t correct = 0;
  const int size = task.network.training.batch;
  for_batches(order, size, task.whole_batches, [&](std::span<const int> rows) {
    const LossResult loss = train_step(task, rows, run.mlp, velocity, products, observer);
    seen += rows.size();
    epoch.loss += loss.loss_sum;
    correct += loss.correct;
    ++run.steps;
    if (observer.on_step) observer.on_step(run.steps, task.total_steps);
    return run.steps < task.total_steps;
  });
  epoch.loss /= static_cast<double>(seen);
  epoch.train_accuracy = static_cast<double>(correct) / static_cast<double>(seen);
  epoch.held_out_accuracy = held_out_accuracy(task, run.mlp, products);
  return epoch;
}

/// `numbers` says what the products are made of, for messages.
TrainRun train(const Task& task, const std::string& numbers, Products& products,
               const Observer& observer) {
  const std::uint64_t seed = task.network.training.seed;
  TrainRun run;
  run.mlp = make_mlp(task.network.layers, seed);
  Mlp velocity = zeros_like(run.mlp);
  DataOrder order(task.split.train, seed);
  try {
    while (run.steps < task.total_steps) {
      run.epochs.push_back(
          train_epoch(task, order.next_epoch(), run, velocity, products, observer));
      if (observer.on_epoch) observer.on_epoch(run.epochs.back());
    }
  } catch (const std::domain_error&) {  // something is not finite
    diverged(task, numbers, run.steps + 1);
  }
  return run;
}

}  // namespace

std::int64_t count_steps(const TrainPlan& training, int rows, std::int64_t max_steps) {
  const std::int64_t per_epoch = (std::int64_t{rows} + training.batch - 1) / training.batch;
  const std::int64_t steps = per_epoch * training.epochs;
  return max_steps > 0 ? std::min(steps, max_steps) : steps;
}

TrainRun train_reference(const Network& network, const Dataset& data, const Split& split,
                         const ReferenceOptions& options) {
  const auto rows = static_cast<int>(split.train.size());
  const std::int64_t per_epoch = rows / network.training.batch;
  if (options.whole_batches && per_epoch == 0) {
    throw InputError(
        fmt::format("{}: training.batch: found {}, allowed at most {}, the rows to "
                    "train on",
                    network.name, network.training.batch, rows));
  }
  const std::int64_t steps = options.whole_batches ? per_epoch * network.training.epochs
                                                   : count_steps(network.training, rows, 0);
  FloatProducts products;
  return train({network, data, split, steps, options.whole_batches}, "float32", products,
               {options.on_epoch, {}, options.on_values});
}

TrainResult run_train(const Network& network, const Dataset& data, Engine& engine,
                      const TrainOptions& options) {
  const Split split = split_rows(data.rows(), network.held_out_percent, network.training.seed);
  const int train_rows = static_cast<int>(split.train.size());
  const Task task{network, data, split,
                  count_steps(network.training, train_rows, options.max_steps)};
  TrainResult result;
  result.train_rows = train_rows;
  result.held_out_rows = static_cast<int>(split.held_out.size());

  FloatProducts float_products;
  result.reference = train(task, "float32", float_products, {});

  const auto on_epoch = [&](const EpochResult& epoch) {
    const auto index = static_cast<std::size_t>(epoch.epoch - 1);
    if (options.on_epoch) options.on_epoch(epoch, result.reference.epochs[index]);
  };
  QuantizedProducts quantized_products(engine, options.operand_bits);
  result.engine = train(task, fmt::format("int{}", options.operand_bits), quantized_products,
                        {on_epoch, options.on_step, {}});
  return result;
}

}  // namespace gradloom
