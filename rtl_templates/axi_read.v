// SPDX-License-Identifier: Apache-2.0
// <%name%>_axi_read: read channels of the AXI4 master, for descriptors (id bit 0: 0) and data (1).
//
// Contract   Descriptors: one request is one burst of <%fetch_beats%> beats. Data: regions, cut into bursts by `burst`. At
//            most 8 bursts are outstanding, those offered included; descriptors come first. Beats of descriptors
//            go out as they come and must be taken; those of data through a small queue. RREADY does not depend
//            on RVALID. Beats of an id that has nothing outstanding are taken and ignored.
//            flush_i: requests are forgotten, an address that is offered stays offered, and what is outstanding
//            is taken and ignored. forget_i, with flush_i: nothing is outstanding any more. After renew_i (a
//            soft reset) bit 1 of the id changes as soon as nothing is outstanding.
//            A new request comes only when busy_o is 0 after a flush.
// Latency    Request to ARVALID: 1 cycle for descriptors, 2 for data. RVALID to beat_valid_o of data: 1 cycle.
// Parameters DATA_W, ADDRESS_BITS, BEATS_W (holds the beats of a region), SHIFT = log2 of the bytes of a beat.
// Reset      Synchronous: nothing offered, nothing outstanding.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_axi_read #(
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
    output wire                    data_busy_o,
    output wire                    moved_o,
    // Descriptors.
    input  wire                    fetch_valid_i,
    output wire                    fetch_ready_o,
    input  wire [ADDRESS_BITS-1:0] fetch_addr_i,
    output wire                    fetch_beat_valid_o,
    // Data.
    input  wire                    region_valid_i,
    output wire                    region_ready_o,
    input  wire [ADDRESS_BITS-1:0] region_addr_i,
    input  wire [     BEATS_W-1:0] region_beats_i,
    output wire                    data_beat_o,
    output wire                    beat_valid_o,
    input  wire                    beat_ready_i,
    output wire [      DATA_W-1:0] beat_data_o,
    output wire [             1:0] beat_resp_o,
    // AXI4.
    output wire [             1:0] arid_o,
    output wire [ADDRESS_BITS-1:0] araddr_o,
    output wire [             7:0] arlen_o,
    output wire                    arvalid_o,
    input  wire                    arready_i,
    input  wire [             1:0] rid_i,
    input  wire [      DATA_W-1:0] rdata_i,
    input  wire [             1:0] rresp_i,
    input  wire                    rlast_i,
    input  wire                    rvalid_i,
    output wire                    rready_o
);

  localparam [5:0] FETCH_LEN = 6'd<%fetch_last%>;

  reg                     id_q;
  reg                     renew_q;
  reg                     drain_q;
  reg                     arvalid_q;
  reg                     arid_q;
  reg  [             5:0] arlen_q;
  reg  [ADDRESS_BITS-1:0] araddr_q;
  reg                     fetch_out_q;  // bursts outstanding, from the offer on
  reg  [             3:0] data_out_q;

  wire                    burst_valid;
  wire                    burst_ready;
  wire [ADDRESS_BITS-1:0] burst_addr;
  wire [             5:0] burst_len;
  wire                    unused_last;

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
      .region_last_i (1'b0),
      .burst_valid_o (burst_valid),
      .burst_ready_i (burst_ready),
      .burst_addr_o  (burst_addr),
      .burst_len_o   (burst_len),
      .burst_last_o  (unused_last)
  );

  // Addresses.
  wire [3:0] outstanding = data_out_q + {3'd0, fetch_out_q};
  wire       room = (outstanding != 4'd8) & ~drain_q & ~flush_i & (~arvalid_q | arready_i);
  wire       fetch_go = fetch_valid_i & room & ~fetch_out_q;
  wire       data_go = burst_valid & room & ~fetch_go;

  assign fetch_ready_o = room & ~fetch_out_q;
  assign burst_ready   = room & ~fetch_go;

  // Beats. Those that come while draining belong to nobody.
  wire       mine = rvalid_i & rready_o & (rid_i[1] == id_q);
  wire       fetch_beat = mine & ~rid_i[0] & fetch_out_q;
  wire       data_beat = mine & rid_i[0] & (data_out_q != 4'd0);
  wire       fetch_end = fetch_beat & rlast_i;
  wire       data_end = data_beat & rlast_i;
  wire       beats_room;
  wire       none_left = (outstanding == 4'd0) & ~fetch_go & ~data_go;

  assign rready_o           = beats_room | drain_q;
  assign fetch_beat_valid_o = fetch_beat & ~drain_q;
  assign data_beat_o        = data_beat & ~drain_q;
  assign busy_o             = outstanding != 4'd0;
  assign data_busy_o        = data_out_q != 4'd0;
  assign moved_o            = (arvalid_q & arready_i) | (rvalid_i & rready_o);

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      id_q        <= 1'b0;
      renew_q     <= 1'b0;
      drain_q     <= 1'b0;
      arvalid_q   <= 1'b0;
      arid_q      <= 1'b0;
      arlen_q     <= 6'd0;
      araddr_q    <= {ADDRESS_BITS{1'b0}};
      fetch_out_q <= 1'b0;
      data_out_q  <= 4'd0;
    end else begin
      if (fetch_go | data_go) begin
        arvalid_q <= 1'b1;
        arid_q    <= data_go;
        arlen_q   <= fetch_go ? FETCH_LEN : burst_len;
        araddr_q  <= fetch_go ? fetch_addr_i : burst_addr;
      end else if (arready_i | forget_i) begin
        arvalid_q <= 1'b0;
      end
      if (fetch_go) fetch_out_q <= 1'b1;
      else if (fetch_end | forget_i) fetch_out_q <= 1'b0;
      if (forget_i) data_out_q <= 4'd0;
      else if (data_go & ~data_end) data_out_q <= data_out_q + 4'd1;
      else if (data_end & ~data_go) data_out_q <= data_out_q - 4'd1;
      drain_q <= (flush_i | drain_q) & ~none_left & ~forget_i;
      renew_q <= (renew_i | renew_q) & ~none_left & ~forget_i;
      if ((renew_i | renew_q) & (none_left | forget_i)) id_q <= ~id_q;
    end
  end

  <%name%>_fifo #(
      .WIDTH(DATA_W + 2),
      .DEPTH(4),
      .PTR_W(2),
      .CNT_W(3)
  ) u_beats (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni & ~flush_i),
      .in_valid_i (data_beat_o),
      .in_ready_o (beats_room),
      .in_data_i  ({rresp_i, rdata_i}),
      .out_valid_o(beat_valid_o),
      .out_ready_i(beat_ready_i),
      .out_data_o ({beat_resp_o, beat_data_o})
  );

  assign arid_o    = {id_q, arid_q};
  assign araddr_o  = araddr_q;
  assign arlen_o   = {2'b00, arlen_q};
  assign arvalid_o = arvalid_q;

endmodule

`default_nettype wire
