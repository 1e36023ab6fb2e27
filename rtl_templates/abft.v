// SPDX-License-Identifier: Apache-2.0
// <%name%>_abft: array checksum: one more column and one more row of elements, running sums along the edges of the
// array, and the comparisons.
//
<%#fprop%>
// FPROP      In every slot the sum of the Y words that are written must be the sum of the partial sums driven in at the
//            north plus sum_r x[r] * (sum of the weights of row r), which the checksum column computes.
<%/fprop%>
<%#dgrad%>
// DGRAD      In every slot the sum of the DX words that are written must be the sum of the partial sums driven in at
//            the west plus sum_c delta[c] * (sum of the weights of column c), which the checksum row computes.
<%/dgrad%>
<%#wgrad%>
// WGRAD      In every tile the sum of the dW words of a column must be the accumulator of the checksum row, which
//            adds delta[c] * (sum of x over the rows).
<%/wgrad%>
//
// Contract   All inputs are signals of the array in this cycle; nothing goes back into it. Sums follow the
//            wavefront, so that each check falls into the cycle after the last write of its slot or tile.
//            start_i begins a command; the inputs after it must not change while a command runs.
//            Registers: <%name%>_abft_status.
// Parameters ROWS, COLS, OP_W, ACC_W, DIM_W.
// Numerics   Modulo 2^ACC_W, so no difference is lost and none appears.
// Reset      Synchronous, control only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_abft #(
    parameter ROWS  = <%rows%>,
    parameter COLS  = <%cols%>,
    parameter OP_W  = <%operand_bits%>,
    parameter ACC_W = <%accumulator_bits%>,
    parameter DIM_W = <%dim_w%>
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  start_i,
<%#psum%>
    input  wire [     DIM_W-1:0] batch_i,
<%/psum%>
<%#backward_any%>
    input  wire [     DIM_W-1:0] row_tiles_i,
<%/backward_any%>
<%#fprop%>
    input  wire [     DIM_W-1:0] col_tiles_i,
<%/fprop%>
<%#weights%>
    // Weights that enter the columns, and the control of row 0 and of what leaves the rows.
    input  wire [ COLS*OP_W-1:0] weight_i,
<%/weights%>
<%#fprop%>
    input  wire [COLS*ACC_W-1:0] north_i,
    input  wire [COLS*ACC_W-1:0] south_i,
    input  wire [      COLS-1:0] south_we_i,
    input  wire [ ROWS*OP_W-1:0] x_i,
    input  wire [      ROWS-1:0] row_load_i,
    input  wire [      ROWS-1:0] row_swap_i,
    input  wire                  fprop_end_i,  // all columns of an FPROP slot have been written
<%/fprop%>
<%#backward_any%>
<%#dgrad%>
    input  wire [ROWS*ACC_W-1:0] west_i,
<%/dgrad%>
<%^dgrad%>
    input  wire [ ROWS*OP_W-1:0] west_i,
<%/dgrad%>
    input  wire [ COLS*OP_W-1:0] delta_i,
<%/backward_any%>
<%#dgrad%>
    input  wire [      COLS-1:0] top_load_i,
    input  wire [      COLS-1:0] top_swap_i,
    input  wire [      COLS-1:0] swap_i,
    input  wire [      COLS-1:0] dgrad_i,
    input  wire [ROWS*ACC_W-1:0] east_i,
    input  wire [      ROWS-1:0] east_we_i,
    input  wire                  dgrad_end_i,  // all rows of a DGRAD slot have been written
<%/dgrad%>
<%#wgrad%>
    input  wire [      COLS-1:0] wgrad_i,
    input  wire [      COLS-1:0] first_i,
    input  wire [      COLS-1:0] capture_i,
    input  wire [      COLS-1:0] drain_i,
    input  wire [      COLS-1:0] drain_we_i,
    input  wire [COLS*ACC_W-1:0] drain_word_i,
<%/wgrad%>
    // Registers.
    input  wire                  clear_i,
    output wire [          31:0] status_o,
    output wire [          31:0] tile_o,
    output wire [          31:0] errors_o
);

<%#fprop%>
  localparam COL_SUM_W = <%abft_col_sum_w%>;
<%/fprop%>
<%#backward_any%>
  localparam ROW_SUM_W = <%abft_row_sum_w%>;
  localparam LINK_W = <%abft_link_w%>;
<%/backward_any%>
  localparam TILE_W = <%abft_tile_w%>;

  genvar r, c;
  wire [2:0] fail;
<%#fprop%>

  // ---------------------------------------------------------------------------------------------
  // FPROP: the checksum column, to the east of the last column.
  generate
    for (c = 0; c < COLS; c = c + 1) begin : g_along_columns
      wire [COL_SUM_W-1:0] weight_west, weight_sum;
      wire [    ACC_W-1:0] north_west, north_sum;
      wire [    ACC_W-1:0] south_west, south_sum;

      <%name%>_abft_sum #(
          .WIDTH (COL_SUM_W),
          .WORD_W(OP_W)
      ) u_weight (
          .clk_i (clk_i),
          .sum_i (weight_west),
          .word_i(weight_i[c*OP_W+:OP_W]),
          .sum_o (weight_sum)
      );

      <%name%>_abft_sum #(
          .WIDTH (ACC_W),
          .WORD_W(ACC_W)
      ) u_north (
          .clk_i (clk_i),
          .sum_i (north_west),
          .word_i(north_i[c*ACC_W+:ACC_W]),
          .sum_o (north_sum)
      );

      <%name%>_abft_sum #(
          .WIDTH (ACC_W),
          .WORD_W(ACC_W)
      ) u_south (
          .clk_i (clk_i),
          .sum_i (south_west),
          .word_i({ACC_W{south_we_i[c]}} & south_i[c*ACC_W+:ACC_W]),
          .sum_o (south_sum)
      );

      if (c == 0) begin : g_first
        assign weight_west = {COL_SUM_W{1'b0}};
        assign north_west  = {ACC_W{1'b0}};
        assign south_west  = {ACC_W{1'b0}};
      end else begin : g_next
        assign weight_west = g_along_columns[c-1].weight_sum;
        assign north_west  = g_along_columns[c-1].north_sum;
        assign south_west  = g_along_columns[c-1].south_sum;
      end
    end

    for (r = 0; r < ROWS; r = r + 1) begin : g_checksum_column
      wire [COL_SUM_W-1:0] weight, weight_south;
      wire [    ACC_W-1:0] north, south;

      <%name%>_abft_col_pe #(
          .OP_W (OP_W),
          .SUM_W(COL_SUM_W),
          .ACC_W(ACC_W)
      ) u_pe (
          .clk_i   (clk_i),
          .load_i  (row_load_i[r]),
          .swap_i  (row_swap_i[r]),
          .x_i     (x_i[r*OP_W+:OP_W]),
          .weight_i(weight),
          .weight_o(weight_south),
          .north_i (north),
          .south_o (south)
      );

      if (r == 0) begin : g_first
        assign weight = g_along_columns[COLS-1].weight_sum;
        assign north  = g_along_columns[COLS-1].north_sum;
      end else begin : g_next
        assign weight = g_checksum_column[r-1].weight_south;
        assign north  = g_checksum_column[r-1].south;
      end
    end
  endgenerate

  wire unused_weight = &{1'b0, g_checksum_column[ROWS-1].weight_south, 1'b0};

  assign fail[0] = fprop_end_i & (g_checksum_column[ROWS-1].south != g_along_columns[COLS-1].south_sum);
<%/fprop%>
<%^fprop%>
  assign fail[0] = 1'b0;
<%/fprop%>
<%#backward_any%>

  // ---------------------------------------------------------------------------------------------
  // DGRAD and WGRAD: the checksum row, to the south of the last row.
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : g_along_rows
      wire [LINK_W-1:0] west_north, west_sum;

      <%name%>_abft_sum #(
          .WIDTH (LINK_W),
<%#dgrad%>
          .WORD_W(ACC_W)
<%/dgrad%>
<%^dgrad%>
          .WORD_W(OP_W)
<%/dgrad%>
      ) u_west (
          .clk_i (clk_i),
          .sum_i (west_north),
<%#dgrad%>
          .word_i(west_i[r*ACC_W+:ACC_W]),
<%/dgrad%>
<%^dgrad%>
          .word_i(west_i[r*OP_W+:OP_W]),
<%/dgrad%>
          .sum_o (west_sum)
      );
<%#dgrad%>

      wire [ACC_W-1:0] east_north, east_sum;

      <%name%>_abft_sum #(
          .WIDTH (ACC_W),
          .WORD_W(ACC_W)
      ) u_east (
          .clk_i (clk_i),
          .sum_i (east_north),
          .word_i({ACC_W{east_we_i[r]}} & east_i[r*ACC_W+:ACC_W]),
          .sum_o (east_sum)
      );
<%/dgrad%>

      if (r == 0) begin : g_first
        assign west_north = {LINK_W{1'b0}};
<%#dgrad%>
        assign east_north = {ACC_W{1'b0}};
<%/dgrad%>
      end else begin : g_next
        assign west_north = g_along_rows[r-1].west_sum;
<%#dgrad%>
        assign east_north = g_along_rows[r-1].east_sum;
<%/dgrad%>
      end
    end

    for (c = 0; c < COLS; c = c + 1) begin : g_checksum_row
      wire [LINK_W-1:0] west, east;
<%#dgrad%>
      wire [ROW_SUM_W-1:0] weight;

      <%name%>_abft_weights #(
          .OP_W (OP_W),
          .SUM_W(ROW_SUM_W)
      ) u_weights (
          .clk_i   (clk_i),
          .rst_ni  (rst_ni),
          .load_i  (top_load_i[c]),
          .swap_i  (top_swap_i[c]),
          .weight_i(weight_i[c*OP_W+:OP_W]),
          .sum_o   (weight)
      );
<%/dgrad%>
<%#wgrad%>
      wire [ACC_W-1:0] acc;
      wire fail_west, fail_east, drain_end;
<%/wgrad%>

      <%name%>_abft_row_pe #(
          .OP_W  (OP_W),
          .SUM_W (ROW_SUM_W),
          .LINK_W(LINK_W),
          .ACC_W (ACC_W)
      ) u_pe (
          .clk_i   (clk_i),
<%#dgrad%>
          .dgrad_i (dgrad_i[c]),
          .swap_i  (swap_i[c]),
          .weight_i(weight),
<%/dgrad%>
<%#wgrad%>
          .wgrad_i (wgrad_i[c]),
          .first_i (first_i[c]),
          .acc_o   (acc),
<%/wgrad%>
          .delta_i (delta_i[c*OP_W+:OP_W]),
          .west_i  (west),
          .east_o  (east)
      );
<%#wgrad%>

      <%name%>_abft_drain #(
          .ACC_W(ACC_W)
      ) u_drain (
          .clk_i    (clk_i),
          .rst_ni   (rst_ni),
          .capture_i(capture_i[c]),
          .drain_i  (drain_i[c]),
          .live_i   (drain_we_i[c]),
          .word_i   (drain_word_i[c*ACC_W+:ACC_W]),
          .acc_i    (acc),
          .fail_i   (fail_west),
          .fail_o   (fail_east),
          .end_o    (drain_end)
      );
<%/wgrad%>

      if (c == 0) begin : g_first
        assign west = g_along_rows[ROWS-1].west_sum;
<%#wgrad%>
        assign fail_west = 1'b0;
<%/wgrad%>
      end else begin : g_next
        assign west = g_checksum_row[c-1].east;
<%#wgrad%>
        assign fail_west = g_checksum_row[c-1].fail_east;
        wire unused_end = &{1'b0, g_checksum_row[c-1].drain_end, 1'b0};
<%/wgrad%>
      end
    end
  endgenerate
<%/backward_any%>
<%#dgrad%>

  assign fail[1] = dgrad_end_i & (g_checksum_row[COLS-1].east != g_along_rows[ROWS-1].east_sum);
<%/dgrad%>
<%^dgrad%>
  assign fail[1] = 1'b0;
<%#wgrad%>
  wire unused_east = &{1'b0, g_checksum_row[COLS-1].east, 1'b0};
<%/wgrad%>
<%/dgrad%>
<%#wgrad%>
  wire wgrad_end = g_checksum_row[COLS-1].drain_end;
  assign fail[2] = g_checksum_row[COLS-1].fail_east;
<%/wgrad%>
<%^wgrad%>
  assign fail[2] = 1'b0;
<%/wgrad%>

  // ---------------------------------------------------------------------------------------------
  // Which tile.
  wire [TILE_W-1:0] psum_mt, psum_nt;
  wire [TILE_W-1:0] wgrad_mt, wgrad_nt;
<%#psum%>
  wire [TILE_W-1:0] psum_inner, psum_outer;

  <%name%>_abft_tile #(
      .DIM_W (DIM_W),
      .TILE_W(TILE_W)
  ) u_psum_tile (
      .clk_i        (clk_i),
      .start_i      (start_i),
      .batch_i      (batch_i),
<%#fprop%>
<%#dgrad%>
      .event_i      (fprop_end_i | dgrad_end_i),
      .inner_tiles_i(fprop_end_i ? col_tiles_i : row_tiles_i),
<%/dgrad%>
<%^dgrad%>
      .event_i      (fprop_end_i),
      .inner_tiles_i(col_tiles_i),
<%/dgrad%>
<%/fprop%>
<%^fprop%>
      .event_i      (dgrad_end_i),
      .inner_tiles_i(row_tiles_i),
<%/fprop%>
      .inner_o      (psum_inner),
      .outer_o      (psum_outer)
  );

<%#fprop%>
  assign psum_mt = <%#dgrad%>dgrad_end_i ? psum_inner : <%/dgrad%>psum_outer;
  assign psum_nt = <%#dgrad%>dgrad_end_i ? psum_outer : <%/dgrad%>psum_inner;
<%/fprop%>
<%^fprop%>
  assign psum_mt = psum_inner;
  assign psum_nt = psum_outer;
<%/fprop%>
<%/psum%>
<%^psum%>
  assign psum_mt = {TILE_W{1'b0}};
  assign psum_nt = {TILE_W{1'b0}};
<%/psum%>
<%#wgrad%>

  localparam [DIM_W-1:0] ONE = 1;

  <%name%>_abft_tile #(
      .DIM_W (DIM_W),
      .TILE_W(TILE_W)
  ) u_wgrad_tile (
      .clk_i        (clk_i),
      .start_i      (start_i),
      .event_i      (wgrad_end),
      .batch_i      (ONE),
      .inner_tiles_i(row_tiles_i),
      .inner_o      (wgrad_mt),
      .outer_o      (wgrad_nt)
  );
<%/wgrad%>
<%^wgrad%>
  assign wgrad_mt = {TILE_W{1'b0}};
  assign wgrad_nt = {TILE_W{1'b0}};
<%/wgrad%>

  <%name%>_abft_status #(
      .TILE_W(TILE_W)
  ) u_status (
      .clk_i     (clk_i),
      .rst_ni    (rst_ni),
      .clear_i   (clear_i),
      .fail_i    (fail),
      .psum_mt_i (psum_mt),
      .psum_nt_i (psum_nt),
      .wgrad_mt_i(wgrad_mt),
      .wgrad_nt_i(wgrad_nt),
      .status_o  (status_o),
      .tile_o    (tile_o),
      .errors_o  (errors_o)
  );

endmodule

`default_nettype wire
