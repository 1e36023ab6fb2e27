// SPDX-License-Identifier: Apache-2.0
#include "sim/step_report.hpp"

#include <fmt/format.h>

#include "golden/ports.hpp"
#include "sim/layer_data.hpp"
#include "sim/layer_json.hpp"
#include "sim/verify.hpp"

namespace gradloom {
namespace {

void measure(const Config& config, const std::filesystem::path& library, Op op,
             const LayerShape& shape, const HarnessOptions& options, std::vector<StepPart>& parts) {
  const LayerOperands operands = make_operands(config, shape, DataKind::random, options.seed);
  for (const Schedule schedule : kSchedules) {
    const LayerReport report = verify_layer(config, library, op, schedule, operands, options);
    parts.push_back({op, shape, schedule, report.counters});
  }
}

std::string part_name(const StepPart& part) {
  return fmt::format("{} {}x{} B={}", name(part.op), part.shape.m, part.shape.n, part.shape.b);
}

}  // namespace

std::int64_t total_accesses(const golden::Cost& counters) {
  std::int64_t sum = 0;
  for (auto i = static_cast<std::size_t>(Counter::x_read); i < counters.counters.size(); ++i) {
    sum += counters.counters[i];
  }
  return sum;
}

std::vector<StepPart> measure_step(const Config& config, const std::filesystem::path& library,
                                   const std::vector<int>& layers, int batch,
                                   const HarnessOptions& options) {
  std::vector<StepPart> parts;
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    const Op op = i == 0 ? Op::wgrad : Op::backward;
    measure(config, library, op, {layers[i], layers[i + 1], batch}, options, parts);
  }
  return parts;
}

std::vector<StepPart> measure_backward(const Config& config, const std::filesystem::path& library,
                                       const LayerShape& shape, const HarnessOptions& options) {
  std::vector<StepPart> parts;
  measure(config, library, Op::backward, shape, options, parts);
  return parts;
}

std::string step_text(const Config& config, const std::vector<StepPart>& parts) {
  std::string text =
      fmt::format("{:<24} {:<12} {:>8} {:>7} {:>7} {:>9} {:>7} {:>11}\n", "product", "schedule",
                  "cycles", "ratio", "util.", "words", "ratio", "delta read");
  const StepPart* base = nullptr;
  for (const StepPart& part : parts) {
    if (part.schedule == Schedule::interleaved) base = &part;
    const auto ratio = [&](std::int64_t value, std::int64_t reference) {
      return static_cast<double>(value) / static_cast<double>(reference);
    };
    text += fmt::format("{:<24} {:<12} {:>8} {:>7.3f} {:>7.3f} {:>9} {:>7.3f} {:>11}\n",
                        part_name(part), name(part.schedule), part.counters[Counter::cycles],
                        ratio(part.counters[Counter::cycles], base->counters[Counter::cycles]),
                        utilization(config, part.counters), total_accesses(part.counters),
                        ratio(total_accesses(part.counters), total_accesses(base->counters)),
                        part.counters[Counter::delta_read]);
  }
  return text;
}

nlohmann::ordered_json step_json(const Config& config, const std::vector<StepPart>& parts) {
  auto json = nlohmann::ordered_json::array();
  for (const StepPart& part : parts) {
    json.push_back(layer_json(config, part.op, part.schedule, part.shape, part.counters));
  }
  return json;
}

}  // namespace gradloom
