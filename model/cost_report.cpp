// SPDX-License-Identifier: Apache-2.0
#include "model/cost_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generator/config_yaml.hpp"

namespace gradloom::model {
namespace {

using Json = nlohmann::ordered_json;

const std::string& layer_name(const CostQuestion& question, const LayerCost& layer) {
  return question.network.layers[layer.layer].name;
}

Json words_json(const TensorWords& words) {
  Json json;
  for (std::size_t i = 0; i < words.size(); ++i) {
    json[name(static_cast<Buffer>(i))] = {{"read", words[i].read}, {"write", words[i].written}};
  }
  return json;
}

void add_cost(Json& json, const Config& config, const Cost& cost) {
  json["cycles"] = cost.cycles;
  json["busy_cycles"] = cost.busy;
  json["stall_cycles"] = cost.stall;
  json["macs"] = cost.macs;
  json["utilization"] = utilization(config, cost);
  json["commands"] = cost.commands;
  json["accesses"] = words_json(cost.buffer);
  json["dram"] = words_json(cost.dram);
}

Json layer_json(const CostQuestion& question, const LayerCost& layer) {
  Json json;
  json["name"] = layer_name(question, layer);
  json["op"] = name(layer.op);
  json["update_in_pe"] = layer.update_in_pe;
  json["m"] = layer.shape.m;
  json["n"] = layer.shape.n;
  json["batch"] = layer.shape.b;
  json["products"] = layer.shape.products;
  add_cost(json, question.config, layer.cost);
  return json;
}

void add_answer(Json& json, const CostQuestion& question, const ScheduleCost& answer) {
  json["schedule"] = name(answer.schedule);
  add_cost(json, question.config, answer.cost.total);
  json["layers"] = Json::array();
  for (const LayerCost& layer : answer.cost.layers) {
    json["layers"].push_back(layer_json(question, layer));
  }
}

std::string cost_columns(const Config& config, const Cost& cost) {
  return fmt::format("{:>15} {:>6.3f} {:>15} {:>15}\n", cost.cycles, utilization(config, cost),
                     total_words(cost.buffer), total_words(cost.dram));
}

std::string cost_heading() {
  return fmt::format("{:>15} {:>6} {:>15} {:>15}\n", "cycles", "util.", "buffer words",
                     "memory words");
}

std::string product_text(const GemmShape& s) {
  return fmt::format("{} x {}x{}x{}", s.products, s.m, s.n, s.b);
}

/// The operations of a layer together.
std::string layer_rows(const CostQuestion& question, const NetworkCost& cost) {
  std::string text = fmt::format("  {:<28} {:<32}", "layer", "products x MxNxB") + cost_heading();
  for (auto layer = cost.layers.begin(); layer != cost.layers.end();) {
    const auto next = std::find_if(
        layer, cost.layers.end(), [&](const LayerCost& l) { return l.layer != layer->layer; });
    Cost sum;
    std::for_each(layer, next, [&](const LayerCost& l) { sum += l.cost; });
    text += fmt::format("  {:<28} {:<32}", layer_name(question, *layer), product_text(layer->shape));
    text += cost_columns(question.config, sum);
    layer = next;
  }
  return text;
}

std::string op_rows(const CostQuestion& question, const NetworkCost& cost) {
  std::string text;
  for (const ModelOp op : kModelOps) {
    Cost sum;
    int count = 0;
    for (const LayerCost& layer : cost.layers) {
      if (layer.op != op) continue;
      sum += layer.cost;
      ++count;
    }
    if (count == 0) continue;
    text += fmt::format("  {:<28} {:<32}", name(op), fmt::format("{} layers", count));
    text += cost_columns(question.config, sum);
  }
  return text + fmt::format("  {:<28} {:<32}", "total", "") +
         cost_columns(question.config, cost.total);
}

std::string heading(const CostQuestion& question) {
  const ModelNetwork& network = question.network;
  const Config& config = question.config;
  return fmt::format(
      "{}: {} of {} layers for a batch of {} on {}x{}; {} MACs a sample and forward pass, {} "
      "parameters\n",
      network.name, name(question.op), network.layers.size(), question.batch, config.rows,
      config.cols, macs(network), parameters(network));
}

/// Layers whose update is asked for in the PEs and done outside, in one answer.
std::size_t fallbacks(const CostQuestion& question, const NetworkCost& cost) {
  if (question.update == UpdatePlace::outside) return 0;
  return static_cast<std::size_t>(
      std::count_if(cost.layers.begin(), cost.layers.end(), [](const LayerCost& layer) {
        return layer.op == ModelOp::update && !layer.update_in_pe;
      }));
}

void add_counts_csv(std::string& text, const TensorWords& words) {
  for (const Words& w : words) text += fmt::format(",{},{}", w.read, w.written);
}

std::string csv_heading() {
  std::string text =
      "schedule,layer,op,update_in_pe,m,n,batch,products,cycles,busy_cycles,stall_cycles,macs,"
      "utilization,commands";
  for (const char* prefix : {"", "dram_"}) {
    for (int i = 0; i < kBaseCount; ++i) {
      const char* buffer = name(static_cast<Buffer>(i));
      text += fmt::format(",{}{}_read,{}{}_write", prefix, buffer, prefix, buffer);
    }
  }
  return text + "\n";
}

}  // namespace

std::vector<std::string> cost_notes(const CostQuestion& question,
                                    const std::vector<ScheduleCost>& answers) {
  std::vector<std::string> notes;
  const Config& config = question.config;
  const auto unfit = std::count_if(
      question.network.layers.begin(), question.network.layers.end(), [&](const Layer& layer) {
        return !sums_fit(config, layer, question.batch, question.op);
      });
  if (unfit > 0) {
    notes.push_back(fmt::format(
        "{} of {} layers have sums that may leave the {}-bit accumulator: counted all the same, "
        "but overflow: refuse would not run them",
        unfit, question.network.layers.size(), config.accumulator_bits));
  }
  for (const ScheduleCost& answer : answers) {
    const std::size_t outside = fallbacks(question, answer.cost);
    if (outside == 0) continue;
    notes.push_back(fmt::format(
        "{}: the weights of {} layers are updated outside: no command with update takes their "
        "whole batch, or dW is not formed by wgrad commands",
        name(answer.schedule), outside));
  }
  return notes;
}

std::string cost_text(const CostQuestion& question, const std::vector<ScheduleCost>& answers) {
  std::string text = heading(question);
  if (answers.size() == 1) {
    text += fmt::format("schedule {}\n", name(answers[0].schedule));
    text += layer_rows(question, answers[0].cost) + op_rows(question, answers[0].cost);
  } else {
    text += fmt::format("  {:<28}", "schedule") + cost_heading();
    for (const ScheduleCost& answer : answers) {
      text += fmt::format("  {:<28}", name(answer.schedule));
      text += cost_columns(question.config, answer.cost.total);
    }
  }
  for (const std::string& note : cost_notes(question, answers)) text += "note: " + note + "\n";
  return text;
}

Json cost_json(const CostQuestion& question, const std::vector<ScheduleCost>& answers) {
  Json json;
  json["config_hash"] = hash_text(question.config);
  json["rows"] = question.config.rows;
  json["cols"] = question.config.cols;
  json["network"] = question.network.name;
  json["source"] = question.network.source;
  json["op"] = name(question.op);
  json["batch"] = question.batch;
  json["update"] = question.update == UpdatePlace::in_pe ? "in_pe" : "outside";
  json["parameters"] = parameters(question.network);
  json["sums_fit"] = sums_fit(question.config, question.network, question.batch, question.op);
  json["notes"] = cost_notes(question, answers);
  if (answers.size() == 1) {
    add_answer(json, question, answers[0]);
    return json;
  }
  json["schedules"] = Json::array();
  for (const ScheduleCost& answer : answers) {
    Json entry;
    add_answer(entry, question, answer);
    json["schedules"].push_back(std::move(entry));
  }
  return json;
}

std::string cost_csv(const CostQuestion& question, const std::vector<ScheduleCost>& answers) {
  std::string text = csv_heading();
  for (const ScheduleCost& answer : answers) {
    for (const LayerCost& layer : answer.cost.layers) {
      const GemmShape& s = layer.shape;
      const Cost& cost = layer.cost;
      text += fmt::format("{},{},{},{},{},{},{},{}", name(answer.schedule),
                          layer_name(question, layer), name(layer.op), layer.update_in_pe, s.m,
                          s.n, s.b, s.products);
      text += fmt::format(",{},{},{},{},{:.6f},{}", cost.cycles, cost.busy, cost.stall, cost.macs,
                          utilization(question.config, cost), cost.commands);
      add_counts_csv(text, cost.buffer);
      add_counts_csv(text, cost.dram);
      text += '\n';
    }
  }
  return text;
}

}  // namespace gradloom::model
