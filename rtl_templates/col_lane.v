// SPDX-License-Identifier: Apache-2.0
// <%name%>_col_lane: the north and south edge of one column: <%#has_delta%>DELTA bank, <%/has_delta%><%#has_w%>W bank, <%/has_w%><%#has_y%>Y bank, <%/has_y%><%#has_dw%>DW bank, <%/has_dw%><%#training%>BIAS bank, forward
// lane, <%/training%>and what is driven into the column from the north.
//
// Contract   The slot bus comes from the lane to the west and is passed to the lane to the east one cycle
//            later, so column c works c cycles after column 0. In the cycle in which a lane holds a slot
//            it reads its banks; in the next one it drives north_o<%#weights%> and weight_o<%/weights%> into the column.
//            slot_i: [0] FPROP, [1] DGRAD, [2] WGRAD, [3] read delta (otherwise the last one is held),
//                    [4] read partial sums, [5] read a weight.
<%#training%>
//                    [6] the delta word counts for the bias, [7] as the first, [8] as the last one.
<%/training%>
<%#delta_hold%>
//                    [<%slot_from_hold%>] delta comes from the hold memory, [<%slot_to_hold%>] the word that is read goes there too.
//            The hold memory takes the word that the DELTA bank shows one cycle after it was read; its address is
//            the lower part of that of the bank, which is different for all vectors of a batch that fits.
<%/delta_hold%>
//            A column at or beyond cols_i (load_cols_i for weights) drives 0 and reads nothing.
<%#lagged%>
<%#has_y%>
//            The adders are <%lag%> cycle<%#lag_2%>s<%/lag_2%> behind the multipliers: psum_i, psum_cols_i and y_addr_i, which say what
//            is read of the partial sums, come that much later than the rest of a slot.
<%/has_y%>
<%/lagged%>
<%#split_add%>
<%#has_y%>
//            The upper half of a psum is driven one cycle after the lower one; south_i is both halves again.
<%/has_y%>
<%/split_add%>
<%#has_y%>
//            The write bus (wr_*) does the same for the Y words that leave the column at the south.
<%/has_y%>
<%#has_dw%>
//            The drain bus (drain_*) does the same for dW: in the cycle in which a lane holds a drain step
//            the DW word is read, if drain_acc_i is set, and in the next one it is written.
<%/has_dw%>
<%#training%>
//            With fields_update_i the drained words are weights, and are written to the W bank.
//            Y words marked final go through the forward lane (<%name%>_forward_lane). Delta words of the
//            layer below come in on below_*_i and are written at once.
//            The fields_* inputs belong to the command that runs and do not change while it does.
<%/training%>
//            Bank accesses from outside: see <%name%>_core. The block outputs are combinational from the
//            inputs of their channel.
// Parameters COL (this lane's number), CNT_W bits that hold 0..C, OP_W, ACC_W, ADDR_W, GROUP_W, DATA_W,
//            and a depth and address width for every bank.
// Numerics   DW words are added with the overflow policy of <%name%>_add.
// Reset      Synchronous, control only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_col_lane #(
    parameter COL          = 0,
    parameter CNT_W        = <%col_cnt_w%>,
    parameter OP_W         = <%operand_bits%>,
<%#x_stream%>
    parameter ACC_W        = <%accumulator_bits%>,
<%/x_stream%>
<%#training%>
    parameter MASTER_W     = <%master_bits%>,
    parameter DERIV_W      = <%deriv_bits%>,
    parameter BIAS_DEPTH   = <%depth_bias%>,
    parameter BIAS_ADDR_W  = <%abits_bias%>,
<%/training%>
    parameter ADDR_W       = <%addr_w%>,
    parameter GROUP_W      = <%group_w%>,
<%#has_delta%>
    parameter DELTA_DEPTH  = <%depth_delta%>,
    parameter DELTA_ADDR_W = <%abits_delta%>,
<%/has_delta%>
<%#delta_hold%>
    parameter HOLD_DEPTH   = <%depth_hold%>,
    parameter HOLD_ADDR_W  = <%abits_hold%>,
<%/delta_hold%>
<%#has_w%>
    parameter W_DEPTH      = <%depth_w%>,
    parameter W_ADDR_W     = <%abits_w%>,
<%/has_w%>
<%#has_y%>
    parameter Y_DEPTH      = <%depth_y%>,
    parameter Y_ADDR_W     = <%abits_y%>,
<%/has_y%>
<%#has_dw%>
    parameter DW_DEPTH     = <%depth_dw%>,
    parameter DW_ADDR_W    = <%abits_dw%>,
<%/has_dw%>
    parameter DATA_W       = <%data_w%>
) (
    input  wire              clk_i,
    input  wire              rst_ni,
    // Slot bus from the lane to the west, and to the lane to the east.
    input  wire [       <%col_slot_top%>:0] slot_i,
    input  wire [ CNT_W-1:0] cols_i,
    output reg  [       <%col_slot_top%>:0] slot_o,
    output reg  [ CNT_W-1:0] cols_o,
<%#has_delta%>
    input  wire [ADDR_W-1:0] delta_addr_i,
    output reg  [ADDR_W-1:0] delta_addr_o,
    output wire              delta_re_o,
<%/has_delta%>
<%#delta_hold%>
    output wire              hold_re_o,
    output wire              hold_we_o,
<%/delta_hold%>
<%#has_w%>
    input  wire [ CNT_W-1:0] load_cols_i,
    input  wire [ADDR_W-1:0] w_addr_i,
    output reg  [ CNT_W-1:0] load_cols_o,
    output reg  [ADDR_W-1:0] w_addr_o,
<%#training%>
    output wire [MASTER_W-1:0] weight_o,
<%/training%>
<%^training%>
    output wire [  OP_W-1:0] weight_o,
<%/training%>
    output wire              w_re_o,
<%/has_w%>
<%#has_y%>
    input  wire [ADDR_W-1:0] y_addr_i,
    output reg  [ADDR_W-1:0] y_addr_o,
<%#lagged%>
    input  wire              psum_i,
    input  wire [ CNT_W-1:0] psum_cols_i,
    output reg               psum_o,
    output reg  [ CNT_W-1:0] psum_cols_o,
<%/lagged%>
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
<%/has_y%>
<%^has_y%>
    output wire [  OP_W-1:0] north_o,
<%/has_y%>
<%#has_dw%>
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
<%/has_dw%>
<%#training%>
    // The command that runs.
    input  wire              start_i,
    input  wire              fields_update_i,
    input  wire              fields_to_x_i,
    input  wire              fields_to_y_i,
    input  wire              fields_loss_i,
    input  wire              fields_bgrad_i,
    input  wire [       2:0] fields_act_i,
    input  wire [       2:0] fields_leak_i,
    input  wire [      15:0] fields_scale_i,
    input  wire [       5:0] fields_shift_i,
    input  wire [      15:0] fields_bias_scale_i,
    input  wire [       5:0] fields_bias_shift_i,
    input  wire [ADDR_W-1:0] fields_bias_base_i,
    input  wire [ADDR_W-1:0] fields_next_base_i,
    input  wire [ADDR_W-1:0] fields_y_base_i,
    input  wire [ADDR_W-1:0] fields_delta_base_i,
<%#stochastic%>
    input  wire              fields_sr_post_i,
    input  wire              seed_valid_i,
    input  wire [      31:0] seed_i,
<%/stochastic%>
    // Final words at the south, and the last vector of a tile.
    input  wire              wr_final_i,
    input  wire              wr_tile_end_i,
    output reg               wr_final_o,
    output reg               wr_tile_end_o,
    // X and DERIV words of the next layer, for the row of the same number.
    output wire              next_we_o,
    output wire [ADDR_W-1:0] next_waddr_o,
    output wire [  OP_W-1:0] next_x_o,
    output wire [DERIV_W-1:0] next_deriv_o,
    // Delta words of the layer below, from the row of the same number.
    input  wire              below_we_i,
    input  wire [ADDR_W-1:0] below_waddr_i,
    input  wire [  OP_W-1:0] below_delta_i,
    // What the array does with these banks in this cycle.
    output wire [ ACC_W-1:0] y_wdata_o,
    output wire              delta_we_o,
    output wire [  OP_W-1:0] delta_wdata_o,
    output wire              w_we_o,
    output wire              bias_re_o,
    output wire              bias_we_o,
    output wire [ ACC_W-1:0] bias_wdata_o,
<%/training%>
    // Bank accesses from outside, the same for all lanes; the lanes of the group that is named answer.
    input  wire [GROUP_W-1:0] ld_group_i,
    input  wire [ADDR_W-1:0] ld_addr_i,
    input  wire [DATA_W-1:0] ld_data_i,
<%#has_delta%>
    input  wire              ld_delta_i,
<%/has_delta%>
<%#has_w%>
    input  wire              ld_w_i,
<%/has_w%>
<%#has_y%>
    input  wire              ld_y_i,
<%/has_y%>
<%#has_dw%>
    input  wire              ld_dw_i,
<%/has_dw%>
<%#training%>
    input  wire              ld_bias_i,
<%/training%>
    input  wire              ld_go_i,
    output wire              ld_block_o,
    input  wire [GROUP_W-1:0] st_group_i,
    input  wire [ADDR_W-1:0] st_addr_i,
<%#has_delta%>
    input  wire              st_delta_i,
<%/has_delta%>
<%#has_w%>
    input  wire              st_w_i,
<%/has_w%>
<%#has_y%>
    input  wire              st_y_i,
<%/has_y%>
<%#has_dw%>
    input  wire              st_dw_i,
<%/has_dw%>
<%#training%>
    input  wire              st_bias_i,
<%/training%>
    input  wire              st_go_i,
    output wire              st_block_o,
    output wire [DATA_W-1:0] st_data_o
);

  localparam [CNT_W-1:0] COL_NUMBER = COL;
<%#split_add%>
<%#has_y%>
  localparam LOW_W = (ACC_W + 1) / 2;
<%/has_y%>
<%/split_add%>

  // The slot of this lane, and what it means for this column.
  always @(posedge clk_i) begin
    if (!rst_ni) slot_o <= <%col_slot_w%>'d0;
    else slot_o <= slot_i;
  end

  always @(posedge clk_i) begin
    cols_o <= cols_i;
<%#has_delta%>
    delta_addr_o <= delta_addr_i;
<%/has_delta%>
<%#has_w%>
    load_cols_o <= load_cols_i;
    w_addr_o <= w_addr_i;
<%/has_w%>
<%#has_y%>
    y_addr_o <= y_addr_i;
<%#lagged%>
    psum_cols_o <= psum_cols_i;
<%/lagged%>
<%/has_y%>
  end
<%#lagged%>
<%#has_y%>

  always @(posedge clk_i) begin
    if (!rst_ni) psum_o <= 1'b0;
    else psum_o <= psum_i;
  end
<%/has_y%>
<%/lagged%>

<%#has_delta%>
  wire active = cols_o > COL_NUMBER;
<%/has_delta%>
<%^has_delta%>
<%^lagged%>
  wire active = cols_o > COL_NUMBER;
<%/lagged%>
<%/has_delta%>

  // This lane's place in the vectors of its buffers: the group, and the bit where its element begins.
<%#has_delta%>

  localparam DELTA_EW = <%element_delta%>;
  localparam DELTA_LANES = DATA_W / DELTA_EW;
  localparam [31:0] DELTA_GROUP_WIDE = COL / DELTA_LANES;
  localparam [GROUP_W-1:0] DELTA_GROUP = DELTA_GROUP_WIDE[GROUP_W-1:0];
  localparam DELTA_POS = (COL % DELTA_LANES) * DELTA_EW;
  wire ld_delta = ld_delta_i & (ld_group_i == DELTA_GROUP);
  wire st_delta = st_delta_i & (st_group_i == DELTA_GROUP);
  // The array needs the read port in WGRAD slots too: the word in it is held.
<%#delta_hold%>
  wire delta_slot = (slot_o[1] | slot_o[2]) & active;
  wire from_hold = slot_o[<%slot_from_hold%>];
  wire delta_use = delta_slot & ~from_hold;
<%/delta_hold%>
<%^delta_hold%>
  wire delta_use = (slot_o[1] | slot_o[2]) & active;
<%/delta_hold%>
  wire delta_re = delta_use & slot_o[3];
<%#training%>
  wire              target_re;
  wire [ADDR_W-1:0] target_addr;
  wire              loss_we;
  wire [ADDR_W-1:0] loss_waddr;
  wire [  OP_W-1:0] loss_delta;
  wire              delta_we = loss_we | below_we_i;
<%/training%>
<%/has_delta%>
<%#has_w%>

  localparam W_EW = <%element_w%>;
  localparam W_LANES = DATA_W / W_EW;
  localparam [31:0] W_GROUP_WIDE = COL / W_LANES;
  localparam [GROUP_W-1:0] W_GROUP = W_GROUP_WIDE[GROUP_W-1:0];
  localparam W_POS = (COL % W_LANES) * W_EW;
  wire ld_w = ld_w_i & (ld_group_i == W_GROUP);
  wire st_w = st_w_i & (st_group_i == W_GROUP);
  wire w_re = slot_o[5] & (load_cols_o > COL_NUMBER);
<%/has_w%>
<%#has_y%>

  localparam Y_EW = <%element_y%>;
  localparam Y_LANES = DATA_W / Y_EW;
  localparam [31:0] Y_GROUP_WIDE = COL / Y_LANES;
  localparam [GROUP_W-1:0] Y_GROUP = Y_GROUP_WIDE[GROUP_W-1:0];
  localparam Y_POS = (COL % Y_LANES) * Y_EW;
  wire ld_y = ld_y_i & (ld_group_i == Y_GROUP);
  wire st_y = st_y_i & (st_group_i == Y_GROUP);
<%#lagged%>
  wire y_re = psum_o & (psum_cols_o > COL_NUMBER);
<%/lagged%>
<%^lagged%>
  wire y_re = slot_o[0] & slot_o[4] & active;
<%/lagged%>
  wire y_out = wr_i & (wr_cols_i > COL_NUMBER);
<%#training%>
  wire              final_we;
  wire [ADDR_W-1:0] final_waddr;
  wire y_we = (y_out & ~wr_final_i) | final_we;
<%/training%>
<%^training%>
  wire y_we = y_out;
<%/training%>
<%/has_y%>
<%#has_dw%>

  localparam DW_EW = <%element_dw%>;
  localparam DW_LANES = DATA_W / DW_EW;
  localparam [31:0] DW_GROUP_WIDE = COL / DW_LANES;
  localparam [GROUP_W-1:0] DW_GROUP = DW_GROUP_WIDE[GROUP_W-1:0];
  localparam DW_POS = (COL % DW_LANES) * DW_EW;
  wire ld_dw = ld_dw_i & (ld_group_i == DW_GROUP);
  wire st_dw = st_dw_i & (st_group_i == DW_GROUP);
  wire drain_here = drain_i & (drain_cols_i > COL_NUMBER);
  wire dw_re = drain_here & drain_acc_i;
  reg  drained_q;
<%#training%>
  wire dw_we = drained_q & ~fields_update_i;
  wire w_we = drained_q & fields_update_i;
<%/training%>
<%^training%>
  wire dw_we = drained_q;
<%/training%>
<%/has_dw%>
<%#training%>

  localparam BIAS_EW = <%element_bias%>;
  localparam BIAS_LANES = DATA_W / BIAS_EW;
  localparam [31:0] BIAS_GROUP_WIDE = COL / BIAS_LANES;
  localparam [GROUP_W-1:0] BIAS_GROUP = BIAS_GROUP_WIDE[GROUP_W-1:0];
  localparam BIAS_POS = (COL % BIAS_LANES) * BIAS_EW;
  wire ld_bias = ld_bias_i & (ld_group_i == BIAS_GROUP);
  wire st_bias = st_bias_i & (st_group_i == BIAS_GROUP);
  wire              bias_re;
  wire [ADDR_W-1:0] bias_raddr;
  wire [ ACC_W-1:0] bias_rdata;
  wire              bias_we;
  wire [ADDR_W-1:0] bias_waddr;
  wire [ ACC_W-1:0] bias_wdata;
<%/training%>

  assign ld_block_o = 1'b0
<%#has_y%>
      | (ld_y & y_we)
<%/has_y%>
<%#has_dw%>
      | (ld_dw & dw_we)
<%/has_dw%>
<%#training%>
      | (ld_delta & delta_we) | (ld_w & w_we) | (ld_bias & bias_we)
<%/training%>
      ;
  assign st_block_o = 1'b0
<%#has_delta%>
      | (st_delta & delta_use)
<%/has_delta%>
<%#has_w%>
      | (st_w & w_re)
<%/has_w%>
<%#has_y%>
      | (st_y & y_re)
<%/has_y%>
<%#has_dw%>
      | (st_dw & dw_re)
<%/has_dw%>
<%#training%>
      | (st_delta & target_re) | (st_bias & bias_re)
<%/training%>
      ;
<%#has_delta%>

  wire [OP_W-1:0] delta_rdata;

  <%name%>_ram #(
      .WIDTH (OP_W),
      .DEPTH (DELTA_DEPTH),
      .ADDR_W(DELTA_ADDR_W)
  ) u_delta (
      .clk_i  (clk_i),
<%#training%>
      .we_i   (delta_we | (ld_go_i & ld_delta)),
      .waddr_i(loss_we ? loss_waddr[DELTA_ADDR_W-1:0] :
               below_we_i ? below_waddr_i[DELTA_ADDR_W-1:0] : ld_addr_i[DELTA_ADDR_W-1:0]),
      .wdata_i(loss_we ? loss_delta : below_we_i ? below_delta_i : ld_data_i[DELTA_POS+:OP_W]),
      .re_i   (delta_re | target_re | (st_go_i & st_delta)),
      .raddr_i(delta_re ? delta_addr_o[DELTA_ADDR_W-1:0] :
               target_re ? target_addr[DELTA_ADDR_W-1:0] : st_addr_i[DELTA_ADDR_W-1:0]),
<%/training%>
<%^training%>
      .we_i   (ld_go_i & ld_delta),
      .waddr_i(ld_addr_i[DELTA_ADDR_W-1:0]),
      .wdata_i(ld_data_i[DELTA_POS+:OP_W]),
      .re_i   (delta_re | (st_go_i & st_delta)),
      .raddr_i(delta_re ? delta_addr_o[DELTA_ADDR_W-1:0] : st_addr_i[DELTA_ADDR_W-1:0]),
<%/training%>
      .rdata_o(delta_rdata)
  );
<%/has_delta%>
<%#delta_hold%>

  wire                   hold_re = delta_slot & from_hold & slot_o[3];
  reg                    hold_we_q;
  reg  [HOLD_ADDR_W-1:0] hold_waddr_q;
  wire [       OP_W-1:0] hold_rdata;
  reg                    from_hold_q;
  wire [       OP_W-1:0] delta_data = from_hold_q ? hold_rdata : delta_rdata;

  always @(posedge clk_i) begin
    if (!rst_ni) hold_we_q <= 1'b0;
    else hold_we_q <= delta_re & slot_o[<%slot_to_hold%>];
  end

  always @(posedge clk_i) begin
    hold_waddr_q <= delta_addr_o[HOLD_ADDR_W-1:0];
    from_hold_q  <= from_hold;
  end

  <%name%>_ram #(
      .WIDTH (OP_W),
      .DEPTH (HOLD_DEPTH),
      .ADDR_W(HOLD_ADDR_W)
  ) u_hold (
      .clk_i  (clk_i),
      .we_i   (hold_we_q),
      .waddr_i(hold_waddr_q),
      .wdata_i(delta_rdata),
      .re_i   (hold_re),
      .raddr_i(delta_addr_o[HOLD_ADDR_W-1:0]),
      .rdata_o(hold_rdata)
  );

  assign hold_re_o = hold_re;
  assign hold_we_o = hold_we_q;
<%/delta_hold%>
<%#has_w%>

<%#training%>
  wire [MASTER_W-1:0] w_rdata;
  reg  [  ADDR_W-1:0] drained_addr_q;
  reg  [   ACC_W-1:0] drained_data_q;

  <%name%>_ram #(
      .WIDTH (MASTER_W),
      .DEPTH (W_DEPTH),
      .ADDR_W(W_ADDR_W)
  ) u_w (
      .clk_i  (clk_i),
      .we_i   (w_we | (ld_go_i & ld_w)),
      .waddr_i(w_we ? drained_addr_q[W_ADDR_W-1:0] : ld_addr_i[W_ADDR_W-1:0]),
      .wdata_i(w_we ? drained_data_q[MASTER_W-1:0] : ld_data_i[W_POS+:MASTER_W]),
      .re_i   (w_re | (st_go_i & st_w)),
      .raddr_i(w_re ? w_addr_o[W_ADDR_W-1:0] : st_addr_i[W_ADDR_W-1:0]),
      .rdata_o(w_rdata)
  );
<%/training%>
<%^training%>
  wire [OP_W-1:0] w_rdata;

  <%name%>_ram #(
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
<%/training%>
<%/has_w%>
<%#has_y%>

  wire [ACC_W-1:0] y_rdata;
<%#training%>
  wire [OP_W-1:0] activation;
  wire [ACC_W-1:0] y_wdata = final_we ? {{(ACC_W - OP_W) {activation[OP_W-1]}}, activation} : south_i;
<%/training%>

  <%name%>_ram #(
      .WIDTH (ACC_W),
      .DEPTH (Y_DEPTH),
      .ADDR_W(Y_ADDR_W)
  ) u_y (
      .clk_i  (clk_i),
      .we_i   (y_we | (ld_go_i & ld_y)),
<%#training%>
      .waddr_i(final_we ? final_waddr[Y_ADDR_W-1:0] :
               y_we ? wr_addr_i[Y_ADDR_W-1:0] : ld_addr_i[Y_ADDR_W-1:0]),
      .wdata_i(y_we ? y_wdata : ld_data_i[Y_POS+:ACC_W]),
<%/training%>
<%^training%>
      .waddr_i(y_we ? wr_addr_i[Y_ADDR_W-1:0] : ld_addr_i[Y_ADDR_W-1:0]),
      .wdata_i(y_we ? south_i : ld_data_i[Y_POS+:ACC_W]),
<%/training%>
      .re_i   (y_re | (st_go_i & st_y)),
      .raddr_i(y_re ? y_addr_o[Y_ADDR_W-1:0] : st_addr_i[Y_ADDR_W-1:0]),
      .rdata_o(y_rdata)
  );
<%/has_y%>
<%#has_dw%>

  // A drained word waits one cycle for the word it is added to.
  reg              drained_acc_q;
<%^training%>
  reg [ADDR_W-1:0] drained_addr_q;
  reg [ ACC_W-1:0] drained_data_q;
<%/training%>
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

  <%name%>_add #(
      .WIDTH(ACC_W)
  ) u_add (
      .a_i  (dw_rdata),
      .b_i  (drained_data_q),
      .sum_o(dw_sum)
  );

  assign dw_wdata_o = drained_acc_q ? dw_sum : drained_data_q;

  <%name%>_ram #(
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
<%/has_dw%>
<%#has_y%>

  // Write bus.
  always @(posedge clk_i) begin
    if (!rst_ni) wr_o <= 1'b0;
    else wr_o <= wr_i;
  end

  always @(posedge clk_i) begin
    wr_addr_o <= wr_addr_i;
    wr_cols_o <= wr_cols_i;
<%#training%>
    wr_final_o    <= wr_final_i;
    wr_tile_end_o <= wr_tile_end_i;
<%/training%>
  end

  assign y_re_o = y_re;
  assign y_we_o = y_we;
<%/has_y%>

  // One cycle later the words are there: drive them into the column.
<%#has_delta%>
  reg delta_drive_q;
<%/has_delta%>
<%#has_w%>
  reg w_drive_q;
<%/has_w%>
<%#has_y%>
  reg y_drive_q;
<%/has_y%>

  always @(posedge clk_i) begin
    if (!rst_ni) begin
<%#has_delta%>
      delta_drive_q <= 1'b0;
<%/has_delta%>
<%#has_w%>
      w_drive_q <= 1'b0;
<%/has_w%>
<%#has_y%>
      y_drive_q <= 1'b0;
<%/has_y%>
    end else begin
<%#has_delta%>
      delta_drive_q <= <%#delta_hold%>delta_slot<%/delta_hold%><%^delta_hold%>delta_use<%/delta_hold%>;
<%/has_delta%>
<%#has_w%>
      w_drive_q <= w_re;
<%/has_w%>
<%#has_y%>
      y_drive_q <= y_re;
<%/has_y%>
    end
  end

<%#split_add%>
<%#has_y%>
  reg [ACC_W-1:LOW_W] y_high_q;

  always @(posedge clk_i) y_high_q <= {(ACC_W - LOW_W) {y_drive_q}} & y_rdata[ACC_W-1:LOW_W];

<%/has_y%>
<%/split_add%>
<%#has_y%>
<%#has_delta%>
<%#delta_hold%>
  wire [ACC_W-1:0] delta_word = {{(ACC_W - OP_W) {delta_data[OP_W-1]}}, delta_data};
<%/delta_hold%>
<%^delta_hold%>
  wire [ACC_W-1:0] delta_word = {{(ACC_W - OP_W) {delta_rdata[OP_W-1]}}, delta_rdata};
<%/delta_hold%>

<%^split_add%>
  assign north_o = ({ACC_W{y_drive_q}} & y_rdata) | ({ACC_W{delta_drive_q}} & delta_word);
<%/split_add%>
<%#split_add%>
  assign north_o = {y_high_q, ({LOW_W{y_drive_q}} & y_rdata[LOW_W-1:0]) | ({LOW_W{delta_drive_q}} & delta_word[LOW_W-1:0])};

  wire unused_delta_word = &{1'b0, delta_word[ACC_W-1:LOW_W], 1'b0};
<%/split_add%>
<%/has_delta%>
<%^has_delta%>
<%^split_add%>
  assign north_o = {ACC_W{y_drive_q}} & y_rdata;
<%/split_add%>
<%#split_add%>
  assign north_o = {y_high_q, {LOW_W{y_drive_q}} & y_rdata[LOW_W-1:0]};
<%/split_add%>
<%/has_delta%>
<%/has_y%>
<%^has_y%>
  assign north_o = {OP_W{delta_drive_q}} & <%#delta_hold%>delta_data<%/delta_hold%><%^delta_hold%>delta_rdata<%/delta_hold%>;
<%/has_y%>
<%#has_delta%>
  assign delta_re_o = delta_re<%#training%> | target_re<%/training%>;
<%/has_delta%>
<%#has_w%>
<%#training%>
  assign weight_o = {MASTER_W{w_drive_q}} & w_rdata;
<%/training%>
<%^training%>
  assign weight_o = {OP_W{w_drive_q}} & w_rdata;
<%/training%>
  assign w_re_o = w_re;
<%/has_w%>
<%#training%>

  <%name%>_ram #(
      .WIDTH (ACC_W),
      .DEPTH (BIAS_DEPTH),
      .ADDR_W(BIAS_ADDR_W)
  ) u_bias (
      .clk_i  (clk_i),
      .we_i   (bias_we | (ld_go_i & ld_bias)),
      .waddr_i(bias_we ? bias_waddr[BIAS_ADDR_W-1:0] : ld_addr_i[BIAS_ADDR_W-1:0]),
      .wdata_i(bias_we ? bias_wdata : ld_data_i[BIAS_POS+:ACC_W]),
      .re_i   (bias_re | (st_go_i & st_bias)),
      .raddr_i(bias_re ? bias_raddr[BIAS_ADDR_W-1:0] : st_addr_i[BIAS_ADDR_W-1:0]),
      .rdata_o(bias_rdata)
  );

  // The delta word of the slot before this cycle, for the bias.
  reg bias_add_q;
  reg bias_first_q;
  reg bias_last_q;

  always @(posedge clk_i) begin
    if (!rst_ni) bias_add_q <= 1'b0;
    else bias_add_q <= delta_re & slot_o[6];
  end

  always @(posedge clk_i) begin
    bias_first_q <= slot_o[7];
    bias_last_q  <= slot_o[8];
  end

  <%name%>_forward_lane #(
<%#stochastic%>
      .COL    (COL),
<%/stochastic%>
      .OP_W   (OP_W),
      .ACC_W  (ACC_W),
      .DERIV_W(DERIV_W),
      .ADDR_W (ADDR_W)
  ) u_forward (
      .clk_i              (clk_i),
      .rst_ni             (rst_ni),
      .start_i            (start_i),
      .fields_to_x_i      (fields_to_x_i),
      .fields_to_y_i      (fields_to_y_i),
      .fields_loss_i      (fields_loss_i),
      .fields_bgrad_i     (fields_bgrad_i),
      .fields_act_i       (fields_act_i),
      .fields_leak_i      (fields_leak_i),
      .fields_scale_i     (fields_scale_i),
      .fields_shift_i     (fields_shift_i),
      .fields_bias_scale_i(fields_bias_scale_i),
      .fields_bias_shift_i(fields_bias_shift_i),
      .fields_bias_base_i (fields_bias_base_i),
      .fields_next_base_i (fields_next_base_i),
      .fields_y_base_i    (fields_y_base_i),
      .fields_delta_base_i(fields_delta_base_i),
<%#stochastic%>
      .fields_sr_post_i   (fields_sr_post_i),
      .seed_valid_i       (seed_valid_i),
      .seed_i             (seed_i),
<%/stochastic%>
      .final_i            (y_out & wr_final_i),
      .tile_end_i         (wr_tile_end_i),
      .sum_i              (south_i),
      .bias_add_i         (bias_add_q),
      .bias_first_i       (bias_first_q),
      .bias_last_i        (bias_last_q),
      .delta_i            (delta_rdata),
      .bias_re_o          (bias_re),
      .bias_raddr_o       (bias_raddr),
      .bias_rdata_i       (bias_rdata),
      .bias_we_o          (bias_we),
      .bias_waddr_o       (bias_waddr),
      .bias_wdata_o       (bias_wdata),
      .target_re_o        (target_re),
      .target_addr_o      (target_addr),
      .target_i           (delta_rdata),
      .delta_we_o         (loss_we),
      .delta_waddr_o      (loss_waddr),
      .delta_wdata_o      (loss_delta),
      .y_we_o             (final_we),
      .y_waddr_o          (final_waddr),
      .next_we_o          (next_we_o),
      .next_waddr_o       (next_waddr_o),
      .next_x_o           (activation),
      .next_deriv_o       (next_deriv_o)
  );

  assign next_x_o      = activation;
  assign y_wdata_o     = y_wdata;
  assign delta_we_o    = delta_we;
  assign delta_wdata_o = loss_we ? loss_delta : below_delta_i;
  assign w_we_o        = w_we;
  assign bias_re_o     = bias_re;
  assign bias_we_o     = bias_we;
  assign bias_wdata_o  = bias_wdata;
<%/training%>

  // Data for the outside, one cycle after the access.
<%#has_delta%>
  reg               st_delta_q;
  wire [DATA_W-1:0] st_delta_data;
<%/has_delta%>
<%#has_w%>
  reg               st_w_q;
  wire [DATA_W-1:0] st_w_data;
<%/has_w%>
<%#has_y%>
  reg               st_y_q;
  wire [DATA_W-1:0] st_y_data;
<%/has_y%>
<%#has_dw%>
  reg               st_dw_q;
  wire [DATA_W-1:0] st_dw_data;
<%/has_dw%>
<%#training%>
  reg               st_bias_q;
  wire [DATA_W-1:0] st_bias_data;
<%/training%>

  always @(posedge clk_i) begin
    if (!rst_ni) begin
<%#has_delta%>
      st_delta_q <= 1'b0;
<%/has_delta%>
<%#has_w%>
      st_w_q <= 1'b0;
<%/has_w%>
<%#has_y%>
      st_y_q <= 1'b0;
<%/has_y%>
<%#has_dw%>
      st_dw_q <= 1'b0;
<%/has_dw%>
<%#training%>
      st_bias_q <= 1'b0;
<%/training%>
    end else begin
<%#has_delta%>
      st_delta_q <= st_go_i & st_delta;
<%/has_delta%>
<%#has_w%>
      st_w_q <= st_go_i & st_w;
<%/has_w%>
<%#has_y%>
      st_y_q <= st_go_i & st_y;
<%/has_y%>
<%#has_dw%>
      st_dw_q <= st_go_i & st_dw;
<%/has_dw%>
<%#training%>
      st_bias_q <= st_go_i & st_bias;
<%/training%>
    end
  end

<%#has_delta%>
  <%name%>_place #(
      .WORD_W   (OP_W),
      .ELEMENT_W(DELTA_EW),
      .DATA_W   (DATA_W),
      .POSITION (DELTA_POS)
  ) u_place_delta (
      .valid_i(st_delta_q),
      .word_i (delta_rdata),
      .data_o (st_delta_data)
  );

<%/has_delta%>
<%#has_w%>
  <%name%>_place #(
<%#training%>
      .WORD_W   (MASTER_W),
<%/training%>
<%^training%>
      .WORD_W   (OP_W),
<%/training%>
      .ELEMENT_W(W_EW),
      .DATA_W   (DATA_W),
      .POSITION (W_POS)
  ) u_place_w (
      .valid_i(st_w_q),
      .word_i (w_rdata),
      .data_o (st_w_data)
  );

<%/has_w%>
<%#has_y%>
  <%name%>_place #(
      .WORD_W   (ACC_W),
      .ELEMENT_W(Y_EW),
      .DATA_W   (DATA_W),
      .POSITION (Y_POS)
  ) u_place_y (
      .valid_i(st_y_q),
      .word_i (y_rdata),
      .data_o (st_y_data)
  );

<%/has_y%>
<%#has_dw%>
  <%name%>_place #(
      .WORD_W   (ACC_W),
      .ELEMENT_W(DW_EW),
      .DATA_W   (DATA_W),
      .POSITION (DW_POS)
  ) u_place_dw (
      .valid_i(st_dw_q),
      .word_i (dw_rdata),
      .data_o (st_dw_data)
  );

<%/has_dw%>
<%#training%>
  <%name%>_place #(
      .WORD_W   (ACC_W),
      .ELEMENT_W(BIAS_EW),
      .DATA_W   (DATA_W),
      .POSITION (BIAS_POS)
  ) u_place_bias (
      .valid_i(st_bias_q),
      .word_i (bias_rdata),
      .data_o (st_bias_data)
  );

<%/training%>
  assign st_data_o = {DATA_W{1'b0}}
<%#has_delta%>
      | st_delta_data
<%/has_delta%>
<%#has_w%>
      | st_w_data
<%/has_w%>
<%#has_y%>
      | st_y_data
<%/has_y%>
<%#has_dw%>
      | st_dw_data
<%/has_dw%>
<%#training%>
      | st_bias_data
<%/training%>
      ;

  // High bits that a narrow or shallow buffer does not need, and slots of operations that are not built.
  wire unused = &{1'b0, ld_addr_i, ld_data_i, st_addr_i, slot_o
<%#has_dw%>
      , drained_addr_q
<%/has_dw%>
<%#training%>
      , bias_raddr, bias_waddr, target_addr, loss_waddr, below_waddr_i, final_waddr
<%/training%>
      , 1'b0};

endmodule

`default_nettype wire
