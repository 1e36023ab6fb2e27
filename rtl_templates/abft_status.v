// SPDX-License-Identifier: Apache-2.0
// <%name%>_abft_status: the registers of the array checksum.
//
// Contract   fail_i marks checks that failed in this cycle: [0] FPROP, [1] DGRAD, [2] WGRAD, with their tiles; [0] and
//            [1] are never both set. status_o: [0] a check failed since the last clear, [3:1] which, [5:4] the kind of
//            the first (0 FPROP, 1 DGRAD, 2 WGRAD; DGRAD comes before WGRAD in the same cycle). tile_o: the tile of
//            the first, mt in [15:0] and nt in [31:16]. errors_o: how many failed, modulo 2^32. clear_i sets all of
//            them to 0, but a check that fails in that cycle counts.
// Parameters TILE_W bits of a tile number, at most 16.
// Reset      Synchronous: all 0.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_abft_status #(
    parameter TILE_W = <%abft_tile_w%>
) (
    input  wire              clk_i,
    input  wire              rst_ni,
    input  wire              clear_i,
    input  wire [       2:0] fail_i,
    input  wire [TILE_W-1:0] psum_mt_i,
    input  wire [TILE_W-1:0] psum_nt_i,
    input  wire [TILE_W-1:0] wgrad_mt_i,
    input  wire [TILE_W-1:0] wgrad_nt_i,
    output wire [      31:0] status_o,
    output wire [      31:0] tile_o,
    output reg  [      31:0] errors_o
);

  reg  [       2:0] failed_q;
  reg  [       1:0] kind_q;
  reg  [TILE_W-1:0] mt_q;
  reg  [TILE_W-1:0] nt_q;
  wire              psum = fail_i[0] | fail_i[1];
  wire              fresh = clear_i | (failed_q == 3'd0);
  wire [       1:0] count = {psum & fail_i[2], psum ^ fail_i[2]};

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      failed_q <= 3'd0;
      kind_q   <= 2'd0;
      mt_q     <= {TILE_W{1'b0}};
      nt_q     <= {TILE_W{1'b0}};
      errors_o <= 32'd0;
    end else begin
      failed_q <= ({3{~clear_i}} & failed_q) | fail_i;
      errors_o <= ({32{~clear_i}} & errors_o) + {30'd0, count};
      if (fresh) begin
        kind_q <= fail_i[0] ? 2'd0 : fail_i[1] ? 2'd1 : {fail_i[2], 1'b0};
        mt_q   <= psum ? psum_mt_i : {TILE_W{fail_i[2]}} & wgrad_mt_i;
        nt_q   <= psum ? psum_nt_i : {TILE_W{fail_i[2]}} & wgrad_nt_i;
      end
    end
  end

  wire [31:0] mt = {{(32 - TILE_W) {1'b0}}, mt_q};
  wire [31:0] nt = {{(32 - TILE_W) {1'b0}}, nt_q};

  assign status_o = {26'd0, kind_q, failed_q, failed_q != 3'd0};
  assign tile_o   = (nt << 16) | mt;

endmodule

`default_nettype wire
