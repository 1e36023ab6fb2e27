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
//   ctl_i[8] U1      accumulator <= the sum, rounded to the width of an operand
//                    west: {nearest, shift, rounding offset}
//   ctl_i[9] U2      weight of MASTER_W bits less rate * accumulator<%#decay%>: accumulator <= the sum
<%/decay%><%^decay%>; shadow accumulator <= the
//                    new weight
<%/decay%>//                    west: {nearest, rounding offset, -rate}
<%#decay%>
//   ctl_i[10] U3     the sum less decay * weight: shadow accumulator <= the new weight
//                    west: {nearest, 0, -decay}
<%/decay%>
// At most one of [2:0] and the U bits, and at most one of [5:4], is set.
<%#lagged%>
// The multiplier is <%lag%> cycles ahead of the adder: ctl_i[<%early_fprop%>] FPROP, [<%early_wgrad%>] WGRAD, [<%early_u2%>] U2<%#decay%> and [<%early_u3%>] U3<%/decay%> are for the
// multiplier, and belong to a slot when they arrive, as do x, delta, -rate<%#decay%>, -decay<%/decay%> and [7:6]. The other bits,
// the psums and the rest of the words from the west come <%lag%> cycles later.
<%/lagged%>
<%#zero_gating%>
// With a factor of 0 the inputs of the multiplier stay as they are.
<%/zero_gating%>
//
// Latency    One cycle from every input to every output; no combinational path through.
// Parameters OP_W operand bits, ACC_W accumulator bits (at least 2*OP_W).
//            MASTER_W bits of a weight, of which the upper OP_W are multiplied; STEP_W fraction bits of the
//            weight step; SHIFT_W bits of the shift in U1.
// Numerics   Signed two's complement; overflow policy in <%name%>_add.
// Reset      Synchronous, control only. Data registers hold undefined values until first written.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_pe #(
    parameter OP_W  = <%operand_bits%>,
    parameter ACC_W = <%accumulator_bits%>,
    parameter MASTER_W = <%master_bits%>,
    parameter STEP_W = <%step_bits%>,
    parameter SHIFT_W = <%rate_shift_w%>
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire [      <%pe_ctl_top%>:0] ctl_i,
    output reg  [      <%pe_ctl_top%>:0] ctl_o,
    input  wire [ACC_W-1:0] west_i,
    output reg  [ACC_W-1:0] east_o,
    input  wire [ACC_W-1:0] north_i,
    output reg  [ACC_W-1:0] south_o,
    input  wire [MASTER_W-1:0] weight_i,
    output reg  [MASTER_W-1:0] weight_o,
    input  wire [ACC_W-1:0] drain_i,
    output reg  [ACC_W-1:0] drain_o
);

  wire [<%pe_ctl_top%>:0] ctl = ctl_i;
  wire       u1 = ctl[8];
  wire       u2 = ctl[9];
<%#decay%>
  wire       u3 = ctl[10];
<%/decay%>

  reg  [MASTER_W-1:0] weight_q;
  wire [    OP_W-1:0] operand = weight_q[MASTER_W-1-:OP_W];
  reg  [   ACC_W-1:0] acc_q;

  // The only multiplier: its inputs are selected, not its products.
<%^lagged%>
  wire signed [OP_W-1:0] factor_a = (ctl[2] | u2) ? west_i[OP_W-1:0] : operand;
  wire signed [OP_W-1:0] factor_b = (ctl[0]<%#decay%> | u3<%/decay%>) ? west_i[OP_W-1:0] :
      u2 ? acc_q[OP_W-1:0] : north_i[OP_W-1:0];
  wire signed [ACC_W-1:0] product = factor_a * factor_b;
<%/lagged%>
<%#lagged%>
  wire signed [OP_W-1:0] factor_a = (ctl[<%early_wgrad%>] | ctl[<%early_u2%>]) ? west_i[OP_W-1:0] : operand;
  wire signed [OP_W-1:0] factor_b = (ctl[<%early_fprop%>]<%#decay%> | ctl[<%early_u3%>]<%/decay%>) ? west_i[OP_W-1:0] :
      ctl[<%early_u2%>] ? acc_q[OP_W-1:0] : north_i[OP_W-1:0];
<%/lagged%>
<%#mult_1%>
  wire signed [2*OP_W-1:0] factors = factor_a * factor_b;
  reg [2*OP_W-1:0] product_early_q;
  reg [2*OP_W-1:0] product_q;

  always @(posedge clk_i) begin
    product_early_q <= factors;
    product_q <= product_early_q;
  end
<%/mult_1%>
<%#mult_2%>
  reg signed [OP_W-1:0] factor_a_q;
  reg signed [OP_W-1:0] factor_b_q;
  wire signed [2*OP_W-1:0] factors = factor_a_q * factor_b_q;
  reg [2*OP_W-1:0] product_q;
<%#zero_gating%>

  wire zero = (factor_a == {OP_W{1'b0}}) | (factor_b == {OP_W{1'b0}});
  reg  zero_q;

  always @(posedge clk_i) begin
    zero_q <= zero;
    if (!zero) begin
      factor_a_q <= factor_a;
      factor_b_q <= factor_b;
    end
    product_q <= zero_q ? {(2 * OP_W) {1'b0}} : factors;
  end
<%/zero_gating%>
<%^zero_gating%>

  always @(posedge clk_i) begin
    factor_a_q <= factor_a;
    factor_b_q <= factor_b;
    product_q  <= factors;
  end
<%/zero_gating%>
<%/mult_2%>
<%#lagged%>
  // Training asks for an accumulator that is wider than a product.
  wire [ACC_W-1:0] product = {{(ACC_W - 2 * OP_W) {product_q[2*OP_W-1]}}, product_q};
<%/lagged%>

  // The only adder.
  wire [ACC_W-1:0] sum;
  localparam OFFSET_W = 2 * OP_W - 1;
  localparam STEP_BITS = (STEP_W > 0) ? STEP_W : 1;
  wire [ ACC_W-1:0] offset = {{(ACC_W - OFFSET_W) {1'b0}}, west_i[OFFSET_W-1:0]};
  wire [ ACC_W-1:0] term = u1 ? offset : product;
  // The weight with the rounding offset below its last bit.
  wire [ ACC_W-1:0] step_offset = {{(ACC_W - STEP_BITS) {1'b0}}, west_i[OP_W+:STEP_BITS]};
  wire [ ACC_W-1:0] weight_wide = {{(ACC_W - MASTER_W + 1) {weight_q[MASTER_W-1]}}, weight_q[MASTER_W-2:0]};
  wire [ ACC_W-1:0] weight_fixed = (weight_wide << STEP_W) | step_offset;
  wire [ ACC_W-1:0] kept = ctl[3] ? {ACC_W{1'b0}} : acc_q;
  wire [ ACC_W-1:0] addend = ctl[0] ? north_i : ctl[1] ? west_i : u2 ? weight_fixed : kept;

  <%name%>_add #(
      .WIDTH(ACC_W)
  ) u_add (
      .a_i  (addend),
      .b_i  (term),
      .sum_o(sum)
  );

  // U1: the sum over 2^shift, saturated to an operand. The offset is in it, so only ties are left to do.
  wire [SHIFT_W-1:0] u1_shift = west_i[OFFSET_W+:SHIFT_W];
  wire               u1_nearest = west_i[OFFSET_W+SHIFT_W];
  wire [OFFSET_W-1:0] u1_below = ~({OFFSET_W{1'b1}} << u1_shift);
  wire               u1_tie = u1_nearest & (u1_shift != {SHIFT_W{1'b0}}) &
      ((sum[OFFSET_W-1:0] & u1_below) == {OFFSET_W{1'b0}});
  wire [ACC_W+2*OP_W-1:0] sum_wide = {{(2 * OP_W) {sum[ACC_W-1]}}, sum};
  wire [  3*OP_W-2:0] u1_window = sum_wide[3*OP_W-2:0] >> u1_shift;
  wire [ACC_W+2*OP_W-1:0] u1_above = {{(ACC_W + OP_W + 1) {1'b1}}, {(OP_W - 1) {1'b0}}} << u1_shift;
  wire               u1_over = |((sum_wide ^ {(ACC_W + 2 * OP_W) {sum[ACC_W-1]}}) & u1_above);
  wire [   OP_W-1:0] u1_value = u1_over ? {sum[ACC_W-1], {(OP_W - 1) {~sum[ACC_W-1]}}} :
      {u1_window[OP_W-1:1], u1_window[0] & ~u1_tie};

  // Last U slot: the sum over 2^STEP_W, saturated to a weight.
  wire                 last_nearest = west_i[OP_W+STEP_BITS];
  wire                 last_tie = last_nearest & (STEP_W != 0) &
      (sum[STEP_BITS-1:0] == {STEP_BITS{1'b0}});
  wire                 last_over = |(sum[ACC_W-1:STEP_W+MASTER_W-1] ^
      {(ACC_W - STEP_W - MASTER_W + 1) {sum[ACC_W-1]}});
  wire [MASTER_W-1:0] last_window = sum[STEP_W+:MASTER_W];
  wire [MASTER_W-1:0] last_value = last_over ? {sum[ACC_W-1], {(MASTER_W - 1) {~sum[ACC_W-1]}}} :
      {last_window[MASTER_W-1:1], last_window[0] & ~last_tie};
  wire                unused_window = &{1'b0, u1_window, 1'b0};

  always @(posedge clk_i) begin
    if (!rst_ni) ctl_o <= <%pe_ctl_w%>'d0;
    else ctl_o <= ctl;
  end

  // Operands move on in every cycle; what they carry in an idle cycle is not used. To the south, the bits
  // that only psums have stay as they are in the cycles of other operations.
  always @(posedge clk_i) east_o <= ctl[1] ? sum : west_i;
  always @(posedge clk_i) begin
    south_o[OP_W-1:0] <= ctl[0] ? sum[OP_W-1:0] : north_i[OP_W-1:0];
    if (ctl[0]) south_o[ACC_W-1:OP_W] <= sum[ACC_W-1:OP_W];
  end

  always @(posedge clk_i) begin
    if (ctl[7]) weight_o <= weight_i;
    if (ctl[6]) weight_q <= weight_o;
  end

  always @(posedge clk_i) begin
    if (u1) acc_q <= {{(ACC_W - OP_W) {u1_value[OP_W-1]}}, u1_value};
    else if (ctl[2]<%#decay%> | u2<%/decay%>) acc_q <= sum;
    if (<%#decay%>u3<%/decay%><%^decay%>u2<%/decay%>) drain_o <= {{(ACC_W - MASTER_W + 1) {last_value[MASTER_W-1]}}, last_value[MASTER_W-2:0]};
    else if (ctl[4]) drain_o <= acc_q;
    else if (ctl[5]) drain_o <= drain_i;
  end

endmodule

`default_nettype wire
