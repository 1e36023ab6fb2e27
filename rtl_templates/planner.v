// SPDX-License-Identifier: Apache-2.0
// <%name%>_planner: checks a command and works out its tile counts before anything is touched.
//
// Contract   Takes a command when idle (cmd_valid_i & cmd_ready_o in cycle p); plan_valid_o is 1 from cycle
//            p+13 until plan_take_i, and the planner is idle in the cycle after that. plan_code_o = 0 means
//            the command is good and the other plan_* outputs are right; otherwise it is the completion code:
//            1 operation not built, 2 bad schedule, 3 bad accumulate flag, 4 zero size, 5 over a limit,
<%#training%>
//            6 bad field, 8+b does not fit buffer b (0 X, 1 DELTA, 2 W, 3 Y, 4 DX, 5 DW, 6 BIAS), 7 regions
//            overlap. The first of these that applies is given, in this order.
//            cmd_fields_i has the training fields; they are passed on as plan_fields_o.
<%/training%>
<%^training%>
//            8+b does not fit buffer b (0 X, 1 DELTA, 2 W, 3 Y, 4 DX, 5 DW). The lowest that applies is given.
<%/training%>
// How        One multiplier, used for one product a cycle. ceil(M/ROWS) = floor((M + ROWS - 1) / ROWS) is a
//            product with a reciprocal that is exact for all arguments below 2^(DIM_W+1).
// Parameters LIMIT_*, DEPTH_* from the configuration; RECIP_* and *_SHIFT belong to ROWS and COLS.
// Reset      Synchronous: idle, no plan.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_planner #(
    parameter ROWS       = <%rows%>,
    parameter ROW_CNT_W  = <%row_cnt_w%>,
    parameter COLS       = <%cols%>,
    parameter COL_CNT_W  = <%col_cnt_w%>,
    parameter DIM_W      = <%dim_w%>,
    parameter ADDR_W     = <%addr_w%>,
    parameter LIMIT_M    = <%limit_m%>,
    parameter LIMIT_N    = <%limit_n%>,
    parameter LIMIT_B    = <%limit_batch%>,
    parameter RECIP_ROWS = <%recip_rows%>,
    parameter ROWS_SHIFT = <%recip_rows_shift%>,
    parameter RECIP_COLS = <%recip_cols%>,
    parameter COLS_SHIFT = <%recip_cols_shift%><%#training%>,
    parameter OP_W       = <%operand_bits%>,
    parameter SHIFT_W    = <%rate_shift_w%>,
    parameter FIELDS_W   = 58 + <%rate_fields%> * (OP_W - 1) + SHIFT_W + 2 * ADDR_W<%/training%>
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
<%#training%>
    input  wire [           FIELDS_W-1:0] cmd_fields_i,
<%/training%>
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
    output wire [           6*ADDR_W-1:0] plan_bases_o<%#training%>,
    output wire [           FIELDS_W-1:0] plan_fields_o<%/training%>
);

  localparam A_W = DIM_W + 1;
  localparam B_W = DIM_W + 2;
  localparam P_W = A_W + B_W;
  localparam T_W = (P_W > 18 ? P_W : 18) + 1;
  localparam MACS_W = ROW_CNT_W + COL_CNT_W;

  // What is built.
  localparam [2:0] BUILT = 3'b<%#wgrad%>1<%/wgrad%><%^wgrad%>0<%/wgrad%><%#dgrad%>1<%/dgrad%><%^dgrad%>0<%/dgrad%><%#fprop%>1<%/fprop%><%^fprop%>0<%/fprop%>;

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
<%#training%>

  function over_shift;
    input [SHIFT_W-1:0] value;
    input [SHIFT_W-1:0] limit;
    over_shift = value > limit;
  endfunction

  // Two regions, each at least one word, have a word in common.
  function overlap;
    input [ADDR_W-1:0] base_a;
    input [P_W-1:0] words_a;
    input [ADDR_W-1:0] base_b;
    input [P_W-1:0] words_b;
    overlap = ({{(T_W - P_W) {1'b0}}, words_a} + {{(T_W - ADDR_W) {1'b0}}, base_a} >
        {{(T_W - ADDR_W) {1'b0}}, base_b}) &
        ({{(T_W - P_W) {1'b0}}, words_b} + {{(T_W - ADDR_W) {1'b0}}, base_b} >
        {{(T_W - ADDR_W) {1'b0}}, base_a});
  endfunction
<%/training%>

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
<%#training%>
  reg  [  FIELDS_W-1:0] fields_q;

  // Training fields that the check needs.
  wire                  post;
  wire                  to_x;
  wire                  to_y;
  wire                  loss;
  wire                  update;
  wire                  bgrad;
  wire                  sr_post;
  wire                  sr_update;
  wire [           2:0] act;
  wire [          46:0] unused_scales;
  wire [<%rate_fields%>*(OP_W-1)-1:0] unused_rates;
  wire [   SHIFT_W-1:0] rate_shift;
  wire [    ADDR_W-1:0] bias_base;
  wire [    ADDR_W-1:0] next_base;

  assign {next_base, bias_base, rate_shift, unused_rates, unused_scales, act, sr_update, sr_post, bgrad,
          update, loss, to_y, to_x, post} = fields_q;
  assign plan_fields_o = fields_q;
<%/training%>

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
<%#training%>
      fields_q   <= cmd_fields_i;
<%/training%>
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
<%^training%>
  wire bad_flag = (acc_psum_q & ~use_fprop & ~use_dgrad) | (acc_dw_q & ~use_wgrad);
<%/training%>
<%#training%>
  wire bad_flag = (acc_psum_q & ~use_fprop & ~use_dgrad) | (acc_dw_q & ~use_wgrad)
      | (post & ~use_fprop & ~use_dgrad)
      | ((to_x | to_y | loss) & ~(post & use_fprop))
      | (post & use_fprop & ~(to_x | to_y | loss))
      | ((update | bgrad) & ~use_wgrad)
      | (update & acc_dw_q)
      | (sr_post & ~post & ~bgrad)
      | (sr_update & ~update);
  // Activations that are built, by code.
  localparam [7:0] ACTIVATIONS = {1'b0, <%act_mask%>};
  localparam [31:0] SHIFT_MAX_WIDE = 2 * OP_W - 1;
  localparam [SHIFT_W-1:0] SHIFT_MAX = SHIFT_MAX_WIDE[SHIFT_W-1:0];
  wire bad_field = <%^stochastic%>sr_post | sr_update | <%/stochastic%>(use_fprop & post & ~ACTIVATIONS[act])
      | (update & over_shift(rate_shift, SHIFT_MAX));
<%/training%>
  wire zero_size = m_q == {DIM_W{1'b0}} || n_q == {DIM_W{1'b0}} || b_q == {DIM_W{1'b0}};
  wire over_limit = over(m_q, MAX_M) | over(n_q, MAX_N) | over(b_q, MAX_B);

<%^training%>
  wire no_fit_x = <%#has_x%>(use_fprop | use_wgrad) & no_fit(bases_q[0*ADDR_W+:ADDR_W], row_words_q, 17'd<%depth_x%>)<%/has_x%><%^has_x%>1'b0<%/has_x%>;
  wire no_fit_delta = <%#has_delta%>(use_dgrad | use_wgrad) & no_fit(bases_q[1*ADDR_W+:ADDR_W], col_words_q, 17'd<%depth_delta%>)<%/has_delta%><%^has_delta%>1'b0<%/has_delta%>;
  wire no_fit_w = <%#has_w%>(use_fprop | use_dgrad) & no_fit(bases_q[2*ADDR_W+:ADDR_W], matrix_words_q, 17'd<%depth_w%>)<%/has_w%><%^has_w%>1'b0<%/has_w%>;
  wire no_fit_y = <%#has_y%>use_fprop & no_fit(bases_q[3*ADDR_W+:ADDR_W], col_words_q, 17'd<%depth_y%>)<%/has_y%><%^has_y%>1'b0<%/has_y%>;
  wire no_fit_dx = <%#has_dx%>use_dgrad & no_fit(bases_q[4*ADDR_W+:ADDR_W], row_words_q, 17'd<%depth_dx%>)<%/has_dx%><%^has_dx%>1'b0<%/has_dx%>;
  wire no_fit_dw = <%#has_dw%>use_wgrad & no_fit(bases_q[5*ADDR_W+:ADDR_W], matrix_words_q, 17'd<%depth_dw%>)<%/has_dw%><%^has_dw%>1'b0<%/has_dw%>;
<%/training%>
<%#training%>
  wire [ADDR_W-1:0] x_base = bases_q[0*ADDR_W+:ADDR_W];
  wire [ADDR_W-1:0] delta_base = bases_q[1*ADDR_W+:ADDR_W];
  wire [P_W-1:0] bias_words = {{(P_W - DIM_W) {1'b0}}, plan_col_tiles_o};
  wire post_dgrad = use_dgrad & post;

  wire no_fit_x = ((use_fprop | use_wgrad | post_dgrad) & no_fit(x_base, row_words_q, 17'd<%depth_x%>)) |
      (to_x & no_fit(next_base, col_words_q, 17'd<%depth_x%>));
  wire no_fit_delta = ((use_dgrad | use_wgrad | loss) & no_fit(delta_base, col_words_q, 17'd<%depth_delta%>)) |
      (post_dgrad & no_fit(next_base, row_words_q, 17'd<%depth_delta%>));
  wire no_fit_w = (use_fprop | use_dgrad | update) & no_fit(bases_q[2*ADDR_W+:ADDR_W], matrix_words_q, 17'd<%depth_w%>);
  wire no_fit_y = use_fprop & no_fit(bases_q[3*ADDR_W+:ADDR_W], col_words_q, 17'd<%depth_y%>);
  wire no_fit_dx = use_dgrad & no_fit(bases_q[4*ADDR_W+:ADDR_W], row_words_q, 17'd<%depth_dx%>);
  wire no_fit_dw = use_wgrad & ~update & no_fit(bases_q[5*ADDR_W+:ADDR_W], matrix_words_q, 17'd<%depth_dw%>);
  wire no_fit_bias = ((use_fprop & post) | bgrad) & no_fit(bias_base, bias_words, 17'd<%depth_bias%>);
  wire regions_overlap = (to_x & overlap(x_base, row_words_q, next_base, col_words_q)) |
      (post_dgrad & overlap(delta_base, col_words_q, next_base, row_words_q));
  wire unused_fields = &{1'b0, unused_scales, unused_rates, 1'b0};
<%/training%>

  wire [3:0] code =
      not_built ? 4'd1 :
      (sched_q == 2'd3) ? 4'd2 :
      bad_flag ? 4'd3 :
      zero_size ? 4'd4 :
      over_limit ? 4'd5 :
<%#training%>
      bad_field ? 4'd6 :
<%/training%>
      no_fit_x ? 4'd8 :
      no_fit_delta ? 4'd9 :
      no_fit_w ? 4'd10 :
      no_fit_y ? 4'd11 :
      no_fit_dx ? 4'd12 :
<%#training%>
      no_fit_dw ? 4'd13 :
      no_fit_bias ? 4'd14 :
      regions_overlap ? 4'd7 : 4'd0;
<%/training%>
<%^training%>
      no_fit_dw ? 4'd13 : 4'd0;
<%/training%>

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
