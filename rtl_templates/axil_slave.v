// SPDX-License-Identifier: Apache-2.0
// <%name%>_axil_slave: AXI4-Lite slave in front of a register bus that takes one access a cycle.
//
// Contract   Address and data of a write may come in any order; each channel holds one transfer, and its ready does
//            not depend on its valid. access_o marks the cycle in which a read or a write is carried out; error_i
//            belongs to that cycle, rdata_i to the one after it. Every access gets one response: OKAY, or SLVERR
//            (and data 0) if error_i was 1. Responses hold until they are taken. A write takes at least two
//            cycles, a read three; a read gets its turn between two writes. All outputs come from registers.
// Latency    Write: data in cycle t, response from t+2. Read: address in t, response from t+3.
// Parameters None.
// Reset      Synchronous: nothing held, no response.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_axil_slave (
    input  wire        clk_i,
    input  wire        rst_ni,
    // AXI4-Lite.
    input  wire [11:0] awaddr_i,
    input  wire        awvalid_i,
    output wire        awready_o,
    input  wire [31:0] wdata_i,
    input  wire [ 3:0] wstrb_i,
    input  wire        wvalid_i,
    output wire        wready_o,
    output wire [ 1:0] bresp_o,
    output wire        bvalid_o,
    input  wire        bready_i,
    input  wire [11:0] araddr_i,
    input  wire        arvalid_i,
    output wire        arready_o,
    output wire [31:0] rdata_o,
    output wire [ 1:0] rresp_o,
    output wire        rvalid_o,
    input  wire        rready_i,
    // Register bus.
    output wire        access_o,
    output wire        write_o,
    output wire [11:0] addr_o,
    output wire [31:0] wdata_o,
    output wire [ 3:0] wstrb_o,
    input  wire        error_i,
    input  wire [31:0] rdata_i
);

  // What came and was not carried out yet.
  reg         aw_full_q;
  reg         w_full_q;
  reg         ar_full_q;
  reg  [11:0] awaddr_q;
  reg  [11:0] araddr_q;
  reg  [31:0] wdata_q;
  reg  [ 3:0] wstrb_q;
  // Responses.
  reg         bvalid_q;
  reg         berror_q;
  reg         read_q;
  reg         read_error_q;
  reg         rvalid_q;
  reg         rerror_q;
  reg  [31:0] rdata_q;

  wire        write_go = aw_full_q & w_full_q & ~bvalid_q;
  wire        read_go = ar_full_q & ~write_go & ~read_q & ~rvalid_q;

  assign awready_o = ~aw_full_q;
  assign wready_o  = ~w_full_q;
  assign arready_o = ~ar_full_q;
  assign bvalid_o  = bvalid_q;
  assign bresp_o   = {berror_q, 1'b0};
  assign rvalid_o  = rvalid_q;
  assign rresp_o   = {rerror_q, 1'b0};
  assign rdata_o   = rdata_q;
  assign access_o  = write_go | read_go;
  assign write_o   = write_go;
  assign addr_o    = write_go ? awaddr_q : araddr_q;
  assign wdata_o   = wdata_q;
  assign wstrb_o   = wstrb_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      aw_full_q    <= 1'b0;
      w_full_q     <= 1'b0;
      ar_full_q    <= 1'b0;
      bvalid_q     <= 1'b0;
      berror_q     <= 1'b0;
      read_q       <= 1'b0;
      read_error_q <= 1'b0;
      rvalid_q     <= 1'b0;
      rerror_q     <= 1'b0;
      rdata_q      <= 32'd0;
    end else begin
      if (awvalid_i & awready_o) aw_full_q <= 1'b1;
      else if (write_go) aw_full_q <= 1'b0;
      if (wvalid_i & wready_o) w_full_q <= 1'b1;
      else if (write_go) w_full_q <= 1'b0;
      if (arvalid_i & arready_o) ar_full_q <= 1'b1;
      else if (read_go) ar_full_q <= 1'b0;

      if (write_go) begin
        bvalid_q <= 1'b1;
        berror_q <= error_i;
      end else if (bready_i) begin
        bvalid_q <= 1'b0;
      end

      read_q <= read_go;
      if (read_go) read_error_q <= error_i;
      if (read_q) begin
        rvalid_q <= 1'b1;
        rerror_q <= read_error_q;
        rdata_q  <= read_error_q ? 32'd0 : rdata_i;
      end else if (rready_i) begin
        rvalid_q <= 1'b0;
      end
    end
  end

  always @(posedge clk_i) begin
    if (awvalid_i & awready_o) awaddr_q <= awaddr_i;
    if (wvalid_i & wready_o) begin
      wdata_q <= wdata_i;
      wstrb_q <= wstrb_i;
    end
    if (arvalid_i & arready_o) araddr_q <= araddr_i;
  end

endmodule

`default_nettype wire
