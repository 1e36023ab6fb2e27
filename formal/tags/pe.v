// SPDX-License-Identifier: Apache-2.0
// Stands in for the processing element in the tag model: the same ports and the same control, but words are tags and
// a product is a check that its factors belong together (layout of the tags: top.v). With a pipelined MAC the sums are LAG
// cycles behind the operands; tags lie in the lower half of a word, and the upper half is not looked at.
`default_nettype none

module tag_pe #(
    parameter OP_W  = 10,
    parameter ACC_W = 20
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire [`CTL_W-1:0] ctl_i,
    output reg  [`CTL_W-1:0] ctl_o,
    input  wire [ACC_W-1:0] west_i,
    output reg  [ACC_W-1:0] east_o,
    input  wire [ACC_W-1:0] north_i,
    output reg  [ACC_W-1:0] south_o,
    input  wire [ OP_W-1:0] weight_i,
    output reg  [ OP_W-1:0] weight_o,
    input  wire [ACC_W-1:0] drain_i,
    output reg  [ACC_W-1:0] drain_o
);

  localparam I = `INDEX;
  localparam TAG = 3 + 2 * I;  // {valid, kind, first index, second index}
  localparam SUM = TAG + I + 2;  // {old, terms, tag}

  reg [OP_W-1:0] weight_q;
  reg [ACC_W-1:0] acc_q;

  // The factors of this cycle, and those that meet their sum in this cycle: LAG cycles ago.
  wire to_south = (`LAG != 0) ? ctl_i[`LAG_BIT] : ctl_i[0], to_acc = (`LAG != 0) ? ctl_i[`LAG_BIT+1] : ctl_i[2];
  wire [TAG-1:0] factor_a = to_acc ? west_i[TAG-1:0] : weight_q[TAG-1:0];
  wire [TAG-1:0] factor_b = to_south ? west_i[TAG-1:0] : north_i[TAG-1:0];
  reg [2*TAG*(`LAG+1)-1:0] factors_q;
  wire [2*TAG*(`LAG+2)-1:0] factors = {factors_q, factor_a, factor_b};
  wire [TAG-1:0] a, b;
  assign {a, b} = factors[2*TAG*`LAG+:2*TAG];
  always @(posedge clk_i) factors_q <= factors[2*TAG*(`LAG+1)-1:0];

  // The operation of the adder: the two factors, the sum they are added to, and what the sum must be of.
  wire fprop = ctl_i[0], dgrad = ctl_i[1], wgrad = ctl_i[2];
  wire [TAG-1:0] left = wgrad ? a : b;
  wire [TAG-1:0] right = wgrad ? b : a;
  wire [SUM-1:0] addend = fprop ? north_i[SUM-1:0] : dgrad ? west_i[SUM-1:0] : ctl_i[3] ? {SUM{1'b0}} : acc_q[SUM-1:0];
  wire [I-1:0] left_i = left[2*I-1:I], left_j = left[I-1:0];
  wire [I-1:0] right_i = right[2*I-1:I], right_j = right[I-1:0];
  wire term = (fprop || dgrad || wgrad) && left[TAG-1] && right[TAG-1];  // a factor outside the layer is 0

  // x(b,m) w(m,n) into y(b,n); delta(b,n) w(m,n) into dx(b,m); x(b,m) delta(b,n) into dw(m,n).
  wire [1:0] left_kind = dgrad ? 2'd2 : 2'd1;
  wire [1:0] right_kind = wgrad ? 2'd2 : 2'd3;
  wire [1:0] sum_kind = fprop ? 2'd1 : dgrad ? 2'd2 : 2'd3;
  wire meet = fprop ? left_j == right_i : dgrad ? left_j == right_j : left_i == right_i;
  wire [I-1:0] index = wgrad ? left_i : left_j;  // which term of the sum this is
  wire [TAG-1:0] of = {1'b1, sum_kind, wgrad ? left_j : left_i, dgrad ? right_i : right_j};
  wire empty = addend == {SUM{1'b0}};
  wire [I:0] terms = addend[TAG+:I+1];
  wire [I:0] terms_next = terms + 1'b1;
  wire [SUM-1:0] sum = !term ? addend : {addend[SUM-1], terms_next, of};

  reg begun = 0;
  always @(posedge clk_i) begin
    begun <= rst_ni;
    if (begun && rst_ni) begin
      assert (fprop + dgrad + wgrad <= 1);
      assert (!(ctl_i[4] && ctl_i[5]));
      if (term) begin
        assert (left[TAG-2-:2] == left_kind && right[TAG-2-:2] == right_kind);
        assert (meet);
        assert (empty || addend[TAG-1:0] == of);
        assert (terms == {1'b0, index});  // each term once and in order
      end
    end
  end

  always @(posedge clk_i) begin
    ctl_o <= rst_ni ? ctl_i : {`CTL_W{1'b0}};
    // Operands move on; the upper bits of a link are those of the last sum.
    east_o[OP_W-1:0] <= dgrad ? sum[OP_W-1:0] : west_i[OP_W-1:0];
    if (dgrad) east_o[ACC_W-1:OP_W] <= sum[SUM-1:OP_W];
    south_o[OP_W-1:0] <= fprop ? sum[OP_W-1:0] : north_i[OP_W-1:0];
    if (fprop) south_o[ACC_W-1:OP_W] <= sum[SUM-1:OP_W];
    if (wgrad) acc_q <= {{(ACC_W - SUM) {1'b0}}, sum};
    if (ctl_i[4]) drain_o <= acc_q;
    else if (ctl_i[5]) drain_o <= drain_i;
    if (ctl_i[7]) weight_o <= weight_i;
    if (ctl_i[6]) weight_q <= weight_o;
  end

endmodule

`default_nettype wire
