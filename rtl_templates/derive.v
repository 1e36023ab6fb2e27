// SPDX-License-Identifier: Apache-2.0
// <%name%>_derive: multiplies an operand by a derivative code.
//
// Contract   value_o = value_i * derivative / 2^(OP_W-1), rounded to nearest, ties to even. Combinational.
<%#deriv_wide%>
//            code_i is the derivative in units of 2^-(OP_W-1), 0 .. 2^(OP_W-1); larger codes do not occur.
<%/deriv_wide%>
<%^deriv_wide%>
//            code_i is 1 for a derivative of 1 and 0 for 0.
<%/deriv_wide%>
// Parameters OP_W operand bits, CODE_W bits of the code.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_derive #(
    parameter OP_W   = <%operand_bits%>,
    parameter CODE_W = <%deriv_bits%>
) (
    input  wire [  OP_W-1:0] value_i,
    input  wire [CODE_W-1:0] code_i,
    output wire [  OP_W-1:0] value_o
);

<%#deriv_wide%>
  localparam PROD_W = 2 * OP_W + 1;

  wire signed [  OP_W-1:0] value = value_i;
  wire signed [    OP_W:0] code = {1'b0, code_i};
  wire signed [PROD_W-1:0] product = value * code;
  wire        [  OP_W-1:0] whole = product[2*OP_W-2:OP_W-1];
  wire                     up;

  // The fraction has OP_W-1 bits.
  generate
    if (OP_W > 2) begin : g_fraction
      assign up = product[OP_W-2] & ((|product[OP_W-3:0]) | whole[0]);
    end else begin : g_bit
      assign up = product[0] & whole[0];
    end
  endgenerate

  assign value_o = whole + {{(OP_W - 1) {1'b0}}, up};

  wire unused_high = &{1'b0, product[PROD_W-1:2*OP_W-1], 1'b0};
<%/deriv_wide%>
<%^deriv_wide%>
  assign value_o = value_i & {OP_W{code_i[0]}};
<%/deriv_wide%>

endmodule

`default_nettype wire
