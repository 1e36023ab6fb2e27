// SPDX-License-Identifier: Apache-2.0
// gl2x2_int8_pe: processing element, one multiplier and one adder.
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
// Latency    One cycle from every input to the output of the same time; no combinational path through.
// Parameters OP_W operand bits, ACC_W accumulator bits (at least 2*OP_W).
// Numerics   Signed two's complement; overflow policy in gl2x2_int8_add.
// Reset      Synchronous, control only. Data registers hold undefined values until first written.
// Made by gradloom 0.1.0, configuration ea51a9188179f74c.
`default_nettype none

module gl2x2_int8_pe #(
    parameter OP_W  = 8,
    parameter ACC_W = 32
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire [      7:0] ctl_i,
    output reg  [      7:0] ctl_o,
    input  wire [ACC_W-1:0] west_i,
    output reg  [ACC_W-1:0] east_o,
    input  wire [ACC_W-1:0] north_i,
    output reg  [ACC_W-1:0] south_o,
    input  wire [ OP_W-1:0] weight_i,
    output reg  [ OP_W-1:0] weight_o,
    input  wire [ACC_W-1:0] drain_i,
    output reg  [ACC_W-1:0] drain_o
);

  // Control bits that this configuration uses.
  localparam [7:0] CTL_USED = 8'b11_111_111;

  wire [7:0] ctl = ctl_i & CTL_USED;

  reg [OP_W-1:0] weight_q;
  reg [ACC_W-1:0] acc_q;

  // The only multiplier: its inputs are selected, not its products.
  wire signed [OP_W-1:0] factor_a = ctl[2] ? west_i[OP_W-1:0] : weight_q;
  wire signed [OP_W-1:0] factor_b = ctl[0] ? west_i[OP_W-1:0] : north_i[OP_W-1:0];
  wire signed [ACC_W-1:0] term = factor_a * factor_b;

  // The only adder.
  wire [ACC_W-1:0] sum;
  wire [ACC_W-1:0] kept = ctl[3] ? {ACC_W{1'b0}} : acc_q;
  wire [ACC_W-1:0] addend =
      ctl[0] ? north_i :
      ctl[1] ? west_i :
      kept;

  gl2x2_int8_add #(
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

  // Operands move on in every cycle; what they carry in an idle cycle is not used. The bits that only
  // psums have stay as they are in the cycles of other operations.
  always @(posedge clk_i) begin
    east_o[OP_W-1:0] <= ctl[1] ? sum[OP_W-1:0] : west_i[OP_W-1:0];
    if (ctl[1]) east_o[ACC_W-1:OP_W] <= sum[ACC_W-1:OP_W];
  end

  always @(posedge clk_i) begin
    south_o[OP_W-1:0] <= ctl[0] ? sum[OP_W-1:0] : north_i[OP_W-1:0];
    if (ctl[0]) south_o[ACC_W-1:OP_W] <= sum[ACC_W-1:OP_W];
  end

  always @(posedge clk_i) begin
    if (ctl[7]) weight_o <= weight_i;
    if (ctl[6]) weight_q <= weight_o;
  end

  always @(posedge clk_i) begin
    if (ctl[2]) acc_q <= sum;
    if (ctl[4]) drain_o <= acc_q;
    else if (ctl[5]) drain_o <= drain_i;
  end

endmodule

`default_nettype wire
