// SPDX-License-Identifier: Apache-2.0
// <%name%>_pe: processing element, one multiplier and one adder.
//
// What the PE does in a cycle is decided by ctl_i, which travels with the wavefront from the west:
//   ctl_i[0] FPROP   psum south = psum north + W * x        x from the west, passed on east
//   ctl_i[1] DGRAD   psum east  = psum west + W * delta     delta from the north, passed on south
//   ctl_i[2] WGRAD   accumulator += x * delta               x passed on east, delta on south
//   ctl_i[3] first   with WGRAD: the sum starts at 0 instead of at the accumulator
//   ctl_i[4] capture shadow accumulator <= accumulator      (value before this cycle)
//   ctl_i[5] drain   shadow accumulator <= the one to the north
//   ctl_i[6] swap    weight <= shadow weight                (value before this cycle)
//   ctl_i[7] load    shadow weight <= the one to the north
// At most one of [2:0], and at most one of [5:4], is set. Bits of operations that are not built are
// ignored and passed on as 0.
//
// Latency    One cycle from every input to every output; no combinational path through.
// Parameters OP_W operand bits, ACC_W accumulator bits (at least 2*OP_W).
// Numerics   Signed two's complement; overflow policy in <%name%>_add.
// Reset      Synchronous, control only. Data registers hold undefined values until first written.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_pe #(
    parameter OP_W  = <%operand_bits%>,
    parameter ACC_W = <%accumulator_bits%>
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire [      7:0] ctl_i,
    output reg  [      7:0] ctl_o,
<%#dgrad%>
    input  wire [ACC_W-1:0] west_i,
    output reg  [ACC_W-1:0] east_o,
<%/dgrad%>
<%^dgrad%>
    input  wire [ OP_W-1:0] west_i,
    output reg  [ OP_W-1:0] east_o,
<%/dgrad%>
<%#fprop%>
    input  wire [ACC_W-1:0] north_i,
    output reg  [ACC_W-1:0] south_o,
<%/fprop%>
<%^fprop%>
    input  wire [ OP_W-1:0] north_i,
    output reg  [ OP_W-1:0] south_o,
<%/fprop%>
<%#weights%>
    input  wire [ OP_W-1:0] weight_i,
    output reg  [ OP_W-1:0] weight_o<%#wgrad%>,<%/wgrad%>
<%/weights%>
<%#wgrad%>
    input  wire [ACC_W-1:0] drain_i,
    output reg  [ACC_W-1:0] drain_o
<%/wgrad%>
);

  // Control bits that this configuration uses.
  localparam [7:0] CTL_USED = 8'b<%#weights%>11<%/weights%><%^weights%>00<%/weights%>_<%#wgrad%>111<%/wgrad%><%^wgrad%>000<%/wgrad%>_<%#wgrad%>1<%/wgrad%><%^wgrad%>0<%/wgrad%><%#dgrad%>1<%/dgrad%><%^dgrad%>0<%/dgrad%><%#fprop%>1<%/fprop%><%^fprop%>0<%/fprop%>;

  wire [7:0] ctl = ctl_i & CTL_USED;

<%#weights%>
  reg [OP_W-1:0] weight_q;
<%/weights%>
<%#wgrad%>
  reg [ACC_W-1:0] acc_q;
<%/wgrad%>

  // The only multiplier: its inputs are selected, not its products.
<%#weights%>
<%#wgrad%>
  wire signed [OP_W-1:0] factor_a = ctl[2] ? west_i[OP_W-1:0] : weight_q;
<%/wgrad%>
<%^wgrad%>
  wire signed [OP_W-1:0] factor_a = weight_q;
<%/wgrad%>
<%/weights%>
<%^weights%>
  wire signed [OP_W-1:0] factor_a = west_i;
<%/weights%>
<%#fprop%>
<%#backward_any%>
  wire signed [OP_W-1:0] factor_b = ctl[0] ? west_i[OP_W-1:0] : north_i[OP_W-1:0];
<%/backward_any%>
<%^backward_any%>
  wire signed [OP_W-1:0] factor_b = west_i;
<%/backward_any%>
<%/fprop%>
<%^fprop%>
  wire signed [OP_W-1:0] factor_b = north_i;
<%/fprop%>
  wire signed [ACC_W-1:0] term = factor_a * factor_b;

  // The only adder.
  wire [ACC_W-1:0] sum;
<%#wgrad%>
  wire [ACC_W-1:0] kept = ctl[3] ? {ACC_W{1'b0}} : acc_q;
<%/wgrad%>
  wire [ACC_W-1:0] addend =
<%#fprop%>
<%#backward_any%>
      ctl[0] ? north_i :
<%/backward_any%>
<%^backward_any%>
      north_i;
<%/backward_any%>
<%/fprop%>
<%#dgrad%>
<%#wgrad%>
      ctl[1] ? west_i :
<%/wgrad%>
<%^wgrad%>
      west_i;
<%/wgrad%>
<%/dgrad%>
<%#wgrad%>
      kept;
<%/wgrad%>

  <%name%>_add #(
      .WIDTH(ACC_W)
  ) u_add (
      .a_i  (addend),
      .b_i  (term),
      .sum_o(sum)
  );

  always @(posedge clk_i) begin
    if (!rst_ni) ctl_o <= 8'd0;
    else ctl_o <= ctl;
  end

  // The links move in every cycle; what they carry in an idle cycle is not used.
<%#dgrad%>
<%#x_stream%>
  always @(posedge clk_i) east_o <= ctl[1] ? sum : west_i;
<%/x_stream%>
<%^x_stream%>
  always @(posedge clk_i) east_o <= sum;
<%/x_stream%>
<%/dgrad%>
<%^dgrad%>
  always @(posedge clk_i) east_o <= west_i;
<%/dgrad%>
<%#fprop%>
<%#backward_any%>
  always @(posedge clk_i) south_o <= ctl[0] ? sum : north_i;
<%/backward_any%>
<%^backward_any%>
  always @(posedge clk_i) south_o <= sum;
<%/backward_any%>
<%/fprop%>
<%^fprop%>
  always @(posedge clk_i) south_o <= north_i;
<%/fprop%>
<%#weights%>

  always @(posedge clk_i) begin
    if (ctl[7]) weight_o <= weight_i;
    if (ctl[6]) weight_q <= weight_o;
  end
<%/weights%>
<%#wgrad%>

  always @(posedge clk_i) begin
    if (ctl[2]) acc_q <= sum;
    if (ctl[4]) drain_o <= acc_q;
    else if (ctl[5]) drain_o <= drain_i;
  end
<%/wgrad%>

endmodule

`default_nettype wire
