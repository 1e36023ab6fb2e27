// SPDX-License-Identifier: Apache-2.0
// Stands in for the addition in the tag model: the old word of DW and the drained sum must be of the same element.
`default_nettype none

module tag_add #(
    parameter WIDTH = 20
) (
    input  wire [WIDTH-1:0] a_i,
    input  wire [WIDTH-1:0] b_i,
    output wire [WIDTH-1:0] sum_o
);

  localparam I = `INDEX;
  localparam TAG = 3 + 2 * I;
  localparam SUM = TAG + I + 2;

  wire old = a_i[SUM-1] && a_i[TAG+:I+1] == 0 && a_i[TAG-1:0] == b_i[TAG-1:0];
  assign sum_o = old ? {{(WIDTH - SUM) {1'b0}}, 1'b1, b_i[SUM-2:0]} : {WIDTH{1'b0}};

endmodule

`default_nettype wire
