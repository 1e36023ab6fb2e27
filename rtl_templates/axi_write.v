// SPDX-License-Identifier: Apache-2.0
// <%name%>_axi_write: write channels of the AXI4 master.
//
// Contract   Regions are cut into bursts by `burst`; beats of data come in the same order. At most 8 bursts are
//            outstanding, those offered included. A beat is never offered before the address of its burst, and does
//            not wait for it to be taken. BREADY is always 1. last_done_o: the response to the last burst of a
//            region that was taken with region_last_i came; error_o: a response with an error (error_decerr_o).
//            flush_i: regions are forgotten, what is offered stays offered, beats that are still owed have strobes
//            0, and responses are taken and ignored. forget_i, with flush_i: nothing is owed or outstanding any
//            more. After renew_i (a soft reset) the id changes as soon as nothing is outstanding.
//            A new region comes only when busy_o is 0 after a flush.
// Latency    Region to AWVALID: 2 cycles. Beat to WVALID: 1 cycle.
// Parameters DATA_W, ADDRESS_BITS, BEATS_W (holds the beats of a region), SHIFT = log2 of the bytes of a beat.
// Reset      Synchronous: nothing offered, nothing outstanding.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_axi_write #(
    parameter DATA_W       = <%data_bits%>,
    parameter ADDRESS_BITS = <%address_bits%>,
    parameter BEATS_W      = <%beats_w%>,
    parameter SHIFT        = <%beat_shift%>
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    input  wire                    flush_i,
    input  wire                    forget_i,
    input  wire                    renew_i,
    output wire                    busy_o,
    output wire                    moved_o,
    output wire                    data_beat_o,
    // Regions and beats.
    input  wire                    region_valid_i,
    output wire                    region_ready_o,
    input  wire [ADDRESS_BITS-1:0] region_addr_i,
    input  wire [     BEATS_W-1:0] region_beats_i,
    input  wire                    region_last_i,
    input  wire                    beat_valid_i,
    output wire                    beat_ready_o,
    input  wire [      DATA_W-1:0] beat_data_i,
    output wire                    last_done_o,
    output wire                    error_o,
    output wire                    error_decerr_o,
    // AXI4.
    output wire                    awid_o,
    output wire [ADDRESS_BITS-1:0] awaddr_o,
    output wire [             7:0] awlen_o,
    output wire                    awvalid_o,
    input  wire                    awready_i,
    output wire [      DATA_W-1:0] wdata_o,
    output wire [    DATA_W/8-1:0] wstrb_o,
    output wire                    wlast_o,
    output wire                    wvalid_o,
    input  wire                    wready_i,
    input  wire                    bid_i,
    input  wire [             1:0] bresp_i,
    input  wire                    bvalid_i,
    output wire                    bready_o
);

  localparam STRB_W = DATA_W / 8;

  reg                     id_q;
  reg                     renew_q;
  reg                     drain_q;
  reg                     awvalid_q;
  reg  [             5:0] awlen_q;
  reg  [ADDRESS_BITS-1:0] awaddr_q;
  reg                     wvalid_q;
  reg                     wlast_q;
  reg  [      STRB_W-1:0] wstrb_q;
  reg  [      DATA_W-1:0] wdata_q;
  reg  [             3:0] out_q;  // bursts outstanding, from the offer on

  wire                    burst_valid;
  wire [ADDRESS_BITS-1:0] burst_addr;
  wire [             5:0] burst_len;
  wire                    burst_last;
  wire                    room = (out_q != 4'd8) & ~drain_q & ~flush_i & (~awvalid_q | awready_i);
  wire                    burst_go = burst_valid & room;
  wire                    forget_n = rst_ni & ~forget_i;

  <%name%>_burst #(
      .ADDRESS_BITS(ADDRESS_BITS),
      .BEATS_W     (BEATS_W),
      .SHIFT       (SHIFT)
  ) u_burst (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni & ~flush_i),
      .region_valid_i(region_valid_i),
      .region_ready_o(region_ready_o),
      .region_addr_i (region_addr_i),
      .region_beats_i(region_beats_i),
      .region_last_i (region_last_i),
      .burst_valid_o (burst_valid),
      .burst_ready_i (room),
      .burst_addr_o  (burst_addr),
      .burst_len_o   (burst_len),
      .burst_last_o  (burst_last)
  );

  // Lengths of the bursts whose beats are owed; never more than are outstanding.
  wire       len_valid;
  wire       len_take;
  wire [5:0] len;
  wire       unused_len_ready;

  <%name%>_fifo #(
      .WIDTH(6),
      .DEPTH(8),
      .PTR_W(3),
      .CNT_W(4)
  ) u_lens (
      .clk_i      (clk_i),
      .rst_ni     (forget_n),
      .in_valid_i (burst_go),
      .in_ready_o (unused_len_ready),
      .in_data_i  (burst_len),
      .out_valid_o(len_valid),
      .out_ready_i(len_take),
      .out_data_o (len)
  );

  // The burst whose beats are sent.
  reg        owed_q;
  reg  [5:0] owed_len_q;
  wire       beat_go = owed_q & (~wvalid_q | wready_i) & (beat_valid_i | drain_q);
  wire       burst_end = beat_go & (owed_len_q == 6'd0);

  assign len_take     = len_valid & (~owed_q | burst_end);
  assign beat_ready_o = owed_q & (~wvalid_q | wready_i) & ~drain_q;

  // Responses: bit 0 of the queue marks the last burst of a descriptor.
  wire       mine = bvalid_i & (bid_i == id_q) & (out_q != 4'd0);
  wire       last_flag;
  wire       unused_flag_ready;
  wire       unused_flag_valid;
  wire       none_left = (out_q == 4'd0) & ~burst_go;

  <%name%>_fifo #(
      .WIDTH(1),
      .DEPTH(8),
      .PTR_W(3),
      .CNT_W(4)
  ) u_flags (
      .clk_i      (clk_i),
      .rst_ni     (forget_n),
      .in_valid_i (burst_go),
      .in_ready_o (unused_flag_ready),
      .in_data_i  (burst_last),
      .out_valid_o(unused_flag_valid),
      .out_ready_i(mine),
      .out_data_o (last_flag)
  );

  assign last_done_o    = mine & last_flag & ~bresp_i[1] & ~drain_q;
  assign error_o        = mine & bresp_i[1] & ~drain_q;
  assign error_decerr_o = bresp_i[0];
  assign busy_o         = out_q != 4'd0;
  assign moved_o        = (awvalid_q & awready_i) | (wvalid_q & wready_i) | bvalid_i;
  assign data_beat_o    = wvalid_q & wready_i & ~drain_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      id_q      <= 1'b0;
      renew_q   <= 1'b0;
      drain_q   <= 1'b0;
      awvalid_q <= 1'b0;
      awlen_q   <= 6'd0;
      awaddr_q  <= {ADDRESS_BITS{1'b0}};
      wvalid_q  <= 1'b0;
      wlast_q   <= 1'b0;
      wstrb_q   <= {STRB_W{1'b0}};
      wdata_q   <= {DATA_W{1'b0}};
      owed_q    <= 1'b0;
      out_q     <= 4'd0;
    end else begin
      if (burst_go) begin
        awvalid_q <= 1'b1;
        awlen_q   <= burst_len;
        awaddr_q  <= burst_addr;
      end else if (awready_i | forget_i) begin
        awvalid_q <= 1'b0;
      end
      if (beat_go & ~forget_i) begin
        wvalid_q <= 1'b1;
        wlast_q  <= owed_len_q == 6'd0;
        wstrb_q  <= {STRB_W{~drain_q}};
        wdata_q  <= {DATA_W{~drain_q}} & beat_data_i;
      end else if (wready_i | forget_i) begin
        wvalid_q <= 1'b0;
      end
      if (forget_i) owed_q <= 1'b0;
      else if (len_take) owed_q <= 1'b1;
      else if (burst_end) owed_q <= 1'b0;
      if (forget_i) out_q <= 4'd0;
      else if (burst_go & ~mine) out_q <= out_q + 4'd1;
      else if (mine & ~burst_go) out_q <= out_q - 4'd1;
      drain_q <= (flush_i | drain_q) & ~none_left & ~forget_i;
      renew_q <= (renew_i | renew_q) & ~none_left & ~forget_i;
      if ((renew_i | renew_q) & (none_left | forget_i)) id_q <= ~id_q;
    end
  end

  always @(posedge clk_i) begin
    if (len_take) owed_len_q <= len;
    else if (beat_go) owed_len_q <= owed_len_q - 6'd1;
  end

  assign awid_o    = id_q;
  assign awaddr_o  = awaddr_q;
  assign awlen_o   = {2'b00, awlen_q};
  assign awvalid_o = awvalid_q;
  assign wdata_o   = wdata_q;
  assign wstrb_o   = wstrb_q;
  assign wlast_o   = wlast_q;
  assign wvalid_o  = wvalid_q;
  assign bready_o  = 1'b1;

endmodule

`default_nettype wire
