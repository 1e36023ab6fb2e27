// SPDX-License-Identifier: Apache-2.0
// fifo: order, nothing lost or doubled; offers and readies stay
// An arbitrary entry is followed through the queue.
`default_nettype none

module fifo_formal #(
    parameter DEPTH = `P_DEPTH,
    parameter PTR_W = `P_PTR_W,
    parameter CNT_W = `P_CNT_W
) (
    input wire       clk,
    input wire       rst_n,
    input wire       in_valid,
    input wire [7:0] in_data,
    input wire       out_ready
);

  wire in_ready, out_valid;
  wire [7:0] out_data;

  dut_fifo #(
      .WIDTH(8),
      .DEPTH(DEPTH),
      .PTR_W(PTR_W),
      .CNT_W(CNT_W)
  ) u_dut (
      .clk_i      (clk),
      .rst_ni     (rst_n),
      .in_valid_i (in_valid),
      .in_ready_o (in_ready),
      .in_data_i  (in_data),
      .out_valid_o(out_valid),
      .out_ready_i(out_ready),
      .out_data_o (out_data)
  );

  wire [CNT_W-1:0] in_count;  // inside: u_dut.count_q
  wire [PTR_W-1:0] in_wr;  // inside: u_dut.wr_ptr_q
  wire [PTR_W-1:0] in_rd;  // inside: u_dut.rd_ptr_q
  wire [8*DEPTH-1:0] in_mem;  // inside: u_dut.mem[P_DEPTH]

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* if (!begun) assume (!rst_n);

  // Entries are numbered modulo twice the depth; place is the number modulo the depth.
  localparam [5:0] TWICE = 2 * DEPTH;
  (* anyconst *) reg [5:0] number;
  reg  [5:0] pushes, pops;
  reg  [7:0] data;
  wire       push = in_valid && in_ready;
  wire       pop = out_valid && out_ready;
  wire [5:0] count = pushes >= pops ? pushes - pops : pushes + TWICE - pops;
  wire [5:0] ahead = number >= pops ? number - pops : number + TWICE - pops;  // entries before the one that is followed

  function [5:0] after;
    input [5:0] entry;
    after = (entry == TWICE - 6'd1) ? 6'd0 : entry + 6'd1;
  endfunction

  function [5:0] place;
    input [5:0] entry;
    place = (entry >= DEPTH) ? entry - DEPTH : entry;
  endfunction

  always @(posedge clk) begin
    if (!rst_n) begin
      pushes <= 0;
      pops <= 0;
    end else begin
      if (push) pushes <= after(pushes);
      if (pop) pops <= after(pops);
    end
    if (push && pushes == number) data <= in_data;
  end

  always @* assume (number < TWICE);

  always @*
    if (begun && rst_n) begin
      assert (pushes < TWICE && pops < TWICE && count <= DEPTH);
      assert (in_count == count);
      assert (in_wr == place(pushes) && in_rd == place(pops));
      assert (in_ready == (count != DEPTH));
      assert (out_valid == (count != 0));
      if (ahead < count) assert (in_mem[8*place(number)+:8] == data);
      if (out_valid && pops == number) assert (out_data == data);
    end

  always @(posedge clk)
    if (begun) begin
      if ($past(!rst_n)) assert (!out_valid && in_ready);
      // An offer stays as it is until it is taken, and a ready until it is used.
      if (rst_n && $past(rst_n && out_valid && !out_ready)) assert (out_valid && $stable(out_data));
      if (rst_n && $past(rst_n && in_ready && !in_valid)) assert (in_ready);
      cover (rst_n && !in_ready && out_ready);
      // A queue of one word takes the next when the first has gone.
      cover (rst_n && push && (pop || DEPTH == 1) && pushes == DEPTH);
    end

endmodule

`default_nettype wire
