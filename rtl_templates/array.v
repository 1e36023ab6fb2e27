// SPDX-License-Identifier: Apache-2.0
// <%name%>_array: <%rows%> x <%cols%> processing elements with their edge lanes and buffers.
//
// Contract   The sequencer issues slots, weight-load steps and drain steps on the row and column slot buses
//            (fields: <%name%>_row_lane, <%name%>_col_lane); what is issued in cycle k reaches
//            lane 0 in cycle k+1 and lane l in cycle k+1+l. Results are written to the buffers by writers
//            that follow the wavefront. start_i begins a command and sets the writers; the layer_* inputs must not change
//            while a command runs.
// Parameters ROWS, COLS and widths as in the modules below.
// Reset      Synchronous, control only; bank contents stay.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_array #(
    parameter ROWS      = <%rows%>,
    parameter ROW_CNT_W = <%row_cnt_w%>,
    parameter COLS      = <%cols%>,
    parameter COL_CNT_W = <%col_cnt_w%>,
    parameter OP_W      = <%operand_bits%>,
    parameter ACC_W     = <%accumulator_bits%>,
    parameter DIM_W     = <%dim_w%>,
    parameter ADDR_W    = <%addr_w%>,
<%#training%>
    parameter MASTER_W  = <%master_bits%>,
    parameter DERIV_W   = <%deriv_bits%>,
    parameter SHIFT_W   = <%rate_shift_w%>,
<%/training%>
    parameter GROUP_W   = <%group_w%>,
    parameter DATA_W    = <%data_w%>
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    // Row slot bus.
    input  wire [          <%ctl_top%>:0] row_slot_i,
    input  wire [ROW_CNT_W-1:0] rows_i,
<%#weights%>
    input  wire [ROW_CNT_W-1:0] load_step_i,
<%/weights%>
<%#wgrad%>
    input  wire [ROW_CNT_W-1:0] drain_step_i,
<%/wgrad%>
<%#has_x%>
    input  wire [   ADDR_W-1:0] x_addr_i,
<%/has_x%>
<%#has_dx%>
    input  wire [   ADDR_W-1:0] dx_addr_i,
<%/has_dx%>
    // Column slot bus.
    input  wire [          <%col_slot_top%>:0] col_slot_i,
    input  wire [COL_CNT_W-1:0] cols_i,
<%#has_delta%>
    input  wire [   ADDR_W-1:0] delta_addr_i,
<%/has_delta%>
<%#has_w%>
    input  wire [COL_CNT_W-1:0] load_cols_i,
    input  wire [   ADDR_W-1:0] w_addr_i,
<%/has_w%>
<%#has_y%>
    input  wire [   ADDR_W-1:0] y_addr_i,
<%/has_y%>
    // The command that runs.
    input  wire                 start_i,
<%#psum%>
    input  wire [    DIM_W-1:0] layer_batch_i,
<%/psum%>
<%#backward_any%>
    input  wire [    DIM_W-1:0] layer_row_tiles_i,
    input  wire [ROW_CNT_W-1:0] layer_last_rows_i,
<%/backward_any%>
<%#x_stream%>
    input  wire [    DIM_W-1:0] layer_col_tiles_i,
    input  wire [COL_CNT_W-1:0] layer_last_cols_i,
<%/x_stream%>
<%#has_y%>
    input  wire [   ADDR_W-1:0] layer_y_base_i,
<%/has_y%>
<%#has_dx%>
    input  wire [   ADDR_W-1:0] layer_dx_base_i,
<%/has_dx%>
<%#has_dw%>
    input  wire [   ADDR_W-1:0] layer_m_i,
    input  wire [   ADDR_W-1:0] layer_dw_base_i,
    input  wire                 layer_acc_dw_i,
<%/has_dw%>
<%#training%>
    input  wire [   ADDR_W-1:0] layer_x_base_i,
    input  wire [   ADDR_W-1:0] layer_delta_base_i,
    input  wire [   ADDR_W-1:0] layer_w_base_i,
    input  wire                 layer_post_i,
    input  wire                 layer_to_x_i,
    input  wire                 layer_to_y_i,
    input  wire                 layer_loss_i,
    input  wire                 layer_update_i,
    input  wire                 layer_bgrad_i,
<%#stochastic%>
    input  wire                 layer_sr_post_i,
    input  wire                 layer_sr_update_i,
<%/stochastic%>
    input  wire [          2:0] layer_act_i,
    input  wire [          2:0] layer_leak_i,
    input  wire [         15:0] layer_scale_i,
    input  wire [          5:0] layer_shift_i,
    input  wire [         15:0] layer_bias_scale_i,
    input  wire [          5:0] layer_bias_shift_i,
    input  wire [     OP_W-2:0] layer_rate_i,
    input  wire [  SHIFT_W-1:0] layer_rate_shift_i,
<%#decay%>
    input  wire [     OP_W-2:0] layer_decay_i,
<%/decay%>
    input  wire [   ADDR_W-1:0] layer_bias_base_i,
    input  wire [   ADDR_W-1:0] layer_next_base_i,
<%#stochastic%>
    input  wire                 seed_valid_i,
    input  wire [         31:0] seed_i,
<%/stochastic%>
<%/training%>
    // What leaves the array at lane 0 in this cycle, for the counters.
<%#training%>
    output wire                 y_final_o,
    output wire                 dx_final_o,
<%/training%>
<%#has_y%>
    output wire                 y_wr_o,
    output wire [COL_CNT_W-1:0] y_wr_lanes_o,
<%/has_y%>
<%#has_dx%>
    output wire                 dx_wr_o,
    output wire [ROW_CNT_W-1:0] dx_wr_lanes_o,
<%/has_dx%>
<%#has_dw%>
    output wire                 dw_wr_o,
    output wire [COL_CNT_W-1:0] dw_wr_lanes_o,
<%/has_dw%>
<%#abft%>
    // Registers of the array checksum.
    input  wire                 abft_clear_i,
    output wire [         31:0] abft_status_o,
    output wire [         31:0] abft_tile_o,
    output wire [         31:0] abft_errors_o,
<%/abft%>
    // Bank accesses from outside: into the banks (ld), and out of them (st).
    input  wire [          7:0] ld_buffer_i,
    input  wire [  GROUP_W-1:0] ld_group_i,
    input  wire [   ADDR_W-1:0] ld_addr_i,
    input  wire [   DATA_W-1:0] ld_data_i,
    input  wire                 ld_go_i,
    output wire                 ld_block_o,
    input  wire [          7:0] st_buffer_i,
    input  wire [  GROUP_W-1:0] st_group_i,
    input  wire [   ADDR_W-1:0] st_addr_i,
    input  wire                 st_go_i,
    output wire                 st_block_o,
    output wire [   DATA_W-1:0] st_data_o
`ifdef GRADLOOM_TRACE
<%#trace_ports%>
    , output wire <%range_pad%><%name%>
<%/trace_ports%>
`endif
);

  genvar r, c;

  wire unused_buffers = &{1'b0, ld_buffer_i, st_buffer_i, 1'b0};

  // Row lanes, north to south. What goes down the lanes is named after its source: a lane reads the
  // outputs of the lane above, the first one the ports of this module.
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : g_row
      wire [          <%ctl_top%>:0] slot, slot_down;
      wire [ROW_CNT_W-1:0] rows, rows_down;
<%#weights%>
      wire [ROW_CNT_W-1:0] load_step, load_step_down;
<%/weights%>
<%#wgrad%>
      wire [ROW_CNT_W-1:0] drain_step, drain_step_down;
<%/wgrad%>
<%#has_x%>
      wire [   ADDR_W-1:0] x_addr, x_addr_down;
      wire                 x_re;
<%/has_x%>
      wire [          <%pe_ctl_top%>:0] ctl;
<%#has_dx%>
      wire [   ADDR_W-1:0] dx_addr, dx_addr_down;
      wire [    ACC_W-1:0] west;
      wire [    ACC_W-1:0] east;
<%#lagged%>
      wire                 psum, psum_down;
      wire [ROW_CNT_W-1:0] psum_rows, psum_rows_down;
<%/lagged%>
      wire                 wr, wr_down;
      wire [   ADDR_W-1:0] wr_addr, wr_addr_down;
      wire [ROW_CNT_W-1:0] wr_rows, wr_rows_down;
      wire                 dx_re, dx_we;
<%/has_dx%>
<%#training%>
      wire                 wr_final, wr_final_down;
      wire                 x_we, deriv_re;
      wire                 delta_we;
      wire [   ADDR_W-1:0] delta_waddr;
      wire [     OP_W-1:0] delta_wdata;
<%/training%>
<%^has_dx%>
      wire [     OP_W-1:0] west;
<%/has_dx%>
      wire                 unused_trace = &{1'b0
<%#has_x%>
          , x_re
<%/has_x%>
<%#has_dx%>
          , dx_re, dx_we
<%/has_dx%>
<%#training%>
          , x_we, deriv_re
<%/training%>
          , 1'b0};
      wire                 ld_block, ld_block_down;
      wire                 st_block, st_block_down;
      wire [   DATA_W-1:0] st_data, st_data_down;

      <%name%>_row_lane #(
          .ROWS  (ROWS),
          .ROW   (r),
          .CNT_W (ROW_CNT_W),
<%#has_x%>
          .OP_W  (OP_W),
<%/has_x%>
<%#has_dx%>
          .ACC_W (ACC_W),
<%/has_dx%>
          .ADDR_W(ADDR_W),
          .GROUP_W(GROUP_W),
          .DATA_W(DATA_W)
      ) u_lane (
          .clk_i       (clk_i),
          .rst_ni      (rst_ni),
          .slot_i      (slot),
          .rows_i      (rows),
<%#weights%>
          .load_step_i (load_step),
          .load_step_o (load_step_down),
<%/weights%>
<%#wgrad%>
          .drain_step_i(drain_step),
          .drain_step_o(drain_step_down),
<%/wgrad%>
<%#has_x%>
          .x_addr_i    (x_addr),
          .x_addr_o    (x_addr_down),
          .x_re_o      (x_re),
          .ld_x_i      (ld_buffer_i[0]),
          .st_x_i      (st_buffer_i[0]),
<%/has_x%>
<%#has_dx%>
          .dx_addr_i   (dx_addr),
          .dx_addr_o   (dx_addr_down),
<%#lagged%>
          .psum_i      (psum),
          .psum_rows_i (psum_rows),
          .psum_o      (psum_down),
          .psum_rows_o (psum_rows_down),
<%/lagged%>
          .east_i      (east),
          .wr_i        (wr),
          .wr_addr_i   (wr_addr),
          .wr_rows_i   (wr_rows),
          .wr_o        (wr_down),
          .wr_addr_o   (wr_addr_down),
          .wr_rows_o   (wr_rows_down),
          .dx_re_o     (dx_re),
          .dx_we_o     (dx_we),
          .ld_dx_i     (ld_buffer_i[4]),
          .st_dx_i     (st_buffer_i[4]),
<%/has_dx%>
<%#training%>
          .start_i            (start_i),
          .wr_final_i         (wr_final),
          .wr_final_o         (wr_final_down),
          .fields_scale_i     (layer_scale_i),
          .fields_shift_i     (layer_shift_i),
<%#stochastic%>
          .fields_sr_post_i   (layer_sr_post_i),
          .fields_sr_update_i (layer_sr_update_i),
          .seed_valid_i       (seed_valid_i),
          .seed_i             (seed_i),
<%/stochastic%>
          .fields_rate_i      (layer_rate_i),
          .fields_rate_shift_i(layer_rate_shift_i),
<%#decay%>
          .fields_decay_i     (layer_decay_i),
<%/decay%>
          .fields_x_base_i    (layer_x_base_i),
          .fields_next_base_i (layer_next_base_i),
          .delta_we_o         (delta_we),
          .delta_waddr_o      (delta_waddr),
          .delta_wdata_o      (delta_wdata),
          .next_we_i          (g_col[r].next_we),
          .next_waddr_i       (g_col[r].next_waddr),
          .next_x_i           (g_col[r].next_x),
          .next_deriv_i       (g_col[r].next_deriv),
          .x_we_o             (x_we),
          .deriv_re_o         (deriv_re),
          .ld_deriv_i         (ld_buffer_i[7]),
          .st_deriv_i         (st_buffer_i[7]),
<%/training%>
          .slot_o      (slot_down),
          .rows_o      (rows_down),
          .ctl_o       (ctl),
          .west_o      (west),
          .ld_group_i  (ld_group_i),
          .ld_addr_i   (ld_addr_i),
          .ld_data_i   (ld_data_i),
          .ld_go_i     (ld_go_i),
          .ld_block_o  (ld_block),
          .st_group_i  (st_group_i),
          .st_addr_i   (st_addr_i),
          .st_go_i     (st_go_i),
          .st_block_o  (st_block),
          .st_data_o   (st_data)
      );

      if (r == 0) begin : g_first
        assign slot       = row_slot_i;
        assign rows       = rows_i;
<%#weights%>
        assign load_step  = load_step_i;
<%/weights%>
<%#wgrad%>
        assign drain_step = drain_step_i;
<%/wgrad%>
<%#has_x%>
        assign x_addr     = x_addr_i;
<%/has_x%>
<%#has_dx%>
<%#lagged%>
        <%name%>_delay #(
            .WIDTH (1 + ROW_CNT_W + ADDR_W),
            .STAGES(<%lag%>)
        ) u_late (
            .clk_i (clk_i),
            .rst_ni(rst_ni),
            .data_i({row_slot_i[1] & row_slot_i[7], rows_i, dx_addr_i}),
            .data_o({psum, psum_rows, dx_addr})
        );
<%/lagged%>
<%^lagged%>
        assign dx_addr    = dx_addr_i;
<%/lagged%>
<%/has_dx%>
        assign ld_block_down = ld_block;
        assign st_block_down = st_block;
        assign st_data_down  = st_data;
      end else begin : g_next
        assign slot       = g_row[r-1].slot_down;
        assign rows       = g_row[r-1].rows_down;
<%#weights%>
        assign load_step  = g_row[r-1].load_step_down;
<%/weights%>
<%#wgrad%>
        assign drain_step = g_row[r-1].drain_step_down;
<%/wgrad%>
<%#has_x%>
        assign x_addr     = g_row[r-1].x_addr_down;
<%/has_x%>
<%#has_dx%>
        assign dx_addr    = g_row[r-1].dx_addr_down;
<%#lagged%>
        assign psum       = g_row[r-1].psum_down;
        assign psum_rows  = g_row[r-1].psum_rows_down;
<%/lagged%>
        assign wr         = g_row[r-1].wr_down;
        assign wr_addr    = g_row[r-1].wr_addr_down;
        assign wr_rows    = g_row[r-1].wr_rows_down;
<%/has_dx%>
<%#training%>
        assign wr_final   = g_row[r-1].wr_final_down;
<%/training%>
        assign ld_block_down = g_row[r-1].ld_block_down | ld_block;
        assign st_block_down = g_row[r-1].st_block_down | st_block;
        assign st_data_down  = g_row[r-1].st_data_down | st_data;
      end
    end
  endgenerate

  // Column lanes, west to east.
  generate
    for (c = 0; c < COLS; c = c + 1) begin : g_col
      wire [          <%col_slot_top%>:0] slot, slot_right;
      wire [COL_CNT_W-1:0] cols, cols_right;
<%#has_delta%>
      wire [   ADDR_W-1:0] delta_addr, delta_addr_right;
      wire                 delta_re;
<%/has_delta%>
<%#delta_hold%>
      wire                 hold_re, hold_we;
<%/delta_hold%>
<%#has_w%>
      wire [COL_CNT_W-1:0] load_cols, load_cols_right;
      wire [   ADDR_W-1:0] w_addr, w_addr_right;
      wire [     <%#training%>MASTER_W<%/training%><%^training%>OP_W<%/training%>-1:0] weight;
      wire                 w_re;
<%/has_w%>
<%#has_y%>
      wire [   ADDR_W-1:0] y_addr, y_addr_right;
<%#lagged%>
      wire                 psum, psum_right;
      wire [COL_CNT_W-1:0] psum_cols, psum_cols_right;
<%/lagged%>
      wire [    ACC_W-1:0] north;
      wire [    ACC_W-1:0] south;
      wire                 wr, wr_right;
      wire [   ADDR_W-1:0] wr_addr, wr_addr_right;
      wire [COL_CNT_W-1:0] wr_cols, wr_cols_right;
      wire                 y_re, y_we;
<%/has_y%>
<%^has_y%>
      wire [     OP_W-1:0] north;
<%/has_y%>
<%#has_dw%>
      wire [    ACC_W-1:0] drain_data;
      wire                 drain, drain_right;
      wire                 drain_acc, drain_acc_right;
      wire [   ADDR_W-1:0] drain_addr, drain_addr_right;
      wire [COL_CNT_W-1:0] drain_cols, drain_cols_right;
      wire                 dw_re, dw_we;
      wire [    ACC_W-1:0] dw_wdata;
<%/has_dw%>
<%#training%>
      wire                 wr_final, wr_final_right;
      wire                 wr_tile_end, wr_tile_end_right;
      wire                 next_we;
      wire [   ADDR_W-1:0] next_waddr;
      wire [     OP_W-1:0] next_x;
      wire [  DERIV_W-1:0] next_deriv;
      wire [    ACC_W-1:0] y_wdata;
      wire                 delta_we;
      wire [     OP_W-1:0] delta_wdata;
      wire                 w_we;
      wire                 bias_re, bias_we;
      wire [    ACC_W-1:0] bias_wdata;
<%/training%>
      wire                 unused_trace = &{1'b0
<%#has_delta%>
          , delta_re
<%/has_delta%>
<%#delta_hold%>
          , hold_re, hold_we
<%/delta_hold%>
<%#has_w%>
          , w_re
<%/has_w%>
<%#has_y%>
          , y_re, y_we
<%/has_y%>
<%#has_dw%>
          , dw_re, dw_we, dw_wdata
<%/has_dw%>
<%#training%>
          , y_wdata, delta_we, delta_wdata, w_we, bias_re, bias_we, bias_wdata
<%/training%>
          , 1'b0};
      wire                 ld_block, ld_block_right;
      wire                 st_block, st_block_right;
      wire [   DATA_W-1:0] st_data, st_data_right;

      <%name%>_col_lane #(
          .COL   (c),
          .CNT_W (COL_CNT_W),
          .OP_W  (OP_W),
<%#x_stream%>
          .ACC_W (ACC_W),
<%/x_stream%>
          .ADDR_W(ADDR_W),
          .GROUP_W(GROUP_W),
          .DATA_W(DATA_W)
      ) u_lane (
          .clk_i       (clk_i),
          .rst_ni      (rst_ni),
          .slot_i      (slot),
          .cols_i      (cols),
          .slot_o      (slot_right),
          .cols_o      (cols_right),
<%#has_delta%>
          .delta_addr_i(delta_addr),
          .delta_addr_o(delta_addr_right),
          .delta_re_o  (delta_re),
          .ld_delta_i  (ld_buffer_i[1]),
          .st_delta_i  (st_buffer_i[1]),
<%/has_delta%>
<%#delta_hold%>
          .hold_re_o   (hold_re),
          .hold_we_o   (hold_we),
<%/delta_hold%>
<%#has_w%>
          .load_cols_i (load_cols),
          .w_addr_i    (w_addr),
          .load_cols_o (load_cols_right),
          .w_addr_o    (w_addr_right),
          .weight_o    (weight),
          .w_re_o      (w_re),
          .ld_w_i      (ld_buffer_i[2]),
          .st_w_i      (st_buffer_i[2]),
<%/has_w%>
<%#has_y%>
          .y_addr_i    (y_addr),
          .y_addr_o    (y_addr_right),
<%#lagged%>
          .psum_i      (psum),
          .psum_cols_i (psum_cols),
          .psum_o      (psum_right),
          .psum_cols_o (psum_cols_right),
<%/lagged%>
          .south_i     (south),
          .wr_i        (wr),
          .wr_addr_i   (wr_addr),
          .wr_cols_i   (wr_cols),
          .wr_o        (wr_right),
          .wr_addr_o   (wr_addr_right),
          .wr_cols_o   (wr_cols_right),
          .y_re_o      (y_re),
          .y_we_o      (y_we),
          .ld_y_i      (ld_buffer_i[3]),
          .st_y_i      (st_buffer_i[3]),
<%/has_y%>
<%#has_dw%>
          .drain_data_i(drain_data),
          .drain_i     (drain),
          .drain_acc_i (drain_acc),
          .drain_addr_i(drain_addr),
          .drain_cols_i(drain_cols),
          .drain_o     (drain_right),
          .drain_acc_o (drain_acc_right),
          .drain_addr_o(drain_addr_right),
          .drain_cols_o(drain_cols_right),
          .dw_re_o     (dw_re),
          .dw_we_o     (dw_we),
          .dw_wdata_o  (dw_wdata),
          .ld_dw_i     (ld_buffer_i[5]),
          .st_dw_i     (st_buffer_i[5]),
<%/has_dw%>
<%#training%>
          .start_i            (start_i),
          .fields_update_i    (layer_update_i),
          .fields_to_x_i      (layer_to_x_i),
          .fields_to_y_i      (layer_to_y_i),
          .fields_loss_i      (layer_loss_i),
          .fields_bgrad_i     (layer_bgrad_i),
          .fields_act_i       (layer_act_i),
          .fields_leak_i      (layer_leak_i),
          .fields_scale_i     (layer_scale_i),
          .fields_shift_i     (layer_shift_i),
          .fields_bias_scale_i(layer_bias_scale_i),
          .fields_bias_shift_i(layer_bias_shift_i),
          .fields_bias_base_i (layer_bias_base_i),
          .fields_next_base_i (layer_next_base_i),
          .fields_y_base_i    (layer_y_base_i),
          .fields_delta_base_i(layer_delta_base_i),
<%#stochastic%>
          .fields_sr_post_i   (layer_sr_post_i),
          .seed_valid_i       (seed_valid_i),
          .seed_i             (seed_i),
<%/stochastic%>
          .wr_final_i         (wr_final),
          .wr_tile_end_i      (wr_tile_end),
          .wr_final_o         (wr_final_right),
          .wr_tile_end_o      (wr_tile_end_right),
          .next_we_o          (next_we),
          .next_waddr_o       (next_waddr),
          .next_x_o           (next_x),
          .next_deriv_o       (next_deriv),
          .below_we_i         (g_row[c].delta_we),
          .below_waddr_i      (g_row[c].delta_waddr),
          .below_delta_i      (g_row[c].delta_wdata),
          .y_wdata_o          (y_wdata),
          .delta_we_o         (delta_we),
          .delta_wdata_o      (delta_wdata),
          .w_we_o             (w_we),
          .bias_re_o          (bias_re),
          .bias_we_o          (bias_we),
          .bias_wdata_o       (bias_wdata),
          .ld_bias_i          (ld_buffer_i[6]),
          .st_bias_i          (st_buffer_i[6]),
<%/training%>
          .north_o     (north),
          .ld_group_i  (ld_group_i),
          .ld_addr_i   (ld_addr_i),
          .ld_data_i   (ld_data_i),
          .ld_go_i     (ld_go_i),
          .ld_block_o  (ld_block),
          .st_group_i  (st_group_i),
          .st_addr_i   (st_addr_i),
          .st_go_i     (st_go_i),
          .st_block_o  (st_block),
          .st_data_o   (st_data)
      );

      if (c == 0) begin : g_first
        assign slot        = col_slot_i;
        assign cols        = cols_i;
<%#has_delta%>
        assign delta_addr  = delta_addr_i;
<%/has_delta%>
<%#has_w%>
        assign load_cols   = load_cols_i;
        assign w_addr      = w_addr_i;
<%/has_w%>
<%#has_y%>
<%#lagged%>
        <%name%>_delay #(
            .WIDTH (1 + COL_CNT_W + ADDR_W),
            .STAGES(<%lag%>)
        ) u_late (
            .clk_i (clk_i),
            .rst_ni(rst_ni),
            .data_i({col_slot_i[0] & col_slot_i[4], cols_i, y_addr_i}),
            .data_o({psum, psum_cols, y_addr})
        );
<%/lagged%>
<%^lagged%>
        assign y_addr      = y_addr_i;
<%/lagged%>
<%/has_y%>
        assign ld_block_right = ld_block;
        assign st_block_right = st_block;
        assign st_data_right  = st_data;
      end else begin : g_next
        assign slot        = g_col[c-1].slot_right;
        assign cols        = g_col[c-1].cols_right;
<%#has_delta%>
        assign delta_addr  = g_col[c-1].delta_addr_right;
<%/has_delta%>
<%#has_w%>
        assign load_cols   = g_col[c-1].load_cols_right;
        assign w_addr      = g_col[c-1].w_addr_right;
<%/has_w%>
<%#has_y%>
        assign y_addr      = g_col[c-1].y_addr_right;
<%#lagged%>
        assign psum        = g_col[c-1].psum_right;
        assign psum_cols   = g_col[c-1].psum_cols_right;
<%/lagged%>
        assign wr          = g_col[c-1].wr_right;
        assign wr_addr     = g_col[c-1].wr_addr_right;
        assign wr_cols     = g_col[c-1].wr_cols_right;
<%/has_y%>
<%#has_dw%>
        assign drain       = g_col[c-1].drain_right;
        assign drain_acc   = g_col[c-1].drain_acc_right;
        assign drain_addr  = g_col[c-1].drain_addr_right;
        assign drain_cols  = g_col[c-1].drain_cols_right;
<%/has_dw%>
<%#training%>
        assign wr_final    = g_col[c-1].wr_final_right;
        assign wr_tile_end = g_col[c-1].wr_tile_end_right;
<%/training%>
        assign ld_block_right = g_col[c-1].ld_block_right | ld_block;
        assign st_block_right = g_col[c-1].st_block_right | st_block;
        assign st_data_right  = g_col[c-1].st_data_right | st_data;
      end
    end
  endgenerate

  // Processing elements.
<%#split_add%>
  localparam LOW_W = (ACC_W + 1) / 2;

<%/split_add%>
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : g_pe_row
      for (c = 0; c < COLS; c = c + 1) begin : g_pe
        wire [      <%pe_ctl_top%>:0] ctl_in, ctl_out;
<%#has_dx%>
        wire [ACC_W-1:0] west_in, east_out;
<%/has_dx%>
<%^has_dx%>
        wire [ OP_W-1:0] west_in, east_out;
<%/has_dx%>
<%#has_y%>
        wire [ACC_W-1:0] north_in, south_out;
<%/has_y%>
<%^has_y%>
        wire [ OP_W-1:0] north_in, south_out;
<%/has_y%>
<%#weights%>
        wire [ <%#training%>MASTER_W<%/training%><%^training%>OP_W<%/training%>-1:0] weight_in, weight_out;
<%/weights%>
<%#wgrad%>
        wire [ACC_W-1:0] drain_in, drain_out;
<%/wgrad%>

        <%name%>_pe #(
            .OP_W (OP_W),
            .ACC_W(ACC_W)
        ) u_pe (
            .clk_i   (clk_i),
            .rst_ni  (rst_ni),
            .ctl_i   (ctl_in),
            .ctl_o   (ctl_out),
            .west_i  (west_in),
            .east_o  (east_out),
            .north_i (north_in),
            .south_o (south_out),
<%#weights%>
            .weight_i(weight_in),
            .weight_o(weight_out)<%#wgrad%>,<%/wgrad%>
<%/weights%>
<%#wgrad%>
            .drain_i (drain_in),
            .drain_o (drain_out)
<%/wgrad%>
        );

        if (c == 0) begin : g_west
          assign ctl_in  = g_row[r].ctl;
          assign west_in = g_row[r].west;
        end else begin : g_chain_east
          assign ctl_in  = g_pe_row[r].g_pe[c-1].ctl_out;
          assign west_in = g_pe_row[r].g_pe[c-1].east_out;
        end

        if (r == 0) begin : g_north
          assign north_in  = g_col[c].north;
<%#weights%>
          assign weight_in = g_col[c].weight;
<%/weights%>
<%#wgrad%>
          assign drain_in  = {ACC_W{1'b0}};
<%/wgrad%>
        end else begin : g_chain_south
          assign north_in  = g_pe_row[r-1].g_pe[c].south_out;
<%#weights%>
          assign weight_in = g_pe_row[r-1].g_pe[c].weight_out;
<%/weights%>
<%#wgrad%>
          assign drain_in  = g_pe_row[r-1].g_pe[c].drain_out;
<%/wgrad%>
        end
      end
<%#has_dx%>

<%#split_add%>
      // The lower half of a sum waits for the upper one.
      reg [LOW_W-1:0] east_low_q;

      always @(posedge clk_i) east_low_q <= g_pe_row[r].g_pe[COLS-1].east_out[LOW_W-1:0];

      assign g_row[r].east = {g_pe_row[r].g_pe[COLS-1].east_out[ACC_W-1:LOW_W], east_low_q};
<%/split_add%>
<%^split_add%>
      assign g_row[r].east = g_pe_row[r].g_pe[COLS-1].east_out;
<%/split_add%>
<%/has_dx%>
<%^has_dx%>

      // Nothing is taken from the east end of the row.
      wire unused_east = &{1'b0, g_pe_row[r].g_pe[COLS-1].east_out, 1'b0};
<%/has_dx%>
      wire unused_ctl = &{1'b0, g_pe_row[r].g_pe[COLS-1].ctl_out, 1'b0};
    end

    for (c = 0; c < COLS; c = c + 1) begin : g_south
<%#has_y%>
<%#split_add%>
      reg [LOW_W-1:0] south_low_q;

      always @(posedge clk_i) south_low_q <= g_pe_row[ROWS-1].g_pe[c].south_out[LOW_W-1:0];

      assign g_col[c].south = {g_pe_row[ROWS-1].g_pe[c].south_out[ACC_W-1:LOW_W], south_low_q};
<%/split_add%>
<%^split_add%>
      assign g_col[c].south = g_pe_row[ROWS-1].g_pe[c].south_out;
<%/split_add%>
<%/has_y%>
<%^has_y%>
      wire unused_south = &{1'b0, g_pe_row[ROWS-1].g_pe[c].south_out, 1'b0};
<%/has_y%>
<%#has_dw%>
<%#split_add%>
      reg [LOW_W-1:0] drain_low_q;

      always @(posedge clk_i) drain_low_q <= g_pe_row[ROWS-1].g_pe[c].drain_out[LOW_W-1:0];

      assign g_col[c].drain_data = {g_pe_row[ROWS-1].g_pe[c].drain_out[ACC_W-1:LOW_W], drain_low_q};
<%/split_add%>
<%^split_add%>
      assign g_col[c].drain_data = g_pe_row[ROWS-1].g_pe[c].drain_out;
<%/split_add%>
<%/has_dw%>
<%#weights%>
      wire unused_weight = &{1'b0, g_pe_row[ROWS-1].g_pe[c].weight_out, 1'b0};
<%/weights%>
    end
  endgenerate
<%#has_dx%>

  // DX writes follow the DGRAD wavefront out of the north-east corner.
<%#split_add%>
  reg dx_event_q;

  always @(posedge clk_i) begin
    if (!rst_ni) dx_event_q <= 1'b0;
    else dx_event_q <= g_pe_row[0].g_pe[COLS-1].ctl_out[1];
  end

<%/split_add%>
<%#training%>
  wire unused_dx_tile_end;

<%/training%>
  <%name%>_psum_writer #(
      .LANES (ROWS),
      .CNT_W (ROW_CNT_W),
      .DIM_W (DIM_W),
      .ADDR_W(ADDR_W)
  ) u_dx_writer (
      .clk_i       (clk_i),
      .start_i     (start_i),
<%#split_add%>
      .event_i     (dx_event_q),
<%/split_add%>
<%^split_add%>
      .event_i     (g_pe_row[0].g_pe[COLS-1].ctl_out[1]),
<%/split_add%>
      .batch_i     (layer_batch_i),
      .tiles_i     (layer_row_tiles_i),
      .last_lanes_i(layer_last_rows_i),
      .base_i      (layer_dx_base_i),
<%#training%>
      .outer_tiles_i(layer_col_tiles_i),
      .post_i       (layer_post_i),
      .wr_final_o   (dx_final_o),
      .wr_tile_end_o(unused_dx_tile_end),
<%/training%>
      .wr_o        (dx_wr_o),
      .wr_addr_o   (g_row[0].wr_addr),
      .wr_lanes_o  (g_row[0].wr_rows)
  );

<%#training%>
  assign g_row[0].wr_final = dx_final_o;
<%/training%>
  assign g_row[0].wr   = dx_wr_o;
  assign dx_wr_lanes_o = g_row[0].wr_rows;
<%/has_dx%>
<%#x_stream%>

  // Y and DW writes follow the wavefront out of the south-west corner.
<%#split_add%>
<%#has_y%>
  reg y_event_q;

  always @(posedge clk_i) begin
    if (!rst_ni) y_event_q <= 1'b0;
    else y_event_q <= g_pe_row[ROWS-1].g_pe[0].ctl_out[0];
  end

<%/has_y%>
<%#has_dw%>
  reg dw_event_q;

  always @(posedge clk_i) begin
    if (!rst_ni) dw_event_q <= 1'b0;
    else dw_event_q <= g_pe_row[ROWS-1].g_pe[0].ctl_out[4];
  end

<%/has_dw%>
<%/split_add%>
<%/x_stream%>
<%#has_y%>
  <%name%>_psum_writer #(
      .LANES (COLS),
      .CNT_W (COL_CNT_W),
      .DIM_W (DIM_W),
      .ADDR_W(ADDR_W)
  ) u_y_writer (
      .clk_i       (clk_i),
      .start_i     (start_i),
<%#split_add%>
      .event_i     (y_event_q),
<%/split_add%>
<%^split_add%>
      .event_i     (g_pe_row[ROWS-1].g_pe[0].ctl_out[0]),
<%/split_add%>
      .batch_i     (layer_batch_i),
      .tiles_i     (layer_col_tiles_i),
      .last_lanes_i(layer_last_cols_i),
      .base_i      (layer_y_base_i),
<%#training%>
      .outer_tiles_i(layer_row_tiles_i),
      .post_i       (layer_post_i),
      .wr_final_o   (y_final_o),
      .wr_tile_end_o(g_col[0].wr_tile_end),
<%/training%>
      .wr_o        (y_wr_o),
      .wr_addr_o   (g_col[0].wr_addr),
      .wr_lanes_o  (g_col[0].wr_cols)
  );

<%#training%>
  assign g_col[0].wr_final = y_final_o;
<%/training%>
  assign g_col[0].wr  = y_wr_o;
  assign y_wr_lanes_o = g_col[0].wr_cols;
<%/has_y%>
<%#has_dw%>

  <%name%>_drain_writer #(
      .ROWS     (ROWS),
      .ROW_CNT_W(ROW_CNT_W),
      .COLS     (COLS),
      .COL_CNT_W(COL_CNT_W),
      .DIM_W    (DIM_W),
      .ADDR_W   (ADDR_W)
  ) u_dw_writer (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .start_i     (start_i),
<%#split_add%>
      .event_i     (dw_event_q),
<%/split_add%>
<%^split_add%>
      .event_i     (g_pe_row[ROWS-1].g_pe[0].ctl_out[4]),
<%/split_add%>
      .row_tiles_i (layer_row_tiles_i),
      .col_tiles_i (layer_col_tiles_i),
      .last_rows_i (layer_last_rows_i),
      .last_cols_i (layer_last_cols_i),
      .m_i         (layer_m_i),
      .base_i      (<%#training%>layer_update_i ? layer_w_base_i : <%/training%>layer_dw_base_i),
      .drain_o     (dw_wr_o),
      .drain_addr_o(g_col[0].drain_addr),
      .drain_cols_o(g_col[0].drain_cols)
  );

  assign g_col[0].drain     = dw_wr_o;
  assign g_col[0].drain_acc = layer_acc_dw_i;
  assign dw_wr_lanes_o      = g_col[0].drain_cols;
<%/has_dw%>
<%#abft%>

  // Array checksum: it listens only.
<%#weights%>
  wire [ COLS*OP_W-1:0] abft_weight;
<%/weights%>
<%#fprop%>
  wire [COLS*ACC_W-1:0] abft_north, abft_south;
  wire [      COLS-1:0] abft_south_we;
  wire [ ROWS*OP_W-1:0] abft_x;
  wire [      ROWS-1:0] abft_row_load, abft_row_swap;
<%/fprop%>
<%#backward_any%>
<%#dgrad%>
  wire [ROWS*ACC_W-1:0] abft_west;
<%/dgrad%>
<%^dgrad%>
  wire [ ROWS*OP_W-1:0] abft_west;
<%/dgrad%>
  wire [ COLS*OP_W-1:0] abft_delta;
<%/backward_any%>
<%#dgrad%>
  wire [      COLS-1:0] abft_top_load, abft_top_swap, abft_swap, abft_dgrad;
  wire [ROWS*ACC_W-1:0] abft_east;
  wire [      ROWS-1:0] abft_east_we;
<%/dgrad%>
<%#wgrad%>
  wire [      COLS-1:0] abft_wgrad, abft_first, abft_capture, abft_drain, abft_drain_we;
  wire [COLS*ACC_W-1:0] abft_drain_word;
<%/wgrad%>

  generate
    for (r = 0; r < ROWS; r = r + 1) begin : g_abft_row
<%#fprop%>
      assign abft_x[r*OP_W+:OP_W] = g_pe_row[r].g_pe[COLS-1].east_out[OP_W-1:0];
      assign abft_row_load[r] = g_pe_row[r].g_pe[COLS-1].ctl_out[7];
      assign abft_row_swap[r] = g_pe_row[r].g_pe[COLS-1].ctl_out[6];
<%/fprop%>
<%#dgrad%>
      assign abft_west[r*ACC_W+:ACC_W] = g_row[r].west;
      assign abft_east[r*ACC_W+:ACC_W] = g_row[r].east;
      assign abft_east_we[r] = g_row[r].dx_we;
<%/dgrad%>
<%^dgrad%>
<%#wgrad%>
      assign abft_west[r*OP_W+:OP_W] = g_row[r].west;
<%/wgrad%>
<%/dgrad%>
    end

    for (c = 0; c < COLS; c = c + 1) begin : g_abft_col
<%#weights%>
      assign abft_weight[c*OP_W+:OP_W] = g_col[c].weight;
<%/weights%>
<%#fprop%>
      assign abft_north[c*ACC_W+:ACC_W] = g_col[c].north;
      assign abft_south[c*ACC_W+:ACC_W] = g_col[c].south;
      assign abft_south_we[c] = g_col[c].y_we;
<%/fprop%>
<%#backward_any%>
      assign abft_delta[c*OP_W+:OP_W] = g_pe_row[ROWS-1].g_pe[c].south_out[OP_W-1:0];
<%/backward_any%>
<%#dgrad%>
      assign abft_top_load[c] = g_pe_row[0].g_pe[c].ctl_in[7];
      assign abft_top_swap[c] = g_pe_row[0].g_pe[c].ctl_in[6];
      assign abft_swap[c] = g_pe_row[ROWS-1].g_pe[c].ctl_out[6];
      assign abft_dgrad[c] = g_pe_row[ROWS-1].g_pe[c].ctl_out[1];
<%/dgrad%>
<%#wgrad%>
      localparam [COL_CNT_W-1:0] COL_NUMBER = c;
      assign abft_wgrad[c] = g_pe_row[ROWS-1].g_pe[c].ctl_out[2];
      assign abft_first[c] = g_pe_row[ROWS-1].g_pe[c].ctl_out[3];
      assign abft_capture[c] = g_pe_row[ROWS-1].g_pe[c].ctl_out[4];
      assign abft_drain[c] = g_pe_row[ROWS-1].g_pe[c].ctl_out[5];
      assign abft_drain_we[c] = g_col[c].drain & (g_col[c].drain_cols > COL_NUMBER);
      assign abft_drain_word[c*ACC_W+:ACC_W] = g_col[c].drain_data;
<%/wgrad%>
    end
  endgenerate

  <%name%>_abft #(
      .ROWS (ROWS),
      .COLS (COLS),
      .OP_W (OP_W),
      .ACC_W(ACC_W),
      .DIM_W(DIM_W)
  ) u_abft (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .start_i     (start_i),
<%#psum%>
      .batch_i     (layer_batch_i),
<%/psum%>
<%#backward_any%>
      .row_tiles_i (layer_row_tiles_i),
<%/backward_any%>
<%#weights%>
      .weight_i    (abft_weight),
<%/weights%>
<%#fprop%>
      .col_tiles_i (layer_col_tiles_i),
      .north_i     (abft_north),
      .south_i     (abft_south),
      .south_we_i  (abft_south_we),
      .x_i         (abft_x),
      .row_load_i  (abft_row_load),
      .row_swap_i  (abft_row_swap),
      .fprop_end_i (g_col[COLS-1].wr_right),
<%/fprop%>
<%#backward_any%>
      .west_i      (abft_west),
      .delta_i     (abft_delta),
<%/backward_any%>
<%#dgrad%>
      .top_load_i  (abft_top_load),
      .top_swap_i  (abft_top_swap),
      .swap_i      (abft_swap),
      .dgrad_i     (abft_dgrad),
      .east_i      (abft_east),
      .east_we_i   (abft_east_we),
      .dgrad_end_i (g_row[ROWS-1].wr_down),
<%/dgrad%>
<%#wgrad%>
      .wgrad_i     (abft_wgrad),
      .first_i     (abft_first),
      .capture_i   (abft_capture),
      .drain_i     (abft_drain),
      .drain_we_i  (abft_drain_we),
      .drain_word_i(abft_drain_word),
<%/wgrad%>
      .clear_i     (abft_clear_i),
      .status_o    (abft_status_o),
      .tile_o      (abft_tile_o),
      .errors_o    (abft_errors_o)
  );
<%/abft%>

  assign ld_block_o = g_row[ROWS-1].ld_block_down | g_col[COLS-1].ld_block_right;
  assign st_block_o = g_row[ROWS-1].st_block_down | g_col[COLS-1].st_block_right;
  assign st_data_o  = g_row[ROWS-1].st_data_down | g_col[COLS-1].st_data_right;

  // Buses leave the last lanes unused.
  wire unused_row = &{1'b0, g_row[ROWS-1].slot_down, g_row[ROWS-1].rows_down
<%#weights%>
      , g_row[ROWS-1].load_step_down
<%/weights%>
<%#wgrad%>
      , g_row[ROWS-1].drain_step_down
<%/wgrad%>
<%#has_x%>
      , g_row[ROWS-1].x_addr_down
<%/has_x%>
<%#has_dx%>
<%#lagged%>
      , g_row[ROWS-1].psum_down, g_row[ROWS-1].psum_rows_down
<%/lagged%>
      , g_row[ROWS-1].dx_addr_down, g_row[ROWS-1].wr_down, g_row[ROWS-1].wr_addr_down
      , g_row[ROWS-1].wr_rows_down
<%/has_dx%>
<%#training%>
      , g_row[ROWS-1].wr_final_down
<%/training%>
      , 1'b0};
  wire unused_col = &{1'b0, g_col[COLS-1].slot_right, g_col[COLS-1].cols_right
<%#has_delta%>
      , g_col[COLS-1].delta_addr_right
<%/has_delta%>
<%#has_w%>
      , g_col[COLS-1].load_cols_right, g_col[COLS-1].w_addr_right
<%/has_w%>
<%#has_y%>
<%#lagged%>
      , g_col[COLS-1].psum_right, g_col[COLS-1].psum_cols_right
<%/lagged%>
      , g_col[COLS-1].y_addr_right, g_col[COLS-1].wr_right, g_col[COLS-1].wr_addr_right
      , g_col[COLS-1].wr_cols_right
<%/has_y%>
<%#has_dw%>
      , g_col[COLS-1].drain_right, g_col[COLS-1].drain_acc_right
      , g_col[COLS-1].drain_addr_right, g_col[COLS-1].drain_cols_right
<%/has_dw%>
<%#training%>
      , g_col[COLS-1].wr_final_right, g_col[COLS-1].wr_tile_end_right
<%/training%>
      , 1'b0};

`ifdef GRADLOOM_TRACE
  // Trace: what the array does with every bank in this cycle.
  localparam TRACE_W = <%trace_w%>;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : g_trace_row
<%#has_x%>
      assign trace_x_re_o[r] = g_row[r].x_re;
<%/has_x%>
<%#training%>
      assign trace_x_we_o[r] = g_row[r].x_we;
      assign trace_x_wdata_o[r*TRACE_W+:TRACE_W] = {TRACE_W{g_row[r].x_we}} &
          {{(TRACE_W - OP_W) {g_col[r].next_x[OP_W-1]}}, g_col[r].next_x};
      assign trace_deriv_re_o[r] = g_row[r].deriv_re;
      assign trace_deriv_we_o[r] = g_row[r].x_we;
      assign trace_deriv_wdata_o[r*TRACE_W+:TRACE_W] = {TRACE_W{g_row[r].x_we}} &
          {{(TRACE_W - DERIV_W) {1'b0}}, g_col[r].next_deriv};
<%/training%>
<%#has_dx%>
      assign trace_dx_re_o[r] = g_row[r].dx_re;
      assign trace_dx_we_o[r] = g_row[r].dx_we;
      assign trace_dx_wdata_o[r*TRACE_W+:TRACE_W] = {TRACE_W{g_row[r].dx_we}} &
          {{(TRACE_W - ACC_W + 1) {g_row[r].east[ACC_W-1]}}, g_row[r].east[ACC_W-2:0]};
<%/has_dx%>
    end
    for (c = 0; c < COLS; c = c + 1) begin : g_trace_col
<%#has_delta%>
      assign trace_delta_re_o[c] = g_col[c].delta_re;
<%/has_delta%>
<%#delta_hold%>
      assign trace_hold_re_o[c] = g_col[c].hold_re;
      assign trace_hold_we_o[c] = g_col[c].hold_we;
<%/delta_hold%>
<%#training%>
      assign trace_delta_we_o[c] = g_col[c].delta_we;
      assign trace_delta_wdata_o[c*TRACE_W+:TRACE_W] = {TRACE_W{g_col[c].delta_we}} &
          {{(TRACE_W - OP_W) {g_col[c].delta_wdata[OP_W-1]}}, g_col[c].delta_wdata};
      assign trace_w_we_o[c] = g_col[c].w_we;
      assign trace_w_wdata_o[c*TRACE_W+:TRACE_W] = {TRACE_W{g_col[c].w_we}} &
          {{(TRACE_W - MASTER_W + 1) {g_col[c].dw_wdata[MASTER_W-1]}}, g_col[c].dw_wdata[MASTER_W-2:0]};
      assign trace_bias_re_o[c] = g_col[c].bias_re;
      assign trace_bias_we_o[c] = g_col[c].bias_we;
      assign trace_bias_wdata_o[c*TRACE_W+:TRACE_W] = {TRACE_W{g_col[c].bias_we}} &
          {{(TRACE_W - ACC_W + 1) {g_col[c].bias_wdata[ACC_W-1]}}, g_col[c].bias_wdata[ACC_W-2:0]};
<%/training%>
<%#has_w%>
      assign trace_w_re_o[c] = g_col[c].w_re;
<%/has_w%>
<%#has_y%>
      assign trace_y_re_o[c] = g_col[c].y_re;
      assign trace_y_we_o[c] = g_col[c].y_we;
<%#training%>
      assign trace_y_wdata_o[c*TRACE_W+:TRACE_W] = {TRACE_W{g_col[c].y_we}} &
          {{(TRACE_W - ACC_W + 1) {g_col[c].y_wdata[ACC_W-1]}}, g_col[c].y_wdata[ACC_W-2:0]};
<%/training%>
<%^training%>
      assign trace_y_wdata_o[c*TRACE_W+:TRACE_W] = {TRACE_W{g_col[c].y_we}} &
          {{(TRACE_W - ACC_W + 1) {g_col[c].south[ACC_W-1]}}, g_col[c].south[ACC_W-2:0]};
<%/training%>
<%/has_y%>
<%#has_dw%>
      assign trace_dw_re_o[c] = g_col[c].dw_re;
      assign trace_dw_we_o[c] = g_col[c].dw_we;
      assign trace_dw_wdata_o[c*TRACE_W+:TRACE_W] = {TRACE_W{g_col[c].dw_we}} &
          {{(TRACE_W - ACC_W + 1) {g_col[c].dw_wdata[ACC_W-1]}}, g_col[c].dw_wdata[ACC_W-2:0]};
<%/has_dw%>
    end
  endgenerate
`endif

endmodule

`default_nettype wire
