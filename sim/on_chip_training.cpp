// SPDX-License-Identifier: Apache-2.0
#include "sim/on_chip_training.hpp"

#include <optional>

#include "generator/interrupt.hpp"
#include "sim/softmax_delta.hpp"

namespace gradloom {
namespace {

golden::Operands rows_of(const golden::Operands& all, int first, int count) {
  golden::Operands part(count, all.cols);
  std::copy_n(all.row(first), part.data.size(), part.data.begin());
  return part;
}

double squared_error(const NetQuantization& net, const golden::Operands& out,
                     std::span<const int> labels, const Network& network) {
  double sum = 0;
  for (int b = 0; b < out.rows; ++b) {
    for (int n = 0; n < out.cols; ++n) {
      const bool own = n == labels[static_cast<std::size_t>(b)];
      const double target = own ? network.target_on : network.target_off;
      const double error = out.at(b, n) * net.layers.back().out - target;
      sum += error * error / 2;
    }
  }
  return sum / out.rows;
}

class Trainer {
 public:
  Trainer(const Config& config, const Network& network, const Dataset& data, const OnChipPlan& plan,
          const OnChipOptions& options)
      : network_(network),
        data_(data),
        plan_(plan),
        options_(options),
        net_(config, plan.net.numbers, plan.initial, options.cuts),
        softmax_(plan.net, plan.seed),
        order_(plan.split.train, network.training.seed) {}

  OnChipEpoch epoch(int number) {
    const EpochData data = epoch_data(plan_, network_, data_, order_.next_epoch());
    const int batch = network_.training.batch;
    OnChipEpoch epoch;
    epoch.result.epoch = number;
    int correct = 0;
    for (int first = 0; first < data.x.rows; first += batch) {
      check_interrupt();
      const std::span<const int> labels(&data.labels[static_cast<std::size_t>(first)],
                                        static_cast<std::size_t>(batch));
      epoch.result.loss +=
          step(rows_of(data.x, first, batch), rows_of(data.targets, first, batch), labels);
      correct += count_correct(net_.activations().back(), labels);
    }
    epoch.result.loss *= static_cast<double>(batch) / data.x.rows;
    epoch.result.train_accuracy = static_cast<double>(correct) / data.x.rows;
    if (options_.on_state) options_.on_state(data, net_.state());
    epoch.result.held_out_accuracy = held_out();
    epoch.state_hash = golden::hash_of(net_.state().layers);
    return epoch;
  }

  const golden::NetState& state() const { return net_.state(); }

 private:
  double step(const golden::Operands& x, const golden::Operands& targets,
              std::span<const int> labels) {
    net_.forward(x);
    const golden::Operands& out = net_.activations().back();
    if (plan_.net.numbers.loss_on_chip) {
      net_.backward(net_.loss_delta(targets));
      return squared_error(plan_.net, out, labels, network_);
    }
    net_.backward(softmax_(out, labels));
    return softmax_.loss();
  }

  double held_out() const {
    const Batch all = gather(data_, network_.data.feature_max, plan_.split.held_out);
    const golden::Operands x = quantize_inputs(plan_.net, all.x);
    const golden::Operands outputs = net_.infer(x);
    if (options_.on_held_out) options_.on_held_out(x, outputs);
    return static_cast<double>(count_correct(outputs, all.labels)) / x.rows;
  }

  const Network& network_;
  const Dataset& data_;
  const OnChipPlan& plan_;
  const OnChipOptions& options_;
  golden::TrainingNet net_;
  SoftmaxDelta softmax_;
  DataOrder order_;
};

}  // namespace

OnChipPlan plan_on_chip(const Config& config, const Network& network, const Dataset& data) {
  OnChipPlan plan;
  plan.split = split_rows(data.rows(), network.held_out_percent, network.training.seed);
  plan.ranges = calibrate(network, data, plan.split);
  plan.net = quantize_net(config, network, plan.ranges);
  plan.seed = static_cast<std::uint32_t>(network.training.seed);
  plan.initial =
      quantize_state(config, plan.net, make_mlp(network.layers, network.training.seed), plan.seed);
  return plan;
}

EpochData epoch_data(const OnChipPlan& plan, const Network& network, const Dataset& data,
                     std::span<const int> rows) {
  const auto batch = static_cast<std::size_t>(network.training.batch);
  Batch whole = gather(data, network.data.feature_max, rows.first(rows.size() / batch * batch));
  return {quantize_inputs(plan.net, whole.x), make_targets(plan.net, whole.labels),
          std::move(whole.labels)};
}

OnChipResult run_on_chip(const Config& config, const Network& network, const Dataset& data,
                         const OnChipOptions& options) {
  return run_on_chip(config, network, data, plan_on_chip(config, network, data), options);
}

OnChipResult run_on_chip(const Config& config, const Network& network, const Dataset& data,
                         OnChipPlan plan, const OnChipOptions& options) {
  OnChipResult result;
  result.plan = std::move(plan);
  ReferenceOptions reference;
  reference.whole_batches = true;
  result.reference = train_reference(network, data, result.plan.split, reference);
  Trainer trainer(config, network, data, result.plan, options);
  for (int number = 1; number <= network.training.epochs; ++number) {
    result.epochs.push_back(trainer.epoch(number));
    if (options.on_epoch) {
      options.on_epoch(result.epochs.back(),
                       result.reference.epochs[static_cast<std::size_t>(number - 1)]);
    }
  }
  result.final_state = trainer.state();
  return result;
}

}  // namespace gradloom
