// SPDX-License-Identifier: Apache-2.0
// pe: operands, sums and links for any product; weights, drain
// The product is free: the multiplier is cut out of the block. formal/multiplier.sh tries all operands of narrow ones.
// LAG cycles lie between the operands of a slot and its sum; the multiplier works MUL_AT cycles after they arrive. With
// SPLIT_ADD the upper half of every sum, and of what is added to it, comes a cycle after the lower one.
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
`ifdef LAGGED
    parameter PRODUCT = 2 * OP,
`else
    parameter PRODUCT = ACC,
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

  wire signed [OP-1:0] in_a;  // inside: u_dut.`FACTOR_A
  wire signed [OP-1:0] in_b;  // inside: u_dut.`FACTOR_B
  wire signed [PRODUCT-1:0] product;  // inside: u_dut.`PRODUCT
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

  localparam LAG = `LAG;
  localparam MUL_AT = `MUL_AT;
`ifdef SPLIT_ADD
  localparam SPLIT = 1;
  localparam LOW = (ACC + 1) / 2;
`else
  localparam SPLIT = 0;
`endif

  // What is built, and what is asked for: of the adder,
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

  // and of the multiplier, which has bits of its own if it is ahead.
`ifdef LAGGED
  localparam EARLY = `LAG_BIT;
`ifdef TRAINING
  wire mul_u2 = ctl[EARLY+2];
`else
  wire mul_u2 = 0;
`endif
`ifdef DECAY
  wire mul_u3 = ctl[EARLY+3];
`else
  wire mul_u3 = 0;
`endif
`ifdef HAS_FPROP
  wire mul_fprop = ctl[EARLY];
`else
  wire mul_fprop = 0;
`endif
`ifdef HAS_WGRAD
  wire mul_wgrad = ctl[EARLY+1];
`else
  wire mul_wgrad = 0;
`endif
`ifdef HAS_DGRAD
  wire mul_dgrad = !(mul_fprop || mul_wgrad || mul_u2 || mul_u3);
`else
  wire mul_dgrad = 0;
`endif
  always @* assume (ctl[EARLY] + ctl[EARLY+1] + mul_u2 + mul_u3 <= 1);
`else
  wire mul_fprop = fprop, mul_dgrad = dgrad, mul_wgrad = wgrad, mul_u2 = u2, mul_u3 = u3;
`endif

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* begin
    assume (ctl[0] + ctl[1] + ctl[2] + u1 + u2 + u3 <= 1);
    assume (!(ctl[4] && ctl[5]));
    if (!begun) assume (!rst_n);
  end

  // Cycles so far, as many as count: before that the registers hold what was there at the start.
  reg [2:0] age = 0;
  always @(posedge clk) if (age != LAG + SPLIT + 1) age <= age + 1;
  wire settled = age == LAG + SPLIT + 1;

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

  // The factors of the slot that arrives, in either order, and of the one that the multiplier works on.
  wire wanted_now = mul_fprop || mul_dgrad || mul_wgrad || mul_u2 || mul_u3;
  wire [OP-1:0] one_now = (mul_wgrad || mul_u2) ? x : w;
  wire [OP-1:0] other_now = (mul_fprop || mul_u3) ? x : mul_u2 ? in_acc[OP-1:0] : delta;
  reg wanted_before = 0;
  reg [OP-1:0] one_before, other_before;
  always @(posedge clk) begin
    wanted_before <= wanted_now && begun;
    one_before <= one_now;
    other_before <= other_now;
  end
  wire wanted = (MUL_AT == 0) ? wanted_now : wanted_before;
  wire [OP-1:0] one = (MUL_AT == 0) ? one_now : one_before;
  wire [OP-1:0] other = (MUL_AT == 0) ? other_now : other_before;
  // A multiplier that rests on zeros: its operands stay, and the product is 0 whatever it makes of them.
`ifdef ZERO_GATING
  wire rests = one == 0 || other == 0;
`else
  wire rests = 0;
`endif
  reg [OP-1:0] in_a_before, in_b_before;
  always @(posedge clk) {in_a_before, in_b_before} <= {in_a, in_b};

  always @*
    if (begun && wanted && (LAG > 0 || rst_n)) begin
      if (!rests) assert ((in_a == one && in_b == other) || (in_a == other && in_b == one));
      else if (settled) assert (in_a == in_a_before && in_b == in_b_before);
    end

  // The product of the slot that the adder works on.
  wire signed [ACC-1:0] made = rests ? 1'sb0 : product;
  reg signed [ACC-1:0] made_1, made_2;
  always @(posedge clk) {made_2, made_1} <= {made_1, made};
  wire signed [ACC-1:0] term = (LAG - MUL_AT == 0) ? made : (LAG - MUL_AT == 1) ? made_1 : made_2;
  // A slot without an operation for the multiplier has no product.
  reg wanted_1, wanted_2;
  always @(posedge clk) {wanted_2, wanted_1} <= {wanted_1, wanted};
  wire has_term = (LAG - MUL_AT == 0) ? wanted : (LAG - MUL_AT == 1) ? wanted_1 : wanted_2;

  // Whole words of the slot at the adder; with a split addition it is the slot whose upper half is added now.
`ifdef SPLIT_ADD
  reg [LOW-1:0] acc_low, west_low, north_low, drain_low, east_low, south_low, drain_out_low;
  reg [CTL-1:0] ctl_q;
  reg signed [ACC-1:0] term_q;
  reg rst_q, has_term_q;
  always @(posedge clk) begin
    acc_low <= in_acc[LOW-1:0];
    drain_low <= drain[LOW-1:0];
    west_low <= west;
    east_low <= east;
    north_low <= north;
    south_low <= south;
    ctl_q <= ctl;
    term_q <= term;
    rst_q <= rst_n;
    has_term_q <= has_term;
`ifdef HAS_WGRAD
    drain_out_low <= drain_out[LOW-1:0];
`endif
  end
  wire [ACC-1:0] acc_word = {in_acc[ACC-1:LOW], acc_low};
  wire [ACC-1:0] drain_word = {drain[ACC-1:LOW], drain_low};
  wire [CTL-1:0] c = ctl_q;
  wire signed [ACC-1:0] c_term = term_q;
  wire c_rst_n = rst_q;
  wire c_has_term = has_term_q;
`ifdef HAS_FPROP
  wire [ACC-1:0] north_word = {north[ACC-1:LOW], north_low};
  wire [ACC-1:0] south_word = {south[ACC-1:LOW], south_low};
`endif
`ifdef HAS_DGRAD
  wire [ACC-1:0] west_word = {west[ACC-1:LOW], west_low};
  wire [ACC-1:0] east_word = {east[ACC-1:LOW], east_low};
`endif
`ifdef HAS_WGRAD
  wire [ACC-1:0] drain_out_word = {drain_out[ACC-1:LOW], drain_out_low};
`endif
`else
  wire [ACC-1:0] acc_word = in_acc;
  wire [ACC-1:0] drain_word = drain;
  wire [CTL-1:0] c = ctl;
  wire signed [ACC-1:0] c_term = term;
  wire c_rst_n = rst_n;
  wire c_has_term = has_term;
`ifdef HAS_FPROP
  wire [ACC-1:0] north_word = north;
  wire [ACC-1:0] south_word = south;
`endif
`ifdef HAS_DGRAD
  wire [ACC-1:0] west_word = west;
  wire [ACC-1:0] east_word = east;
`endif
`ifdef HAS_WGRAD
  wire [ACC-1:0] drain_out_word = drain_out;
`endif
`endif
`ifdef HAS_FPROP
  wire c_fprop = c[0];
`else
  wire c_fprop = 0;
  wire [ACC-1:0] north_word = 0;
`endif
`ifdef HAS_DGRAD
  wire c_dgrad = c[1];
`else
  wire c_dgrad = 0;
  wire [ACC-1:0] west_word = 0;
`endif
`ifdef HAS_WGRAD
  wire c_wgrad = c[2];
`else
  wire c_wgrad = 0;
`endif
  wire [ACC-1:0] kept = c[3] ? {ACC{1'b0}} : acc_word;
  wire [ACC-1:0] addend = c_fprop ? north_word : c_dgrad ? west_word : kept;
  wire [ACC-1:0] sum = add(addend, c_term);
  wire sums = c_has_term && (c_fprop || c_dgrad || c_wgrad);

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
  wire signed [ACC-1:0] u2_sum = add(weight_fixed, term);
`ifdef DECAY
  wire signed [ACC-1:0] last_sum = add(kept, term);
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
  `ifdef DECAY
  wire last_slot = u3;
`else
  wire last_slot = u2;
`endif
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
`elsif LAGGED
          assert (ctl_out[EARLY+1:EARLY] == $past({mul_wgrad, mul_fprop}));
`endif
        end
      end
      if ($past(rst_n)) begin
        // Operands go on: east and south of the sums.
        if ($past(fprop || wgrad)) assert (east[OP-1:0] == $past(x));
        if ($past(dgrad || wgrad)) assert (south[OP-1:0] == $past(delta));
`ifdef TRAINING
        if ($past(u1 || u2 || u3)) assert (east == $past(west));
`endif
`ifdef HAS_WEIGHTS
        assert (weight_out == ($past(ctl[7]) ? $past(weight) : $past(weight_out)));
        assert (in_weight == ($past(ctl[6]) ? $past(weight_out) : $past(in_weight)));
`endif
      end
      if (settled && $past(c_rst_n)) begin
        // Sums leave to the south or the east, or stay.
`ifdef HAS_FPROP
        if ($past(sums && c_fprop)) assert (south_word == $past(sum));
`endif
`ifdef HAS_DGRAD
        if ($past(sums && c_dgrad)) assert (east_word == $past(sum));
`endif
`ifdef HAS_WGRAD
        if ($past(sums && c_wgrad)) assert (acc_word == $past(sum));
        if ($past(!c_wgrad && !u1 && !u2)) assert (acc_word == $past(acc_word));
`ifndef TRAINING
        if ($past(c[4])) assert (drain_out_word == $past(acc_word));
        else if ($past(c[5])) assert (drain_out_word == $past(drain_word));
        else assert (drain_out_word == $past(drain_out_word));
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
      end
`ifdef HAS_FPROP
      cover (rst_n && settled && $past(c_rst_n && c_fprop) && south_word == 5);
`endif
`ifdef HAS_DGRAD
      cover (rst_n && settled && $past(c_rst_n && c_dgrad) && east_word == 5);
`endif
`ifdef HAS_WGRAD
      cover (rst_n && settled && $past(c_rst_n && c_wgrad && !c[3]) && acc_word == 7 && $past(acc_word) == 5);
      cover (rst_n && settled && $past(c_rst_n && c[5]) && drain_out_word == 9);
`endif
`ifdef LAGGED
      // A product that the adder uses, of operands that came LAG cycles before.
      cover (rst_n && settled && wanted && !rests && in_a == 3 && in_b == 5);
      cover (rst_n && settled && $past(c_rst_n && sums && c_term == 15));
`endif
`ifdef ZERO_GATING
      cover (rst_n && settled && wanted && rests && in_a == 3 && in_b == 5 && one == 7);
`endif
`ifdef SPLIT_ADD
      // A carry from the lower half to the upper one.
      cover (rst_n && settled && $past(c_rst_n && sums && addend == {LOW{1'b1}} && c_term == 1));
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
