// SPDX-License-Identifier: Apache-2.0
#include "flow/toggles.hpp"

#include <doctest/doctest.h>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "temp_dir.hpp"

using namespace gradloom;
using gradloom::test::TempDir;

namespace {

constexpr const char* kHeader =
    "$timescale 10ps $end\n"
    "$scope module d_tb $end\n$var wire 1 C clk_i $end\n"
    "$scope module u_dut $end\n$var wire 1 C clk_i $end\n$var wire 4 V v [3:0] $end\n"
    "$scope module _1_ $end\n$var wire 1 A A $end\n$var wire 1 B Y $end\n$upscope $end\n"
    "$scope module g[0].u_pe $end\n"
    "$scope module _7_ $end\n$var wire 1 C CLK $end\n$var wire 1 A Q $end\n$upscope $end\n"
    "$upscope $end\n$upscope $end\n"
    "$scope module other $end\n$scope module _2_ $end\n$var wire 1 B Y $end\n$upscope $end\n"
    "$upscope $end\n$upscope $end\n$enddefinitions $end\n";

}  // namespace

TEST_CASE("changes between 0 and 1 of cell outputs below a scope are counted") {
  const TempDir dir;
  const std::string file = dir.path("a.vcd");
  write_text_file(file, std::string(kHeader) +
                            "$dumpvars\nxA\nxB\n0C\nb0 V\n$end\n"
                            "#1\n1C\n1A\n0B\n#2\n0C\n0A\n#3\n1C\n1A\n1B\nb1010 V\n"
                            "#4\n$dumpoff\nxA\nxB\nxC\n$end\n#9\n$dumpon\n0A\n0B\n0C\n$end\n"
                            "#10\n1C\n1B\n");
  const flow::Toggles toggles = flow::count_toggles(file, "d_tb", "u_dut", "clk_i");
  CHECK(toggles.cycles == 3);
  CHECK(toggles.outputs.size() == 2);
  CHECK(toggles.outputs.at("_1_") == 2);            // 0 1, and after the gap 0 1
  CHECK(toggles.outputs.at("g[0].u_pe/_7_") == 2);  // 1 0 1; the gap is none
}

TEST_CASE("waves without the scope, and files that are none, are refused") {
  const TempDir dir;
  const std::string file = dir.path("a.vcd");
  write_text_file(file, std::string(kHeader) + "#1\n1C\n");
  CHECK_THROWS_AS(flow::count_toggles(file, "d_tb", "u_core", "clk_i"), ToolError);
  CHECK_THROWS_AS(flow::count_toggles(file, "d_tb", "u_dut", "clock"), ToolError);
  write_text_file(file, "no waves\n");
  CHECK_THROWS_AS(flow::count_toggles(file, "d_tb", "u_dut", "clk_i"), ToolError);
  CHECK_THROWS_AS(flow::count_toggles(dir.path("none"), "d_tb", "u_dut", "clk_i"), ToolError);
}
