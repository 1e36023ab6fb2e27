// SPDX-License-Identifier: Apache-2.0
// What `gradloom train` prints and writes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sim/train.hpp"

namespace gradloom {

/// One line, without line end: epoch, loss, accuracies, and the float32 held-out accuracy beside.
std::string epoch_line(const EpochResult& engine, const EpochResult& reference, int epochs);

/// The last lines, each with its line end: rows, steps, held-out accuracy beside float32.
/// `engine` is the name of the engine, `operand_bits` those of its operands.
std::string train_summary(const TrainResult& result, const std::string& engine, int operand_bits);

/// Keys: config_hash, engine, network, epochs [{epoch, loss, train_accuracy, held_out_accuracy}],
/// held_out_accuracy, float_held_out_accuracy, steps, hardware. `hardware` is any object, from the
/// engine: cycles, accesses.
nlohmann::ordered_json train_json(const TrainResult& result, const std::string& config_hash,
                                  const std::string& engine, const std::string& network,
                                  const nlohmann::ordered_json& hardware);

}  // namespace gradloom
