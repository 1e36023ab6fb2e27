// SPDX-License-Identifier: Apache-2.0
// How long the closed form takes for networks of 200 layers of different shapes, and for those of
// examples/networks: the cost of a training step under each schedule.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "generator/config_yaml.hpp"
#include "golden/error.hpp"
#include "model/network_cost.hpp"
#include "model/network_file.hpp"

namespace gradloom::model {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Convolutions of random sizes, as large as those of image networks.
ModelNetwork random_network(int layers) {
  std::mt19937 random(1);
  const auto draw = [&random](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  ModelNetwork network;
  network.name = fmt::format("{} random layers", layers);
  for (int i = 0; i < layers; ++i) {
    Layer layer;
    layer.name = fmt::format("conv{}", i);
    layer.kind = LayerKind::conv;
    layer.conv.in_channels = draw(16, 1024);
    layer.conv.out_channels = draw(16, 1024);
    layer.conv.in_h = layer.conv.in_w = draw(7, 112);
    layer.conv.kernel_h = layer.conv.kernel_w = draw(0, 1) * 2 + 1;
    network.layers.push_back(layer);
  }
  return network;
}

/// The slowest and the median of several runs.
void measure(const Config& config, const ModelNetwork& network, ModelSchedule schedule) {
  constexpr int kRuns = 7;
  std::vector<double> times;
  std::int64_t cycles = 0;
  for (int i = 0; i < kRuns; ++i) {
    const auto begin = Clock::now();
    cycles = network_cost(config, network, 32, schedule).total.cycles;
    times.push_back(milliseconds_since(begin));
  }
  std::sort(times.begin(), times.end());
  fmt::print("| {} | {} | {} | {} | {:.2f} | {:.2f} |\n", config.name, network.name, name(schedule),
             cycles, times[kRuns / 2], times.back());
}

int run() {
  fmt::print("| configuration | network | schedule | cycles | median ms | slowest ms |\n");
  fmt::print("|---|---|---|---|---|---|\n");
  for (const char* name : {"gl8x8_train_int8", "gl32x32_int8"}) {
    const Config config = load_config(fmt::format("examples/configs/{}.yaml", name));
    for (const ModelSchedule schedule : kModelSchedules) {
      measure(config, random_network(200), schedule);
    }
    for (const char* network : {"resnet152", "densenet264"}) {
      measure(config, load_model_network(fmt::format("examples/networks/{}.yaml", network)),
              ModelSchedule::interleaved);
    }
  }
  return 0;
}

}  // namespace
}  // namespace gradloom::model

int main() {
  try {
    return gradloom::model::run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "model_speed: error: {}\n", error.what());
    return 2;
  }
}
