// SPDX-License-Identifier: Apache-2.0
// axi_read: AXI4 rules for AR and R, no beat lost, right client
// Flushes and soft resets come at any time. The answers are those of a slave that answers what was asked for, in any
// number of beats: only the last one counts here. What `burst` does is proved there.
`default_nettype none

module axi_read_formal #(
    parameter DATA_W       = `DATA_BITS,
    parameter ADDRESS_BITS = `ADDRESS_BITS,
    parameter BEATS_W      = 16,
    parameter SHIFT        = `BEAT_SHIFT
) (
    input wire                    clk,
    input wire                    rst_n,
    input wire                    flush,
    input wire                    forget,
    input wire                    renew,
    input wire                    fetch_valid,
    input wire [ADDRESS_BITS-1:0] fetch_addr,
    input wire                    region_valid,
    input wire [ADDRESS_BITS-1:0] region_addr,
    input wire [     BEATS_W-1:0] region_beats,
    input wire                    beat_ready,
    input wire                    arready,
    input wire [             1:0] rid,
    input wire [      DATA_W-1:0] rdata,
    input wire [             1:0] rresp,
    input wire                    rlast,
    input wire                    rvalid
);

  wire busy, data_busy, moved, fetch_ready, fetch_beat_valid, region_ready, data_beat, beat_valid, arvalid, rready;
  wire [DATA_W-1:0] beat_data;
  wire [1:0] beat_resp, arid;
  wire [ADDRESS_BITS-1:0] araddr;
  wire [7:0] arlen;

  dut_axi_read #(
      .DATA_W      (DATA_W),
      .ADDRESS_BITS(ADDRESS_BITS),
      .BEATS_W     (BEATS_W),
      .SHIFT       (SHIFT)
  ) u_dut (
      .clk_i             (clk),
      .rst_ni            (rst_n),
      .flush_i           (flush),
      .forget_i          (forget),
      .renew_i           (renew),
      .busy_o            (busy),
      .data_busy_o       (data_busy),
      .moved_o           (moved),
      .fetch_valid_i     (fetch_valid),
      .fetch_ready_o     (fetch_ready),
      .fetch_addr_i      (fetch_addr),
      .fetch_beat_valid_o(fetch_beat_valid),
      .region_valid_i    (region_valid),
      .region_ready_o    (region_ready),
      .region_addr_i     (region_addr),
      .region_beats_i    (region_beats),
      .data_beat_o       (data_beat),
      .beat_valid_o      (beat_valid),
      .beat_ready_i      (beat_ready),
      .beat_data_o       (beat_data),
      .beat_resp_o       (beat_resp),
      .arid_o            (arid),
      .araddr_o          (araddr),
      .arlen_o           (arlen),
      .arvalid_o         (arvalid),
      .arready_i         (arready),
      .rid_i             (rid),
      .rdata_i           (rdata),
      .rresp_i           (rresp),
      .rlast_i           (rlast),
      .rvalid_i          (rvalid),
      .rready_o          (rready)
  );

  wire in_drain;  // inside: u_dut.drain_q
  wire in_fetch;  // inside: u_dut.fetch_out_q
  wire [3:0] in_data;  // inside: u_dut.data_out_q
  wire [2:0] in_queued;  // inside: u_dut.u_beats.count_q
  wire [ADDRESS_BITS-1:0] in_addr;  // inside: u_dut.u_burst.addr_q
  wire in_valid;  // inside: u_dut.u_burst.valid_q

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* if (!begun) assume (!rst_n);

  // Bursts that were taken and have not ended, by id bit 0; with what is offered: outstanding.
  reg  [3:0] fetches_taken, loads_taken;
  wire       taken = arvalid && arready;
  wire       beat = rvalid && rready;
  wire       ours = rid[1] == arid[1];
  wire [3:0] fetches = fetches_taken + (arvalid && !arid[0]);
  wire [3:0] loads = loads_taken + (arvalid && arid[0]);

  always @(posedge clk) begin
    if (!rst_n || forget) begin
      fetches_taken <= 0;
      loads_taken <= 0;
    end else begin
      fetches_taken <= fetches_taken + (taken && !arid[0]) - (beat && ours && !rid[0] && rlast);
      loads_taken <= loads_taken + (taken && arid[0]) - (beat && ours && rid[0] && rlast);
    end
  end

  always @* begin
    assume (!forget || flush);
    assume (!renew || flush);
    assume (region_addr[SHIFT-1:0] == 0);
    assume (region_beats != 0);
    assume (fetch_addr[5:0] == 0);
    // After a flush requests come when the rest was answered.
    if (in_drain) assume (!fetch_valid && !region_valid);
    // The slave answers what it took; answers to forgotten bursts may come, with the other id.
    if (rvalid && ours) assume (rid[0] ? loads_taken != 0 : fetches_taken != 0);
  end

  always @*
    if (begun && rst_n) begin
      // Outstanding bursts, and what the design knows of them.
      assert (fetches_taken <= 1 && loads_taken <= 8);
      assert (fetches <= 1 && loads <= 8 && fetches + loads <= 8);
      assert (in_fetch == fetches && in_data == loads);
      assert (busy == (fetches != 0 || loads != 0));
      assert (data_busy == (loads != 0));
      if (in_valid) assert (in_addr[SHIFT-1:0] == 0);
      // Bursts as AXI4 wants them.
      if (arvalid) begin
        assert (arlen < 64);
        assert (araddr[SHIFT-1:0] == 0);
        assert (araddr[11:0] + ((arlen + 14'd1) << SHIFT) <= 4096);
        if (!arid[0]) assert (((arlen + 14'd1) << SHIFT) == 64);
      end
      // Beats go where they belong, and none does after a flush.
      assert (fetch_beat_valid == (beat && ours && !rid[0] && fetches_taken != 0 && !in_drain));
      assert (data_beat == (beat && ours && rid[0] && loads_taken != 0 && !in_drain));
      // No beat is taken that the queue has no place for; while draining all are taken.
      assert (in_queued <= 4);
      if (data_beat) assert (in_queued != 4);
      assert (rready == (in_drain || in_queued != 4));
    end

  always @(posedge clk)
    if (begun) begin
      if ($past(!rst_n)) assert (!arvalid && !busy);
      if ($past(rst_n && arvalid && !arready && !forget))
        assert (arvalid && $stable({araddr, arlen, arid}));
      // Nothing is asked for in the cycle after a flush, or while draining.
      if (rst_n && $past(rst_n && (flush || in_drain) && (!arvalid || arready))) assert (!arvalid);
      if (rst_n && $past(rst_n && flush)) assert (in_drain || !busy);
      if (rst_n && in_drain) assert (busy || $past(busy));
      if (rst_n && $past(rst_n && forget)) assert (!busy && !in_drain && !arvalid);
      // The id changes only when nothing is outstanding.
      if (rst_n && $past(rst_n && busy && !forget) && busy) assert ($stable(arid[1]));
      // A soft reset with nothing outstanding changes it at once.
      if (rst_n && $past(rst_n && renew && (forget || !busy))) assert (arid[1] != $past(arid[1]));
      cover (rst_n && in_data == 7 && in_fetch);
      cover (rst_n && $past(in_drain) && !in_drain && $past(in_data) == 1 && $past(beat));
      cover (rst_n && fetch_beat_valid && $past(data_beat, 1) && $past(fetch_beat_valid, 2));
      cover (rst_n && data_beat && beat_valid && beat_ready && $past(data_beat && beat_valid && beat_ready));
      cover (rst_n && renew && $past(renew && rst_n && busy, 3) && arid[1]);
    end

endmodule

`default_nettype wire
