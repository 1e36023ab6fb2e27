// SPDX-License-Identifier: Apache-2.0
// <%name%>_row_lane: the west edge of one row: <%#has_x%>X bank<%/has_x%><%#has_dx%>, DX bank<%/has_dx%><%#training%>, DERIV bank<%/training%>, and the control of
// the row's PEs<%#training%>; the backward lane at its east edge<%/training%>.
//
// Contract   The slot bus comes from the lane above and is passed to the lane below one cycle later, so
//            row r works r cycles after row 0. In the cycle in which a lane holds a slot it reads its
//            banks; in the next one it drives ctl_o and west_o into the row.
//            slot_i: [0] FPROP, [1] DGRAD, [2] WGRAD, [3] first (as in <%name%>_pe),
//                    [4] a drain step, [5] swap, [6] a weight-load step, [7] read partial sums.
<%#training%>
//                    [8] U1, [9] U2<%#decay%>, [10] U3<%/decay%> (as in <%name%>_pe).
<%/training%>
//            A row at or beyond rows_i drives 0 and reads nothing.
<%#lagged%>
//            The adders are <%lag%> cycle<%#lag_2%>s<%/lag_2%> behind the multipliers: ctl_o[5:0] leave that much later than the rest<%#has_dx%>,
//            and psum_i, psum_rows_i and dx_addr_i, which say what is read of the partial sums, come so<%/has_dx%>.
<%/lagged%>
<%#split_add%>
<%#has_dx%>
//            The upper half of a psum is driven one cycle after the lower one; east_i is both halves again.
<%/has_dx%>
<%/split_add%>
<%#has_dx%>
//            The write bus (wr_*) does the same for the DX words that leave the row at the east.
<%/has_dx%>
<%#training%>
//            A DX word marked final goes through the backward lane instead: requantized, times the
//            derivative in the DERIV bank, out on delta_*_o four cycles later.
//            Words of the next layer's X and DERIV come in on next_*_i and are written at once.
//            The fields_* inputs belong to the command that runs and do not change while it does.
<%/training%>
//            Bank accesses from outside: see <%name%>_core. The block outputs are combinational from the
//            inputs of their channel.
// Parameters ROWS, ROW (this lane's number), CNT_W bits that hold 0..ROWS, OP_W, ACC_W, ADDR_W,
//            GROUP_W, DATA_W<%#has_x%>, X_DEPTH<%/has_x%><%#has_dx%>, DX_DEPTH<%/has_dx%> with their address widths.
// Reset      Synchronous, control only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_row_lane #(
    parameter ROWS      = <%rows%>,
    parameter ROW       = 0,
    parameter CNT_W     = <%row_cnt_w%>,
<%#has_x%>
    parameter OP_W      = <%operand_bits%>,
<%/has_x%>
<%#has_dx%>
    parameter ACC_W     = <%accumulator_bits%>,
<%/has_dx%>
<%#training%>
    parameter STEP_W    = <%step_bits%>,
    parameter SHIFT_W   = <%rate_shift_w%>,
    parameter DERIV_W   = <%deriv_bits%>,
<%/training%>
    parameter ADDR_W    = <%addr_w%>,
    parameter GROUP_W   = <%group_w%>,
<%#has_x%>
    parameter X_DEPTH   = <%depth_x%>,
    parameter X_ADDR_W  = <%abits_x%>,
<%/has_x%>
<%#has_dx%>
    parameter DX_DEPTH  = <%depth_dx%>,
    parameter DX_ADDR_W = <%abits_dx%>,
<%/has_dx%>
    parameter DATA_W    = <%data_w%>
) (
    input  wire              clk_i,
    input  wire              rst_ni,
    // Slot bus from the lane above, and to the lane below.
    input  wire [       <%ctl_top%>:0] slot_i,
    input  wire [ CNT_W-1:0] rows_i,
<%#weights%>
    input  wire [ CNT_W-1:0] load_step_i,
<%/weights%>
<%#wgrad%>
    input  wire [ CNT_W-1:0] drain_step_i,
<%/wgrad%>
<%#has_x%>
    input  wire [ADDR_W-1:0] x_addr_i,
<%/has_x%>
<%#has_dx%>
    input  wire [ADDR_W-1:0] dx_addr_i,
<%#lagged%>
    input  wire              psum_i,
    input  wire [ CNT_W-1:0] psum_rows_i,
    output reg               psum_o,
    output reg  [ CNT_W-1:0] psum_rows_o,
<%/lagged%>
<%/has_dx%>
    output reg  [       <%ctl_top%>:0] slot_o,
    output reg  [ CNT_W-1:0] rows_o,
<%#weights%>
    output reg  [ CNT_W-1:0] load_step_o,
<%/weights%>
<%#wgrad%>
    output reg  [ CNT_W-1:0] drain_step_o,
<%/wgrad%>
<%#has_x%>
    output reg  [ADDR_W-1:0] x_addr_o,
<%/has_x%>
<%#has_dx%>
    output reg  [ADDR_W-1:0] dx_addr_o,
<%/has_dx%>
    // Into the first PE of the row.
    output <%^lagged%>reg <%/lagged%><%#lagged%>wire<%/lagged%> [       <%pe_ctl_top%>:0] ctl_o,
<%#has_dx%>
    output wire [ ACC_W-1:0] west_o,
    // Psum from the last PE of the row, and the write bus for it.
    input  wire [ ACC_W-1:0] east_i,
    input  wire              wr_i,
    input  wire [ADDR_W-1:0] wr_addr_i,
    input  wire [ CNT_W-1:0] wr_rows_i,
    output reg               wr_o,
    output reg  [ADDR_W-1:0] wr_addr_o,
    output reg  [ CNT_W-1:0] wr_rows_o,
<%/has_dx%>
<%^has_dx%>
    output wire [  OP_W-1:0] west_o,
<%/has_dx%>
<%#training%>
    // Final DX words, and what becomes of them.
    input  wire              start_i,
    input  wire              wr_final_i,
    output reg               wr_final_o,
    input  wire [      15:0] fields_scale_i,
    input  wire [       5:0] fields_shift_i,
<%#stochastic%>
    input  wire              fields_sr_post_i,
    input  wire              fields_sr_update_i,
<%/stochastic%>
    input  wire [  OP_W-2:0] fields_rate_i,
    input  wire [SHIFT_W-1:0] fields_rate_shift_i,
<%#decay%>
    input  wire [  OP_W-2:0] fields_decay_i,
<%/decay%>
    input  wire [ADDR_W-1:0] fields_x_base_i,
    input  wire [ADDR_W-1:0] fields_next_base_i,
    output wire              delta_we_o,
    output wire [ADDR_W-1:0] delta_waddr_o,
    output wire [  OP_W-1:0] delta_wdata_o,
    // The next layer's X and DERIV words.
    input  wire              next_we_i,
    input  wire [ADDR_W-1:0] next_waddr_i,
    input  wire [  OP_W-1:0] next_x_i,
    input  wire [DERIV_W-1:0] next_deriv_i,
<%#stochastic%>
    input  wire              seed_valid_i,
    input  wire [      31:0] seed_i,
<%/stochastic%>
<%/training%>
    // Bank accesses from outside, the same for all lanes; the lanes of the group that is named answer.
    input  wire [GROUP_W-1:0] ld_group_i,
    input  wire [ADDR_W-1:0] ld_addr_i,
    input  wire [DATA_W-1:0] ld_data_i,
<%#has_x%>
    input  wire              ld_x_i,
<%/has_x%>
<%#has_dx%>
    input  wire              ld_dx_i,
<%/has_dx%>
<%#training%>
    input  wire              ld_deriv_i,
<%/training%>
    input  wire              ld_go_i,
    output wire              ld_block_o,
    input  wire [GROUP_W-1:0] st_group_i,
    input  wire [ADDR_W-1:0] st_addr_i,
<%#has_x%>
    input  wire              st_x_i,
<%/has_x%>
<%#has_dx%>
    input  wire              st_dx_i,
<%/has_dx%>
<%#training%>
    input  wire              st_deriv_i,
<%/training%>
    input  wire              st_go_i,
    output wire              st_block_o,
    output wire [DATA_W-1:0] st_data_o,
    // What the array does with the banks in this cycle.
<%#has_x%>
    output wire              x_re_o<%#has_dx%>,<%/has_dx%>
<%/has_x%>
<%#has_dx%>
    output wire              dx_re_o,
    output wire              dx_we_o<%#training%>,<%/training%>
<%/has_dx%>
<%#training%>
    output wire              x_we_o,
    output wire              deriv_re_o
<%/training%>
);

  localparam [CNT_W-1:0] ROW_NUMBER = ROW;
  // Steps before this one load this row's shadow weight; drain steps from this one on shift it out.
  localparam [CNT_W-1:0] TURN = ROWS - ROW;

  // The slot of this lane, and what it means for this row.
  always @(posedge clk_i) begin
    if (!rst_ni) slot_o <= <%ctl_w%>'d0;
    else slot_o <= slot_i;
  end

  always @(posedge clk_i) begin
    rows_o <= rows_i;
<%#weights%>
    load_step_o <= load_step_i;
<%/weights%>
<%#wgrad%>
    drain_step_o <= drain_step_i;
<%/wgrad%>
<%#has_x%>
    x_addr_o <= x_addr_i;
<%/has_x%>
<%#has_dx%>
    dx_addr_o <= dx_addr_i;
<%#lagged%>
    psum_rows_o <= psum_rows_i;
<%/lagged%>
<%/has_dx%>
  end
<%#lagged%>
<%#has_dx%>

  always @(posedge clk_i) begin
    if (!rst_ni) psum_o <= 1'b0;
    else psum_o <= psum_i;
  end
<%/has_dx%>
<%/lagged%>

<%#has_x%>
  wire active = rows_o > ROW_NUMBER;
<%/has_x%>
<%^has_x%>
<%^lagged%>
  wire active = rows_o > ROW_NUMBER;
<%/lagged%>
<%/has_x%>
<%#has_x%>

  // This lane's place in a vector: its group and the bit where its element begins.
  localparam X_EW = <%element_x%>;
  localparam X_LANES = DATA_W / X_EW;
  localparam [31:0] X_GROUP_WIDE = ROW / X_LANES;
  localparam [GROUP_W-1:0] X_GROUP = X_GROUP_WIDE[GROUP_W-1:0];
  localparam X_POS = (ROW % X_LANES) * X_EW;
  wire x_re = (slot_o[0] | slot_o[2]) & active;
<%#training%>
  wire x_we = next_we_i;
<%/training%>
<%^training%>
  wire x_we = 1'b0;
<%/training%>
  wire ld_x = ld_x_i & (ld_group_i == X_GROUP);
  wire st_x = st_x_i & (st_group_i == X_GROUP);
<%/has_x%>
<%#has_dx%>

  localparam DX_EW = <%element_dx%>;
  localparam DX_LANES = DATA_W / DX_EW;
  localparam [31:0] DX_GROUP_WIDE = ROW / DX_LANES;
  localparam [GROUP_W-1:0] DX_GROUP = DX_GROUP_WIDE[GROUP_W-1:0];
  localparam DX_POS = (ROW % DX_LANES) * DX_EW;
<%#lagged%>
  wire dx_re = psum_o & (psum_rows_o > ROW_NUMBER);
<%/lagged%>
<%^lagged%>
  wire dx_re = slot_o[1] & slot_o[7] & active;
<%/lagged%>
<%#split_add%>
  localparam LOW_W = (ACC_W + 1) / 2;
<%/split_add%>
  wire dx_out = wr_i & (wr_rows_i > ROW_NUMBER);
<%#training%>
  wire dx_we = dx_out & ~wr_final_i;
<%/training%>
<%^training%>
  wire dx_we = dx_out;
<%/training%>
  wire ld_dx = ld_dx_i & (ld_group_i == DX_GROUP);
  wire st_dx = st_dx_i & (st_group_i == DX_GROUP);
<%/has_dx%>
<%#training%>

  localparam DERIV_EW = <%element_deriv%>;
  localparam DERIV_LANES = DATA_W / DERIV_EW;
  localparam [31:0] DERIV_GROUP_WIDE = ROW / DERIV_LANES;
  localparam [GROUP_W-1:0] DERIV_GROUP = DERIV_GROUP_WIDE[GROUP_W-1:0];
  localparam DERIV_POS = (ROW % DERIV_LANES) * DERIV_EW;
  wire ld_deriv = ld_deriv_i & (ld_group_i == DERIV_GROUP);
  wire st_deriv = st_deriv_i & (st_group_i == DERIV_GROUP);
  wire deriv_re;
<%/training%>

  assign ld_block_o = 1'b0
<%#has_x%>
      | (ld_x & x_we)
<%/has_x%>
<%#has_dx%>
      | (ld_dx & dx_we)
<%/has_dx%>
<%#training%>
      | (ld_deriv & next_we_i)
<%/training%>
      ;
  assign st_block_o = 1'b0
<%#has_x%>
      | (st_x & x_re)
<%/has_x%>
<%#has_dx%>
      | (st_dx & dx_re)
<%/has_dx%>
<%#training%>
      | (st_deriv & deriv_re)
<%/training%>
      ;

  // Banks.
<%#has_x%>
  wire [OP_W-1:0] x_rdata;

  <%name%>_ram #(
      .WIDTH (OP_W),
      .DEPTH (X_DEPTH),
      .ADDR_W(X_ADDR_W)
  ) u_x (
      .clk_i  (clk_i),
      .we_i   (x_we | (ld_go_i & ld_x)),
<%#training%>
      .waddr_i(x_we ? next_waddr_i[X_ADDR_W-1:0] : ld_addr_i[X_ADDR_W-1:0]),
      .wdata_i(x_we ? next_x_i : ld_data_i[X_POS+:OP_W]),
<%/training%>
<%^training%>
      .waddr_i(ld_addr_i[X_ADDR_W-1:0]),
      .wdata_i(ld_data_i[X_POS+:OP_W]),
<%/training%>
      .re_i   (x_re | (st_go_i & st_x)),
      .raddr_i(x_re ? x_addr_o[X_ADDR_W-1:0] : st_addr_i[X_ADDR_W-1:0]),
      .rdata_o(x_rdata)
  );
<%/has_x%>
<%#has_dx%>
  wire [ACC_W-1:0] dx_rdata;

  <%name%>_ram #(
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
<%/has_dx%>
<%#training%>
  wire [ DERIV_W-1:0] deriv_rdata;
  wire [X_ADDR_W-1:0] deriv_raddr;

  <%name%>_ram #(
      .WIDTH (DERIV_W),
      .DEPTH (X_DEPTH),
      .ADDR_W(X_ADDR_W)
  ) u_deriv (
      .clk_i  (clk_i),
      .we_i   (next_we_i | (ld_go_i & ld_deriv)),
      .waddr_i(next_we_i ? next_waddr_i[X_ADDR_W-1:0] : ld_addr_i[X_ADDR_W-1:0]),
      .wdata_i(next_we_i ? next_deriv_i : ld_data_i[DERIV_POS+:DERIV_W]),
      .re_i   (deriv_re | (st_go_i & st_deriv)),
      .raddr_i(deriv_re ? deriv_raddr : st_addr_i[X_ADDR_W-1:0]),
      .rdata_o(deriv_rdata)
  );

  // Lanes of the training hardware.
  wire [ADDR_W-1:0] deriv_addr;
  wire [ ACC_W-1:0] update_word;

  assign deriv_raddr = deriv_addr[X_ADDR_W-1:0];

  <%name%>_backward_lane #(
<%#stochastic%>
      .ROW    (ROW),
<%/stochastic%>
      .OP_W   (OP_W),
      .ACC_W  (ACC_W),
      .DERIV_W(DERIV_W),
      .ADDR_W (ADDR_W)
  ) u_backward (
      .clk_i             (clk_i),
      .rst_ni            (rst_ni),
      .start_i           (start_i),
      .fields_scale_i    (fields_scale_i),
      .fields_shift_i    (fields_shift_i),
      .fields_x_base_i   (fields_x_base_i),
      .fields_next_base_i(fields_next_base_i),
<%#stochastic%>
      .fields_sr_post_i  (fields_sr_post_i),
      .seed_valid_i      (seed_valid_i),
      .seed_i            (seed_i),
<%/stochastic%>
      .final_i           (dx_out & wr_final_i),
      .sum_i             (east_i),
      .deriv_re_o        (deriv_re),
      .deriv_raddr_o     (deriv_addr),
      .deriv_i           (deriv_rdata),
      .delta_we_o        (delta_we_o),
      .delta_waddr_o     (delta_waddr_o),
      .delta_wdata_o     (delta_wdata_o)
  );

  <%name%>_update_lane #(
<%#stochastic%>
      .ROW    (ROW),
<%/stochastic%>
      .OP_W   (OP_W),
      .ACC_W  (ACC_W),
      .STEP_W (STEP_W),
      .SHIFT_W(SHIFT_W)
  ) u_update (
      .clk_i              (clk_i),
<%#stochastic%>
      .rst_ni             (rst_ni),
      .active_i           (active),
      .fields_sr_update_i (fields_sr_update_i),
      .seed_valid_i       (seed_valid_i),
      .seed_i             (seed_i),
<%/stochastic%>
      .fields_rate_i      (fields_rate_i),
      .fields_rate_shift_i(fields_rate_shift_i),
<%#decay%>
      .fields_decay_i     (fields_decay_i),
<%/decay%>
      .slot_i             (slot_o[<%ctl_top%>:8]),
      .west_o             (update_word)
  );

  wire unused_training = &{1'b0, deriv_addr, next_waddr_i, 1'b0};
<%/training%>

  // One cycle later the words are there: drive them into the row with the control.
<%#has_x%>
  reg x_drive_q;
<%/has_x%>
<%#has_dx%>
  reg dx_drive_q;
<%/has_dx%>

<%#lagged%>
  reg  [<%pe_ctl_top%>:0] ctl_q;

  assign ctl_o[7:6] = ctl_q[7:6];
  assign ctl_o[<%pe_ctl_top%>:<%early_fprop%>] = ctl_q[<%pe_ctl_top%>:<%early_fprop%>];

  <%name%>_delay #(
      .WIDTH (<%late_bits%>),
      .STAGES(<%lag%>)
  ) u_late (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
<%#training%>
      .data_i({ctl_q[<%ctl_top%>:8], ctl_q[5:0]}),
      .data_o({ctl_o[<%ctl_top%>:8], ctl_o[5:0]})
<%/training%>
<%^training%>
      .data_i(ctl_q[5:0]),
      .data_o(ctl_o[5:0])
<%/training%>
  );

<%/lagged%>
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      <%ctl_reg%> <= <%pe_ctl_w%>'d0;
<%#has_x%>
      x_drive_q <= 1'b0;
<%/has_x%>
<%#has_dx%>
      dx_drive_q <= 1'b0;
<%/has_dx%>
    end else begin
<%#lagged%>
      ctl_q[<%early_wgrad%>] <= slot_o[2];
      ctl_q[<%early_fprop%>] <= slot_o[0];
<%#training%>
      ctl_q[<%early_u2%>] <= slot_o[9];
<%#decay%>
      ctl_q[<%early_u3%>] <= slot_o[10];
<%/decay%>
<%/training%>
<%/lagged%>
      <%ctl_reg%>[3:0] <= slot_o[3:0];
<%#wgrad%>
      <%ctl_reg%>[4] <= slot_o[4] & (drain_step_o == {CNT_W{1'b0}});
      <%ctl_reg%>[5] <= slot_o[4] & (drain_step_o >= TURN);
<%/wgrad%>
<%^wgrad%>
      <%ctl_reg%>[5:4] <= 2'b00;
<%/wgrad%>
<%#training%>
      <%ctl_reg%>[<%ctl_top%>:8] <= slot_o[<%ctl_top%>:8];
<%/training%>
      <%ctl_reg%>[6] <= slot_o[5];
<%#weights%>
      <%ctl_reg%>[7] <= slot_o[6] & (load_step_o < TURN);
<%/weights%>
<%^weights%>
      <%ctl_reg%>[7] <= 1'b0;
<%/weights%>
<%#has_x%>
      x_drive_q <= x_re;
<%/has_x%>
<%#has_dx%>
      dx_drive_q <= dx_re;
<%/has_dx%>
    end
  end

<%#split_add%>
<%#has_dx%>
  reg [ACC_W-1:LOW_W] dx_high_q;

  always @(posedge clk_i) dx_high_q <= {(ACC_W - LOW_W) {dx_drive_q}} & dx_rdata[ACC_W-1:LOW_W];

<%/has_dx%>
<%/split_add%>
<%#has_x%>
<%#has_dx%>
  wire [ACC_W-1:0] x_word = {{(ACC_W - OP_W) {x_rdata[OP_W-1]}}, x_rdata};

<%^split_add%>
  assign west_o = ({ACC_W{x_drive_q}} & x_word) | ({ACC_W{dx_drive_q}} & dx_rdata)<%#training%> | update_word<%/training%>;
<%/split_add%>
<%#split_add%>
  assign west_o = {dx_high_q, ({LOW_W{x_drive_q}} & x_word[LOW_W-1:0]) | ({LOW_W{dx_drive_q}} & dx_rdata[LOW_W-1:0])};

  wire unused_x_word = &{1'b0, x_word[ACC_W-1:LOW_W], 1'b0};
<%/split_add%>
<%/has_dx%>
<%^has_dx%>
  assign west_o = {OP_W{x_drive_q}} & x_rdata;
<%/has_dx%>
<%/has_x%>
<%^has_x%>
<%^split_add%>
  assign west_o = {ACC_W{dx_drive_q}} & dx_rdata;
<%/split_add%>
<%#split_add%>
  assign west_o = {dx_high_q, {LOW_W{dx_drive_q}} & dx_rdata[LOW_W-1:0]};
<%/split_add%>
<%/has_x%>
<%#has_dx%>

  // Write bus.
  always @(posedge clk_i) begin
    if (!rst_ni) wr_o <= 1'b0;
    else wr_o <= wr_i;
  end

  always @(posedge clk_i) begin
    wr_addr_o <= wr_addr_i;
    wr_rows_o <= wr_rows_i;
<%#training%>
    wr_final_o <= wr_final_i;
<%/training%>
  end

  assign dx_re_o = dx_re;
  assign dx_we_o = dx_we;
<%/has_dx%>
<%#has_x%>

  assign x_re_o = x_re;
<%/has_x%>

<%#training%>

  assign x_we_o     = x_we;
  assign deriv_re_o = deriv_re;
<%/training%>

  // Data for the outside, one cycle after the access.
<%#has_x%>
  reg               st_x_q;
  wire [DATA_W-1:0] st_x_data;
<%/has_x%>
<%#has_dx%>
  reg               st_dx_q;
  wire [DATA_W-1:0] st_dx_data;
<%/has_dx%>
<%#training%>
  reg               st_deriv_q;
  wire [DATA_W-1:0] st_deriv_data;
<%/training%>

  always @(posedge clk_i) begin
    if (!rst_ni) begin
<%#has_x%>
      st_x_q <= 1'b0;
<%/has_x%>
<%#has_dx%>
      st_dx_q <= 1'b0;
<%/has_dx%>
<%#training%>
      st_deriv_q <= 1'b0;
<%/training%>
    end else begin
<%#has_x%>
      st_x_q <= st_go_i & st_x;
<%/has_x%>
<%#has_dx%>
      st_dx_q <= st_go_i & st_dx;
<%/has_dx%>
<%#training%>
      st_deriv_q <= st_go_i & st_deriv;
<%/training%>
    end
  end

<%#has_x%>
  <%name%>_place #(
      .WORD_W   (OP_W),
      .ELEMENT_W(X_EW),
      .DATA_W   (DATA_W),
      .POSITION (X_POS)
  ) u_place_x (
      .valid_i(st_x_q),
      .word_i (x_rdata),
      .data_o (st_x_data)
  );

<%/has_x%>
<%#has_dx%>
  <%name%>_place #(
      .WORD_W   (ACC_W),
      .ELEMENT_W(DX_EW),
      .DATA_W   (DATA_W),
      .POSITION (DX_POS)
  ) u_place_dx (
      .valid_i(st_dx_q),
      .word_i (dx_rdata),
      .data_o (st_dx_data)
  );

<%/has_dx%>
<%#training%>
  <%name%>_place #(
      .WORD_W   (DERIV_W),
      .ELEMENT_W(DERIV_EW),
      .DATA_W   (DATA_W),
      .POSITION (DERIV_POS),
      .SIGNED   (0)
  ) u_place_deriv (
      .valid_i(st_deriv_q),
      .word_i (deriv_rdata),
      .data_o (st_deriv_data)
  );

<%/training%>
  assign st_data_o = {DATA_W{1'b0}}
<%#has_x%>
      | st_x_data
<%/has_x%>
<%#has_dx%>
      | st_dx_data
<%/has_dx%>
<%#training%>
      | st_deriv_data
<%/training%>
      ;

  // High bits that a narrow or shallow buffer does not need, and slot bits that are not for this row.
  wire unused = &{1'b0, ld_addr_i, ld_data_i, st_addr_i, slot_o, 1'b0};

endmodule

`default_nettype wire
