// SPDX-License-Identifier: Apache-2.0
// pe: operands, sums and links for any product; weights, drain
// The product is free: the multiplier is cut out of the block. formal/multiplier.sh tries all operands of narrow ones.
`default_nettype none

`ifdef HAS_DGRAD
`define WEST_W P_ACC
`else
`define WEST_W P_OP
`endif

module pe_formal #(
    parameter OP  = `P_OP_W,
    parameter ACC = `P_ACC_W,
`ifdef TRAINING
    parameter WEIGHT = `P_MASTER_W,
    parameter STEP = `P_STEP_W,
    parameter SHIFT = `P_SHIFT_W,
`else
    parameter WEIGHT = OP,
`endif
`ifdef HAS_DGRAD
    parameter WEST = ACC,
`else
    parameter WEST = OP,
`endif
`ifdef HAS_FPROP
    parameter NORTH = ACC,
`else
    parameter NORTH = OP,
`endif
    parameter CTL = `CTL_W
) (
    input wire              clk,
    input wire              rst_n,
    input wire [   CTL-1:0] ctl,
    input wire [  WEST-1:0] west,
    input wire [ NORTH-1:0] north,
    input wire [WEIGHT-1:0] weight,
    input wire [   ACC-1:0] drain
);

  wire [CTL-1:0] ctl_out;
  wire [WEST-1:0] east;
  wire [NORTH-1:0] south;
`ifdef HAS_WEIGHTS
  wire [WEIGHT-1:0] weight_out;
`endif
`ifdef HAS_WGRAD
  wire [ACC-1:0] drain_out;
`endif

  dut_pe u_dut (
`ifdef HAS_WEIGHTS
      .weight_i(weight),
      .weight_o(weight_out),
`endif
`ifdef HAS_WGRAD
      .drain_i(drain),
      .drain_o(drain_out),
`endif
      .clk_i(clk),
      .rst_ni(rst_n),
      .ctl_i(ctl),
      .ctl_o(ctl_out),
      .west_i(west),
      .east_o(east),
      .north_i(north),
      .south_o(south)
  );

  wire signed [OP-1:0] in_a;  // inside: u_dut.factor_a
  wire signed [OP-1:0] in_b;  // inside: u_dut.factor_b
  wire signed [ACC-1:0] product;  // inside: u_dut.`PRODUCT
`ifdef HAS_WEIGHTS
  wire [WEIGHT-1:0] in_weight;  // inside(HAS_WEIGHTS): u_dut.weight_q
`else
  wire [WEIGHT-1:0] in_weight = 0;
`endif
`ifdef HAS_WGRAD
  wire [ACC-1:0] in_acc;  // inside(HAS_WGRAD): u_dut.acc_q
`else
  wire [ACC-1:0] in_acc = 0;
`endif

  // What is built, and what is asked for.
`ifdef HAS_FPROP
  wire fprop = ctl[0];
`else
  wire fprop = 0;
`endif
`ifdef HAS_DGRAD
  wire dgrad = ctl[1];
`else
  wire dgrad = 0;
`endif
`ifdef HAS_WGRAD
  wire wgrad = ctl[2];
`else
  wire wgrad = 0;
`endif
`ifdef TRAINING
  wire u1 = ctl[8], u2 = ctl[9];
`else
  wire u1 = 0, u2 = 0;
`endif
`ifdef DECAY
  wire u3 = ctl[10];
`else
  wire u3 = 0;
`endif

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* begin
    assume (ctl[0] + ctl[1] + ctl[2] + u1 + u2 + u3 <= 1);
    assume (!(ctl[4] && ctl[5]));
    if (!begun) assume (!rst_n);
  end

  // a + b as the configuration says: it wraps, or it stays in the range.
  function [ACC-1:0] add;
    input signed [ACC-1:0] a;
    input signed [ACC-1:0] b;
    reg signed [ACC+1:0] exact;
    begin
      exact = a + b;
      add = exact;
`ifdef SATURATE
      if (exact > $signed({3'b000, {(ACC - 1) {1'b1}}})) add = {1'b0, {(ACC - 1) {1'b1}}};
      if (exact < $signed({3'b111, {(ACC - 1) {1'b0}}})) add = {1'b1, {(ACC - 1) {1'b0}}};
`endif
    end
  endfunction

  wire [OP-1:0] x = west[OP-1:0];
  wire [OP-1:0] delta = north[OP-1:0];
  wire [OP-1:0] w = in_weight[WEIGHT-1-:OP];
  wire [ACC-1:0] kept = ctl[3] ? {ACC{1'b0}} : in_acc;
  wire [ACC-1:0] sum = add(fprop ? north : dgrad ? west : kept, product);

  always @*
    if (begun && rst_n) begin
      // The factors, in either order.
      if (fprop) assert ((in_a == w && in_b == x) || (in_a == x && in_b == w));
      if (dgrad) assert ((in_a == w && in_b == delta) || (in_a == delta && in_b == w));
      if (wgrad) assert ((in_a == x && in_b == delta) || (in_a == delta && in_b == x));
    end

`ifdef TRAINING
  // The gradient is rounded to an operand: over 2^shift, to nearest even if asked.
  wire signed [ACC-1:0] u1_sum = add(kept, {1'b0, west[2*OP-2:0]});
  wire [SHIFT-1:0] u1_shift = west[2*OP-1+:SHIFT];
  wire u1_nearest = west[2*OP-1+SHIFT];
  wire signed [ACC-1:0] u1_floor = u1_sum >>> u1_shift;
  wire [ACC-1:0] u1_rest = u1_sum - (u1_floor << u1_shift);
  wire signed [ACC-1:0] u1_even = {u1_floor[ACC-1:1], u1_floor[0] && !(u1_nearest && u1_shift != 0 && u1_rest == 0)};
  localparam signed [ACC-1:0] OP_MAX = (1 << (OP - 1)) - 1;
  localparam signed [ACC-1:0] OP_MIN = -(1 << (OP - 1));
  wire signed [ACC-1:0] u1_value = (u1_floor > OP_MAX) ? OP_MAX : (u1_floor < OP_MIN) ? OP_MIN : u1_even;

  // The step: the weight, with the rounding offset below it, and the product; then over 2^STEP to a weight.
  localparam BITS = (STEP > 0) ? STEP : 1;
  wire signed [WEIGHT-1:0] weight_now = in_weight;
  wire signed [ACC-1:0] weight_wide = weight_now;
  wire [BITS-1:0] offset = west[OP+:BITS];
  wire [ACC-1:0] weight_fixed = (weight_wide << STEP) | {{(ACC - BITS) {1'b0}}, offset};
  wire signed [ACC-1:0] u2_sum = add(weight_fixed, product);
`ifdef DECAY
  wire signed [ACC-1:0] last_sum = add(kept, product);
`else
  wire signed [ACC-1:0] last_sum = u2_sum;
`endif
  wire signed [ACC-1:0] last_floor = last_sum >>> STEP;
  wire [ACC-1:0] last_rest = last_sum - (last_floor << STEP);
  wire last_tie = STEP != 0 && west[OP+BITS] && last_rest == 0;
  localparam signed [ACC-1:0] W_MAX = (64'd1 << (WEIGHT - 1)) - 1;
  localparam signed [ACC-1:0] W_MIN = -W_MAX - 1;
  wire signed [ACC-1:0] last_value = (last_floor > W_MAX) ? W_MAX : (last_floor < W_MIN) ? W_MIN :
      {last_floor[ACC-1:1], last_floor[0] && !last_tie};
  wire last_slot = (`CTL_W == 11) ? u3 : u2;

  always @*
    if (begun && rst_n) begin
      if (u2) assert ((in_a == x && in_b == in_acc[OP-1:0]) || (in_b == x && in_a == in_acc[OP-1:0]));
      if (u3) assert ((in_a == x && in_b == w) || (in_b == x && in_a == w));
    end
`endif

  always @(posedge clk)
    if (begun) begin
      if ($past(!rst_n)) assert (ctl_out == 0);
      // Control goes on with the wavefront.
      else begin
        if ($past(rst_n)) begin
          assert ({ctl_out[2:0]} == {$past(wgrad), $past(dgrad), $past(fprop)});
`ifdef HAS_WGRAD
          assert (ctl_out[5:3] == $past(ctl[5:3]));
`endif
`ifdef HAS_WEIGHTS
          assert (ctl_out[7:6] == $past(ctl[7:6]));
`endif
`ifdef TRAINING
          assert (ctl_out[CTL-1:8] == $past(ctl[CTL-1:8]));
`endif
        end
      end
      if ($past(rst_n)) begin
        // Sums leave to the south or the east; operands go on.
        if ($past(fprop)) assert (south == $past(sum) && east[OP-1:0] == $past(x));
        if ($past(dgrad)) assert (east == $past(sum) && south[OP-1:0] == $past(delta));
        if ($past(wgrad)) assert (east[OP-1:0] == $past(x) && south[OP-1:0] == $past(delta));
`ifdef TRAINING
        if ($past(u1 || u2 || u3)) assert (east == $past(west));
`endif
`ifdef HAS_WGRAD
        if ($past(wgrad)) assert (in_acc == $past(sum));
        else if ($past(!u1 && !u2)) assert (in_acc == $past(in_acc));
`ifndef TRAINING
        if ($past(ctl[4])) assert (drain_out == $past(in_acc));
        else if ($past(ctl[5])) assert (drain_out == $past(drain));
        else assert (drain_out == $past(drain_out));
`else
        if ($past(u1)) assert (in_acc == $past(u1_value));
`ifdef DECAY
        if ($past(u2)) assert (in_acc == $past(u2_sum));
`else
        if ($past(u2)) assert (in_acc == $past(in_acc));
`endif
        if ($past(last_slot)) assert (drain_out == $past(last_value));
        else if ($past(ctl[4])) assert (drain_out == $past(in_acc));
        else if ($past(ctl[5])) assert (drain_out == $past(drain));
        else assert (drain_out == $past(drain_out));
`endif
`endif
`ifdef HAS_WEIGHTS
        assert (weight_out == ($past(ctl[7]) ? $past(weight) : $past(weight_out)));
        assert (in_weight == ($past(ctl[6]) ? $past(weight_out) : $past(in_weight)));
`endif
      end
`ifdef HAS_FPROP
      cover (rst_n && $past(rst_n && fprop) && south == 5);
`endif
`ifdef HAS_DGRAD
      cover (rst_n && $past(rst_n && dgrad) && east == 5);
`endif
`ifdef HAS_WGRAD
      cover (rst_n && $past(rst_n && wgrad && !ctl[3]) && in_acc == 7 && $past(in_acc) == 5);
      cover (rst_n && $past(rst_n && ctl[5]) && drain_out == 9);
`endif
`ifdef TRAINING
      cover (rst_n && $past(rst_n && u1 && u1_nearest && u1_even != u1_floor));
      cover (rst_n && $past(rst_n && u1 && u1_floor > OP_MAX));
      cover (rst_n && $past(rst_n && last_slot && last_floor < W_MIN));
      cover (rst_n && $past(rst_n && last_slot && last_tie && last_floor[0]));
`endif
`ifdef SATURATE
      cover (rst_n && $past(rst_n && sum == {1'b1, {(ACC - 1) {1'b0}}}));
`endif
    end

endmodule

`default_nettype wire
