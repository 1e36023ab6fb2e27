// SPDX-License-Identifier: Apache-2.0
// <%name%>_drain_writer: addresses for the dW words that the drain chains shift out at the south.
//
// Contract   start_i = 1 begins a command. From then on event_i = 1 marks the cycle in which the captured
//            accumulator of the last row is visible at column 0; the rows above follow, one a cycle, ROWS
//            in all, and the next event comes no earlier than ROWS cycles later. drain_o marks a row that belongs
//            to the layer; address and columns answer in the same cycle and feed the drain bus of column 0.
//            The other inputs must not change while a command runs.
// Parameters ROWS, ROW_CNT_W, COLS, COL_CNT_W, DIM_W, ADDR_W.
// Reset      Synchronous, control only.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_drain_writer #(
    parameter ROWS      = <%rows%>,
    parameter ROW_CNT_W = <%row_cnt_w%>,
    parameter COLS      = <%cols%>,
    parameter COL_CNT_W = <%col_cnt_w%>,
    parameter DIM_W     = <%dim_w%>,
    parameter ADDR_W    = <%addr_w%>
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    input  wire                 start_i,
    input  wire                 event_i,
    input  wire [    DIM_W-1:0] row_tiles_i,
    input  wire [    DIM_W-1:0] col_tiles_i,
    input  wire [ROW_CNT_W-1:0] last_rows_i,
    input  wire [COL_CNT_W-1:0] last_cols_i,
    input  wire [   ADDR_W-1:0] m_i,
    input  wire [   ADDR_W-1:0] base_i,
    output wire                 drain_o,
    output wire [   ADDR_W-1:0] drain_addr_o,
    output wire [COL_CNT_W-1:0] drain_cols_o
);

  localparam [ROW_CNT_W-1:0] LAST_ROW = ROWS - 1;
  localparam [ROW_CNT_W-1:0] ALL_ROWS = ROWS;
  localparam [COL_CNT_W-1:0] ALL_COLS = COLS;
  localparam [ROW_CNT_W-1:0] ROW_ONE = 1;
  localparam [ADDR_W-1:0] ROW_STEP = ROWS;
  localparam [ADDR_W-1:0] LAST_ROW_OFFSET = ROWS - 1;
  localparam [ADDR_W-1:0] ADDR_ONE = 1;

  // Rows still to come after the present one, and the tile they belong to.
  reg  [ROW_CNT_W-1:0] left_q;
  reg  [ROW_CNT_W-1:0] rows_q;
  reg  [COL_CNT_W-1:0] cols_q;
  reg  [   ADDR_W-1:0] addr_q;

  wire                 inner_last;
  wire                 outer_last;
  wire [   ADDR_W-1:0] tile_addr;
<%#inner_first%>
  wire                 unused_inner_first;
<%/inner_first%>
  wire                 unused_outer_first;
  wire [   ADDR_W-1:0] unused_line;

  <%name%>_tile_walker #(
      .DIM_W          (DIM_W),
      .ADDR_W         (ADDR_W),
      .RESTART_AT_LINE(1)
  ) u_tile (
      .clk_i        (clk_i),
      .start_i      (start_i),
      .step_i       (event_i),
      .inner_tiles_i(row_tiles_i),
      .outer_tiles_i(col_tiles_i),
      .start_addr_i (base_i),
      .inner_step_i (ROW_STEP),
      .outer_step_i (m_i),
<%#inner_first%>
      .inner_first_o(unused_inner_first),
<%/inner_first%>
      .inner_last_o (inner_last),
      .outer_first_o(unused_outer_first),
      .outer_last_o (outer_last),
      .addr_o       (tile_addr),
      .line_o       (unused_line)
  );

  wire                 following = left_q != {ROW_CNT_W{1'b0}};
  wire [ROW_CNT_W-1:0] row = event_i ? LAST_ROW : left_q - ROW_ONE;
  wire [ROW_CNT_W-1:0] rows = event_i ? (inner_last ? last_rows_i : ALL_ROWS) : rows_q;
  wire [COL_CNT_W-1:0] cols = event_i ? (outer_last ? last_cols_i : ALL_COLS) : cols_q;
  wire [   ADDR_W-1:0] addr = event_i ? tile_addr + LAST_ROW_OFFSET : addr_q;

  always @(posedge clk_i) begin
    if (!rst_ni) left_q <= {ROW_CNT_W{1'b0}};
    else if (event_i) left_q <= LAST_ROW;
    else if (following) left_q <= left_q - ROW_ONE;
  end

  always @(posedge clk_i) begin
    rows_q <= rows;
    cols_q <= cols;
    addr_q <= addr - ADDR_ONE;
  end

  assign drain_o      = (event_i | following) & (row < rows);
  assign drain_addr_o = addr;
  assign drain_cols_o = cols;

endmodule

`default_nettype wire
