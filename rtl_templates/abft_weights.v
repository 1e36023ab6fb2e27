// SPDX-License-Identifier: Apache-2.0
// <%name%>_abft_weights: the sum of the weights that enter a column, for the checksum row.
//
// Contract   load_i: weight_i enters row 0 in this cycle. swap_i, with the swap of row 0, ends the sum of a tile, which
//            stands on sum_o from the next cycle until the one after the next swap; a load in the same cycle is the
//            first of the next tile.
// Parameters OP_W; SUM_W bits of a sum of weights.
// Numerics   Modulo 2^SUM_W.
// Reset      Synchronous: a sum that was begun is dropped.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_abft_weights #(
    parameter OP_W  = <%operand_bits%>,
    parameter SUM_W = <%abft_row_sum_w%>
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             load_i,
    input  wire             swap_i,
    input  wire [ OP_W-1:0] weight_i,
    output reg  [SUM_W-1:0] sum_o
);

  reg  [SUM_W-1:0] begun_q;
  wire [SUM_W-1:0] word = {{(SUM_W - OP_W) {weight_i[OP_W-1]}}, weight_i} & {SUM_W{load_i}};

  always @(posedge clk_i) begin
    if (!rst_ni) begun_q <= {SUM_W{1'b0}};
    else if (load_i | swap_i) begun_q <= ({SUM_W{~swap_i}} & begun_q) + word;
  end

  always @(posedge clk_i) begin
    if (swap_i) sum_o <= begun_q;
  end

endmodule

`default_nettype wire
