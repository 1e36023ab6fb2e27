// SPDX-License-Identifier: Apache-2.0
#include "sim/code_coverage.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "golden/error.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom {
namespace {

// A line as Verilator writes it.
std::string record(const char* file, int line, const char* page, const char* comment, int count) {
  return std::string("C '\1f\2") + file + "\1l\2" + std::to_string(line) + "\1n\2" + "3\1page\2" +
         page + "\1o\2" + comment + "\1h\2TOP.d_top.u_a' " + std::to_string(count) + "\n";
}

struct Files {
  test::TempDir dir;
  std::filesystem::path write(const char* name, const std::string& text) const {
    const std::filesystem::path file = std::filesystem::path(dir.path()) / name;
    std::ofstream(file) << text;
    return file;
  }
};

Config design() {
  Config config;
  config.name = "d";
  return config;
}

TEST_CASE("counts of all instances and variants of a module are added, equal lines kept apart") {
  const Files files;
  files.write("d_a.v", "module d_a;\n  if (x) y;  // why\n  if (x) y;\nendmodule\n");
  const auto data = files.write(
      "counts.dat", "# SystemC::Coverage-3\n" + record("rtl/d_a.v", 2, "v_branch/d_a", "if", 2) +
                        record("rtl/d_a.v", 2, "v_branch/d_a__W3", "if", 3) +
                        record("rtl/d_a.v", 3, "v_branch/d_a", "if", 0) +
                        record("rtl/d_a.v", 1, "v_toggle/d_a", "bus_i[1]", 7));
  CodeCounts counts;
  add_counts(counts, design(), data, files.dir.path());
  REQUIRE(counts.size() == 3);
  CHECK(counts.at({"branch", "a", "if (x) y; [if]", 2}) == 5);
  CHECK(counts.at({"branch", "a", "if (x) y; [if]", 3}) == 0);
  CHECK(counts.at({"toggle", "a", "bus_i[1]", 0}) == 7);
  add_counts(counts, design(), data, files.dir.path());
  CHECK(counts.at({"branch", "a", "if (x) y; [if]", 2}) == 10);
}

TEST_CASE("what is not Verilator's format is refused") {
  const Files files;
  CodeCounts counts;
  for (const char* text : {"hello\n", "C 'x' 1\n", "C '\1page\2v_line/d_a' many\n"}) {
    const auto data = files.write("counts.dat", text);
    CHECK_THROWS_AS(add_counts(counts, design(), data, files.dir.path()), ToolError);
  }
}

TEST_CASE("an unexplained hole and a stale explanation are found") {
  const CodeCounts counts{{{"line", "a", "hit [block]", 1}, 4},
                          {{"line", "a", "missed [block]", 2}, 0},
                          {{"line", "b", "missed [block]", 2}, 0},
                          {{"toggle", "a", "never[3]", 0}, 0},
                          {{"function", "", "code: bad_op", 0}, 0}};
  const Files files;
  const auto list = files.write("holes.txt",
                                "# comment\n\n"
                                "line | * | a | missed* | why\n"
                                "line | other | b | missed* | another configuration\n"
                                "line | d | a | hit* | not a hole\n"
                                "function | d | - | code: bad_op | all are built\n"
                                "line | d | c | * | about nothing here\n");
  const std::vector<Hole> holes = read_holes(list);
  REQUIRE(holes.size() == 5);
  CHECK(holes[0].line == 3);
  CHECK(holes[0].reason == "why");
  const HoleReport report = compare_holes(counts, holes, "d");
  CHECK(report.explained == 2);
  REQUIRE(report.unexplained.size() == 1);
  CHECK(report.unexplained[0].module == "b");
  REQUIRE(report.stale.size() == 1);
  CHECK(report.stale[0].text == "hit*");
}

TEST_CASE("a line of the list without a reason is refused with its number") {
  const Files files;
  const auto list = files.write("holes.txt", "# comment\nline | * | a | missed |  \n");
  CHECK_THROWS_WITH_AS(read_holes(list), doctest::Contains("holes.txt:2: found"), InputError);
}

TEST_CASE("a star matches anything, the rest itself") {
  CHECK(matches("*", ""));
  CHECK(matches("a*c", "abbc"));
  CHECK(matches("a*b*c", "a b b c"));
  CHECK_FALSE(matches("a*c", "ab"));
  CHECK_FALSE(matches("a[0]", "a0"));
  CHECK_FALSE(matches("", "a"));
}

}  // namespace
}  // namespace gradloom
