// SPDX-License-Identifier: Apache-2.0
// <%name%>_abft_row_pe: element of the checksum row, to the south of a column.
<%#dgrad%>
// DGRAD      Its weight is the sum of the column's weights, so what leaves its row at the east is the sum of the
//            psums that DGRAD sends out there.
<%/dgrad%>
<%#wgrad%>
// WGRAD      x comes as the sum over all rows, so its accumulator is the sum of the column's dW.
<%/wgrad%>
//
// Contract   Control as in <%name%>_pe, as it leaves the column at the south; one cycle from input to output.
// Parameters OP_W, ACC_W; SUM_W bits of a sum of operands, at most ACC_W; LINK_W bits of the link to the east.
// Numerics   Signed two's complement, modulo 2^ACC_W.
// Reset      None: data only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_abft_row_pe #(
    parameter OP_W   = <%operand_bits%>,
    parameter SUM_W  = <%abft_row_sum_w%>,
    parameter LINK_W = <%abft_link_w%>,
    parameter ACC_W  = <%accumulator_bits%>
) (
    input  wire              clk_i,
<%#dgrad%>
    input  wire              dgrad_i,
    input  wire              swap_i,
    input  wire [ SUM_W-1:0] weight_i,
<%/dgrad%>
<%#wgrad%>
    input  wire              wgrad_i,
    input  wire              first_i,
    output reg  [ ACC_W-1:0] acc_o,
<%/wgrad%>
    input  wire [  OP_W-1:0] delta_i,
    input  wire [LINK_W-1:0] west_i,
    output reg  [LINK_W-1:0] east_o
);

<%#dgrad%>
  reg  [SUM_W-1:0] weight_q;
<%/dgrad%>
<%#backward%>
  wire signed [SUM_W-1:0] factor_a = wgrad_i ? west_i[SUM_W-1:0] : weight_q;
  wire [ACC_W-1:0] addend = dgrad_i ? west_i : first_i ? {ACC_W{1'b0}} : acc_o;
<%/backward%>
<%^backward%>
<%#dgrad%>
  wire signed [SUM_W-1:0] factor_a = weight_q;
  wire [ACC_W-1:0] addend = west_i;
<%/dgrad%>
<%#wgrad%>
  wire signed [SUM_W-1:0] factor_a = west_i;
  wire [ACC_W-1:0] addend = first_i ? {ACC_W{1'b0}} : acc_o;
<%/wgrad%>
<%/backward%>
  wire signed [OP_W-1:0] factor_b = delta_i;
  wire signed [ACC_W-1:0] term = factor_a * factor_b;
  wire [ACC_W-1:0] sum = addend + term;

  always @(posedge clk_i) begin
<%#dgrad%>
    if (swap_i) weight_q <= weight_i;
    east_o <= dgrad_i ? sum : west_i;
<%/dgrad%>
<%^dgrad%>
    east_o <= west_i;
<%/dgrad%>
<%#wgrad%>
    if (wgrad_i) acc_o <= sum;
<%/wgrad%>
  end

endmodule

`default_nettype wire
