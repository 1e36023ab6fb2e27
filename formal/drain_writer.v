// SPDX-License-Identifier: Apache-2.0
// drain: every drained word lies in its buffer, each row once
`default_nettype none

module drain_writer_formal #(
    parameter ROWS = `P_ROWS,
    parameter RW   = `P_ROW_CNT_W,
    parameter COLS = `P_COLS,
    parameter CW   = `P_COL_CNT_W,
    parameter D    = `P_DIM_W,
    parameter A    = `P_ADDR_W
) (
    input wire          clk,
    input wire          rst_n,
    input wire          start,
    input wire          ev,
    input wire [ D-1:0] mt,
    input wire [ D-1:0] nt,
    input wire [RW-1:0] last_rows,
    input wire [CW-1:0] last_cols,
    input wire [ A-1:0] m,
    input wire [ A-1:0] base
);

  wire drain;
  wire [A-1:0] addr;
  wire [CW-1:0] cols;

  dut_drain_writer u_dut (
      .clk_i(clk),
      .rst_ni(rst_n),
      .start_i(start),
      .event_i(ev),
      .row_tiles_i(mt),
      .col_tiles_i(nt),
      .last_rows_i(last_rows),
      .last_cols_i(last_cols),
      .m_i(m),
      .base_i(base),
      .drain_o(drain),
      .drain_addr_o(addr),
      .drain_cols_o(cols)
  );

  wire [RW-1:0] left;  // inside: u_dut.left_q
  wire [RW-1:0] in_rows;  // inside: u_dut.rows_q
  wire [CW-1:0] in_cols;  // inside: u_dut.cols_q
  wire [A-1:0] in_addr;  // inside: u_dut.addr_q
  wire [D-1:0] in_mt;  // inside: u_dut.u_tile.inner_q
  wire [D-1:0] in_nt;  // inside: u_dut.u_tile.outer_q
  wire [A-1:0] in_tile;  // inside: u_dut.u_tile.addr_q
  wire [A-1:0] in_line;  // inside: u_dut.u_tile.line_q

  localparam W = 2 * D + 4;
  wire [W-1:0] top = base + nt * m;
  reg begun = 0, live = 0;
  always @(posedge clk) begin
    begun <= 1;
    live <= rst_n && (live || start);
  end
  always @* begin
    if (!begun) assume (!rst_n);
    if (!live || start) assume (!ev);
    // The command: fits (planner.v), and its tiles come at least ROWS cycles apart.
    assume (mt != 0 && nt != 0 && last_rows != 0 && last_rows <= ROWS && last_cols != 0 && last_cols <= COLS);
    assume (m == (mt - 1) * ROWS + last_rows);
    assume (top <= (1 << A));
    if (left != 0) assume (!ev && !start);
  end
  always @(posedge clk)
    if (begun && !start) assume ($stable({mt, nt, last_rows, last_cols, m, base}));

  // The tile that comes next, and the one whose rows are on their way.
  reg [D-1:0] next_mt, next_nt, now_mt, now_nt;
  always @(posedge clk)
    if (start) {next_mt, next_nt} <= 0;
    else if (ev) begin
      {now_mt, now_nt} <= {next_mt, next_nt};
      next_mt <= next_mt == mt - 1 ? 0 : next_mt + 1;
      if (next_mt == mt - 1) next_nt <= next_nt == nt - 1 ? 0 : next_nt + 1;
    end
  wire [D-1:0] of_mt = ev ? next_mt : now_mt, of_nt = ev ? next_nt : now_nt;
  wire [RW-1:0] row = ev ? ROWS - 1 : left - 1'b1;
  wire [W-1:0] element = of_mt * ROWS + row;

  always @(posedge clk) if (begun && live && rst_n && !start) begin
    assert (left < ROWS);
    assert (next_mt < mt && next_nt < nt && in_mt == next_mt && in_nt == next_nt);
    assert (in_line == base + next_nt * m && in_tile == in_line + next_mt * ROWS);
    if (left != 0) begin
      assert (now_mt < mt && now_nt < nt);
      assert (in_rows == (now_mt == mt - 1 ? last_rows : ROWS) && in_cols == (now_nt == nt - 1 ? last_cols : COLS));
      assert (in_addr == ((base + now_nt * m + now_mt * ROWS + left - 1) & ((1 << A) - 1)));
    end
    // A row of the layer, and only such a one, is written.
    assert (drain == ((ev || left != 0) && element < m));
    if (drain) begin
      assert (addr >= base && addr < top);
      assert (addr == base + of_nt * m + element);
      assert (cols == (of_nt == nt - 1 ? last_cols : COLS));
    end
    cover (drain && of_nt == 1 && ev);
    cover (drain && of_mt == 1);
  end

  always @(posedge clk) if (begun && $past(!rst_n)) assert (left == 0 && (drain == 0 || ev));

endmodule

`default_nettype wire
