// SPDX-License-Identifier: Apache-2.0
#include "sim/train_report.hpp"

#include <fmt/format.h>

namespace gradloom {
namespace {

double held_out(const TrainRun& run) { return run.epochs.back().held_out_accuracy; }

}  // namespace

std::string epoch_line(const EpochResult& engine, const EpochResult& reference, int epochs) {
  return fmt::format(
      "epoch {:>2}/{}  loss {:.4f}  train accuracy {:5.1f} %  held-out accuracy {:5.1f} %  "
      "(float32 "
      "{:5.1f} %)",
      engine.epoch, epochs, engine.loss, 100 * engine.train_accuracy,
      100 * engine.held_out_accuracy, 100 * reference.held_out_accuracy);
}

std::string train_summary(const TrainResult& result, const std::string& engine, int operand_bits) {
  return fmt::format(
      "trained on {} rows in {} steps, tested on {} held-out rows\n"
      "held-out accuracy  {:5.1f} %  int{} on the {} engine\n"
      "                   {:5.1f} %  float32, same network, data order and steps\n",
      result.train_rows, result.engine.steps, result.held_out_rows, 100 * held_out(result.engine),
      operand_bits, engine, 100 * held_out(result.reference));
}

nlohmann::ordered_json train_json(const TrainResult& result, const std::string& config_hash,
                                  const std::string& engine, const std::string& network,
                                  const nlohmann::ordered_json& hardware) {
  auto epochs = nlohmann::ordered_json::array();
  for (const EpochResult& epoch : result.engine.epochs) {
    epochs.push_back({{"epoch", epoch.epoch},
                      {"loss", epoch.loss},
                      {"train_accuracy", epoch.train_accuracy},
                      {"held_out_accuracy", epoch.held_out_accuracy}});
  }
  return {{"config_hash", config_hash},
          {"engine", engine},
          {"network", network},
          {"epochs", epochs},
          {"held_out_accuracy", held_out(result.engine)},
          {"float_held_out_accuracy", held_out(result.reference)},
          {"steps", result.engine.steps},
          {"hardware", hardware}};
}

}  // namespace gradloom
