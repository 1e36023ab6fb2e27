// SPDX-License-Identifier: Apache-2.0
// <%name%>_forward_lane: what one column does with its final sums, and with the delta stream for the bias.
//
// Contract   A final sum (final_i = 1 in cycle w) is written as activation in cycle w+5, to Y and to the next
//            layer's X and DERIV as the command says; with loss, its target is read in cycle w+4 and delta is
//            written in cycle w+6. Sums come in the order column tile, vector; tile_end_i marks the last vector
//            of a tile. One sum a cycle.
//            A delta word that belongs to the bias gradient (bias_add_i = 1) is added up; after the last one
//            (bias_last_i = 1, in cycle v) the bias word is read in cycle v+3 and written in cycle v+4.
//            A command has sums or bias gradients, never both. start_i begins a command; the fields_* inputs
//            belong to it and do not change while it runs.
// Parameters COL (this lane's number), OP_W, ACC_W, DERIV_W, ADDR_W.
// Numerics   bias + sum saturates; requantization in <%name%>_requantize, activation in <%name%>_activate.
// Reset      Synchronous, control only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_forward_lane #(
<%#stochastic%>
    parameter COL     = 0,
<%/stochastic%>
    parameter OP_W    = <%operand_bits%>,
    parameter ACC_W   = <%accumulator_bits%>,
    parameter DERIV_W = <%deriv_bits%>,
    parameter ADDR_W  = <%addr_w%>
) (
    input  wire               clk_i,
    input  wire               rst_ni,
    input  wire               start_i,
    // The command.
    input  wire               fields_to_x_i,
    input  wire               fields_to_y_i,
    input  wire               fields_loss_i,
    input  wire               fields_bgrad_i,
    input  wire [        2:0] fields_act_i,
    input  wire [        2:0] fields_leak_i,
    input  wire [       15:0] fields_scale_i,
    input  wire [        5:0] fields_shift_i,
    input  wire [       15:0] fields_bias_scale_i,
    input  wire [        5:0] fields_bias_shift_i,
    input  wire [ ADDR_W-1:0] fields_bias_base_i,
    input  wire [ ADDR_W-1:0] fields_next_base_i,
    input  wire [ ADDR_W-1:0] fields_y_base_i,
    input  wire [ ADDR_W-1:0] fields_delta_base_i,
<%#stochastic%>
    input  wire               fields_sr_post_i,
    input  wire               seed_valid_i,
    input  wire [       31:0] seed_i,
<%/stochastic%>
    // Final sums.
    input  wire               final_i,
    input  wire               tile_end_i,
    input  wire [  ACC_W-1:0] sum_i,
    // Delta stream.
    input  wire               bias_add_i,
    input  wire               bias_first_i,
    input  wire               bias_last_i,
    input  wire [   OP_W-1:0] delta_i,
    // BIAS bank.
    output wire               bias_re_o,
    output wire [ ADDR_W-1:0] bias_raddr_o,
    input  wire [  ACC_W-1:0] bias_rdata_i,
    output wire               bias_we_o,
    output reg  [ ADDR_W-1:0] bias_waddr_o,
    output wire [  ACC_W-1:0] bias_wdata_o,
    // Targets, and delta of the loss.
    output wire               target_re_o,
    output wire [ ADDR_W-1:0] target_addr_o,
    input  wire [   OP_W-1:0] target_i,
    output wire               delta_we_o,
    output wire [ ADDR_W-1:0] delta_waddr_o,
    output wire [   OP_W-1:0] delta_wdata_o,
    // Activations.
    output wire               y_we_o,
    output wire [ ADDR_W-1:0] y_waddr_o,
    output wire               next_we_o,
    output wire [ ADDR_W-1:0] next_waddr_o,
    output wire [   OP_W-1:0] next_x_o,
    output wire [DERIV_W-1:0] next_deriv_o
);

  localparam [ADDR_W-1:0] ONE = {{(ADDR_W - 1) {1'b0}}, 1'b1};

  // Stages: sum_n_q is 1 in the n-th cycle after final_i, bias_n_q in the n-th after bias_last_i.
  reg sum_1_q, sum_2_q, sum_3_q, sum_4_q, sum_5_q, sum_6_q;
  reg bias_1_q, bias_2_q, bias_3_q, bias_4_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      {sum_1_q, sum_2_q, sum_3_q, sum_4_q, sum_5_q, sum_6_q} <= 6'd0;
      {bias_1_q, bias_2_q, bias_3_q, bias_4_q} <= 4'd0;
    end else begin
      {sum_1_q, sum_2_q, sum_3_q, sum_4_q, sum_5_q, sum_6_q} <= {
        final_i, sum_1_q, sum_2_q, sum_3_q, sum_4_q, sum_5_q
      };
      {bias_1_q, bias_2_q, bias_3_q, bias_4_q} <= {
        bias_add_i & bias_last_i, bias_1_q, bias_2_q, bias_3_q
      };
    end
  end

  // Place of the bias word: the next one after each tile.
  reg [ADDR_W-1:0] tile_q;

  assign bias_re_o    = final_i | bias_3_q;
  assign bias_raddr_o = fields_bias_base_i + tile_q;

  always @(posedge clk_i) begin
    if (start_i) tile_q <= {ADDR_W{1'b0}};
    else if ((final_i & tile_end_i) | bias_3_q) tile_q <= tile_q + ONE;
    bias_waddr_o <= bias_raddr_o;
  end

  // Sum and bias.
  reg  [ACC_W-1:0] sum_q;
  reg  [ACC_W-1:0] biased_q;
  wire [  ACC_W:0] biased = {sum_q[ACC_W-1], sum_q} + {bias_rdata_i[ACC_W-1], bias_rdata_i};
  wire             biased_over = biased[ACC_W] ^ biased[ACC_W-1];

  always @(posedge clk_i) begin
    sum_q    <= sum_i;
    biased_q <= biased_over ? {biased[ACC_W], {(ACC_W - 1) {~biased[ACC_W]}}} : biased[ACC_W-1:0];
  end

  // Sum of the delta stream.
  reg  [ACC_W-1:0] gradient_q;
  wire [ACC_W-1:0] gradient;

  <%name%>_add #(
      .WIDTH(ACC_W)
  ) u_gradient (
      .a_i  (bias_first_i ? {ACC_W{1'b0}} : gradient_q),
      .b_i  ({{(ACC_W - OP_W) {delta_i[OP_W-1]}}, delta_i}),
      .sum_o(gradient)
  );

  always @(posedge clk_i) begin
    if (bias_add_i) gradient_q <= gradient;
  end

  // Both are requantized by the same multiplier.
<%#stochastic%>
  wire             round;
<%/stochastic%>
  wire [ OP_W-1:0] narrow;
  wire [ACC_W-1:0] wide;
<%#stochastic%>
  wire [     31:0] draw;

  <%name%>_draw #(
      .KEY(32'h9e37_79b9 * (4 * COL + 1))
  ) u_draw (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .seed_valid_i(seed_valid_i),
      .seed_i      (seed_i),
      .next_i      (round & fields_sr_post_i),
      .draw_o      (draw)
  );
<%/stochastic%>

  <%name%>_requantize #(
      .ACC_W(ACC_W),
      .OP_W (OP_W)
  ) u_requantize (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .valid_i     (sum_2_q | bias_1_q),
      .value_i     (fields_bgrad_i ? gradient_q : biased_q),
      .scale_i     (fields_bgrad_i ? fields_bias_scale_i : fields_scale_i),
      .shift_i     (fields_bgrad_i ? fields_bias_shift_i : fields_shift_i),
<%#stochastic%>
      .stochastic_i(fields_sr_post_i),
      .draw_i      (draw),
<%/stochastic%>
<%#stochastic%>
      .round_o     (round),
<%/stochastic%>
      .narrow_o    (narrow),
      .wide_o      (wide)
  );

  // New bias.
  reg  [ACC_W-1:0] step_q;
  wire [  ACC_W:0] stepped = {bias_rdata_i[ACC_W-1], bias_rdata_i} - {step_q[ACC_W-1], step_q};
  wire             stepped_over = stepped[ACC_W] ^ stepped[ACC_W-1];

  always @(posedge clk_i) step_q <= wide;

  assign bias_we_o    = bias_4_q;
  assign bias_wdata_o = stepped_over ? {stepped[ACC_W], {(ACC_W - 1) {~stepped[ACC_W]}}} :
      stepped[ACC_W-1:0];

  // Activation.
  wire [   OP_W-1:0] value;
  wire [DERIV_W-1:0] code;
  reg  [   OP_W-1:0] value_q;
  reg  [DERIV_W-1:0] code_5_q;
  reg  [DERIV_W-1:0] code_6_q;
  reg  [ ADDR_W-1:0] offset_4_q;
  reg  [ ADDR_W-1:0] offset_5_q;
  reg  [ ADDR_W-1:0] offset_6_q;

  <%name%>_activate #(
      .OP_W  (OP_W),
      .CODE_W(DERIV_W)
  ) u_activate (
      .act_i  (fields_act_i),
      .leak_i (fields_leak_i),
      .value_i(narrow),
      .value_o(value),
      .code_o (code)
  );

  always @(posedge clk_i) begin
    value_q  <= value;
    code_5_q <= code;
    code_6_q <= code_5_q;
    // Sums come in the order of their words.
    if (start_i) offset_4_q <= {ADDR_W{1'b0}};
    else if (sum_4_q) offset_4_q <= offset_4_q + ONE;
    offset_5_q <= offset_4_q;
    offset_6_q <= offset_5_q;
  end

  assign y_we_o       = sum_5_q & fields_to_y_i;
  assign y_waddr_o    = fields_y_base_i + offset_5_q;
  assign next_we_o    = sum_5_q & fields_to_x_i;
  assign next_waddr_o = fields_next_base_i + offset_5_q;
  assign next_x_o     = value_q;
  assign next_deriv_o = code_5_q;

  // Loss: (activation - target) * derivative.
  assign target_re_o   = sum_4_q & fields_loss_i;
  assign target_addr_o = fields_delta_base_i + offset_4_q;

  wire [OP_W:0] error = {value_q[OP_W-1], value_q} - {target_i[OP_W-1], target_i};
  wire          error_over = error[OP_W] ^ error[OP_W-1];
  reg  [OP_W-1:0] error_q;

  always @(posedge clk_i) begin
    error_q <= error_over ? {error[OP_W], {(OP_W - 1) {~error[OP_W]}}} : error[OP_W-1:0];
  end

  <%name%>_derive #(
      .OP_W  (OP_W),
      .CODE_W(DERIV_W)
  ) u_derive (
      .value_i(error_q),
      .code_i (code_6_q),
      .value_o(delta_wdata_o)
  );

  assign delta_we_o    = sum_6_q & fields_loss_i;
  assign delta_waddr_o = fields_delta_base_i + offset_6_q;

endmodule

`default_nettype wire
