// SPDX-License-Identifier: Apache-2.0
#include "sim/layer_json.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "generator/config_yaml.hpp"

namespace gradloom {
namespace {

struct BufferCounters {
  Buffer buffer;
  std::optional<Counter> read;
  std::optional<Counter> write;
};

constexpr std::array<BufferCounters, kBaseCount> kBufferCounters{{
    {Buffer::x, Counter::x_read, std::nullopt},
    {Buffer::delta, Counter::delta_read, std::nullopt},
    {Buffer::w, Counter::w_read, std::nullopt},
    {Buffer::y, Counter::y_read, Counter::y_write},
    {Buffer::dx, Counter::dx_read, Counter::dx_write},
    {Buffer::dw, Counter::dw_read, Counter::dw_write},
}};

std::int64_t value(const golden::Cost& counters, const std::optional<Counter>& counter) {
  return counter ? counters[*counter] : 0;
}

}  // namespace

double utilization(const Config& config, const golden::Cost& counters) {
  const double slots = static_cast<double>(counters[Counter::cycles]) * config.rows * config.cols;
  return slots > 0 ? static_cast<double>(counters[Counter::macs]) / slots : 0.0;
}

nlohmann::ordered_json layer_json(const Config& config, Op op, Schedule schedule,
                                  const LayerShape& shape, const golden::Cost& counters) {
  nlohmann::ordered_json json;
  json["config_hash"] = hash_text(config);
  json["rows"] = config.rows;
  json["cols"] = config.cols;
  json["op"] = name(op);
  json["m"] = shape.m;
  json["n"] = shape.n;
  json["batch"] = shape.b;
  json["schedule"] = name(schedule);
  json["cycles"] = counters[Counter::cycles];
  json["busy_cycles"] = counters[Counter::busy];
  json["stall_cycles"] = counters[Counter::stall];
  json["macs"] = counters[Counter::macs];
  json["utilization"] = utilization(config, counters);
  for (const BufferCounters& b : kBufferCounters) {
    json["accesses"][name(b.buffer)] = {{"read", value(counters, b.read)},
                                        {"write", value(counters, b.write)}};
  }
  if (config.buffers.delta_hold > 0) {
    json["accesses"]["delta_hold"] = {{"read", counters[Counter::hold_read]},
                                      {"write", counters[Counter::hold_write]}};
  }
  return json;
}

std::string layer_text(const Config& config, Op op, Schedule schedule, const LayerShape& shape,
                       const golden::Cost& counters) {
  std::string text = fmt::format(
      "{} {}, M={} N={} B={} on {}x{}: {} cycles ({} stalled), {} MACs, utilization {:.3f}\n",
      name(op), name(schedule), shape.m, shape.n, shape.b, config.rows, config.cols,
      counters[Counter::cycles], counters[Counter::stall], counters[Counter::macs],
      utilization(config, counters));
  text += "  words  ";
  for (const BufferCounters& b : kBufferCounters) {
    if (depth(config, b.buffer) == 0) continue;
    text += fmt::format(" {} {} read", name(b.buffer), value(counters, b.read));
    if (b.write) text += fmt::format(" {} written", value(counters, b.write));
    text += ';';
  }
  if (config.buffers.delta_hold > 0) {
    text += fmt::format(" delta_hold {} read {} written;", counters[Counter::hold_read],
                        counters[Counter::hold_write]);
  }
  text.back() = '\n';
  return text;
}

}  // namespace gradloom
