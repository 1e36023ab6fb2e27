// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "report/figures.hpp"
#include "report/script.hpp"

namespace gradloom::report {
namespace {

using model::ModelSchedule;
using model::Words;

constexpr std::array<const char*, kBaseCount> kTensors{"X", "delta", "W", "Y", "dX", "dW"};

using PickWords = const model::TensorWords& (*)(const model::Cost&);

bool compared(ModelSchedule schedule) {
  // serial has the words of separate; best is one of ws_only and os_only for each product.
  return schedule != ModelSchedule::serial && schedule != ModelSchedule::best;
}

// One bar a schedule in a group for each tensor that anyone touches.
std::vector<BarGroup> groups_of(const std::vector<StepParts>& steps, PickWords pick) {
  std::vector<BarGroup> groups;
  for (std::size_t tensor = 0; tensor < kTensors.size(); ++tensor) {
    BarGroup group{kTensors[tensor], {}};
    std::int64_t any = 0;
    for (const StepParts& step : steps) {
      if (!compared(step.schedule)) continue;
      const model::Cost total = step.sum().total();
      const Words words = pick(total)[tensor];
      any += words.total();
      group.bars.push_back({name(step.schedule),
                            {{Colour::blue, static_cast<double>(words.read)},
                             {Colour::orange, static_cast<double>(words.written)}},
                            short_number(static_cast<double>(words.total()))});
    }
    if (any > 0) groups.push_back(group);
  }
  return groups;
}

Table table_of(const std::vector<StepParts>& steps, PickWords pick, const std::string& caption) {
  Table table{caption, {"tensor", "schedule", "read (words)", "written (words)"}, 2, {}};
  for (std::size_t tensor = 0; tensor < kTensors.size(); ++tensor) {
    for (const StepParts& step : steps) {
      const model::Cost total = step.sum().total();
      const Words words = pick(total)[tensor];
      table.rows.push_back({kTensors[tensor], name(step.schedule), std::to_string(words.read),
                            std::to_string(words.written)});
    }
  }
  return table;
}

std::string totals(const std::vector<StepParts>& steps, PickWords pick) {
  std::string text = "In all: ";
  for (const StepParts& step : steps) {
    if (!compared(step.schedule)) continue;
    const model::Cost total = step.sum().total();
    text += fmt::format("{}{} {}", text.ends_with(": ") ? "" : ", ", name(step.schedule),
                        short_number(static_cast<double>(model::total_words(pick(total)))));
  }
  return text + " words.";
}

Figure words_figure(const std::vector<StepParts>& steps, PickWords pick) {
  Figure figure;
  figure.description = totals(steps, pick);
  figure.legend = {{Colour::blue, "read"}, {Colour::orange, "written"}};
  const std::vector<BarGroup> groups = groups_of(steps, pick);
  figure.draw = [groups](const Frame& frame) { return bar_plot(frame, groups, "words"); };
  return figure;
}

}  // namespace

Figure buffer_figure(const Workload& workload, const std::vector<StepParts>& steps) {
  const PickWords pick = [](const model::Cost& cost) -> const model::TensorWords& {
    return cost.buffer;
  };
  Figure figure = words_figure(steps, pick);
  figure.id = "buffer_words";
  figure.title = "Words read and written at the buffers beside the array, by tensor";
  figure.text = fmt::format(
      "The same step of {}, batch {}. {} Words are counted as by the access counters of the RTL; "
      "serial has the words of separate.",
      workload.network.name, workload.batch, totals(steps, pick));
  figure.table = table_of(steps, pick, "Words at the buffers, by tensor and schedule");
  return figure;
}

Figure dram_figure(const Workload& workload, const std::vector<StepParts>& steps) {
  const PickWords pick = [](const model::Cost& cost) -> const model::TensorWords& {
    return cost.dram;
  };
  Figure figure = words_figure(steps, pick);
  figure.id = "dram_words";
  figure.title = "Words between the buffers and memory (DRAM), by tensor";
  figure.text = fmt::format(
      "The same step of {}, batch {}. {} Each product starts with empty buffers; a block of an "
      "operand is fetched once while it stays in its buffer (docs/model.md).",
      workload.network.name, workload.batch, totals(steps, pick));
  figure.table = table_of(steps, pick, "Words on the bus to memory, by tensor and schedule");
  return figure;
}

}  // namespace gradloom::report
