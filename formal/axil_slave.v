// SPDX-License-Identifier: Apache-2.0
// axil_slave: AXI4-Lite rules, every access answered once, rightly
`default_nettype none

module axil_slave_formal (
    input wire        clk,
    input wire        rst_n,
    input wire [11:0] awaddr,
    input wire        awvalid,
    input wire [31:0] wdata,
    input wire [ 3:0] wstrb,
    input wire        wvalid,
    input wire        bready,
    input wire [11:0] araddr,
    input wire        arvalid,
    input wire        rready,
    input wire        error,
    input wire [31:0] access_rdata
);

  wire awready, wready, bvalid, arready, rvalid, access, access_write;
  wire [ 1:0] bresp, rresp;
  wire [31:0] rdata, access_wdata;
  wire [11:0] access_addr;
  wire [ 3:0] access_wstrb;

  dut_axil_slave u_dut (
      .clk_i    (clk),
      .rst_ni   (rst_n),
      .awaddr_i (awaddr),
      .awvalid_i(awvalid),
      .awready_o(awready),
      .wdata_i  (wdata),
      .wstrb_i  (wstrb),
      .wvalid_i (wvalid),
      .wready_o (wready),
      .bresp_o  (bresp),
      .bvalid_o (bvalid),
      .bready_i (bready),
      .araddr_i (araddr),
      .arvalid_i(arvalid),
      .arready_o(arready),
      .rdata_o  (rdata),
      .rresp_o  (rresp),
      .rvalid_o (rvalid),
      .rready_i (rready),
      .access_o (access),
      .write_o  (access_write),
      .addr_o   (access_addr),
      .wdata_o  (access_wdata),
      .wstrb_o  (access_wstrb),
      .error_i  (error),
      .rdata_i  (access_rdata)
  );

  // Registers of the slave, for induction.
  wire [11:0] in_awaddr;  // inside: u_dut.awaddr_q
  wire [11:0] in_araddr;  // inside: u_dut.araddr_q
  wire        in_read_error;  // inside: u_dut.read_error_q

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* if (!begun) assume (!rst_n);

  // Transfers that came and were not answered, and what they carried.
  reg [2:0] aws, ws, ars;
  reg [11:0] awaddr_kept, araddr_kept;
  reg [31:0] wdata_kept;
  reg [ 3:0] wstrb_kept;
  reg        write_error, read_error, reading;
  reg [31:0] read_data;
  reg [ 2:0] patience;
  wire       b_taken = bvalid && bready;
  wire       r_taken = rvalid && rready;

  always @(posedge clk) begin
    if (!rst_n) begin
      aws <= 0;
      ws <= 0;
      ars <= 0;
      reading <= 0;
      patience <= 0;
    end else begin
      aws <= aws + (awvalid && awready) - b_taken;
      ws <= ws + (wvalid && wready) - b_taken;
      ars <= ars + (arvalid && arready) - r_taken;
      reading <= access && !access_write;
      patience <= (!arready && !rvalid) ? patience + 1 : 0;
    end
    if (awvalid && awready) awaddr_kept <= awaddr;
    if (wvalid && wready) {wdata_kept, wstrb_kept} <= {wdata, wstrb};
    if (arvalid && arready) araddr_kept <= araddr;
    if (access && access_write) write_error <= error;
    if (access && !access_write) read_error <= error;
    if (reading) read_data <= access_rdata;
  end

  always @(posedge clk)
    if (begun) begin
      // The master.
      if ($past(rst_n && awvalid && !awready)) assume (awvalid && $stable(awaddr));
      if ($past(rst_n && wvalid && !wready)) assume (wvalid && $stable({wdata, wstrb}));
      if ($past(rst_n && arvalid && !arready)) assume (arvalid && $stable(araddr));

      // After reset nothing is offered.
      if ($past(!rst_n)) assert (!bvalid && !rvalid);
      // What is offered stays as it is until it is taken.
      if ($past(rst_n && bvalid && !bready)) assert (bvalid && $stable(bresp));
      if ($past(rst_n && rvalid && !rready)) assert (rvalid && $stable({rdata, rresp}));
      // OKAY and SLVERR only.
      assert (!bresp[0] && !rresp[0]);
    end

  always @*
    if (begun && rst_n) begin
      // One answer for each access, none without one, and at most two under way.
      if (bvalid) assert (aws != 0 && ws != 0);
      if (rvalid) assert (ars != 0);
      assert (aws == !awready + bvalid);
      assert (ws == !wready + bvalid);
      assert (ars == !arready + rvalid + reading);
      assert (!reading || !rvalid);
      assert (ars <= 2);
      // Every access is answered: at once, or after the access of the other kind.
      assert (patience < 4);
      // What is held is what came.
      if (!awready) assert (in_awaddr == awaddr_kept);
      if (!arready) assert (in_araddr == araddr_kept);
      if (!wready) assert ({access_wdata, access_wstrb} == {wdata_kept, wstrb_kept});
      if (reading) assert (in_read_error == read_error);
      // The register bus carries it.
      if (access && access_write) begin
        assert (!awready && !wready);
        assert (access_addr == awaddr_kept);
        assert ({access_wdata, access_wstrb} == {wdata_kept, wstrb_kept});
      end
      if (access && !access_write) assert (!arready && access_addr == araddr_kept);
      // The answer is that of the access.
      if (bvalid) assert (bresp[1] == write_error);
      if (rvalid) assert (rresp[1] == read_error && rdata == (read_error ? 0 : read_data));
    end

  always @(posedge clk)
    if (begun && rst_n) begin
      if ($past(rst_n && !awready && !wready && !bvalid)) assert (bvalid);
      cover (bvalid && $past(bvalid, 2) && !$past(bvalid) && $past(rst_n));  // a write every two cycles
      cover ($past(wvalid && wready && awready && !awvalid) && awvalid);  // data first
      cover ($past(awvalid && awready && wready && !wvalid) && wvalid);  // address first
      cover (rvalid && rresp[1] && $past(rvalid && !rready));  // an error, held
      cover (bvalid && rvalid);
      cover (rvalid && rready && rdata == 32'hcafe0001);
    end

endmodule

`default_nettype wire
