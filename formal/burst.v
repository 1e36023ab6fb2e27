// SPDX-License-Identifier: Apache-2.0
// burst: bursts without gap or overlap, none across 4 KiB
`default_nettype none

module burst_formal #(
    parameter ADDRESS_BITS = `ADDRESS_BITS,
    parameter BEATS_W      = 16,
    parameter SHIFT        = `BEAT_SHIFT
) (
    input wire                    clk,
    input wire                    rst_n,
    input wire                    region_valid,
    input wire [ADDRESS_BITS-1:0] region_addr,
    input wire [     BEATS_W-1:0] region_beats,
    input wire                    region_last,
    input wire                    burst_ready
);

  wire region_ready, burst_valid, burst_last;
  wire [ADDRESS_BITS-1:0] burst_addr;
  wire [5:0] burst_len;

  dut_burst #(
      .ADDRESS_BITS(ADDRESS_BITS),
      .BEATS_W     (BEATS_W),
      .SHIFT       (SHIFT)
  ) u_dut (
      .clk_i         (clk),
      .rst_ni        (rst_n),
      .region_valid_i(region_valid),
      .region_ready_o(region_ready),
      .region_addr_i (region_addr),
      .region_beats_i(region_beats),
      .region_last_i (region_last),
      .burst_valid_o (burst_valid),
      .burst_ready_i (burst_ready),
      .burst_addr_o  (burst_addr),
      .burst_len_o   (burst_len),
      .burst_last_o  (burst_last)
  );

  wire [BEATS_W-1:0] in_left;  // inside: u_dut.left_q
  wire in_last;  // inside: u_dut.last_q

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* if (!begun) assume (!rst_n);

  // What is left of the region.
  reg [ADDRESS_BITS-1:0] addr;
  reg [BEATS_W-1:0] left;
  reg last;
  wire take = region_valid && region_ready;
  wire go = burst_valid && burst_ready;
  wire [BEATS_W-1:0] beats = burst_len + 1;
  wire [13:0] end_in_page = burst_addr[11:0] + ((burst_len + 14'd1) << SHIFT);

  always @(posedge clk) begin
    if (!rst_n) begin
      left <= 0;
    end else if (take) begin
      addr <= region_addr;
      left <= region_beats;
      last <= region_last;
    end else if (go) begin
      addr <= addr + (beats << SHIFT);
      left <= left - beats;
    end
  end

  always @* begin
    assume (region_addr[SHIFT-1:0] == 0);
    assume (region_beats != 0);
    if (begun && rst_n) begin
      assert (burst_valid == (left != 0));
      if (burst_valid) begin
        assert (addr[SHIFT-1:0] == 0);
        assert (in_left == left - 1 && in_last == last);
        assert (burst_addr == addr);
        assert (beats <= left);
        assert (end_in_page <= 4096);  // none across 4 KiB
        // As long as it can be: 64 beats, or up to the boundary, or all that is left.
        assert (burst_len == 63 || end_in_page == 4096 || beats == left);
        assert (burst_last == (last && beats == left));
      end
      // The next region is taken with the last burst.
      assert (region_ready == (left == 0 || (burst_ready && beats == left)));
    end
  end

  always @(posedge clk)
    if (begun) begin
      if ($past(!rst_n)) assert (!burst_valid);
      if (rst_n && $past(rst_n && burst_valid && !burst_ready))
        assert (burst_valid && $stable({burst_addr, burst_len, burst_last}));
      cover (rst_n && go && burst_len == 63 && $past(go && rst_n) && $past(burst_len) == 10);
      cover (rst_n && burst_last && go && take);
    end

endmodule

`default_nettype wire
