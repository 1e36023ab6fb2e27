// SPDX-License-Identifier: Apache-2.0
// <%name%>_tile_walker: goes over the tiles of a layer, an inner loop inside an outer one, and keeps
// the word address of the present tile.
//
// Contract   start_i = 1 sets the walker to the first tile: inner and outer index 0, addresses start_addr_i.
//            step_i = 1 goes to the next tile: addr_o grows by inner_step_i; at the end of the inner loop
//            line_o grows by outer_step_i and addr_o restarts, at the new line_o if RESTART_AT_LINE is 1,
//            otherwise at start_addr_i. Behind the last tile comes the first one again.
//            inner_tiles_i, outer_tiles_i (1 or more), start_addr_i and the steps must not change between
//            start_i and the last step. Outputs are registered.
// Parameters DIM_W, ADDR_W, RESTART_AT_LINE (0 or 1).
// Reset      None: start_i comes before any use.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_tile_walker #(
    parameter DIM_W           = <%dim_w%>,
    parameter ADDR_W          = <%addr_w%>,
    parameter RESTART_AT_LINE = 0
) (
    input  wire              clk_i,
    input  wire              start_i,
    input  wire              step_i,
    input  wire [ DIM_W-1:0] inner_tiles_i,
    input  wire [ DIM_W-1:0] outer_tiles_i,
    input  wire [ADDR_W-1:0] start_addr_i,
    input  wire [ADDR_W-1:0] inner_step_i,
    input  wire [ADDR_W-1:0] outer_step_i,
<%#inner_first%>
    output wire              inner_first_o,
<%/inner_first%>
    output wire              inner_last_o,
    output wire              outer_first_o,
    output wire              outer_last_o,
    output wire [ADDR_W-1:0] addr_o,
    output wire [ADDR_W-1:0] line_o
);

  localparam [DIM_W-1:0] ONE = 1;

  reg [DIM_W-1:0] inner_q;
  reg [DIM_W-1:0] outer_q;
  reg [ADDR_W-1:0] addr_q;
  reg [ADDR_W-1:0] line_q;

  wire [ADDR_W-1:0] next_line = line_q + outer_step_i;
  wire [ADDR_W-1:0] restart = (RESTART_AT_LINE != 0) ? next_line : start_addr_i;

  always @(posedge clk_i) begin
    if (start_i | (step_i & inner_last_o & outer_last_o)) begin
      inner_q <= {DIM_W{1'b0}};
      outer_q <= {DIM_W{1'b0}};
      addr_q  <= start_addr_i;
      line_q  <= start_addr_i;
    end else if (step_i & inner_last_o) begin
      inner_q <= {DIM_W{1'b0}};
      outer_q <= outer_q + ONE;
      addr_q  <= restart;
      line_q  <= next_line;
    end else if (step_i) begin
      inner_q <= inner_q + ONE;
      addr_q  <= addr_q + inner_step_i;
    end
  end

<%#inner_first%>
  assign inner_first_o = inner_q == {DIM_W{1'b0}};
<%/inner_first%>
  assign inner_last_o  = inner_q == inner_tiles_i - ONE;
  assign outer_first_o = outer_q == {DIM_W{1'b0}};
  assign outer_last_o  = outer_q == outer_tiles_i - ONE;
  assign addr_o        = addr_q;
  assign line_o        = line_q;

endmodule

`default_nettype wire
