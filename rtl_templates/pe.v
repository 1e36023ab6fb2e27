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
<%#lagged%>
//   ctl_i[8] FPROP, ctl_i[9] WGRAD: as [0] and [2], for the multiplier
// At most one of [2:0], at most one of [5:4], and at most one of [9:8] is set. The multiplier is <%lag%>
// cycle<%#lag_2%>s<%/lag_2%> ahead of the adder: x, delta, [9:8] and [7:6] belong to a slot when they arrive, [5:0]
// and the psums <%lag%> cycle<%#lag_2%>s<%/lag_2%> later. Bits of operations that are not built are ignored and passed on as 0.
<%/lagged%>
<%^lagged%>
// At most one of [2:0], and at most one of [5:4], is set. Bits of operations that are not built are
// ignored and passed on as 0.
<%/lagged%>
<%#split_add%>
// The adder works on the lower <%low_w%> bits of a sum in one cycle and on the upper <%high_w%> in the next: the
// upper halves of psums and of the drain chain arrive and leave one cycle after the lower ones.
<%/split_add%>
<%#zero_gating%>
// With a factor of 0 the inputs of the multiplier stay as they are.
<%/zero_gating%>
//
// Latency    One cycle from every input to the output of the same time; no combinational path through.
// Parameters OP_W operand bits, ACC_W accumulator bits (at least 2*OP_W).
<%^split_add%>
// Numerics   Signed two's complement; overflow policy in <%name%>_add.
<%/split_add%>
<%#split_add%>
// Numerics   Signed two's complement; a sum is taken modulo 2^ACC_W.
<%/split_add%>
// Reset      Synchronous, control only. Data registers hold undefined values until first written.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_pe #(
    parameter OP_W  = <%operand_bits%>,
    parameter ACC_W = <%accumulator_bits%>
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire [      <%pe_ctl_top%>:0] ctl_i,
    output reg  [      <%pe_ctl_top%>:0] ctl_o,
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
  localparam [<%pe_ctl_top%>:0] CTL_USED = <%pe_ctl_w%>'b<%#lagged%><%#wgrad%>1<%/wgrad%><%^wgrad%>0<%/wgrad%><%#fprop%>1<%/fprop%><%^fprop%>0<%/fprop%>_<%/lagged%><%#weights%>11<%/weights%><%^weights%>00<%/weights%>_<%#wgrad%>111<%/wgrad%><%^wgrad%>000<%/wgrad%>_<%#wgrad%>1<%/wgrad%><%^wgrad%>0<%/wgrad%><%#dgrad%>1<%/dgrad%><%^dgrad%>0<%/dgrad%><%#fprop%>1<%/fprop%><%^fprop%>0<%/fprop%>;

  wire [<%pe_ctl_top%>:0] ctl = ctl_i & CTL_USED;

<%#weights%>
  reg [OP_W-1:0] weight_q;
<%/weights%>
<%#wgrad%>
  reg [ACC_W-1:0] acc_q;
<%/wgrad%>

  // The only multiplier: its inputs are selected, not its products.
<%#weights%>
<%#wgrad%>
<%^lagged%>
  wire signed [OP_W-1:0] factor_a = ctl[2] ? west_i[OP_W-1:0] : weight_q;
<%/lagged%>
<%#lagged%>
  wire signed [OP_W-1:0] factor_a = ctl[9] ? west_i[OP_W-1:0] : weight_q;
<%/lagged%>
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
<%^lagged%>
  wire signed [OP_W-1:0] factor_b = ctl[0] ? west_i[OP_W-1:0] : north_i[OP_W-1:0];
<%/lagged%>
<%#lagged%>
  wire signed [OP_W-1:0] factor_b = ctl[8] ? west_i[OP_W-1:0] : north_i[OP_W-1:0];
<%/lagged%>
<%/backward_any%>
<%^backward_any%>
  wire signed [OP_W-1:0] factor_b = west_i;
<%/backward_any%>
<%/fprop%>
<%^fprop%>
  wire signed [OP_W-1:0] factor_b = north_i;
<%/fprop%>
<%^lagged%>
  wire signed [ACC_W-1:0] term = factor_a * factor_b;
<%/lagged%>
<%#mult_1%>
  wire signed [2*OP_W-1:0] product = factor_a * factor_b;
<%#lag_2%>
  reg [2*OP_W-1:0] product_early_q;
<%/lag_2%>
  reg [2*OP_W-1:0] product_q;

  always @(posedge clk_i) begin
<%#lag_2%>
    product_early_q <= product;
    product_q <= product_early_q;
<%/lag_2%>
<%^lag_2%>
    product_q <= product;
<%/lag_2%>
  end

<%/mult_1%>
<%#mult_2%>
  reg signed [OP_W-1:0] factor_a_q;
  reg signed [OP_W-1:0] factor_b_q;
  wire signed [2*OP_W-1:0] product = factor_a_q * factor_b_q;
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
    product_q <= zero_q ? {(2 * OP_W) {1'b0}} : product;
  end
<%/zero_gating%>
<%^zero_gating%>

  always @(posedge clk_i) begin
    factor_a_q <= factor_a;
    factor_b_q <= factor_b;
    product_q  <= product;
  end
<%/zero_gating%>

<%/mult_2%>
<%#lagged%>
  wire [ACC_W-1:0] term;

  generate
    if (ACC_W > 2 * OP_W) begin : g_extend
      assign term = {{(ACC_W - 2 * OP_W) {product_q[2*OP_W-1]}}, product_q};
    end else begin : g_same
      assign term = product_q;
    end
  endgenerate
<%/lagged%>

  // The only adder.
<%^split_add%>
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
<%/split_add%>
<%#split_add%>
  localparam LOW_W = (ACC_W + 1) / 2;
  localparam HIGH_W = ACC_W - LOW_W;

  wire [ LOW_W-1:0] term_low = term[LOW_W-1:0];
  reg  [HIGH_W-1:0] term_high_q;
  reg               carry_q;
  wire [   LOW_W:0] sum_low_carry;
  wire [ LOW_W-1:0] sum_low = sum_low_carry[LOW_W-1:0];
  wire [  HIGH_W:0] sum_high_carry;
  wire [HIGH_W-1:0] sum_high = sum_high_carry[HIGH_W:1];
<%#wgrad%>
  wire [ LOW_W-1:0] kept_low = ctl[3] ? {LOW_W{1'b0}} : acc_q[LOW_W-1:0];
  wire [HIGH_W-1:0] kept_high = ctl_o[3] ? {HIGH_W{1'b0}} : acc_q[ACC_W-1:LOW_W];
<%/wgrad%>
  wire [ LOW_W-1:0] addend_low =
<%#fprop%>
<%#backward_any%>
      ctl[0] ? north_i[LOW_W-1:0] :
<%/backward_any%>
<%^backward_any%>
      north_i[LOW_W-1:0];
<%/backward_any%>
<%/fprop%>
<%#dgrad%>
<%#wgrad%>
      ctl[1] ? west_i[LOW_W-1:0] :
<%/wgrad%>
<%^wgrad%>
      west_i[LOW_W-1:0];
<%/wgrad%>
<%/dgrad%>
<%#wgrad%>
      kept_low;
<%/wgrad%>
  // ctl_o is the control of the slot whose lower half was added in the cycle before.
  wire [HIGH_W-1:0] addend_high =
<%#fprop%>
<%#backward_any%>
      ctl_o[0] ? north_i[ACC_W-1:LOW_W] :
<%/backward_any%>
<%^backward_any%>
      north_i[ACC_W-1:LOW_W];
<%/backward_any%>
<%/fprop%>
<%#dgrad%>
<%#wgrad%>
      ctl_o[1] ? west_i[ACC_W-1:LOW_W] :
<%/wgrad%>
<%^wgrad%>
      west_i[ACC_W-1:LOW_W];
<%/wgrad%>
<%/dgrad%>
<%#wgrad%>
      kept_high;
<%/wgrad%>

  assign sum_low_carry  = {1'b0, addend_low} + {1'b0, term_low};
  assign sum_high_carry = {addend_high, 1'b1} + {term_high_q, carry_q};

  wire unused_carry = &{1'b0, sum_high_carry[0], 1'b0};

  always @(posedge clk_i) begin
    term_high_q <= term[ACC_W-1:LOW_W];
    carry_q     <= sum_low_carry[LOW_W];
  end
<%/split_add%>

  always @(posedge clk_i) begin
    if (!rst_ni) ctl_o <= <%pe_ctl_w%>'d0;
    else ctl_o <= ctl;
  end

  // Operands move on in every cycle; what they carry in an idle cycle is not used. The bits that only
  // psums have stay as they are in the cycles of other operations.
<%#dgrad%>
<%#x_stream%>
  always @(posedge clk_i) begin
<%^split_add%>
    east_o[OP_W-1:0] <= ctl[1] ? sum[OP_W-1:0] : west_i[OP_W-1:0];
    if (ctl[1]) east_o[ACC_W-1:OP_W] <= sum[ACC_W-1:OP_W];
<%/split_add%>
<%#split_add%>
    east_o[OP_W-1:0] <= ctl[1] ? sum_low[OP_W-1:0] : west_i[OP_W-1:0];
<%#low_above_operand%>
    if (ctl[1]) east_o[LOW_W-1:OP_W] <= sum_low[LOW_W-1:OP_W];
<%/low_above_operand%>
    if (ctl_o[1]) east_o[ACC_W-1:LOW_W] <= sum_high;
<%/split_add%>
  end
<%/x_stream%>
<%^x_stream%>
<%^split_add%>
  always @(posedge clk_i) east_o <= sum;
<%/split_add%>
<%#split_add%>
  always @(posedge clk_i) east_o <= {sum_high, sum_low};
<%/split_add%>
<%/x_stream%>
<%/dgrad%>
<%^dgrad%>
  always @(posedge clk_i) east_o <= west_i;
<%/dgrad%>
<%#fprop%>
<%#backward_any%>

  always @(posedge clk_i) begin
<%^split_add%>
    south_o[OP_W-1:0] <= ctl[0] ? sum[OP_W-1:0] : north_i[OP_W-1:0];
    if (ctl[0]) south_o[ACC_W-1:OP_W] <= sum[ACC_W-1:OP_W];
<%/split_add%>
<%#split_add%>
    south_o[OP_W-1:0] <= ctl[0] ? sum_low[OP_W-1:0] : north_i[OP_W-1:0];
<%#low_above_operand%>
    if (ctl[0]) south_o[LOW_W-1:OP_W] <= sum_low[LOW_W-1:OP_W];
<%/low_above_operand%>
    if (ctl_o[0]) south_o[ACC_W-1:LOW_W] <= sum_high;
<%/split_add%>
  end
<%/backward_any%>
<%^backward_any%>
<%^split_add%>
  always @(posedge clk_i) south_o <= sum;
<%/split_add%>
<%#split_add%>
  always @(posedge clk_i) south_o <= {sum_high, sum_low};
<%/split_add%>
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
<%^split_add%>
    if (ctl[2]) acc_q <= sum;
    if (ctl[4]) drain_o <= acc_q;
    else if (ctl[5]) drain_o <= drain_i;
<%/split_add%>
<%#split_add%>
    if (ctl[2]) acc_q[LOW_W-1:0] <= sum_low;
    if (ctl[4]) drain_o[LOW_W-1:0] <= acc_q[LOW_W-1:0];
    else if (ctl[5]) drain_o[LOW_W-1:0] <= drain_i[LOW_W-1:0];
    if (ctl_o[2]) acc_q[ACC_W-1:LOW_W] <= sum_high;
    if (ctl_o[4]) drain_o[ACC_W-1:LOW_W] <= acc_q[ACC_W-1:LOW_W];
    else if (ctl_o[5]) drain_o[ACC_W-1:LOW_W] <= drain_i[ACC_W-1:LOW_W];
<%/split_add%>
  end
<%/wgrad%>

endmodule

`default_nettype wire
