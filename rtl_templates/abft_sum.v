// SPDX-License-Identifier: Apache-2.0
// <%name%>_abft_sum: one step of a running sum along the lanes of an edge.
//
// Contract   sum_o is sum_i + word_i of the cycle before, modulo 2^WIDTH. Lane l of an edge works l cycles after
//            lane 0, so a chain of these keeps step with the wavefront and ends with the sum over all lanes.
// Parameters WIDTH bits of the sum; WORD_W bits of a signed word, 2..WIDTH.
// Reset      None: what goes in idle cycles through the chain is not used.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_abft_sum #(
    parameter WIDTH  = <%accumulator_bits%>,
    parameter WORD_W = <%accumulator_bits%>
) (
    input  wire              clk_i,
    input  wire [ WIDTH-1:0] sum_i,
    input  wire [WORD_W-1:0] word_i,
    output reg  [ WIDTH-1:0] sum_o
);

  always @(posedge clk_i) begin
    sum_o <= sum_i + {{(WIDTH - WORD_W + 1) {word_i[WORD_W-1]}}, word_i[WORD_W-2:0]};
  end

endmodule

`default_nettype wire
