// SPDX-License-Identifier: Apache-2.0
#include "explore/area.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "explore/area_points.hpp"

namespace gradloom::explore {
namespace {

using Json = nlohmann::ordered_json;
using Terms = std::vector<double>;

constexpr std::array kPeTerms{"1", "p", "A", "p^2"};
constexpr std::array kPeriodTerms{"1", "p", "log2(A)"};
constexpr std::array kRestTerms{
    "1", "ws", "os", "R", "C", "(R+C)*p", "(R+C)*A", "log2(words)", "(R+C)*log2(words)"};
constexpr std::array kRamTerms{"1", "bits"};

Terms pe_terms(double p, double a) { return {1, p, a, p * p}; }
Terms period_terms(double p, double a) { return {1, p, std::log2(a)}; }
Terms rest_terms(ArrayKind kind, double r, double c, double words, double p, double a) {
  const double ws = kind == ArrayKind::ws ? 1 : 0;
  const double os = kind == ArrayKind::os ? 1 : 0;
  return {1, ws, os, r, c, (r + c) * p, (r + c) * a, std::log2(words), (r + c) * std::log2(words)};
}

// Words of the deepest bank.
int deepest(const Config& config) {
  int words = 1;
  for (int code = 0; code < kBaseCount; ++code) {
    words = std::max(words, depth(config, static_cast<Buffer>(code)));
  }
  return words;
}

std::size_t index(ArrayKind kind) { return static_cast<std::size_t>(kind); }

std::string what(const AreaPoints& points, const char* list, ArrayKind kind, int stages) {
  return fmt::format("{}: {} of kind {} with mult_stages {}", points.file, list, name(kind),
                     stages);
}

Fit fit_pe(const AreaPoints& points, ArrayKind kind, int stages, double PePoint::*value,
           Terms (*terms)(double, double)) {
  std::vector<Sample> samples;
  for (const PePoint& point : points.pe) {
    if (point.kind != kind || point.mult_stages != stages) continue;
    samples.push_back({terms(point.operand_bits, point.accumulator_bits), point.*value});
  }
  return fit(samples, what(points, "pe", kind, stages));
}

Fit fit_rest(const AreaPoints& points, double PePoint::*value) {
  std::vector<Sample> samples;
  for (const RestPoint& point : points.rest) {
    const PePoint& pe = point.pe;
    samples.push_back({rest_terms(pe.kind, point.rows, point.cols, point.words, pe.operand_bits,
                                  pe.accumulator_bits),
                       pe.*value});
  }
  return fit(samples, points.file + ": rest");
}

Fit fit_rams(const std::vector<RamPoint>& rams, const std::string& text) {
  std::vector<Sample> samples;
  for (const RamPoint& ram : rams) samples.push_back({{1, ram.bits}, ram.area});
  return fit(samples, text);
}

template <typename Names>
Json fit_json(const Fit& fit, const Names& names) {
  Json terms = Json::object();
  for (std::size_t i = 0; i < fit.coefficients.size(); ++i) terms[names[i]] = fit.coefficients[i];
  Json json{{"points", fit.samples},
            {"terms", terms},
            {"mean_error", fit.mean_error},
            {"max_error", fit.max_error}};
  if (!std::isnan(fit.left_out_error)) json["left_out_error"] = fit.left_out_error;
  return json;
}

template <typename Names>
Json pe_fits_json(const PeFits& fits, const Names& names) {
  Json json = Json::object();
  for (const ArrayKind kind : kArrayKinds) {
    for (int stages = 0; stages <= kMaxStages; ++stages) {
      json[fmt::format("{}, mult_stages {}", name(kind), stages)] =
          fit_json(fits[index(kind)][static_cast<std::size_t>(stages)], names);
    }
  }
  return json;
}

std::string errors(const char* what, const std::vector<const Fit*>& fits) {
  std::size_t samples = 0;
  double sum = 0;
  double left_out = 0;
  double most = 0;
  for (const Fit* fit : fits) {
    samples += fit->samples;
    sum += fit->mean_error * static_cast<double>(fit->samples);
    left_out += fit->left_out_error * static_cast<double>(fit->samples);
    most = std::max(most, fit->max_error);
  }
  const auto n = static_cast<double>(samples);
  return fmt::format("  {:22} {:3} points: error mean {:4.1f} %, largest {:4.1f} %{}\n", what,
                     samples, 100 * sum / n, 100 * most,
                     std::isnan(left_out)
                         ? ""
                         : fmt::format(", mean of points left out {:.1f} %", 100 * left_out / n));
}

std::vector<const Fit*> all_of(const PeFits& fits) {
  std::vector<const Fit*> list;
  for (const auto& kind : fits) {
    for (const Fit& fit : kind) list.push_back(&fit);
  }
  return list;
}

void note_formats(const AreaPoints& points, AreaModel& model) {
  const auto bits = [&](auto member) {
    return std::minmax_element(
        points.pe.begin(), points.pe.end(),
        [member](const PePoint& a, const PePoint& b) { return a.*member < b.*member; });
  };
  const auto p = bits(&PePoint::operand_bits);
  const auto a = bits(&PePoint::accumulator_bits);
  model.min_operand_bits = p.first->operand_bits;
  model.max_operand_bits = p.second->operand_bits;
  model.min_accumulator_bits = a.first->accumulator_bits;
  model.max_accumulator_bits = a.second->accumulator_bits;
}

}  // namespace

const char* name(ArrayKind kind) {
  constexpr std::array names{"ws", "os", "both"};
  return names[index(kind)];
}

ArrayKind kind_of(const Config& config) {
  if (config.fprop && config.dgrad && !config.wgrad) return ArrayKind::ws;
  if (!config.fprop && !config.dgrad && config.wgrad) return ArrayKind::os;
  return ArrayKind::both;
}

AreaModel load_area_model(const std::string& file, const std::string& sram, AreaUnit unit) {
  const AreaPoints points = load_area_points(file);
  AreaModel model;
  model.unit = unit;
  const bool um2 = unit == AreaUnit::um2;
  const auto value = um2 ? &PePoint::area_um2 : &PePoint::luts;
  for (const ArrayKind kind : kArrayKinds) {
    for (int stages = 0; stages <= kMaxStages; ++stages) {
      const auto s = static_cast<std::size_t>(stages);
      model.pe[index(kind)][s] = fit_pe(points, kind, stages, value, pe_terms);
      if (!um2) continue;
      model.period[index(kind)][s] =
          fit_pe(points, kind, stages, &PePoint::min_period_ns, period_terms);
    }
  }
  model.rest = fit_rest(points, value);
  note_formats(points, model);
  if (!um2) return model;
  model.flip_flops = fit_rams(points.flip_flop_ram, file + ": flip_flop_ram");
  model.sram = fit_rams(load_sram_macros(sram), sram + ": macros");
  return model;
}

Area area(const AreaModel& model, const Config& config) {
  const std::size_t kind = index(kind_of(config));
  const double p = config.operand_bits;
  const double a = config.accumulator_bits;
  Area sum;
  sum.pes = config.rows * config.cols *
            model.pe[kind][static_cast<std::size_t>(config.pe.mult_stages)].at(pe_terms(p, a));
  sum.rest =
      model.rest.at(rest_terms(kind_of(config), config.rows, config.cols, deepest(config), p, a));
  if (model.unit != AreaUnit::um2) return sum;
  for (int code = 0; code < kBaseCount; ++code) {
    const auto buffer = static_cast<Buffer>(code);
    const double bits = static_cast<double>(depth(config, buffer)) * word_bits(config, buffer);
    if (bits == 0) continue;
    const Terms terms{1, bits};
    sum.buffers +=
        lanes(config, buffer) * std::min(model.flip_flops.at(terms), model.sram.at(terms));
  }
  return sum;
}

double period_ns(const AreaModel& model, const Config& config) {
  return model.period[index(kind_of(config))][static_cast<std::size_t>(config.pe.mult_stages)].at(
      period_terms(config.operand_bits, config.accumulator_bits));
}

Json fits_json(const AreaModel& model) {
  const bool um2 = model.unit == AreaUnit::um2;
  Json json{{"unit", um2 ? "um2" : "LUTs"}, {"pe", pe_fits_json(model.pe, kPeTerms)}};
  json["rest"] = fit_json(model.rest, kRestTerms);
  if (!um2) return json;
  json["period_ns"] = pe_fits_json(model.period, kPeriodTerms);
  json["flip_flop_bank"] = fit_json(model.flip_flops, kRamTerms);
  json["sram_bank"] = fit_json(model.sram, kRamTerms);
  return json;
}

std::string fits_text(const AreaModel& model) {
  const bool um2 = model.unit == AreaUnit::um2;
  std::string text = errors(um2 ? "area of a PE" : "LUTs of a PE", all_of(model.pe)) +
                     errors(um2 ? "area of the rest" : "LUTs of the rest", {&model.rest});
  if (!um2) return text;
  return text + errors("period of a PE", all_of(model.period)) +
         errors("bank of flip-flops", {&model.flip_flops}) + errors("bank of SRAM", {&model.sram});
}

}  // namespace gradloom::explore
