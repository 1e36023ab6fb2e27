// SPDX-License-Identifier: Apache-2.0
// gl2x2_int8_col_lane: the north and south edge of one column: DELTA bank, W bank, Y bank, DW bank, and what is driven into the column from the north.
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
//            Bank accesses from outside: see gl2x2_int8_core. The block outputs are combinational from the
//            inputs of their channel.
// Parameters COL (this lane's number), CNT_W bits that hold 0..C, OP_W, ACC_W, ADDR_W, GROUP_W, DATA_W,
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
    parameter GROUP_W      = 1,
    parameter DELTA_DEPTH  = 64,
    parameter DELTA_ADDR_W = 6,
    parameter W_DEPTH      = 64,
    parameter W_ADDR_W     = 6,
    parameter Y_DEPTH      = 64,
    parameter Y_ADDR_W     = 6,
    parameter DW_DEPTH     = 64,
    parameter DW_ADDR_W    = 6,
    parameter DATA_W       = 32
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
    // Bank accesses from outside, the same for all lanes; the lanes of the group that is named answer.
    input  wire [GROUP_W-1:0] ld_group_i,
    input  wire [ADDR_W-1:0] ld_addr_i,
    input  wire [DATA_W-1:0] ld_data_i,
    input  wire              ld_delta_i,
    input  wire              ld_w_i,
    input  wire              ld_y_i,
    input  wire              ld_dw_i,
    input  wire              ld_go_i,
    output wire              ld_block_o,
    input  wire [GROUP_W-1:0] st_group_i,
    input  wire [ADDR_W-1:0] st_addr_i,
    input  wire              st_delta_i,
    input  wire              st_w_i,
    input  wire              st_y_i,
    input  wire              st_dw_i,
    input  wire              st_go_i,
    output wire              st_block_o,
    output wire [DATA_W-1:0] st_data_o
);

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

  // This lane's place in the vectors of its buffers: the group, and the bit where its element begins.

  localparam DELTA_EW = 32;
  localparam DELTA_LANES = DATA_W / DELTA_EW;
  localparam [31:0] DELTA_GROUP_WIDE = COL / DELTA_LANES;
  localparam [GROUP_W-1:0] DELTA_GROUP = DELTA_GROUP_WIDE[GROUP_W-1:0];
  localparam DELTA_POS = (COL % DELTA_LANES) * DELTA_EW;
  wire ld_delta = ld_delta_i & (ld_group_i == DELTA_GROUP);
  wire st_delta = st_delta_i & (st_group_i == DELTA_GROUP);
  // The array needs the read port in WGRAD slots too: the word in it is held.
  wire delta_use = (slot_o[1] | slot_o[2]) & active;
  wire delta_re = delta_use & slot_o[3];

  localparam W_EW = 32;
  localparam W_LANES = DATA_W / W_EW;
  localparam [31:0] W_GROUP_WIDE = COL / W_LANES;
  localparam [GROUP_W-1:0] W_GROUP = W_GROUP_WIDE[GROUP_W-1:0];
  localparam W_POS = (COL % W_LANES) * W_EW;
  wire ld_w = ld_w_i & (ld_group_i == W_GROUP);
  wire st_w = st_w_i & (st_group_i == W_GROUP);
  wire w_re = slot_o[5] & (load_cols_o > COL_NUMBER);

  localparam Y_EW = 32;
  localparam Y_LANES = DATA_W / Y_EW;
  localparam [31:0] Y_GROUP_WIDE = COL / Y_LANES;
  localparam [GROUP_W-1:0] Y_GROUP = Y_GROUP_WIDE[GROUP_W-1:0];
  localparam Y_POS = (COL % Y_LANES) * Y_EW;
  wire ld_y = ld_y_i & (ld_group_i == Y_GROUP);
  wire st_y = st_y_i & (st_group_i == Y_GROUP);
  wire y_re = slot_o[0] & slot_o[4] & active;
  wire y_out = wr_i & (wr_cols_i > COL_NUMBER);
  wire y_we = y_out;

  localparam DW_EW = 32;
  localparam DW_LANES = DATA_W / DW_EW;
  localparam [31:0] DW_GROUP_WIDE = COL / DW_LANES;
  localparam [GROUP_W-1:0] DW_GROUP = DW_GROUP_WIDE[GROUP_W-1:0];
  localparam DW_POS = (COL % DW_LANES) * DW_EW;
  wire ld_dw = ld_dw_i & (ld_group_i == DW_GROUP);
  wire st_dw = st_dw_i & (st_group_i == DW_GROUP);
  wire drain_here = drain_i & (drain_cols_i > COL_NUMBER);
  wire dw_re = drain_here & drain_acc_i;
  reg  drained_q;
  wire dw_we = drained_q;

  assign ld_block_o = 1'b0
      | (ld_y & y_we)
      | (ld_dw & dw_we)
      ;
  assign st_block_o = 1'b0
      | (st_delta & delta_use)
      | (st_w & w_re)
      | (st_y & y_re)
      | (st_dw & dw_re)
      ;

  wire [OP_W-1:0] delta_rdata;

  gl2x2_int8_ram #(
      .WIDTH (OP_W),
      .DEPTH (DELTA_DEPTH),
      .ADDR_W(DELTA_ADDR_W)
  ) u_delta (
      .clk_i  (clk_i),
      .we_i   (ld_go_i & ld_delta),
      .waddr_i(ld_addr_i[DELTA_ADDR_W-1:0]),
      .wdata_i(ld_data_i[DELTA_POS+:OP_W]),
      .re_i   (delta_re | (st_go_i & st_delta)),
      .raddr_i(delta_re ? delta_addr_o[DELTA_ADDR_W-1:0] : st_addr_i[DELTA_ADDR_W-1:0]),
      .rdata_o(delta_rdata)
  );

  wire [OP_W-1:0] w_rdata;

  gl2x2_int8_ram #(
      .WIDTH (OP_W),
      .DEPTH (W_DEPTH),
      .ADDR_W(W_ADDR_W)
  ) u_w (
      .clk_i  (clk_i),
      .we_i   (ld_go_i & ld_w),
      .waddr_i(ld_addr_i[W_ADDR_W-1:0]),
      .wdata_i(ld_data_i[W_POS+:OP_W]),
      .re_i   (w_re | (st_go_i & st_w)),
      .raddr_i(w_re ? w_addr_o[W_ADDR_W-1:0] : st_addr_i[W_ADDR_W-1:0]),
      .rdata_o(w_rdata)
  );

  wire [ACC_W-1:0] y_rdata;

  gl2x2_int8_ram #(
      .WIDTH (ACC_W),
      .DEPTH (Y_DEPTH),
      .ADDR_W(Y_ADDR_W)
  ) u_y (
      .clk_i  (clk_i),
      .we_i   (y_we | (ld_go_i & ld_y)),
      .waddr_i(y_we ? wr_addr_i[Y_ADDR_W-1:0] : ld_addr_i[Y_ADDR_W-1:0]),
      .wdata_i(y_we ? south_i : ld_data_i[Y_POS+:ACC_W]),
      .re_i   (y_re | (st_go_i & st_y)),
      .raddr_i(y_re ? y_addr_o[Y_ADDR_W-1:0] : st_addr_i[Y_ADDR_W-1:0]),
      .rdata_o(y_rdata)
  );

  // A drained word waits one cycle for the word it is added to.
  reg              drained_acc_q;
  reg [ADDR_W-1:0] drained_addr_q;
  reg [ ACC_W-1:0] drained_data_q;
  wire [ACC_W-1:0] dw_rdata;
  wire [ACC_W-1:0] dw_sum;

  always @(posedge clk_i) begin
    if (!rst_ni) drained_q <= 1'b0;
    else drained_q <= drain_here;
  end

  always @(posedge clk_i) begin
    drained_acc_q  <= drain_acc_i;
    drained_addr_q <= drain_addr_i;
    drained_data_q <= drain_data_i;
  end

  gl2x2_int8_add #(
      .WIDTH(ACC_W)
  ) u_add (
      .a_i  (dw_rdata),
      .b_i  (drained_data_q),
      .sum_o(dw_sum)
  );

  assign dw_wdata_o = drained_acc_q ? dw_sum : drained_data_q;

  gl2x2_int8_ram #(
      .WIDTH (ACC_W),
      .DEPTH (DW_DEPTH),
      .ADDR_W(DW_ADDR_W)
  ) u_dw (
      .clk_i  (clk_i),
      .we_i   (dw_we | (ld_go_i & ld_dw)),
      .waddr_i(dw_we ? drained_addr_q[DW_ADDR_W-1:0] : ld_addr_i[DW_ADDR_W-1:0]),
      .wdata_i(dw_we ? dw_wdata_o : ld_data_i[DW_POS+:ACC_W]),
      .re_i   (dw_re | (st_go_i & st_dw)),
      .raddr_i(dw_re ? drain_addr_i[DW_ADDR_W-1:0] : st_addr_i[DW_ADDR_W-1:0]),
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
  assign dw_we_o = dw_we;

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

  // Data for the outside, one cycle after the access.
  reg               st_delta_q;
  wire [DATA_W-1:0] st_delta_data;
  reg               st_w_q;
  wire [DATA_W-1:0] st_w_data;
  reg               st_y_q;
  wire [DATA_W-1:0] st_y_data;
  reg               st_dw_q;
  wire [DATA_W-1:0] st_dw_data;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      st_delta_q <= 1'b0;
      st_w_q <= 1'b0;
      st_y_q <= 1'b0;
      st_dw_q <= 1'b0;
    end else begin
      st_delta_q <= st_go_i & st_delta;
      st_w_q <= st_go_i & st_w;
      st_y_q <= st_go_i & st_y;
      st_dw_q <= st_go_i & st_dw;
    end
  end

  gl2x2_int8_place #(
      .WORD_W   (OP_W),
      .ELEMENT_W(DELTA_EW),
      .DATA_W   (DATA_W),
      .POSITION (DELTA_POS)
  ) u_place_delta (
      .valid_i(st_delta_q),
      .word_i (delta_rdata),
      .data_o (st_delta_data)
  );

  gl2x2_int8_place #(
      .WORD_W   (OP_W),
      .ELEMENT_W(W_EW),
      .DATA_W   (DATA_W),
      .POSITION (W_POS)
  ) u_place_w (
      .valid_i(st_w_q),
      .word_i (w_rdata),
      .data_o (st_w_data)
  );

  gl2x2_int8_place #(
      .WORD_W   (ACC_W),
      .ELEMENT_W(Y_EW),
      .DATA_W   (DATA_W),
      .POSITION (Y_POS)
  ) u_place_y (
      .valid_i(st_y_q),
      .word_i (y_rdata),
      .data_o (st_y_data)
  );

  gl2x2_int8_place #(
      .WORD_W   (ACC_W),
      .ELEMENT_W(DW_EW),
      .DATA_W   (DATA_W),
      .POSITION (DW_POS)
  ) u_place_dw (
      .valid_i(st_dw_q),
      .word_i (dw_rdata),
      .data_o (st_dw_data)
  );

  assign st_data_o = {DATA_W{1'b0}}
      | st_delta_data
      | st_w_data
      | st_y_data
      | st_dw_data
      ;

  // High bits that a narrow or shallow buffer does not need, and slots of operations that are not built.
  wire unused = &{1'b0, ld_addr_i, ld_data_i, st_addr_i, slot_o
      , drained_addr_q
      , 1'b0};

endmodule

`default_nettype wire
