// SPDX-License-Identifier: Apache-2.0
// gl3x5_int4_add: the accumulator addition, with the overflow policy of the configuration
// (refuse).
//
// Contract   sum_o = a_i + b_i, signed, WIDTH bits. Sums wrap modulo 2^WIDTH. Combinational, one adder.
// Parameters WIDTH bits.
// Made by gradloom 0.1.0, configuration e4c31fd60046672e.
`default_nettype none

module gl3x5_int4_add #(
    parameter WIDTH = 20
) (
    input  wire [WIDTH-1:0] a_i,
    input  wire [WIDTH-1:0] b_i,
    output wire [WIDTH-1:0] sum_o
);

  assign sum_o = a_i + b_i;

endmodule

`default_nettype wire
