// SPDX-License-Identifier: Apache-2.0
// gl2x2_int8_row_lane: the west edge of one row: X bank, DX bank, and the control of the row's PEs.
//
// Contract   The slot bus comes from the lane above and is passed to the lane below one cycle later, so
//            row r works r cycles after row 0. In the cycle in which a lane holds a slot it reads its
//            banks; in the next one it drives ctl_o and west_o into the row.
//            slot_i: [0] FPROP, [1] DGRAD, [2] WGRAD, [3] first (as in gl2x2_int8_pe),
//                    [4] a drain step, [5] swap, [6] a weight-load step, [7] read partial sums.
//            A row at or beyond rows_i drives 0 and reads nothing.
//            The write bus (wr_*) does the same for the DX words that leave the row at the east.
//            Host accesses: see gl2x2_int8_host_port. host_block_o is combinational from host_*_i.
// Parameters ROWS, ROW (this lane's number), CNT_W bits that hold 0..ROWS, OP_W, ACC_W, ADDR_W,
//            LANE_W, HOST_W, X_DEPTH, DX_DEPTH with their address widths.
// Reset      Synchronous, control only.
// Made by gradloom 0.1.0, configuration ea51a9188179f74c.
`default_nettype none

module gl2x2_int8_row_lane #(
    parameter ROWS      = 2,
    parameter ROW       = 0,
    parameter CNT_W     = 2,
    parameter OP_W      = 8,
    parameter ACC_W     = 32,
    parameter ADDR_W    = 6,
    parameter LANE_W    = 1,
    parameter X_DEPTH   = 64,
    parameter X_ADDR_W  = 6,
    parameter DX_DEPTH  = 64,
    parameter DX_ADDR_W = 6,
    parameter HOST_W    = 32
) (
    input  wire              clk_i,
    input  wire              rst_ni,
    // Slot bus from the lane above, and to the lane below.
    input  wire [       7:0] slot_i,
    input  wire [ CNT_W-1:0] rows_i,
    input  wire [ CNT_W-1:0] load_step_i,
    input  wire [ CNT_W-1:0] drain_step_i,
    input  wire [ADDR_W-1:0] x_addr_i,
    input  wire [ADDR_W-1:0] dx_addr_i,
    output reg  [       7:0] slot_o,
    output reg  [ CNT_W-1:0] rows_o,
    output reg  [ CNT_W-1:0] load_step_o,
    output reg  [ CNT_W-1:0] drain_step_o,
    output reg  [ADDR_W-1:0] x_addr_o,
    output reg  [ADDR_W-1:0] dx_addr_o,
    // Into the first PE of the row.
    output reg  [       7:0] ctl_o,
    output wire [ ACC_W-1:0] west_o,
    // Psum from the last PE of the row, and the write bus for it.
    input  wire [ ACC_W-1:0] east_i,
    input  wire              wr_i,
    input  wire [ADDR_W-1:0] wr_addr_i,
    input  wire [ CNT_W-1:0] wr_rows_i,
    output reg               wr_o,
    output reg  [ADDR_W-1:0] wr_addr_o,
    output reg  [ CNT_W-1:0] wr_rows_o,
    // Host access, the same for all lanes; the lane that is named answers.
    input  wire [LANE_W-1:0] host_lane_i,
    input  wire [ADDR_W-1:0] host_addr_i,
    input  wire [HOST_W-1:0] host_wdata_i,
    input  wire              host_write_i,
    input  wire              host_x_i,
    input  wire              host_dx_i,
    input  wire              host_go_i,
    output wire              host_block_o,
    output wire [HOST_W-1:0] host_rdata_o,
    // What the array does with the banks in this cycle.
    output wire              x_re_o,
    output wire              dx_re_o,
    output wire              dx_we_o
);

  localparam [LANE_W-1:0] LANE = ROW;
  localparam [CNT_W-1:0] ROW_NUMBER = ROW;
  // Steps before this one load this row's shadow weight; drain steps from this one on shift it out.
  localparam [CNT_W-1:0] TURN = ROWS - ROW;

  // The slot of this lane, and what it means for this row.
  always @(posedge clk_i) begin
    if (!rst_ni) slot_o <= 8'd0;
    else slot_o <= slot_i;
  end

  always @(posedge clk_i) begin
    rows_o <= rows_i;
    load_step_o <= load_step_i;
    drain_step_o <= drain_step_i;
    x_addr_o <= x_addr_i;
    dx_addr_o <= dx_addr_i;
  end

  wire active = rows_o > ROW_NUMBER;
  wire host_here = host_lane_i == LANE;
  wire x_re = (slot_o[0] | slot_o[2]) & active;
  wire host_x_re = host_go_i & host_here & host_x_i & ~host_write_i;
  wire host_x_we = host_go_i & host_here & host_x_i & host_write_i;
  wire dx_re = slot_o[1] & slot_o[7] & active;
  wire dx_we = wr_i & (wr_rows_i > ROW_NUMBER);
  wire host_dx_re = host_go_i & host_here & host_dx_i & ~host_write_i;
  wire host_dx_we = host_go_i & host_here & host_dx_i & host_write_i;

  assign host_block_o = host_here & (
      (host_x_i & ~host_write_i & x_re) |
      (host_dx_i & ~host_write_i & dx_re) | (host_dx_i & host_write_i & dx_we)
  );

  // Banks.
  wire [OP_W-1:0] x_rdata;

  gl2x2_int8_ram #(
      .WIDTH (OP_W),
      .DEPTH (X_DEPTH),
      .ADDR_W(X_ADDR_W)
  ) u_x (
      .clk_i  (clk_i),
      .we_i   (host_x_we),
      .waddr_i(host_addr_i[X_ADDR_W-1:0]),
      .wdata_i(host_wdata_i[OP_W-1:0]),
      .re_i   (x_re | host_x_re),
      .raddr_i(x_re ? x_addr_o[X_ADDR_W-1:0] : host_addr_i[X_ADDR_W-1:0]),
      .rdata_o(x_rdata)
  );
  wire [ACC_W-1:0] dx_rdata;

  gl2x2_int8_ram #(
      .WIDTH (ACC_W),
      .DEPTH (DX_DEPTH),
      .ADDR_W(DX_ADDR_W)
  ) u_dx (
      .clk_i  (clk_i),
      .we_i   (dx_we | host_dx_we),
      .waddr_i(dx_we ? wr_addr_i[DX_ADDR_W-1:0] : host_addr_i[DX_ADDR_W-1:0]),
      .wdata_i(dx_we ? east_i : host_wdata_i[ACC_W-1:0]),
      .re_i   (dx_re | host_dx_re),
      .raddr_i(dx_re ? dx_addr_o[DX_ADDR_W-1:0] : host_addr_i[DX_ADDR_W-1:0]),
      .rdata_o(dx_rdata)
  );

  // One cycle later the words are there: drive them into the row with the control.
  reg x_drive_q;
  reg dx_drive_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      ctl_o <= 8'd0;
      x_drive_q <= 1'b0;
      dx_drive_q <= 1'b0;
    end else begin
      ctl_o[3:0] <= slot_o[3:0];
      ctl_o[4] <= slot_o[4] & (drain_step_o == {CNT_W{1'b0}});
      ctl_o[5] <= slot_o[4] & (drain_step_o >= TURN);
      ctl_o[6] <= slot_o[5];
      ctl_o[7] <= slot_o[6] & (load_step_o < TURN);
      x_drive_q <= x_re;
      dx_drive_q <= dx_re;
    end
  end

  wire [ACC_W-1:0] x_word = {{(ACC_W - OP_W) {x_rdata[OP_W-1]}}, x_rdata};

  assign west_o = ({ACC_W{x_drive_q}} & x_word) | ({ACC_W{dx_drive_q}} & dx_rdata);

  // Write bus.
  always @(posedge clk_i) begin
    if (!rst_ni) wr_o <= 1'b0;
    else wr_o <= wr_i;
  end

  always @(posedge clk_i) begin
    wr_addr_o <= wr_addr_i;
    wr_rows_o <= wr_rows_i;
  end

  assign dx_re_o = dx_re;
  assign dx_we_o = dx_we;

  assign x_re_o = x_re;

  // Host read data, one cycle after the access.
  reg host_x_q;
  reg host_dx_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      host_x_q <= 1'b0;
      host_dx_q <= 1'b0;
    end else begin
      host_x_q <= host_x_re;
      host_dx_q <= host_dx_re;
    end
  end

  assign host_rdata_o =
      ({HOST_W{host_x_q}} & {{(HOST_W - OP_W) {x_rdata[OP_W-1]}}, x_rdata}) |
      ({HOST_W{host_dx_q}} & {{(HOST_W - ACC_W + 1) {dx_rdata[ACC_W-1]}}, dx_rdata[ACC_W-2:0]});

  // High bits that a narrow or shallow buffer does not need, and slot bits that are not for this row.
  wire unused = &{1'b0, host_addr_i, host_wdata_i, slot_o, 1'b0};

endmodule

`default_nettype wire
