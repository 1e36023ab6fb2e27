// SPDX-License-Identifier: Apache-2.0
// <%name%>_core: the array with its command queue, planner, sequencer and counters.
//
// Contract   Commands: valid/ready into a queue of <%queue_depth%>; they run in order, and each ends with one completion
//            (valid/ready).
//            Bank accesses from outside go over two channels that do not depend on each other: ld_* writes, st_*
//            reads. An access happens in the cycle in which valid and ready are both 1; ready is combinational
//            from the other inputs of its channel: the array comes first. Words that are read are there in
//            the next cycle, and 0 in all others. The buffer is one bit: 0 X, 1 DELTA, 2 W, 3 Y, 4 DX, 5 DW<%#training%>, 6
//            BIAS, 7 DERIV<%/training%>; at most one is set, and the address lies inside it.
<%#axi%>
//            An access moves one beat of a vector (docs: memory format); the group says which.
<%/axi%>
<%^axi%>
//            An access moves one word; the group is the lane.
<%/axi%>
//            Registers: see <%name%>_counters.
// Parameters None: this wrapper has them baked in, and the modules below take them.
// Numerics   Signed operands of <%operand_bits%> bits, accumulators of <%accumulator_bits%> bits, overflow policy <%overflow%>.
// Reset      Synchronous, active low: idle at once, whatever runs; bank contents stay. One cycle is enough.
// Trace      With GRADLOOM_TRACE defined, trace_* outputs show every access of the array to its banks.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_core (
    input  wire clk_i,
    input  wire rst_ni,
<%#command_ports%>
    <%dir%> wire <%range_pad%><%name%>,  // <%description%>
<%/command_ports%>
    output wire busy_o,  // a command is queued, planned or running
    input  wire                        ld_valid_i,
    output wire                        ld_ready_o,
    input  wire [                 7:0] ld_buffer_i,
    input  wire [<%group_w%>-1:0] ld_group_i,
    input  wire [<%addr_w%>-1:0] ld_addr_i,
    input  wire [<%data_w%>-1:0] ld_data_i,
    input  wire                        st_valid_i,
    output wire                        st_ready_o,
    input  wire [                 7:0] st_buffer_i,
    input  wire [<%group_w%>-1:0] st_group_i,
    input  wire [<%addr_w%>-1:0] st_addr_i,
    output wire [<%data_w%>-1:0] st_data_o,
    input  wire [                 5:0] reg_index_i,
    input  wire                        reg_read_i,
    output wire [                31:0] reg_data_o,
    input  wire                        clear_i,
<%#training%>
    input  wire                        seed_valid_i,
    input  wire [                31:0] seed_i,
    output wire                        slot_o,      // this cycle: a slot is issued
    output wire                        waiting_o,   // weights or partial sums are waited for
    output wire                        draining_o,  // the last results are on their way
<%/training%>
    input  wire                        host_error_i
`ifdef GRADLOOM_TRACE
<%#trace_ports%>
    , output wire <%range_pad%><%name%>  // <%description%>
<%/trace_ports%>
`endif
);

  localparam ROWS = <%rows%>;
  localparam ROW_CNT_W = <%row_cnt_w%>;
  localparam COLS = <%cols%>;
  localparam COL_CNT_W = <%col_cnt_w%>;
  localparam OP_W = <%operand_bits%>;
  localparam ACC_W = <%accumulator_bits%>;
  localparam DIM_W = <%dim_w%>;
  localparam ADDR_W = <%addr_w%>;
  localparam GROUP_W = <%group_w%>;
  localparam DATA_W = <%data_w%>;
<%#training%>
  localparam MASTER_W = <%master_bits%>;
  localparam DERIV_W = <%deriv_bits%>;
  localparam SHIFT_W = <%rate_shift_w%>;
  localparam FIELDS_W = 58 + <%rate_fields%> * (OP_W - 1) + SHIFT_W + 2 * ADDR_W;
<%/training%>
  localparam MACS_W = ROW_CNT_W + COL_CNT_W;
  localparam BASES = <%base_count%>;
  localparam COMMAND_W = 6 + 3 * DIM_W + BASES * ADDR_W<%#training%> + FIELDS_W<%/training%>;

  // Command queue.
  wire                 queue_valid;
  wire                 queue_ready;
  wire [          1:0] queue_op;
  wire [          1:0] queue_sched;
  wire                 queue_acc_psum;
  wire                 queue_acc_dw;
  wire [    DIM_W-1:0] queue_m;
  wire [    DIM_W-1:0] queue_n;
  wire [    DIM_W-1:0] queue_b;
<%#base_list%>
  wire [   ADDR_W-1:0] queue_<%name%>_base;
<%/base_list%>
<%#training%>
  wire [ FIELDS_W-1:0] queue_fields;
<%/training%>

  <%name%>_fifo #(
      .WIDTH(COMMAND_W),
      .DEPTH(<%queue_depth%>),
      .PTR_W(<%queue_ptr_w%>),
      .CNT_W(<%queue_cnt_w%>)
  ) u_commands (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (cmd_valid_i),
      .in_ready_o (cmd_ready_o),
      .in_data_i  ({
        cmd_op_i, cmd_sched_i, cmd_acc_psum_i, cmd_acc_dw_i, cmd_m_i, cmd_n_i, cmd_b_i<%#base_list%>,
        cmd_<%name%>_base_i<%/base_list%><%#training%>,
        cmd_next_base_i, cmd_bias_base_i, cmd_rate_shift_i, <%#decay%>cmd_decay_i, <%/decay%>cmd_rate_i,
        cmd_bias_shift_i, cmd_bias_scale_i, cmd_shift_i, cmd_scale_i, cmd_leak_i, cmd_act_i, cmd_sr_update_i,
        cmd_sr_post_i, cmd_bgrad_i, cmd_update_i, cmd_loss_i, cmd_to_y_i, cmd_to_x_i, cmd_post_i<%/training%>
      }),
      .out_valid_o(queue_valid),
      .out_ready_i(queue_ready),
      .out_data_o ({
        queue_op, queue_sched, queue_acc_psum, queue_acc_dw, queue_m, queue_n, queue_b<%#base_list%>,
        queue_<%name%>_base<%/base_list%><%#training%>,
        queue_fields<%/training%>
      })
  );

  // Planner. Bases of buffers that are not built are 0.
  wire                 plan_valid;
  wire                 plan_take;
  wire                 plan_idle;
  wire [          3:0] plan_code;
  wire [          2:0] plan_passes;
  wire                 plan_separate;
  wire                 plan_serial;
  wire                 plan_acc_psum;
  wire                 plan_acc_dw;
  wire [    DIM_W-1:0] plan_m;
  wire [    DIM_W-1:0] plan_b;
  wire [    DIM_W-1:0] plan_row_tiles;
  wire [    DIM_W-1:0] plan_col_tiles;
  wire [ROW_CNT_W-1:0] plan_last_rows;
  wire [COL_CNT_W-1:0] plan_last_cols;
  wire [   MACS_W-1:0] plan_macs_last_row;
  wire [   MACS_W-1:0] plan_macs_last_col;
  wire [   MACS_W-1:0] plan_macs_last_both;
  wire [ 6*ADDR_W-1:0] plan_bases;
<%#training%>
  wire [ FIELDS_W-1:0] plan_fields;
<%/training%>

  <%name%>_planner #(
      .ROWS     (ROWS),
      .ROW_CNT_W(ROW_CNT_W),
      .COLS     (COLS),
      .COL_CNT_W(COL_CNT_W),
      .DIM_W    (DIM_W),
      .ADDR_W   (ADDR_W)
  ) u_planner (
      .clk_i                (clk_i),
      .rst_ni               (rst_ni),
      .cmd_valid_i          (queue_valid),
      .cmd_ready_o          (queue_ready),
      .cmd_op_i             (queue_op),
      .cmd_sched_i          (queue_sched),
      .cmd_acc_psum_i       (queue_acc_psum),
      .cmd_acc_dw_i         (queue_acc_dw),
      .cmd_m_i              (queue_m),
      .cmd_n_i              (queue_n),
      .cmd_b_i              (queue_b),
      .cmd_bases_i          ({
        <%#has_dw%>queue_dw_base<%/has_dw%><%^has_dw%>{ADDR_W{1'b0}}<%/has_dw%>,
        <%#has_dx%>queue_dx_base<%/has_dx%><%^has_dx%>{ADDR_W{1'b0}}<%/has_dx%>,
        <%#has_y%>queue_y_base<%/has_y%><%^has_y%>{ADDR_W{1'b0}}<%/has_y%>,
        <%#has_w%>queue_w_base<%/has_w%><%^has_w%>{ADDR_W{1'b0}}<%/has_w%>,
        <%#has_delta%>queue_delta_base<%/has_delta%><%^has_delta%>{ADDR_W{1'b0}}<%/has_delta%>,
        <%#has_x%>queue_x_base<%/has_x%><%^has_x%>{ADDR_W{1'b0}}<%/has_x%>
      }),
      .plan_valid_o         (plan_valid),
      .plan_take_i          (plan_take),
      .plan_idle_o          (plan_idle),
      .plan_code_o          (plan_code),
      .plan_passes_o        (plan_passes),
      .plan_separate_o      (plan_separate),
      .plan_serial_o        (plan_serial),
      .plan_acc_psum_o      (plan_acc_psum),
      .plan_acc_dw_o        (plan_acc_dw),
      .plan_m_o             (plan_m),
      .plan_b_o             (plan_b),
      .plan_row_tiles_o     (plan_row_tiles),
      .plan_col_tiles_o     (plan_col_tiles),
      .plan_last_rows_o     (plan_last_rows),
      .plan_last_cols_o     (plan_last_cols),
      .plan_macs_last_row_o (plan_macs_last_row),
      .plan_macs_last_col_o (plan_macs_last_col),
      .plan_macs_last_both_o(plan_macs_last_both),
<%#training%>
      .cmd_fields_i         (queue_fields),
      .plan_fields_o        (plan_fields),
<%/training%>
      .plan_bases_o         (plan_bases)
  );

<%#training%>
  // Training fields of the planned command, and of the one that runs.
  reg  [ FIELDS_W-1:0] layer_fields_q;
  wire                 layer_post;
  wire                 layer_to_x;
  wire                 layer_to_y;
  wire                 layer_loss;
  wire                 layer_update;
  wire                 layer_bgrad;
  wire                 layer_sr_post;
  wire                 layer_sr_update;
  wire [          2:0] layer_act;
  wire [          2:0] layer_leak;
  wire [         15:0] layer_scale;
  wire [          5:0] layer_shift;
  wire [         15:0] layer_bias_scale;
  wire [          5:0] layer_bias_shift;
  wire [     OP_W-2:0] layer_rate;
<%#decay%>
  wire [     OP_W-2:0] layer_decay;
<%/decay%>
  wire [  SHIFT_W-1:0] layer_rate_shift;
  wire [   ADDR_W-1:0] layer_bias_base;
  wire [   ADDR_W-1:0] layer_next_base;

  always @(posedge clk_i) begin
    if (plan_take) layer_fields_q <= plan_fields;
  end

  assign {layer_next_base, layer_bias_base, layer_rate_shift, <%#decay%>layer_decay, <%/decay%>layer_rate,
          layer_bias_shift, layer_bias_scale, layer_shift, layer_scale, layer_leak, layer_act, layer_sr_update,
          layer_sr_post, layer_bgrad, layer_update, layer_loss, layer_to_y, layer_to_x, layer_post} =
      layer_fields_q;
<%^stochastic%>

  // Rounding is always to nearest.
  wire                 unused_modes = &{1'b0, layer_sr_post, layer_sr_update, 1'b0};
<%/stochastic%>

<%/training%>
  // Sequencer.
  wire                 sequencer_idle;
  wire [          <%ctl_top%>:0] row_slot;
  wire [ROW_CNT_W-1:0] rows;
  wire [ROW_CNT_W-1:0] load_step;
  wire [ROW_CNT_W-1:0] drain_step;
  wire [   ADDR_W-1:0] x_addr;
  wire [   ADDR_W-1:0] dx_addr;
  wire [          <%col_slot_top%>:0] col_slot;
  wire [COL_CNT_W-1:0] cols;
  wire [   ADDR_W-1:0] delta_addr;
  wire [COL_CNT_W-1:0] load_cols;
  wire [   ADDR_W-1:0] w_addr;
  wire [   ADDR_W-1:0] y_addr;
  wire                 start;
  wire [    DIM_W-1:0] layer_batch;
  wire [    DIM_W-1:0] layer_row_tiles;
  wire [ROW_CNT_W-1:0] layer_last_rows;
  wire [    DIM_W-1:0] layer_col_tiles;
  wire [COL_CNT_W-1:0] layer_last_cols;
  wire [   ADDR_W-1:0] layer_m;
<%#training%>
  wire [   ADDR_W-1:0] layer_x_base;
  wire [   ADDR_W-1:0] layer_delta_base;
  wire [   ADDR_W-1:0] layer_w_base;
<%/training%>
  wire [   ADDR_W-1:0] layer_y_base;
  wire [   ADDR_W-1:0] layer_dx_base;
  wire [   ADDR_W-1:0] layer_dw_base;
  wire                 layer_acc_dw;
  wire                 count_cycle;
  wire                 count_stall;
  wire                 count_slot;
  wire [   MACS_W-1:0] count_macs;

  <%name%>_sequencer #(
      .ROWS     (ROWS),
      .ROW_CNT_W(ROW_CNT_W),
      .COLS     (COLS),
      .COL_CNT_W(COL_CNT_W),
      .DIM_W    (DIM_W),
      .ADDR_W   (ADDR_W)
  ) u_sequencer (
      .clk_i                (clk_i),
      .rst_ni               (rst_ni),
      .plan_valid_i         (plan_valid),
      .plan_take_o          (plan_take),
      .plan_code_i          (plan_code),
      .plan_passes_i        (plan_passes),
      .plan_separate_i      (plan_separate),
      .plan_serial_i        (plan_serial),
      .plan_acc_psum_i      (plan_acc_psum),
      .plan_acc_dw_i        (plan_acc_dw),
      .plan_m_i             (plan_m),
      .plan_b_i             (plan_b),
      .plan_row_tiles_i     (plan_row_tiles),
      .plan_col_tiles_i     (plan_col_tiles),
      .plan_last_rows_i     (plan_last_rows),
      .plan_last_cols_i     (plan_last_cols),
      .plan_macs_last_row_i (plan_macs_last_row),
      .plan_macs_last_col_i (plan_macs_last_col),
      .plan_macs_last_both_i(plan_macs_last_both),
      .plan_bases_i         (plan_bases),
<%#training%>
      .plan_update_i        (plan_fields[4]),
      .plan_bgrad_i         (plan_fields[5]),
      .plan_post_i          (plan_fields[0]),
<%/training%>
      .done_valid_o         (done_valid_o),
      .done_ready_i         (done_ready_i),
      .done_code_o          (done_code_o),
      .idle_o               (sequencer_idle),
      .row_slot_o           (row_slot),
      .rows_o               (rows),
      .load_step_o          (load_step),
      .drain_step_o         (drain_step),
      .x_addr_o             (x_addr),
      .dx_addr_o            (dx_addr),
      .col_slot_o           (col_slot),
      .cols_o               (cols),
      .delta_addr_o         (delta_addr),
      .load_cols_o          (load_cols),
      .w_addr_o             (w_addr),
      .y_addr_o             (y_addr),
      .start_o              (start),
      .layer_batch_o        (layer_batch),
      .layer_row_tiles_o    (layer_row_tiles),
      .layer_last_rows_o    (layer_last_rows),
      .layer_col_tiles_o    (layer_col_tiles),
      .layer_last_cols_o    (layer_last_cols),
      .layer_m_o            (layer_m),
<%#training%>
      .layer_x_base_o       (layer_x_base),
      .layer_delta_base_o   (layer_delta_base),
      .layer_w_base_o       (layer_w_base),
<%/training%>
      .layer_y_base_o       (layer_y_base),
      .layer_dx_base_o      (layer_dx_base),
      .layer_dw_base_o      (layer_dw_base),
      .layer_acc_dw_o       (layer_acc_dw),
      .count_cycle_o        (count_cycle),
      .count_stall_o        (count_stall),
<%#training%>
      .count_waiting_o      (waiting_o),
      .count_draining_o     (draining_o),
<%/training%>
      .count_slot_o         (count_slot),
      .count_macs_o         (count_macs)
  );

  assign busy_o = queue_valid | ~plan_idle | ~sequencer_idle;

  // Array with its buffers.
  wire                 ld_block;
  wire                 st_block;

  assign ld_ready_o = ~ld_block;
  assign st_ready_o = ~st_block;
<%#training%>
  assign slot_o     = count_slot;
  wire                 y_final;
  wire                 dx_final;
<%/training%>
<%#has_y%>
  wire                 y_wr;
  wire [COL_CNT_W-1:0] y_wr_lanes;
<%/has_y%>
<%#has_dx%>
  wire                 dx_wr;
  wire [ROW_CNT_W-1:0] dx_wr_lanes;
<%/has_dx%>
<%#has_dw%>
  wire                 dw_wr;
  wire [COL_CNT_W-1:0] dw_wr_lanes;
<%/has_dw%>
<%#abft%>
  wire [         31:0] abft_status;
  wire [         31:0] abft_tile;
  wire [         31:0] abft_errors;
<%/abft%>

  <%name%>_array #(
      .ROWS     (ROWS),
      .ROW_CNT_W(ROW_CNT_W),
      .COLS     (COLS),
      .COL_CNT_W(COL_CNT_W),
      .OP_W     (OP_W),
      .ACC_W    (ACC_W),
      .DIM_W    (DIM_W),
      .ADDR_W   (ADDR_W),
<%#training%>
      .MASTER_W (MASTER_W),
      .DERIV_W  (DERIV_W),
      .SHIFT_W  (SHIFT_W),
<%/training%>
      .GROUP_W  (GROUP_W),
      .DATA_W   (DATA_W)
  ) u_array (
      .clk_i            (clk_i),
      .rst_ni           (rst_ni),
      .row_slot_i       (row_slot),
      .rows_i           (rows),
<%#weights%>
      .load_step_i      (load_step),
<%/weights%>
<%#wgrad%>
      .drain_step_i     (drain_step),
<%/wgrad%>
<%#has_x%>
      .x_addr_i         (x_addr),
<%/has_x%>
<%#has_dx%>
      .dx_addr_i        (dx_addr),
<%/has_dx%>
      .col_slot_i       (col_slot),
      .cols_i           (cols),
<%#has_delta%>
      .delta_addr_i     (delta_addr),
<%/has_delta%>
<%#has_w%>
      .load_cols_i      (load_cols),
      .w_addr_i         (w_addr),
<%/has_w%>
<%#has_y%>
      .y_addr_i         (y_addr),
      .layer_y_base_i   (layer_y_base),
      .y_wr_o           (y_wr),
      .y_wr_lanes_o     (y_wr_lanes),
<%/has_y%>
      .start_i          (start),
<%#psum%>
      .layer_batch_i    (layer_batch),
<%/psum%>
<%#backward_any%>
      .layer_row_tiles_i(layer_row_tiles),
      .layer_last_rows_i(layer_last_rows),
<%/backward_any%>
<%#x_stream%>
      .layer_col_tiles_i(layer_col_tiles),
      .layer_last_cols_i(layer_last_cols),
<%/x_stream%>
<%#has_dx%>
      .layer_dx_base_i  (layer_dx_base),
      .dx_wr_o          (dx_wr),
      .dx_wr_lanes_o    (dx_wr_lanes),
<%/has_dx%>
<%#has_dw%>
      .layer_m_i        (layer_m),
      .layer_dw_base_i  (layer_dw_base),
      .layer_acc_dw_i   (layer_acc_dw),
      .dw_wr_o          (dw_wr),
      .dw_wr_lanes_o    (dw_wr_lanes),
<%/has_dw%>
<%#training%>
      .layer_x_base_i   (layer_x_base),
      .layer_delta_base_i(layer_delta_base),
      .layer_w_base_i   (layer_w_base),
      .layer_post_i     (layer_post),
      .layer_to_x_i     (layer_to_x),
      .layer_to_y_i     (layer_to_y),
      .layer_loss_i     (layer_loss),
      .layer_update_i   (layer_update),
      .layer_bgrad_i    (layer_bgrad),
<%#stochastic%>
      .layer_sr_post_i  (layer_sr_post),
      .layer_sr_update_i(layer_sr_update),
      .seed_valid_i     (seed_valid_i),
      .seed_i           (seed_i),
<%/stochastic%>
      .layer_act_i      (layer_act),
      .layer_leak_i     (layer_leak),
      .layer_scale_i    (layer_scale),
      .layer_shift_i    (layer_shift),
      .layer_bias_scale_i(layer_bias_scale),
      .layer_bias_shift_i(layer_bias_shift),
      .layer_rate_i     (layer_rate),
      .layer_rate_shift_i(layer_rate_shift),
<%#decay%>
      .layer_decay_i    (layer_decay),
<%/decay%>
      .layer_bias_base_i(layer_bias_base),
      .layer_next_base_i(layer_next_base),
      .y_final_o        (y_final),
      .dx_final_o       (dx_final),
<%/training%>
<%#abft%>
      .abft_clear_i     (clear_i),
      .abft_status_o    (abft_status),
      .abft_tile_o      (abft_tile),
      .abft_errors_o    (abft_errors),
<%/abft%>
      .ld_buffer_i      (ld_buffer_i),
      .ld_group_i       (ld_group_i),
      .ld_addr_i        (ld_addr_i),
      .ld_data_i        (ld_data_i),
      .ld_go_i          (ld_valid_i & ld_ready_o),
      .ld_block_o       (ld_block),
      .st_buffer_i      (st_buffer_i),
      .st_group_i       (st_group_i),
      .st_addr_i        (st_addr_i),
      .st_go_i          (st_valid_i & st_ready_o),
      .st_block_o       (st_block),
      .st_data_o        (st_data_o)
`ifdef GRADLOOM_TRACE
<%#trace_ports%>
      , .<%name%>(<%name%>)
<%/trace_ports%>
`endif
  );

  // Accesses at lane 0 stand for the whole wavefront: `rows` or `cols` lanes do the same later.
<%#has_x%>
  wire x_read = row_slot[0] | row_slot[2];
<%/has_x%>
<%#has_y%>
  wire y_read = col_slot[0] & col_slot[4];
<%/has_y%>
<%#has_dx%>
  wire dx_read = row_slot[1] & row_slot[7];
<%/has_dx%>
<%#delta_hold%>
  wire delta_read = col_slot[3] & ~col_slot[<%slot_from_hold%>];
  wire hold_read = col_slot[3] & col_slot[<%slot_from_hold%>];
  wire hold_write = col_slot[3] & col_slot[<%slot_to_hold%>];
<%/delta_hold%>

<%#training%>
  // Final sums, and vectors that complete a bias gradient. Rows and columns are equal in number.
  wire y_out = y_wr & y_final;
  wire dx_out = dx_wr & dx_final;
  wire bias_done = col_slot[6] & col_slot[8];

<%/training%>
  <%name%>_counters #(
      .ROW_CNT_W(ROW_CNT_W),
      .COL_CNT_W(COL_CNT_W)
  ) u_counters (
      .clk_i           (clk_i),
      .rst_ni          (rst_ni),
      .clear_i         (clear_i),
<%#training%>
      .seed_valid_i    (seed_valid_i),
      .seed_i          (seed_i),
<%/training%>
      .add_cycles_i    (count_cycle),
      .add_busy_i      (count_slot),
      .add_stall_i     (count_stall),
      .add_macs_i      ({MACS_W{count_slot}} & count_macs),
<%#has_x%>
      .add_x_read_i    ({ROW_CNT_W{x_read}} & rows),
<%/has_x%>
<%#has_delta%>
<%#training%>
      .add_delta_read_i(({COL_CNT_W{<%#delta_hold%>delta_read<%/delta_hold%><%^delta_hold%>col_slot[3]<%/delta_hold%>}} & cols) | ({COL_CNT_W{y_out & layer_loss}} & y_wr_lanes)),
<%/training%>
<%^training%>
      .add_delta_read_i({COL_CNT_W{<%#delta_hold%>delta_read<%/delta_hold%><%^delta_hold%>col_slot[3]<%/delta_hold%>}} & cols),
<%/training%>
<%/has_delta%>
<%#has_w%>
      .add_w_read_i    ({COL_CNT_W{col_slot[5]}} & load_cols),
<%/has_w%>
<%#has_y%>
      .add_y_read_i    ({COL_CNT_W{y_read}} & cols),
      .add_y_write_i   ({COL_CNT_W{y_wr<%#training%> & ~(y_final & ~layer_to_y)<%/training%>}} & y_wr_lanes),
<%/has_y%>
<%#has_dx%>
      .add_dx_read_i   ({ROW_CNT_W{dx_read}} & rows),
      .add_dx_write_i  ({ROW_CNT_W{dx_wr<%#training%> & ~dx_final<%/training%>}} & dx_wr_lanes),
<%/has_dx%>
<%#has_dw%>
      .add_dw_read_i   ({COL_CNT_W{dw_wr & layer_acc_dw}} & dw_wr_lanes),
      .add_dw_write_i  ({COL_CNT_W{dw_wr<%#training%> & ~layer_update<%/training%>}} & dw_wr_lanes),
<%/has_dw%>
<%#training%>
      .add_x_write_i    ({ROW_CNT_W{y_out & layer_to_x}} & y_wr_lanes),
      .add_delta_write_i(({COL_CNT_W{y_out & layer_loss}} & y_wr_lanes) | ({COL_CNT_W{dx_out}} & dx_wr_lanes)),
      .add_w_write_i    ({COL_CNT_W{dw_wr & layer_update}} & dw_wr_lanes),
      .add_bias_read_i  (({COL_CNT_W{y_out}} & y_wr_lanes) | ({COL_CNT_W{bias_done}} & cols)),
      .add_bias_write_i ({COL_CNT_W{bias_done}} & cols),
      .add_deriv_read_i ({ROW_CNT_W{dx_out}} & dx_wr_lanes),
      .add_deriv_write_i({ROW_CNT_W{y_out & layer_to_x}} & y_wr_lanes),
<%/training%>
<%#delta_hold%>
      .add_hold_read_i ({COL_CNT_W{hold_read}} & cols),
      .add_hold_write_i({COL_CNT_W{hold_write}} & cols),
<%/delta_hold%>
<%#abft%>
      .abft_status_i   (abft_status),
      .abft_tile_i     (abft_tile),
      .abft_errors_i   (abft_errors),
<%/abft%>
      .host_error_i    (host_error_i),
      .busy_i          (busy_o),
      .last_code_i     (done_code_o),
      .reg_index_i     (reg_index_i),
      .reg_read_i      (reg_read_i),
      .reg_data_o      (reg_data_o)
  );

  // Sequencer outputs for operations that are not built.
  wire unused_sequencer = &{1'b0, load_step, drain_step, x_addr, dx_addr, delta_addr, load_cols, w_addr,
      y_addr, layer_batch, layer_row_tiles, layer_last_rows, layer_col_tiles, layer_last_cols,
      layer_m, layer_y_base, layer_dx_base, layer_dw_base, layer_acc_dw, 1'b0};

endmodule

`default_nettype wire
