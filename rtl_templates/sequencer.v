// SPDX-License-Identifier: Apache-2.0
// <%name%>_sequencer: runs a planned command: loops over tiles and vectors, interleaves DGRAD and WGRAD
// slots, overlaps weight loads and drains with the stream, and posts the completion.
//
// Contract   Takes a plan when idle (plan_valid_i & plan_take_o in cycle q) and runs from q+1. start_o is 1 in
//            cycle q+1. Slots, weight-load steps and drain steps go out on the row and column slot buses in
//            the cycle in which they are issued. done_valid_o holds with its code until done_ready_i; the next
//            command may run meanwhile, and waits with its own completion. done_code_o keeps the last code.
<%#training%>
//            A pass with update has U slots after the vectors of each tile: two<%#decay%>, and a third for weight decay<%/decay%>.
<%/training%>
// States     LOAD    ROWS+1 cycles: weights of the first tile, then the swap token
//            RUN     one slot a cycle; a tile takes max(slots, ROWS) cycles, the last of a pass only its slots
//            STALL   partial sums of the next tile are still on their way to the buffer
//            TAIL    until the last word is written
//            FINISH  until the completion register is free
// Parameters ROWS, COLS, DIM_W, ADDR_W and widths that follow.
// Reset      Synchronous: idle, nothing issued, no completion.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_sequencer #(
    parameter ROWS      = <%rows%>,
    parameter ROW_CNT_W = <%row_cnt_w%>,
    parameter COLS      = <%cols%>,
    parameter COL_CNT_W = <%col_cnt_w%>,
    parameter DIM_W     = <%dim_w%>,
    parameter ADDR_W    = <%addr_w%>
) (
    input  wire                           clk_i,
    input  wire                           rst_ni,
    // Plan.
    input  wire                           plan_valid_i,
    output wire                           plan_take_o,
    input  wire [                    3:0] plan_code_i,
    input  wire [                    2:0] plan_passes_i,
    input  wire                           plan_separate_i,
    input  wire                           plan_serial_i,
    input  wire                           plan_acc_psum_i,
    input  wire                           plan_acc_dw_i,
    input  wire [              DIM_W-1:0] plan_m_i,
    input  wire [              DIM_W-1:0] plan_b_i,
    input  wire [              DIM_W-1:0] plan_row_tiles_i,
    input  wire [              DIM_W-1:0] plan_col_tiles_i,
    input  wire [          ROW_CNT_W-1:0] plan_last_rows_i,
    input  wire [          COL_CNT_W-1:0] plan_last_cols_i,
    input  wire [ROW_CNT_W+COL_CNT_W-1:0] plan_macs_last_row_i,
    input  wire [ROW_CNT_W+COL_CNT_W-1:0] plan_macs_last_col_i,
    input  wire [ROW_CNT_W+COL_CNT_W-1:0] plan_macs_last_both_i,
    input  wire [           6*ADDR_W-1:0] plan_bases_i,
<%#training%>
    input  wire                           plan_update_i,
    input  wire                           plan_bgrad_i,
    input  wire                           plan_post_i,
<%/training%>
    // Completion.
    output reg                            done_valid_o,
    input  wire                           done_ready_i,
    output reg  [                    3:0] done_code_o,
    output wire                           idle_o,
    // Row slot bus.
    output wire [                    <%ctl_top%>:0] row_slot_o,
    output wire [          ROW_CNT_W-1:0] rows_o,
    output wire [          ROW_CNT_W-1:0] load_step_o,
    output wire [          ROW_CNT_W-1:0] drain_step_o,
    output wire [             ADDR_W-1:0] x_addr_o,
    output wire [             ADDR_W-1:0] dx_addr_o,
    // Column slot bus.
    output wire [                    <%col_slot_top%>:0] col_slot_o,
    output wire [          COL_CNT_W-1:0] cols_o,
    output wire [             ADDR_W-1:0] delta_addr_o,
    output wire [          COL_CNT_W-1:0] load_cols_o,
    output wire [             ADDR_W-1:0] w_addr_o,
    output wire [             ADDR_W-1:0] y_addr_o,
    // The command that runs.
    output reg                            start_o,
    output wire [              DIM_W-1:0] layer_batch_o,
    output wire [              DIM_W-1:0] layer_row_tiles_o,
    output wire [          ROW_CNT_W-1:0] layer_last_rows_o,
    output wire [              DIM_W-1:0] layer_col_tiles_o,
    output wire [          COL_CNT_W-1:0] layer_last_cols_o,
    output wire [             ADDR_W-1:0] layer_m_o,
<%#training%>
    output wire [             ADDR_W-1:0] layer_x_base_o,
    output wire [             ADDR_W-1:0] layer_delta_base_o,
    output wire [             ADDR_W-1:0] layer_w_base_o,
<%/training%>
    output wire [             ADDR_W-1:0] layer_y_base_o,
    output wire [             ADDR_W-1:0] layer_dx_base_o,
    output wire [             ADDR_W-1:0] layer_dw_base_o,
    output wire                           layer_acc_dw_o,
    // For the counters: what happens in this cycle.
    output wire                           count_cycle_o,
    output wire                           count_stall_o,
<%#training%>
    output wire                           count_waiting_o,
    output wire                           count_draining_o,
<%/training%>
    output wire                           count_slot_o,
    output wire [ROW_CNT_W+COL_CNT_W-1:0] count_macs_o
);

  localparam MACS_W = ROW_CNT_W + COL_CNT_W;
  // Wait counters: the longest wait is 2*ROWS + COLS + 2 <= 770 cycles.
  localparam WAIT_W = 10;

  localparam [2:0] IDLE = 3'd0;
  localparam [2:0] LOAD = 3'd1;
  localparam [2:0] RUN = 3'd2;
  localparam [2:0] STALL = 3'd3;
  localparam [2:0] TAIL = 3'd4;
  localparam [2:0] FINISH = 3'd5;

  localparam [WAIT_W-1:0] LOAD_WAIT = ROWS;
<%#late%>
  // Cycles by which the sums are later than with an unpipelined multiplier and adder.
  localparam LATE = <%result_lag%>;
  localparam [WAIT_W-1:0] TAIL_PSUM_WAIT = ROWS + COLS + LATE;
  localparam [WAIT_W-1:0] TAIL_DRAIN_WAIT = 2 * ROWS + COLS + 1 + LATE;
<%/late%>
<%^late%>
  localparam [WAIT_W-1:0] TAIL_PSUM_WAIT = ROWS + COLS;
  localparam [WAIT_W-1:0] TAIL_DRAIN_WAIT = 2 * ROWS + COLS + 1;
<%/late%>
<%#training%>
  // The lanes at the edges end later than the array.
  localparam [WAIT_W-1:0] LANES_WAIT = 6;
<%/training%>
<%#split_add%>
  localparam [WAIT_W-1:0] SOUTH_DISTANCE = ROWS + 2;
  localparam [WAIT_W-1:0] EAST_DISTANCE = COLS + 2;
<%/split_add%>
<%^split_add%>
  localparam [WAIT_W-1:0] SOUTH_DISTANCE = ROWS + 1;
  localparam [WAIT_W-1:0] EAST_DISTANCE = COLS + 1;
<%/split_add%>
<%#pass_gap%>
  // Between the last DGRAD slot and the first WGRAD slot after it: psums are that much later than x.
  localparam [WAIT_W-1:0] PASS_GAP = <%lag%>;
<%/pass_gap%>
  localparam [WAIT_W-1:0] WAIT_ONE = 1;
  localparam [ROW_CNT_W-1:0] LAST_ROW = ROWS - 1;
  localparam [ROW_CNT_W-1:0] ALL_ROWS = ROWS;
  localparam [COL_CNT_W-1:0] ALL_COLS = COLS;
  localparam [ROW_CNT_W-1:0] ROW_ONE = 1;
  localparam [DIM_W-1:0] DIM_ONE = 1;
<%#delta_hold%>
<%#hold_may_be_short%>
  localparam [DIM_W-1:0] HOLD_WORDS = <%depth_hold%>;
<%/hold_may_be_short%>
<%/delta_hold%>
  localparam [ADDR_W-1:0] ADDR_ONE = 1;
  localparam [ADDR_W-1:0] ROW_STEP = ROWS;
  localparam [ADDR_W-1:0] LAST_ROW_OFFSET = ROWS - 1;
  localparam [MACS_W-1:0] ALL_MACS = ROWS * COLS;

  // ---------------------------------------------------------------------------------------------
  // The command that runs.
  reg  [       2:0] state_q;
  reg  [       2:0] pass_q;         // FPROP, DGRAD, WGRAD slots of the present pass
  reg               wgrad_after_q;  // a WGRAD pass follows
  reg               serial_q;
  reg               acc_psum_q;
  reg               acc_dw_q;
  reg  [ADDR_W-1:0] m_q;
  reg  [ DIM_W-1:0] batch_q;
  reg  [ DIM_W-1:0] row_tiles_q;
  reg  [ DIM_W-1:0] col_tiles_q;
  reg  [ROW_CNT_W-1:0] last_rows_q;
  reg  [COL_CNT_W-1:0] last_cols_q;
  reg  [MACS_W-1:0] macs_last_row_q;
  reg  [MACS_W-1:0] macs_last_col_q;
  reg  [MACS_W-1:0] macs_last_both_q;
  reg  [6*ADDR_W-1:0] bases_q;

  wire              take = plan_take_o;
  wire              good = plan_code_i == 4'd0;
  wire              two_passes = plan_separate_i & plan_passes_i[1] & plan_passes_i[2];

  wire [ADDR_W-1:0] plan_m_addr;
  wire [ADDR_W-1:0] batch_addr;

  // Addresses are modulo 2^ADDR_W: a command that fits never exceeds it.
  generate
    if (DIM_W >= ADDR_W) begin : g_cut
      assign plan_m_addr = plan_m_i[ADDR_W-1:0];
      wire unused_m = &{1'b0, plan_m_i, 1'b0};
      assign batch_addr  = batch_q[ADDR_W-1:0];
    end else begin : g_extend
      assign plan_m_addr = {{(ADDR_W - DIM_W) {1'b0}}, plan_m_i};
      assign batch_addr  = {{(ADDR_W - DIM_W) {1'b0}}, batch_q};
    end
  endgenerate

  assign plan_take_o = plan_valid_i & idle_o;
  assign idle_o      = state_q == IDLE;

  always @(posedge clk_i) begin
    if (take) begin
      serial_q         <= plan_serial_i;
      acc_psum_q       <= plan_acc_psum_i;
      acc_dw_q         <= plan_acc_dw_i;
      m_q              <= plan_m_addr;
      batch_q          <= plan_b_i;
      row_tiles_q      <= plan_row_tiles_i;
      col_tiles_q      <= plan_col_tiles_i;
      last_rows_q      <= plan_last_rows_i;
      last_cols_q      <= plan_last_cols_i;
      macs_last_row_q  <= plan_macs_last_row_i;
      macs_last_col_q  <= plan_macs_last_col_i;
      macs_last_both_q <= plan_macs_last_both_i;
      bases_q          <= plan_bases_i;
    end
  end

<%#delta_hold%>
  // The command keeps the delta of a line of tiles in the hold memories<%#one_row%>: not with one row and one vector, where
  // a tile would read a word while it is written<%/one_row%>.
  reg               hold_q;

  always @(posedge clk_i) begin
    if (take) hold_q <= (plan_row_tiles_i != DIM_ONE)<%#hold_may_be_short%> & (plan_b_i <= HOLD_WORDS)<%/hold_may_be_short%><%#one_row%> & (plan_b_i != DIM_ONE)<%/one_row%>;
  end

<%/delta_hold%>
<%#training%>
  reg               update_q;
  reg               bgrad_q;
  reg               lanes_q;   // a lane at the edge has work: TAIL is longer

  always @(posedge clk_i) begin
    if (take) begin
      update_q <= plan_update_i;
      bgrad_q  <= plan_bgrad_i;
      lanes_q  <= plan_bgrad_i | plan_post_i;
    end
  end

  wire              psums = pass_q[0] | pass_q[1];
  wire              update = update_q & pass_q[2];
  wire              weights = psums | update;
<%/training%>
<%^training%>
  wire              psums = pass_q[0] | pass_q[1];
  wire              weights = psums;
<%/training%>
  wire              interleaved = pass_q[1] & pass_q[2];
  // The layer as the walkers see it: the inner loop runs over row tiles in the backward passes and
  // over column tiles in fprop.
  wire [ DIM_W-1:0] inner_tiles = pass_q[0] ? col_tiles_q : row_tiles_q;
  wire [ DIM_W-1:0] outer_tiles = pass_q[0] ? row_tiles_q : col_tiles_q;

  // ---------------------------------------------------------------------------------------------
  // Stream: tile, vector, phase.
  reg  [ DIM_W-1:0] vector_q;
  reg  [ADDR_W-1:0] vector_addr_q;
  reg               phase_q;       // interleaved: 0 DGRAD, 1 WGRAD
  reg               stream_q;      // slots of this tile remain
  reg  [ROW_CNT_W-1:0] period_q;   // cycles into the tile, at most ROWS-1
  reg               line_start_q;  // the next slot is the first of an outer iteration
  reg               pass_over_q;   // serial: the tile before TAIL was the last of its pass
  reg  [WAIT_W-1:0] wait_q;
  reg  [WAIT_W-1:0] apart_q;

<%#inner_first%>
  wire              inner_first;
<%/inner_first%>
  wire              inner_last;
  wire              outer_first;
  wire              outer_last;
  wire [ADDR_W-1:0] inner_addr;
  wire [ADDR_W-1:0] outer_addr;

  wire              run = state_q == RUN;
  wire              slot = run & stream_q;
  wire              vector_last = vector_q == batch_q - DIM_ONE;
<%#training%>
<%^lagged%>
  // U slots follow the last vector: [0] U1, [1] U2<%#decay%>, [2] U3<%/decay%>.
<%/lagged%>
<%#lagged%>
  // U slots follow the last vector: [0] U1, [3] U2<%#decay%>, [4] U3<%/decay%>. In the cycles between and after them sums of
  // the slot before are on their way.
<%/lagged%>
  reg  [<%update_cycle_top%>:0] update_slot_q;
  wire [<%update_top%>:0] update_slots = {<%^lagged%>update_slot_q<%/lagged%><%#lagged%><%#decay%>update_slot_q[4], <%/decay%>update_slot_q[3], update_slot_q[0]<%/lagged%>};
  wire              vector_slot = slot & (update_slot_q == <%update_cycles%>'d0);
  wire              vector_end = vector_slot & (phase_q | ~interleaved);
  wire              vectors_over = vector_end & vector_last;
  wire              slot_last = update ? slot & update_slot_q[<%update_cycle_top%>] : vectors_over;
  wire              update_last = slot & update_slots[<%update_top%>];

  always @(posedge clk_i) begin
    if (!rst_ni) update_slot_q <= <%update_cycles%>'d0;
    else if (run) update_slot_q <= {update_slot_q[<%update_cycle_top%>-1:0], vectors_over & update};
  end
<%/training%>
<%^training%>
  wire              vector_slot = slot;
  wire              vector_end = slot & (phase_q | ~interleaved);
  wire              slot_last = vector_end & vector_last;
<%/training%>
  wire              pass_last = inner_last & outer_last;
  wire              tile_end = run & (slot_last | ~stream_q) &
      (serial_q | pass_last | (period_q == LAST_ROW));

  // Partial sums are ready for the next outer iteration once the present one began long enough ago.
  wire [WAIT_W-1:0] distance = pass_q[0] ? SOUTH_DISTANCE : EAST_DISTANCE;
  wire [WAIT_W-1:0] apart = (run & line_start_q) ? distance : apart_q;
  wire              apart_ready = apart == {WAIT_W{1'b0}};
  wire              hold_line = tile_end & inner_last & psums & ~apart_ready;

  wire              wait_over = wait_q == {WAIT_W{1'b0}};
  wire              load_first = (state_q == LOAD) & (wait_q == LOAD_WAIT);
  wire              load_swap = (state_q == LOAD) & wait_over;
  wire              tail_over = (state_q == TAIL) & wait_over;
  wire              post = (state_q == FINISH) & (~done_valid_o | done_ready_i);

  <%name%>_tile_walker #(
      .DIM_W          (DIM_W),
      .ADDR_W         (ADDR_W),
      .RESTART_AT_LINE(0)
  ) u_stream_tile (
      .clk_i        (clk_i),
      .start_i      (take),
      .step_i       (tile_end),
      .inner_tiles_i(inner_tiles),
      .outer_tiles_i(outer_tiles),
      .start_addr_i ({ADDR_W{1'b0}}),
      .inner_step_i (batch_addr),
      .outer_step_i (batch_addr),
<%#inner_first%>
      .inner_first_o(inner_first),
<%/inner_first%>
      .inner_last_o (inner_last),
      .outer_first_o(outer_first),
      .outer_last_o (outer_last),
      .addr_o       (inner_addr),
      .line_o       (outer_addr)
  );

  // ---------------------------------------------------------------------------------------------
  // States.
  reg [2:0] state_d;

  always @* begin
    state_d = state_q;
    case (state_q)
      IDLE:
      if (take) state_d = !good ? FINISH : (plan_passes_i[0] | plan_passes_i[1]<%#training%> | plan_update_i<%/training%>) ? LOAD : RUN;
      LOAD: if (wait_over) state_d = RUN;
      RUN:
      if (tile_end) begin
        if (serial_q) state_d = TAIL;
        else if (pass_last) state_d = wgrad_after_q ? <%#training%>(update_q ? LOAD : <%#pass_gap%>STALL<%/pass_gap%><%^pass_gap%>RUN<%/pass_gap%>)<%/training%><%^training%><%#pass_gap%>STALL<%/pass_gap%><%^pass_gap%>RUN<%/pass_gap%><%/training%> : TAIL;
        else if (hold_line) state_d = STALL;
      end
      STALL: if (apart_ready) state_d = RUN;
      TAIL:
      if (wait_over) begin
        if (serial_q & ~pass_over_q) state_d = weights ? LOAD : RUN;
        else if (wgrad_after_q) state_d = <%#training%>update_q ? LOAD : RUN<%/training%><%^training%>RUN<%/training%>;
        else state_d = FINISH;
      end
      FINISH: if (post) state_d = IDLE;
      default: state_d = IDLE;
    endcase
  end

  always @(posedge clk_i) begin
    if (!rst_ni) state_q <= IDLE;
    else state_q <= state_d;
  end

  // LOAD and TAIL last as long as wait_q counts down.
  wire to_load = (state_d == LOAD) & (state_q != LOAD);
  wire to_tail = (state_d == TAIL) & (state_q != TAIL);

  always @(posedge clk_i) begin
    if (to_load) wait_q <= LOAD_WAIT;
    else if (to_tail) wait_q <= <%#training%>({WAIT_W{lanes_q}} & LANES_WAIT) + (<%/training%>pass_q[2] ? TAIL_DRAIN_WAIT : TAIL_PSUM_WAIT<%#training%>)<%/training%>;
    else if (!wait_over) wait_q <= wait_q - WAIT_ONE;
  end

  // A WGRAD pass follows the DGRAD pass at once, or after its last TAIL.
  wire next_pass = wgrad_after_q &
      ((tile_end & pass_last & ~serial_q) | (tail_over & pass_over_q));

  always @(posedge clk_i) begin
    if (take) begin
      pass_q        <= two_passes ? 3'b010 : plan_passes_i;
      wgrad_after_q <= two_passes;
    end else if (next_pass) begin
      pass_q        <= 3'b100;
      wgrad_after_q <= 1'b0;
    end
  end

  always @(posedge clk_i) begin
    if (take) begin
      vector_q      <= {DIM_W{1'b0}};
      vector_addr_q <= {ADDR_W{1'b0}};
      phase_q       <= 1'b0;
      stream_q      <= 1'b1;
      period_q      <= {ROW_CNT_W{1'b0}};
      line_start_q  <= 1'b1;
    end else begin
      if (vector_slot) phase_q <= interleaved & ~phase_q;
      if (vector_end) begin
        vector_q      <= vector_last ? {DIM_W{1'b0}} : vector_q + DIM_ONE;
        vector_addr_q <= vector_last ? {ADDR_W{1'b0}} : vector_addr_q + ADDR_ONE;
      end
      if (tile_end) stream_q <= 1'b1;
      else if (slot_last) stream_q <= 1'b0;
      if (tile_end) period_q <= {ROW_CNT_W{1'b0}};
      else if (run & (period_q != LAST_ROW)) period_q <= period_q + ROW_ONE;
      if (tile_end) line_start_q <= inner_last;
      else if (run) line_start_q <= 1'b0;
    end
    if (tile_end) pass_over_q <= pass_last;
<%#pass_gap%>
    if (tile_end & pass_last & ~serial_q) apart_q <= PASS_GAP - WAIT_ONE;
    else if (apart_ready) apart_q <= {WAIT_W{1'b0}};
<%/pass_gap%>
<%^pass_gap%>
    if (apart_ready) apart_q <= {WAIT_W{1'b0}};
<%/pass_gap%>
    else apart_q <= apart - WAIT_ONE;
  end

  // ---------------------------------------------------------------------------------------------
  // Weight loads: ROWS steps for each tile, the last row of the tile first.
  reg                  load_on_q;
  reg                  load_over_q;  // the last tile of the pass has been started
  reg  [ROW_CNT_W-1:0] load_step_q;
  reg  [ROW_CNT_W-1:0] load_rows_q;
  reg  [COL_CNT_W-1:0] load_cols_q;
  reg  [   ADDR_W-1:0] load_addr_q;

  wire                 load_inner_last;
  wire                 load_outer_last;
<%#inner_first%>
  wire                 unused_load_inner_first;
<%/inner_first%>
  wire                 unused_load_outer_first;
  wire [   ADDR_W-1:0] load_tile_addr;
  wire [   ADDR_W-1:0] unused_load_line;
  wire [   ADDR_W-1:0] w_base = take ? plan_bases_i[2*ADDR_W+:ADDR_W] : bases_q[2*ADDR_W+:ADDR_W];

  wire                 swap = weights & (load_swap | (tile_end & ~serial_q & ~pass_last));
  wire                 load_start = load_first | (swap & ~serial_q & ~load_over_q);
  wire                 load_row_last = pass_q[0] ? load_outer_last : load_inner_last;
  wire                 load_col_last = pass_q[0] ? load_inner_last : load_outer_last;

  <%name%>_tile_walker #(
      .DIM_W          (DIM_W),
      .ADDR_W         (ADDR_W),
      .RESTART_AT_LINE(1)
  ) u_load_tile (
      .clk_i        (clk_i),
      .start_i      (take),
      .step_i       (load_start),
      .inner_tiles_i(inner_tiles),
      .outer_tiles_i(outer_tiles),
      .start_addr_i (w_base),
      .inner_step_i (pass_q[0] ? m_q : ROW_STEP),
      .outer_step_i (pass_q[0] ? ROW_STEP : m_q),
<%#inner_first%>
      .inner_first_o(unused_load_inner_first),
<%/inner_first%>
      .inner_last_o (load_inner_last),
      .outer_first_o(unused_load_outer_first),
      .outer_last_o (load_outer_last),
      .addr_o       (load_tile_addr),
      .line_o       (unused_load_line)
  );

  wire                 load = load_start | load_on_q;
  wire [ROW_CNT_W-1:0] load_step = load_start ? {ROW_CNT_W{1'b0}} : load_step_q;
  wire [ROW_CNT_W-1:0] load_rows = load_start ? (load_row_last ? last_rows_q : ALL_ROWS) : load_rows_q;
  wire [COL_CNT_W-1:0] load_cols = load_start ? (load_col_last ? last_cols_q : ALL_COLS) : load_cols_q;
  wire [   ADDR_W-1:0] load_addr = load_start ? load_tile_addr + LAST_ROW_OFFSET : load_addr_q;
  wire                 load_read = load & (LAST_ROW - load_step < load_rows);

  always @(posedge clk_i) begin
    if (!rst_ni) load_on_q <= 1'b0;
    else load_on_q <= load & (load_step != LAST_ROW);
  end

  always @(posedge clk_i) begin
    if (take) load_over_q <= 1'b0;
    else if (load_start) load_over_q <= load_inner_last & load_outer_last;
    load_step_q <= load_step + ROW_ONE;
    load_rows_q <= load_rows;
    load_cols_q <= load_cols;
    load_addr_q <= load_addr - ADDR_ONE;
  end

  // ---------------------------------------------------------------------------------------------
  // Drains: step 0 one cycle after the last slot of a tile<%#training%> (with update: together with it)<%/training%>, ROWS steps.
  reg                  drain_start_q;
  reg                  drain_on_q;
  reg  [ROW_CNT_W-1:0] drain_step_q;

<%#training%>
  wire                 drain_start = drain_start_q | (update_last & update);
<%/training%>
<%^training%>
  wire                 drain_start = drain_start_q;
<%/training%>
  wire                 drain = drain_start | drain_on_q;
  wire [ROW_CNT_W-1:0] drain_step = drain_start ? {ROW_CNT_W{1'b0}} : drain_step_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      drain_start_q <= 1'b0;
      drain_on_q    <= 1'b0;
    end else begin
      drain_start_q <= slot_last & pass_q[2]<%#training%> & ~update<%/training%>;
      drain_on_q    <= drain & (drain_step != LAST_ROW);
    end
  end

  always @(posedge clk_i) drain_step_q <= drain_step + ROW_ONE;

  // ---------------------------------------------------------------------------------------------
  // Slot buses.
  wire              slot_fprop = vector_slot & pass_q[0];
  wire              slot_dgrad = vector_slot & pass_q[1] & ~phase_q;
  wire              slot_wgrad = vector_slot & pass_q[2] & (phase_q | ~pass_q[1]);
  wire              read_psum = ~outer_first | acc_psum_q;
  wire              row_last = pass_q[0] ? outer_last : inner_last;
  wire              col_last = pass_q[0] ? inner_last : outer_last;
  wire [ADDR_W-1:0] inner_offset = inner_addr + vector_addr_q;
  wire [ADDR_W-1:0] outer_offset = outer_addr + vector_addr_q;

<%#training%>
  wire              delta_slot = slot_dgrad | (slot_wgrad & ~pass_q[1]);

<%/training%>
  assign row_slot_o = {
<%#training%>
    {<%update_slots%>{slot}} & update_slots,
<%/training%>
    read_psum, load, swap, drain, vector_slot & (vector_q == {DIM_W{1'b0}}), slot_wgrad, slot_dgrad, slot_fprop
  };
  assign col_slot_o = {
<%#delta_hold%>
    hold_q & inner_first,
    hold_q & ~inner_first,
<%/delta_hold%>
<%#training%>
    vector_last,
    vector_q == {DIM_W{1'b0}},
    bgrad_q & pass_q[2] & inner_first & delta_slot,
<%/training%>
    load_read,
    read_psum,
    slot_dgrad | (slot_wgrad & ~pass_q[1]),
    slot_wgrad,
    slot_dgrad,
    slot_fprop
  };
  assign rows_o       = row_last ? last_rows_q : ALL_ROWS;
  assign cols_o       = col_last ? last_cols_q : ALL_COLS;
  assign load_step_o  = load_step;
  assign drain_step_o = drain_step;
  assign load_cols_o  = load_cols;
  assign w_addr_o     = load_addr;
  assign x_addr_o     = bases_q[0*ADDR_W+:ADDR_W] + (pass_q[0] ? outer_offset : inner_offset);
  assign delta_addr_o = bases_q[1*ADDR_W+:ADDR_W] + outer_offset;
  assign y_addr_o     = bases_q[3*ADDR_W+:ADDR_W] + inner_offset;
  assign dx_addr_o    = bases_q[4*ADDR_W+:ADDR_W] + inner_offset;

  // ---------------------------------------------------------------------------------------------
  // Writers and counters.
  always @(posedge clk_i) begin
    if (!rst_ni) start_o <= 1'b0;
    else start_o <= take;
  end

  assign layer_batch_o     = batch_q;
  assign layer_row_tiles_o = row_tiles_q;
  assign layer_last_rows_o = last_rows_q;
  assign layer_col_tiles_o = col_tiles_q;
  assign layer_last_cols_o = last_cols_q;
  assign layer_m_o         = m_q;
<%#training%>
  assign layer_x_base_o     = bases_q[0*ADDR_W+:ADDR_W];
  assign layer_delta_base_o = bases_q[1*ADDR_W+:ADDR_W];
  assign layer_w_base_o     = bases_q[2*ADDR_W+:ADDR_W];
<%/training%>
  assign layer_y_base_o    = bases_q[3*ADDR_W+:ADDR_W];
  assign layer_dx_base_o   = bases_q[4*ADDR_W+:ADDR_W];
  assign layer_dw_base_o   = bases_q[5*ADDR_W+:ADDR_W];
  assign layer_acc_dw_o    = acc_dw_q;

<%#training%>
  assign count_waiting_o  = (state_q == LOAD) | (state_q == STALL) | (run & ~count_slot_o);
  assign count_draining_o = (state_q == TAIL) | (state_q == FINISH);
<%/training%>
  assign count_stall_o = state_q == STALL;
  assign count_cycle_o = (state_q != IDLE) & (state_q != FINISH);
<%#training%>
  assign count_slot_o  = vector_slot | (slot & (update_slots != <%update_slots%>'d0));
<%/training%>
<%^training%>
  assign count_slot_o  = slot;
<%/training%>
  assign count_macs_o  = <%#training%>~vector_slot ? {MACS_W{1'b0}} : <%/training%>(row_last & col_last) ? macs_last_both_q :
      row_last ? macs_last_row_q : col_last ? macs_last_col_q : ALL_MACS;

  // ---------------------------------------------------------------------------------------------
  // Completion. The code of a bad command waits in code_q; a good one ends with 0.
  reg [3:0] code_q;

  always @(posedge clk_i) begin
    if (take) code_q <= plan_code_i;
  end

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      done_valid_o <= 1'b0;
      done_code_o  <= 4'd0;
    end else if (post) begin
      done_valid_o <= 1'b1;
      done_code_o  <= code_q;
    end else if (done_ready_i) begin
      done_valid_o <= 1'b0;
    end
  end

endmodule

`default_nettype wire
