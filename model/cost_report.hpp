// SPDX-License-Identifier: Apache-2.0
// The cost of a network as text, JSON and CSV.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/network_cost.hpp"

namespace gradloom::model {

/// What was asked.
struct CostQuestion {
  Config config;
  ModelNetwork network;
  std::int64_t batch = 1;
  ModelOp op = ModelOp::step;
  UpdatePlace update = UpdatePlace::outside;
};

/// The answer for one schedule.
struct ScheduleCost {
  ModelSchedule schedule = ModelSchedule::interleaved;
  NetworkCost cost;
};

/// Lines that say what the numbers leave open: sums that `overflow: refuse` would not run, updates
/// that the PEs cannot do.
std::vector<std::string> cost_notes(const CostQuestion& question,
                                    const std::vector<ScheduleCost>& answers);

/// A table: with one answer a row for each layer, then the operations and the total; with several a
/// row for each schedule.
std::string cost_text(const CostQuestion& question, const std::vector<ScheduleCost>& answers);

/// Keys: config_hash, rows, cols, network, source, op, batch, update, parameters, sums_fit, notes;
/// then, with one answer at the top level and with several in a list `schedules`: schedule, cycles,
/// busy_cycles, stall_cycles, macs, utilization, commands, accesses and dram {buffer: {read,
/// write}} in words, and `layers`: name, op, update_in_pe, m, n, batch, products and the same
/// counts.
nlohmann::ordered_json cost_json(const CostQuestion& question,
                                 const std::vector<ScheduleCost>& answers);

/// A row for each schedule, layer and operation: schedule, layer, op, update_in_pe, m, n, batch,
/// products, cycles, busy_cycles, stall_cycles, macs, utilization, commands, then reads and writes
/// of each buffer, and of memory (dram_).
std::string cost_csv(const CostQuestion& question, const std::vector<ScheduleCost>& answers);

}  // namespace gradloom::model
