// SPDX-License-Identifier: Apache-2.0
// The energy of a modelled network as text and JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/cost_report.hpp"
#include "model/energy.hpp"

namespace gradloom::model {

/// Of all layers together.
EnergySplit network_energy(const CostQuestion& question, const ScheduleCost& answer,
                           const EnergyTable& table);

/// A line for each schedule: pJ of MACs, buffers, memory, waiting PEs, and their sum.
std::string energy_text(const CostQuestion& question, const std::vector<ScheduleCost>& answers,
                        const EnergyTable& table);

/// {mac, buffer, dram, idle, total} in pJ.
nlohmann::ordered_json energy_json(const EnergySplit& energy);

/// Adds to what cost_json() gave: energy_table, its name, and energy_pj beside the cycles of each
/// schedule and layer.
void add_energy(nlohmann::ordered_json& json, const CostQuestion& question,
                const std::vector<ScheduleCost>& answers, const EnergyTable& table);

}  // namespace gradloom::model
