// SPDX-License-Identifier: Apache-2.0
#include "explore/evaluate.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/network_cost.hpp"

namespace gradloom::explore {
namespace {

bool interleaves(const model::LayerCost& layer, model::ModelSchedule schedule) {
  return layer.op == model::ModelOp::backward && model::interleaved_macs(Op::backward, schedule);
}

// Where the numbers of a Result stand on a line, after number, workload and the axes.
using Column = double& (*)(Result&);
constexpr std::array<Column, 10> kColumns{[](Result& r) -> double& { return r.cycles; },
                                          [](Result& r) -> double& { return r.macs; },
                                          [](Result& r) -> double& { return r.period_ns; },
                                          [](Result& r) -> double& { return r.time; },
                                          [](Result& r) -> double& { return r.area.pes; },
                                          [](Result& r) -> double& { return r.area.rest; },
                                          [](Result& r) -> double& { return r.area.buffers; },
                                          [](Result& r) -> double& { return r.energy_pj; },
                                          [](Result& r) -> double& { return r.buffer_words; },
                                          [](Result& r) -> double& { return r.dram_words; }};
constexpr std::size_t kAxes = 10;  // columns before "feasible"

std::string_view next_field(std::string_view& line) {
  const std::size_t comma = line.find(',');
  const std::string_view field = line.substr(0, comma);
  line = comma == std::string_view::npos ? std::string_view{} : line.substr(comma + 1);
  return field;
}

template <typename T>
T to(std::string_view field, std::string_view line) {
  T value{};
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size()) {
    throw InputError(
        fmt::format("points.csv: found {}, allowed a line of this space", printable(line)));
  }
  return value;
}

}  // namespace

std::optional<WorkloadCost> workload_cost(const Space& space, const Point& point) {
  const Config config = config_at(space, point);
  const model::ModelSchedule schedule = space.schedules[point.schedule];
  WorkloadCost cost;
  try {
    const model::NetworkCost all = model::network_cost(
        config, space.workloads[point.workload].network, space.batches[point.batch], schedule,
        space.op, model::UpdatePlace::outside);
    for (const model::LayerCost& layer : all.layers) {
      (interleaves(layer, schedule) ? cost.interleaved : cost.plain) += layer.cost;
    }
  } catch (const InputError&) {
    return std::nullopt;  // the space itself has been checked: it is the point that does not fit
  }
  return cost;
}

Result Evaluator::evaluate(std::int64_t number) {
  Result result;
  result.number = number;
  result.point = point_at(space_, number);
  Point shared = result.point;
  shared.format = 0;
  if (!has_last_ || shared != last_) {
    cost_ = workload_cost(space_, result.point);
    last_ = shared;
    has_last_ = true;
  }
  if (!cost_) return result;
  const Config config = config_at(space_, result.point);
  const auto batch = static_cast<double>(space_.batches[result.point.batch]);
  const auto sum = [this](auto part) {
    return static_cast<double>(part(cost_->plain)) + static_cast<double>(part(cost_->interleaved));
  };
  result.feasible = true;
  result.cycles = sum([](const model::Cost& c) { return c.cycles; });
  result.macs = sum([](const model::Cost& c) { return c.macs; });
  result.buffer_words = sum([](const model::Cost& c) { return total_words(c.buffer); });
  result.dram_words = sum([](const model::Cost& c) { return total_words(c.dram); });
  result.area = area(space_.area, config);
  if (space_.area.unit == AreaUnit::um2) result.period_ns = period_ns(space_.area, config);
  const double unit = space_.time == TimeUnit::us ? result.period_ns / 1000 : 1;
  result.time = result.cycles * unit / batch;
  result.energy_pj = (model::energy_pj(config, space_.energy, cost_->plain) +
                      model::energy_pj(config, space_.energy, cost_->interleaved, true)) /
                     batch;
  return result;
}

std::string csv_head(const Space& space) {
  const char* area = space.area.unit == AreaUnit::um2 ? "um2" : "luts";
  return fmt::format(
      "point,workload,rows,cols,operand_bits,accumulator_bits,mult_stages,words,batch,schedule,"
      "feasible,cycles,macs,period_ns,time_{0}_per_sample,pe_{1},rest_{1},buffer_{1},"
      "energy_pj_per_sample,buffer_words,dram_words\n",
      space.time == TimeUnit::us ? "us" : "cycles", area);
}

std::string csv_line(const Space& space, const Result& result) {
  const Point& p = result.point;
  const ArraySize& size = space.sizes[p.size];
  const Format& format = space.formats[p.format];
  std::string line = fmt::format(
      "{},{},{},{},{},{},{},{},{},{},{}", result.number, space.workloads[p.workload].name,
      size.rows, size.cols, format.operand_bits, format.accumulator_bits,
      space.mult_stages[p.stages], space.words[p.words], space.batches[p.batch],
      name(space.schedules[p.schedule]), result.feasible ? 1 : 0);
  Result copy = result;
  for (const Column column : kColumns) {
    line += result.feasible ? fmt::format(",{}", column(copy)) : ",";
  }
  return line + "\n";
}

Result parse_csv_line(const Space& space, std::string_view line) {
  std::string_view rest = line;
  Result result;
  result.number = to<std::int64_t>(next_field(rest), line);
  if (result.number < 0 || result.number >= point_count(space)) to<int>("", line);
  result.point = point_at(space, result.number);
  for (std::size_t i = 1; i < kAxes; ++i) next_field(rest);
  result.feasible = to<int>(next_field(rest), line) != 0;
  if (!result.feasible) return result;
  for (const Column column : kColumns) column(result) = to<double>(next_field(rest), line);
  return result;
}

}  // namespace gradloom::explore
