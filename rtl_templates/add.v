// SPDX-License-Identifier: Apache-2.0
// <%name%>_add: the accumulator addition, with the overflow policy of the configuration
// (<%overflow%>).
//
// Contract   sum_o = a_i + b_i, signed, WIDTH bits.<%#saturate%> Sums beyond the range become
//            2^(WIDTH-1)-1 or -2^(WIDTH-1).<%/saturate%><%^saturate%> Sums wrap modulo 2^WIDTH.<%/saturate%> Combinational, one adder.
// Parameters WIDTH bits.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_add #(
    parameter WIDTH = <%accumulator_bits%>
) (
    input  wire [WIDTH-1:0] a_i,
    input  wire [WIDTH-1:0] b_i,
    output wire [WIDTH-1:0] sum_o
);

<%#saturate%>
  // One bit more than the operands: the top two bits differ exactly when the sum is out of range.
  wire [WIDTH:0] exact = {a_i[WIDTH-1], a_i} + {b_i[WIDTH-1], b_i};
  wire           over = exact[WIDTH] ^ exact[WIDTH-1];

  assign sum_o = over ? {exact[WIDTH], {(WIDTH - 1) {~exact[WIDTH]}}} : exact[WIDTH-1:0];
<%/saturate%>
<%^saturate%>
  assign sum_o = a_i + b_i;
<%/saturate%>

endmodule

`default_nettype wire
