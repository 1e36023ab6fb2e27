// SPDX-License-Identifier: Apache-2.0
// <%name%>_backward_lane: what one row does with its final sums: requantized, times the derivative, they are
// the delta of the layer below.
//
// Contract   For a final sum (final_i = 1 in cycle w) the derivative code is read in cycle w+2, and delta_we_o is 1
//            with the delta word in cycle w+4. Sums come in the order row tile, vector, so their addresses count
//            up from the bases. One sum a cycle.
//            start_i begins a command; the fields_* inputs belong to it and do not change while it runs.
// Latency    4 cycles.
// Parameters ROW (this lane's number), OP_W, ACC_W, DERIV_W, ADDR_W.
// Numerics   <%name%>_requantize and <%name%>_derive.
// Reset      Synchronous, control only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_backward_lane #(
<%#stochastic%>
    parameter ROW     = 0,
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
    input  wire [       15:0] fields_scale_i,
    input  wire [        5:0] fields_shift_i,
    input  wire [ ADDR_W-1:0] fields_x_base_i,
    input  wire [ ADDR_W-1:0] fields_next_base_i,
<%#stochastic%>
    input  wire               fields_sr_post_i,
    input  wire               seed_valid_i,
    input  wire [       31:0] seed_i,
<%/stochastic%>
    // Final sums.
    input  wire               final_i,
    input  wire [  ACC_W-1:0] sum_i,
    // DERIV bank.
    output wire               deriv_re_o,
    output wire [ ADDR_W-1:0] deriv_raddr_o,
    input  wire [DERIV_W-1:0] deriv_i,
    // Delta of the layer below.
    output reg                delta_we_o,
    output reg  [ ADDR_W-1:0] delta_waddr_o,
    output reg  [   OP_W-1:0] delta_wdata_o
);

  localparam [ADDR_W-1:0] ONE = {{(ADDR_W - 1) {1'b0}}, 1'b1};

  // final_n_q is 1 in the n-th cycle after final_i.
  reg              final_1_q;
  reg              final_2_q;
  reg              final_3_q;
  reg [ ACC_W-1:0] sum_q;
  reg [ADDR_W-1:0] deriv_offset_q;
  reg [ADDR_W-1:0] delta_offset_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      final_1_q  <= 1'b0;
      final_2_q  <= 1'b0;
      final_3_q  <= 1'b0;
      delta_we_o <= 1'b0;
    end else begin
      final_1_q  <= final_i;
      final_2_q  <= final_1_q;
      final_3_q  <= final_2_q;
      delta_we_o <= final_3_q;
    end
  end

  wire [ OP_W-1:0] gradient;
  wire [ACC_W-1:0] unused_wide;
<%#stochastic%>
  wire             round;
  wire [     31:0] draw;

  <%name%>_draw #(
      .KEY(32'h9e37_79b9 * (4 * ROW + 2))
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
      .valid_i     (final_1_q),
      .value_i     (sum_q),
      .scale_i     (fields_scale_i),
      .shift_i     (fields_shift_i),
<%#stochastic%>
      .stochastic_i(fields_sr_post_i),
      .draw_i      (draw),
      .round_o     (round),
<%/stochastic%>
      .narrow_o    (gradient),
      .wide_o      (unused_wide)
  );

  assign deriv_re_o    = final_2_q;
  assign deriv_raddr_o = fields_x_base_i + deriv_offset_q;

  wire [OP_W-1:0] delta;

  <%name%>_derive #(
      .OP_W  (OP_W),
      .CODE_W(DERIV_W)
  ) u_derive (
      .value_i(gradient),
      .code_i (deriv_i),
      .value_o(delta)
  );

  always @(posedge clk_i) begin
    sum_q <= sum_i;
    if (start_i) deriv_offset_q <= {ADDR_W{1'b0}};
    else if (final_2_q) deriv_offset_q <= deriv_offset_q + ONE;
    if (start_i) delta_offset_q <= {ADDR_W{1'b0}};
    else if (final_3_q) delta_offset_q <= delta_offset_q + ONE;
    delta_waddr_o <= fields_next_base_i + delta_offset_q;
    delta_wdata_o <= delta;
  end

  wire unused = &{1'b0, unused_wide, 1'b0};

endmodule

`default_nettype wire
