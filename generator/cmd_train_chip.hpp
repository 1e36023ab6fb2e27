// SPDX-License-Identifier: Apache-2.0
// The half of `gradloom train` for designs that train on the chip.
#pragma once

#include <string>

#include "golden/config.hpp"
#include "sim/dataset.hpp"
#include "sim/network.hpp"

namespace gradloom {

/// Trains on the Verilated chip (engine rtl) or in its golden model, prints what `gradloom train`
/// prints, and writes the JSON file if one is named.
void train_on_chip(const Config& config, const Network& network, const Dataset& data,
                   const std::string& engine, const std::string& json);

}  // namespace gradloom
