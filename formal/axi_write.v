// SPDX-License-Identifier: Apache-2.0
// axi_write: AXI4 rules for AW, W and B, each burst answered once
// Flushes and soft resets come at any time. The slave answers each burst once, after its address and its last beat were
// taken. An arbitrary burst is followed from its address to its response.
`default_nettype none

module axi_write_formal #(
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
    input wire                    region_valid,
    input wire [ADDRESS_BITS-1:0] region_addr,
    input wire [     BEATS_W-1:0] region_beats,
    input wire                    region_last,
    input wire                    beat_valid,
    input wire [      DATA_W-1:0] beat_data,
    input wire                    awready,
    input wire                    wready,
    input wire                    bid,
    input wire [             1:0] bresp,
    input wire                    bvalid
);

  wire busy, moved, data_beat, region_ready, beat_ready, last_done, error, decerr, awid, awvalid, wlast, wvalid, bready;
  wire [ADDRESS_BITS-1:0] awaddr;
  wire [7:0] awlen;
  wire [DATA_W-1:0] wdata;
  wire [DATA_W/8-1:0] wstrb;

  dut_axi_write #(
      .DATA_W      (DATA_W),
      .ADDRESS_BITS(ADDRESS_BITS),
      .BEATS_W     (BEATS_W),
      .SHIFT       (SHIFT)
  ) u_dut (
      .clk_i         (clk),
      .rst_ni        (rst_n),
      .flush_i       (flush),
      .forget_i      (forget),
      .renew_i       (renew),
      .busy_o        (busy),
      .moved_o       (moved),
      .data_beat_o   (data_beat),
      .region_valid_i(region_valid),
      .region_ready_o(region_ready),
      .region_addr_i (region_addr),
      .region_beats_i(region_beats),
      .region_last_i (region_last),
      .beat_valid_i  (beat_valid),
      .beat_ready_o  (beat_ready),
      .beat_data_i   (beat_data),
      .last_done_o   (last_done),
      .error_o       (error),
      .error_decerr_o(decerr),
      .awid_o        (awid),
      .awaddr_o      (awaddr),
      .awlen_o       (awlen),
      .awvalid_o     (awvalid),
      .awready_i     (awready),
      .wdata_o       (wdata),
      .wstrb_o       (wstrb),
      .wlast_o       (wlast),
      .wvalid_o      (wvalid),
      .wready_i      (wready),
      .bid_i         (bid),
      .bresp_i       (bresp),
      .bvalid_i      (bvalid),
      .bready_o      (bready)
  );

  wire in_drain;  // inside: u_dut.drain_q
  wire [3:0] in_out;  // inside: u_dut.out_q
  wire in_owed;  // inside: u_dut.owed_q
  wire [5:0] in_owed_len;  // inside: u_dut.owed_len_q
  wire in_go;  // inside: u_dut.burst_go
  wire [5:0] in_len;  // inside: u_dut.burst_len
  wire in_last;  // inside: u_dut.burst_last
  wire in_take;  // inside: u_dut.len_take
  wire in_beat;  // inside: u_dut.beat_go
  wire in_valid;  // inside: u_dut.u_burst.valid_q
  wire [ADDRESS_BITS-1:0] in_addr;  // inside: u_dut.u_burst.addr_q
  wire [3:0] in_len_count;  // inside: u_dut.u_lens.count_q
  wire [2:0] in_len_wr;  // inside: u_dut.u_lens.wr_ptr_q
  wire [2:0] in_len_rd;  // inside: u_dut.u_lens.rd_ptr_q
  wire [5:0] in_len0;  // inside: u_dut.u_lens.mem[0]
  wire [5:0] in_len1;  // inside: u_dut.u_lens.mem[1]
  wire [5:0] in_len2;  // inside: u_dut.u_lens.mem[2]
  wire [5:0] in_len3;  // inside: u_dut.u_lens.mem[3]
  wire [5:0] in_len4;  // inside: u_dut.u_lens.mem[4]
  wire [5:0] in_len5;  // inside: u_dut.u_lens.mem[5]
  wire [5:0] in_len6;  // inside: u_dut.u_lens.mem[6]
  wire [5:0] in_len7;  // inside: u_dut.u_lens.mem[7]
  wire [3:0] in_flag_count;  // inside: u_dut.u_flags.count_q
  wire [2:0] in_flag_wr;  // inside: u_dut.u_flags.wr_ptr_q
  wire [2:0] in_flag_rd;  // inside: u_dut.u_flags.rd_ptr_q
  wire in_flag0;  // inside: u_dut.u_flags.mem[0]
  wire in_flag1;  // inside: u_dut.u_flags.mem[1]
  wire in_flag2;  // inside: u_dut.u_flags.mem[2]
  wire in_flag3;  // inside: u_dut.u_flags.mem[3]
  wire in_flag4;  // inside: u_dut.u_flags.mem[4]
  wire in_flag5;  // inside: u_dut.u_flags.mem[5]
  wire in_flag6;  // inside: u_dut.u_flags.mem[6]
  wire in_flag7;  // inside: u_dut.u_flags.mem[7]

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* if (!begun) assume (!rst_n);

  // Bursts are numbered modulo 16, which is twice as many as are outstanding: the next one that is offered, whose
  // length is taken from the queue, whose address is taken, whose beats are made, whose beats are on the bus, whose
  // response comes.
  (* anyconst *) reg [3:0] number;
  reg [3:0] offered, started, addressed, made, sent, answered;
  reg [5:0] made_beats, sent_beats;
  reg [5:0] len;  // of the burst that is followed
  reg       last;
  reg       last_flag, last_drain;
  reg [DATA_W-1:0] last_data;
  wire      w_taken = wvalid && wready;
  wire      b_taken = bvalid && bready && bid == awid;
  wire [3:0] outstanding = offered - answered;
  wire [3:0] age = number - answered;  // of the burst that is followed, if below outstanding
  wire [3:0] unsent = offered - sent;

  always @(posedge clk) begin
    if (!rst_n || forget) begin
      offered <= 0;
      started <= 0;
      addressed <= 0;
      made <= 0;
      sent <= 0;
      answered <= 0;
      made_beats <= 0;
      sent_beats <= 0;
    end else begin
      offered <= offered + in_go;
      started <= started + in_take;
      addressed <= addressed + (awvalid && awready);
      if (in_beat) begin
        made <= made + (in_owed_len == 0);
        made_beats <= in_owed_len == 0 ? 0 : made_beats + 1;
      end
      if (w_taken) begin
        sent <= sent + wlast;
        sent_beats <= wlast ? 0 : sent_beats + 1;
      end
      answered <= answered + b_taken;
    end
    if (in_go && offered == number) begin
      len <= in_len;
      last <= in_last;
    end
  end

  always @* begin
    assume (!forget || flush);
    assume (!renew || flush);
    assume (region_addr[SHIFT-1:0] == 0);
    assume (region_beats != 0);
    if (in_drain) assume (!region_valid);
    // A response comes after its address and its last beat; answers to forgotten bursts have the other id.
    if (bvalid && bid == awid) assume (answered != addressed && answered != sent);
  end

  wire [5:0] in_len_kept =
      number[2] ? (number[1] ? (number[0] ? in_len7 : in_len6) : (number[0] ? in_len5 : in_len4))
                : (number[1] ? (number[0] ? in_len3 : in_len2) : (number[0] ? in_len1 : in_len0));
  wire in_flag_kept =
      number[2] ? (number[1] ? (number[0] ? in_flag7 : in_flag6) : (number[0] ? in_flag5 : in_flag4))
                : (number[1] ? (number[0] ? in_flag3 : in_flag2) : (number[0] ? in_flag1 : in_flag0));
  wire [3:0] queued = offered - started;
  wire [3:0] wait_start = number - started;

  always @*
    if (begun && rst_n) begin
      // Outstanding bursts.
      assert (outstanding <= 8);
      assert (in_out == outstanding);
      assert (busy == (outstanding != 0));
      assert (bready);
      // The stages follow each other.
      assert (queued <= outstanding && in_len_count == queued);
      assert (in_len_wr == offered[2:0] && in_len_rd == started[2:0]);
      assert (in_flag_count == outstanding && in_flag_wr == offered[2:0] && in_flag_rd == answered[2:0]);
      assert (addressed == offered - awvalid);
      if (awvalid) assert (outstanding != 0);
      assert (started == made + in_owed);
      if (!in_owed) assert (made_beats == 0);
      assert (unsent <= outstanding);
      if (wvalid) begin
        // Never before the address was offered.
        assert (unsent != 0);
        assert (made == sent + wlast);
        assert (wlast ? made_beats == 0 : made_beats == sent_beats + 6'd1);
      end else begin
        assert (made == sent && made_beats == sent_beats);
      end
      if (in_valid) assert (in_addr[SHIFT-1:0] == 0);
      // The burst that is followed: its length in the queue, its beats, its response.
      if (wait_start < queued) assert (in_len_kept == len);
      if (in_owed && made == number) assert ({1'b0, in_owed_len} + made_beats == {1'b0, len});
      if (wvalid && sent == number) assert (wlast == (sent_beats == len));
      if (age < outstanding) assert (in_flag_kept == last);
      if (b_taken && answered == number)
        assert (last_done == (last && !bresp[1] && !in_drain) && error == (bresp[1] && !in_drain));
      if (last_done || error) assert (b_taken);
      // Bursts as AXI4 wants them.
      if (awvalid) begin
        assert (awlen < 64);
        assert (awaddr[SHIFT-1:0] == 0);
        assert (awaddr[11:0] + ((awlen + 14'd1) << SHIFT) <= 4096);
      end
      if (wvalid) assert (&wstrb || !(|wstrb));
    end

  always @(posedge clk)
    if (begun) begin
      if ($past(!rst_n)) assert (!awvalid && !wvalid && !busy);
      if ($past(rst_n && awvalid && !awready && !forget))
        assert (awvalid && $stable({awaddr, awlen, awid}));
      if ($past(rst_n && wvalid && !wready && !forget))
        assert (wvalid && $stable({wdata, wstrb, wlast}));
      // The beats are those that came, whole; after a flush they are empty.
      if (rst_n && $past(rst_n && beat_valid && beat_ready && !forget))
        assert (wvalid && &wstrb && wdata == $past(beat_data));
      if (rst_n && $past(rst_n && in_drain && !(wvalid && !wready)) && wvalid) assert (wstrb == 0);
      // Nothing is asked for in the cycle after a flush, or while draining.
      if (rst_n && $past(rst_n && (flush || in_drain) && (!awvalid || awready))) assert (!awvalid);
      if (rst_n && $past(rst_n && flush)) assert (in_drain || !busy);
      if (rst_n && in_drain) assert (busy || $past(busy));
      if (rst_n && $past(rst_n && forget)) assert (!busy && !in_drain && !awvalid && !wvalid);
      // The id changes only when nothing is outstanding.
      if (rst_n && $past(rst_n && busy && !forget) && busy) assert ($stable(awid));
      if (rst_n && $past(rst_n && renew && (forget || !busy))) assert (awid != $past(awid));
      cover (rst_n && outstanding == 8);
      cover (rst_n && wvalid && wready && wlast && $past(wvalid && wready && wlast));
      cover (rst_n && $past(in_drain) && !in_drain && $past(wvalid && wstrb == 0, 2));
      cover (rst_n && last_done && $past(rst_n && last_done));
      cover (rst_n && wvalid && awvalid && !$past(awvalid));  // data as soon as the address
      cover (rst_n && error && decerr);
    end

endmodule

`default_nettype wire
