// SPDX-License-Identifier: Apache-2.0
// psum_writer: every sum that is written lies in its buffer, in order
`default_nettype none

module psum_writer_formal #(
    parameter LANES = `P_LANES,
    parameter CW    = `P_CNT_W,
    parameter D     = `P_DIM_W,
    parameter A     = `P_ADDR_W
) (
    input wire          clk,
    input wire          start,
    input wire          ev,
    input wire [ D-1:0] batch,
    input wire [ D-1:0] tiles,
    input wire [ D-1:0] outer_tiles,
    input wire [CW-1:0] last_lanes,
    input wire [ A-1:0] base,
    input wire          post
);

  wire wr, wr_final, wr_tile_end;
  wire [A-1:0] addr;
  wire [CW-1:0] lanes;

  dut_psum_writer u_dut (
`ifdef TRAINING
      .outer_tiles_i(outer_tiles),
      .post_i(post),
      .wr_final_o(wr_final),
      .wr_tile_end_o(wr_tile_end),
`endif
      .clk_i(clk),
      .start_i(start),
      .event_i(ev),
      .batch_i(batch),
      .tiles_i(tiles),
      .last_lanes_i(last_lanes),
      .base_i(base),
      .wr_o(wr),
      .wr_addr_o(addr),
      .wr_lanes_o(lanes)
  );

  localparam W = 2 * D + 4;
  reg begun = 0, live = 0;
  always @(posedge clk) begin
    begun <= 1;
    live <= live || start;
  end
  // The command: does not change while it runs, and fits (planner.v).
  wire [W-1:0] top = base + tiles * batch;
  always @* begin
    assume (begun || start);
    assume (batch != 0 && tiles != 0 && outer_tiles != 0);
    assume (last_lanes != 0 && last_lanes <= LANES);
    assume (top <= (1 << A));
    if (!live) assume (!ev);
  end
  always @(posedge clk)
    if (begun && !start) assume ($stable({batch, tiles, outer_tiles, last_lanes, base, post}));

  // Where the sums are: vector, tile, round.
  reg [D-1:0] vector, tile, round;
  always @(posedge clk)
    if (start) {vector, tile, round} <= 0;
    else if (ev) begin
      vector <= vector == batch - 1 ? 0 : vector + 1;
      if (vector == batch - 1) tile <= tile == tiles - 1 ? 0 : tile + 1;
      if (vector == batch - 1 && tile == tiles - 1) round <= round + 1;
    end
  wire [A-1:0] in_addr;  // inside: u_dut.addr_q
  wire [D-1:0] in_vector;  // inside: u_dut.vector_q
  wire [D-1:0] in_tile;  // inside: u_dut.tile_q
`ifdef TRAINING
  wire [D-1:0] in_outer;  // inside(TRAINING): u_dut.outer_q
`endif

  always @(posedge clk) if (begun && live && !start) begin
    assert (vector < batch && tile < tiles);
    assert (in_vector == vector && in_tile == tile);
    assert (in_addr == base + tile * batch + vector);
    assert (wr == ev);
    if (ev) begin
      assert (addr >= base && addr < top);
      assert (addr == base + tile * batch + vector);
      assert (lanes == (tile == tiles - 1 ? last_lanes : LANES));
`ifdef TRAINING
      assert (in_outer == round);
      assert (wr_final == (post && round == outer_tiles - 1));
      assert (wr_tile_end == (vector == batch - 1));
`endif
    end
`ifdef TRAINING
    assert (in_outer == round);
`endif
    cover (ev && tile == 1 && tile == tiles - 1 && vector == 2);
    cover (ev && round == 1);
  end

endmodule

`default_nettype wire
