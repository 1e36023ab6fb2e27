// SPDX-License-Identifier: Apache-2.0
// <%name%>_requantize: multiplies an accumulator word by a scale, shifts it right and rounds it.
//
// Contract   A value taken in cycle t (valid_i = 1) is in narrow_o and wide_o in cycle t+2.<%#stochastic%> The draw is
//            used in cycle t+1, when round_o is 1.<%/stochastic%> Scale, shift and mode must not change between the
//            two. One value a cycle.
// Latency    2 cycles.
// Parameters ACC_W, OP_W bits.
// Numerics   round(value * scale / 2^shift): to nearest, ties to even, or stochastically with 16 bits of the
//            draw. narrow_o saturates to OP_W bits, wide_o to ACC_W bits.
// Reset      Synchronous, control only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_requantize #(
    parameter ACC_W = <%accumulator_bits%>,
    parameter OP_W  = <%operand_bits%>
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             valid_i,
    input  wire [ACC_W-1:0] value_i,
    input  wire [     15:0] scale_i,
    input  wire [      5:0] shift_i,
<%#stochastic%>
    input  wire             stochastic_i,
    input  wire [     31:0] draw_i,
<%/stochastic%>
<%#stochastic%>
    output wire             round_o,
<%/stochastic%>
    output reg  [ OP_W-1:0] narrow_o,
    output reg  [ACC_W-1:0] wide_o
);

  localparam PROD_W = ACC_W + 16;

  // First cycle: the product.
  reg                     valid_q;
  reg signed [PROD_W-1:0] product_q;
  wire signed [ACC_W-1:0] value = value_i;
  wire signed [     16:0] scale = {1'b0, scale_i};

  always @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else valid_q <= valid_i;
  end

  always @(posedge clk_i) begin
    if (valid_i) product_q <= value * scale;
  end

<%#stochastic%>
  assign round_o = valid_q;

<%/stochastic%>
  // Second cycle: the integer part, 16 bits of the fraction below it, and whether more follow.
  wire signed [PROD_W+15:0] fixed = {product_q, 16'd0};
  wire signed [PROD_W+15:0] shifted = fixed >>> shift_i;
  wire        [       15:0] part = shifted[15:0];
  wire        [       62:0] below = ~({63{1'b1}} << shift_i);
  wire                      sticky;

  generate
    if (PROD_W + 16 >= 63) begin : g_long
      assign sticky = |(fixed[62:0] & below);
    end else begin : g_short
      assign sticky = |({{(47 - PROD_W) {product_q[PROD_W-1]}}, fixed} & below);
    end
  endgenerate

  wire signed [PROD_W-1:0] whole = shifted[PROD_W+15:16];
  wire                     up_nearest = part[15] & ((|part[14:0]) | sticky | whole[0]);
<%#stochastic%>
  wire        [      16:0] part_sum = {1'b0, part} + {1'b0, draw_i[31:16]};
  wire                     up = stochastic_i ? part_sum[16] : up_nearest;
  wire                     unused_draw = &{1'b0, draw_i[15:0], part_sum[15:0], 1'b0};
<%/stochastic%>
<%^stochastic%>
  wire                     up = up_nearest;
<%/stochastic%>
  wire        [PROD_W-1:0] rounded = whole + {{(PROD_W - 1) {1'b0}}, up};
  wire                     sign = rounded[PROD_W-1];
  wire                     narrow_over = |(rounded[PROD_W-2:OP_W-1] ^ {(PROD_W - OP_W) {sign}});
  wire                     wide_over = |(rounded[PROD_W-2:ACC_W-1] ^ {(PROD_W - ACC_W) {sign}});

  always @(posedge clk_i) begin
    if (valid_q) begin
      narrow_o <= narrow_over ? {sign, {(OP_W - 1) {~sign}}} : rounded[OP_W-1:0];
      wide_o   <= wide_over ? {sign, {(ACC_W - 1) {~sign}}} : rounded[ACC_W-1:0];
    end
  end

endmodule

`default_nettype wire
