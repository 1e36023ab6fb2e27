// SPDX-License-Identifier: Apache-2.0
// Tag model: the core of a design as it is emitted, in which processing elements, banks and additions are replaced by
// those of this folder. Words are tags. An operand is {valid, kind, first index, second index}: x(b,m), delta(b,n),
// w(m,n). A sum is {old, terms, tag}: y(b,n), dx(b,m), dw(m,n), how many terms are in it, and whether the word that was in
// the bank before the command is. 0 is no element of the layer. A command may be offered while another one runs.
`default_nettype none

module tags (
    input  wire             clk,
    input  wire             rst_n,
    input  wire             cmd_valid,
    output wire             cmd_ready,
    input  wire [      1:0] op,
    input  wire [      1:0] sched,
    input  wire             acc_psum,
    input  wire             acc_dw,
    input  wire [`DIM_W-1:0] m,
    input  wire [`DIM_W-1:0] n,
    input  wire [`DIM_W-1:0] b,
    input  wire [6*`ADDR_W-1:0] bases,
    input  wire             done_ready,
    output wire             done_valid,
    output wire [      3:0] done_code,
    output wire             free  // no command waits to run: the next one may be offered
);

  localparam A = `ADDR_W;
  localparam [A-1:0] ONE = 1;

  wire busy;
  localparam [63:0] NOTHING = 0;

  dut_core u_core (
      .clk_i(clk),
      .rst_ni(rst_n),
      .cmd_valid_i(cmd_valid),
      .cmd_ready_o(cmd_ready),
      .cmd_op_i(op),
      .cmd_sched_i(sched),
      .cmd_acc_psum_i(acc_psum),
      .cmd_acc_dw_i(acc_dw),
      .cmd_m_i(m),
      .cmd_n_i(n),
      .cmd_b_i(b),
`ifdef HAS_X
      .cmd_x_base_i(bases[0*A+:A]),
`endif
`ifdef HAS_DELTA
      .cmd_delta_base_i(bases[1*A+:A]),
`endif
`ifdef HAS_W
      .cmd_w_base_i(bases[2*A+:A]),
`endif
`ifdef HAS_Y
      .cmd_y_base_i(bases[3*A+:A]),
`endif
`ifdef HAS_DX
      .cmd_dx_base_i(bases[4*A+:A]),
`endif
`ifdef HAS_DW
      .cmd_dw_base_i(bases[5*A+:A]),
`endif
      .done_valid_o(done_valid),
      .done_ready_i(done_ready),
      .done_code_o(done_code),
      .busy_o(busy),
      .ld_valid_i(1'b0),
      .ld_buffer_i(8'd0),
      .ld_group_i(NOTHING),
      .ld_addr_i(NOTHING),
      .ld_data_i(NOTHING),
      .st_group_i(NOTHING),
      .st_addr_i(NOTHING),
      .reg_index_i(6'd0),
      .st_valid_i(1'b0),
      .st_buffer_i(8'd0),
      .reg_read_i(1'b0),
      .clear_i(1'b0),
      .host_error_i(1'b0)
  );

  // The command that is queued or planned, and the one that runs.
  wire start;  // inside: u_core.plan_take
  wire post;  // inside: u_core.u_sequencer.post
  assign free = !waiting;
  reg waiting;
  reg [3*`DIM_W+6*A+5:0] planned, running;
  always @(posedge clk) begin
    if (cmd_valid && cmd_ready) planned <= {op, sched, acc_psum, acc_dw, m, n, b, bases};
    if (start) running <= planned;
    waiting <= rst_n && (waiting ? !start : cmd_valid && cmd_ready);
  end

  // What the banks have to know of it: {words of a tile, elements over the lanes, terms of a sum, base}.
  wire [1:0] run_op, run_sched;
  wire run_acc_psum, run_acc_dw;
  wire [`DIM_W-1:0] run_m, run_n, run_b;
  wire [6*A-1:0] run_bases;
  assign {run_op, run_sched, run_acc_psum, run_acc_dw, run_m, run_n, run_b, run_bases} = running;

  localparam [`DIM_W-1:0] NONE = 0;
  wire uses_y = run_op == 2'd0, uses_dx = run_op[0], uses_dw = run_op[1];
  wire [3*`DIM_W+A-1:0] layer_x = {run_b, run_m, NONE, run_bases[0*A+:A]};
  wire [3*`DIM_W+A-1:0] layer_delta = {run_b, run_n, NONE, run_bases[1*A+:A]};
  wire [3*`DIM_W+A-1:0] layer_w = {run_m, run_n, NONE, run_bases[2*A+:A]};
  wire [3*`DIM_W+A-1:0] layer_y = {run_b, uses_y ? run_n : NONE, run_m, run_bases[3*A+:A]};
  wire [3*`DIM_W+A-1:0] layer_dx = {run_b, uses_dx ? run_m : NONE, run_n, run_bases[4*A+:A]};
  wire [3*`DIM_W+A-1:0] layer_dw = {run_m, uses_dw ? run_n : NONE, run_b, run_bases[5*A+:A]};
  reg starting;
  always @(posedge clk) starting <= rst_n && start;

`ifdef BOUND
  // One command of at most MAX x MAX x MAX from reset: it ends, and is good.
  reg begun = 0, offered, over;
  reg [9:0] cycle;
  always @(posedge clk) begin
    begun <= 1;
    offered <= rst_n && begun && (offered || (cmd_valid && cmd_ready));
    over <= rst_n && (over || done_valid);
    cycle <= rst_n ? cycle + 1 : 0;
    if (begun && rst_n) begin
      assert (cycle < `BOUND - 2 || over);
      if (done_valid) assert (done_code == 0);
      cover (done_valid && `COVER);
    end
  end
  always @* begin
    assume (rst_n == begun);
    assume (cmd_valid == (begun && !offered));
    assume (done_ready);
    assume (op == `OP && sched < 3);
    assume (!(acc_psum && op == 2'd2) && !(acc_dw && !op[1]));
    assume (m != 0 && m <= `MAX && n != 0 && n <= `MAX && b != 0 && b <= `MAX);
    assume (bases == {6{ONE}});
  end
`endif

endmodule

`default_nettype wire
