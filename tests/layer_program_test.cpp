// SPDX-License-Identifier: Apache-2.0
#include "sim/layer_program.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <variant>

#include "golden/error.hpp"
#include "golden/loop_order.hpp"
#include "golden/numerics.hpp"
#include "golden/split.hpp"
#include "sim/campaign.hpp"
#include "sim/layer_data.hpp"
#include "sim/pin_driver.hpp"
#include "sim/step_report.hpp"
#include "sim/verify.hpp"
#include "sim/wave_save.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom {
namespace {

Config small_config(Overflow overflow = Overflow::wrap) {
  Config config;
  config.name = "small";
  config.rows = 3;
  config.cols = 2;
  config.operand_bits = 6;
  config.accumulator_bits = 12;
  config.overflow = overflow;
  config.buffers = {12, 12, 10, 12, 12, 10};
  config.limits = natural_limits(config);
  config.queue_depth = 2;
  return config;
}

// A program on the golden model: what the harness does, without RTL.
ProgramResult play(const Config& config, const Program& program, int stalls) {
  golden::Machine machine(config);
  PinDriver driver(config, 5, stalls);
  driver.add(program);
  for (int cycle = 0; !driver.finished(); ++cycle) {
    REQUIRE(cycle < 2'000'000);
    const golden::Inputs inputs = driver.inputs();
    driver.observe(handshake_of(machine));
    machine.clock(inputs);
  }
  return {driver.take_reads(), driver.take_codes()};
}

TEST_CASE("an element is where docs/architecture.md says") {
  const Config config = small_config();
  golden::Command command = golden::make_command(Op::backward, Schedule::separate, 7, 5, 4);
  command.bases = {1, 2, 3, 4, 5, 6};
  const auto at = [&](Buffer buffer, int row, int col) {
    const Location location = locate(config, buffer, command, row, col);
    return std::pair<int, int>(location.lane, static_cast<int>(location.addr));
  };
  CHECK(at(Buffer::x, 2, 5) == std::pair(2, 1 + 1 * 4 + 2));   // m = 5: row 2, tile 1
  CHECK(at(Buffer::dx, 3, 6) == std::pair(0, 5 + 2 * 4 + 3));  // m = 6: row 0, tile 2
  CHECK(at(Buffer::delta, 1, 3) == std::pair(1, 2 + 1 * 4 + 1));
  CHECK(at(Buffer::w, 6, 4) == std::pair(0, 3 + 2 * 7 + 6));  // n = 4: column 0, tile 2
  CHECK(at(Buffer::dw, 0, 1) == std::pair(1, 6));
}

TEST_CASE("layers larger than the buffers give the results of docs/numerics.md") {
  for (const Overflow overflow : {Overflow::wrap, Overflow::saturate}) {
    const Config config = small_config(overflow);
    int split_layers = 0;
    for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
      for (const int stalls : {0, 40}) {
        const LayerShape shape{11, 7, 9};
        const LayerOperands operands = make_operands(config, shape, DataKind::maximum, 3);
        const LayerProgram layer = layer_program(config, op, Schedule::interleaved, operands);
        split_layers += layer.commands > 1;
        const ProgramResult answers = play(config, layer.program, stalls);
        CHECK(answers.codes == std::vector<std::uint32_t>(answers.codes.size(), 0));
        CHECK(static_cast<int>(answers.codes.size()) == layer.commands);
        CHECK(layer_results(config, op, shape, layer.targets, answers.reads) ==
              expected_results(config, op, Schedule::interleaved, operands));
      }
    }
    CHECK(split_layers == 8);
  }
}

TEST_CASE("in any order of the loops the same results, and the words of the closed form") {
  std::set<std::string> nests;
  int sums_back = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Config config = small_config(seed % 2 == 0 ? Overflow::wrap : Overflow::saturate);
    config.limits = {static_cast<int>(3 + seed % 5), static_cast<int>(2 + seed % 4),
                     static_cast<int>(3 + seed % 3)};
    const auto op = static_cast<Op>(seed % 4);
    const LayerShape shape{static_cast<int>(1 + seed * 7 % 23), static_cast<int>(1 + seed * 5 % 19),
                           static_cast<int>(1 + seed * 11 % 17)};
    const LayerOperands operands = make_operands(config, shape, DataKind::maximum, seed);
    const LayerResults expected = expected_results(config, op, Schedule::interleaved, operands);
    const auto memory = golden::memory_layer(config, op, shape.m, shape.n, shape.b);
    for (const auto order : {golden::LoopOrder::fixed, golden::LoopOrder::best}) {
      CAPTURE(seed);
      const LayerProgram layer = layer_program(config, op, Schedule::interleaved, operands, order);
      const golden::LoopNest nest = golden::loop_nest(memory, order);
      CHECK(layer.moved == golden::memory_words(memory, nest));
      std::int64_t moved = 0;
      for (const golden::MemoryWords& w : layer.moved) moved += w.read + w.written;
      const auto is_access = [](const Step& step) {
        return std::holds_alternative<HostAccess>(step);
      };
      CHECK(std::count_if(layer.program.begin(), layer.program.end(), is_access) == moved);
      const ProgramResult answers = play(config, layer.program, 0);
      CHECK(layer_results(config, op, shape, layer.targets, answers.reads) == expected);
      if (order == golden::LoopOrder::best) nests.insert(golden::text(nest));
      sums_back += layer.moved[static_cast<std::size_t>(Buffer::y)].read > 0 ||
                   layer.moved[static_cast<std::size_t>(Buffer::dx)].read > 0;
    }
  }
  CHECK(nests.size() >= 4);
  CHECK(sums_back > 0);
}

TEST_CASE("operands that do not agree are refused") {
  LayerOperands operands{Matrix(4, 3), Matrix(3, 2), Matrix(4, 2)};
  CHECK(shape_of(Op::backward, operands).n == 2);
  operands.delta = Matrix(5, 2);
  CHECK_THROWS_AS(shape_of(Op::backward, operands), std::invalid_argument);
  CHECK(shape_of(Op::fprop, operands).b == 4);
}

TEST_CASE("data sets have the values their names say") {
  CHECK(make_matrix(2, 2, 4, DataKind::minimum, 1).at(1, 1) == -8);
  CHECK(make_matrix(2, 2, 4, DataKind::maximum, 1).at(0, 1) == 7);
  const Matrix alternating = make_matrix(2, 2, 16, DataKind::alternating, 1);
  CHECK(alternating.at(0, 0) == -32768);
  CHECK(alternating.at(0, 1) == 32767);
  CHECK(alternating.at(1, 0) == 32767);
  const Matrix hot = make_matrix(3, 3, 8, DataKind::one_hot, 1);
  CHECK(hot.at(0, 0) == 1);
  CHECK(hot.at(2, 2) == -1);
  CHECK(hot.at(1, 0) == 0);
  const Matrix random = make_matrix(100, 100, 3, DataKind::random, 1);
  std::vector<int> seen(8);
  for (const std::int64_t value : random.data) ++seen.at(static_cast<std::size_t>(value + 4));
  for (const int count : seen) CHECK(count > 1000);
  CHECK_THROWS_AS(data_kind("ones"), InputError);
}

TEST_CASE("random programs give the same answers whatever stalls") {
  // Only completion codes: reads beside a running command depend on timing.
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Config config = random_config(seed);
    const ProgramPlan plan = random_program(config, seed, 20, false);
    std::vector<std::uint32_t> expected;
    for (const golden::Command& command : plan.commands) {
      expected.push_back(static_cast<std::uint32_t>(golden::check(config, command)));
    }
    CHECK(expected.size() >= 10);
    CHECK(play(config, plan.program, 0).codes == expected);
    CHECK(play(config, plan.program, 60).codes == expected);
  }
}

TEST_CASE("random configurations keep what the generator demands") {
  int refuse = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Config config = random_config(seed);
    CHECK(config.accumulator_bits >= 2 * config.operand_bits);
    CHECK((config.fprop || config.dgrad || config.wgrad));
    const Limits natural = natural_limits(config);
    CHECK(config.limits.m <= natural.m);
    CHECK(config.limits.n <= natural.n);
    CHECK(config.limits.batch <= natural.batch);
    if (config.overflow != Overflow::refuse) continue;
    ++refuse;
    CHECK(sum_fits(config.operand_bits, config.accumulator_bits, longest_sum(config)));
  }
  CHECK(refuse > 20);
}

TEST_CASE("a wave save file names every narrow port") {
  const Config config = small_config();
  const std::string text = wave_save_text(config, "/somewhere/run.fst");
  CHECK(text.find("[dumpfile] \"run.fst\"") != std::string::npos);
  CHECK(text.find("TOP.small_top.trace_dx_we_o[2:0]\n") != std::string::npos);
  CHECK(text.find("TOP.small_top.done_valid_o\n") != std::string::npos);
  CHECK(wave_save_path("a/run.fst") == "a/run.gtkw");
}

TEST_CASE("costs of a split layer add up") {
  const Config config = small_config();
  const golden::Cost cost = layer_cost(config, Op::backward, Schedule::separate, {11, 7, 9});
  CHECK(cost[Counter::macs] == 2 * 11 * 7 * 9);
  CHECK(total_accesses(cost) > 0);
}

}  // namespace
}  // namespace gradloom
