// SPDX-License-Identifier: Apache-2.0
// sequencer: every command ends, no illegal state, counters in bounds
// addresses: every word that is read lies in its buffer
// A plan is what planner.v proves of one. A measure of what is left to do of the command becomes smaller in every cycle
// until FINISH, so that the command ends however long it is. The next plan may come at any time; so may resets.
`default_nettype none

module sequencer_formal #(
    parameter ROWS  = `P_ROWS,
    parameter RW    = `P_ROW_CNT_W,
    parameter COLS  = `P_COLS,
    parameter CW    = `P_COL_CNT_W,
    parameter D     = `P_DIM_W,
    parameter A     = `P_ADDR_W
) (
    input wire             clk,
    input wire             rst_n,
    input wire             plan_valid,
    input wire [      3:0] plan_code,
    input wire [      2:0] plan_passes,
    input wire             plan_separate,
    input wire             plan_serial,
    input wire             plan_acc_psum,
    input wire             plan_acc_dw,
    input wire             plan_update,
    input wire             plan_bgrad,
    input wire             plan_post,
    input wire [    D-1:0] plan_m,
    input wire [    D-1:0] plan_n,
    input wire [    D-1:0] plan_b,
    input wire [    D-1:0] plan_mt,
    input wire [    D-1:0] plan_nt,
    input wire [   RW-1:0] plan_last_rows,
    input wire [   CW-1:0] plan_last_cols,
    input wire [  6*A-1:0] plan_bases,
    input wire             done_ready
);

  wire plan_take, done_valid, idle, start;
  wire [3:0] done_code;
  wire [`CTL_W-1:0] row_slot;
  wire [`COL_SLOT_W-1:0] col_slot;
  wire [RW-1:0] rows, load_step, drain_step;
  wire [CW-1:0] cols, load_cols;
  wire [A-1:0] x_addr, dx_addr, delta_addr, w_addr, y_addr;

  dut_sequencer u_dut (
`ifdef TRAINING
      .plan_update_i(plan_update),
      .plan_bgrad_i(plan_bgrad),
      .plan_post_i(plan_post),
`endif
      .clk_i(clk),
      .rst_ni(rst_n),
      .plan_valid_i(plan_valid),
      .plan_take_o(plan_take),
      .plan_code_i(plan_code),
      .plan_passes_i(plan_passes),
      .plan_separate_i(plan_separate),
      .plan_serial_i(plan_serial),
      .plan_acc_psum_i(plan_acc_psum),
      .plan_acc_dw_i(plan_acc_dw),
      .plan_m_i(plan_m),
      .plan_b_i(plan_b),
      .plan_row_tiles_i(plan_mt),
      .plan_col_tiles_i(plan_nt),
      .plan_last_rows_i(plan_last_rows),
      .plan_last_cols_i(plan_last_cols),
      .plan_macs_last_row_i(0),
      .plan_macs_last_col_i(0),
      .plan_macs_last_both_i(0),
      .plan_bases_i(plan_bases),
      .done_valid_o(done_valid),
      .done_ready_i(done_ready),
      .done_code_o(done_code),
      .idle_o(idle),
      .row_slot_o(row_slot),
      .rows_o(rows),
      .load_step_o(load_step),
      .drain_step_o(drain_step),
      .x_addr_o(x_addr),
      .dx_addr_o(dx_addr),
      .col_slot_o(col_slot),
      .cols_o(cols),
      .delta_addr_o(delta_addr),
      .load_cols_o(load_cols),
      .w_addr_o(w_addr),
      .y_addr_o(y_addr),
      .start_o(start)
  );

  wire [2:0] state;  // inside: u_dut.state_q
  wire [2:0] pass;  // inside: u_dut.pass_q
  wire after;  // inside: u_dut.wgrad_after_q
  wire serial;  // inside: u_dut.serial_q
  wire [A-1:0] m;  // inside: u_dut.m_q
  wire [D-1:0] batch;  // inside: u_dut.batch_q
  wire [D-1:0] mt;  // inside: u_dut.row_tiles_q
  wire [D-1:0] nt;  // inside: u_dut.col_tiles_q
  wire [RW-1:0] last_rows;  // inside: u_dut.last_rows_q
  wire [CW-1:0] last_cols;  // inside: u_dut.last_cols_q
  wire [6*A-1:0] bases;  // inside: u_dut.bases_q
  wire [D-1:0] vector;  // inside: u_dut.vector_q
  wire [A-1:0] vector_addr;  // inside: u_dut.vector_addr_q
  wire phase;  // inside: u_dut.phase_q
  wire stream;  // inside: u_dut.stream_q
  wire [RW-1:0] period;  // inside: u_dut.period_q
  wire [9:0] waiting;  // inside: u_dut.wait_q
  wire [9:0] apart;  // inside: u_dut.apart_q
  wire pass_over;  // inside: u_dut.pass_over_q
  wire line_start;  // inside: u_dut.line_start_q
  wire [D-1:0] inner;  // inside: u_dut.u_stream_tile.inner_q
  wire [D-1:0] outer;  // inside: u_dut.u_stream_tile.outer_q
  wire [A-1:0] inner_addr;  // inside: u_dut.u_stream_tile.addr_q
  wire [A-1:0] outer_addr;  // inside: u_dut.u_stream_tile.line_q
  wire [D-1:0] load_inner;  // inside: u_dut.u_load_tile.inner_q
  wire [D-1:0] load_outer;  // inside: u_dut.u_load_tile.outer_q
  wire [A-1:0] load_tile;  // inside: u_dut.u_load_tile.addr_q
  wire [A-1:0] load_line;  // inside: u_dut.u_load_tile.line_q
  wire load_on;  // inside: u_dut.load_on_q
  wire load_start;  // inside: u_dut.load_start
  wire [RW-1:0] load_step_now;  // inside: u_dut.load_step_q
  wire [RW-1:0] load_rows;  // inside: u_dut.load_rows_q
  wire [A-1:0] load_addr;  // inside: u_dut.load_addr_q
  wire drain_on;  // inside: u_dut.drain_on_q
  wire [RW-1:0] drain_step_now;  // inside: u_dut.drain_step_q
  wire [9:0] apart_now;  // inside: u_dut.apart
  wire load_row_last;  // inside: u_dut.load_row_last
`ifdef TRAINING
  localparam UPDATES = `UPDATE_W;  // cycles from the last vector of a tile to the end of its update
  wire [UPDATES-1:0] update_slot;  // inside(TRAINING): u_dut.update_slot_q
  wire update_flag;  // inside(TRAINING): u_dut.update_q
`else
  localparam UPDATES = 2;
  wire [UPDATES-1:0] update_slot = 0;
  wire update_flag = 0;
`endif

`ifdef HOLD
  wire hold;  // inside(HOLD_BUILT): u_dut.hold_q
  wire from_hold = col_slot[`COL_SLOT_W-2], to_hold = col_slot[`COL_SLOT_W-1];
`endif

  localparam IDLE = 0, LOAD = 1, RUN = 2, STALL = 3, TAIL = 4, FINISH = 5;
  wire runs = state != IDLE && state != FINISH;
  wire fprop = pass[0];
  wire [D-1:0] inner_tiles = fprop ? nt : mt;
  wire [D-1:0] outer_tiles = fprop ? mt : nt;
  localparam W = 2 * D + 4;  // bits that hold a product of two dimensions, and more
  localparam [W-1:0] DEPTH = 1 << A;

  reg begun = 0;
  always @(posedge clk) begun <= 1;

  // What the planner says of a good plan (planner.v).
  wire [W-1:0] plan_x = plan_bases[0*A+:A] + plan_mt * plan_b;
  wire [W-1:0] plan_delta = plan_bases[1*A+:A] + plan_nt * plan_b;
  wire [W-1:0] plan_w = plan_bases[2*A+:A] + plan_nt * plan_m;
  wire [W-1:0] plan_y = plan_bases[3*A+:A] + plan_nt * plan_b;
  wire [W-1:0] plan_dx = plan_bases[4*A+:A] + plan_mt * plan_b;
  always @* begin
    if (!begun) assume (!rst_n);
    if (plan_code == 0) begin
      assume (plan_m != 0 && plan_n != 0 && plan_b != 0 && plan_mt != 0 && plan_nt != 0);
      assume (plan_last_rows != 0 && plan_last_rows <= ROWS && plan_last_cols != 0 && plan_last_cols <= COLS);
      assume (plan_passes == 3'b001 || plan_passes == 3'b010 || plan_passes == 3'b100 || plan_passes == 3'b110);
      assume (!plan_serial || plan_separate);
      assume (!plan_update || plan_passes[2]);
`ifdef ADDRESSES
      assume (plan_m == (plan_mt - 1) * ROWS + plan_last_rows);
      if (plan_passes[0] || plan_passes[2]) assume (plan_x <= DEPTH);
      if (plan_passes[1] || plan_passes[2]) assume (plan_delta <= DEPTH);
      if (plan_passes[0] || plan_passes[1] || plan_update) assume (plan_w <= DEPTH);
      if (plan_passes[0]) assume (plan_y <= DEPTH);
      if (plan_passes[1]) assume (plan_dx <= DEPTH);
`endif
    end
  end

  // ---------------------------------------------------------------------------------------------
  // The measure: passes, tiles, what goes before the slots of a tile, slots.
  wire [D-1:0] inner_left = (state == TAIL && pass_over) ? 0 : inner_tiles - inner;
  wire [D-1:0] outer_left = (state == TAIL && pass_over) ? 0 : outer_tiles - outer;
  wire [1:0] stage = state == TAIL ? 3 : state == LOAD ? 2 : state == STALL ? 1 : 0;
  wire [D-1:0] vectors_left = (update_slot != 0) ? 0 : batch - vector;
  reg [3:0] updates_left;
  integer slots;
  always @* begin
    updates_left = UPDATES;
    for (slots = 0; slots < UPDATES; slots = slots + 1) if (update_slot[slots]) updates_left = UPDATES - 1 - slots;
  end
  wire [D+RW+15:0] slots_left = stream ? {1'b1, vectors_left, !phase, updates_left, {(RW + 10) {1'b0}}} : ROWS - period;
  wire [D+RW+15:0] count = state == RUN ? slots_left : state == STALL ? apart : waiting;
  wire [3*D+RW+18:0] measure = {after, outer_left, inner_left, stage, count};

  reg [3*D+RW+18:0] before;
  reg running, finishing;
  always @(posedge clk) begin
    before <= measure;
    running <= rst_n && runs;
    finishing <= rst_n && state == FINISH && (!done_valid || done_ready);
  end

  always @*
    if (begun && rst_n) begin
      if (running && runs) assert (measure < before);
      if (running) assert (state != IDLE);
      if (finishing) assert (state == IDLE && done_valid);
      assert (state <= FINISH);
      assert (idle == (state == IDLE));
      if (drain_on) assert (drain_step_now != 0 && drain_step_now < ROWS);
      assert (plan_take == (plan_valid && idle));
    end

  // ---------------------------------------------------------------------------------------------
  // What holds while a command runs.
  wire [W-1:0] x_end = bases[0*A+:A] + mt * batch;
  wire [W-1:0] delta_end = bases[1*A+:A] + nt * batch;
  wire [W-1:0] w_end = bases[2*A+:A] + nt * m;
  wire [W-1:0] y_end = bases[3*A+:A] + nt * batch;
  wire [W-1:0] dx_end = bases[4*A+:A] + mt * batch;
  wire uses_x = fprop || pass[2] || after;
  wire uses_delta = pass[1] || pass[2];
  wire weights = fprop || pass[1] || (update_flag && pass[2]);
  reg [D-1:0] load_mt, load_nt;  // the tile that is being loaded
  always @(posedge clk)
    if (load_start) {load_mt, load_nt} <= fprop ? {load_outer, load_inner} : {load_inner, load_outer};
  wire [W-1:0] load_first = bases[2*A+:A] + load_nt * m + load_mt * ROWS;

  // The tile after the one that streams, and the one after that, as {outer, inner}.
  wire psums = fprop || pass[1];
  wire last = inner == inner_tiles - 1 && outer == outer_tiles - 1;
  wire [2*D-1:0] tile = {outer, inner}, tile_1, tile_2;
  assign tile_1 = inner == inner_tiles - 1 ? {outer + 1'b1, {D{1'b0}}} : tile + 1'b1;
  assign tile_2 = tile_1[D-1:0] == inner_tiles - 1 ? {tile_1[2*D-1:D] + 1'b1, {D{1'b0}}} : tile_1 + 1'b1;
  wire last_1 = tile_1[D-1:0] == inner_tiles - 1 && tile_1[2*D-1:D] == outer_tiles - 1;
  wire [2*D-1:0] load_now = {load_outer, load_inner};
  wire load_over;  // inside: u_dut.load_over_q

  always @*
    if (begun && rst_n && runs) begin
      // The plan.
      assert (batch != 0 && mt != 0 && nt != 0);
      assert (last_rows != 0 && last_rows <= ROWS && last_cols != 0 && last_cols <= COLS);
      assert (pass == 3'b001 || pass == 3'b010 || pass == 3'b100 || pass == 3'b110);
      assert (!after || pass == 3'b010);
      assert (!update_flag || after || pass[2]);
`ifdef ADDRESSES
      assert (m == (mt - 1) * ROWS + last_rows);
      if (uses_x) assert (x_end <= DEPTH);
      if (uses_delta) assert (delta_end <= DEPTH);
      if (weights) assert (w_end <= DEPTH);
      if (after && update_flag) assert (w_end <= DEPTH);
      if (fprop) assert (y_end <= DEPTH);
      if (pass[1]) assert (dx_end <= DEPTH);
`endif
      // Counters within their bounds.
      assert (inner < inner_tiles && outer < outer_tiles);
      assert (vector < batch);
      assert (period < ROWS);
      if (!line_start || state == STALL) assert (apart <= ROWS + 2 || apart <= COLS + 2);
      if (state == LOAD) assert (waiting <= ROWS);
      if (state == TAIL) assert (waiting <= 2 * ROWS + COLS + 10);
      assert (!phase || (state == RUN && pass == 3'b110 && stream));
      if (state != RUN) assert (vector == 0 && stream && period == 0 && update_slot == 0);
      assert ((update_slot & (update_slot - 1'b1)) == 0);
      if (update_slot != 0) assert (update_flag && pass[2] && stream && vector == 0 && !phase);
      if (!stream) assert (vector == 0 && !phase);
      if (state == TAIL && !serial) assert (pass_over && !after);
`ifdef PASS_GAP
      // A lone W pass waits for the last psums of the D pass before it.
      if (state == STALL) assert (!serial && (psums || (inner == 0 && outer == 0)));
`else
      if (state == STALL) assert (!serial && psums);
`endif
      if (state == LOAD) assert (weights);
`ifdef ADDRESSES
      // Addresses of the tile.
      assert (vector_addr == vector);
      assert (inner_addr == inner * batch && outer_addr == outer * batch);
      if (weights) begin
        assert (load_inner < inner_tiles && load_outer < outer_tiles);
        assert (load_line == bases[2*A+:A] + load_outer * (fprop ? ROWS : m));
        assert (load_tile == load_line + load_inner * (fprop ? m : ROWS));
        // Weights are loaded for the tile after the one that streams.
        if (state == LOAD && waiting == ROWS) assert (load_now == tile && !load_on);
        if (state == LOAD && waiting != ROWS) assert (load_over ? last : load_now == tile_1 && !last);
        if (load_over) assert (load_now == 0);
        if (state == LOAD && load_on) assert (load_step_now + waiting == ROWS);
        if (state == LOAD && !serial) assert (inner == 0 && outer == 0);
        if (serial && state != LOAD) assert (!load_on);
        if (serial && state == RUN) assert (load_over ? last : load_now == tile_1 && !last);
        if (serial && state == TAIL && !pass_over) assert (load_now == tile);
        if (state == TAIL && pass_over) assert (inner == 0 && outer == 0 && load_now == 0 && !load_on);
        if (!serial && (state == RUN || state == STALL)) begin
          assert (load_over ? last || last_1 : load_now == tile_2 && !last && !last_1);
          if (load_on) assert (!last && (state == STALL || load_step_now > period));
        end
        if (load_on) begin
          assert (load_step_now != 0 && load_step_now < ROWS);
          assert (load_mt < mt && load_nt < nt);
          assert (load_rows == (load_mt == mt - 1 ? last_rows : ROWS));
          assert (load_addr == ((load_first + ROWS - 1 - load_step_now) & (DEPTH - 1)));
        end
      end
      if (!weights) assert (!load_on);
      // Nothing outside a buffer is read.
      if (row_slot[0] || row_slot[2]) assert (x_addr >= bases[0*A+:A] && x_addr < x_end);
      if (row_slot[1]) assert (dx_addr >= bases[4*A+:A] && dx_addr < dx_end);
      if (col_slot[1] || col_slot[2]) assert (delta_addr >= bases[1*A+:A] && delta_addr < delta_end);
      if (col_slot[0]) assert (y_addr >= bases[3*A+:A] && y_addr < y_end);
      if (col_slot[5]) assert (w_addr >= bases[2*A+:A] && w_addr < w_end);
`endif
      assert (rows != 0 && rows <= ROWS && cols != 0 && cols <= COLS);
`ifdef HOLD
      // Delta is held if the batch fits and tiles of more than one row follow; it is written in the first of them and
      // read in the others, at addresses that are different modulo the words of the hold memory.
      assert (hold == (batch <= `HOLD && mt != 1 && !(ROWS == 1 && batch == 1)));
      if (col_slot[3]) begin
        assert (from_hold == (hold && inner != 0) && to_hold == (hold && inner == 0));
`ifdef ADDRESSES
        assert (delta_addr == ((bases[1*A+:A] + outer * batch + vector) & (DEPTH - 1)));
`endif
      end
`endif
      if (row_slot[6] && weights) assert (load_step < ROWS);
      if (row_slot[4]) assert (drain_step < ROWS);
      assert (row_slot[0] + row_slot[1] + row_slot[2] <= 1);
      assert (row_slot[2:0] == col_slot[2:0]);
    end

  always @*
    if (begun && rst_n && !runs) begin
      assert (row_slot[2:0] == 0 && !row_slot[5] && col_slot[2:0] == 0 && update_slot == 0);
`ifdef ADDRESSES
      assert (!load_on);
`endif
    end

  // ---------------------------------------------------------------------------------------------
  // The completion port: an offer stays until it is taken, each command has one, and the code is its own.
  reg [3:0] code;
  reg open;  // taken from the planner and not yet posted
  always @(posedge clk) begin
    if (plan_take) code <= plan_code;
    open <= rst_n && (plan_take || (open && !finishing_now));
  end
  wire finishing_now = state == FINISH && (!done_valid || done_ready);
  wire [3:0] in_code;  // inside: u_dut.code_q

  always @(posedge clk)
    if (begun) begin
      if ($past(!rst_n)) assert (!done_valid && idle && done_code == 0);
      if (rst_n && $past(rst_n)) begin
        if ($past(done_valid && !done_ready)) assert (done_valid && $stable(done_code));
        if ($past(!finishing_now && (!done_valid || done_ready))) assert (!done_valid);
        if ($past(finishing_now)) assert (done_valid && done_code == $past(code));
        if ($past(plan_take)) assert (start && state == ($past(plan_code) != 0 ? FINISH :
            ($past(plan_passes[0] || plan_passes[1] || (`IS_TRAINING && plan_update))) ? LOAD : RUN));
      end
      if (rst_n) begin
        assert (open == !idle);
        if (open) assert (in_code == code);
        if (open && state != FINISH) assert (code == 0);
        cover (state == TAIL && pass == 3'b100 && mt == 2);
        cover (state == LOAD && pass == 3'b110 && nt == 3);
`ifdef ADDRESSES
        cover (state == RUN && pass == 3'b110 && phase);
        cover (state == TAIL && pass == 3'b001);
        cover (state == STALL);
`endif
        cover (done_valid && !done_ready && state == FINISH);
        cover (done_valid && done_code == 9);
`ifdef HOLD
        cover (col_slot[3] && from_hold && nt == 2);
`endif
      end
    end

endmodule

`default_nettype wire
