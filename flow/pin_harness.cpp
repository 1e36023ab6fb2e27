// SPDX-License-Identifier: Apache-2.0
#include "flow/pin_harness.hpp"

#include <fmt/format.h>

#include "generator/plan.hpp"

namespace gradloom::flow {

std::string pin_harness(const Config& config) {
  int inputs = 0;
  int outputs = 0;
  std::string pins;
  for (const Port& port : make_plan(config).ports) {
    if (port.trace || port.name == "clk_i" || port.name == "rst_ni") continue;
    int& used = port.input ? inputs : outputs;
    pins += fmt::format(",\n      .{}({}[{}:{}])", port.name, port.input ? "in_q" : "out",
                        used + port.width - 1, used);
    used += port.width;
  }
  return fmt::format(
      "// {0}_pins: {0}_top with four pins, for place and route alone.\n"
      "module {0}_pins (\n"
      "    input  wire clk_i,\n    input  wire rst_ni,\n    input  wire serial_i,\n"
      "    output reg  serial_o\n);\n\n"
      "  reg  [{1}:0] in_q;\n  wire [{2}:0] out;\n  reg  [{2}:0] out_q;\n\n"
      "  always @(posedge clk_i) begin\n    in_q     <= {{in_q[{3}:0], serial_i}};\n"
      "    out_q    <= out;\n    serial_o <= ^out_q;\n  end\n\n"
      "  {0}_top u_top (\n      .clk_i(clk_i),\n      .rst_ni(rst_ni){4}\n  );\n\nendmodule\n",
      config.name, inputs - 1, outputs - 1, inputs - 2, pins);
}

}  // namespace gradloom::flow
