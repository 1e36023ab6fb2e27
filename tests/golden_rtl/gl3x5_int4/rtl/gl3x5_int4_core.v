// SPDX-License-Identifier: Apache-2.0
// gl3x5_int4_core: the array with its command queue, planner, sequencer and counters.
//
// Contract   Commands: valid/ready into a queue of 4; they run in order, and each ends with one completion
//            (valid/ready).
//            Bank accesses from outside go over two channels that do not depend on each other: ld_* writes, st_*
//            reads. An access happens in the cycle in which valid and ready are both 1; ready is combinational
//            from the other inputs of its channel: the array comes first. Words that are read are there in
//            the next cycle, and 0 in all others. The buffer is one bit: 0 X, 1 DELTA, 2 W, 3 Y, 4 DX, 5 DW; at most one is set, and the address lies inside it.
//            An access moves one word; the group is the lane.
//            Registers: see gl3x5_int4_counters.
// Parameters None: this wrapper has them baked in, and the modules below take them.
// Numerics   Signed operands of 4 bits, accumulators of 20 bits, overflow policy refuse.
// Reset      Synchronous, active low: idle at once, whatever runs; bank contents stay. One cycle is enough.
// Trace      With GRADLOOM_TRACE defined, trace_* outputs show every access of the array to its banks.
// Made by gradloom 0.1.0, configuration e4c31fd60046672e.
`default_nettype none

module gl3x5_int4_core (
    input  wire clk_i,
    input  wire rst_ni,
    input  wire        cmd_valid_i,  // a command is offered
    output wire        cmd_ready_o,  // the command queue takes it in this cycle
    input  wire [1:0]  cmd_op_i,  // 0 fprop, 1 dgrad, 2 wgrad, 3 backward
    input  wire [1:0]  cmd_sched_i,  // 0 interleaved, 1 separate, 2 serial
    input  wire        cmd_acc_psum_i,  // add to the Y or DX words in the buffer
    input  wire        cmd_acc_dw_i,  // add to the DW words in the buffer
    input  wire [12:0] cmd_m_i,  // M, input features
    input  wire [12:0] cmd_n_i,  // N, output features
    input  wire [12:0] cmd_b_i,  // B, batch
    input  wire [9:0]  cmd_x_base_i,  // first word of X in every bank
    input  wire [9:0]  cmd_delta_base_i,  // first word of DELTA in every bank
    input  wire [9:0]  cmd_w_base_i,  // first word of W in every bank
    input  wire [9:0]  cmd_y_base_i,  // first word of Y in every bank
    input  wire [9:0]  cmd_dx_base_i,  // first word of DX in every bank
    input  wire [9:0]  cmd_dw_base_i,  // first word of DW in every bank
    output wire        done_valid_o,  // a command has ended
    input  wire        done_ready_i,  // its completion is taken in this cycle
    output wire [3:0]  done_code_o,  // completion code, 0 is good
    output wire busy_o,  // a command is queued, planned or running
    input  wire                        ld_valid_i,
    output wire                        ld_ready_o,
    input  wire [                 7:0] ld_buffer_i,
    input  wire [3-1:0] ld_group_i,
    input  wire [10-1:0] ld_addr_i,
    input  wire [32-1:0] ld_data_i,
    input  wire                        st_valid_i,
    output wire                        st_ready_o,
    input  wire [                 7:0] st_buffer_i,
    input  wire [3-1:0] st_group_i,
    input  wire [10-1:0] st_addr_i,
    output wire [32-1:0] st_data_o,
    input  wire [                 5:0] reg_index_i,
    input  wire                        reg_read_i,
    output wire [                31:0] reg_data_o,
    input  wire                        clear_i,
    input  wire                        host_error_i
`ifdef GRADLOOM_TRACE
    , output wire [2:0]   trace_x_re_o  // array reads X, a bit a bank
    , output wire [4:0]   trace_delta_re_o  // array reads DELTA, a bit a bank
    , output wire [4:0]   trace_w_re_o  // array reads W, a bit a bank
    , output wire [4:0]   trace_y_re_o  // array reads Y, a bit a bank
    , output wire [4:0]   trace_y_we_o  // array writes Y, a bit a bank
    , output wire [159:0] trace_y_wdata_o  // words written to Y, 0 where not written
    , output wire [2:0]   trace_dx_re_o  // array reads DX, a bit a bank
    , output wire [2:0]   trace_dx_we_o  // array writes DX, a bit a bank
    , output wire [95:0]  trace_dx_wdata_o  // words written to DX, 0 where not written
    , output wire [4:0]   trace_dw_re_o  // array reads DW, a bit a bank
    , output wire [4:0]   trace_dw_we_o  // array writes DW, a bit a bank
    , output wire [159:0] trace_dw_wdata_o  // words written to DW, 0 where not written
`endif
);

  localparam ROWS = 3;
  localparam ROW_CNT_W = 2;
  localparam COLS = 5;
  localparam COL_CNT_W = 3;
  localparam OP_W = 4;
  localparam ACC_W = 20;
  localparam DIM_W = 13;
  localparam ADDR_W = 10;
  localparam GROUP_W = 3;
  localparam DATA_W = 32;
  localparam MACS_W = ROW_CNT_W + COL_CNT_W;
  localparam BASES = 6;
  localparam COMMAND_W = 6 + 3 * DIM_W + BASES * ADDR_W;

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
  wire [   ADDR_W-1:0] queue_x_base;
  wire [   ADDR_W-1:0] queue_delta_base;
  wire [   ADDR_W-1:0] queue_w_base;
  wire [   ADDR_W-1:0] queue_y_base;
  wire [   ADDR_W-1:0] queue_dx_base;
  wire [   ADDR_W-1:0] queue_dw_base;

  gl3x5_int4_fifo #(
      .WIDTH(COMMAND_W),
      .DEPTH(4),
      .PTR_W(2),
      .CNT_W(3)
  ) u_commands (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (cmd_valid_i),
      .in_ready_o (cmd_ready_o),
      .in_data_i  ({
        cmd_op_i, cmd_sched_i, cmd_acc_psum_i, cmd_acc_dw_i, cmd_m_i, cmd_n_i, cmd_b_i,
        cmd_x_base_i,
        cmd_delta_base_i,
        cmd_w_base_i,
        cmd_y_base_i,
        cmd_dx_base_i,
        cmd_dw_base_i
      }),
      .out_valid_o(queue_valid),
      .out_ready_i(queue_ready),
      .out_data_o ({
        queue_op, queue_sched, queue_acc_psum, queue_acc_dw, queue_m, queue_n, queue_b,
        queue_x_base,
        queue_delta_base,
        queue_w_base,
        queue_y_base,
        queue_dx_base,
        queue_dw_base
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

  gl3x5_int4_planner #(
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
        queue_dw_base,
        queue_dx_base,
        queue_y_base,
        queue_w_base,
        queue_delta_base,
        queue_x_base
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
      .plan_bases_o         (plan_bases)
  );

  // Sequencer.
  wire                 sequencer_idle;
  wire [          7:0] row_slot;
  wire [ROW_CNT_W-1:0] rows;
  wire [ROW_CNT_W-1:0] load_step;
  wire [ROW_CNT_W-1:0] drain_step;
  wire [   ADDR_W-1:0] x_addr;
  wire [   ADDR_W-1:0] dx_addr;
  wire [          5:0] col_slot;
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
  wire [   ADDR_W-1:0] layer_y_base;
  wire [   ADDR_W-1:0] layer_dx_base;
  wire [   ADDR_W-1:0] layer_dw_base;
  wire                 layer_acc_dw;
  wire                 count_cycle;
  wire                 count_stall;
  wire                 count_slot;
  wire [   MACS_W-1:0] count_macs;

  gl3x5_int4_sequencer #(
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
      .layer_y_base_o       (layer_y_base),
      .layer_dx_base_o      (layer_dx_base),
      .layer_dw_base_o      (layer_dw_base),
      .layer_acc_dw_o       (layer_acc_dw),
      .count_cycle_o        (count_cycle),
      .count_stall_o        (count_stall),
      .count_slot_o         (count_slot),
      .count_macs_o         (count_macs)
  );

  assign busy_o = queue_valid | ~plan_idle | ~sequencer_idle;

  // Array with its buffers.
  wire                 ld_block;
  wire                 st_block;

  assign ld_ready_o = ~ld_block;
  assign st_ready_o = ~st_block;
  wire                 y_wr;
  wire [COL_CNT_W-1:0] y_wr_lanes;
  wire                 dx_wr;
  wire [ROW_CNT_W-1:0] dx_wr_lanes;
  wire                 dw_wr;
  wire [COL_CNT_W-1:0] dw_wr_lanes;

  gl3x5_int4_array #(
      .ROWS     (ROWS),
      .ROW_CNT_W(ROW_CNT_W),
      .COLS     (COLS),
      .COL_CNT_W(COL_CNT_W),
      .OP_W     (OP_W),
      .ACC_W    (ACC_W),
      .DIM_W    (DIM_W),
      .ADDR_W   (ADDR_W),
      .GROUP_W  (GROUP_W),
      .DATA_W   (DATA_W)
  ) u_array (
      .clk_i            (clk_i),
      .rst_ni           (rst_ni),
      .row_slot_i       (row_slot),
      .rows_i           (rows),
      .load_step_i      (load_step),
      .drain_step_i     (drain_step),
      .x_addr_i         (x_addr),
      .dx_addr_i        (dx_addr),
      .col_slot_i       (col_slot),
      .cols_i           (cols),
      .delta_addr_i     (delta_addr),
      .load_cols_i      (load_cols),
      .w_addr_i         (w_addr),
      .y_addr_i         (y_addr),
      .layer_y_base_i   (layer_y_base),
      .y_wr_o           (y_wr),
      .y_wr_lanes_o     (y_wr_lanes),
      .start_i          (start),
      .layer_batch_i    (layer_batch),
      .layer_row_tiles_i(layer_row_tiles),
      .layer_last_rows_i(layer_last_rows),
      .layer_col_tiles_i(layer_col_tiles),
      .layer_last_cols_i(layer_last_cols),
      .layer_dx_base_i  (layer_dx_base),
      .dx_wr_o          (dx_wr),
      .dx_wr_lanes_o    (dx_wr_lanes),
      .layer_m_i        (layer_m),
      .layer_dw_base_i  (layer_dw_base),
      .layer_acc_dw_i   (layer_acc_dw),
      .dw_wr_o          (dw_wr),
      .dw_wr_lanes_o    (dw_wr_lanes),
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
      , .trace_x_re_o(trace_x_re_o)
      , .trace_delta_re_o(trace_delta_re_o)
      , .trace_w_re_o(trace_w_re_o)
      , .trace_y_re_o(trace_y_re_o)
      , .trace_y_we_o(trace_y_we_o)
      , .trace_y_wdata_o(trace_y_wdata_o)
      , .trace_dx_re_o(trace_dx_re_o)
      , .trace_dx_we_o(trace_dx_we_o)
      , .trace_dx_wdata_o(trace_dx_wdata_o)
      , .trace_dw_re_o(trace_dw_re_o)
      , .trace_dw_we_o(trace_dw_we_o)
      , .trace_dw_wdata_o(trace_dw_wdata_o)
`endif
  );

  // Accesses at lane 0 stand for the whole wavefront: `rows` or `cols` lanes do the same later.
  wire x_read = row_slot[0] | row_slot[2];
  wire y_read = col_slot[0] & col_slot[4];
  wire dx_read = row_slot[1] & row_slot[7];

  gl3x5_int4_counters #(
      .ROW_CNT_W(ROW_CNT_W),
      .COL_CNT_W(COL_CNT_W)
  ) u_counters (
      .clk_i           (clk_i),
      .rst_ni          (rst_ni),
      .clear_i         (clear_i),
      .add_cycles_i    (count_cycle),
      .add_busy_i      (count_slot),
      .add_stall_i     (count_stall),
      .add_macs_i      ({MACS_W{count_slot}} & count_macs),
      .add_x_read_i    ({ROW_CNT_W{x_read}} & rows),
      .add_delta_read_i({COL_CNT_W{col_slot[3]}} & cols),
      .add_w_read_i    ({COL_CNT_W{col_slot[5]}} & load_cols),
      .add_y_read_i    ({COL_CNT_W{y_read}} & cols),
      .add_y_write_i   ({COL_CNT_W{y_wr}} & y_wr_lanes),
      .add_dx_read_i   ({ROW_CNT_W{dx_read}} & rows),
      .add_dx_write_i  ({ROW_CNT_W{dx_wr}} & dx_wr_lanes),
      .add_dw_read_i   ({COL_CNT_W{dw_wr & layer_acc_dw}} & dw_wr_lanes),
      .add_dw_write_i  ({COL_CNT_W{dw_wr}} & dw_wr_lanes),
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
