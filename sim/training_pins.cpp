// SPDX-License-Identifier: Apache-2.0
#include "sim/training_pins.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "golden/ports.hpp"

namespace gradloom {
namespace {

using golden::TrainingFields;

template <auto Field>
TrainingPin pin(const char* name) {
  using Value = std::remove_reference_t<decltype(std::declval<TrainingFields&>().*Field)>;
  return {std::string("cmd_") + name + "_i", 0,
          [](const TrainingFields& fields) { return static_cast<std::uint32_t>(fields.*Field); },
          [](TrainingFields& fields, std::uint32_t value) {
            fields.*Field = static_cast<Value>(value);
          }};
}

}  // namespace

std::vector<TrainingPin> training_pins(const Config& config) {
  if (!config.training.built) return {};
  std::vector<TrainingPin> pins{
      pin<&TrainingFields::post>("post"),
      pin<&TrainingFields::to_x>("to_x"),
      pin<&TrainingFields::to_y>("to_y"),
      pin<&TrainingFields::loss>("loss"),
      pin<&TrainingFields::update>("update"),
      pin<&TrainingFields::bgrad>("bgrad"),
      pin<&TrainingFields::sr_post>("sr_post"),
      pin<&TrainingFields::sr_update>("sr_update"),
      pin<&TrainingFields::act>("act"),
      pin<&TrainingFields::leak>("leak"),
      pin<&TrainingFields::scale>("scale"),
      pin<&TrainingFields::shift>("shift"),
      pin<&TrainingFields::bias_scale>("bias_scale"),
      pin<&TrainingFields::bias_shift>("bias_shift"),
      pin<&TrainingFields::rate>("rate"),
      pin<&TrainingFields::rate_shift>("rate_shift"),
      pin<&TrainingFields::decay>("decay"),
      pin<&TrainingFields::bias_base>("bias_base"),
      pin<&TrainingFields::next_base>("next_base"),
  };
  const std::vector<Port> ports = top_ports(config);
  for (TrainingPin& p : pins) {
    const auto port = std::find_if(ports.begin(), ports.end(),
                                   [&](const Port& candidate) { return candidate.name == p.port; });
    if (port != ports.end()) p.width = port->width;
  }
  std::erase_if(pins, [](const TrainingPin& p) { return p.width == 0; });
  return pins;
}

}  // namespace gradloom
