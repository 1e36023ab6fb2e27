// SPDX-License-Identifier: Apache-2.0
// Files that appear whole or not at all: results of the hardware targets.
#include "generator/result_file.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <iterator>

#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"
#include "tests/temp_dir.hpp"

using namespace gradloom;
namespace fs = std::filesystem;

namespace {

std::size_t files_in(const fs::path& dir) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(dir), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("replace_text_file leaves the new text and nothing beside it") {
  const test::TempDir dir;
  const fs::path path = dir.path("result.json");
  replace_text_file(path, "one");
  replace_text_file(path, "two");
  CHECK(read_text_file(path) == "two");
  CHECK(files_in(dir.path()) == 1);
}

TEST_CASE("replace_text_file: what cannot be replaced stays, and nothing is left beside it") {
  const test::TempDir dir;
  fs::create_directories(dir.path("taken/inside"));
  CHECK_THROWS_AS(replace_text_file(dir.path("taken"), "text"), InputError);
  CHECK(fs::exists(dir.path("taken/inside")));
  CHECK(files_in(dir.path()) == 1);
  CHECK_THROWS_AS(replace_text_file(dir.path("none/file"), "text"), InputError);
}

TEST_CASE("a result is at RESULTS/<config>/<target>.json, with its head first") {
  const test::TempDir dir;
  Config config;
  config.name = "some_array";
  auto result = result_head("some-target", config, "0123456789abcdef", true);
  result["more"] = 3;
  write_result_file(dir.path("results"), result);
  const std::string text = read_text_file(dir.path("results/some_array/some-target.json"));
  CHECK(text.starts_with("{\n  \"target\": \"some-target\",\n  \"config\": \"some_array\""));
  const auto json = nlohmann::json::parse(text);
  CHECK(json.at("config_hash") == hash_text(config));
  CHECK(json.at("rtl_digest") == "0123456789abcdef");
  CHECK(json.at("gradloom") == kVersion);
  CHECK(json.at("pass") == true);
  CHECK(json.at("more") == 3);
}

TEST_CASE("a result that cannot be written says so") {
  const test::TempDir dir;
  write_text_file(dir.path("results"), "a file");
  CHECK_THROWS_AS(write_result_file(dir.path("results"), result_head("x", Config{}, "", true)),
                  InputError);
}
