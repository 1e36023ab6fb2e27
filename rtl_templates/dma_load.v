// SPDX-License-Identifier: Apache-2.0
// <%name%>_dma_load: runs LOAD descriptors: memory to banks.
//
// Contract   start_i (only while ready_o is 1) takes a descriptor. Its regions are asked for at once, while data of
//            those before it may still come. A beat goes to the banks in the cycle in which ld_valid_o and
//            ld_ready_i are 1. done_o lasts one cycle, with signal_o: all beats of the descriptor were written.
//            error_o: the beat at hand was read with an error (error_decerr_o); it is not written, and nothing
//            goes on until reset. index_o is the descriptor at hand.
// Latency    start_i to the first region: 1 cycle. One beat a cycle.
// Parameters DATA_W, ADDRESS_BITS, ADDR_W, GROUP_W, BEATS_W.
// Reset      Synchronous: idle.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_dma_load #(
    parameter DATA_W       = <%data_bits%>,
    parameter ADDRESS_BITS = <%address_bits%>,
    parameter ADDR_W       = <%addr_w%>,
    parameter GROUP_W      = <%group_w%>,
    parameter BEATS_W      = <%beats_w%>
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    output wire                    ready_o,
    input  wire                    start_i,
    input  wire [             7:0] buffer_i,
    input  wire [      ADDR_W-1:0] base_i,
    input  wire [            15:0] vectors_i,
    input  wire [            15:0] blocks_i,
    input  wire [      ADDR_W-1:0] bank_stride_i,
    input  wire [ADDRESS_BITS-1:0] addr_i,
    input  wire [            31:0] block_stride_i,
    input  wire [     BEATS_W-1:0] block_beats_i,
    input  wire [             2:0] signal_i,
    input  wire [            15:0] index_i,
    output wire                    busy_o,
    output wire                    done_o,
    output wire [             2:0] signal_o,
    output wire [            15:0] index_o,
    output wire                    error_o,
    output wire                    error_decerr_o,
    // Regions, and their beats.
    output wire                    region_valid_o,
    input  wire                    region_ready_i,
    output wire [ADDRESS_BITS-1:0] region_addr_o,
    output wire [     BEATS_W-1:0] region_beats_o,
    input  wire                    beat_valid_i,
    output wire                    beat_ready_o,
    input  wire [      DATA_W-1:0] beat_data_i,
    input  wire [             1:0] beat_resp_i,
    // Banks.
    output wire                    ld_valid_o,
    input  wire                    ld_ready_i,
    output wire [             7:0] ld_buffer_o,
    output wire [     GROUP_W-1:0] ld_group_o,
    output wire [      ADDR_W-1:0] ld_addr_o,
    output wire [      DATA_W-1:0] ld_data_o
);

  wire regions_ready;
  wire unused_region_last;
  wire jobs_ready;
  wire jobs_busy;
  wire valid;
  wire last;

  <%name%>_dma_regions #(
      .ADDRESS_BITS(ADDRESS_BITS),
      .BEATS_W     (BEATS_W)
  ) u_regions (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .ready_o       (regions_ready),
      .start_i       (start_i),
      .addr_i        (addr_i),
      .blocks_i      (blocks_i),
      .block_stride_i(block_stride_i),
      .block_beats_i (block_beats_i),
      .region_valid_o(region_valid_o),
      .region_ready_i(region_ready_i),
      .region_addr_o (region_addr_o),
      .region_beats_o(region_beats_o),
      .region_last_o (unused_region_last)
  );

  wire [<%lanes_w%>-1:0] unused_lanes;

  <%name%>_dma_beats #(
      .ADDR_W (ADDR_W),
      .GROUP_W(GROUP_W)
  ) u_beats (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .in_valid_i   (start_i),
      .in_ready_o   (jobs_ready),
      .buffer_i     (buffer_i),
      .base_i       (base_i),
      .vectors_i    (vectors_i),
      .blocks_i     (blocks_i),
      .bank_stride_i(bank_stride_i),
      .last_lanes_i ({<%lanes_w%>{1'b0}}),
      .signal_i     (signal_i),
      .index_i      (index_i),
      .busy_o       (jobs_busy),
      .valid_o      (valid),
      .step_i       (beat_ready_o),
      .buffer_o     (ld_buffer_o),
      .group_o      (ld_group_o),
      .addr_o       (ld_addr_o),
      .lanes_o      (unused_lanes),
      .last_o       (last),
      .signal_o     (signal_o),
      .index_o      (index_o)
  );

  assign ready_o        = regions_ready & jobs_ready;
  assign busy_o         = jobs_busy;
  assign ld_valid_o     = valid & beat_valid_i & ~beat_resp_i[1];
  assign ld_data_o      = beat_data_i;
  assign beat_ready_o   = ld_valid_o & ld_ready_i;
  assign done_o         = beat_ready_o & last;
  assign error_o        = valid & beat_valid_i & beat_resp_i[1];
  assign error_decerr_o = beat_resp_i[0];

endmodule

`default_nettype wire
