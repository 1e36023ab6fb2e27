// SPDX-License-Identifier: Apache-2.0
#include "report/summary.hpp"

#include <fmt/format.h>

#include "generator/config_yaml.hpp"
#include "generator/version.hpp"
#include "golden/bus_ports.hpp"
#include "golden/ports.hpp"
#include "report/script.hpp"

namespace gradloom::report {
namespace {

std::string operations(const Config& config) {
  std::vector<std::string> names;
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    if (built(config, op)) names.emplace_back(name(op));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string overflow(const Config& config) {
  switch (config.overflow) {
    case Overflow::refuse: return "refused: no sum within the limits can";
    case Overflow::wrap: return "wraps";
    default: return "saturates";
  }
}

std::string training(const Config& config) {
  const TrainingHardware& t = config.training;
  if (!t.built) return "none";
  std::vector<std::string> activations;
  for (int i = 0; i < kActivationCount; ++i) {
    const auto code = static_cast<ActivationCode>(i);
    if (built(config, code)) activations.emplace_back(name(code));
  }
  return fmt::format("master weights of {} bits; {}{}{}", t.master_bits,
                     fmt::join(activations, ", "), t.stochastic ? "; stochastic rounding" : "",
                     t.weight_decay ? "; weight decay" : "");
}

std::string pe_text(const Config& config) {
  return fmt::format("{} stage{} in the multiplier, addition in {} cycle{}{}",
                     config.pe.mult_stages, config.pe.mult_stages == 1 ? "" : "s",
                     config.pe.add_stages, config.pe.add_stages == 1 ? "" : "s",
                     config.pe.zero_gating ? ", zero gating" : "");
}

std::string host_text(const Config& config) {
  if (config.bus == HostBus::none) return "command port and host port, no bus";
  return fmt::format("AXI4-Lite slave, AXI4 master of {} bits, addresses of {} bits",
                     config.data_bits, config.address_bits);
}

// What a result came to, of the targets that have a figure for it.
std::string outcome(const ResultFile& result) {
  const nlohmann::json& json = result.json;
  if (json.contains("fmax_mhz")) {
    return fmt::format("Fmax {:.1f} MHz", number_at(json, "fmax_mhz"));
  }
  if (json.contains("total") && json["total"].is_object()) {
    const nlohmann::json& total = json["total"];
    if (total.contains("killed")) {
      return fmt::format("{} of {} mutants killed, {} equivalent", number_at(total, "killed"),
                         number_at(total, "mutants"), number_at(total, "equivalent"));
    }
    const bool area = total.contains("area_um2");
    return fmt::format("{} cells, {} flip-flops{}", number_at(total, "cells"),
                       number_at(total, "flip_flops"),
                       area ? fmt::format(", {:.0f} um2", number_at(total, "area_um2")) : "");
  }
  if (json.contains("runs") && json["runs"].is_array()) {
    return fmt::format("{} runs of the netlist", json["runs"].size());
  }
  return "";
}

}  // namespace

Table summary_table(const Config& config, const Results& results) {
  Table table{"The design", {"property", "value"}, 2, {}};
  const auto add = [&](const std::string& property, const std::string& value) {
    table.rows.push_back({property, value});
  };
  add("configuration", fmt::format("{}, hash {}", config.name, hash_text(config)));
  add("made by", fmt::format("gradloom {}", kVersion));
  add("array", fmt::format("{} rows x {} columns, {} PEs, one multiplier and one adder each",
                           config.rows, config.cols, config.rows * config.cols));
  add("operands, accumulator",
      fmt::format("int{}, {} bits", config.operand_bits, config.accumulator_bits));
  add("a sum that overflows", overflow(config));
  add("operations", operations(config));
  add("PE", pe_text(config));
  add("array checksum", config.abft ? "built" : "none");
  add("training hardware", training(config));
  add("host", host_text(config));
  add("limits of a command", fmt::format("M {}, N {}, B {}; {} in the queue", config.limits.m,
                                         config.limits.n, config.limits.batch, config.queue_depth));
  add("clock asked for", fmt::format("{} ns", static_cast<double>(config.clock.period_ps) / 1000));
  for (const char* target : {"synth", "sta"}) {
    const ResultFile* result = results.find(target);
    if (result != nullptr) {
      add(fmt::format("{}, OSU 0.18 um", target), outcome(*result));
    }
  }
  return table;
}

Table buffer_table(const Config& config) {
  Table table{"Buffers beside the array",
              {"buffer", "beside", "banks", "words a bank", "bits a word", "bits in all"},
              2,
              {}};
  for (int i = 0; i < kBufferCount; ++i) {
    const auto buffer = static_cast<Buffer>(i);
    const int words = depth(config, buffer);
    if (words == 0) continue;
    const std::int64_t bits =
        std::int64_t{words} * lanes(config, buffer) * word_bits(config, buffer);
    table.rows.push_back({name(buffer), by_row(buffer) ? "rows" : "columns",
                          std::to_string(lanes(config, buffer)), std::to_string(words),
                          std::to_string(word_bits(config, buffer)), std::to_string(bits)});
  }
  return table;
}

Table port_table(const Config& config) {
  Table table{
      fmt::format("Pins of {}_top", config.name), {"port", "direction", "meaning", "bits"}, 3, {}};
  const auto ports = config.bus == HostBus::axi ? bus_ports(config) : top_ports(config);
  for (const Port& port : ports) {
    if (port.trace) continue;
    table.rows.push_back(
        {port.name, port.input ? "input" : "output", port.description, std::to_string(port.width)});
  }
  return table;
}

Table result_table(const Results& results) {
  Table table{"Results of the hardware targets", {"target", "verdict", "outcome"}, 3, {}};
  for (const ResultFile& result : results.current) {
    table.rows.push_back({result.target, result.pass ? "pass" : "FAIL", outcome(result)});
  }
  return table;
}

}  // namespace gradloom::report
