// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "golden/error.hpp"
#include "report/figures.hpp"
#include "report/script.hpp"
#include "report/space_time.hpp"

namespace gradloom::report {
namespace {

using model::Cost;
using model::ModelSchedule;

constexpr int kTiles = 4;    // of the layer in each direction
constexpr int kOctaves = 4;  // below and above B = R
constexpr int kSteps = 2;    // points an octave

model::GemmShape shape_of(const Config& config, std::int64_t batch) {
  return {std::int64_t{kTiles} * config.rows, std::int64_t{kTiles} * config.cols, batch, 1};
}

// Nothing if the design lacks an operation that the schedule needs.
std::optional<Cost> cost_of(const Config& config, ModelSchedule schedule, std::int64_t batch) {
  try {
    return model::product_cost(config, main_op(config), schedule, shape_of(config, batch));
  } catch (const InputError&) {
    return std::nullopt;
  }
}

std::vector<std::int64_t> batches(const Config& config) {
  std::vector<std::int64_t> found;
  for (int i = -kOctaves * kSteps; i <= kOctaves * kSteps; ++i) {
    const auto batch = std::llround(config.rows * std::exp2(static_cast<double>(i) / kSteps));
    if (batch >= 1 && (found.empty() || batch > found.back())) found.push_back(batch);
  }
  return found;
}

double ratio(std::int64_t other, std::int64_t interleaved) {
  return static_cast<double>(other) / static_cast<double>(std::max<std::int64_t>(1, interleaved));
}

using Pick = double (*)(const RatioPoint&);

struct Ends {
  double low = 1;
  double high = 1;
};

Ends ends_of(const std::vector<RatioCurve>& curves, Pick pick) {
  Ends ends;
  for (const RatioCurve& curve : curves) {
    for (const RatioPoint& point : curve.points) {
      ends.low = std::min(ends.low, pick(point));
      ends.high = std::max(ends.high, pick(point));
    }
  }
  return ends;
}

// Lines that may lie on others leave gaps.
const char* dashes(ModelSchedule schedule) {
  if (schedule == ModelSchedule::serial) return "(12,8)";
  return schedule == ModelSchedule::os_only ? "(8,12)" : "1";
}

Plot plot(const Config& config, const std::vector<RatioCurve>& curves, Pick pick,
          const Frame& frame) {
  const Ends ends = ends_of(curves, pick);
  const double margin = 0.08 * std::max(0.5, ends.high - ends.low);
  std::string script = fmt::format(
      "set logscale x 2\nset xrange [{}:{}]\nset yrange [{}:{}]\nset lmargin 7\nset rmargin 2\n"
      "set tmargin 0.5\nset xlabel 'B/R: vectors of the batch for each row of the array' tc {}\n"
      "set grid ytics lt 1 lc {} lw 1\nset format y '%.1fx'\n"
      "set xtics ('1/16' 0.0625, '1/8' 0.125, '1/4' 0.25, '1/2' 0.5, '1' 1, '2' 2, '4' 4, '8' 8, "
      "'16' 16)\nset arrow from graph 0, first 1 to graph 1, first 1 nohead lc {} lw 2\n",
      1.0 / 18, 18, ends.low - margin, ends.high + margin, gnuplot_rgb(Colour::muted),
      gnuplot_rgb(Colour::grid), gnuplot_rgb(schedule_colour(ModelSchedule::interleaved)));
  if (frame.narrow) script += "set xlabel 'B/R'\n";
  std::string plots;
  for (const RatioCurve& curve : curves) {
    const std::string block = fmt::format("ratio_{}", name(curve.schedule));
    script += fmt::format("${} << EOD\n", block);
    for (const RatioPoint& point : curve.points) {
      script += fmt::format("{} {}\n", static_cast<double>(point.batch) / config.rows, pick(point));
    }
    script += "EOD\n";
    plots += fmt::format("{}${} using 1:2 with linespoints lw 2 dt {} pt 7 ps 0.4 lc {}",
                         plots.empty() ? "plot " : ", ", block, dashes(curve.schedule),
                         gnuplot_rgb(schedule_colour(curve.schedule)));
  }
  return {frame.narrow ? 280 : 360, script + plots + "\n"};
}

Table table_of(const Config& config, const std::vector<RatioCurve>& curves, Pick pick,
               const std::string& caption) {
  Table table{caption, {"batch B", "B/R"}, 0, {}};
  for (const RatioCurve& curve : curves) {
    table.header.push_back(fmt::format("{} / interleaved", name(curve.schedule)));
  }
  for (std::size_t i = 0; !curves.empty() && i < curves.front().points.size(); ++i) {
    const std::int64_t batch = curves.front().points[i].batch;
    table.rows.push_back(
        {std::to_string(batch), fmt::format("{:.4g}", static_cast<double>(batch) / config.rows)});
    for (const RatioCurve& curve : curves) {
      table.rows.back().push_back(fmt::format("{:.4f}", pick(curve.points[i])));
    }
  }
  return table;
}

Figure ratio_figure(const Config& config, const std::vector<RatioCurve>& curves, Pick pick) {
  Figure figure;
  figure.legend.push_back({schedule_colour(ModelSchedule::interleaved), "interleaved: 1"});
  for (const RatioCurve& curve : curves) {
    figure.legend.push_back({schedule_colour(curve.schedule), name(curve.schedule)});
    if (curve.points.empty()) continue;
    figure.description +=
        fmt::format("{}: {:.2f} at B = {}, {:.2f} at B = {}. ", name(curve.schedule),
                    pick(curve.points.front()), curve.points.front().batch,
                    pick(curve.points.back()), curve.points.back().batch);
  }
  figure.draw = [config, curves, pick](const Frame& frame) {
    return plot(config, curves, pick, frame);
  };
  return figure;
}

std::string shape_text(const Config& config) {
  const model::GemmShape shape = shape_of(config, 1);
  return fmt::format(
      "The product is {} of one layer with M = {} and N = {} (four tiles in each "
      "direction), cut into commands where the buffers of the configuration are too small for it.",
      name(main_op(config)), shape.m, shape.n);
}

}  // namespace

std::vector<RatioCurve> ratio_curves(const Config& config) {
  std::vector<RatioCurve> curves;
  for (const ModelSchedule schedule : {ModelSchedule::separate, ModelSchedule::serial,
                                       ModelSchedule::ws_only, ModelSchedule::os_only}) {
    RatioCurve curve{schedule, {}};
    for (const std::int64_t batch : batches(config)) {
      const auto first = cost_of(config, ModelSchedule::interleaved, batch);
      const auto other = cost_of(config, schedule, batch);
      if (!first || !other) continue;
      curve.points.push_back(
          {batch, ratio(other->cycles, first->cycles),
           ratio(model::total_words(other->buffer), model::total_words(first->buffer))});
    }
    if (!curve.points.empty()) curves.push_back(curve);
  }
  return curves;
}

Figure cycle_ratio_figure(const Config& config, const std::vector<RatioCurve>& curves) {
  const Pick pick = [](const RatioPoint& point) { return point.cycles; };
  Figure figure = ratio_figure(config, curves, pick);
  figure.id = "cycle_ratio";
  figure.title = "Cycles of other schedules, in cycles of interleaved, over B/R";
  figure.text = "Above 1 interleaved is faster. " + shape_text(config);
  figure.table = table_of(config, curves, pick, "Ratios of cycles to interleaved");
  return figure;
}

Figure word_ratio_figure(const Config& config, const std::vector<RatioCurve>& curves) {
  const Pick pick = [](const RatioPoint& point) { return point.words; };
  Figure figure = ratio_figure(config, curves, pick);
  figure.id = "word_ratio";
  figure.title = "Words at the buffers of other schedules, in words of interleaved, over B/R";
  figure.text =
      "Above 1 interleaved reads and writes less; serial lies on separate. " + shape_text(config);
  figure.table = table_of(config, curves, pick, "Ratios of words at the buffers to interleaved");
  return figure;
}

}  // namespace gradloom::report
