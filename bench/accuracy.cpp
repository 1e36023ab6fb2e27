// SPDX-License-Identifier: Apache-2.0
// Held-out accuracy of training on the chip, in the golden model, against float32: operands of 4 to
// 16 bits, mean squared error on the chip and softmax with the delta of the host. Prints a Markdown
// table, and JSON to a file if one is named.
//   accuracy NETWORK DATA [SEEDS [JSON]]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "sim/on_chip_training.hpp"

namespace gradloom {
namespace {

/// An 8 x 8 array with the default step_bits and 8 more master bits than operand bits.
Config design(int operand_bits) {
  Config config;
  config.name = fmt::format("int{}", operand_bits);
  config.rows = config.cols = 8;
  config.operand_bits = operand_bits;
  config.accumulator_bits = operand_bits <= 8 ? 32 : 48;
  config.training = {true, operand_bits + 8, operand_bits - 2, 0x7F, true, false};
  return config;
}

Network variant(Network network, Loss loss) {
  if (network.loss == loss) return network;
  network.loss = loss;
  network.activations.back() = loss == Loss::mse ? ActivationCode::tanh : ActivationCode::identity;
  network.target_off = -0.75;
  network.target_on = 0.75;
  return network;
}

struct Row {
  Loss loss;
  int operand_bits;
  int master_bits;
  std::vector<double> reference;  // held-out accuracy, one a seed
  std::vector<double> stochastic;
  std::vector<double> nearest;
};

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

Row measure(const Network& network, const Dataset& data, int operand_bits, int seeds) {
  const Config config = design(operand_bits);
  Row row{network.loss, operand_bits, config.training.master_bits, {}, {}, {}};
  Network run = network;
  for (int seed = 1; seed <= seeds; ++seed) {
    run.training.seed = static_cast<std::uint64_t>(seed);
    run.on_chip.rounding = Rounding::stochastic;
    const OnChipResult stochastic = run_on_chip(config, run, data);
    run.on_chip.rounding = Rounding::nearest;
    const OnChipResult nearest = run_on_chip(config, run, data);
    row.reference.push_back(stochastic.reference.epochs.back().held_out_accuracy);
    row.stochastic.push_back(stochastic.epochs.back().result.held_out_accuracy);
    row.nearest.push_back(nearest.epochs.back().result.held_out_accuracy);
  }
  return row;
}

void print(const Row& row) {
  double worst = -1;
  for (std::size_t i = 0; i < row.reference.size(); ++i) {
    worst = std::max(worst, row.reference[i] - row.stochastic[i]);
  }
  fmt::print("| {} | int{} | {} | {:.1f} % | {:.1f} % | {:+.1f} | {:+.1f} | {:.1f} % |\n",
             row.loss == Loss::mse ? "mse, on the chip" : "softmax, on the host", row.operand_bits,
             row.master_bits, 100 * mean(row.reference), 100 * mean(row.stochastic),
             100 * (mean(row.stochastic) - mean(row.reference)), -100 * worst,
             100 * mean(row.nearest));
}

nlohmann::ordered_json to_json(const Row& row) {
  return {{"loss", name(row.loss)},         {"operand_bits", row.operand_bits},
          {"master_bits", row.master_bits}, {"float32", row.reference},
          {"stochastic", row.stochastic},   {"nearest", row.nearest}};
}

int run(const std::string& network_file, const std::string& data_file, int seeds,
        const std::string& json_file) {
  const Network network = load_network(network_file);
  const Dataset data = read_dataset(data_file, network.data);
  auto json = nlohmann::ordered_json::array();
  fmt::print(
      "| loss | operands | master bits | float32 | on chip | difference | worst seed | rounding to "
      "nearest |\n|---|---|---|---|---|---|---|---|\n");
  for (const Loss loss : {Loss::mse, Loss::softmax_cross_entropy}) {
    for (const int operand_bits : {4, 6, 8, 16}) {
      const Row row = measure(variant(network, loss), data, operand_bits, seeds);
      print(row);
      json.push_back(to_json(row));
    }
  }
  if (!json_file.empty()) write_text_file(json_file, json.dump(2) + "\n");
  return 0;
}

}  // namespace
}  // namespace gradloom

int main(int argc, char** argv) {
  const int seeds = argc > 3 ? std::atoi(argv[3]) : 5;
  if (argc < 3 || argc > 5 || seeds < 1) {
    fmt::print(stderr, "usage: accuracy NETWORK DATA [SEEDS [JSON]]\n");
    return 2;
  }
  try {
    return gradloom::run(argv[1], argv[2], seeds, argc > 4 ? argv[4] : "");
  } catch (const gradloom::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  }
}
