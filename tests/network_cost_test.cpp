// SPDX-License-Identifier: Apache-2.0
// Costs of networks: what the parts of a step are, and where weights are updated.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "golden/error.hpp"
#include "golden/layer_cost.hpp"
#include "model/cost_report.hpp"
#include "model/network_file.hpp"

namespace gradloom::model {
namespace {

Config array_of(int rows, int cols, int words, bool training) {
  Config config;
  config.name = "test";
  config.rows = rows;
  config.cols = cols;
  config.operand_bits = 8;
  config.accumulator_bits = 32;
  config.buffers = {1, 1, 1, 1, 1, 1, training ? 1 : 0};
  config.queue_depth = 2;
  if (training) {
    config.training.built = true;
    config.training.master_bits = 16;
    config.training.weight_decay = true;
    config.overflow = Overflow::saturate;
  }
  return with_buffers(config, words);
}

ModelNetwork two_layers() {
  ModelNetwork network;
  network.name = "two";
  Layer layer;
  layer.name = "first";
  layer.gemm.m = 20;
  layer.gemm.n = 12;
  layer.needs_dx = false;
  network.layers.push_back(layer);
  layer.name = "scores";
  layer.gemm = {5, 7, 9, 3, true};
  layer.needs_dx = true;
  network.layers.push_back(layer);
  layer.name = "last";
  layer.gemm = {1, 12, 10, 1, false};
  layer.repeat = 2;
  network.layers.push_back(layer);
  return network;
}

std::string ops_of(const NetworkCost& cost) {
  std::string text;
  for (const LayerCost& layer : cost.layers) {
    text += std::to_string(layer.layer) + name(layer.op) + (layer.update_in_pe ? "+ " : " ");
  }
  return text;
}

Words dram(const Cost& cost, Buffer buffer) { return cost.dram[static_cast<std::size_t>(buffer)]; }

NetworkCost cost_of(const Config& config, ModelSchedule schedule, ModelOp op) {
  return network_cost(config, two_layers(), 6, schedule, op, default_update(config));
}

}  // namespace

TEST_CASE("what a step consists of") {
  const Config plain = array_of(4, 4, 256, false);
  CHECK(ops_of(cost_of(plain, ModelSchedule::interleaved, ModelOp::step)) ==
        "0fprop 0wgrad 0update 1fprop 1backward 2fprop 2backward 2update ");
  CHECK(ops_of(cost_of(plain, ModelSchedule::separate, ModelOp::dgrad)) == "1dgrad 2dgrad ");
  CHECK(ops_of(cost_of(plain, ModelSchedule::separate, ModelOp::wgrad)) == "0wgrad 1wgrad 2wgrad ");
  CHECK(ops_of(cost_of(plain, ModelSchedule::best, ModelOp::backward)) ==
        "0wgrad 1backward 2backward ");
  CHECK(ops_of(cost_of(plain, ModelSchedule::best, ModelOp::update)) == "0update 2update ");
  const Config training = array_of(4, 4, 256, true);
  const std::string in_pe = "0fprop 0wgrad+ 1fprop 1backward 2fprop 2backward+ ";
  CHECK(ops_of(cost_of(training, ModelSchedule::interleaved, ModelOp::step)) == in_pe);
  CHECK(ops_of(cost_of(training, ModelSchedule::os_only, ModelOp::step)) == in_pe);
  CHECK(ops_of(cost_of(training, ModelSchedule::ws_only, ModelOp::step)) ==
        "0fprop 0wgrad 0update 1fprop 1backward 2fprop 2backward 2update ");
}

TEST_CASE("the total is the sum, and repeats and heads count") {
  const Config config = array_of(3, 5, 64, false);
  for (const ModelSchedule schedule : kModelSchedules) {
    const NetworkCost step = cost_of(config, schedule, ModelOp::step);
    Cost sum;
    for (const LayerCost& layer : step.layers) sum += layer.cost;
    CHECK(sum == step.total);
    // fprop of all, twice that of all but the first layer, once of that.
    CHECK(step.total.macs == 6 * (2 * 20 * 12 + 3 * 9 * 3 * 5 * 7 + 3 * 2 * 12 * 10));
    const Cost parts = cost_of(config, schedule, ModelOp::fprop).total * 1;
    Cost again = parts;
    again += cost_of(config, schedule, ModelOp::backward).total;
    again += cost_of(config, schedule, ModelOp::update).total;
    CHECK(again == step.total);
    CHECK(network_cost(config, two_layers(), 6, schedule) == step);
  }
}

TEST_CASE("an update outside is memory words alone") {
  const Config config = array_of(4, 4, 256, false);
  const NetworkCost update = cost_of(config, ModelSchedule::separate, ModelOp::update);
  const std::int64_t weights = 20 * 12 + 2 * 12 * 10;
  Cost expected;
  expected.dram[static_cast<std::size_t>(Buffer::w)] = {weights, weights};
  expected.dram[static_cast<std::size_t>(Buffer::dw)] = {weights, 0};
  CHECK(update.total == expected);
}

TEST_CASE("an update in the PEs is that of the golden model, with the batch in one piece") {
  const Config config = array_of(4, 4, 40, true);
  const GemmShape shape{50, 22, 19, 1};
  for (const ModelSchedule schedule :
       {ModelSchedule::interleaved, ModelSchedule::separate, ModelSchedule::serial}) {
    const auto runs = update_runs(config, Op::backward, schedule, shape);
    REQUIRE(runs);
    REQUIRE(runs->size() == 1);
    CHECK(runs->front().update);
    const auto size = golden::update_chunk_size(config, Op::backward, 50, 22, 19);
    REQUIRE(size);
    CHECK(size->b == 19);
    CHECK(golden::chunk_counts(*size, 50, 22, 19).m > 1);
    // By hand, over the chunks.
    golden::Cost sum;
    for (int m = 0; m < 50; m += size->m) {
      for (int n = 0; n < 22; n += size->n) {
        golden::Command command =
            golden::make_command(Op::backward, runs->front().schedule, std::min(size->m, 50 - m),
                                 std::min(size->n, 22 - n), 19);
        command.acc_psum = n > 0;
        command.training.update = true;
        CHECK(golden::check(config, command) == Status::ok);
        const golden::Cost part = golden::cost(config, command);
        for (std::size_t i = 0; i < sum.counters.size(); ++i) sum.counters[i] += part.counters[i];
      }
    }
    const Cost cost = runs_cost(config, *runs, 1);
    CHECK(cost.cycles == sum[Counter::cycles]);
    CHECK(cost.buffer[static_cast<std::size_t>(Buffer::w)].written == sum[Counter::w_write]);
    CHECK(sum[Counter::w_write] == 50 * 22);
    CHECK(dram(cost, Buffer::w) == Words{50 * 22, 50 * 22});
    CHECK(dram(cost, Buffer::dw) == Words{});
  }
  // A batch beyond X has no such command: 41 words, 40 there are.
  CHECK_FALSE(update_runs(config, Op::wgrad, ModelSchedule::separate, {4, 4, 41, 1}));
  CHECK(update_runs(config, Op::wgrad, ModelSchedule::separate, {4, 4, 40, 1}));
  CHECK_FALSE(update_runs(config, Op::fprop, ModelSchedule::separate, {4, 4, 4, 1}));
  CHECK_FALSE(update_runs(config, Op::wgrad, ModelSchedule::ws_only, {4, 4, 4, 1}));
}

TEST_CASE("update by itself is what it adds to backward") {
  const Config config = array_of(4, 4, 256, true);
  const ModelSchedule schedule = ModelSchedule::interleaved;
  Cost sum = cost_of(config, schedule, ModelOp::fprop).total;
  sum += cost_of(config, schedule, ModelOp::backward).total;
  sum += cost_of(config, schedule, ModelOp::update).total;
  CHECK(sum == cost_of(config, schedule, ModelOp::step).total);
}

TEST_CASE("sums that refuse would not run are told, not refused") {
  Config config = array_of(4, 4, 256, false);
  config.accumulator_bits = 20;  // sums of 31 products
  CostQuestion question{config, two_layers(), 31, ModelOp::step, UpdatePlace::outside};
  CHECK(sums_fit(config, question.network, 31, ModelOp::step));
  CHECK_FALSE(sums_fit(config, question.network, 32, ModelOp::step));
  CHECK(sums_fit(config, question.network, 32, ModelOp::fprop));
  question.batch = 32;
  const std::vector<ScheduleCost> answers{
      {ModelSchedule::interleaved,
       network_cost(config, question.network, 32, ModelSchedule::interleaved)}};
  REQUIRE(cost_notes(question, answers).size() == 1);
  CHECK(cost_json(question, answers)["sums_fit"] == false);
  CHECK(cost_text(question, answers).find("note: 2 of 3 layers have sums") != std::string::npos);
  config.overflow = Overflow::wrap;
  CHECK(sums_fit(config, question.network, 1000, ModelOp::step));
}

TEST_CASE("counts beyond 64 bits are an error") {
  const Config config = array_of(1, 1, 256, false);
  ModelNetwork network = two_layers();
  network.layers[0].gemm = {1, 1 << 24, 1 << 24, 1, false};
  CHECK_THROWS_AS(network_cost(config, network, 1 << 24, ModelSchedule::serial), InputError);
  network.layers[0].gemm = {1, 1, 1, 1 << 24, false};
  network.layers[0].repeat = 1 << 24;
  CHECK_NOTHROW(network_cost(config, network, 1, ModelSchedule::serial));
  CHECK_THROWS_AS(network_cost(config, network, 1 << 24, ModelSchedule::serial), InputError);
}

TEST_CASE("rows of the tables") {
  const Config config = array_of(4, 4, 256, false);
  const CostQuestion question{config, two_layers(), 2, ModelOp::step, UpdatePlace::outside};
  std::vector<ScheduleCost> answers;
  for (const ModelSchedule schedule : kModelSchedules) {
    answers.push_back({schedule, network_cost(config, question.network, 2, schedule)});
  }
  const std::string csv = cost_csv(question, answers);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 6 * 8);
  const auto json = cost_json(question, answers);
  CHECK(json["schedules"].size() == 6);
  CHECK(json["schedules"][4]["schedule"] == "os_only");
  CHECK(json["schedules"][0]["layers"].size() == 8);
  CHECK(json["schedules"][0]["cycles"] == answers[0].cost.total.cycles);
  const auto single = cost_json(question, {answers[0]});
  CHECK(single["accesses"]["delta"]["read"] ==
        answers[0].cost.total.buffer[static_cast<std::size_t>(Buffer::delta)].read);
  CHECK(single["dram"]["w"]["write"] == 20 * 12 + 2 * 12 * 10);
}

}  // namespace gradloom::model
