// SPDX-License-Identifier: Apache-2.0
// gl3x5_int4_row_lane: the west edge of one row: X bank, DX bank, and the control of
// the row's PEs.
//
// Contract   The slot bus comes from the lane above and is passed to the lane below one cycle later, so
//            row r works r cycles after row 0. In the cycle in which a lane holds a slot it reads its
//            banks; in the next one it drives ctl_o and west_o into the row.
//            slot_i: [0] FPROP, [1] DGRAD, [2] WGRAD, [3] first (as in gl3x5_int4_pe),
//                    [4] a drain step, [5] swap, [6] a weight-load step, [7] read partial sums.
//            A row at or beyond rows_i drives 0 and reads nothing.
//            The write bus (wr_*) does the same for the DX words that leave the row at the east.
//            Bank accesses from outside: see gl3x5_int4_core. The block outputs are combinational from the
//            inputs of their channel.
// Parameters ROWS, ROW (this lane's number), CNT_W bits that hold 0..ROWS, OP_W, ACC_W, ADDR_W,
//            GROUP_W, DATA_W, X_DEPTH, DX_DEPTH with their address widths.
// Reset      Synchronous, control only.
// Made by gradloom 0.1.0, configuration e4c31fd60046672e.
`default_nettype none

module gl3x5_int4_row_lane #(
    parameter ROWS      = 3,
    parameter ROW       = 0,
    parameter CNT_W     = 2,
    parameter OP_W      = 4,
    parameter ACC_W     = 20,
    parameter ADDR_W    = 10,
    parameter GROUP_W   = 3,
    parameter X_DEPTH   = 1024,
    parameter X_ADDR_W  = 10,
    parameter DX_DEPTH  = 1024,
    parameter DX_ADDR_W = 10,
    parameter DATA_W    = 32
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
    // Bank accesses from outside, the same for all lanes; the lanes of the group that is named answer.
    input  wire [GROUP_W-1:0] ld_group_i,
    input  wire [ADDR_W-1:0] ld_addr_i,
    input  wire [DATA_W-1:0] ld_data_i,
    input  wire              ld_x_i,
    input  wire              ld_dx_i,
    input  wire              ld_go_i,
    output wire              ld_block_o,
    input  wire [GROUP_W-1:0] st_group_i,
    input  wire [ADDR_W-1:0] st_addr_i,
    input  wire              st_x_i,
    input  wire              st_dx_i,
    input  wire              st_go_i,
    output wire              st_block_o,
    output wire [DATA_W-1:0] st_data_o,
    // What the array does with the banks in this cycle.
    output wire              x_re_o,
    output wire              dx_re_o,
    output wire              dx_we_o
);

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

  // This lane's place in a vector: its group and the bit where its element begins.
  localparam X_EW = 32;
  localparam X_LANES = DATA_W / X_EW;
  localparam [31:0] X_GROUP_WIDE = ROW / X_LANES;
  localparam [GROUP_W-1:0] X_GROUP = X_GROUP_WIDE[GROUP_W-1:0];
  localparam X_POS = (ROW % X_LANES) * X_EW;
  wire x_re = (slot_o[0] | slot_o[2]) & active;
  wire x_we = 1'b0;
  wire ld_x = ld_x_i & (ld_group_i == X_GROUP);
  wire st_x = st_x_i & (st_group_i == X_GROUP);

  localparam DX_EW = 32;
  localparam DX_LANES = DATA_W / DX_EW;
  localparam [31:0] DX_GROUP_WIDE = ROW / DX_LANES;
  localparam [GROUP_W-1:0] DX_GROUP = DX_GROUP_WIDE[GROUP_W-1:0];
  localparam DX_POS = (ROW % DX_LANES) * DX_EW;
  wire dx_re = slot_o[1] & slot_o[7] & active;
  wire dx_out = wr_i & (wr_rows_i > ROW_NUMBER);
  wire dx_we = dx_out;
  wire ld_dx = ld_dx_i & (ld_group_i == DX_GROUP);
  wire st_dx = st_dx_i & (st_group_i == DX_GROUP);

  assign ld_block_o = 1'b0
      | (ld_x & x_we)
      | (ld_dx & dx_we)
      ;
  assign st_block_o = 1'b0
      | (st_x & x_re)
      | (st_dx & dx_re)
      ;

  // Banks.
  wire [OP_W-1:0] x_rdata;

  gl3x5_int4_ram #(
      .WIDTH (OP_W),
      .DEPTH (X_DEPTH),
      .ADDR_W(X_ADDR_W)
  ) u_x (
      .clk_i  (clk_i),
      .we_i   (x_we | (ld_go_i & ld_x)),
      .waddr_i(ld_addr_i[X_ADDR_W-1:0]),
      .wdata_i(ld_data_i[X_POS+:OP_W]),
      .re_i   (x_re | (st_go_i & st_x)),
      .raddr_i(x_re ? x_addr_o[X_ADDR_W-1:0] : st_addr_i[X_ADDR_W-1:0]),
      .rdata_o(x_rdata)
  );
  wire [ACC_W-1:0] dx_rdata;

  gl3x5_int4_ram #(
      .WIDTH (ACC_W),
      .DEPTH (DX_DEPTH),
      .ADDR_W(DX_ADDR_W)
  ) u_dx (
      .clk_i  (clk_i),
      .we_i   (dx_we | (ld_go_i & ld_dx)),
      .waddr_i(dx_we ? wr_addr_i[DX_ADDR_W-1:0] : ld_addr_i[DX_ADDR_W-1:0]),
      .wdata_i(dx_we ? east_i : ld_data_i[DX_POS+:ACC_W]),
      .re_i   (dx_re | (st_go_i & st_dx)),
      .raddr_i(dx_re ? dx_addr_o[DX_ADDR_W-1:0] : st_addr_i[DX_ADDR_W-1:0]),
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


  // Data for the outside, one cycle after the access.
  reg               st_x_q;
  wire [DATA_W-1:0] st_x_data;
  reg               st_dx_q;
  wire [DATA_W-1:0] st_dx_data;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      st_x_q <= 1'b0;
      st_dx_q <= 1'b0;
    end else begin
      st_x_q <= st_go_i & st_x;
      st_dx_q <= st_go_i & st_dx;
    end
  end

  gl3x5_int4_place #(
      .WORD_W   (OP_W),
      .ELEMENT_W(X_EW),
      .DATA_W   (DATA_W),
      .POSITION (X_POS)
  ) u_place_x (
      .valid_i(st_x_q),
      .word_i (x_rdata),
      .data_o (st_x_data)
  );

  gl3x5_int4_place #(
      .WORD_W   (ACC_W),
      .ELEMENT_W(DX_EW),
      .DATA_W   (DATA_W),
      .POSITION (DX_POS)
  ) u_place_dx (
      .valid_i(st_dx_q),
      .word_i (dx_rdata),
      .data_o (st_dx_data)
  );

  assign st_data_o = {DATA_W{1'b0}}
      | st_x_data
      | st_dx_data
      ;

  // High bits that a narrow or shallow buffer does not need, and slot bits that are not for this row.
  wire unused = &{1'b0, ld_addr_i, ld_data_i, st_addr_i, slot_o, 1'b0};

endmodule

`default_nettype wire
