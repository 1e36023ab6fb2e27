// SPDX-License-Identifier: Apache-2.0
// gl2x2_int8_array: 2 x 2 processing elements with their edge lanes and buffers.
//
// Contract   The sequencer issues slots, weight-load steps and drain steps on the row and column slot buses
//            (fields: gl2x2_int8_row_lane, gl2x2_int8_col_lane); what is issued in cycle k reaches
//            lane 0 in cycle k+1 and lane l in cycle k+1+l. Results are written to the buffers by writers
//            that follow the wavefront. start_i begins a command and sets the writers; the layer_* inputs must not change
//            while a command runs.
// Parameters ROWS, COLS and widths as in the modules below.
// Reset      Synchronous, control only; bank contents stay.
// Made by gradloom 0.1.0, configuration ea51a9188179f74c.
`default_nettype none

module gl2x2_int8_array #(
    parameter ROWS      = 2,
    parameter ROW_CNT_W = 2,
    parameter COLS      = 2,
    parameter COL_CNT_W = 2,
    parameter OP_W      = 8,
    parameter ACC_W     = 32,
    parameter DIM_W     = 8,
    parameter ADDR_W    = 6,
    parameter GROUP_W   = 1,
    parameter DATA_W    = 32
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    // Row slot bus.
    input  wire [          7:0] row_slot_i,
    input  wire [ROW_CNT_W-1:0] rows_i,
    input  wire [ROW_CNT_W-1:0] load_step_i,
    input  wire [ROW_CNT_W-1:0] drain_step_i,
    input  wire [   ADDR_W-1:0] x_addr_i,
    input  wire [   ADDR_W-1:0] dx_addr_i,
    // Column slot bus.
    input  wire [          5:0] col_slot_i,
    input  wire [COL_CNT_W-1:0] cols_i,
    input  wire [   ADDR_W-1:0] delta_addr_i,
    input  wire [COL_CNT_W-1:0] load_cols_i,
    input  wire [   ADDR_W-1:0] w_addr_i,
    input  wire [   ADDR_W-1:0] y_addr_i,
    // The command that runs.
    input  wire                 start_i,
    input  wire [    DIM_W-1:0] layer_batch_i,
    input  wire [    DIM_W-1:0] layer_row_tiles_i,
    input  wire [ROW_CNT_W-1:0] layer_last_rows_i,
    input  wire [    DIM_W-1:0] layer_col_tiles_i,
    input  wire [COL_CNT_W-1:0] layer_last_cols_i,
    input  wire [   ADDR_W-1:0] layer_y_base_i,
    input  wire [   ADDR_W-1:0] layer_dx_base_i,
    input  wire [   ADDR_W-1:0] layer_m_i,
    input  wire [   ADDR_W-1:0] layer_dw_base_i,
    input  wire                 layer_acc_dw_i,
    // What leaves the array at lane 0 in this cycle, for the counters.
    output wire                 y_wr_o,
    output wire [COL_CNT_W-1:0] y_wr_lanes_o,
    output wire                 dx_wr_o,
    output wire [ROW_CNT_W-1:0] dx_wr_lanes_o,
    output wire                 dw_wr_o,
    output wire [COL_CNT_W-1:0] dw_wr_lanes_o,
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
    , output wire [1:0]  trace_x_re_o
    , output wire [1:0]  trace_delta_re_o
    , output wire [1:0]  trace_w_re_o
    , output wire [1:0]  trace_y_re_o
    , output wire [1:0]  trace_y_we_o
    , output wire [63:0] trace_y_wdata_o
    , output wire [1:0]  trace_dx_re_o
    , output wire [1:0]  trace_dx_we_o
    , output wire [63:0] trace_dx_wdata_o
    , output wire [1:0]  trace_dw_re_o
    , output wire [1:0]  trace_dw_we_o
    , output wire [63:0] trace_dw_wdata_o
`endif
);

  genvar r, c;

  wire unused_buffers = &{1'b0, ld_buffer_i, st_buffer_i, 1'b0};

  // Row lanes, north to south. What goes down the lanes is named after its source: a lane reads the
  // outputs of the lane above, the first one the ports of this module.
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : g_row
      wire [          7:0] slot, slot_down;
      wire [ROW_CNT_W-1:0] rows, rows_down;
      wire [ROW_CNT_W-1:0] load_step, load_step_down;
      wire [ROW_CNT_W-1:0] drain_step, drain_step_down;
      wire [   ADDR_W-1:0] x_addr, x_addr_down;
      wire                 x_re;
      wire [          7:0] ctl;
      wire [   ADDR_W-1:0] dx_addr, dx_addr_down;
      wire [    ACC_W-1:0] west;
      wire [    ACC_W-1:0] east;
      wire                 wr, wr_down;
      wire [   ADDR_W-1:0] wr_addr, wr_addr_down;
      wire [ROW_CNT_W-1:0] wr_rows, wr_rows_down;
      wire                 dx_re, dx_we;
      wire                 unused_trace = &{1'b0
          , x_re
          , dx_re, dx_we
          , 1'b0};
      wire                 ld_block, ld_block_down;
      wire                 st_block, st_block_down;
      wire [   DATA_W-1:0] st_data, st_data_down;

      gl2x2_int8_row_lane #(
          .ROWS  (ROWS),
          .ROW   (r),
          .CNT_W (ROW_CNT_W),
          .OP_W  (OP_W),
          .ACC_W (ACC_W),
          .ADDR_W(ADDR_W),
          .GROUP_W(GROUP_W),
          .DATA_W(DATA_W)
      ) u_lane (
          .clk_i       (clk_i),
          .rst_ni      (rst_ni),
          .slot_i      (slot),
          .rows_i      (rows),
          .load_step_i (load_step),
          .load_step_o (load_step_down),
          .drain_step_i(drain_step),
          .drain_step_o(drain_step_down),
          .x_addr_i    (x_addr),
          .x_addr_o    (x_addr_down),
          .x_re_o      (x_re),
          .ld_x_i      (ld_buffer_i[0]),
          .st_x_i      (st_buffer_i[0]),
          .dx_addr_i   (dx_addr),
          .dx_addr_o   (dx_addr_down),
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
        assign load_step  = load_step_i;
        assign drain_step = drain_step_i;
        assign x_addr     = x_addr_i;
        assign dx_addr    = dx_addr_i;
        assign ld_block_down = ld_block;
        assign st_block_down = st_block;
        assign st_data_down  = st_data;
      end else begin : g_next
        assign slot       = g_row[r-1].slot_down;
        assign rows       = g_row[r-1].rows_down;
        assign load_step  = g_row[r-1].load_step_down;
        assign drain_step = g_row[r-1].drain_step_down;
        assign x_addr     = g_row[r-1].x_addr_down;
        assign dx_addr    = g_row[r-1].dx_addr_down;
        assign wr         = g_row[r-1].wr_down;
        assign wr_addr    = g_row[r-1].wr_addr_down;
        assign wr_rows    = g_row[r-1].wr_rows_down;
        assign ld_block_down = g_row[r-1].ld_block_down | ld_block;
        assign st_block_down = g_row[r-1].st_block_down | st_block;
        assign st_data_down  = g_row[r-1].st_data_down | st_data;
      end
    end
  endgenerate

  // Column lanes, west to east.
  generate
    for (c = 0; c < COLS; c = c + 1) begin : g_col
      wire [          5:0] slot, slot_right;
      wire [COL_CNT_W-1:0] cols, cols_right;
      wire [   ADDR_W-1:0] delta_addr, delta_addr_right;
      wire                 delta_re;
      wire [COL_CNT_W-1:0] load_cols, load_cols_right;
      wire [   ADDR_W-1:0] w_addr, w_addr_right;
      wire [     OP_W-1:0] weight;
      wire                 w_re;
      wire [   ADDR_W-1:0] y_addr, y_addr_right;
      wire [    ACC_W-1:0] north;
      wire [    ACC_W-1:0] south;
      wire                 wr, wr_right;
      wire [   ADDR_W-1:0] wr_addr, wr_addr_right;
      wire [COL_CNT_W-1:0] wr_cols, wr_cols_right;
      wire                 y_re, y_we;
      wire [    ACC_W-1:0] drain_data;
      wire                 drain, drain_right;
      wire                 drain_acc, drain_acc_right;
      wire [   ADDR_W-1:0] drain_addr, drain_addr_right;
      wire [COL_CNT_W-1:0] drain_cols, drain_cols_right;
      wire                 dw_re, dw_we;
      wire [    ACC_W-1:0] dw_wdata;
      wire                 unused_trace = &{1'b0
          , delta_re
          , w_re
          , y_re, y_we
          , dw_re, dw_we, dw_wdata
          , 1'b0};
      wire                 ld_block, ld_block_right;
      wire                 st_block, st_block_right;
      wire [   DATA_W-1:0] st_data, st_data_right;

      gl2x2_int8_col_lane #(
          .COL   (c),
          .CNT_W (COL_CNT_W),
          .OP_W  (OP_W),
          .ACC_W (ACC_W),
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
          .delta_addr_i(delta_addr),
          .delta_addr_o(delta_addr_right),
          .delta_re_o  (delta_re),
          .ld_delta_i  (ld_buffer_i[1]),
          .st_delta_i  (st_buffer_i[1]),
          .load_cols_i (load_cols),
          .w_addr_i    (w_addr),
          .load_cols_o (load_cols_right),
          .w_addr_o    (w_addr_right),
          .weight_o    (weight),
          .w_re_o      (w_re),
          .ld_w_i      (ld_buffer_i[2]),
          .st_w_i      (st_buffer_i[2]),
          .y_addr_i    (y_addr),
          .y_addr_o    (y_addr_right),
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
        assign delta_addr  = delta_addr_i;
        assign load_cols   = load_cols_i;
        assign w_addr      = w_addr_i;
        assign y_addr      = y_addr_i;
        assign ld_block_right = ld_block;
        assign st_block_right = st_block;
        assign st_data_right  = st_data;
      end else begin : g_next
        assign slot        = g_col[c-1].slot_right;
        assign cols        = g_col[c-1].cols_right;
        assign delta_addr  = g_col[c-1].delta_addr_right;
        assign load_cols   = g_col[c-1].load_cols_right;
        assign w_addr      = g_col[c-1].w_addr_right;
        assign y_addr      = g_col[c-1].y_addr_right;
        assign wr          = g_col[c-1].wr_right;
        assign wr_addr     = g_col[c-1].wr_addr_right;
        assign wr_cols     = g_col[c-1].wr_cols_right;
        assign drain       = g_col[c-1].drain_right;
        assign drain_acc   = g_col[c-1].drain_acc_right;
        assign drain_addr  = g_col[c-1].drain_addr_right;
        assign drain_cols  = g_col[c-1].drain_cols_right;
        assign ld_block_right = g_col[c-1].ld_block_right | ld_block;
        assign st_block_right = g_col[c-1].st_block_right | st_block;
        assign st_data_right  = g_col[c-1].st_data_right | st_data;
      end
    end
  endgenerate

  // Processing elements.
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : g_pe_row
      for (c = 0; c < COLS; c = c + 1) begin : g_pe
        wire [      7:0] ctl_in, ctl_out;
        wire [ACC_W-1:0] west_in, east_out;
        wire [ACC_W-1:0] north_in, south_out;
        wire [ OP_W-1:0] weight_in, weight_out;
        wire [ACC_W-1:0] drain_in, drain_out;

        gl2x2_int8_pe #(
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
            .weight_i(weight_in),
            .weight_o(weight_out),
            .drain_i (drain_in),
            .drain_o (drain_out)
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
          assign weight_in = g_col[c].weight;
          assign drain_in  = {ACC_W{1'b0}};
        end else begin : g_chain_south
          assign north_in  = g_pe_row[r-1].g_pe[c].south_out;
          assign weight_in = g_pe_row[r-1].g_pe[c].weight_out;
          assign drain_in  = g_pe_row[r-1].g_pe[c].drain_out;
        end
      end

      assign g_row[r].east = g_pe_row[r].g_pe[COLS-1].east_out;
      wire unused_ctl = &{1'b0, g_pe_row[r].g_pe[COLS-1].ctl_out, 1'b0};
    end

    for (c = 0; c < COLS; c = c + 1) begin : g_south
      assign g_col[c].south = g_pe_row[ROWS-1].g_pe[c].south_out;
      assign g_col[c].drain_data = g_pe_row[ROWS-1].g_pe[c].drain_out;
      wire unused_weight = &{1'b0, g_pe_row[ROWS-1].g_pe[c].weight_out, 1'b0};
    end
  endgenerate

  // DX writes follow the DGRAD wavefront out of the north-east corner.
  gl2x2_int8_psum_writer #(
      .LANES (ROWS),
      .CNT_W (ROW_CNT_W),
      .DIM_W (DIM_W),
      .ADDR_W(ADDR_W)
  ) u_dx_writer (
      .clk_i       (clk_i),
      .start_i     (start_i),
      .event_i     (g_pe_row[0].g_pe[COLS-1].ctl_out[1]),
      .batch_i     (layer_batch_i),
      .tiles_i     (layer_row_tiles_i),
      .last_lanes_i(layer_last_rows_i),
      .base_i      (layer_dx_base_i),
      .wr_o        (dx_wr_o),
      .wr_addr_o   (g_row[0].wr_addr),
      .wr_lanes_o  (g_row[0].wr_rows)
  );

  assign g_row[0].wr   = dx_wr_o;
  assign dx_wr_lanes_o = g_row[0].wr_rows;

  // Y and DW writes follow the wavefront out of the south-west corner.
  gl2x2_int8_psum_writer #(
      .LANES (COLS),
      .CNT_W (COL_CNT_W),
      .DIM_W (DIM_W),
      .ADDR_W(ADDR_W)
  ) u_y_writer (
      .clk_i       (clk_i),
      .start_i     (start_i),
      .event_i     (g_pe_row[ROWS-1].g_pe[0].ctl_out[0]),
      .batch_i     (layer_batch_i),
      .tiles_i     (layer_col_tiles_i),
      .last_lanes_i(layer_last_cols_i),
      .base_i      (layer_y_base_i),
      .wr_o        (y_wr_o),
      .wr_addr_o   (g_col[0].wr_addr),
      .wr_lanes_o  (g_col[0].wr_cols)
  );

  assign g_col[0].wr  = y_wr_o;
  assign y_wr_lanes_o = g_col[0].wr_cols;

  gl2x2_int8_drain_writer #(
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
      .event_i     (g_pe_row[ROWS-1].g_pe[0].ctl_out[4]),
      .row_tiles_i (layer_row_tiles_i),
      .col_tiles_i (layer_col_tiles_i),
      .last_rows_i (layer_last_rows_i),
      .last_cols_i (layer_last_cols_i),
      .m_i         (layer_m_i),
      .base_i      (layer_dw_base_i),
      .drain_o     (dw_wr_o),
      .drain_addr_o(g_col[0].drain_addr),
      .drain_cols_o(g_col[0].drain_cols)
  );

  assign g_col[0].drain     = dw_wr_o;
  assign g_col[0].drain_acc = layer_acc_dw_i;
  assign dw_wr_lanes_o      = g_col[0].drain_cols;

  assign ld_block_o = g_row[ROWS-1].ld_block_down | g_col[COLS-1].ld_block_right;
  assign st_block_o = g_row[ROWS-1].st_block_down | g_col[COLS-1].st_block_right;
  assign st_data_o  = g_row[ROWS-1].st_data_down | g_col[COLS-1].st_data_right;

  // Buses leave the last lanes unused.
  wire unused_row = &{1'b0, g_row[ROWS-1].slot_down, g_row[ROWS-1].rows_down
      , g_row[ROWS-1].load_step_down
      , g_row[ROWS-1].drain_step_down
      , g_row[ROWS-1].x_addr_down
      , g_row[ROWS-1].dx_addr_down, g_row[ROWS-1].wr_down, g_row[ROWS-1].wr_addr_down
      , g_row[ROWS-1].wr_rows_down
      , 1'b0};
  wire unused_col = &{1'b0, g_col[COLS-1].slot_right, g_col[COLS-1].cols_right
      , g_col[COLS-1].delta_addr_right
      , g_col[COLS-1].load_cols_right, g_col[COLS-1].w_addr_right
      , g_col[COLS-1].y_addr_right, g_col[COLS-1].wr_right, g_col[COLS-1].wr_addr_right
      , g_col[COLS-1].wr_cols_right
      , g_col[COLS-1].drain_right, g_col[COLS-1].drain_acc_right
      , g_col[COLS-1].drain_addr_right, g_col[COLS-1].drain_cols_right
      , 1'b0};

`ifdef GRADLOOM_TRACE
  // Trace: what the array does with every bank in this cycle.
  localparam TRACE_W = 32;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : g_trace_row
      assign trace_x_re_o[r] = g_row[r].x_re;
      assign trace_dx_re_o[r] = g_row[r].dx_re;
      assign trace_dx_we_o[r] = g_row[r].dx_we;
      assign trace_dx_wdata_o[r*TRACE_W+:TRACE_W] = {TRACE_W{g_row[r].dx_we}} &
          {{(TRACE_W - ACC_W + 1) {g_row[r].east[ACC_W-1]}}, g_row[r].east[ACC_W-2:0]};
    end
    for (c = 0; c < COLS; c = c + 1) begin : g_trace_col
      assign trace_delta_re_o[c] = g_col[c].delta_re;
      assign trace_w_re_o[c] = g_col[c].w_re;
      assign trace_y_re_o[c] = g_col[c].y_re;
      assign trace_y_we_o[c] = g_col[c].y_we;
      assign trace_y_wdata_o[c*TRACE_W+:TRACE_W] = {TRACE_W{g_col[c].y_we}} &
          {{(TRACE_W - ACC_W + 1) {g_col[c].south[ACC_W-1]}}, g_col[c].south[ACC_W-2:0]};
      assign trace_dw_re_o[c] = g_col[c].dw_re;
      assign trace_dw_we_o[c] = g_col[c].dw_we;
      assign trace_dw_wdata_o[c*TRACE_W+:TRACE_W] = {TRACE_W{g_col[c].dw_we}} &
          {{(TRACE_W - ACC_W + 1) {g_col[c].dw_wdata[ACC_W-1]}}, g_col[c].dw_wdata[ACC_W-2:0]};
    end
  endgenerate
`endif

endmodule

`default_nettype wire
