// SPDX-License-Identifier: Apache-2.0
// gl3x5_int4_planner: checks a command and works out its tile counts before anything is touched.
//
// Contract   Takes a command when idle (cmd_valid_i & cmd_ready_o in cycle p); plan_valid_o is 1 from cycle
//            p+13 until plan_take_i, and the planner is idle in the cycle after that. plan_code_o = 0 means
//            the command is good and the other plan_* outputs are right; otherwise it is the completion code:
//            1 operation not built, 2 bad schedule, 3 bad accumulate flag, 4 zero size, 5 over a limit,
//            8+b does not fit buffer b (0 X, 1 DELTA, 2 W, 3 Y, 4 DX, 5 DW). The lowest that applies is given.
// How        One multiplier, used for one product a cycle. ceil(M/ROWS) = floor((M + ROWS - 1) / ROWS) is a
//            product with a reciprocal that is exact for all arguments below 2^(DIM_W+1).
// Parameters LIMIT_*, DEPTH_* from the configuration; RECIP_* and *_SHIFT belong to ROWS and COLS.
// Reset      Synchronous: idle, no plan.
// Made by gradloom 0.1.0, configuration e4c31fd60046672e.
`default_nettype none

module gl3x5_int4_planner #(
    parameter ROWS       = 3,
    parameter ROW_CNT_W  = 2,
    parameter COLS       = 5,
    parameter COL_CNT_W  = 3,
    parameter DIM_W      = 13,
    parameter ADDR_W     = 10,
    parameter LIMIT_M    = 1024,
    parameter LIMIT_N    = 5120,
    parameter LIMIT_B    = 1024,
    parameter RECIP_ROWS = 21846,
    parameter ROWS_SHIFT = 16,
    parameter RECIP_COLS = 26215,
    parameter COLS_SHIFT = 17
) (
    input  wire                           clk_i,
    input  wire                           rst_ni,
    // Command.
    input  wire                           cmd_valid_i,
    output wire                           cmd_ready_o,
    input  wire [                    1:0] cmd_op_i,
    input  wire [                    1:0] cmd_sched_i,
    input  wire                           cmd_acc_psum_i,
    input  wire                           cmd_acc_dw_i,
    input  wire [              DIM_W-1:0] cmd_m_i,
    input  wire [              DIM_W-1:0] cmd_n_i,
    input  wire [              DIM_W-1:0] cmd_b_i,
    input  wire [           6*ADDR_W-1:0] cmd_bases_i,
    // Plan: [0] FPROP, [1] DGRAD, [2] WGRAD in plan_passes_o.
    output wire                           plan_valid_o,
    input  wire                           plan_take_i,
    output wire                           plan_idle_o,
    output reg  [                    3:0] plan_code_o,
    output wire [                    2:0] plan_passes_o,
    output wire                           plan_separate_o,
    output wire                           plan_serial_o,
    output wire                           plan_acc_psum_o,
    output wire                           plan_acc_dw_o,
    output wire [              DIM_W-1:0] plan_m_o,
    output wire [              DIM_W-1:0] plan_b_o,
    output reg  [              DIM_W-1:0] plan_row_tiles_o,
    output reg  [              DIM_W-1:0] plan_col_tiles_o,
    output reg  [          ROW_CNT_W-1:0] plan_last_rows_o,
    output reg  [          COL_CNT_W-1:0] plan_last_cols_o,
    // Useful MACs of a slot: in a tile at the last row tile, at the last column tile, at both.
    output reg  [ROW_CNT_W+COL_CNT_W-1:0] plan_macs_last_row_o,
    output reg  [ROW_CNT_W+COL_CNT_W-1:0] plan_macs_last_col_o,
    output reg  [ROW_CNT_W+COL_CNT_W-1:0] plan_macs_last_both_o,
    output wire [           6*ADDR_W-1:0] plan_bases_o
);

  localparam A_W = DIM_W + 1;
  localparam B_W = DIM_W + 2;
  localparam P_W = A_W + B_W;
  localparam T_W = (P_W > 18 ? P_W : 18) + 1;
  localparam MACS_W = ROW_CNT_W + COL_CNT_W;

  // What is built.
  localparam [2:0] BUILT = 3'b111;

  localparam [A_W-1:0] ROWS_LESS_1 = ROWS - 1;
  localparam [A_W-1:0] COLS_LESS_1 = COLS - 1;
  localparam [A_W-1:0] A_ONE = 1;
  localparam [B_W-1:0] ROWS_B = ROWS;
  localparam [B_W-1:0] COLS_B = COLS;
  localparam [B_W-1:0] RECIP_ROWS_B = RECIP_ROWS;
  localparam [B_W-1:0] RECIP_COLS_B = RECIP_COLS;
  localparam [DIM_W-1:0] MAX_M = LIMIT_M;
  localparam [DIM_W-1:0] MAX_N = LIMIT_N;
  localparam [DIM_W-1:0] MAX_B = LIMIT_B;

  localparam [3:0] LAST_STEP = 4'd11;

  function over;
    input [DIM_W-1:0] value;
    input [DIM_W-1:0] limit;
    over = value > limit;
  endfunction

  function no_fit;
    input [ADDR_W-1:0] base;
    input [P_W-1:0] words;
    input [16:0] depth;
    no_fit = {{(T_W - P_W) {1'b0}}, words} + {{(T_W - ADDR_W) {1'b0}}, base} >
        {{(T_W - 17) {1'b0}}, depth};
  endfunction

  reg                  busy_q;
  reg                  valid_q;
  reg [           3:0] step_q;
  reg [           1:0] op_q;
  reg [           1:0] sched_q;
  reg                  acc_psum_q;
  reg                  acc_dw_q;
  reg [     DIM_W-1:0] m_q;
  reg [     DIM_W-1:0] n_q;
  reg [     DIM_W-1:0] b_q;
  reg [  6*ADDR_W-1:0] bases_q;

  wire                 take_cmd = cmd_valid_i & cmd_ready_o;

  assign cmd_ready_o  = ~busy_q & ~valid_q;
  assign plan_idle_o  = cmd_ready_o;
  assign plan_valid_o = valid_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      busy_q  <= 1'b0;
      valid_q <= 1'b0;
      step_q  <= 4'd0;
    end else begin
      if (take_cmd) begin
        busy_q <= 1'b1;
        step_q <= 4'd0;
      end else if (busy_q) begin
        step_q <= step_q + 4'd1;
        if (step_q == LAST_STEP) begin
          busy_q  <= 1'b0;
          valid_q <= 1'b1;
        end
      end
      if (plan_take_i) valid_q <= 1'b0;
    end
  end

  always @(posedge clk_i) begin
    if (take_cmd) begin
      op_q       <= cmd_op_i;
      sched_q    <= cmd_sched_i;
      acc_psum_q <= cmd_acc_psum_i;
      acc_dw_q   <= cmd_acc_dw_i;
      m_q        <= cmd_m_i;
      n_q        <= cmd_n_i;
      b_q        <= cmd_b_i;
      bases_q    <= cmd_bases_i;
    end
  end

  // The multiplier and its operands in each step; the product is there in the next step.
  reg  [A_W-1:0] factor_a;
  reg  [B_W-1:0] factor_b;
  reg  [P_W-1:0] product_q;
  wire [P_W-1:0] row_quotient = product_q >> ROWS_SHIFT;
  wire [P_W-1:0] col_quotient = product_q >> COLS_SHIFT;
  wire [  A_W-1:0] m_rounded = {1'b0, m_q} + ROWS_LESS_1;
  wire [  A_W-1:0] n_rounded = {1'b0, n_q} + COLS_LESS_1;
  wire [  A_W-1:0] row_tiles_less_1 = {1'b0, plan_row_tiles_o} - A_ONE;
  wire [  A_W-1:0] col_tiles_less_1 = {1'b0, plan_col_tiles_o} - A_ONE;
  wire [  A_W-1:0] last_rows_a = {{(A_W - ROW_CNT_W) {1'b0}}, plan_last_rows_o};
  wire [  A_W-1:0] last_cols_a = {{(A_W - COL_CNT_W) {1'b0}}, plan_last_cols_o};

  always @* begin
    factor_a = {A_W{1'b0}};
    factor_b = {B_W{1'b0}};
    case (step_q)
      4'd0: begin  // row tiles
        factor_a = m_rounded;
        factor_b = RECIP_ROWS_B;
      end
      4'd1: begin  // column tiles
        factor_a = n_rounded;
        factor_b = RECIP_COLS_B;
      end
      4'd2: begin  // words of X and DX
        factor_a = {1'b0, plan_row_tiles_o};
        factor_b = {2'b00, b_q};
      end
      4'd3: begin  // words of DELTA and Y
        factor_a = {1'b0, plan_col_tiles_o};
        factor_b = {2'b00, b_q};
      end
      4'd4: begin  // words of W and DW
        factor_a = {1'b0, plan_col_tiles_o};
        factor_b = {2'b00, m_q};
      end
      4'd5: begin  // rows in all tiles but the last
        factor_a = row_tiles_less_1;
        factor_b = ROWS_B;
      end
      4'd6: begin  // columns in all tiles but the last
        factor_a = col_tiles_less_1;
        factor_b = COLS_B;
      end
      4'd7: begin
        factor_a = last_rows_a;
        factor_b = COLS_B;
      end
      4'd8: begin
        factor_a = last_cols_a;
        factor_b = ROWS_B;
      end
      4'd9: begin
        factor_a = last_rows_a;
        factor_b = {1'b0, last_cols_a};
      end
      default: begin
      end
    endcase
  end

  always @(posedge clk_i) product_q <= factor_a * factor_b;

  // Where the products go.
  reg [P_W-1:0] row_words_q;
  reg [P_W-1:0] col_words_q;
  reg [P_W-1:0] matrix_words_q;

  always @(posedge clk_i) begin
    case (step_q)
      4'd1: plan_row_tiles_o <= row_quotient[DIM_W-1:0];
      4'd2: plan_col_tiles_o <= col_quotient[DIM_W-1:0];
      4'd3: row_words_q <= product_q;
      4'd4: col_words_q <= product_q;
      4'd5: matrix_words_q <= product_q;
      4'd6: plan_last_rows_o <= m_q[ROW_CNT_W-1:0] - product_q[ROW_CNT_W-1:0];
      4'd7: plan_last_cols_o <= n_q[COL_CNT_W-1:0] - product_q[COL_CNT_W-1:0];
      4'd8: plan_macs_last_row_o <= product_q[MACS_W-1:0];
      4'd9: plan_macs_last_col_o <= product_q[MACS_W-1:0];
      4'd10: plan_macs_last_both_o <= product_q[MACS_W-1:0];
      4'd11: plan_code_o <= code;
      default: begin
      end
    endcase
  end

  // The check, in the order of the codes.
  wire use_fprop = op_q == 2'd0;
  wire use_dgrad = op_q == 2'd1 || op_q == 2'd3;
  wire use_wgrad = op_q == 2'd2 || op_q == 2'd3;
  wire not_built = (use_fprop & ~BUILT[0]) | (use_dgrad & ~BUILT[1]) | (use_wgrad & ~BUILT[2]);
  wire bad_flag = (acc_psum_q & ~use_fprop & ~use_dgrad) | (acc_dw_q & ~use_wgrad);
  wire zero_size = m_q == {DIM_W{1'b0}} || n_q == {DIM_W{1'b0}} || b_q == {DIM_W{1'b0}};
  wire over_limit = over(m_q, MAX_M) | over(n_q, MAX_N) | over(b_q, MAX_B);

  wire no_fit_x = (use_fprop | use_wgrad) & no_fit(bases_q[0*ADDR_W+:ADDR_W], row_words_q, 17'd1024);
  wire no_fit_delta = (use_dgrad | use_wgrad) & no_fit(bases_q[1*ADDR_W+:ADDR_W], col_words_q, 17'd1024);
  wire no_fit_w = (use_fprop | use_dgrad) & no_fit(bases_q[2*ADDR_W+:ADDR_W], matrix_words_q, 17'd1024);
  wire no_fit_y = use_fprop & no_fit(bases_q[3*ADDR_W+:ADDR_W], col_words_q, 17'd1024);
  wire no_fit_dx = use_dgrad & no_fit(bases_q[4*ADDR_W+:ADDR_W], row_words_q, 17'd1024);
  wire no_fit_dw = use_wgrad & no_fit(bases_q[5*ADDR_W+:ADDR_W], matrix_words_q, 17'd1024);

  wire [3:0] code =
      not_built ? 4'd1 :
      (sched_q == 2'd3) ? 4'd2 :
      bad_flag ? 4'd3 :
      zero_size ? 4'd4 :
      over_limit ? 4'd5 :
      no_fit_x ? 4'd8 :
      no_fit_delta ? 4'd9 :
      no_fit_w ? 4'd10 :
      no_fit_y ? 4'd11 :
      no_fit_dx ? 4'd12 :
      no_fit_dw ? 4'd13 : 4'd0;

  assign plan_passes_o   = {use_wgrad, use_dgrad, use_fprop};
  assign plan_separate_o = sched_q != 2'd0;
  assign plan_serial_o   = sched_q == 2'd2;
  assign plan_acc_psum_o = acc_psum_q;
  assign plan_acc_dw_o   = acc_dw_q;
  assign plan_m_o        = m_q;
  assign plan_b_o        = b_q;
  assign plan_bases_o    = bases_q;

  wire unused_quotient = &{1'b0, row_quotient, col_quotient, 1'b0};

endmodule

`default_nettype wire
