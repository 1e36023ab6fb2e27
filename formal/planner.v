// SPDX-License-Identifier: Apache-2.0
// planner: what is accepted fits, tile counts; a plan after 13 cycles
// What it says of a good plan is what sequencer.v, psum_writer.v and drain_writer.v assume.
`default_nettype none

module planner_formal #(
    parameter ROWS = `P_ROWS,
    parameter RW   = `P_ROW_CNT_W,
    parameter COLS = `P_COLS,
    parameter CW   = `P_COL_CNT_W,
    parameter D    = `P_DIM_W,
    parameter A    = `P_ADDR_W
) (
    input wire           clk,
    input wire           rst_n,
    input wire           cmd_valid,
    input wire [    1:0] cmd_op,
    input wire [    1:0] cmd_sched,
    input wire           cmd_acc_psum,
    input wire           cmd_acc_dw,
    input wire [  D-1:0] cmd_m,
    input wire [  D-1:0] cmd_n,
    input wire [  D-1:0] cmd_b,
    input wire [6*A-1:0] cmd_bases,
    input wire [  255:0] cmd_fields,
    input wire           plan_take
);

  wire cmd_ready, plan_valid, plan_idle, separate, serial, acc_psum, acc_dw;
  wire [3:0] code;
  wire [2:0] passes;
  wire [D-1:0] m, b, mt, nt;
  wire [RW-1:0] last_rows;
  wire [CW-1:0] last_cols;
  wire [RW+CW-1:0] macs_row, macs_col, macs_both;
  wire [6*A-1:0] bases;
`ifdef TRAINING
  localparam FIELDS = `FIELDS;
  wire [FIELDS-1:0] fields;
`endif

  dut_planner u_dut (
`ifdef TRAINING
      .cmd_fields_i(cmd_fields[FIELDS-1:0]),
      .plan_fields_o(fields),
`endif
      .clk_i(clk),
      .rst_ni(rst_n),
      .cmd_valid_i(cmd_valid),
      .cmd_ready_o(cmd_ready),
      .cmd_op_i(cmd_op),
      .cmd_sched_i(cmd_sched),
      .cmd_acc_psum_i(cmd_acc_psum),
      .cmd_acc_dw_i(cmd_acc_dw),
      .cmd_m_i(cmd_m),
      .cmd_n_i(cmd_n),
      .cmd_b_i(cmd_b),
      .cmd_bases_i(cmd_bases),
      .plan_valid_o(plan_valid),
      .plan_take_i(plan_take),
      .plan_idle_o(plan_idle),
      .plan_code_o(code),
      .plan_passes_o(passes),
      .plan_separate_o(separate),
      .plan_serial_o(serial),
      .plan_acc_psum_o(acc_psum),
      .plan_acc_dw_o(acc_dw),
      .plan_m_o(m),
      .plan_b_o(b),
      .plan_row_tiles_o(mt),
      .plan_col_tiles_o(nt),
      .plan_last_rows_o(last_rows),
      .plan_last_cols_o(last_cols),
      .plan_macs_last_row_o(macs_row),
      .plan_macs_last_col_o(macs_col),
      .plan_macs_last_both_o(macs_both),
      .plan_bases_o(bases)
  );

  wire busy;  // inside: u_dut.busy_q
  wire [3:0] step;  // inside: u_dut.step_q

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* begin
    if (!begun) assume (!rst_n);
    assume (!plan_take || plan_valid);
  end

  // The command that is planned.
  reg [1:0] op, sched;
  reg psum, dw;
  reg [D-1:0] k_m, k_n, k_b;
  reg [6*A-1:0] k_bases;
  reg [255:0] k_fields;
  reg [4:0] age;  // cycles since it was taken
  wire take = cmd_valid && cmd_ready;
  always @(posedge clk) begin
    age <= !rst_n || plan_take ? 0 : take ? 1 : (age != 0 && age != 13) ? age + 1 : age;
    if (take) {op, sched, psum, dw, k_m, k_n, k_b, k_bases, k_fields} <=
        {cmd_op, cmd_sched, cmd_acc_psum, cmd_acc_dw, cmd_m, cmd_n, cmd_b, cmd_bases, cmd_fields};
  end

  localparam W = 2 * D + 4;
  wire f = op == 0, d = op[0], w = op[1];  // parts of the operation
  localparam [2:0] BUILT = {`IS_WGRAD, `IS_DGRAD, `IS_FPROP};
`ifdef TRAINING
  wire post = k_fields[0], to_x = k_fields[1], loss = k_fields[3], update = k_fields[4];
`else
  wire post = 0, to_x = 0, loss = 0, update = 0;
`endif
  wire [W-1:0] row_words = mt * k_b, col_words = nt * k_b, matrix_words = nt * k_m;

  // Does a region of that many words from a base fit into a bank?
  function fits;
    input [A-1:0] base;
    input [W-1:0] words;
    reg [W:0] top;
    begin
      top = base + words;
      fits = top <= `DEPTH;
    end
  endfunction

  wire fit_x = !(f || w) || fits(k_bases[0*A+:A], row_words);
  wire fit_delta = !(d || w) || fits(k_bases[1*A+:A], col_words);
  wire fit_w = !(f || d || update) || fits(k_bases[2*A+:A], matrix_words);
  wire fit_y = !f || fits(k_bases[3*A+:A], col_words);
  wire fit_dx = !d || fits(k_bases[4*A+:A], row_words);
  wire fit_dw = !w || update || fits(k_bases[5*A+:A], matrix_words);
  wire built = (!f || BUILT[0]) && (!d || BUILT[1]) && (!w || BUILT[2]);
  wire flags = !(psum && !f && !d) && !(dw && !w);
  wire sizes = k_m != 0 && k_n != 0 && k_b != 0;
  wire limits = k_m <= `LIMIT && k_n <= `LIMIT && k_b <= `LIMIT;
  wire all_fit = fit_x && fit_delta && fit_w && fit_y && fit_dx && fit_dw;

  always @*
    if (begun && rst_n) begin
      // Idle, at work for twelve cycles, then a plan that stays until it is taken.
      assert (age <= 13);
      assert (cmd_ready == (age == 0) && plan_idle == cmd_ready);
      assert (plan_valid == (age == 13));
      assert (busy == (age != 0 && age != 13));
      if (busy) assert (step == age - 1);
      if (age == 13) begin
        assert (step == 12);
        // What the command asked for.
        if (code == 0) begin
          assert (built && sched != 3 && flags && sizes && limits && all_fit);
          assert (!(update && dw) && (!update || w));
          assert (passes == {w, d, f} && separate == (sched != 0) && serial == (sched == 2));
          assert (acc_psum == psum && acc_dw == dw && m == k_m && b == k_b && bases == k_bases);
          // Tiles: all but the last one are full.
          assert (mt != 0 && nt != 0);
          assert (last_rows != 0 && last_rows <= ROWS && last_cols != 0 && last_cols <= COLS);
          assert (k_m == (mt - 1) * ROWS + last_rows && k_n == (nt - 1) * COLS + last_cols);
          assert (macs_row == last_rows * COLS && macs_col == ROWS * last_cols && macs_both == last_rows * last_cols);
        end
`ifndef TRAINING
        // Refused for the first reason that applies.
        assert (code == (!built ? 1 : sched == 3 ? 2 : !flags ? 3 : !sizes ? 4 : !limits ? 5 : !fit_x ? 8 :
            !fit_delta ? 9 : !fit_w ? 10 : !fit_y ? 11 : !fit_dx ? 12 : !fit_dw ? 13 : 0));
`else
        if (!built) assert (code == 1);
        else if (sched == 3) assert (code == 2);
        if (!flags || !sizes || !limits || !all_fit) assert (code != 0);
`endif
      end
    end

  always @(posedge clk)
    if (begun) begin
      if ($past(!rst_n)) assert (cmd_ready && !plan_valid);
      if (rst_n && $past(rst_n && plan_valid && !plan_take))
        assert (plan_valid && $stable({code, passes, separate, serial, m, b, mt, nt, last_rows, last_cols, bases}));
      if (rst_n && $past(rst_n && cmd_ready && !cmd_valid)) assert (cmd_ready);
      cover (rst_n && plan_valid && code == 0 && mt == 2 && k_b == 2);
      cover (rst_n && plan_valid && code == 0 && k_m == `LIMIT && k_b == 1);
      cover (rst_n && plan_valid && code == (`IS_WGRAD ? 9 : `IS_DGRAD ? 9 : 8));
    end

endmodule

`default_nettype wire
