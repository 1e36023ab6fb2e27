// SPDX-License-Identifier: Apache-2.0
#include "sim/net_quantize.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "golden/error.hpp"
#include "golden/numerics.hpp"
#include "sim/quantize.hpp"
#include "sim/train.hpp"

namespace gradloom {
namespace {

constexpr double kLargeShare = 0.999;  // of a tensor's elements are not above its large ones
constexpr double kOutRoom = 1.2;       // range of outputs, in large ones of the calibration
constexpr double kTargetRoom = 2;      // range of outputs under mse, in targets
constexpr double kLogitRange = 16;     // range of the logits of softmax
constexpr double kMseDeltaRoom = 1;    // range of deltas, in large ones of the calibration
constexpr double kSoftmaxDeltaRoom = 2;
constexpr double kLeastRate = 4;        // below, rounding changes the learning rate too much
constexpr double kTolerableLimit = 64;  // large gradients beyond the limit by more are noted
constexpr double kRateTolerance = 0.1;  // a larger change is noted

double large(const std::vector<float>& values) {
  std::vector<float> sizes(values.size());
  std::transform(values.begin(), values.end(), sizes.begin(), [](float v) { return std::fabs(v); });
  const auto place =
      static_cast<std::ptrdiff_t>(kLargeShare * static_cast<double>(sizes.size() - 1));
  std::nth_element(sizes.begin(), sizes.begin() + place, sizes.end());
  return static_cast<double>(sizes[static_cast<std::size_t>(place)]);
}

double largest(const std::vector<float>& values) {
  double result = 0;
  for (const float v : values) result = std::max(result, std::fabs(static_cast<double>(v)));
  return result;
}

void widen(double& range, double value) { range = std::max(range, value); }

/// `range`, or 1 for a tensor that is all 0.
double nonzero(double range) { return range > 0 ? range : 1; }

[[noreturn]] void refuse(const Network& network, std::string_view key, const std::string& found,
                         const std::string& allowed) {
  throw InputError(
      fmt::format("network {}: {}: found {}, allowed {}", network.name, key, found, allowed));
}

struct Factor {
  int scale = 0;
  int shift = 0;
};

/// value ~ scale / 2^shift with 16 bits of scale, fewer only if the shift would be above 63.
Factor to_factor(const Network& network, std::size_t k, std::string_view what, double value) {
  if (!(value < 65535.5)) {
    refuse(network, fmt::format("layer {}: {}", k + 1, what), fmt::format("a factor of {}", value),
           "less than 65536; other ranges under on_chip");
  }
  int exponent = 0;
  std::frexp(value, &exponent);
  int shift = std::min(16 - exponent, 63);
  double scale = round_half_even(std::ldexp(value, shift));
  if (scale > 65535) scale = round_half_even(std::ldexp(value, --shift));
  return {static_cast<int>(scale), shift};
}

/// What a step of z stands for (docs/numerics.md, section 8.4), given that of the output.
double sum_scale(ActivationCode code, double out, int p) {
  switch (code) {
    case ActivationCode::hard_sigmoid: return 4 * out;
    case ActivationCode::sigmoid: return std::ldexp(8.0, 1 - p);
    case ActivationCode::tanh: return std::ldexp(4.0, 1 - p);
    default: return out;
  }
}

/// The greatest derivative: that of derivative code 2^(p-1).
double greatest_slope(ActivationCode code) {
  return code == ActivationCode::hard_sigmoid || code == ActivationCode::sigmoid ? 0.25 : 1;
}

/// Makes a NetQuantization layer by layer.
class Quantizer {
 public:
  Quantizer(const Config& config, const Network& network, const std::vector<LayerRanges>& ranges)
      : config_(config),
        network_(network),
        ranges_(ranges),
        p_(config.operand_bits),
        q_(static_cast<double>(largest_quantized(config.operand_bits))) {}

  NetQuantization run() {
    check();
    net_.operand_bits = p_;
    net_.master_bits = config_.training.master_bits;
    net_.input = 1 / q_;
    net_.numbers.batch = network_.training.batch;
    net_.numbers.loss_on_chip = mse();
    net_.numbers.sr_post = net_.numbers.sr_update = stochastic();
    net_.layers.resize(ranges_.size());
    net_.numbers.layers.resize(ranges_.size());
    for (std::size_t k = 0; k < ranges_.size(); ++k) choose_scales(k);
    for (std::size_t k = 0; k < ranges_.size(); ++k) {
      choose_factors(k);
      choose_rate(k);
      choose_decay(k);
    }
    if (mse()) {
      net_.target_off = target(network_.target_off);
      net_.target_on = target(network_.target_on);
    }
    return std::move(net_);
  }

 private:
  bool mse() const { return network_.loss == Loss::mse; }

  bool stochastic() const {
    if (network_.on_chip.rounding == Rounding::automatic) return config_.training.stochastic;
    return network_.on_chip.rounding == Rounding::stochastic;
  }

  void check() const {
    if (!config_.training.built) refuse(network_, "on_chip", "a design without training", "one");
    if (network_.training.momentum != 0) {
      refuse(network_, "training.momentum", fmt::format("{}", network_.training.momentum),
             "0 on the chip");
    }
    for (const ActivationCode code : network_.activations) {
      if (!built(config_, code)) {
        refuse(network_, "activation", name(code), "those that the design has");
      }
    }
    if (stochastic() && !config_.training.stochastic) {
      refuse(network_, "on_chip.rounding", "stochastic", "nearest, which is all the design has");
    }
    if (network_.training.weight_decay > 0 && !config_.training.weight_decay) {
      refuse(network_, "training.weight_decay", fmt::format("{}", network_.training.weight_decay),
             "0, because weight decay is not built");
    }
  }

  double input_scale(std::size_t k) const { return k == 0 ? net_.input : net_.layers[k - 1].out; }

  double output_range(std::size_t k, bool last) const {
    if (!last) return kOutRoom * nonzero(ranges_[k].out);
    if (network_.on_chip.output_range > 0) return network_.on_chip.output_range;
    if (!mse()) return kLogitRange;
    return kTargetRoom * std::max(std::fabs(network_.target_off), std::fabs(network_.target_on));
  }

  void choose_scales(std::size_t k) {
    const bool last = k + 1 == ranges_.size();
    const ActivationCode code = network_.activations[k];
    LayerScales& scales = net_.layers[k];
    scales.weight = network_.on_chip.weight_room * nonzero(ranges_[k].weight) / q_;
    switch (code) {
      case ActivationCode::hard_tanh: scales.out = 1 / q_; break;
      case ActivationCode::hard_sigmoid:
      case ActivationCode::sigmoid:
      case ActivationCode::tanh: scales.out = std::ldexp(1.0, 1 - p_); break;
      default: scales.out = output_range(k, last) / q_; break;
    }
    double room = network_.on_chip.delta_room;
    if (room == 0) room = mse() ? kMseDeltaRoom : kSoftmaxDeltaRoom;
    scales.delta = room * nonzero(ranges_[k].delta) / q_;
    if (last) scales.delta = mse() ? scales.out * greatest_slope(code) : 1 / q_;
  }

  void choose_factors(std::size_t k) {
    const ActivationCode code = network_.activations[k];
    const LayerScales& scales = net_.layers[k];
    golden::LayerNumbers& numbers = net_.numbers.layers[k];
    numbers.m = network_.layers[k];
    numbers.n = network_.layers[k + 1];
    numbers.act = static_cast<int>(code);
    numbers.leak = network_.leak;
    const double sum = input_scale(k) * scales.weight;
    const Factor forward = to_factor(network_, k, "scale", sum / sum_scale(code, scales.out, p_));
    numbers.scale = forward.scale;
    numbers.shift = forward.shift;
    if (k > 0) {
      const double below = net_.layers[k - 1].delta / greatest_slope(network_.activations[k - 1]);
      const Factor back =
          to_factor(network_, k, "back_scale", scales.delta * scales.weight / below);
      numbers.back_scale = back.scale;
      numbers.back_shift = back.shift;
    }
    const TrainPlan& plan = network_.training;
    const Factor bias = to_factor(network_, k, "bias_scale",
                                  plan.learning_rate * scales.delta / (plan.batch * sum));
    numbers.bias_scale = bias.scale;
    numbers.bias_shift = bias.shift;
  }

  void choose_rate(std::size_t k) {
    const int f = config_.training.step_bits;
    const int most = 2 * p_ - 1;
    const double lr = network_.training.learning_rate;
    LayerScales& scales = net_.layers[k];
    const double sum = input_scale(k) * scales.delta;  // a step of a wgrad sum
    const double master = std::ldexp(scales.weight, p_ - config_.training.master_bits);
    const double unit = sum / network_.training.batch / master;
    const auto rate = [&](int s) { return round_half_even(std::ldexp(lr * unit, s + f)); };
    const double top = ranges_[k].gradient / sum / q_;
    int shift = 0;
    while (shift < most && std::ldexp(top, -shift) > 1) ++shift;
    while (shift < most && rate(shift) < kLeastRate && rate(shift + 1) <= q_) ++shift;
    while (shift > 0 && rate(shift) > q_) --shift;
    if (rate(shift) < 1 || rate(shift) > q_) {
      refuse(network_, "training.learning_rate", fmt::format("{}", lr),
             fmt::format("{:.2g}..{:.2g} in layer {} on this design",
                         std::ldexp(1 / unit, -most - f), std::ldexp(q_ / unit, -f), k + 1));
    }
    net_.numbers.layers[k].rate = static_cast<int>(rate(shift));
    net_.numbers.layers[k].rate_shift = shift;
    scales.learning_rate = std::ldexp(rate(shift) / unit, -(shift + f));
    note_rate(k, std::ldexp(top, -shift));
  }

  void note_rate(std::size_t k, double beyond) {
    const double lr = network_.training.learning_rate;
    const double found = net_.layers[k].learning_rate;
    if (std::fabs(found / lr - 1) > kRateTolerance) {
      net_.notes.push_back(
          fmt::format("layer {}: the learning rate is {:.3g} in place of {}", k + 1, found, lr));
    }
    if (beyond > kTolerableLimit) {
      net_.notes.push_back(
          fmt::format("layer {}: gradients are limited to {:.2g} of the large ones; fewer "
                      "training.step_bits or training.master_bits would leave room",
                      k + 1, 1 / beyond));
    }
  }

  void choose_decay(std::size_t k) {
    const TrainPlan& plan = network_.training;
    if (plan.weight_decay == 0) return;
    const int bits = config_.training.master_bits - p_ + config_.training.step_bits;
    const double decay = round_half_even(std::ldexp(plan.learning_rate * plan.weight_decay, bits));
    if (decay < 1 || decay > q_) {
      refuse(network_, "training.weight_decay", fmt::format("{}", plan.weight_decay),
             fmt::format("0 or {:.2g}..{:.2g} with this learning rate on this design",
                         std::ldexp(1 / plan.learning_rate, -bits),
                         std::ldexp(q_ / plan.learning_rate, -bits)));
    }
    net_.numbers.layers[k].decay = static_cast<int>(decay);
  }

  std::int16_t target(double value) const {
    return static_cast<std::int16_t>(quantize_value(value, net_.layers.back().out, p_));
  }

  const Config& config_;
  const Network& network_;
  const std::vector<LayerRanges>& ranges_;
  int p_;
  double q_;  // the largest operand that is used
  NetQuantization net_;
};

/// What a step of a master weight and of a bias stand for.
struct StateScales {
  double master;
  double bias;
  double offset;  // of masters, so that cutting off is rounding
};

StateScales state_scales(const NetQuantization& net, std::size_t k) {
  const int cut = net.master_bits - net.operand_bits;
  const double input = k == 0 ? net.input : net.layers[k - 1].out;
  return {std::ldexp(net.layers[k].weight, -cut), input * net.layers[k].weight,
          cut > 0 ? std::ldexp(1.0, cut - 1) : 0};
}

}  // namespace

std::vector<LayerRanges> calibrate(const Network& network, const Dataset& data,
                                   const Split& split) {
  Network plan = network;
  plan.training.epochs = network.on_chip.calibration;
  std::vector<LayerRanges> ranges(network.layers.size() - 1);
  ReferenceOptions options;
  options.whole_batches = true;
  const auto batch = static_cast<double>(network.training.batch);
  options.on_values = [&](const FloatStep& step) {
    for (std::size_t k = 0; k < ranges.size(); ++k) {
      widen(ranges[k].weight, largest(step.mlp[k].w.data));
      widen(ranges[k].out, large(step.values[k + 1].data));
      widen(ranges[k].delta, batch * large(step.deltas[k].data));
      widen(ranges[k].gradient, batch * large(step.gradient[k].w.data));
    }
  };
  train_reference(plan, data, split, options);
  return ranges;
}

NetQuantization quantize_net(const Config& config, const Network& network,
                             const std::vector<LayerRanges>& ranges) {
  return Quantizer(config, network, ranges).run();
}

golden::NetState quantize_state(const Config& config, const NetQuantization& net, const Mlp& mlp,
                                std::uint32_t seed) {
  const auto to_range = [](double value, int bits) {
    const double limit = std::ldexp(1.0, bits - 1);
    if (value >= limit) return golden::max_value(bits);
    if (value < -limit) return golden::min_value(bits);
    return static_cast<std::int64_t>(value);
  };
  golden::NetState state;
  for (std::size_t k = 0; k < mlp.size(); ++k) {
    const StateScales scales = state_scales(net, k);
    golden::LayerState layer;
    for (const float w : mlp[k].w.data) {
      const double master = round_half_even(static_cast<double>(w) / scales.master);
      layer.masters.push_back(
          static_cast<std::int32_t>(to_range(master + scales.offset, net.master_bits)));
    }
    for (const float b : mlp[k].b) {
      const double bias = round_half_even(static_cast<double>(b) / scales.bias);
      layer.bias.push_back(to_range(bias, config.accumulator_bits));
    }
    state.layers.push_back(std::move(layer));
  }
  state.generators = golden::seeded(config, seed);
  return state;
}

Mlp real_weights(const NetQuantization& net, const golden::NetState& state) {
  Mlp mlp;
  for (std::size_t k = 0; k < state.layers.size(); ++k) {
    const StateScales scales = state_scales(net, k);
    MlpLayer layer{FloatMatrix(net.numbers.layers[k].m, net.numbers.layers[k].n), {}};
    const std::vector<std::int32_t>& masters = state.layers[k].masters;
    std::transform(masters.begin(), masters.end(), layer.w.data.begin(), [&](std::int32_t m) {
      return static_cast<float>((static_cast<double>(m) - scales.offset) * scales.master);
    });
    for (const std::int64_t b : state.layers[k].bias) {
      layer.b.push_back(static_cast<float>(static_cast<double>(b) * scales.bias));
    }
    mlp.push_back(std::move(layer));
  }
  return mlp;
}

golden::Operands quantize_inputs(const NetQuantization& net, const FloatMatrix& x) {
  golden::Operands result(x.rows, x.cols);
  std::transform(x.data.begin(), x.data.end(), result.data.begin(), [&net](float v) {
    return static_cast<std::int16_t>(
        quantize_value(static_cast<double>(v), net.input, net.operand_bits));
  });
  return result;
}

golden::Operands make_targets(const NetQuantization& net, std::span<const int> labels) {
  golden::Operands targets(static_cast<int>(labels.size()), net.numbers.layers.back().n);
  std::fill(targets.data.begin(), targets.data.end(), net.target_off);
  for (std::size_t b = 0; b < labels.size(); ++b) {
    targets.at(static_cast<int>(b), labels[b]) = net.target_on;
  }
  return targets;
}

int count_correct(const golden::Operands& outputs, std::span<const int> labels) {
  int correct = 0;
  for (int b = 0; b < outputs.rows; ++b) {
    const std::int16_t* const row = outputs.row(b);
    const auto best = std::max_element(row, row + outputs.cols) - row;
    correct += best == labels[static_cast<std::size_t>(b)] ? 1 : 0;
  }
  return correct;
}

}  // namespace gradloom
