// SPDX-License-Identifier: Apache-2.0
#include "flow/operands.hpp"

#include <algorithm>
#include <stdexcept>

#include "golden/numerics.hpp"
#include "golden/split.hpp"
#include "sim/train.hpp"

namespace gradloom::flow {
namespace {

// Steps of the training before the operands are taken: a little over one epoch.
constexpr int kSteps = 60;
constexpr int kBatch = 32;

// The products as docs/numerics.md defines them, and the operands of the last backward product of
// one layer.
class Recorder final : public Engine {
 public:
  explicit Recorder(LayerShape layer) : layer_(layer) {}
  Matrix fprop(const Matrix& x, const Matrix& w) override {
    return golden::fprop(x, w, kWide, nullptr);
  }
  Matrix wgrad(const Matrix& x, const Matrix& delta) override {
    return golden::wgrad(x, delta, kWide, nullptr);
  }
  BackwardResult backward(const Matrix& x, const Matrix& delta, const Matrix& w) override {
    if (w.rows == layer_.m && w.cols == layer_.n && x.rows >= layer_.b) last = {x, w, delta};
    return {golden::dgrad(delta, w, kWide, nullptr), golden::wgrad(x, delta, kWide, nullptr)};
  }
  LayerOperands last;

 private:
  static constexpr golden::Accumulator kWide{64, Overflow::wrap};
  LayerShape layer_;
};

Network network_of(int m, int n) {
  Network network;
  network.name = "recorded";
  network.layers = {64, m, n, 10};
  network.activations = {ActivationCode::relu, ActivationCode::relu, ActivationCode::identity};
  network.data = {64, 10, 16};
  network.training.batch = kBatch;
  network.training.epochs = 2;
  network.training.learning_rate = 0.1;
  network.training.momentum = 0.7;
  return network;
}

}  // namespace

LayerOperands recorded_operands(const Config& config, const LayerShape& shape,
                                const std::filesystem::path& data) {
  const LayerShape layer{std::max(32, shape.m), std::max(32, shape.n), std::min(kBatch, shape.b)};
  const Network network = network_of(layer.m, layer.n);
  Recorder recorder(layer);
  TrainOptions options;
  options.operand_bits = config.operand_bits;
  options.max_steps = kSteps;
  run_train(network, read_dataset(data.string(), network.data), recorder, options);
  if (recorder.last.x.rows == 0) throw std::logic_error("no backward product was recorded");
  return {golden::block(recorder.last.x, 0, shape.b, 0, shape.m),
          golden::block(recorder.last.w, 0, shape.m, 0, shape.n),
          golden::block(recorder.last.delta, 0, shape.b, 0, shape.n)};
}

double zero_share(const Matrix& matrix) {
  if (matrix.data.empty()) return 0;
  return static_cast<double>(std::count(matrix.data.begin(), matrix.data.end(), 0)) /
         static_cast<double>(matrix.data.size());
}

}  // namespace gradloom::flow
