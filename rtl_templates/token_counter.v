// SPDX-License-Identifier: Apache-2.0
// <%name%>_token_counter: tokens from one engine to another.
//
// Contract   there_o: at least one. give_i adds one, take_i takes one (only while there_o is 1); both in one cycle
//            change nothing. overflow_o: give_i would make 256; the count stays.
// Parameters None.
// Reset      Synchronous: no token; clear_i likewise.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_token_counter (
    input  wire clk_i,
    input  wire rst_ni,
    input  wire clear_i,
    input  wire give_i,
    input  wire take_i,
    output wire there_o,
    output wire overflow_o
);

  reg [7:0] count_q;

  assign there_o    = count_q != 8'd0;
  assign overflow_o = give_i & ~take_i & (count_q == 8'd255);

  always @(posedge clk_i) begin
    if (!rst_ni | clear_i) count_q <= 8'd0;
    else if (give_i & ~take_i & ~overflow_o) count_q <= count_q + 8'd1;
    else if (take_i & ~give_i) count_q <= count_q - 8'd1;
  end

endmodule

`default_nettype wire
