// SPDX-License-Identifier: Apache-2.0
// <%name%>_dma_regions: the regions of memory that a LOAD or a STORE goes over, one a block.
//
// Contract   start_i (only while ready_o is 1) takes a descriptor. Its blocks are offered in order; region_last_o is 1
//            with the last one.
// Latency    First region: the cycle after start_i; then one a cycle.
// Parameters ADDRESS_BITS, BEATS_W (holds the beats of a block).
// Reset      Synchronous: no descriptor.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_dma_regions #(
    parameter ADDRESS_BITS = <%address_bits%>,
    parameter BEATS_W      = <%beats_w%>
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    output wire                    ready_o,
    input  wire                    start_i,
    input  wire [ADDRESS_BITS-1:0] addr_i,
    input  wire [            15:0] blocks_i,
    input  wire [            31:0] block_stride_i,
    input  wire [     BEATS_W-1:0] block_beats_i,
    output wire                    region_valid_o,
    input  wire                    region_ready_i,
    output wire [ADDRESS_BITS-1:0] region_addr_o,
    output wire [     BEATS_W-1:0] region_beats_o,
    output wire                    region_last_o
);

  reg                     valid_q;
  reg  [            15:0] left_q;
  reg  [ADDRESS_BITS-1:0] addr_q;
  reg  [            31:0] stride_q;
  reg  [     BEATS_W-1:0] beats_q;
  wire [ADDRESS_BITS-1:0] stride;

  generate
    if (ADDRESS_BITS > 32) begin : g_wide
      assign stride = {{(ADDRESS_BITS - 32) {1'b0}}, stride_q};
    end else begin : g_narrow
      assign stride = stride_q;
    end
  endgenerate

  assign ready_o        = ~valid_q;
  assign region_valid_o = valid_q;
  assign region_addr_o  = addr_q;
  assign region_beats_o = beats_q;
  assign region_last_o  = left_q == 16'd1;

  always @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else if (start_i) valid_q <= 1'b1;
    else if (region_ready_i & region_last_o) valid_q <= 1'b0;
  end

  always @(posedge clk_i) begin
    if (start_i) begin
      left_q   <= blocks_i;
      addr_q   <= addr_i;
      stride_q <= block_stride_i;
      beats_q  <= block_beats_i;
    end else if (region_ready_i) begin
      left_q <= left_q - 16'd1;
      addr_q <= addr_q + stride;
    end
  end

endmodule

`default_nettype wire
