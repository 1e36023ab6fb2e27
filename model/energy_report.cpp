// SPDX-License-Identifier: Apache-2.0
#include "model/energy_report.hpp"

#include <fmt/format.h>

namespace gradloom::model {
namespace {

using Json = nlohmann::ordered_json;

EnergySplit layer_energy(const CostQuestion& question, ModelSchedule schedule,
                         const LayerCost& layer, const EnergyTable& table) {
  const bool interleaved =
      layer.op == ModelOp::backward && interleaved_macs(Op::backward, schedule);
  return energy(question.config, table, layer.cost, interleaved);
}

void add_answer(Json& json, const CostQuestion& question, const ScheduleCost& answer,
                const EnergyTable& table) {
  json["energy_pj"] = energy_json(network_energy(question, answer, table));
  for (std::size_t i = 0; i < answer.cost.layers.size(); ++i) {
    json["layers"][i]["energy_pj"] =
        energy_json(layer_energy(question, answer.schedule, answer.cost.layers[i], table));
  }
}

}  // namespace

EnergySplit network_energy(const CostQuestion& question, const ScheduleCost& answer,
                           const EnergyTable& table) {
  EnergySplit sum;
  for (const LayerCost& layer : answer.cost.layers) {
    sum += layer_energy(question, answer.schedule, layer, table);
  }
  return sum;
}

std::string energy_text(const CostQuestion& question, const std::vector<ScheduleCost>& answers,
                        const EnergyTable& table) {
  std::string text =
      fmt::format("energy in pJ, table {}\n  {:<28} {:>12} {:>12} {:>12} {:>12} {:>12}\n",
                  table.name, "schedule", "MACs", "buffers", "memory", "waiting PEs", "total");
  for (const ScheduleCost& answer : answers) {
    const EnergySplit e = network_energy(question, answer, table);
    text += fmt::format("  {:<28} {:>12.5g} {:>12.5g} {:>12.5g} {:>12.5g} {:>12.5g}\n",
                        name(answer.schedule), e.mac, e.buffer, e.dram, e.idle, e.total());
  }
  return text;
}

Json energy_json(const EnergySplit& energy) {
  return {{"mac", energy.mac},
          {"buffer", energy.buffer},
          {"dram", energy.dram},
          {"idle", energy.idle},
          {"total", energy.total()}};
}

void add_energy(Json& json, const CostQuestion& question, const std::vector<ScheduleCost>& answers,
                const EnergyTable& table) {
  json["energy_table"] = table.name;
  if (answers.size() == 1) {
    add_answer(json, question, answers[0], table);
    return;
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    add_answer(json["schedules"][i], question, answers[i], table);
  }
}

}  // namespace gradloom::model
