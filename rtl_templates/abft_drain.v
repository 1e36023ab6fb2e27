// SPDX-License-Identifier: Apache-2.0
// <%name%>_abft_drain: checks the dW of a column while it leaves: the checksum row's accumulator less the words
// that are written must be 0.
//
// Contract   capture_i and drain_i are the control that leaves the column at the south: in a cycle with either, word_i
//            is a word of the column's dW; it counts if live_i is set. The first of a tile comes with capture_i, and acc_i
//            is the checksum of the tile then. After the last word end_o is 1 for a cycle, with fail_i of that cycle
//            or the own failure on fail_o one cycle later, as end_o is: a chain from west to east keeps step.
// Parameters ACC_W.
// Numerics   Modulo 2^ACC_W.
// Reset      Synchronous, control only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_abft_drain #(
    parameter ACC_W = <%accumulator_bits%>
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             capture_i,
    input  wire             drain_i,
    input  wire             live_i,
    input  wire [ACC_W-1:0] word_i,
    input  wire [ACC_W-1:0] acc_i,
    input  wire             fail_i,
    output reg              fail_o,
    output reg              end_o
);

  reg              open_q;
  reg  [ACC_W-1:0] rest_q;
  wire             last = open_q & (capture_i | ~drain_i);
  wire [ACC_W-1:0] live_word = {ACC_W{live_i}} & word_i;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      open_q <= 1'b0;
      fail_o <= 1'b0;
      end_o  <= 1'b0;
    end else begin
      open_q <= capture_i | drain_i;
      fail_o <= fail_i | (last & (rest_q != {ACC_W{1'b0}}));
      end_o  <= last;
    end
  end

  always @(posedge clk_i) begin
    if (capture_i | drain_i) rest_q <= (capture_i ? acc_i : rest_q) - live_word;
  end

endmodule

`default_nettype wire
