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

// Each replaces what is in small.yaml.
struct Bad {
  std::string from;
  std::string to;
  std::string message;
};

TEST_CASE("every wrong key of a space is named with its line") {
  const test::TempDir dir;
  const std::string good = read_text_file(kExamples + "small.yaml");
  const auto absolute = [&](std::string text) {
    for (const char* name : {" area_osu018.json", " sram.yaml", " ../energy"}) {
      const std::size_t at = text.find(name);
      if (at != std::string::npos) text.insert(at + 1, kExamples);
    }
    return text;
  };
  const std::vector<Bad> cases{
      {"batch: [1, 8]", "batch: []", ":14: batch: found an empty range"},
      {"batch: [1, 8]", "batch: [1, nan]", ":14: batch[1]: found nan"},
      {"batch: [1, 8]", "batch: [1, 1]", "found 1 twice"},
      {"batch: [1, 8]", "batch: [0]", "1..65536"},
      {"batch: [1, 8]", "batch: {from: 8, to: 1, step: 1}", "an empty range, 8 to 1"},
      {"batch: [1, 8]", "batch: {from: 1, to: 8}", "step or times"},
      {"batch: [1, 8]", "batch: {from: 1, to: 8, step: 0}", "batch.step"},
      {"batch: [1, 8]", "batch: {from: 1, to: 8, times: 1}", "batch.times"},
      {"batch: [1, 8]", "batch: {from: 1, to: 9999, step: 1}", "values, allowed 1 to 1024"},
      {"batch: [1, 8]", "batsh: [1, 8]", "batsh: found an unknown key"},
      {"rows: [1, 2]", "rows: [1, 2]\n  depth: 3", "array.depth: found an unknown key"},
      {"rows: [1, 2]", "rows: [257]", "array.rows[0]: found 257, allowed"},
      {"rows: [1, 2]", "size: 2\n  rows: 1", "nothing beside array.size"},
      {"formats: [4/16, 8/24]", "formats: [8]", "numbers.formats[0]"},
      {"formats: [4/16, 8/24]", "formats: [8/15]", "numbers.formats[0]: found 8/15"},
      {"formats: [4/16, 8/24]", "formats: [17/40]", "numbers.formats[0]"},
      {"formats: [4/16, 8/24]", "formats: [2/8]", "4..16 (what the tables"},
      {"words: 64", "words: 65537", "buffers.words"},
      {"[interleaved, separate]", "[interleaved, sideways]", "schedule[1]"},
      {"op: backward", "op: update", "workload.op"},
      {"{m: 64, n: 32}", "{m: 64}", "workload.product.n"},
      {"{m: 64, n: 32}", "{m: -1, n: 3}", "workload.product.m"},
      {"product: {m: 64, n: 32}", "networks: [none.yaml]",
       ":5: workload.networks[0]: found no file"},
      {"product: {m: 64, n: 32}", "networks: []", "workload.networks: found an empty range"},
      {"points: area_osu018.json", "points: none.json", "area.points: found no file"},
      {"name: small", "name: a b", "name: found a b"},
      {"name: small", "name: small\ntime: days", "time: found days"},
      {"name: small", "name: small\nsample: {points: 0}", "sample.points"},
      {"sram: sram.yaml", "unit: luts\n  sram: sram.yaml", "nothing with area.unit luts"},
  };
  int made = 0;
  for (const Bad& bad : cases) {
    std::string text = absolute(good);
    const std::size_t at = text.find(bad.from);
    if (at == std::string::npos && bad.from.find(".json") == std::string::npos &&
        bad.from.find("sram") == std::string::npos) {
      FAIL("not in small.yaml: " << bad.from);
    }
    if (at == std::string::npos) {
      text = good;
      text = text.replace(text.find(bad.from), bad.from.size(), bad.to);
      text = absolute(text);
    } else {
      text.replace(at, bad.from.size(), bad.to);
    }
    const fs::path file = dir.path("bad.yaml");
    write_text_file(file, text);
    try {
      load_space(file.string());
      FAIL("accepted: " << bad.to);
    } catch (const InputError& error) {
      const std::string what = error.what();
      CHECK_MESSAGE(what.starts_with(file.string() + ":"), what);
      CHECK_MESSAGE(what.find(bad.message) != std::string::npos, what);
      CHECK(what.find('\n') == std::string::npos);
      ++made;
    }
  }
  CHECK(made == static_cast<int>(cases.size()));
}

// What a fuzzer would do, with files beside the space that are there.
TEST_CASE("spaces and tables with random damage are read, or refused in one line") {
  const test::TempDir dir;
  std::mt19937 random(11);
  const auto damaged = [&](std::string text) {
    for (int i = 0; i < 2; ++i) {
      const std::size_t at = random() % text.size();
      const std::size_t from = random() % text.size();
      switch (random() % 4) {
        case 0: text[at] = "0-9:[{}],.nxe\n #\"/"[random() % 19]; break;
        case 1: text.erase(at, random() % 40); break;
        case 2: text.insert(at, text.substr(from, random() % 40)); break;
        default:
          text.insert(at, std::string(1 + random() % 6, static_cast<char>('0' + random() % 10)));
      }
    }
    return text;
  };
  const std::string space = read_text_file(kExamples + "small.yaml");
  const std::string points = read_text_file(kExamples + "area_osu018.json");
  fs::create_directories(dir.path("energy"));
  fs::create_directories(dir.path("explore"));
  fs::copy_file(kExamples + "../energy/horowitz_45nm.yaml", dir.path("energy/horowitz_45nm.yaml"));
  fs::copy_file(kExamples + "sram.yaml", dir.path("explore/sram.yaml"));
  int good = 0;
  for (int i = 0; i < 400; ++i) {
    const bool table = i % 4 == 0;
    write_text_file(dir.path("explore/area_osu018.json"), table ? damaged(points) : points);
    write_text_file(dir.path("explore/space.yaml"), table ? space : damaged(space));
    try {
      const Space read = load_space(dir.path("explore/space.yaml"));
      CHECK(point_count(read) > 0);
      ++good;
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).find('\n') == std::string::npos);
    }
  }
  CHECK(good > 20);
  CHECK(good < 380);
}

TEST_CASE("NaN, zero and missing keys in the points of areas") {
  const test::TempDir dir;
  const std::string good = read_text_file(kExamples + "area_osu018.json");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    const fs::path file = dir.path("points.json");
    write_text_file(file, text);
    return file.string();
  };
  const auto load = [&](const std::string& file) {
    return load_area_model(file, kExamples + "sram.yaml", AreaUnit::um2);
  };
  CHECK_THROWS_AS(load(with("\"area_um2\":", "\"area_um2\":-")), InputError);
  CHECK_THROWS_AS(load(with("\"min_period_ns\":", "\"min_period_ns\":.nan,\"x\":")), InputError);
  CHECK_THROWS_AS(load(with("\"pe\":", "\"pes\":")), InputError);
  CHECK_THROWS_AS(load(with("\"kind\":\"ws\"", "\"kind\":\"is\"")), InputError);
}

}  // namespace
}  // namespace gradloom::explore
