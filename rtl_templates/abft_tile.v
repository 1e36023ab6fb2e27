// SPDX-License-Identifier: Apache-2.0
// <%name%>_abft_tile: which tile a check belongs to.
//
// Contract   start_i begins a command. event_i marks a check; they come in the order vector, inner tile, outer
//            iteration. inner_o and outer_o answer in the same cycle. The other inputs must not change while a
//            command runs.
// Parameters DIM_W; TILE_W bits of a tile number.
// Reset      None: start_i comes before any use.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_abft_tile #(
    parameter DIM_W  = <%dim_w%>,
    parameter TILE_W = <%abft_tile_w%>
) (
    input  wire              clk_i,
    input  wire              start_i,
    input  wire              event_i,
    input  wire [ DIM_W-1:0] batch_i,
    input  wire [ DIM_W-1:0] inner_tiles_i,
    output wire [TILE_W-1:0] inner_o,
    output wire [TILE_W-1:0] outer_o
);

  localparam [DIM_W-1:0] ONE = 1;
  localparam [TILE_W-1:0] TILE_ONE = 1;

  reg  [ DIM_W-1:0] vector_q;
  reg  [TILE_W-1:0] inner_q;
  reg  [TILE_W-1:0] outer_q;
  wire [ DIM_W-1:0] last_tile = inner_tiles_i - ONE;
  wire              vector_last = vector_q == batch_i - ONE;
  wire              inner_last = inner_q == last_tile[TILE_W-1:0];

  always @(posedge clk_i) begin
    if (start_i) begin
      vector_q <= {DIM_W{1'b0}};
      inner_q  <= {TILE_W{1'b0}};
      outer_q  <= {TILE_W{1'b0}};
    end else if (event_i) begin
      vector_q <= vector_last ? {DIM_W{1'b0}} : vector_q + ONE;
      if (vector_last) inner_q <= inner_last ? {TILE_W{1'b0}} : inner_q + TILE_ONE;
      if (vector_last & inner_last) outer_q <= outer_q + TILE_ONE;
    end
  end

  assign inner_o = inner_q;
  assign outer_o = outer_q;

  wire unused_high = &{1'b0, last_tile, 1'b0};

endmodule

`default_nettype wire
