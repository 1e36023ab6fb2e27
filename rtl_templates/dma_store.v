// SPDX-License-Identifier: Apache-2.0
// <%name%>_dma_store: runs STORE descriptors: banks to memory.
//
// Contract   start_i (only while ready_o is 1) takes a descriptor, also while those before it wait for responses. A
//            beat is read from the banks in the cycle in which st_valid_o and st_ready_i are 1; its data are there
//            in the next one. Bytes of lanes that are not valid, and of the filling, become 0. done_o lasts one
//            cycle, with signal_o: the last response to the descriptor came. index_o is the oldest descriptor that
//            is not done.
// Latency    start_i to the first region: 1 cycle; to the first read: 2. Read to beat_valid_o: 2. One beat a cycle.
// Parameters DATA_W, ADDRESS_BITS, ADDR_W, GROUP_W, BEATS_W, LANES_W, SHIFT = log2 of the bytes of a beat.
// Reset      Synchronous: idle.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_dma_store #(
    parameter DATA_W       = <%data_bits%>,
    parameter ADDRESS_BITS = <%address_bits%>,
    parameter ADDR_W       = <%addr_w%>,
    parameter GROUP_W      = <%group_w%>,
    parameter BEATS_W      = <%beats_w%>,
    parameter LANES_W      = <%lanes_w%>,
    parameter SHIFT        = <%beat_shift%>
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
    input  wire [     LANES_W-1:0] last_lanes_i,
    input  wire [ADDRESS_BITS-1:0] addr_i,
    input  wire [            31:0] block_stride_i,
    input  wire [     BEATS_W-1:0] block_beats_i,
    input  wire [             2:0] signal_i,
    input  wire [            15:0] index_i,
    output wire                    busy_o,
    output wire                    done_o,
    output wire [             2:0] signal_o,
    output wire [            15:0] index_o,
    // Regions, their beats, and the response to the last of them.
    output wire                    region_valid_o,
    input  wire                    region_ready_i,
    output wire [ADDRESS_BITS-1:0] region_addr_o,
    output wire [     BEATS_W-1:0] region_beats_o,
    output wire                    region_last_o,
    output wire                    beat_valid_o,
    input  wire                    beat_ready_i,
    output wire [      DATA_W-1:0] beat_data_o,
    input  wire                    last_done_i,
    // Banks.
    output wire                    st_valid_o,
    input  wire                    st_ready_i,
    output wire [             7:0] st_buffer_o,
    output wire [     GROUP_W-1:0] st_group_o,
    output wire [      ADDR_W-1:0] st_addr_o,
    input  wire [      DATA_W-1:0] st_data_i
);

  localparam STRB_W = DATA_W / 8;
  // Bytes of a vector as {beat, byte in the beat}.
  localparam BYTES_W = (LANES_W + 3 > GROUP_W + SHIFT + 1) ? LANES_W + 3 : GROUP_W + SHIFT + 1;
  localparam BEAT_W = BYTES_W - SHIFT;

  wire               regions_ready;
  wire               jobs_ready;
  wire               infos_ready;
  wire               unused_jobs_busy;
  wire               valid;
  wire               unused_last;
  wire [LANES_W-1:0] lanes;
  wire [        2:0] unused_signal;
  wire [       15:0] unused_index;
  wire               step = st_valid_o & st_ready_i;

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
      .region_last_o (region_last_o)
  );

  <%name%>_dma_beats #(
      .ADDR_W (ADDR_W),
      .GROUP_W(GROUP_W),
      .LANES_W(LANES_W)
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
      .last_lanes_i (last_lanes_i),
      .signal_i     (signal_i),
      .index_i      (index_i),
      .busy_o       (unused_jobs_busy),
      .valid_o      (valid),
      .step_i       (step),
      .buffer_o     (st_buffer_o),
      .group_o      (st_group_o),
      .addr_o       (st_addr_o),
      .lanes_o      (lanes),
      .last_o       (unused_last),
      .signal_o     (unused_signal),
      .index_o      (unused_index)
  );

  // Descriptors that wait for their last response.
  <%name%>_fifo #(
      .WIDTH(19),
      .DEPTH(4),
      .PTR_W(2),
      .CNT_W(3)
  ) u_infos (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (start_i),
      .in_ready_o (infos_ready),
      .in_data_i  ({signal_i, index_i}),
      .out_valid_o(busy_o),
      .out_ready_i(last_done_i),
      .out_data_o ({signal_o, index_o})
  );

  assign ready_o = regions_ready & jobs_ready & infos_ready;
  assign done_o  = busy_o & last_done_i;

  // A read needs a place in the queue of beats.
  reg  [2:0] places_q;
  wire       beat_taken = beat_valid_o & beat_ready_i;

  assign st_valid_o = valid & (places_q != 3'd0);

  always @(posedge clk_i) begin
    if (!rst_ni) places_q <= 3'd4;
    else if (step & ~beat_taken) places_q <= places_q - 3'd1;
    else if (beat_taken & ~step) places_q <= places_q + 3'd1;
  end

  // Valid bytes of the vector, and with that of the beat.
  reg  [        1:0] byte_shift;

  always @* begin
    byte_shift = 2'd0;
    case (st_buffer_o)
<%#bus_buffers%>
      <%one_hot%>: byte_shift = 2'd<%byte_shift%>;
<%/bus_buffers%>
      default: begin
      end
    endcase
  end

  wire [BYTES_W-1:0] lanes_wide = {{(BYTES_W - LANES_W) {1'b0}}, lanes};
  wire [BYTES_W-1:0] bytes = lanes_wide << byte_shift;
  wire [ BEAT_W-1:0] beat = {{(BEAT_W - GROUP_W) {1'b0}}, st_group_o};
  wire               beat_full = beat < bytes[BYTES_W-1:SHIFT];
  wire               beat_part = beat == bytes[BYTES_W-1:SHIFT];
  reg  [ STRB_W-1:0] mask;
  reg  [ STRB_W-1:0] mask_q;
  reg                read_q;
  wire [ DATA_W-1:0] data;
  wire               unused_beats_ready;

  always @* begin
    mask = {STRB_W{1'b0}};
    if (beat_full) mask = {STRB_W{1'b1}};
    else if (beat_part) mask = ~({STRB_W{1'b1}} << bytes[SHIFT-1:0]);
  end

  always @(posedge clk_i) begin
    if (!rst_ni) read_q <= 1'b0;
    else read_q <= step;
    mask_q <= mask;
  end

  genvar b;
  generate
    for (b = 0; b < STRB_W; b = b + 1) begin : g_byte
      assign data[8*b+:8] = {8{mask_q[b]}} & st_data_i[8*b+:8];
    end
  endgenerate

  <%name%>_fifo #(
      .WIDTH(DATA_W),
      .DEPTH(4),
      .PTR_W(2),
      .CNT_W(3)
  ) u_data (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (read_q),
      .in_ready_o (unused_beats_ready),
      .in_data_i  (data),
      .out_valid_o(beat_valid_o),
      .out_ready_i(beat_ready_i),
      .out_data_o (beat_data_o)
  );

endmodule

`default_nettype wire
