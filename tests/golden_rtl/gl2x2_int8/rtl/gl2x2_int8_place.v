// SPDX-License-Identifier: Apache-2.0
// gl2x2_int8_place: puts a bank word into its place in a beat of the read channel.
//
// Contract   data_o has the word, extended to ELEMENT_W bits, from bit POSITION on while valid_i is 1; all other
//            bits, and all bits while valid_i is 0, are 0. Combinational.
// Parameters WORD_W, ELEMENT_W (at least WORD_W), DATA_W bits; POSITION; SIGNED 1: sign-extended, 0:
//            zero-extended.
// Made by gradloom 0.1.0, configuration ea51a9188179f74c.
`default_nettype none

module gl2x2_int8_place #(
    parameter WORD_W    = 8,
    parameter ELEMENT_W = 8,
    parameter DATA_W    = 32,
    parameter POSITION  = 0,
    parameter SIGNED    = 1
) (
    input  wire              valid_i,
    input  wire [WORD_W-1:0] word_i,
    output wire [DATA_W-1:0] data_o
);

  wire top = (SIGNED != 0) & word_i[WORD_W-1];

  assign data_o[POSITION+:WORD_W] = {WORD_W{valid_i}} & word_i;

  generate
    if (POSITION > 0) begin : g_below
      assign data_o[POSITION-1:0] = {POSITION{1'b0}};
    end
    if (ELEMENT_W > WORD_W) begin : g_extend
      assign data_o[POSITION+WORD_W+:ELEMENT_W-WORD_W] = {(ELEMENT_W - WORD_W) {valid_i & top}};
    end
    if (POSITION + ELEMENT_W < DATA_W) begin : g_above
      assign data_o[DATA_W-1:POSITION+ELEMENT_W] = {(DATA_W - POSITION - ELEMENT_W) {1'b0}};
    end
  endgenerate

  wire unused_top = &{1'b0, top, 1'b0};

endmodule

`default_nettype wire
