// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "golden/error.hpp"
#include "mutate/groups.hpp"
#include "mutate/netlist.hpp"
#include "mutate/pool.hpp"
#include "mutate/report.hpp"

namespace gradloom::mutate {
namespace {

Verdict verdict(const char* group, Fate fate) {
  Verdict result;
  result.mutant.group = group;
  result.fate = fate;
  return result;
}

}  // namespace

TEST_CASE("blocks are chosen by name, by module, and by what the design has") {
  const std::vector<std::string> present{"pe", "row_lane", "col_lane", "host_port"};
  CHECK(choose_groups("", present).size() == 3);
  const std::vector<Group> lanes = choose_groups("edge-lanes", present);
  REQUIRE(lanes.size() == 1);
  CHECK(lanes[0].modules == std::vector<std::string>{"row_lane", "col_lane"});
  CHECK(choose_groups("col_lane,pe", present)[1].modules == std::vector<std::string>{"col_lane"});
  CHECK_THROWS_AS(choose_groups("dma", present), InputError);
  CHECK_THROWS_AS(choose_groups("pes", present), InputError);
}

TEST_CASE("the input that chooses a mutant holds 0 and every number") {
  CHECK(mutant_bits(1) == 1);
  CHECK(mutant_bits(3) == 2);
  CHECK(mutant_bits(4) == 3);
  CHECK(mutant_bits(240) == 8);
}

TEST_CASE("coverage counts what is not proved equivalent; hung and crashed are killed") {
  const std::vector<Verdict> verdicts{
      verdict("pe", Fate::killed),     verdict("pe", Fate::hung),
      verdict("pe", Fate::crashed),    verdict("pe", Fate::survived),
      verdict("pe", Fate::equivalent), verdict("other", Fate::survived)};
  const std::vector<Tally> lines = tally({{"pe", {"pe"}}}, verdicts);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].mutants == 5);
  CHECK(lines[0].killed == 3);
  CHECK(lines[0].equivalent == 1);
  CHECK(lines[0].coverage() == doctest::Approx(75.0));
}

TEST_CASE("jobs run apart from each other: values, a crash and one that never ends") {
  const auto job = [](int index, std::string& text) -> int {
    text = "job " + std::to_string(index);
    if (index == 1) std::abort();
    if (index == 2) throw InputError("thrown");
    volatile bool forever = index == 3;
    while (forever) {
    }
    return index;
  };
  const std::vector<JobResult> results = run_jobs(5, 2, 1, job, {});
  CHECK(results[0].end == End::returned);
  CHECK(results[0].text == "job 0");
  CHECK(results[1].end == End::crashed);
  CHECK(results[2].end == End::crashed);
  CHECK(results[2].text == "thrown");
  CHECK(results[3].end == End::timed_out);
  CHECK(results[4].value == 4);
}

}  // namespace gradloom::mutate
