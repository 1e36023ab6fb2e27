// SPDX-License-Identifier: Apache-2.0
// <%name%>_psum_writer: addresses for the partial sums that leave the array at the east (DX) or the
// south (Y), derived from the wavefront that carries them.
//
// Contract   start_i = 1 begins a command. From then on event_i = 1 marks a partial sum that leaves lane 0
//            in this cycle; they come in the order vector, inner tile, outer iteration. wr_o, wr_addr_o and
//            wr_lanes_o (lanes of the present tile that belong to the layer) answer in the same cycle and
//            feed the write bus of lane 0. The other inputs must not change while a command runs.
<%#training%>
//            wr_final_o marks words of the last outer iteration, if post_i is set; wr_tile_end_o the last
//            vector of a tile.
<%/training%>
// Parameters LANES, CNT_W bits that hold 0..LANES, DIM_W, ADDR_W.
// Reset      None: start_i comes before any use.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_psum_writer #(
    parameter LANES  = <%rows%>,
    parameter CNT_W  = <%row_cnt_w%>,
    parameter DIM_W  = <%dim_w%>,
    parameter ADDR_W = <%addr_w%>
) (
    input  wire              clk_i,
    input  wire              start_i,
    input  wire              event_i,
    input  wire [ DIM_W-1:0] batch_i,
    input  wire [ DIM_W-1:0] tiles_i,
    input  wire [ CNT_W-1:0] last_lanes_i,
    input  wire [ADDR_W-1:0] base_i,
<%#training%>
    input  wire [ DIM_W-1:0] outer_tiles_i,
    input  wire              post_i,
    output wire              wr_final_o,
    output wire              wr_tile_end_o,
<%/training%>
    output wire              wr_o,
    output wire [ADDR_W-1:0] wr_addr_o,
    output wire [ CNT_W-1:0] wr_lanes_o
);

  localparam [CNT_W-1:0] ALL_LANES = LANES;
  localparam [DIM_W-1:0] ONE = 1;
  localparam [ADDR_W-1:0] ADDR_ONE = 1;

  reg [DIM_W-1:0] vector_q;
  reg [DIM_W-1:0] tile_q;
  reg [ADDR_W-1:0] addr_q;

  wire vector_last = vector_q == batch_i - ONE;
  wire tile_last = tile_q == tiles_i - ONE;

  always @(posedge clk_i) begin
    if (start_i | (event_i & vector_last & tile_last)) begin
      vector_q <= {DIM_W{1'b0}};
      tile_q   <= {DIM_W{1'b0}};
      addr_q   <= base_i;
    end else if (event_i) begin
      vector_q <= vector_last ? {DIM_W{1'b0}} : vector_q + ONE;
      tile_q   <= vector_last ? tile_q + ONE : tile_q;
      addr_q   <= addr_q + ADDR_ONE;
    end
  end

<%#training%>
  reg [DIM_W-1:0] outer_q;

  always @(posedge clk_i) begin
    if (start_i) outer_q <= {DIM_W{1'b0}};
    else if (event_i & vector_last & tile_last) outer_q <= outer_q + ONE;
  end

  assign wr_final_o    = post_i & (outer_q == outer_tiles_i - ONE);
  assign wr_tile_end_o = vector_last;
<%/training%>
  assign wr_o       = event_i;
  assign wr_addr_o  = addr_q;
  assign wr_lanes_o = tile_last ? last_lanes_i : ALL_LANES;

endmodule

`default_nettype wire
