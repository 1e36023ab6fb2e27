// SPDX-License-Identifier: Apache-2.0
#include "sim/training_edges.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "generator/config_yaml.hpp"
#include "golden/machine.hpp"
#include "golden/training_math.hpp"
#include "sim/command_model.hpp"

namespace gradloom {
namespace {

using golden::Generator;

Config make(const std::string& training) {
  return parse_config(
      "name: t\narray: {rows: 2, cols: 2}\n"
      "numbers: {operand_bits: 4, accumulator_bits: 16, overflow: wrap}\n"
      "training: " +
          training +
          "\nbuffers: {x: 40, delta: 60, w: 40, y: 40, dx: 40, dw: 40, bias: 8}\n"
          "limits: {m: 6, n: 6, batch: 15}\n",
      "t.yaml");
}

std::set<std::uint32_t> seeds_of(const Program& program) {
  std::set<std::uint32_t> seeds;
  for (const Step& step : program) {
    const auto* access = std::get_if<HostAccess>(&step);
    if (access != nullptr && access->write &&
        access->sel == static_cast<std::uint32_t>(kRegisterSelect) && access->addr == 7) {
      seeds.insert(static_cast<std::uint32_t>(access->data));
    }
  }
  return seeds;
}

// Plays a program on the model of commands; calls visit(command, model) after each command.
template <typename Visit>
void after_each_command(const Config& config, const Program& program, const Visit& visit) {
  CommandModel model(config);
  Program part;
  for (const Step& step : program) {
    part.push_back(step);
    const auto* run = std::get_if<RunCommand>(&step);
    if (run == nullptr) continue;
    model.play(part);
    part.clear();
    visit(run->command, model);
  }
}

TEST_CASE("each lane of each generator gets the 32 seeds next to the one that gives 0") {
  const std::vector<TrainingCase> cases = edge_cases(make("{master_bits: 7, step_bits: 3}"), 1);
  REQUIRE(cases.size() == 4);
  for (int i = 0; i < 3; ++i) {
    const auto generator = static_cast<Generator>(i + 1);
    const std::set<std::uint32_t> seeds = seeds_of(cases[static_cast<std::size_t>(i)].program);
    for (int lane = 0; lane < 2; ++lane) {
      const std::uint32_t key = golden::seeded_state(0, generator, lane);
      CHECK_FALSE(seeds.contains(key));
      for (int bit = 0; bit < 32; ++bit) CHECK(seeds.contains(key ^ (1U << bit)));
    }
  }
}

// Checks the commands of one vector of a generator: the first of two must round up in a lane, the
// second must not round up in all of them. `results` is where, `base` the field that says where.
void check_edges(std::size_t index, Buffer results,
                 std::uint32_t (*base)(const golden::Command& command)) {
  const Config config = make("{master_bits: 7, step_bits: 3}");
  const TrainingCase edge = edge_cases(config, 1).at(index);
  int commands = 0;
  int edges = 0;
  after_each_command(config, edge.program,
                     [&](const golden::Command& c, const CommandModel& model) {
                       ++commands;
                       if (c.b != 1) return;
                       int up = 0;
                       for (int lane = 0; lane < config.cols; ++lane)
                         up += static_cast<int>(model.word(results, lane, base(c)));
                       if (commands % 3 == 2) CHECK(up >= 1);
                       if (commands % 3 == 0) CHECK(up < config.cols);
                       ++edges;
                     });
  CHECK(edges == 2 * 32 * 2);
}

TEST_CASE("at the edge a draw rounds up, and does not with a scale less by one") {
  check_edges(0, Buffer::y, [](const golden::Command& c) { return c.bases[3]; });
  check_edges(1, Buffer::delta, [](const golden::Command& c) { return c.training.next_base; });
}

TEST_CASE("stochastic updates show the draws") {
  const Config config = make("{master_bits: 7, step_bits: 3}");
  const TrainingCase edge = edge_cases(config, 1).at(2);
  std::set<std::vector<std::int64_t>> results;
  std::vector<std::int64_t> steps;
  after_each_command(config, edge.program,
                     [&](const golden::Command& c, const CommandModel& model) {
                       steps.push_back(model.word(Buffer::w, 0, c.bases[2]));
                       if (steps.size() < 8) return;
                       results.insert(steps);
                       steps.clear();
                     });
  CHECK(results.size() >= 32);  // of 64 seeds
}

TEST_CASE("updates reach ties, what one bit keeps from being one, and the ends of a gradient") {
  const Config config = make("{master_bits: 7, step_bits: 3, stochastic: false}");
  const std::vector<TrainingCase> cases = edge_cases(config, 1);
  REQUIRE(cases.size() == 1);
  std::map<std::uint32_t, std::set<std::int64_t>> steps;  // of W, by rate_shift, for B = 2
  std::set<std::int64_t> large;
  after_each_command(config, cases[0].program,
                     [&](const golden::Command& c, const CommandModel& model) {
                       const std::int64_t w = model.word(Buffer::w, 1, c.bases[2]);
                       if (c.b == 2) steps[c.training.rate_shift].insert(w);
                       if (c.b == 15) large.insert(w);
                     });
  CHECK(steps.size() == 7);  // every shift that has a bit below the point
  // 7 times the largest gradient, over 2^3, rounded: -49 / 8.
  CHECK(large.contains(-6));
  for (const auto& entry : steps) {
    INFO(entry.first);
    CHECK(entry.second.contains(-1));  // a gradient of 1: with a tie it would be 0
    if (entry.first > 1) CHECK(entry.second.contains(0));   // a half to the even 0
    if (entry.first <= 5) CHECK(entry.second.contains(2));  // minus three halves to the even -2
  }
}

TEST_CASE("there are none without training, nor of what is not built") {
  const std::string plain =
      "name: t\narray: {rows: 2, cols: 2}\nnumbers: {operand_bits: 4, accumulator_bits: 24}\n";
  CHECK(edge_cases(parse_config(plain, "t.yaml"), 1).empty());
}

}  // namespace
}  // namespace gradloom
