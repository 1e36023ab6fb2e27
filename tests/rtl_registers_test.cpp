// SPDX-License-Identifier: Apache-2.0
#include "sim/rtl_registers.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "generator/config_yaml.hpp"
#include "generator/template_files.hpp"

namespace gradloom {
namespace {

bool has(const RtlModule& module, const char* name) {
  return std::find(module.registers.begin(), module.registers.end(), name) !=
         module.registers.end();
}

TEST_CASE("registers are what a clocked assignment writes") {
  const RtlRegisters found = find_registers({{"rtl/a.v", R"(
module a (
    input  wire       clk_i,
    output reg  [3:0] out_o
);
  reg [1:0] both_q, more_q;
  reg comb;
  reg signed [7:0] mem [0:3];  // a_q <= b
  always @* comb = (out_o <= 4'd3);
  always @* if (comb <= 1'b1) comb = 1'b0;
  always @(posedge clk_i) begin
    if (comb) out_o <= 4'd0;
    else mem[both_q] <= 8'd0;
    both_q <= more_q;
  end
  a_b #(
      .W(3)
  ) u_first (
      .clk_i(clk_i)
  );
  a_c u_second (.clk_i(clk_i));
endmodule
)"}});
  REQUIRE(found.modules.size() == 1);
  const RtlModule& module = found.modules[0];
  CHECK(module.name == "a");
  CHECK(has(module, "out_o"));
  CHECK(has(module, "both_q"));
  CHECK(has(module, "mem"));
  CHECK_FALSE(has(module, "comb"));
  CHECK_FALSE(has(module, "more_q"));
  CHECK(found.instances.at("u_first").contains("a_b"));
  CHECK(found.instances.at("u_second").contains("a_c"));
  CHECK(public_registers(found).find("public_flat_rw -module \"a\" -var \"both_q\"\n") !=
        std::string::npos);
}

TEST_CASE("the emitted PE has its registers, and every instance a module") {
  const Config config = parse_config(
      "name: tiny\narray: {rows: 2, cols: 2}\nnumbers: {operand_bits: 4, accumulator_bits: 16}\n"
      "buffers: {x: 8, delta: 8, w: 8, y: 8, dx: 8, dw: 8}\n",
      "tiny.yaml");
  const RtlRegisters found = find_registers(emit_rtl(config, template_dir()));
  const auto pe = std::find_if(found.modules.begin(), found.modules.end(),
                               [](const RtlModule& m) { return m.name == "tiny_pe"; });
  REQUIRE(pe != found.modules.end());
  for (const char* name :
       {"weight_q", "weight_o", "acc_q", "drain_o", "east_o", "south_o", "ctl_o"}) {
    CAPTURE(name);
    CHECK(has(*pe, name));
  }
  CHECK(found.instances.at("u_pe").contains("tiny_pe"));
  CHECK(found.instances.at("u_sequencer").contains("tiny_sequencer"));
}

}  // namespace
}  // namespace gradloom
