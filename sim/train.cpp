// SPDX-License-Identifier: Apache-2.0
#include "sim/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <string>

#include "generator/interrupt.hpp"
#include "golden/error.hpp"
#include "sim/prng.hpp"
#include "sim/products.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kOrderStream = 3;

struct Batch {
  FloatMatrix x;  // scaled to 0..1
  std::vector<int> labels;
};

Batch gather(const Dataset& data, double feature_max, std::span<const int> rows) {
  check_interrupt();
  Batch batch{FloatMatrix(static_cast<int>(rows.size()), data.features), {}};
  const auto width = static_cast<std::size_t>(data.features);
  auto out = batch.x.data.begin();
  for (const int row : rows) {
    const float* const values = &data.values[static_cast<std::size_t>(row) * width];
    out = std::transform(values, values + width, out, [feature_max](float value) {
      return static_cast<float>(static_cast<double>(value) / feature_max);
    });
    batch.labels.push_back(data.labels[static_cast<std::size_t>(row)]);
  }
  return batch;
}

/// Calls `use` with slices of at most `size` rows, until it returns false.
template <typename Use>
void for_batches(std::span<const int> rows, int size, Use use) {
  while (!rows.empty()) {
    const std::size_t count = std::min(rows.size(), static_cast<std::size_t>(size));
    if (!use(rows.first(count))) return;
    rows = rows.subspan(count);
  }
}

/// What does not change during a run.
struct Task {
  const Network& network;
  const Dataset& data;
  const Split& split;
  std::int64_t total_steps;
};

double held_out_accuracy(const Task& task, const Mlp& mlp, Products& products) {
  std::int64_t correct = 0;
  for_batches(task.split.held_out, task.network.training.batch, [&](std::span<const int> rows) {
    const Batch batch = gather(task.data, task.network.data.feature_max, rows);
    correct += softmax_cross_entropy(forward(mlp, batch.x, products).back(), batch.labels).correct;
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

LossResult train_step(const Task& task, std::span<const int> rows, Mlp& mlp, Mlp& velocity,
                      Products& products) {
  const Batch batch = gather(task.data, task.network.data.feature_max, rows);
  const std::vector<FloatMatrix> activations = forward(mlp, batch.x, products);
  LossResult loss = softmax_cross_entropy(activations.back(), batch.labels);
  if (!std::isfinite(loss.loss_sum)) throw std::domain_error("the loss is not finite");
  const Mlp gradient = gradients(mlp, activations, loss.delta, products);
  update(mlp, velocity, gradient, static_cast<float>(task.network.training.learning_rate),
         static_cast<float>(task.network.training.momentum));
  return loss;
}

struct Observer {
  std::function<void(const EpochResult&)> on_epoch;
  std::function<void(std::int64_t, std::int64_t)> on_step;
};

EpochResult train_epoch(const Task& task, const std::vector<int>& order, TrainRun& run,
                        Mlp& velocity, Products& products, const Observer& observer) {
  EpochResult epoch;
  epoch.epoch = static_cast<int>(run.epochs.size()) + 1;
  std::size_t seen = 0;
  std::int64_t correct = 0;
  for_batches(order, task.network.training.batch, [&](std::span<const int> rows) {
    const LossResult loss = train_step(task, rows, run.mlp, velocity, products);
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
  Prng prng = make_prng(seed, kOrderStream);
  std::vector<int> order = task.split.train;
  try {
    while (run.steps < task.total_steps) {
      shuffle(order, prng);
      run.epochs.push_back(train_epoch(task, order, run, velocity, products, observer));
      if (observer.on_epoch) observer.on_epoch(run.epochs.back());
    }
  } catch (const std::domain_error&) {  // something is not finite
    diverged(task, numbers, run.steps + 1);
  }
  return run;
}

}  // namespace

std::int64_t count_steps(const Training& training, int rows, std::int64_t max_steps) {
  const std::int64_t per_epoch = (std::int64_t{rows} + training.batch - 1) / training.batch;
  const std::int64_t steps = per_epoch * training.epochs;
  return max_steps > 0 ? std::min(steps, max_steps) : steps;
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
                        {on_epoch, options.on_step});
  return result;
}

}  // namespace gradloom
