// SPDX-License-Identifier: Apache-2.0
// gl2x2_int8_col_lane: the north and south edge of one column: DELTA bank, W bank, Y bank, DW bank, and
// what is driven into the column from the north.
//
// Contract   The slot bus comes from the lane to the west and is passed to the lane to the east one cycle
//            later, so column c works c cycles after column 0. In the cycle in which a lane holds a slot
//            it reads its banks; in the next one it drives north_o and weight_o into the column.
//            slot_i: [0] FPROP, [1] DGRAD, [2] WGRAD, [3] read delta (otherwise the last one is held),
//                    [4] read partial sums, [5] read a weight.
//            A column at or beyond cols_i (load_cols_i for weights) drives 0 and reads nothing.
//            The write bus (wr_*) does the same for the Y words that leave the column at the south.
//            The drain bus (drain_*) does the same for dW: in the cycle in which a lane holds a drain step
//            the DW word is read, if drain_acc_i is set, and in the next one it is written.
//            Host accesses: see gl2x2_int8_host_port. host_block_o is combinational from host_*_i.
// Parameters COL (this lane's number), CNT_W bits that hold 0..C, OP_W, ACC_W, ADDR_W, LANE_W, HOST_W,
//            and a depth and address width for every bank.
// Numerics   DW words are added with the overflow policy of gl2x2_int8_add.
// Reset      Synchronous, control only.
// Made by gradloom 0.1.0, configuration ea51a9188179f74c.
`default_nettype none

module gl2x2_int8_col_lane #(
    parameter COL          = 0,
    parameter CNT_W        = 2,
    parameter OP_W         = 8,
    parameter ACC_W        = 32,
    parameter ADDR_W       = 6,
    parameter LANE_W       = 1,
    parameter DELTA_DEPTH  = 64,
    parameter DELTA_ADDR_W = 6,
    parameter W_DEPTH      = 64,
    parameter W_ADDR_W     = 6,
    parameter Y_DEPTH      = 64,
    parameter Y_ADDR_W     = 6,
    parameter DW_DEPTH     = 64,
    parameter DW_ADDR_W    = 6,
    parameter HOST_W       = 32
) (
    input  wire              clk_i,
    input  wire              rst_ni,
    // Slot bus from the lane to the west, and to the lane to the east.
    input  wire [       5:0] slot_i,
    input  wire [ CNT_W-1:0] cols_i,
    output reg  [       5:0] slot_o,
    output reg  [ CNT_W-1:0] cols_o,
    input  wire [ADDR_W-1:0] delta_addr_i,
    output reg  [ADDR_W-1:0] delta_addr_o,
    output wire              delta_re_o,
    input  wire [ CNT_W-1:0] load_cols_i,
    input  wire [ADDR_W-1:0] w_addr_i,
    output reg  [ CNT_W-1:0] load_cols_o,
    output reg  [ADDR_W-1:0] w_addr_o,
    output wire [  OP_W-1:0] weight_o,
    output wire              w_re_o,
    input  wire [ADDR_W-1:0] y_addr_i,
    output reg  [ADDR_W-1:0] y_addr_o,
    output wire [ ACC_W-1:0] north_o,
    // Psum from the last PE of the column, and the write bus for it.
    input  wire [ ACC_W-1:0] south_i,
    input  wire              wr_i,
    input  wire [ADDR_W-1:0] wr_addr_i,
    input  wire [ CNT_W-1:0] wr_cols_i,
    output reg               wr_o,
    output reg  [ADDR_W-1:0] wr_addr_o,
    output reg  [ CNT_W-1:0] wr_cols_o,
    output wire              y_re_o,
    output wire              y_we_o,
    // Drain chain of the last PE of the column, and the drain bus for it.
    input  wire [ ACC_W-1:0] drain_data_i,
    input  wire              drain_i,
    input  wire              drain_acc_i,
    input  wire [ADDR_W-1:0] drain_addr_i,
    input  wire [ CNT_W-1:0] drain_cols_i,
    output reg               drain_o,
    output reg               drain_acc_o,
    output reg  [ADDR_W-1:0] drain_addr_o,
    output reg  [ CNT_W-1:0] drain_cols_o,
    output wire              dw_re_o,
    output wire              dw_we_o,
    output wire [ ACC_W-1:0] dw_wdata_o,
    // Host access, the same for all lanes; the lane that is named answers.
    input  wire [LANE_W-1:0] host_lane_i,
    input  wire [ADDR_W-1:0] host_addr_i,
    input  wire [HOST_W-1:0] host_wdata_i,
    input  wire              host_write_i,
    input  wire              host_delta_i,
    input  wire              host_w_i,
    input  wire              host_y_i,
    input  wire              host_dw_i,
    input  wire              host_go_i,
    output wire              host_block_o,
    output wire [HOST_W-1:0] host_rdata_o
);

  localparam [LANE_W-1:0] LANE = COL;
  localparam [CNT_W-1:0] COL_NUMBER = COL;

  // The slot of this lane, and what it means for this column.
  always @(posedge clk_i) begin
    if (!rst_ni) slot_o <= 6'd0;
    else slot_o <= slot_i;
  end

  always @(posedge clk_i) begin
    cols_o <= cols_i;
    delta_addr_o <= delta_addr_i;
    load_cols_o <= load_cols_i;
    w_addr_o <= w_addr_i;
    y_addr_o <= y_addr_i;
  end

  wire active = cols_o > COL_NUMBER;
  wire host_here = host_lane_i == LANE;
  wire host_rd = host_go_i & host_here & ~host_write_i;
  wire host_wr = host_go_i & host_here & host_write_i;
  // The array needs the read port in WGRAD slots too: the word in it is held.
  wire delta_use = (slot_o[1] | slot_o[2]) & active;
  wire delta_re = delta_use & slot_o[3];
  wire w_re = slot_o[5] & (load_cols_o > COL_NUMBER);
  wire y_re = slot_o[0] & slot_o[4] & active;
  wire y_we = wr_i & (wr_cols_i > COL_NUMBER);
  wire drain_here = drain_i & (drain_cols_i > COL_NUMBER);
  wire dw_re = drain_here & drain_acc_i;
  reg  dw_we_q;

  wire host_block_rd = 1'b0
      | (host_delta_i & delta_use)
      | (host_w_i & w_re)
      | (host_y_i & y_re)
      | (host_dw_i & dw_re)
      ;
  wire host_block_wr = 1'b0
      | (host_y_i & y_we)
      | (host_dw_i & dw_we_q)
      ;

  assign host_block_o = host_here & (host_write_i ? host_block_wr : host_block_rd);

  wire [OP_W-1:0] delta_rdata;

  gl2x2_int8_ram #(
      .WIDTH (OP_W),
      .DEPTH (DELTA_DEPTH),
      .ADDR_W(DELTA_ADDR_W)
  ) u_delta (
      .clk_i  (clk_i),
      .we_i   (host_wr & host_delta_i),
      .waddr_i(host_addr_i[DELTA_ADDR_W-1:0]),
      .wdata_i(host_wdata_i[OP_W-1:0]),
      .re_i   (delta_re | (host_rd & host_delta_i)),
      .raddr_i(delta_re ? delta_addr_o[DELTA_ADDR_W-1:0] : host_addr_i[DELTA_ADDR_W-1:0]),
      .rdata_o(delta_rdata)
  );

  wire [OP_W-1:0] w_rdata;

  gl2x2_int8_ram #(
      .WIDTH (OP_W),
      .DEPTH (W_DEPTH),
      .ADDR_W(W_ADDR_W)
  ) u_w (
      .clk_i  (clk_i),
      .we_i   (host_wr & host_w_i),
      .waddr_i(host_addr_i[W_ADDR_W-1:0]),
      .wdata_i(host_wdata_i[OP_W-1:0]),
      .re_i   (w_re | (host_rd & host_w_i)),
      .raddr_i(w_re ? w_addr_o[W_ADDR_W-1:0] : host_addr_i[W_ADDR_W-1:0]),
      .rdata_o(w_rdata)
  );

  wire [ACC_W-1:0] y_rdata;

  gl2x2_int8_ram #(
      .WIDTH (ACC_W),
      .DEPTH (Y_DEPTH),
      .ADDR_W(Y_ADDR_W)
  ) u_y (
      .clk_i  (clk_i),
      .we_i   (y_we | (host_wr & host_y_i)),
      .waddr_i(y_we ? wr_addr_i[Y_ADDR_W-1:0] : host_addr_i[Y_ADDR_W-1:0]),
      .wdata_i(y_we ? south_i : host_wdata_i[ACC_W-1:0]),
      .re_i   (y_re | (host_rd & host_y_i)),
      .raddr_i(y_re ? y_addr_o[Y_ADDR_W-1:0] : host_addr_i[Y_ADDR_W-1:0]),
      .rdata_o(y_rdata)
  );

  // A drained word waits one cycle for the word it is added to.
  reg                dw_acc_q;
  reg  [DW_ADDR_W-1:0] dw_addr_q;
  reg  [    ACC_W-1:0] dw_data_q;
  wire [    ACC_W-1:0] dw_rdata;
  wire [    ACC_W-1:0] dw_sum;

  always @(posedge clk_i) begin
    if (!rst_ni) dw_we_q <= 1'b0;
    else dw_we_q <= drain_here;
  end

  always @(posedge clk_i) begin
    dw_acc_q  <= drain_acc_i;
    dw_addr_q <= drain_addr_i[DW_ADDR_W-1:0];
    dw_data_q <= drain_data_i;
  end

  gl2x2_int8_add #(
      .WIDTH(ACC_W)
  ) u_add (
      .a_i  (dw_rdata),
      .b_i  (dw_data_q),
      .sum_o(dw_sum)
  );

  assign dw_wdata_o = dw_acc_q ? dw_sum : dw_data_q;

  gl2x2_int8_ram #(
      .WIDTH (ACC_W),
      .DEPTH (DW_DEPTH),
      .ADDR_W(DW_ADDR_W)
  ) u_dw (
      .clk_i  (clk_i),
      .we_i   (dw_we_q | (host_wr & host_dw_i)),
      .waddr_i(dw_we_q ? dw_addr_q : host_addr_i[DW_ADDR_W-1:0]),
      .wdata_i(dw_we_q ? dw_wdata_o : host_wdata_i[ACC_W-1:0]),
      .re_i   (dw_re | (host_rd & host_dw_i)),
      .raddr_i(dw_re ? drain_addr_i[DW_ADDR_W-1:0] : host_addr_i[DW_ADDR_W-1:0]),
      .rdata_o(dw_rdata)
  );

  // Drain bus.
  always @(posedge clk_i) begin
    if (!rst_ni) drain_o <= 1'b0;
    else drain_o <= drain_i;
  end

  always @(posedge clk_i) begin
    drain_acc_o  <= drain_acc_i;
    drain_addr_o <= drain_addr_i;
    drain_cols_o <= drain_cols_i;
  end

  assign dw_re_o = dw_re;
  assign dw_we_o = dw_we_q;

  // Write bus.
  always @(posedge clk_i) begin
    if (!rst_ni) wr_o <= 1'b0;
    else wr_o <= wr_i;
  end

  always @(posedge clk_i) begin
    wr_addr_o <= wr_addr_i;
    wr_cols_o <= wr_cols_i;
  end

  assign y_re_o = y_re;
  assign y_we_o = y_we;

  // One cycle later the words are there: drive them into the column.
  reg delta_drive_q;
  reg w_drive_q;
  reg y_drive_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      delta_drive_q <= 1'b0;
      w_drive_q <= 1'b0;
      y_drive_q <= 1'b0;
    end else begin
      delta_drive_q <= delta_use;
      w_drive_q <= w_re;
      y_drive_q <= y_re;
    end
  end

  wire [ACC_W-1:0] delta_word = {{(ACC_W - OP_W) {delta_rdata[OP_W-1]}}, delta_rdata};

  assign north_o = ({ACC_W{y_drive_q}} & y_rdata) | ({ACC_W{delta_drive_q}} & delta_word);
  assign delta_re_o = delta_re;
  assign weight_o = {OP_W{w_drive_q}} & w_rdata;
  assign w_re_o = w_re;

  // Host read data, one cycle after the access.
  reg host_delta_q;
  reg host_w_q;
  reg host_y_q;
  reg host_dw_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      host_delta_q <= 1'b0;
      host_w_q <= 1'b0;
      host_y_q <= 1'b0;
      host_dw_q <= 1'b0;
    end else begin
      host_delta_q <= host_rd & host_delta_i;
      host_w_q <= host_rd & host_w_i;
      host_y_q <= host_rd & host_y_i;
      host_dw_q <= host_rd & host_dw_i;
    end
  end

  assign host_rdata_o = {HOST_W{1'b0}}
      | ({HOST_W{host_delta_q}} & {{(HOST_W - OP_W) {delta_rdata[OP_W-1]}}, delta_rdata})
      | ({HOST_W{host_w_q}} & {{(HOST_W - OP_W) {w_rdata[OP_W-1]}}, w_rdata})
      | ({HOST_W{host_y_q}} & {{(HOST_W - ACC_W + 1) {y_rdata[ACC_W-1]}}, y_rdata[ACC_W-2:0]})
      | ({HOST_W{host_dw_q}} & {{(HOST_W - ACC_W + 1) {dw_rdata[ACC_W-1]}}, dw_rdata[ACC_W-2:0]})
      ;

  // High bits that a narrow or shallow buffer does not need, and slots of operations that are not built.
  wire unused = &{1'b0, host_addr_i, host_wdata_i, slot_o, 1'b0};

endmodule

`default_nettype wire
