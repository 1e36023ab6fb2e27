// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <set>

#include "explore/area.hpp"
#include "explore/evaluate.hpp"
#include "explore/fit.hpp"
#include "explore/pareto.hpp"
#include "explore/run.hpp"
#include "explore/space.hpp"
#include "generator/config_yaml.hpp"
#include "generator/progress.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/cost.hpp"
#include "temp_dir.hpp"

namespace gradloom::explore {
namespace {

namespace fs = std::filesystem;
const std::string kExamples = std::string(GRADLOOM_TEST_ROOT) + "/examples/explore/";

Space small() { return load_space(kExamples + "small.yaml"); }

TEST_CASE("a fit finds the coefficients that made the samples, and its errors by hand") {
  std::vector<Sample> samples;
  for (const double p : {1.0, 2.0, 5.0, 7.0}) samples.push_back({{1, p, p * p}, 3 + 2 * p + p * p});
  const Fit exact = fit(samples, "x");
  CHECK(exact.coefficients[0] == doctest::Approx(3));
  CHECK(exact.coefficients[1] == doctest::Approx(2));
  CHECK(exact.coefficients[2] == doctest::Approx(1));
  CHECK(exact.max_error < 1e-9);
  CHECK(exact.left_out_error < 1e-9);
  // A constant for 1 and 2: minimal (c - 1)^2 + (c/2 - 1)^2 is at c = 1.2.
  const Fit constant = fit({{{1}, 1}, {{1}, 2}}, "x");
  CHECK(constant.coefficients[0] == doctest::Approx(1.2));
  CHECK(constant.max_error == doctest::Approx(0.4));
  CHECK(constant.mean_error == doctest::Approx(0.3));
  CHECK(constant.left_out_error == doctest::Approx((1.0 + 0.5) / 2));
}

TEST_CASE("a fit refuses too few points, and points that are all the same") {
  CHECK_THROWS_WITH_AS(fit({{{1, 2}, 3}}, "f: pe"), "f: pe: found 1 points, allowed at least 2",
                       InputError);
  CHECK_THROWS_AS(fit({{{1, 2}, 3}, {{1, 2}, 4}, {{1, 2}, 4}}, "x"), InputError);
  CHECK_THROWS_AS(fit({}, "x"), InputError);
}

// A result that has only what pareto_set looks at.
Result made(std::int64_t number, std::size_t workload, double time, double area, double energy) {
  Result result;
  result.number = number;
  result.point.workload = workload;
  result.feasible = true;
  result.time = time;
  result.area.pes = area;
  result.energy_pj = energy;
  return result;
}

bool beats(const Result& a, const Result& b) {
  if (a.point.workload != b.point.workload || !a.feasible) return false;
  const bool as_good =
      a.time <= b.time && a.area.total() <= b.area.total() && a.energy_pj <= b.energy_pj;
  const bool equal =
      a.time == b.time && a.area.total() == b.area.total() && a.energy_pj == b.energy_pj;
  return as_good && (!equal || a.number < b.number);
}

TEST_CASE("the Pareto set is the one by comparing all with all") {
  std::mt19937 random(7);
  for (const int range : {3, 10, 1000}) {
    std::vector<Result> results;
    for (int i = 0; i < 300; ++i) {
      const auto draw = [&] {
        return static_cast<double>(random() % static_cast<unsigned>(range));
      };
      results.push_back(made(i, random() % 2, draw(), draw(), draw()));
      results.back().feasible = random() % 8 != 0;
    }
    std::set<std::int64_t> expected;
    for (const Result& r : results) {
      const bool beaten = std::any_of(results.begin(), results.end(),
                                      [&](const Result& other) { return beats(other, r); });
      if (r.feasible && !beaten) expected.insert(r.number);
    }
    std::set<std::int64_t> found;
    for (const Result& r : pareto_set(results)) CHECK(found.insert(r.number).second);
    CHECK(found == expected);
  }
}

TEST_CASE("points are the product of the axes, each once") {
  const Space space = small();
  REQUIRE(point_count(space) == 2 * 2 * 2 * 2);
  std::set<std::string> lines;
  for (std::int64_t i = 0; i < point_count(space); ++i) {
    const Point point = point_at(space, i);
    lines.insert(config_at(space, point).name + std::to_string(point.batch) +
                 std::to_string(point.schedule));
  }
  CHECK(lines.size() == 16);
  CHECK(chosen_points(space).size() == 16);
}

TEST_CASE("a sample is drawn without repetition, and again the same") {
  Space space = small();
  space.words.assign(100, 64);
  space.sample_points = 400;
  const auto first = chosen_points(space);
  CHECK(first.size() == 400);
  CHECK(std::is_sorted(first.begin(), first.end()));
  CHECK(std::adjacent_find(first.begin(), first.end()) == first.end());
  CHECK(first.back() < point_count(space));
  CHECK(chosen_points(space) == first);
  space.sample_seed = 2;
  CHECK(chosen_points(space) != first);
}

TEST_CASE("configurations of points are what their YAML says, with the operations they need") {
  Space space = small();
  space.schedules = {model::ModelSchedule::interleaved, model::ModelSchedule::ws_only,
                     model::ModelSchedule::os_only};
  for (std::int64_t i = 0; i < point_count(space); ++i) {
    const Config config = config_at(space, point_at(space, i));
    CHECK(parse_config(canonical_yaml(config), "x") == config);
  }
  Point point;
  point.schedule = 1;
  CHECK(kind_of(config_at(space, point)) == ArrayKind::ws);
  point.schedule = 2;
  CHECK(kind_of(config_at(space, point)) == ArrayKind::os);
  CHECK(config_at(space, point).buffers.w == 0);
}

TEST_CASE("a result is the closed form, the fits and the table of energies") {
  const Space space = small();
  for (std::int64_t i = 0; i < point_count(space); ++i) {
    const Result result = Evaluator(space).evaluate(i);
    REQUIRE(result.feasible);
    const Config config = config_at(space, result.point);
    const auto batch = space.batches[result.point.batch];
    const auto schedule = space.schedules[result.point.schedule];
    const model::Cost cost =
        model::product_cost(config, Op::backward, schedule, {64, 32, batch, 1});
    CHECK(result.cycles == static_cast<double>(cost.cycles));
    CHECK(result.time == doctest::Approx(result.cycles * period_ns(space.area, config) / 1000 /
                                         static_cast<double>(batch)));
    const bool inter = schedule == model::ModelSchedule::interleaved;
    CHECK(result.energy_pj == doctest::Approx(energy_pj(config, space.energy, cost, inter) /
                                              static_cast<double>(batch)));
    CHECK(result.area.total() == doctest::Approx(area(space.area, config).total()));
  }
}

TEST_CASE("lines of points.csv give back the results, exactly") {
  const Space space = small();
  Evaluator evaluator(space);
  for (std::int64_t i = 0; i < point_count(space); ++i) {
    const Result result = evaluator.evaluate(i);
    const std::string line = csv_line(space, result);
    const Result again = parse_csv_line(space, line.substr(0, line.size() - 1));
    CHECK(csv_line(space, again) == line);
    CHECK(again.point == result.point);
    CHECK(again.time == result.time);
  }
  CHECK_THROWS_AS(parse_csv_line(space, "99,x"), InputError);
  CHECK_THROWS_AS(parse_csv_line(space, "nan"), InputError);
}

TEST_CASE("areas grow with the array, and small banks are flip-flops") {
  const Space space = small();
  Config config = config_at(space, {});
  const Area one = area(space.area, config);
  config.rows *= 2;
  const Area two = area(space.area, config);
  CHECK(two.pes == doctest::Approx(2 * one.pes));
  CHECK(two.rest > one.rest);
  const double bits = 64.0 * config.operand_bits;
  CHECK(space.area.flip_flops.at(std::vector{1.0, bits}) <
        space.area.sram.at(std::vector{1.0, bits}));
  CHECK(space.area.flip_flops.at(std::vector{1.0, 65536.0}) >
        space.area.sram.at(std::vector{1.0, 65536.0}));
}

TEST_CASE("what is written does not depend on the number of threads") {
  const test::TempDir dir;
  const Space space = load_space(kExamples + "networks.yaml");
  RunOptions options;
  std::string first;
  for (const int threads : {1, 3}) {
    const fs::path out = dir.path(std::to_string(threads));
    options.threads = threads;
    CHECK(run_points(space, out, options).before == 0);
    const std::string text = read_text_file(out / "points.csv");
    if (first.empty()) first = text;
    CHECK(text == first);
    CHECK(run_points(space, out, options).before == point_count(space));
  }
  // Cut as a kill would leave it: some lines beyond what state.json knows.
  const fs::path out = dir.path("1");
  std::string state = read_text_file(out / "state.json");
  const std::size_t cut = first.find("\n1024,") + 1;
  write_text_file(out / "points.csv", first.substr(0, cut + 500));
  const auto set = [&state](const std::string& key, std::size_t value) {
    const std::size_t at = state.find(key) + key.size();
    state.replace(at, state.find_first_of(",\n", at) - at, std::to_string(value));
  };
  set("\"done\": ", 1024);
  set("\"bytes\": ", cut);
  write_text_file(out / "state.json", state);
  CHECK(run_points(space, out, options).before == 1024);
  CHECK(read_text_file(out / "points.csv") == first);
  CHECK_THROWS_AS(run_points(small(), out, options), InputError);
}

TEST_CASE("the bar fills") {
  CHECK(bar_text(0, 10, "x").starts_with("[......"));
  CHECK(bar_text(5, 10, "x").find("###############...............]") != std::string::npos);
  CHECK(bar_text(10, 10, "x").find('.') == std::string::npos);
}

}  // namespace
}  // namespace gradloom::explore
