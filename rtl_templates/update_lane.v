// SPDX-License-Identifier: Apache-2.0
// <%name%>_update_lane: what the PEs of one row need for the update of their weights.
//
// Contract   In the cycle after slot_i (bit 0 U1, bit 1 U2<%#decay%>, bit 2 U3<%/decay%>) west_o has the word of that slot, as
//            <%name%>_pe takes it<%#lagged%>: -rate<%#decay%> or -decay<%/decay%> at once, the rest <%lag%> cycles later<%/lagged%>; in all other cycles it is 0.<%#stochastic%> A row that is active draws a number in U1
//            and in U2, if rounding is stochastic.<%/stochastic%>
//            The fields_* inputs do not change while a command runs.
// Parameters ROW (this lane's number), OP_W, ACC_W, STEP_W, SHIFT_W as in <%name%>_pe.
// Reset      Synchronous, the generator only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_update_lane #(
<%#stochastic%>
    parameter ROW     = 0,
<%/stochastic%>
    parameter OP_W    = <%operand_bits%>,
    parameter ACC_W   = <%accumulator_bits%>,
    parameter STEP_W  = <%step_bits%>,
    parameter SHIFT_W = <%rate_shift_w%>
) (
    input  wire               clk_i,
<%#stochastic%>
    input  wire               rst_ni,
    input  wire               active_i,
    input  wire               fields_sr_update_i,
    input  wire               seed_valid_i,
    input  wire [       31:0] seed_i,
<%/stochastic%>
    input  wire [   OP_W-2:0] fields_rate_i,
    input  wire [SHIFT_W-1:0] fields_rate_shift_i,
<%#decay%>
    input  wire [   OP_W-2:0] fields_decay_i,
<%/decay%>
    input  wire [        <%update_top%>:0] slot_i,
<%#lagged%>
    output wire [  ACC_W-1:0] west_o
<%/lagged%>
<%^lagged%>
    output reg  [  ACC_W-1:0] west_o
<%/lagged%>
);

  localparam OFFSET_W = 2 * OP_W - 1;
  localparam STEP_BITS = (STEP_W > 0) ? STEP_W : 1;
  // Half of the last bit that stays, if any bit goes.
  localparam [STEP_BITS:0] STEP_HALF = (STEP_W > 0) ? 1 << (STEP_BITS - 1) : 0;

  wire [  2*OP_W-1:0] rate_one = {{OFFSET_W{1'b0}}, 1'b1} << fields_rate_shift_i;
<%#stochastic%>
  wire [        31:0] draw;

  <%name%>_draw #(
      .KEY(32'h9e37_79b9 * (4 * ROW + 3))
  ) u_draw (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .seed_valid_i(seed_valid_i),
      .seed_i      (seed_i),
      .next_i      ((slot_i[0] | slot_i[1]) & active_i & fields_sr_update_i),
      .draw_o      (draw)
  );

  wire [ OFFSET_W-1:0] rate_below = ~({OFFSET_W{1'b1}} << fields_rate_shift_i);
  wire [STEP_BITS-1:0] step_below = (STEP_W > 0) ? {STEP_BITS{1'b1}} : {STEP_BITS{1'b0}};
  wire [ OFFSET_W-1:0] rate_offset = fields_sr_update_i ? draw[OFFSET_W-1:0] & rate_below :
      rate_one[2*OP_W-1:1];
  wire [STEP_BITS-1:0] step_offset = fields_sr_update_i ? draw[STEP_BITS-1:0] & step_below :
      STEP_HALF[STEP_BITS-1:0];
  wire                 nearest = ~fields_sr_update_i;
  wire                 unused_draw = &{1'b0, draw, 1'b0};
<%/stochastic%>
<%^stochastic%>
  wire [ OFFSET_W-1:0] rate_offset = rate_one[2*OP_W-1:1];
  wire [STEP_BITS-1:0] step_offset = STEP_HALF[STEP_BITS-1:0];
  wire                 nearest = 1'b1;
<%/stochastic%>
  wire [     OP_W-1:0] minus_rate = -{1'b0, fields_rate_i};
<%#decay%>
  wire [     OP_W-1:0] minus_decay = -{1'b0, fields_decay_i};
<%/decay%>
  wire [    ACC_W-1:0] u1_word = {
    {(ACC_W - OFFSET_W - SHIFT_W - 1) {1'b0}}, nearest, fields_rate_shift_i, rate_offset
  };
  wire [    ACC_W-1:0] u2_word = {
    {(ACC_W - OP_W - STEP_BITS - 1) {1'b0}}, nearest, step_offset, minus_rate
  };
<%#decay%>
  wire [    ACC_W-1:0] u3_word = {
    {(ACC_W - OP_W - STEP_BITS - 1) {1'b0}}, nearest, {STEP_BITS{1'b0}}, minus_decay
  };
<%/decay%>

<%#lagged%>
  // What the multiplier takes, and what the adder takes.
  wire [ACC_W-1:0] factor_bits = {{(ACC_W - OP_W) {1'b0}}, {OP_W{1'b1}}};
  wire [ACC_W-1:0] step_word = ({ACC_W{slot_i[1]}} & u2_word)<%#decay%> | ({ACC_W{slot_i[2]}} & u3_word)<%/decay%>;
  reg  [ACC_W-1:0] factor_word_q;
  reg  [ACC_W-1:0] sum_word_q;
  reg  [ACC_W-1:0] sum_word_late_q;
  reg  [ACC_W-1:0] sum_word_later_q;

  always @(posedge clk_i) begin
    factor_word_q    <= step_word & factor_bits;
    sum_word_q       <= ({ACC_W{slot_i[0]}} & u1_word) | (step_word & ~factor_bits);
    sum_word_late_q  <= sum_word_q;
    sum_word_later_q <= sum_word_late_q;
  end

  assign west_o = factor_word_q | sum_word_later_q;
<%/lagged%>
<%^lagged%>
  always @(posedge clk_i) begin
    west_o <= ({ACC_W{slot_i[0]}} & u1_word) | ({ACC_W{slot_i[1]}} & u2_word)<%#decay%> |
        ({ACC_W{slot_i[2]}} & u3_word)<%/decay%>;
  end
<%/lagged%>

  wire unused = &{1'b0, rate_one[0], STEP_HALF[STEP_BITS], 1'b0};

endmodule

`default_nettype wire
