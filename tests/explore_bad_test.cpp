// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "explore/area.hpp"
#include "explore/space.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "temp_dir.hpp"

namespace gradloom::explore {
namespace {

namespace fs = std::filesystem;
const std::string kExamples = std::string(GRADLOOM_TEST_ROOT) + "/examples/explore/";

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
