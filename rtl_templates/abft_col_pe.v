// SPDX-License-Identifier: Apache-2.0
// <%name%>_abft_col_pe: element of the checksum column, to the east of a row. Its weight is the sum of the
// row's weights, so what leaves its column is the sum of the psums that FPROP sends out at the south.
//
// Contract   load_i: shadow weight <= the one to the north; swap_i: weight <= shadow weight (value before this
//            cycle), both with the control that leaves the row. south_o is north_i + weight * x_i of the cycle before.
// Parameters OP_W, ACC_W; SUM_W bits of a sum of weights, at most ACC_W.
// Numerics   Signed two's complement, modulo 2^ACC_W.
// Reset      None: data only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_abft_col_pe #(
    parameter OP_W  = <%operand_bits%>,
    parameter SUM_W = <%abft_col_sum_w%>,
    parameter ACC_W = <%accumulator_bits%>
) (
    input  wire             clk_i,
    input  wire             load_i,
    input  wire             swap_i,
    input  wire [ OP_W-1:0] x_i,
    input  wire [SUM_W-1:0] weight_i,
    output reg  [SUM_W-1:0] weight_o,
    input  wire [ACC_W-1:0] north_i,
    output reg  [ACC_W-1:0] south_o
);

  reg  [SUM_W-1:0] weight_q;
  wire signed [SUM_W-1:0] factor_a = weight_q;
  wire signed [OP_W-1:0] factor_b = x_i;
  wire signed [ACC_W-1:0] term = factor_a * factor_b;

  always @(posedge clk_i) begin
    if (load_i) weight_o <= weight_i;
    if (swap_i) weight_q <= weight_o;
    south_o <= north_i + term;
  end

endmodule

`default_nettype wire
