// SPDX-License-Identifier: Apache-2.0
// <%name%>_burst: cuts a region of memory into AXI4 bursts.
//
// Contract   A region is block_beats_i beats from address_i on (a multiple of the bytes of a beat), at least one. It
//            is taken when region_valid_i and region_ready_o are 1. Its bursts are offered in order: at most 64 beats,
//            none across a multiple of 4 KiB. burst_last_o is 1 with the last burst of a region that was taken
//            with region_last_i. The next region is taken in the cycle in which the last burst is.
// Parameters ADDRESS_BITS, BEATS_W (holds the beats of a region), SHIFT = log2 of the bytes of a beat.
// Reset      Synchronous: no region.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_burst #(
    parameter ADDRESS_BITS = <%address_bits%>,
    parameter BEATS_W      = <%beats_w%>,
    parameter SHIFT        = <%beat_shift%>
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    input  wire                    region_valid_i,
    output wire                    region_ready_o,
    input  wire [ADDRESS_BITS-1:0] region_addr_i,
    input  wire [     BEATS_W-1:0] region_beats_i,
    input  wire                    region_last_i,
    output wire                    burst_valid_o,
    input  wire                    burst_ready_i,
    output wire [ADDRESS_BITS-1:0] burst_addr_o,
    output wire [             5:0] burst_len_o,
    output wire                    burst_last_o
);

  // Beats of a 4 KiB page.
  localparam PAGE_W = 12 - SHIFT;

  reg                     valid_q;
  reg                     last_q;
  reg  [ADDRESS_BITS-1:0] addr_q;
  reg  [     BEATS_W-1:0] left_q;  // beats, less 1

  // All lengths are less 1: in the page, in the region, in a burst.
  wire [      PAGE_W-1:0] page_left = ~addr_q[11:SHIFT];
  wire [             5:0] page_len = (|page_left[PAGE_W-1:6]) ? 6'd63 : page_left[5:0];
  wire [             5:0] left_len = (|left_q[BEATS_W-1:6]) ? 6'd63 : left_q[5:0];
  wire [             5:0] len = (page_len < left_len) ? page_len : left_len;
  wire [             6:0] beats = {1'b0, len} + 7'd1;
  wire                    final_burst = left_q == {{(BEATS_W - 6) {1'b0}}, len};
  wire                    go = valid_q & burst_ready_i;

  assign region_ready_o = ~valid_q | (burst_ready_i & final_burst);
  assign burst_valid_o  = valid_q;
  assign burst_addr_o   = addr_q;
  assign burst_len_o    = len;
  assign burst_last_o   = final_burst & last_q;

  always @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else if (region_valid_i & region_ready_o) valid_q <= 1'b1;
    else if (go & final_burst) valid_q <= 1'b0;
  end

  always @(posedge clk_i) begin
    if (region_valid_i & region_ready_o) begin
      addr_q <= region_addr_i;
      left_q <= region_beats_i - {{(BEATS_W - 1) {1'b0}}, 1'b1};
      last_q <= region_last_i;
    end else if (go) begin
      addr_q <= addr_q + ({{(ADDRESS_BITS - 7) {1'b0}}, beats} << SHIFT);
      left_q <= left_q - {{(BEATS_W - 7) {1'b0}}, beats};
    end
  end

endmodule

`default_nettype wire
